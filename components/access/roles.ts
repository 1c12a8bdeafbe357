import { OVERRIDES_NAME } from "./overrides.ts";

/** A rule of a Role, in the order that Kubernetes prints it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Only objects with these names. Default: all. */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export const SUPER_ADMIN_ROLE = "privatesales:super-admin";
export const SERVICE_ADMIN_ROLE = "privatesales:service-admin";

const READ = ["get", "list", "watch"] as const;

const read = (apiGroup: string, ...resources: readonly string[]): Rule => ({ apiGroups: [apiGroup], resources, verbs: READ });

/**
 * What SUPER_ADMIN may do in the whole cluster: see everything except secrets, restart and scale workloads, replace pods.
 * Everything else is a change of the program's text, reviewed and deployed by the deployer's identity. Lists and no
 * wildcards, so that a new kind is closed until somebody opens it. No exec, no port-forward and no tokens: each is a way
 * to a shop's data or to another identity. `patch` on workloads is narrowed by the admission policies to restarts.
 */
export function superAdminRules(): readonly Rule[] {
  return [
    read("", "namespaces", "nodes", "pods", "pods/log", "services", "endpoints", "configmaps", "events"),
    read("", "persistentvolumes", "persistentvolumeclaims", "resourcequotas", "limitranges", "serviceaccounts"),
    read("apps", "deployments", "statefulsets", "daemonsets", "replicasets", "controllerrevisions"),
    read("batch", "jobs", "cronjobs"),
    read("autoscaling", "horizontalpodautoscalers"),
    read("autoscaling.k8s.io", "verticalpodautoscalers", "verticalpodautoscalercheckpoints"),
    read("policy", "poddisruptionbudgets"),
    read("networking.k8s.io", "networkpolicies", "ingresses", "ingressclasses"),
    read("discovery.k8s.io", "endpointslices"),
    read("events.k8s.io", "events"),
    read("storage.k8s.io", "storageclasses", "volumeattachments", "csidrivers", "csinodes"),
    read("scheduling.k8s.io", "priorityclasses"),
    read("coordination.k8s.io", "leases"),
    read("rbac.authorization.k8s.io", "roles", "rolebindings", "clusterroles", "clusterrolebindings"),
    read("admissionregistration.k8s.io", "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
    read("admissionregistration.k8s.io", "validatingwebhookconfigurations", "mutatingwebhookconfigurations"),
    read("apiextensions.k8s.io", "customresourcedefinitions"),
    read("apiregistration.k8s.io", "apiservices"),
    read("metrics.k8s.io", "nodes", "pods"),
    read("networking.istio.io", "gateways", "virtualservices", "destinationrules", "serviceentries", "sidecars", "envoyfilters"),
    read("security.istio.io", "peerauthentications", "authorizationpolicies", "requestauthentications"),
    read("telemetry.istio.io", "telemetries"),
    read("cert-manager.io", "certificates", "certificaterequests", "issuers", "clusterissuers"),
    read("monitoring.coreos.com", "prometheuses", "alertmanagers", "alertmanagerconfigs", "prometheusrules"),
    read("monitoring.coreos.com", "servicemonitors", "podmonitors", "probes", "scrapeconfigs"),
    read("elasticsearch.k8s.elastic.co", "elasticsearches"),
    read("kibana.k8s.elastic.co", "kibanas"),
    read("logstash.k8s.elastic.co", "logstashes"),
    read("beat.k8s.elastic.co", "beats"),
    { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets"], verbs: ["patch"] },
    { apiGroups: ["apps"], resources: ["deployments/scale", "statefulsets/scale"], verbs: ["get", "update", "patch"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["delete"] },
    { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  ];
}

/**
 * What SERVICE_ADMIN may do in the one namespace that a RoleBinding names: see the shop's workloads and their logs, restart
 * them, and override some settings. Nothing on secrets, access, quota, policies, endpoints or the mesh: those decide what the
 * shop can reach, and an administrator of one shop is not asked about that.
 */
export function serviceAdminRules(): readonly Rule[] {
  return [
    read("", "pods", "pods/log", "services", "configmaps", "events"),
    read("apps", "deployments", "statefulsets", "replicasets"),
    read("batch", "jobs", "cronjobs"),
    read("autoscaling", "horizontalpodautoscalers"),
    read("policy", "poddisruptionbudgets"),
    read("events.k8s.io", "events"),
    // The admission policies narrow it to `kubectl rollout restart`.
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] },
    // And this one to the settings that a tenant may override.
    { apiGroups: [""], resources: ["configmaps"], resourceNames: [OVERRIDES_NAME], verbs: ["update", "patch"] },
  ];
}
