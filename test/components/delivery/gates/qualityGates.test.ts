import * as k8s from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { gateFaults, type Gate, type GateChoice } from "../../../../components/delivery/gates/gates.ts";
import { jobName } from "../../../../components/delivery/gates/jobs.ts";
import { QualityGates, type QualityGatesArgs } from "../../../../components/delivery/gates/qualityGates.ts";
import { at, listAt } from "../../../support/objects.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const tenant = (id: string, version = "1.2.0"): GateChoice["tenants"][number] => ({
  id,
  tier: "starter",
  costCenter: `brand-${id}`,
  hosts: [`${id}.qa.privatesales.co.kr`],
  version,
  apiImage: `registry.privatesales.co.kr/${id}/api:${version}`,
});

const ARGS: QualityGatesArgs = {
  charts: "managed",
  // Out of order on purpose.
  gates: ["scan", "performance", "load", "integration", "testData"],
  images: { tools: "registry.privatesales.co.kr/platform/tools:1.0.0", k6: "docker.io/grafana/k6:2.3.0" },
  tenants: [tenant("dior"), tenant("gucci")],
  thresholds: { p95Ms: 800, errorRatio: 0.01, requestsPerSecond: 20, durationSeconds: 120 },
  testData: { seed: 7, tenants: ["gucci", "dior"] },
  certificates: "public",
  apiServerCidrs: ["10.20.0.0/18"],
  earlier: { load: { dior: ["1.1.0"] } },
};

const declare = (over: Partial<QualityGatesArgs> = {}, made: (gates: QualityGates) => void = () => undefined): Promise<readonly Recorded[]> =>
  record(() => {
    made(new QualityGates("gates", { ...ARGS, ...over }));
  });

const jobs = (seen: readonly Recorded[]): readonly Recorded[] => seen.filter(({ type }) => type === "kubernetes:batch/v1:Job");
const podOf = (job: Recorded): unknown => at(job.inputs, "spec.template.spec");

describe("what cannot be tested is refused", () => {
  const faults = (over: Partial<GateChoice>): readonly string[] => gateFaults({ ...ARGS, ...over });

  test("the control has no fault", () => {
    expect(faults({})).toEqual([]);
  });

  test.each<[string, Partial<GateChoice>, string]>([
    ["no tenant", { tenants: [] }, "there is no tenant to test"],
    ["no host", { tenants: [{ ...tenant("dior"), hosts: [] }] }, "tenant dior has no host to test"],
    ["an error ratio that nothing fails", { thresholds: { ...ARGS.thresholds, errorRatio: 1 } }, "thresholds.errorRatio is 1; allowed is 0 to below 1"],
    ["a latency that is no number", { thresholds: { ...ARGS.thresholds, p95Ms: Number.NaN } }, "thresholds.p95Ms is NaN; allowed is a whole number from 1"],
    ["a load too small for its hosts", { thresholds: { ...ARGS.thresholds, requestsPerSecond: 1, durationSeconds: 1 } }, "the load test asks for 1 pages and there are 2 hosts"],
    ["a performance test too short", { thresholds: { ...ARGS.thresholds, durationSeconds: 1 } }, "the performance test asks for a page a second for 1 s and there are 2 hosts"],
    ["test data for a real shop", { testData: { seed: 7, tenants: ["dior"] } }, "tenant gucci would be given test data and is not one of dior"],
  ])("%s", (_, over, expected) => {
    expect(faults(over)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
  });

  test("test data is no matter of a stack without that gate", () => {
    expect(faults({ gates: ["integration"], testData: { seed: 7, tenants: [] } })).toEqual([]);
  });

  test("the component says so too", async () => {
    await expect(declare({ tenants: [] })).rejects.toThrow("the quality gates cannot be declared: there is no tenant to test");
  });
});

describe("the Jobs", () => {
  test("run one after the other in the order of the gates, whatever order they are named in", async () => {
    const seen = await declare();
    expect(jobs(seen).map(({ name }) => name)).toEqual(
      ["gates-test-data-dior", "gates-test-data-gucci", "gates-integration", "gates-load", "gates-performance", "gates-scan"],
    );
    const after = (name: string): readonly string[] => only(seen, "Job", name).dependsOn.filter((earlier) => jobs(seen).some((job) => job.name === earlier));
    expect(after("gates-test-data-gucci")).toEqual([]);
    expect(after("gates-integration")).toEqual(["gates-test-data-dior", "gates-test-data-gucci"]);
    expect(after("gates-load")).toEqual(["gates-integration"]);
    expect(after("gates-performance")).toEqual(["gates-load"]);
    expect(after("gates-scan")).toEqual(["gates-performance"]);
  });

  test.each<[Gate, readonly string[]]>([
    ["integration", ["gates-integration"]],
    ["load", ["gates-load"]],
  ])("only %s is declared when it alone is on", async (gate, names) => {
    const seen = await declare({ gates: [gate] });
    expect(jobs(seen).map(({ name }) => name)).toEqual(names);
    expect(seen.filter(({ type }) => /Release|:Role/.test(type))).toEqual([]);
  });

  test("fail for good when the test fails, and outlive a lost node", async () => {
    for (const job of jobs(await declare())) {
      expect(job.inputs["spec"], job.name).toMatchObject({
        backoffLimit: 0,
        podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] },
        template: { spec: { restartPolicy: "Never" } },
      });
      // Pulumi waits longer than the Job may take.
      const deadline = Number(at(job.inputs, "spec.activeDeadlineSeconds"));
      expect(at(job.inputs, "metadata.annotations"), job.name).toMatchObject({
        "pulumi.com/replaceUnready": "true",
        "pulumi.com/timeoutSeconds": String(deadline + 300),
      });
    }
  });

  test("hold to Pod Security restricted, with bounded resources", async () => {
    for (const job of jobs(await declare())) {
      expect(at(podOf(job), "securityContext"), job.name).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      expect(listAt(podOf(job), "containers")[0]).toMatchObject({
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true },
        resources: { limits: { memory: expect.stringMatching(/^[0-9]+Mi$/) as string } },
      });
    }
  });

  test("the load test has memory for all of its users", async () => {
    const [container] = listAt(podOf(only(await declare(), "Job", "gates-load")), "containers");
    expect(container).toMatchObject({ args: ["run", "--quiet", "--no-usage-report", "/gates/load.js"], resources: { requests: { memory: "416Mi" } } });
  });

  test("make up data in the tenant's own namespace with the application's login, as the version itself knows them", async () => {
    const job = only(await declare(), "Job", "gates-test-data-dior");
    expect(at(job.inputs, "metadata.namespace")).toBe("tenant-dior");
    expect(at(job.inputs, "spec.template.metadata.labels")).toMatchObject({ "privatesales.co.kr/tenant": "dior", "privatesales.co.kr/job": "testdata" });
    expect(listAt(podOf(job), "containers")[0]).toMatchObject({
      image: "registry.privatesales.co.kr/dior/api:1.2.0",
      args: ["seed", "--seed=7"],
      envFrom: [{ configMapRef: { name: "settings" } }],
      env: [{ name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: "data-access", key: "DATABASE_URL" } } }],
    });
  });

  test("only the scan's pod has a token, and it has no sidecar", async () => {
    const seen = await declare();
    const tokens = jobs(seen).filter((job) => at(podOf(job), "automountServiceAccountToken") === true);
    expect(tokens.map(({ name }) => name)).toEqual(["gates-scan"]);
    expect(at(only(seen, "Job", "gates-scan").inputs, "spec.template.metadata.labels")).toMatchObject({ "sidecar.istio.io/inject": "false" });
    expect(only(seen, "Role", "gates-scan-role-dior").inputs).toMatchObject({
      metadata: { namespace: "tenant-dior" },
      rules: [{ resources: ["vulnerabilityreports", "exposedsecretreports"], verbs: ["get", "list"] }, { resources: ["replicasets"], verbs: ["get", "list"] }],
    });
  });
});

describe("names", () => {
  const nameOf = async (job: string, over: Partial<QualityGatesArgs> = {}): Promise<unknown> => at(only(await declare(over), "Job", job).inputs, "metadata.name");

  test("are those of Kubernetes", () => {
    expect(jobName("testData", {})).toMatch(/^testdata-[0-9a-f]{10}$/);
  });

  test("are kept while nothing changes, and new for a new version, bar or image", async () => {
    const before = await nameOf("gates-load");
    expect(await nameOf("gates-load")).toBe(before);
    expect(await nameOf("gates-load", { earlier: {} })).toBe(before);
    for (const over of [
      { tenants: [tenant("dior", "1.3.0"), tenant("gucci")] },
      { thresholds: { ...ARGS.thresholds, p95Ms: 700 } },
      { images: { ...ARGS.images, k6: "docker.io/grafana/k6:2.4.0" } },
    ]) {
      expect(await nameOf("gates-load", over)).not.toBe(before);
    }
  });

  test("of one tenant's test data do not change with another tenant's version", async () => {
    const over = { tenants: [tenant("dior", "1.3.0"), tenant("gucci")] };
    expect(await nameOf("gates-test-data-gucci", over)).toBe(await nameOf("gates-test-data-gucci"));
    expect(await nameOf("gates-test-data-dior", over)).not.toBe(await nameOf("gates-test-data-dior"));
  });
});

describe("the namespace", () => {
  test("is in the mesh and restricted; nobody reaches it", async () => {
    const seen = await declare();
    expect(at(only(seen, "Namespace", "gates-namespace").inputs, "metadata")).toMatchObject({
      name: "privatesales-gates",
      labels: { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" },
    });
    const policy = only(seen, "NetworkPolicy", "gates-network-base").inputs["spec"];
    expect(policy).toMatchObject({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [] });
    expect(listAt(policy, "egress").map((rule) => at(listAt(rule, "to")[0], "namespaceSelector.matchLabels"))).toEqual(
      ["kube-system", "istio-system", "istio-ingress"].map((name) => ({ "kubernetes.io/metadata.name": name })),
    );
    expect(only(seen, "NetworkPolicy", "gates-network-api-server").inputs["spec"]).toEqual({
      podSelector: { matchLabels: { "privatesales.co.kr/job": "scan" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "10.20.0.0/18" } }], ports: [{ protocol: "TCP", port: 443 }] }],
    });
  });

  test("finds the shops at the cluster's own gateway, and only it does", async () => {
    expect(only(await declare(), "ServiceEntry").inputs["spec"]).toMatchObject({
      hosts: ["dior.qa.privatesales.co.kr", "gucci.qa.privatesales.co.kr"],
      endpoints: [{ address: "istio-ingress.istio-ingress.svc.cluster.local" }],
      exportTo: ["."],
    });
  });
});

describe("the scanner", () => {
  test("looks at tenants' namespaces, without the host's file systems", async () => {
    const release = only(await declare(), "Release").inputs;
    expect(release).toMatchObject({ chart: "trivy-operator", version: "0.36.0", namespace: "trivy-system", atomic: true });
    expect(release["values"]).toMatchObject({ targetNamespaces: "", operator: { infraAssessmentScannerEnabled: false } });
    expect(at(release["values"], "excludeNamespaces")).not.toContain("tenant");
  });

  test("is somebody else's with charts external, and the gate stays", async () => {
    const seen = await declare({ charts: "external" });
    expect(seen.filter(({ type }) => type.endsWith(":Release"))).toEqual([]);
    expect(only(seen, "Job", "gates-scan").dependsOn).toContain("gates-scan-binding-dior");
  });
});

describe("results", () => {
  /** As an output of the stack holds them: what a resource made from them is given, and waits for. */
  const outputOf = async (gates: readonly Gate[]): Promise<Recorded> => {
    const seen = await declare({ gates }, ({ results }) => {
      new k8s.core.v1.ConfigMap("output", { data: { results: results.apply((value) => JSON.stringify(value)) } });
    });
    return only(seen, "ConfigMap", "output");
  };
  const resultsOf = async (gates: readonly Gate[]): Promise<unknown> => JSON.parse(String(at((await outputOf(gates)).inputs, "data.results")));

  test("are what passed before, and what passes now", async () => {
    expect(await resultsOf(["integration", "load"])).toEqual({
      integration: { dior: ["1.2.0"], gucci: ["1.2.0"] },
      load: { dior: ["1.1.0", "1.2.0"], gucci: ["1.2.0"] },
    });
  });

  test("wait for every Job", async () => {
    expect((await outputOf(["testData", "integration", "load"])).dependsOn).toEqual(
      ["gates-integration", "gates-load", "gates-test-data-dior", "gates-test-data-gucci"],
    );
  });

  test("of no gate are those from before", async () => {
    expect(await resultsOf([])).toEqual(ARGS.earlier);
  });
});
