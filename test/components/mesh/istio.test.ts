import { describe, expect, test } from "vitest";
import { Istio, type IstioArgs } from "../../../components/mesh/istio.ts";
import { gatewayValues, istiodValues } from "../../../components/mesh/values.ts";
import { only, record, type Recorded } from "../../support/record.ts";

const args: IstioArgs = {
  charts: "managed",
  replicas: 2,
  gatewayReplicas: { min: 2, max: 5 },
  ingress: { kind: "nodePort", http: 30080, https: 30443 },
  sidecar: { requests: { cpuMilli: 50, memoryMi: 64 }, limits: { cpuMilli: 200, memoryMi: 128 } },
  objectStorageRegion: undefined,
};

const declared = (over: Partial<IstioArgs> = {}): Promise<readonly Recorded[]> => record(() => new Istio("mesh", { ...args, ...over }));

describe("Istio", () => {
  test("its namespaces: privileged only where istio-cni runs", async () => {
    const seen = await declared();
    const enforce = "pod-security.kubernetes.io/enforce";
    const root = only(seen, "Namespace", "mesh-root-namespace").inputs;
    expect(root).toMatchObject({ metadata: { name: "istio-system", labels: { [enforce]: "privileged" } } });
    const ingress = only(seen, "Namespace", "mesh-ingress-namespace").inputs;
    expect(ingress).toMatchObject({ metadata: { name: "istio-ingress", labels: { [enforce]: "restricted" } } });
  });

  test("managed: four releases, each in its namespace under a fixed name", async () => {
    const seen = await declared();
    const releases = seen.filter(({ type }) => type.endsWith(":Release")).map(({ inputs }) => `${String(inputs.name)} ${String(inputs.chart)} ${String(inputs.namespace)}`);
    expect(releases.toSorted()).toEqual([
      "istio-base base istio-system",
      "istio-cni cni istio-system",
      "istio-ingress gateway istio-ingress",
      "istiod istiod istio-system",
    ]);
  });

  test("S3 of the stack's region is let through on AWS, by its name in the TLS handshake, and nothing of the kind elsewhere", async () => {
    const entries = async (objectStorageRegion: string | undefined): Promise<readonly unknown[]> =>
      (await declared({ objectStorageRegion })).filter(({ type }) => type.endsWith(":ServiceEntry")).map(({ inputs }) => inputs.spec);
    expect(await entries("ap-northeast-2")).toEqual([
      {
        hosts: ["s3.ap-northeast-2.amazonaws.com", "*.s3.ap-northeast-2.amazonaws.com"],
        location: "MESH_EXTERNAL",
        resolution: "NONE",
        ports: [{ number: 443, name: "tls", protocol: "TLS" }],
      },
    ]);
    expect(await entries(undefined)).toEqual([]);
  });

  test("external: no release, and every policy and namespace as before", async () => {
    const without = (await declared({ charts: "external" })).map(({ name }) => name);
    const withCharts = (await declared()).filter(({ type }) => !type.endsWith(":Release")).map(({ name }) => name);
    expect(without.toSorted()).toEqual(withCharts.toSorted());
    expect(without).toContain("mesh-strict-mtls");
  });

  test("mTLS is strict everywhere, without an exception", async () => {
    const { inputs } = only(await declared(), "PeerAuthentication");
    expect(inputs).toMatchObject({ metadata: { namespace: "istio-system" }, spec: { mtls: { mode: "STRICT" } } });
    expect(Object.keys(inputs.spec ?? {})).toEqual(["mtls"]);
  });

  test("nobody may call anybody, and everybody the gateway", async () => {
    const seen = await declared();
    const deny = only(seen, "AuthorizationPolicy", "mesh-deny-by-default").inputs;
    expect(deny).toMatchObject({ metadata: { namespace: "istio-system" } });
    expect(deny.spec).toEqual({});
    expect(only(seen, "AuthorizationPolicy", "mesh-allow-ingress").inputs).toMatchObject({
      metadata: { namespace: "istio-ingress" },
      spec: { selector: { matchLabels: { istio: "ingress" } }, action: "ALLOW" },
    });
  });

  test("a sidecar sees its own namespace and the platform's, and leaves the mesh nowhere", async () => {
    expect(only(await declared(), "Sidecar").inputs.spec).toEqual({
      egress: [{ hosts: ["./*", "istio-system/*", "privatesales-data/*", "monitoring/*"] }],
      outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
    });
  });

  test("a connection for one host carries no request for another: first of the gateway's filters, and nowhere else", async () => {
    const { inputs } = only(await declared(), "EnvoyFilter", "mesh-misdirected-requests");
    expect(inputs).toMatchObject({
      metadata: { namespace: "istio-ingress" },
      spec: { workloadSelector: { labels: { istio: "ingress" } }, configPatches: [{ applyTo: "HTTP_FILTER", match: { context: "GATEWAY" }, patch: { operation: "INSERT_FIRST" } }] },
    });
    expect(JSON.stringify(inputs.spec)).toContain('[\\":status\\"] = \\"421\\"');
  });

  test("behind CloudFront, whose connections carry many shops' requests, no connection is bound to one", async () => {
    const names = (await declared({ ingress: { kind: "targetGroup" } })).map(({ name }) => name);
    expect(names).toContain("mesh-rate-limits");
    expect(names).not.toContain("mesh-misdirected-requests");
  });

  test("request metrics carry the tenant, seen from both sides", async () => {
    const spec = JSON.stringify(only(await declared(), "Telemetry").inputs.spec);
    expect(spec).toContain(`{"match":{"metric":"ALL_METRICS","mode":"SERVER"},"tagOverrides":{"tenant":{"value":"xds.node.metadata['LABELS']['privatesales.co.kr/tenant']"}}}`);
    expect(spec).toContain(`"mode":"CLIENT"},"tagOverrides":{"tenant":{"value":"filter_state.upstream_peer.labels['privatesales.co.kr/tenant']"}}}`);
  });

  test("publishes what tenants name", async () => {
    let istio: Istio | undefined;
    await record(() => {
      istio = new Istio("mesh", args);
    });
    expect(istio).toMatchObject({
      rootNamespace: "istio-system",
      ingressNamespace: "istio-ingress",
      gatewayPrincipal: "cluster.local/ns/istio-ingress/sa/istio-ingress",
    });
    expect(istio?.ready).toHaveLength(13);
  });
});

describe("values", () => {
  test("sidecars are native, set up by the CNI plug-in, and as large as the quotas count them", () => {
    expect(istiodValues(args)).toMatchObject({
      cni: { enabled: true },
      env: { ENABLE_NATIVE_SIDECARS: "true", PILOT_SCOPE_GATEWAY_TO_NAMESPACE: "true" },
      meshConfig: { outboundTrafficPolicy: { mode: "REGISTRY_ONLY" }, enableAutoMtls: true, accessLogEncoding: "JSON" },
      global: { proxy: { resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } } } },
    });
  });

  test.each([
    [1, false],
    [2, true],
  ])("a budget for %i replicas of istiod: %s", (replicas, enabled) => {
    expect(istiodValues({ ...args, replicas })).toHaveProperty("global.defaultPodDisruptionBudget.enabled", enabled);
  });

  test("the gateway's service by kind", () => {
    expect(gatewayValues({ min: 1, max: 2 }, { kind: "nodePort", http: 30080, https: 30443 })).toMatchObject({
      service: { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }, { port: 443, nodePort: 30443 }] },
    });
    const balanced = gatewayValues({ min: 1, max: 2 }, { kind: "loadBalancer", annotations: { a: "b" } });
    expect(balanced.service).toEqual({ type: "LoadBalancer", annotations: { a: "b" } });
  });

  test("a single gateway has no budget that would block a drain", () => {
    const service = { kind: "loadBalancer", annotations: {} } as const;
    expect(gatewayValues({ min: 1, max: 2 }, service)).not.toHaveProperty("podDisruptionBudget");
    expect(gatewayValues({ min: 3, max: 9 }, service)).toHaveProperty("podDisruptionBudget", { minAvailable: 2 });
  });
});
