import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { chartArgs, type Charts } from "../shared/chart.ts";
import { CHARTS } from "../shared/versions.ts";

export interface AddonsArgs {
  readonly charts: Charts;
  /** `skip` where nodes serve kubelet certificates that no authority signed (kind, minikube); `verify` elsewhere. */
  readonly kubeletTls: "verify" | "skip";
}

/** Part of every cluster, so it is declared nowhere. */
const NAMESPACE = "kube-system";

export function metricsServerValues(kubeletTls: AddonsArgs["kubeletTls"]): Record<string, unknown> {
  return {
    args: kubeletTls === "skip" ? ["--kubelet-insecure-tls"] : [],
    resources: { requests: { cpu: "50m", memory: "100Mi" }, limits: { memory: "200Mi" } },
  };
}

/**
 * Only the recommender: an updater that changes the requests of pods which an HPA scales by utilisation, or a webhook that
 * changes them behind the program's back, would fight both. Recommendations are read by people and by the cost report.
 */
export function vpaValues(): Record<string, unknown> {
  return {
    recommender: {
      enabled: true,
      resources: { requests: { cpu: "25m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    },
    updater: { enabled: false },
    admissionController: { enabled: false },
  };
}

/** What autoscalers measure by: metrics-server for HorizontalPodAutoscalers, the VPA's recommender for right-sizing. */
export class Addons extends pulumi.ComponentResource {
  /** What must be there before an autoscaler is declared. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AddonsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:cluster:Addons", name, {}, opts);
    this.ready = this.declareReleases(name, args);
    this.registerOutputs({});
  }

  private declareReleases(name: string, args: AddonsArgs): readonly pulumi.Resource[] {
    switch (args.charts) {
      case "external":
        return [];
      case "managed":
        return [
          new k8s.helm.v3.Release(
            `${name}-metrics-server`,
            chartArgs(CHARTS.metricsServer, { namespace: NAMESPACE, values: metricsServerValues(args.kubeletTls) }),
            { parent: this },
          ),
          new k8s.helm.v3.Release(
            `${name}-vpa`,
            chartArgs(CHARTS.vpa, { namespace: NAMESPACE, values: vpaValues() }),
            { parent: this },
          ),
        ];
    }
  }
}
