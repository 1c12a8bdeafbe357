import type { ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release.js";
import type { ChartVersion } from "./versions.ts";

/**
 * Who installs third-party charts. `external`: somebody else did (a real cluster's own pipeline), so no Release is
 * declared, while everything that depends on their CRDs is.
 */
export type Charts = "managed" | "external";

export interface ChartOptions {
  /** Declared by the caller, with its labels; Helm never creates it. */
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Name of the Helm release; default: the chart's own name. */
  readonly release?: string;
}

/** Seconds until a chart that does not become ready fails the run. */
const TIMEOUT_SECONDS = 600;

const chartName = (chart: string): string => chart.slice(chart.lastIndexOf("/") + 1);

/**
 * Arguments of a Helm Release. Its name is fixed, since an auto-named release collides with nothing and is never found
 * again; a failed install is rolled back (`atomic`), or the next run meets a release that is neither there nor absent.
 */
export function chartArgs(version: ChartVersion, options: ChartOptions): ReleaseArgs {
  return {
    name: options.release ?? chartName(version.chart),
    chart: version.chart,
    version: version.version,
    ...(version.repository === undefined ? {} : { repositoryOpts: { repo: version.repository } }),
    namespace: options.namespace,
    createNamespace: false,
    atomic: true,
    timeout: TIMEOUT_SECONDS,
    values: { ...options.values },
  };
}
