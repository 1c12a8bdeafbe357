import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../../tenants/hosts.ts";
import type { Amount, Plan, PodResources, Quota } from "../../tenants/tenant.ts";
import { LABEL_PREFIX } from "../shared/labels.ts";
import { podSecurityLabels } from "../shared/podSecurity.ts";
import type { Context } from "./context.ts";

const cpu = (amount: Amount): string => `${amount.cpuMilli}m`;
const memory = (amount: Amount): string => `${amount.memoryMi}Mi`;

/** Requests or limits as Kubernetes writes them. */
export const resourceList = (amount: Amount): Record<string, string> => ({ cpu: cpu(amount), memory: memory(amount) });

export const resourceRequirements = (pod: PodResources): { requests: Record<string, string>; limits: Record<string, string> } => ({
  requests: { ...resourceList(pod.requests), "ephemeral-storage": "128Mi" },
  limits: { ...resourceList(pod.limits), "ephemeral-storage": "512Mi" },
});

/**
 * Kubernetes: a ResourceQuota bounds what a namespace may hold; a pod over it is refused at creation.
 * The object counts stop a tenant's controllers from filling etcd and the services from using node ports or load balancers.
 */
export function quotaHard(quota: Quota): Record<string, string> {
  return {
    "requests.cpu": cpu(quota.requests),
    "requests.memory": memory(quota.requests),
    "limits.cpu": cpu(quota.limits),
    "limits.memory": memory(quota.limits),
    "requests.ephemeral-storage": `${quota.ephemeralGi}Gi`,
    "limits.ephemeral-storage": `${quota.ephemeralGi}Gi`,
    pods: String(quota.pods),
    services: "5",
    "services.loadbalancers": "0",
    "services.nodeports": "0",
    configmaps: "20",
    secrets: "20",
    persistentvolumeclaims: "0",
    replicationcontrollers: "0",
    resourcequotas: "1",
    "count/jobs.batch": "20",
    "count/cronjobs.batch": "5",
  };
}

/** Kubernetes: a LimitRange fills in requests and limits of containers that name none, and bounds a single container. */
export function limitRangeItem(plan: Plan): k8s.types.input.core.v1.LimitRangeItem {
  return {
    type: "Container",
    defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
    default: { cpu: "200m", memory: "128Mi", "ephemeral-storage": "512Mi" },
    max: { ...resourceList(plan.quota.limits), "ephemeral-storage": `${plan.quota.ephemeralGi}Gi` },
  };
}

/** Step C, first: the namespace. Everything else of the tenant stands in it. */
export function declareNamespace(context: Context): k8s.core.v1.Namespace {
  const { tenant, platform, namespace, labels } = context;
  return new k8s.core.v1.Namespace(
    context.name("namespace"),
    {
      metadata: {
        name: namespace,
        labels: { ...labels, "istio-injection": "enabled", ...podSecurityLabels("restricted") },
        // The admission policies read from here which hosts an object of this namespace may claim.
        annotations: { [`${LABEL_PREFIX}/hosts`]: hostsOf(tenant, platform.domain).all.join(",") },
      },
    },
    context.after(),
  );
}

/** Step C: how much the tenant may use. */
export function declareLimits(context: Context, namespace: k8s.core.v1.Namespace): readonly pulumi.Resource[] {
  const { plan } = context.tenant;
  return [
    new k8s.core.v1.ResourceQuota(
      context.name("quota"),
      { metadata: context.meta("quota"), spec: { hard: quotaHard(plan.quota) } },
      context.after(namespace),
    ),
    new k8s.core.v1.LimitRange(
      context.name("limit-range"),
      { metadata: context.meta("limits"), spec: { limits: [limitRangeItem(plan)] } },
      context.after(namespace),
    ),
  ];
}
