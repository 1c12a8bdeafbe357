import type { Environment } from "../environment.ts";
import { nodeAddress } from "./arguments.ts";

/** An object to create once, and the collection to POST it to. */
export interface InitialObject {
  readonly path: string;
  readonly object: KubernetesObject;
}

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

const ZONES = ["a", "b", "c"] as const;
const NODE_COUNT = 6;

/** What one node holds: together enough for about a hundred tenants. */
const CAPACITY = { cpu: "32", memory: "128Gi", pods: "250", "ephemeral-storage": "500Gi" } as const;

/** The simulated nodes, spread over three zones, and the storage class whose claims KWOK binds. */
export function initialObjects(env: Environment): readonly InitialObject[] {
  const nodes = Array.from({ length: NODE_COUNT }, (_, index) => ({ path: "/api/v1/nodes", object: node(env, index) }));
  return [...nodes, { path: "/apis/storage.k8s.io/v1/storageclasses", object: STORAGE_CLASS }];
}

function node(env: Environment, index: number): KubernetesObject {
  const name = `node-${String(index)}`;
  const zone = ZONES[index % ZONES.length] ?? ZONES[0];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "sandbox",
        "topology.kubernetes.io/region": "sandbox",
        "topology.kubernetes.io/zone": zone,
      },
    },
    status: {
      capacity: CAPACITY,
      allocatable: CAPACITY,
      addresses: [
        { type: "InternalIP", address: nodeAddress(env, index) },
        { type: "Hostname", address: name },
      ],
    },
  };
}

// KWOK's volume stages know their claims by this name.
const STORAGE_CLASS: KubernetesObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "kwok-volume", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "kwok.x-k8s.io/volume",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};
