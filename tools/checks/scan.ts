import { AppsV1Api, CustomObjectsApi, KubeConfig, type V1ReplicaSet } from "@kubernetes/client-node";
import { z } from "zod";
import type { Check } from "./check.ts";
import type { Target } from "./targets.ts";

/** Trivy's words for how bad a finding is, the worst last. */
export const SEVERITIES = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where trivy-operator says what a report is about; a name too long for a label stands in the annotation of the same key. */
const RESOURCE_NAME = "trivy-operator.resource.name";
const CONTAINER_NAME = "trivy-operator.container.name";

const metadata = z.object({ labels: z.record(z.string(), z.string()).default({}), annotations: z.record(z.string(), z.string()).default({}) });
const severity = z.string();

/** The fields that are read of https://aquasecurity.github.io/trivy-operator/latest/docs/crds/vulnerability-report/ and exposedsecret-report/. */
const vulnerabilities = z.object({
  items: z.array(
    z.object({
      metadata,
      report: z.object({
        vulnerabilities: z.array(z.object({ vulnerabilityID: z.string(), resource: z.string(), fixedVersion: z.string().default(""), severity })),
      }),
    }),
  ),
});
const exposedSecrets = z.object({
  items: z.array(z.object({ metadata, report: z.object({ secrets: z.array(z.object({ ruleID: z.string(), target: z.string(), severity })) }) })),
});

/** What a container of a running workload was found to hold. */
interface Report {
  readonly subject: string;
  readonly findings: readonly { readonly text: string; readonly severity: string; readonly mendable: boolean }[];
}

const subjectOf = ({ labels, annotations }: z.infer<typeof metadata>): string =>
  `${annotations[RESOURCE_NAME] ?? labels[RESOURCE_NAME] ?? ""}/${labels[CONTAINER_NAME] ?? ""}`;

/** Containers of every ReplicaSet that has pods, each of which needs a report; init containers are scanned as well. */
const subjectsOf = (sets: readonly V1ReplicaSet[]): readonly string[] =>
  sets
    .filter(({ spec }) => (spec?.replicas ?? 0) > 0)
    .flatMap(({ metadata: about, spec }) => {
      const pod = spec?.template?.spec;
      return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].map(({ name }) => `${about?.name ?? ""}/${name}`);
    });

/** Reads what trivy-operator has reported of a namespace. */
export class ScanReports {
  private readonly apps: AppsV1Api;
  private readonly custom: CustomObjectsApi;

  /** With the pod's own account, or the file that KUBECONFIG names. */
  constructor() {
    const config = new KubeConfig();
    config.loadFromDefault();
    this.apps = config.makeApiClient(AppsV1Api);
    this.custom = config.makeApiClient(CustomObjectsApi);
  }

  async subjects(namespace: string): Promise<readonly string[]> {
    const { items } = await this.apps.listNamespacedReplicaSet({ namespace });
    return subjectsOf(items);
  }

  async reports(namespace: string): Promise<readonly Report[]> {
    const list = (plural: string): Promise<unknown> =>
      this.custom.listNamespacedCustomObject({ group: "aquasecurity.github.io", version: "v1alpha1", namespace, plural });
    const images = vulnerabilities.parse(await list("vulnerabilityreports")).items;
    const secrets = exposedSecrets.parse(await list("exposedsecretreports")).items;
    return [
      ...images.map(({ metadata: about, report }) => ({
        subject: subjectOf(about),
        findings: report.vulnerabilities.map((found) => ({
          text: `${found.vulnerabilityID} in ${found.resource}, mended in ${found.fixedVersion}`,
          severity: found.severity,
          mendable: found.fixedVersion !== "",
        })),
      })),
      ...secrets.map(({ metadata: about, report }) => ({
        subject: subjectOf(about),
        // A secret in an image is always somebody's to take out.
        findings: report.secrets.map((found) => ({ text: `${found.ruleID} in ${found.target}`, severity: found.severity, mendable: true })),
      })),
    ];
  }
}

/** Throws unless every running container has a report, and none has a finding this bad that can be mended. */
async function expectClean(reader: ScanReports, { id, namespace }: Target, worst: readonly string[]): Promise<void> {
  const subjects = await reader.subjects(namespace);
  if (subjects.length === 0) throw new Error(`nothing runs in ${namespace}; a scan of nothing is no pass of ${id}`);
  const reports = await reader.reports(namespace);
  const missing = subjects.filter((subject) => !reports.some((report) => report.subject === subject));
  if (missing.length > 0) throw new Error(`no report yet of ${missing.join(", ")}`);
  const faults = reports
    .filter(({ subject }) => subjects.includes(subject))
    .flatMap(({ subject, findings }) =>
      findings.filter((found) => found.mendable && worst.includes(found.severity)).map((found) => `${subject}: ${found.severity} ${found.text}`),
    );
  if (faults.length > 0) throw new Error([...new Set(faults)].join("; "));
}

/** One check a shop: all that runs was scanned, and holds nothing of `failOn` or worse that has a fix. */
export function scanChecks(targets: readonly Target[], failOn: Severity, reader: ScanReports): readonly Check[] {
  const worst = SEVERITIES.slice(SEVERITIES.indexOf(failOn));
  return targets.map((target) => ({ name: `${target.id}: images of ${target.version}`, run: () => expectClean(reader, target, worst) }));
}
