import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { TENANT_LABEL } from "../../components/shared/labels.ts";
import { JOB_LABEL } from "../../components/tenant/workloads.ts";
import { clusterOf, isOpen, peersOf, sides, type Cluster, type Party, type Port } from "../support/networkModel.ts";
import { recordProgram } from "../support/program.ts";
import { ownPod, pathsOf, pod, podOf, SENDERS, type Sender } from "../support/networkPaths.ts";

/** What the policies of all namespaces together let through: every path is a row, and what no row opens is closed. */

const TENANTS = ["chanel", "dior", "gucci"] as const;
const EVERYBODY = ["dns over UDP", "dns over TCP", "mesh control plane"] as const;
const BY_JOBS = ["database", "pooler", "cache", "gateway over HTTP", "gateway over HTTPS"] as const;
const IDENTITY = ["identity agent", "identity agent over IPv6", "object storage"] as const;

/** The open paths of a tenant's pods, by the pod; `identity` where AWS gives it one. */
const OPEN: Readonly<Record<Sender, { readonly to: readonly string[]; readonly identity: "yes" | "no" }>> = {
  storefront: { to: [...EVERYBODY, "own storefront", "own API", "cache"], identity: "no" },
  api: { to: [...EVERYBODY, "own storefront", "own API", "cache", "pooler"], identity: "yes" },
  migrate: { to: [...EVERYBODY, ...BY_JOBS], identity: "yes" },
  backup: { to: [...EVERYBODY, ...BY_JOBS], identity: "yes" },
  testdata: { to: [...EVERYBODY, ...BY_JOBS], identity: "yes" },
  verify: { to: [...EVERYBODY, ...BY_JOBS, "own storefront", "own API"], identity: "yes" },
  "without labels": { to: [...EVERYBODY], identity: "no" },
};

/** Whoever else might call a tenant's pods, and the ports that are open to it. */
const CALLERS: readonly (readonly [string, Party, { readonly storefront: readonly number[]; readonly api: readonly number[] }])[] = [
  ["the gateway", pod("istio-ingress", { istio: "ingress" }), { storefront: [3000], api: [8080] }],
  ["Prometheus", pod("monitoring", { "app.kubernetes.io/name": "prometheus" }), { storefront: [3000, 15020], api: [8080, 15020] }],
  ["the own verification", podOf("dior", "verify"), { storefront: [3000], api: [8080] }],
  ["the own migration", podOf("dior", "migrate"), { storefront: [], api: [] }],
  ["an own pod without labels", podOf("dior", "without labels"), { storefront: [], api: [] }],
  ["the pooler", pod("privatesales-data", { "app.kubernetes.io/name": "pooler" }), { storefront: [], api: [] }],
  ["the mesh's control plane", pod("istio-system", { app: "istiod" }), { storefront: [], api: [] }],
  ["the log collector", pod("logging", { app: "filebeat" }), { storefront: [], api: [] }],
  ["a pod of nobody's namespace", pod("default", { "app.kubernetes.io/name": "storefront", istio: "ingress" }), { storefront: [], api: [] }],
  ["a node", { kind: "address", address: "10.10.3.4" }, { storefront: [], api: [] }],
  ["the internet", { kind: "address", address: "203.0.113.7" }, { storefront: [], api: [] }],
];

const PORTS = [80, 443, 3000, 5432, 6379, 6432, 8080, 9090, 15008, 15012, 15020, 15090] as const;

describe.each(["local", "prod"] as const)("in %s", (stack) => {
  let cluster: Cluster;
  let paths: ReturnType<typeof pathsOf>;
  beforeAll(async () => {
    cluster = clusterOf(await recordProgram(stack));
    paths = pathsOf(stack);
  }, 180_000);

  test("there are policies in every tenant's namespace, and around the stores", () => {
    const namespaces = new Set(cluster.policies.map(({ namespace }) => namespace));
    expect([...namespaces]).toEqual(expect.arrayContaining(["privatesales-data", ...TENANTS.map((id) => `tenant-${id}`)]));
  });

  test.each(SENDERS)("%s: what is listed is open, and nothing else", (sender) => {
    const { to, identity } = OPEN[sender];
    const wanted = [...to, ...(identity === "yes" && stack === "prod" ? IDENTITY : [])];
    const open = Object.entries(paths).filter(([, { party, port }]) => isOpen(cluster, podOf("dior", sender), party, port));
    expect(open.map(([name]) => name).toSorted()).toEqual(wanted.toSorted());
    for (const name of wanted) expect(paths).toHaveProperty([name]);
  });

  test.each(CALLERS)("%s reaches these ports of the workloads and no other", (_, caller, ports) => {
    for (const workload of ["storefront", "api"] as const) {
      const open = PORTS.filter((port) => isOpen(cluster, caller, podOf("dior", workload), { port }));
      expect({ workload, open }).toEqual({ workload, open: ports[workload] });
    }
  });

  test("nobody reaches a job", () => {
    for (const [, caller] of CALLERS) {
      for (const job of ["migrate", "verify", "backup"] as const) {
        expect(PORTS.filter((port) => isOpen(cluster, caller, podOf("dior", job), { port }))).toEqual([]);
      }
    }
  });

  test("a store's own side is closed as well: to pods of no tenant, and the database to applications", () => {
    const stranger = pod("default", { [TENANT_LABEL]: "dior", [JOB_LABEL]: "migrate" });
    const stores = Object.entries(paths).filter(([name]) => ["pooler", "cache", "database"].includes(name));
    expect(stores).toHaveLength(3);
    for (const [name, { party, port }] of stores) {
      if (party.kind === "address") continue;
      expect([name, sides(cluster, stranger, party, port).in]).toEqual([name, false]);
      expect([name, sides(cluster, podOf("dior", "api"), party, port).in]).toEqual([name, name !== "database"]);
      expect([name, sides(cluster, podOf("dior", "migrate"), party, port).in]).toEqual([name, true]);
    }
  });

  describe("from tenant to tenant", () => {
    const worn = fc.dictionary(
      fc.constantFrom("app.kubernetes.io/name", JOB_LABEL, TENANT_LABEL, "k8s-app", "app", "istio", "kubernetes.io/metadata.name", "x"),
      fc.constantFrom("storefront", "api", "pooler", "verify", "migrate", "dior", "chanel", "kube-dns", "istiod", "ingress", "tenant-dior", "istio-ingress", "monitoring"),
    );
    const way = fc.record({
      from: fc.constantFrom(...TENANTS),
      to: fc.constantFrom(...TENANTS),
      sender: worn,
      receiver: worn,
      port: fc.oneof(fc.constantFrom(...PORTS), fc.integer({ min: 1, max: 65_535 })),
      protocol: fc.constantFrom<NonNullable<Port["protocol"]>>("TCP", "UDP"),
    });

    test("both sides refuse every way, whatever labels the pods wear", () => {
      fc.assert(
        fc.property(way, ({ from, to, sender, receiver, port, protocol }) => {
          fc.pre(from !== to);
          expect(sides(cluster, ownPod(from, sender), ownPod(to, receiver), { port, protocol })).toEqual({ out: false, in: false });
        }),
        { numRuns: 2000 },
      );
    });

    test("and would not, with one empty namespaceSelector", () => {
      const [any] = cluster.policies.filter(({ namespace, name }) => namespace === "tenant-dior" && name === "api");
      if (any === undefined) throw new Error("tenant-dior has no policy for its API");
      const everywhere = { ...any, spec: { ...any.spec, ingress: [{ from: [{ namespaceSelector: {} }] }] } };
      const weaker = { ...cluster, policies: [...cluster.policies, everywhere] };
      expect(sides(weaker, podOf("chanel", "storefront"), podOf("dior", "api"), { port: 8080 })).toEqual({ out: false, in: true });
      expect(isOpen(cluster, podOf("dior", "storefront"), podOf("dior", "api"), { port: 8080 })).toBe(true);
    });
  });

  describe("how peers are named", () => {
    const selectorKeys = (): readonly string[] =>
      peersOf(cluster).flatMap(({ policy, peer: { namespaceSelector } }) => {
        if (namespaceSelector === undefined) return [];
        const keys = [...Object.keys(namespaceSelector.matchLabels ?? {}), ...(namespaceSelector.matchExpressions ?? []).map(({ key }) => key)];
        return keys.length === 0 ? [`${policy.namespace}/${policy.name}: empty`] : keys.map((key) => (policy.namespace.startsWith("tenant-") ? `tenant: ${key}` : key));
      });

    test("namespaces by the API server's own label; the stores also by the one that tenants cannot set", () => {
      expect([...new Set(selectorKeys())].toSorted()).toEqual([
        "kubernetes.io/metadata.name",
        TENANT_LABEL,
        "tenant: kubernetes.io/metadata.name",
      ]);
    });

    test("addresses by ranges that hold no node's metadata, no node and not the internet", () => {
      const tenants = peersOf(cluster).filter(({ policy }) => policy.namespace.startsWith("tenant-"));
      const blocks = tenants.flatMap(({ peer }) => peer.ipBlock?.cidr ?? []);
      expect(blocks.length > 0).toBe(stack === "prod");
      for (const cidr of blocks) expect(cidr).toMatch(/^(10\.1[01]\.(19[89]|20[01])\.0\/24|169\.254\.170\.23\/32|fd00:ec2::23\/128|52\.219\.56\.0\/22|3\.5\.140\.0\/22)$/);
    });

    test("every rule of a tenant's names whom it is for, and on which ports", () => {
      const rules = cluster.policies
        .filter(({ namespace }) => namespace.startsWith("tenant-"))
        .flatMap(({ spec }) => [...(spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports })), ...(spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))]);
      expect(rules.length).toBeGreaterThan(10 * TENANTS.length);
      for (const { peers = [], ports = [] } of rules) {
        expect(peers.length).toBeGreaterThan(0);
        expect(ports.length).toBeGreaterThan(0);
        for (const { port } of ports) expect(port).toBeTypeOf("number");
      }
    });
  });
});
