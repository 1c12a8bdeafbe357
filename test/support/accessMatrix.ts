import { z } from "zod";
import type { RawApi, Subject } from "./rawApi.ts";

/** Who may do what, as the API server itself says, for every verb on every served resource in every namespace. */

/** What is not in one namespace alone: all namespaces, and what stands in none. */
export const EVERYWHERE = "everywhere";

/** One verb on one resource, `core/pods/log`, or on a path such as `/healthz`; `[a,b]` at the end names the only objects. */
export interface Grant {
  readonly where: string;
  readonly what: string;
  readonly verb: string;
}

/** A resource that the API server serves, subresources included. */
export interface Served {
  /** `<group>/<resource>[/<subresource>]`, `core` for the group without a name. */
  readonly what: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Verbs that no request path has: RBAC alone knows them. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
const UNSERVED: readonly Served[] = [
  { what: "core/users", namespaced: false, verbs: ["impersonate"] },
  { what: "core/groups", namespaced: false, verbs: ["impersonate"] },
  { what: "core/serviceaccounts", namespaced: true, verbs: ["impersonate"] },
  { what: "authentication.k8s.io/uids", namespaced: false, verbs: ["impersonate"] },
  { what: "rbac.authorization.k8s.io/roles", namespaced: true, verbs: ["bind", "escalate"] },
  { what: "rbac.authorization.k8s.io/clusterroles", namespaced: false, verbs: ["bind", "escalate"] },
  { what: "certificates.k8s.io/signers", namespaced: false, verbs: ["approve", "attest", "sign"] },
];

const groupsSchema = z.object({ groups: z.array(z.object({ versions: z.array(z.object({ groupVersion: z.string() })) })) });
const resourcesSchema = z.object({
  groupVersion: z.string(),
  resources: z.array(z.object({ name: z.string(), namespaced: z.boolean(), verbs: z.array(z.string()) })),
});

/** Every resource of every group in any of its versions, from discovery, and what only RBAC knows. */
export async function servedResources(api: RawApi): Promise<readonly Served[]> {
  const { groups } = await api.ask(groupsSchema, "GET", "/apis");
  const paths = ["/api/v1", ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => `/apis/${groupVersion}`))];
  const lists = await Promise.all(paths.map((path) => api.ask(resourcesSchema, "GET", path)));
  const served = lists.flatMap(({ groupVersion, resources }) => {
    const group = groupVersion.includes("/") ? groupVersion.slice(0, groupVersion.indexOf("/")) : "core";
    return resources.map(({ name, namespaced, verbs }) => ({ what: `${group}/${name}`, namespaced, verbs }));
  });
  const byName = new Map<string, Served>();
  for (const one of [...served, ...UNSERVED]) {
    byName.set(one.what, { ...one, verbs: [...new Set([...(byName.get(one.what)?.verbs ?? []), ...one.verbs])] });
  }
  return [...byName.values()];
}

const rulesSchema = z.object({
  status: z.object({
    incomplete: z.boolean(),
    resourceRules: z.array(
      z.object({
        verbs: z.array(z.string()),
        apiGroups: z.array(z.string()).default([]),
        resources: z.array(z.string()).default([]),
        resourceNames: z.array(z.string()).default([]),
      }),
    ),
    nonResourceRules: z.array(z.object({ verbs: z.array(z.string()), nonResourceURLs: z.array(z.string()).default([]) })),
  }),
});
export type Rules = z.infer<typeof rulesSchema>["status"];

/** Everything that the subject may do in a namespace, in one answer: a SubjectAccessReview for each cell would be half a million. */
async function rulesIn(api: RawApi, as: Subject, namespace: string): Promise<Rules> {
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
  const { status } = await api.ask(rulesSchema, "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", { as, body });
  if (status.incomplete) throw new Error(`the API server knows not all rules of ${as.user} in ${namespace}`);
  return status;
}

const parts = (what: string): { group: string; resource: string; subresource: string } => {
  const [group = "", resource = "", subresource = ""] = what.split("/");
  return { group: group === "core" ? "" : group, resource, subresource };
};

/** RBAC's own meaning of a rule's lists. */
function covers(rule: Rules["resourceRules"][number], what: string, verb: string): boolean {
  const { group, resource, subresource } = parts(what);
  const names = ["*", subresource === "" ? resource : `${resource}/${subresource}`, ...(subresource === "" ? [] : [`*/${subresource}`])];
  return (
    rule.apiGroups.some((one) => one === "*" || one === group) &&
    rule.resources.some((one) => names.includes(one)) &&
    rule.verbs.some((one) => one === "*" || one === verb)
  );
}

/** What the rules come to on these resources. Pure: the API server's answer is data by then. */
export function grantsOf(rules: Rules, served: readonly Served[], where: string): readonly Grant[] {
  // A role in a namespace gives a right on that namespace itself, which is no object of one.
  const here = served.filter(({ what, namespaced }) => where === EVERYWHERE || namespaced || what.startsWith("core/namespaces"));
  const cells = here.flatMap(({ what, verbs }) =>
    verbs.flatMap((verb) => {
      const rulesForIt = rules.resourceRules.filter((rule) => covers(rule, what, verb));
      if (rulesForIt.length === 0) return [];
      const names = rulesForIt.some(({ resourceNames }) => resourceNames.length === 0) ? [] : rulesForIt.flatMap(({ resourceNames }) => resourceNames);
      return [{ where, verb, what: names.length === 0 ? what : `${what}[${[...new Set(names)].toSorted().join(",")}]` }];
    }),
  );
  // A wildcard also opens what is served only tomorrow.
  const wildcards = rules.resourceRules
    .filter(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs].some((name) => name.includes("*")))
    .map(({ apiGroups, resources, verbs }) => ({ where, what: `${apiGroups.join(",")}/${resources.join(",")}`, verb: verbs.join(",") }));
  const paths = rules.nonResourceRules.flatMap(({ verbs, nonResourceURLs }) =>
    nonResourceURLs.flatMap((what) => verbs.map((verb) => ({ where: EVERYWHERE, what, verb }))),
  );
  return [...cells, ...wildcards, ...paths];
}

export const keyOf = ({ where, what, verb }: Grant): string => `${where} ${what} ${verb}`;

/** Grants without those of `known`. */
export function beyond(grants: readonly Grant[], known: readonly Grant[]): readonly Grant[] {
  const keys = new Set(known.map(keyOf));
  return grants.filter((grant) => !keys.has(keyOf(grant)));
}

/** Everything that a subject may do. Asked in a namespace that is not there, the answer is what holds in all of them. */
export async function everythingOf(api: RawApi, subject: Subject, namespaces: readonly string[], served: readonly Served[]): Promise<readonly Grant[]> {
  const [wide, ...local] = await Promise.all(["no-such-namespace", ...namespaces].map((namespace) => rulesIn(api, subject, namespace)));
  if (wide === undefined) throw new Error("no answer for the cluster");
  const everywhere = grantsOf(wide, served, EVERYWHERE);
  const known = new Set(everywhere.map(({ what, verb }) => `${what} ${verb}`));
  const inOne = namespaces.flatMap((namespace, index) => grantsOf(local[index] ?? wide, served, namespace));
  const all = [...everywhere, ...inOne.filter(({ what, verb }) => !known.has(`${what} ${verb}`))];
  return [...new Map(all.map((grant) => [keyOf(grant), grant])).values()];
}

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Asks for one cell, by the review that any webhook or kubectl would use. */
export async function mayDo(api: RawApi, { user, groups }: Subject, { where, what, verb }: Grant): Promise<boolean> {
  const [, named = "", name = ""] = /^(.*?)(?:\[([^,\]]*).*\])?$/.exec(what) ?? [];
  const namespace = where === EVERYWHERE ? "" : where;
  const attributes = what.startsWith("/")
    ? { nonResourceAttributes: { path: what.replaceAll("*", "x"), verb } }
    : { resourceAttributes: { ...parts(named), verb, namespace, name } };
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec: { user, groups, ...attributes } };
  const { status } = await api.ask(reviewSchema, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", { body });
  return status.allowed;
}

/** `where  what  verb verb …`, a line a resource, sorted. */
export function linesOf(grants: readonly Grant[]): readonly string[] {
  const rows = new Map<string, string[]>();
  for (const { where, what, verb } of grants) {
    const row = `${where}  ${what}`;
    rows.set(row, [...(rows.get(row) ?? []), verb]);
  }
  return [...rows].map(([row, verbs]) => `${row}  ${verbs.toSorted().join(" ")}`).toSorted();
}
