import { at, type KubeObject } from "./objects.ts";
import { groupOf } from "./token.ts";

/** What the provider's own arguments say about ConfigMaps and Secrets. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

const WORKLOAD = ["spec.selector"];
const ROLE_BINDING = ["roleRef"];
const VOLUME_SOURCES = [
  ...["awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker"],
  ...["gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk"],
  ...["portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"],
];
const POD = [
  ...["affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases"],
  ...["hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead"],
  ...["preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName"],
  ...["schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace"],
  ...["subdomain", "terminationGracePeriodSeconds", "volumes"],
];
const CONTAINER = [
  ...["args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports", "readinessProbe"],
  ...["resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath", "terminationMessagePolicy"],
  ...["tty", "volumeDevices", "volumeMounts", "workingDir"],
];

/**
 * Fields whose change replaces the object, as in the official plugin's table:
 * https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
 * A change of any other immutable field is refused by the API server itself.
 */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": WORKLOAD,
  "apps/Deployment": WORKLOAD,
  "apps/StatefulSet": [
    ...WORKLOAD,
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ROLE_BINDING,
  "rbac.authorization.k8s.io/RoleBinding": ROLE_BINDING,
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolume": VOLUME_SOURCES.map((source) => `spec.${source}`),
  "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/Pod": [
    ...POD.map((name) => `spec.${name}`),
    ...["containers", "initContainers"].flatMap((list) => CONTAINER.map((name) => `spec.${list}.*.${name}`)),
  ],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

/** Paths, split at the dots, whose change replaces this object; `*` stands for any index of a list. */
export function immutableFields(object: KubeObject, mutability: Mutability): readonly (readonly string[])[] {
  const kind = `${groupOf(String(object["apiVersion"]))}/${String(object["kind"])}`;
  const fixed = at(object, "immutable") === true;
  const data = ["data", "binaryData"];
  const fields = [
    "metadata.name",
    "metadata.namespace",
    ...(TABLE[kind] ?? []),
    ...(kind === "/Secret" && (fixed || !mutability.secrets) ? ["data", "stringData"] : []),
    ...(kind === "/ConfigMap" && (fixed || !mutability.configMaps) ? data : []),
  ];
  return fields.map((field) => field.split("."));
}

/**
 * True if a change at `path` touches one of the fields: it lies inside one, or it adds or changes a value that
 * contains one.
 */
export function touches(path: readonly string[], value: unknown, fields: readonly (readonly string[])[]): boolean {
  return fields.some((field) => {
    const shared = Math.min(path.length, field.length);
    for (let i = 0; i < shared; i += 1) {
      if (field[i] !== "*" && field[i] !== path[i]) return false;
    }
    return contains(value, field.slice(shared));
  });
}

function contains(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (key === "*") return Array.isArray(value) && value.some((item) => contains(item, rest));
  const inner = at(value, key);
  return inner !== undefined && contains(inner, rest);
}
