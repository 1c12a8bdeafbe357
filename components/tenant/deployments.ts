import type { IVerticalPodAutoscaler } from "@kubernetes-models/autoscaler/autoscaling.k8s.io/v1/VerticalPodAutoscaler";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { customResource } from "../shared/customResource.ts";
import { TENANT_LABEL, workloadSelector } from "../shared/labels.ts";
import type { Range } from "../../tenants/tenant.ts";
import { serves, type Context } from "./context.ts";
import { podTemplate } from "./podTemplate.ts";
import { WORKLOADS, workloadPorts, type Workload } from "./workloads.ts";

/** Seconds without progress after which Kubernetes calls a rollout failed. */
const PROGRESS_DEADLINE = 300;

/** A little longer than Kubernetes itself waits, so that its reason is known; the plugin alone would wait ten minutes. */
const PATIENCE = `${PROGRESS_DEADLINE + 30}s`;

/**
 * On a workload that is stopped: the autoscaler, which is gone by then, still owns `replicas`, and an apply that does not take the
 * field over is refused. https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
const TAKES_REPLICAS = { "pulumi.com/patchForce": "true" } as const;

/**
 * `replicas` is left out while the tenant serves: the autoscaler owns that number, and a program that also set it would
 * undo each of its decisions.
 */
export function deploymentSpec(
  context: Context,
  workload: Workload,
  settings: Readonly<Record<string, string>>,
): k8s.types.input.apps.v1.DeploymentSpec {
  return {
    ...(serves(context.tenant) ? {} : { replicas: 0 }),
    selector: { matchLabels: workloadSelector(context.tenant.id, workload) },
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: PROGRESS_DEADLINE,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
    template: podTemplate(context, workload, settings),
  };
}

/** Kubernetes: a HorizontalPodAutoscaler moves replicas between bounds. CPU only: memory is the VerticalPodAutoscaler's. */
export function autoscalerSpec(workload: Workload, range: Range): k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload },
    minReplicas: range.min,
    maxReplicas: range.max,
    metrics: [
      {
        type: "ContainerResource",
        // The container's own share: the sidecar's load says nothing about the application.
        containerResource: { name: "cpu", container: workload, target: { type: "Utilization", averageUtilization: 70 } },
      },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Percent", value: 50, periodSeconds: 60 }] } },
  };
}

function declareAutoscalers(context: Context, workload: Workload, deployment: pulumi.Resource): readonly pulumi.Resource[] {
  if (!serves(context.tenant)) return [];
  const rightSize = customResource<IVerticalPodAutoscaler>({
    apiVersion: "autoscaling.k8s.io/v1",
    kind: "VerticalPodAutoscaler",
    metadata: context.meta(workload),
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload },
      // Recommends only: the numbers are read when a plan is next revised, and nothing fights the HorizontalPodAutoscaler.
      updatePolicy: { updateMode: "Off" },
      resourcePolicy: { containerPolicies: [{ containerName: workload, controlledResources: ["memory"] }] },
    },
  });
  return [
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      context.name(`${workload}-autoscaler`),
      { metadata: context.meta(workload), spec: autoscalerSpec(workload, context.tenant.plan.replicas[workload]) },
      context.after(deployment),
    ),
    new k8s.apiextensions.CustomResource(context.name(`${workload}-right-size`), rightSize, context.after(deployment)),
  ];
}

function declareWorkload(
  context: Context,
  workload: Workload,
  settings: Readonly<Record<string, string>>,
  before: readonly pulumi.Resource[],
): readonly pulumi.Resource[] {
  const deployment = new k8s.apps.v1.Deployment(
    context.name(`${workload}-deployment`),
    { metadata: context.meta(workload, serves(context.tenant) ? undefined : TAKES_REPLICAS), spec: deploymentSpec(context, workload, settings) },
    { ...context.after(...before), customTimeouts: { create: PATIENCE, update: PATIENCE } },
  );
  const service = new k8s.core.v1.Service(
    context.name(`${workload}-service`),
    {
      // A Service is ready when its pods are, and those are awaited as the Deployment.
      metadata: context.meta(workload, { "pulumi.com/skipAwait": "true" }),
      spec: {
        selector: workloadSelector(context.tenant.id, workload),
        ports: [{ name: "http", port: 80, targetPort: workloadPorts[workload], appProtocol: "http" }],
      },
    },
    context.after(...before),
  );
  return [deployment, service, ...declareAutoscalers(context, workload, deployment)];
}

/** Step D: storefront and API, their Services, how far they scale, and how many pods may be taken away at once. */
export function declareWorkloads(
  context: Context,
  settings: Readonly<Record<string, string>>,
  before: readonly pulumi.Resource[],
): readonly pulumi.Resource[] {
  const budget = new k8s.policy.v1.PodDisruptionBudget(
    context.name("disruption-budget"),
    {
      metadata: context.meta("workloads"),
      spec: {
        // A count of pods that may be missing never forbids the eviction of a lone one, as `minAvailable: 1` would.
        maxUnavailable: 1,
        selector: { matchLabels: { [TENANT_LABEL]: context.tenant.id }, matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: [...WORKLOADS] }] },
      },
    },
    context.after(...before),
  );
  return [...WORKLOADS.flatMap((workload) => declareWorkload(context, workload, settings, before)), budget];
}
