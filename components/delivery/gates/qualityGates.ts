import * as k8s from "@pulumi/kubernetes";
import type { IServiceEntry } from "@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry";
import * as pulumi from "@pulumi/pulumi";
import { chartArgs, type Charts } from "../../shared/chart.ts";
import { customResource } from "../../shared/customResource.ts";
import { platformLabels, tenantLabels } from "../../shared/labels.ts";
import { tenantNamespace } from "../../shared/names.ts";
import { podSecurityLabels } from "../../shared/podSecurity.ts";
import { CHARTS } from "../../shared/versions.ts";
import { GATES, gateFaults, type Gate, type GateChoice } from "./gates.ts";
import { FILES_NAME, integrationJob, k6Job, SCAN_ACCOUNT, scanJob, scanPodLabels, TARGETS_FILE, testDataJob, TESTS_ACCOUNT } from "./jobs.ts";
import { k6Script } from "./k6Script.ts";
import { apiServerPolicy, gatesPolicy, GATES_NAMESPACE, gatesMetadata, shopHosts } from "./network.ts";
import { withPassed, type GateResults } from "./promotion.ts";
import { reportRules, SCAN_NAMESPACE, trivyValues } from "./scan.ts";

export interface QualityGatesArgs extends GateChoice {
  readonly charts: Charts;
  readonly images: {
    /** The platform's own image, whose commands `integration` and `scan` are run. */
    readonly tools: string;
    readonly k6: string;
  };
  /** Whether a client knows who signed the shops' certificates. */
  readonly certificates: "public" | "selfSigned";
  /** Paths that the k6 tests ask each host for. Default: `/`. */
  readonly paths?: readonly string[];
  /** Where the API server's addresses are, for the one pod that calls it. */
  readonly apiServerCidrs: readonly string[];
  /** What the stack's last outputs hold as results: versions that passed stay passed. */
  readonly earlier: GateResults;
}

/**
 * The tests between qa and prod. Each is a Job that `pulumi up` waits for: one that fails fails the run, and the results that
 * prod reads are those of the last run in which all of them passed.
 */
export class QualityGates extends pulumi.ComponentResource {
  /** What has passed, for an output of the stack; known once every gate has. */
  readonly results: pulumi.Output<GateResults>;

  constructor(name: string, args: QualityGatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:delivery:QualityGates", name, {}, opts);
    const faults = gateFaults(args);
    if (faults.length > 0) throw new Error(`the quality gates cannot be declared: ${faults.join("; ")}`);
    const files = gateFiles(args);
    const namespace = this.declareNamespace(name, args);
    const config = new k8s.core.v1.ConfigMap(
      `${name}-files`,
      { metadata: gatesMetadata(FILES_NAME), data: { ...files } },
      { parent: this, dependsOn: [...namespace] },
    );
    const jobs = this.declareJobs(name, args, files, [...namespace, config]);
    const passed = withPassed(args.earlier, inOrder(args.gates), args.tenants);
    this.results = pulumi.all(jobs.map(({ id }) => id)).apply(() => passed);
    this.registerOutputs({ results: this.results });
  }

  private declareNamespace(name: string, { tenants, apiServerCidrs }: QualityGatesArgs): readonly pulumi.Resource[] {
    const labels = { ...platformLabels("delivery"), ...podSecurityLabels("restricted"), "istio-injection": "enabled" };
    const namespace = new k8s.core.v1.Namespace(`${name}-namespace`, { metadata: { name: GATES_NAMESPACE, labels } }, { parent: this });
    const options = { parent: this, dependsOn: [namespace] };
    const policies = [
      ["base", gatesPolicy()],
      ["api-server", apiServerPolicy(scanPodLabels, apiServerCidrs)],
    ] as const;
    return [
      namespace,
      ...policies.map(
        ([part, spec]) => new k8s.networking.v1.NetworkPolicy(`${name}-network-${part}`, { metadata: gatesMetadata(part), spec }, options),
      ),
      ...[TESTS_ACCOUNT, SCAN_ACCOUNT].map(
        (account) =>
          new k8s.core.v1.ServiceAccount(`${name}-account-${account}`, { metadata: gatesMetadata(account), automountServiceAccountToken: false }, options),
      ),
      new k8s.apiextensions.CustomResource(`${name}-shops`, customResource<IServiceEntry>(shopHosts(tenants.flatMap(({ hosts }) => hosts))), options),
    ];
  }

  /** One after the other: tests do not disturb each other, and a version that fails an early one is not put under load. */
  private declareJobs(name: string, args: QualityGatesArgs, files: GateFiles, before: readonly pulumi.Resource[]): readonly k8s.batch.v1.Job[] {
    const { images, thresholds, certificates } = args;
    const jobs: k8s.batch.v1.Job[] = [];
    let earlier = before;
    const step = (...made: readonly { readonly part: string; readonly job: k8s.batch.v1.JobArgs }[]): void => {
      const declared = made.map(
        ({ part, job }) => new k8s.batch.v1.Job(`${name}-${part}`, job, { parent: this, dependsOn: [...earlier], deleteBeforeReplace: true }),
      );
      jobs.push(...declared);
      earlier = declared;
    };
    for (const gate of inOrder(args.gates)) {
      switch (gate) {
        case "testData":
          step(...args.tenants.map((tenant) => ({ part: `test-data-${tenant.id}`, job: testDataJob(tenant, args.testData) })));
          break;
        case "integration":
          step({ part: gate, job: integrationJob(images.tools, certificates, { targets: files[TARGETS_FILE], image: images.tools, certificates }) });
          break;
        case "load":
        case "performance":
          step({ part: gate, job: k6Job(gate, images.k6, thresholds, { targets: files[TARGETS_FILE], script: files[`${gate}.js`], image: images.k6 }) });
          break;
        case "scan":
          earlier = [...earlier, ...this.declareScanner(name, args)];
          step({ part: gate, job: scanJob(images.tools, { targets: files[TARGETS_FILE], image: images.tools, scanner: CHARTS.trivyOperator }) });
          break;
        default:
          throw new Error(`unknown gate ${String(gate satisfies never)}`);
      }
    }
    return jobs;
  }

  private declareScanner(name: string, args: QualityGatesArgs): readonly pulumi.Resource[] {
    const roles = args.tenants.map((tenant) => {
      const { id } = tenant;
      const metadata = { name: "scan-reports", namespace: tenantNamespace(id), labels: tenantLabels(tenant) };
      const role = new k8s.rbac.v1.Role(`${name}-scan-role-${id}`, { metadata, rules: reportRules() }, { parent: this });
      return new k8s.rbac.v1.RoleBinding(
        `${name}-scan-binding-${id}`,
        {
          metadata,
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
          subjects: [{ kind: "ServiceAccount", name: SCAN_ACCOUNT, namespace: GATES_NAMESPACE }],
        },
        { parent: this, dependsOn: [role] },
      );
    });
    switch (args.charts) {
      case "external":
        return roles;
      case "managed": {
        const labels = { ...platformLabels("delivery"), ...podSecurityLabels("baseline") };
        const namespace = new k8s.core.v1.Namespace(`${name}-scan-namespace`, { metadata: { name: SCAN_NAMESPACE, labels } }, { parent: this });
        const release = new k8s.helm.v3.Release(
          `${name}-scanner`,
          chartArgs(CHARTS.trivyOperator, { namespace: SCAN_NAMESPACE, values: trivyValues() }),
          { parent: this, dependsOn: [namespace] },
        );
        return [...roles, release];
      }
    }
  }
}

type GateFiles = Readonly<Record<typeof TARGETS_FILE | "load.js" | "performance.js", string>>;

function gateFiles(args: QualityGatesArgs): GateFiles {
  const { tenants, paths = ["/"] } = args;
  return {
    [TARGETS_FILE]: JSON.stringify(tenants.map(({ id, version, hosts }) => ({ id, version, hosts, namespace: tenantNamespace(id) }))),
    "load.js": k6Script("load", { ...args, paths }),
    "performance.js": k6Script("performance", { ...args, paths }),
  };
}

/** Whatever the order in which they were named. */
const inOrder = (gates: readonly Gate[]): readonly Gate[] => GATES.filter((gate) => gates.includes(gate));
