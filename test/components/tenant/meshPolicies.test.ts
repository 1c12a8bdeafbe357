import { describe, expect, test } from "vitest";
import { allowRules, trafficPolicy } from "../../../components/tenant/meshPolicies.ts";
import { PLANS } from "../../../tenants/plans.ts";
import { TIERS } from "../../../tenants/tenant.ts";
import { contextOf, recordTenant } from "../../support/platform.ts";
import { only } from "../../support/record.ts";
import { tenantOf } from "../../support/tenants.ts";

const JWT = { issuer: "https://id.dior.com", jwksUri: "https://id.dior.com/keys", audiences: ["shop"] };
const withToken = tenantOf({ api: { runtime: "node", jwt: JWT } });

describe("what the mesh allows", () => {
  test.each([
    ["without a token", tenantOf()],
    ["with one", withToken],
  ])("%s, every rule names who calls, by identity, and the ports that it may call", async (_, tenant) => {
    const rules = allowRules(await contextOf(tenant));
    expect(rules.length).toBeGreaterThanOrEqual(3);
    for (const { from = [], to = [] } of rules) {
      expect(from).toHaveLength(1);
      for (const { source } of from) expect(source?.principals?.length).toBeGreaterThan(0);
      expect(to).toHaveLength(1);
      for (const { operation } of to) expect(operation?.ports?.length).toBeGreaterThan(0);
    }
    // A namespace or an address is where a caller is, not who it is.
    expect(JSON.stringify(rules)).not.toMatch(/"(namespaces|ipBlocks|remoteIpBlocks|not[A-Z])/);
  });

  test("no other tenant's account is among them", async () => {
    const principals = allowRules(await contextOf(tenantOf())).flatMap(({ from = [] }) => from.flatMap(({ source }) => source?.principals ?? []));
    expect(principals.filter((principal) => principal.includes("/ns/tenant-") && !principal.includes("/ns/tenant-dior/"))).toEqual([]);
    expect(principals.filter((principal) => principal.includes("*"))).toEqual([]);
    expect(principals).toHaveLength(5);
  });

  test("it is an ALLOW over the whole namespace", async () => {
    const { inputs } = only(await recordTenant(tenantOf()), "AuthorizationPolicy");
    expect(inputs).toMatchObject({ metadata: { namespace: "tenant-dior" }, spec: { action: "ALLOW" } });
    expect(inputs["spec"]).not.toHaveProperty("selector");
  });
});

test("a token is checked at the API alone, for the tenant's issuer and audiences", async () => {
  expect(only(await recordTenant(withToken), "RequestAuthentication").inputs).toMatchObject({
    metadata: { namespace: "tenant-dior" },
    spec: {
      selector: { matchLabels: { "privatesales.co.kr/tenant": "dior", "app.kubernetes.io/name": "api" } },
      jwtRules: [{ ...JWT, forwardOriginalToken: true }],
    },
  });
});

describe("traffic", () => {
  test.each(TIERS)("of %s is mutual TLS, bounded by the plan, and leaves out failing pods but never all of them", (tier) => {
    const { connections } = PLANS[tier];
    expect(trafficPolicy(PLANS[tier])).toMatchObject({
      tls: { mode: "ISTIO_MUTUAL" },
      connectionPool: { tcp: { maxConnections: connections }, http: { http1MaxPendingRequests: connections, http2MaxRequests: connections } },
      outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 },
    });
  });

  test("rules are for the tenant's own Services, and known to itself and the gateway only", async () => {
    expect(only(await recordTenant(tenantOf()), "DestinationRule").inputs).toMatchObject({
      metadata: { namespace: "tenant-dior" },
      spec: { host: "*.tenant-dior.svc.cluster.local", exportTo: [".", "istio-ingress"] },
    });
  });
});
