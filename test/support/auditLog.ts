import { z } from "zod";

const eventSchema = z.object({
  verb: z.string(),
  requestURI: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      resource: z.string(),
      namespace: z.string().optional(),
      name: z.string().optional(),
      subresource: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.number().optional() }).optional(),
});

/** One write that the API server was asked for. */
export interface Write {
  readonly verb: string;
  /** `<namespace>/<resource>/<name>`, without a namespace for what is cluster-wide. */
  readonly object: string;
  readonly namespace: string | undefined;
  /** Refused ones change nothing. */
  readonly outcome: "done" | "refused";
  /** A dry run changes nothing either. */
  readonly dryRun: boolean;
}

const READS: ReadonlySet<string> = new Set(["get", "list", "watch"]);

/** The control plane's own parts, which go on working whatever the engine does. */
const CONTROLLERS = /^(system:(apiserver|kube-controller-manager|kube-scheduler|serviceaccount:kube-system:.*)|sandbox-kwok)$/;

/** Questions that the API server answers and forgets. */
const isQuestion = (resource: string): boolean => resource.endsWith("reviews");

/** The writes in a piece of the audit log, without those of the control plane's own parts. */
export function writesIn(text: string): readonly Write[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.flatMap((line) => {
    const { verb, requestURI, user, objectRef, responseStatus } = eventSchema.parse(JSON.parse(line));
    if (READS.has(verb) || CONTROLLERS.test(user.username) || objectRef === undefined || isQuestion(objectRef.resource)) return [];
    const { namespace, resource, name = "", subresource } = objectRef;
    // A namespace is named as its own namespace, too.
    const inside = resource === "namespaces" ? undefined : namespace;
    const parts = [inside, resource, name, subresource].filter((part) => part !== undefined);
    const code = responseStatus?.code ?? 0;
    const dryRun = new URL(requestURI, "http://api").searchParams.has("dryRun");
    return [{ verb, object: parts.join("/"), namespace: inside, outcome: code >= 200 && code < 300 ? "done" : "refused", dryRun }];
  });
}

/** What the writes came to: each changed object once, `<verb> <object>`, sorted. */
export const changesIn = (writes: readonly Write[]): readonly string[] =>
  [...new Set(writes.filter(({ outcome, dryRun }) => outcome === "done" && !dryRun).map(({ verb, object }) => `${verb} ${object}`))].toSorted();

/** Objects that were created and, until the end of the writes, not deleted. */
export function leftOver(writes: readonly Write[]): readonly string[] {
  const alive = new Set<string>();
  for (const { verb, object, outcome, dryRun } of writes) {
    if (outcome === "refused" || dryRun) continue;
    if (verb === "create") alive.add(object);
    if (verb === "delete") alive.delete(object);
  }
  return [...alive].toSorted();
}

/** Objects that were created while one of their name was there, by these writes, and so stand twice in somebody's books. */
export function madeTwice(writes: readonly Write[]): readonly string[] {
  const alive = new Set<string>();
  return writes.flatMap(({ verb, object, outcome, dryRun }) => {
    if (outcome === "refused" || dryRun) return [];
    if (verb === "delete") alive.delete(object);
    if (verb !== "create") return [];
    const again = alive.has(object);
    alive.add(object);
    return again ? [object] : [];
  });
}
