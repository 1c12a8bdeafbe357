import { BlockList, isIPv6 } from "node:net";
import { z } from "zod";
import { at } from "./objects.ts";
import type { Recorded } from "./record.ts";

/**
 * What all NetworkPolicies of a cluster come to together, as Kubernetes defines it:
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * No policy that selects a pod in a direction: open. Otherwise open to what one of them opens.
 */

const labels = z.record(z.string(), z.string());
const selector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]), values: z.array(z.string()).default([]) }))
    .optional(),
});
const peer = z.strictObject({
  namespaceSelector: selector.optional(),
  podSelector: selector.optional(),
  ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
});
// Named ports would need the pods' own specs; a policy with one is an error here.
const port = z.strictObject({ protocol: z.enum(["TCP", "UDP"]).default("TCP"), port: z.int().optional(), endPort: z.int().optional() });
const specSchema = z.strictObject({
  podSelector: selector,
  policyTypes: z.array(z.enum(["Ingress", "Egress"])).min(1),
  ingress: z.array(z.strictObject({ from: z.array(peer).optional(), ports: z.array(port).optional() })).optional(),
  egress: z.array(z.strictObject({ to: z.array(peer).optional(), ports: z.array(port).optional() })).optional(),
});

export type Selector = z.infer<typeof selector>;
export type Peer = z.infer<typeof peer>;
type Labels = Readonly<Record<string, string>>;

export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: z.infer<typeof specSchema>;
}

export interface Cluster {
  /** Labels by namespace, the API server's own among them. */
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly policies: readonly Policy[];
}

/** A pod, or an address outside: a node, a store of AWS, the internet. */
export type Party =
  | { readonly kind: "pod"; readonly namespace: string; readonly labels: Labels; readonly address?: string }
  | { readonly kind: "address"; readonly address: string };

export interface Port {
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
}

export function matches({ matchLabels = {}, matchExpressions = [] }: Selector, worn: Labels): boolean {
  const byLabels = Object.entries(matchLabels).every(([key, value]) => worn[key] === value);
  return (
    byLabels &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = worn[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
      }
    })
  );
}

function inBlock(cidr: string, address: string): boolean {
  const [network = "", prefix = ""] = cidr.split("/");
  if (isIPv6(network) !== isIPv6(address)) return false;
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const block = new BlockList();
  block.addSubnet(network, Number(prefix), family);
  return block.check(address, family);
}

function isPeer(cluster: Cluster, policy: Policy, { namespaceSelector, podSelector, ipBlock }: Peer, party: Party): boolean {
  if (ipBlock !== undefined) {
    // Some network plugins compare pods' addresses with blocks too, so the model does: it errs on the side of open.
    const { address } = party;
    return address !== undefined && inBlock(ipBlock.cidr, address) && !ipBlock.except.some((cidr) => inBlock(cidr, address));
  }
  if (party.kind === "address") return false;
  const there = namespaceSelector === undefined ? party.namespace === policy.namespace : matches(namespaceSelector, namespaceLabels(cluster, party.namespace));
  return there && matches(podSelector ?? {}, party.labels);
}

function namespaceLabels(cluster: Cluster, namespace: string): Labels {
  const found = cluster.namespaces[namespace];
  if (found === undefined) throw new Error(`no namespace ${namespace}; there are: ${Object.keys(cluster.namespaces).join(", ")}`);
  return found;
}

const covers = (ports: readonly z.infer<typeof port>[] | undefined, wanted: Port): boolean =>
  ports === undefined ||
  ports.length === 0 ||
  ports.some(
    ({ protocol, port: first, endPort }) =>
      protocol === (wanted.protocol ?? "TCP") && (first === undefined || (wanted.port >= first && wanted.port <= (endPort ?? first))),
  );

const hits = (cluster: Cluster, policy: Policy, peers: readonly Peer[] | undefined, party: Party): boolean =>
  peers === undefined || peers.length === 0 || peers.some((one) => isPeer(cluster, policy, one, party));

const selecting = (cluster: Cluster, party: Party, direction: "Ingress" | "Egress"): readonly Policy[] =>
  party.kind === "address"
    ? []
    : cluster.policies.filter(
        ({ namespace, spec }) => namespace === party.namespace && spec.policyTypes.includes(direction) && matches(spec.podSelector, party.labels),
      );

/** Whether the sender's side lets it out, and the receiver's side lets it in. */
export function sides(cluster: Cluster, from: Party, to: Party, wanted: Port): { readonly out: boolean; readonly in: boolean } {
  const senders = selecting(cluster, from, "Egress");
  const receivers = selecting(cluster, to, "Ingress");
  return {
    out: senders.length === 0 || senders.some((policy) => (policy.spec.egress ?? []).some((rule) => hits(cluster, policy, rule.to, to) && covers(rule.ports, wanted))),
    in: receivers.length === 0 || receivers.some((policy) => (policy.spec.ingress ?? []).some((rule) => hits(cluster, policy, rule.from, from) && covers(rule.ports, wanted))),
  };
}

export function isOpen(cluster: Cluster, from: Party, to: Party, wanted: Port): boolean {
  const both = sides(cluster, from, to, wanted);
  return both.out && both.in;
}

/** Every peer of every policy, with the policy that it stands in. */
export const peersOf = (cluster: Cluster): readonly { readonly policy: Policy; readonly peer: Peer }[] =>
  cluster.policies.flatMap((policy) =>
    [...(policy.spec.ingress ?? []).flatMap(({ from }) => from ?? []), ...(policy.spec.egress ?? []).flatMap(({ to }) => to ?? [])].map((one) => ({
      policy,
      peer: one,
    })),
  );

const NAME_LABEL = "kubernetes.io/metadata.name";
const metadata = z.object({ name: z.string(), namespace: z.string().default(""), labels: labels.default({}) });

/** The namespaces and policies that a program declares, and those namespaces that every cluster has. */
export function clusterOf(resources: readonly Recorded[]): Cluster {
  const of = (kind: string): readonly Recorded[] => resources.filter(({ type }) => type.endsWith(`:${kind}`));
  const declared = of("Namespace").map(({ inputs }) => metadata.parse(at(inputs, "metadata")));
  const all = [...declared, ...["kube-system", "default"].map((name) => ({ name, labels: {} }))];
  return {
    namespaces: Object.fromEntries(all.map((one) => [one.name, { ...one.labels, [NAME_LABEL]: one.name }])),
    policies: of("NetworkPolicy").map(({ inputs }) => {
      const { name, namespace } = metadata.parse(at(inputs, "metadata"));
      return { name, namespace, spec: specSchema.parse(at(inputs, "spec")) };
    }),
  };
}
