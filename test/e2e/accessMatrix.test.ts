import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { SUPER_ADMIN_GROUP, serviceAdminGroup } from "../../components/access/groups.ts";
import { beyond, EVERYWHERE, everythingOf, linesOf, mayDo, servedResources, type Grant, type Served } from "../support/accessMatrix.ts";
import { expectGolden } from "../support/goldenFile.ts";
import { RawApi, type Subject } from "../support/rawApi.ts";

/** Who may do what in the local stack, of all that its API server serves; the list is test/golden/access.txt. */

const RENEW = "npm test -- test/e2e/accessMatrix.test.ts --project e2e --update";
const TENANTS = ["chanel", "dior", "gucci"] as const;
const AUTHENTICATED = "system:authenticated";

/** Seconds in which the whole matrix has to be asked. */
const LIMIT = 60;

const api = new RawApi();
afterAll(() => {
  api.close();
});

const anybody: Subject = { user: "somebody@example.com", groups: [AUTHENTICATED] };
const anonymous: Subject = { user: "system:anonymous", groups: ["system:unauthenticated"] };
/** A service account that no binding names. */
const anyAccount: Subject = { user: "system:serviceaccount:nowhere:any", groups: ["system:serviceaccounts", "system:serviceaccounts:nowhere", AUTHENTICATED] };
const superAdmin: Subject = { user: "operator@privatesales.co.kr", groups: [SUPER_ADMIN_GROUP, AUTHENTICATED] };
const serviceAdmin = (tenant: string): Subject => ({ user: `admin@${tenant}.example`, groups: [serviceAdminGroup(tenant), AUTHENTICATED] });
const account = ({ namespace, name }: { namespace: string; name: string }): Subject => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, AUTHENTICATED],
});

const listSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string().default("") }) })) });
const list = async (path: string): Promise<readonly { name: string; namespace: string }[]> =>
  (await api.ask(listSchema, "GET", path)).items.map(({ metadata }) => metadata);

interface Asked {
  readonly namespaces: readonly string[];
  readonly served: readonly Served[];
  /** What everybody with an account may do; left out of the others. */
  readonly common: readonly Grant[];
  /** What every service account may do beside that; left out of theirs. */
  readonly ofAccounts: readonly Grant[];
  readonly unauthenticated: readonly Grant[];
  /** Service accounts, without Kubernetes' own in kube-system. */
  readonly accounts: readonly string[];
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly grants: ReadonlyMap<string, readonly Grant[]>;
  readonly seconds: number;
}

/**
 * An unauthenticated caller may not ask for its own rules. So it is asked as one that may, which is more, and each cell of the
 * answer once more as itself.
 */
async function unauthenticatedGrants(namespaces: readonly string[], served: readonly Served[]): Promise<readonly Grant[]> {
  const more = await everythingOf(api, { ...anonymous, groups: [...anonymous.groups, AUTHENTICATED] }, namespaces, served);
  const allowed = await Promise.all(more.map((grant) => mayDo(api, anonymous, grant)));
  return more.filter((_, index) => allowed[index]);
}

async function askAll(): Promise<Asked> {
  const started = performance.now();
  const namespaces = (await list("/api/v1/namespaces")).map(({ name }) => name).toSorted();
  const served = await servedResources(api);
  const found = (await list("/api/v1/serviceaccounts")).filter(({ namespace }) => namespace !== "kube-system");
  const accounts = found.map(({ namespace, name }) => `ServiceAccount ${namespace}/${name}`).toSorted();
  const subjects = new Map<string, Subject>([
    ["SUPER_ADMIN", superAdmin],
    ...TENANTS.map((tenant) => [`SERVICE_ADMIN of ${tenant}`, serviceAdmin(tenant)] as const),
    ...found.map((one) => [`ServiceAccount ${one.namespace}/${one.name}`, account(one)] as const),
  ]);
  const common = await everythingOf(api, anybody, namespaces, served);
  const ofAccounts = beyond(await everythingOf(api, anyAccount, namespaces, served), common);
  const grants = new Map<string, readonly Grant[]>();
  for (const [who, subject] of subjects) {
    const known = who.startsWith("ServiceAccount ") ? [...common, ...ofAccounts] : common;
    grants.set(who, beyond(await everythingOf(api, subject, namespaces, served), known));
  }
  const unauthenticated = await unauthenticatedGrants(namespaces, served);
  return { namespaces, served, common, ofAccounts, unauthenticated, accounts, subjects, grants, seconds: (performance.now() - started) / 1000 };
}

let asked: Asked;
beforeAll(async () => {
  asked = await askAll();
});

const of = (who: string): readonly Grant[] => {
  const found = asked.grants.get(who);
  if (found === undefined) throw new Error(`${who} was not asked; there are: ${[...asked.grants.keys()].join(", ")}`);
  return found;
};

/** The grants, as lines, that one of the patterns matches. */
const matching = (grants: readonly Grant[], ...patterns: readonly RegExp[]): readonly string[] =>
  linesOf(grants.filter(({ what, verb }) => patterns.some((pattern) => pattern.test(`${verb} ${what}`))));

describe("the whole matrix", () => {
  test("is what the golden list says", async () => {
    const section = (who: string, grants: readonly Grant[]): readonly string[] =>
      grants.length === 0 ? [`${who}: nothing more`] : [`${who}:`, ...linesOf(grants).map((line) => `  ${line}`)];
    const lines = [
      ...section("unauthenticated", asked.unauthenticated),
      ...section("everybody with an account", asked.common),
      ...section("every service account beside that", asked.ofAccounts),
      ...["SUPER_ADMIN", ...TENANTS.map((tenant) => `SERVICE_ADMIN of ${tenant}`), ...asked.accounts].flatMap((who) => section(who, of(who))),
    ];
    await expectGolden("access", lines, RENEW);
  });

  test("covers every identity, namespace, resource and verb", () => {
    expect(asked.namespaces).toEqual(expect.arrayContaining(["privatesales-system", "istio-ingress", "kube-system", ...TENANTS.map((id) => `tenant-${id}`)]));
    const accounts = TENANTS.flatMap((id) => ["api", "default", "jobs", "storefront"].map((name) => `ServiceAccount tenant-${id}/${name}`));
    expect(asked.accounts).toEqual(expect.arrayContaining([...accounts, "ServiceAccount privatesales-data/default"]));
    const served = new Map(asked.served.map(({ what, verbs }) => [what, verbs]));
    expect(served.get("core/pods/exec")).toEqual(expect.arrayContaining(["create", "get"]));
    expect(served.get("core/secrets")).toEqual(expect.arrayContaining(["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]));
    expect(served.has("networking.istio.io/virtualservices")).toBe(true);
    expect(served.size).toBeGreaterThan(150);
  });

  test(`takes less than ${LIMIT} s to ask`, () => {
    expect(asked.seconds).toBeLessThan(LIMIT);
  });

  test.each([
    ["SUPER_ADMIN", "tenant-dior", 200],
    ["SERVICE_ADMIN of dior", "tenant-dior", 30],
    ["SERVICE_ADMIN of dior", "tenant-chanel", 1],
  ])("is what single questions answer, cell by cell: %s in %s", async (who, where, atLeast) => {
    const known = new Set([...of(who), ...asked.common].filter((grant) => [EVERYWHERE, where].includes(grant.where)).map(({ what, verb }) => `${verb} ${what}`));
    const subject = asked.subjects.get(who) ?? anybody;
    const cells = asked.served.flatMap(({ what, namespaced, verbs }) => verbs.map((verb) => ({ where: namespaced ? where : EVERYWHERE, what, verb })));
    expect(cells.length).toBeGreaterThan(1000);
    const answers = await Promise.all(cells.map((cell) => mayDo(api, subject, cell)));
    const keys = cells.map(({ what, verb }) => `${verb} ${what}`);
    const allowed = keys.filter((_, index) => answers[index]);
    expect(allowed.length).toBeGreaterThanOrEqual(atLeast);
    expect(allowed).toEqual(keys.filter((key) => known.has(key)));
  });

  test("names single objects where a right is for those only", async () => {
    const admin = asked.subjects.get("SERVICE_ADMIN of dior") ?? anybody;
    const patch = (which: string): Promise<boolean> => mayDo(api, admin, { where: "tenant-dior", what: `core/configmaps${which}`, verb: "patch" });
    expect([await patch("[settings-overrides]"), await patch("[settings]"), await patch("")]).toEqual([true, false, false]);
  });
});

/** What no administrator of a shop has, anywhere; the verb comes first. */
const CLOSED_TO_SERVICE_ADMINS: readonly (readonly [string, RegExp])[] = [
  ["secrets", / core\/secrets/],
  ["access", / rbac\.authorization\.k8s\.io\//],
  ["quota and limits", / core\/(resourcequotas|limitranges)/],
  ["policies", / (admissionregistration|networking|policy\/podsecurity)[^/]*\/(?!.*poddisruptionbudgets)/],
  ["namespaces and nodes", / core\/(namespaces|nodes)/],
  ["ways into a pod", / core\/pods\/(exec|attach|portforward|proxy|ephemeralcontainers|resize|eviction|binding)/],
  ["tokens and identities", /(serviceaccounts|\/token|^impersonate|^bind|^escalate|certificatesigningrequests)/],
  ["the mesh", / [a-z]+\.istio\.io\//],
  ["endpoints", / (core\/endpoints|discovery\.k8s\.io\/)/],
  ["proxies to services", / core\/services\/proxy/],
  ["making or deleting anything", /^(create|delete|deletecollection) /],
];

describe.each(TENANTS)("SERVICE_ADMIN of %s", (tenant) => {
  const own = (): readonly Grant[] => of(`SERVICE_ADMIN of ${tenant}`);

  test.each(CLOSED_TO_SERVICE_ADMINS)("has nothing on %s", (_, pattern) => {
    expect(matching(own(), pattern)).toEqual([]);
  });

  test("has something in its own namespace, and in no other", () => {
    expect(own().length).toBeGreaterThan(20);
    expect([...new Set(own().map(({ where }) => where))]).toEqual([`tenant-${tenant}`]);
  });

  test("reads workloads, logs and events, and writes a restart and its settings", () => {
    const lines = own().map(({ what, verb }) => `${verb} ${what}`);
    expect(lines).toEqual(expect.arrayContaining(["list core/pods", "get core/pods/log", "list core/events", "list apps/deployments"]));
    expect(lines.filter((line) => !/^(get|list|watch) /.test(line)).toSorted()).toEqual([
      "patch apps/deployments",
      "patch core/configmaps[settings-overrides]",
      "update core/configmaps[settings-overrides]",
    ]);
  });
});

test("the patterns for what is closed recognise what they look for", () => {
  const bad = [
    "get core/secrets", "create rbac.authorization.k8s.io/roles", "list core/resourcequotas", "get networking.k8s.io/networkpolicies",
    "get core/namespaces", "create core/pods/exec", "create core/serviceaccounts/token", "get security.istio.io/authorizationpolicies",
    "get discovery.k8s.io/endpointslices", "get core/services/proxy", "delete core/pods",
  ];
  expect(bad.map((one) => CLOSED_TO_SERVICE_ADMINS.findIndex(([, pattern]) => pattern.test(one)))).toEqual(CLOSED_TO_SERVICE_ADMINS.map((_, index) => index));
  for (const good of ["list core/pods", "get policy/poddisruptionbudgets", "patch apps/deployments"]) {
    expect(CLOSED_TO_SERVICE_ADMINS.some(([, pattern]) => pattern.test(good))).toBe(false);
  }
});

describe("SUPER_ADMIN", () => {
  test("sees the cluster, and no secret", () => {
    const all = of("SUPER_ADMIN");
    expect(matching(all, /^list core\/(pods|nodes)$/)).toEqual([`${EVERYWHERE}  core/nodes  list`, `${EVERYWHERE}  core/pods  list`]);
    expect(matching(all, / core\/secrets/)).toEqual([]);
  });

  test("has no wildcard, and no way to more rights or to another identity", () => {
    expect(matching(of("SUPER_ADMIN"), /\*/, /^(escalate|bind|impersonate|approve|sign|attest) /, /\/(exec|attach|portforward|proxy|token)$/)).toEqual([]);
    expect(matching(of("SUPER_ADMIN"), /^(create|update|patch|delete|deletecollection) (rbac|admissionregistration|networking|security|apiextensions)/)).toEqual([]);
  });

  test("changes nothing but restarts, sizes and pods", () => {
    const writes = of("SUPER_ADMIN").filter(({ verb }) => !["get", "list", "watch"].includes(verb));
    expect([...new Set(writes.map(({ what }) => what))].toSorted()).toEqual([
      "apps/daemonsets", "apps/deployments", "apps/deployments/scale", "apps/statefulsets", "apps/statefulsets/scale", "core/pods", "core/pods/eviction",
    ]);
  });
});

describe("everybody else", () => {
  test("no service account of a tenant has more than everybody with an account", () => {
    const own = asked.accounts.filter((who) => who.startsWith("ServiceAccount tenant-"));
    expect(own).toHaveLength(4 * TENANTS.length);
    for (const who of own) expect({ who, grants: of(who) }).toEqual({ who, grants: [] });
  });

  test("no service account reads secrets or workloads of a tenant", () => {
    for (const who of asked.accounts) {
      const there = of(who).filter(({ where }) => where === EVERYWHERE || where.startsWith("tenant-"));
      expect({ who, grants: matching(there, / core\/secrets/, /^(create|update|patch|delete) (?!authorization)/) }).toEqual({ who, grants: [] });
    }
  });

  test("what every service account has beside an account is the keys that its tokens are checked with", () => {
    expect(asked.ofAccounts.length).toBeGreaterThan(0);
    expect(asked.ofAccounts.filter(({ what, verb }) => verb !== "get" || !/^\/(openid|\.well-known)\//.test(what))).toEqual([]);
  });

  test("somebody without an account sees versions and health, and nothing of the cluster", () => {
    expect(asked.unauthenticated.length).toBeGreaterThan(0);
    expect(asked.unauthenticated.filter(({ what, verb }) => verb !== "get" || !what.startsWith("/"))).toEqual([]);
  });
});
