import { z } from "zod";

/** A pod of a tenant that listens on something. */
export interface Pod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  /** Of its containers. */
  readonly ports: readonly number[];
  /** Service account: with the namespace, its identity in the mesh. */
  readonly account: string;
  readonly tenant: string;
  readonly service: string;
  readonly version: string;
}

/** Set by the program on everything that belongs to a tenant. */
export const TENANT_LABEL = "privatesales.co.kr/tenant";

export const podSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    name: z.string(),
    namespace: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    serviceAccountName: z.string().default("default"),
    containers: z.array(z.object({ ports: z.array(z.object({ containerPort: z.number() })).default([]) })),
  }),
  status: z.object({ phase: z.string().optional(), podIP: z.string().optional() }).default({}),
});

/** The pod as its process sees it; undefined while it has no address or does not run. */
export function podOf({ metadata, spec, status }: z.infer<typeof podSchema>): Pod | undefined {
  if (status.phase !== "Running" || status.podIP === undefined) return undefined;
  const { labels, ...names } = metadata;
  return {
    ...names,
    address: status.podIP,
    ports: spec.containers.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort)),
    account: spec.serviceAccountName,
    tenant: labels[TENANT_LABEL] ?? "",
    service: labels["app.kubernetes.io/name"] ?? "",
    version: labels["app.kubernetes.io/version"] ?? "",
  };
}
