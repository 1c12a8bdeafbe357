import { describe, expect, test } from "vitest";
import { PARTS, partName, placeOf } from "../../../components/tenant/steps.ts";
import { only, type Recorded } from "../../support/record.ts";
import { recordTenant } from "../../support/platform.ts";
import { tenantOf } from "../../support/tenants.ts";

const names = (resources: readonly Recorded[]): readonly string[] => resources.map(({ name }) => name).toSorted();
/** What a tenant has beside its TenantEnvironment: passwords, and on AWS its TenantCloud. */
const ELSEWHERE = /^(?:password|cloud(?:-.*)?)$/;
const CREDENTIALS = ["password"] as const;
const JWT = { issuer: "https://id.dior.com", jwksUri: "https://id.dior.com/keys", audiences: ["shop"] };

describe("an active tenant", () => {
  test("has every part of the provisioning flow, each once, and nothing else", async () => {
    const parts = Object.keys(PARTS).filter((part) => !ELSEWHERE.test(part));
    expect(names(await recordTenant(tenantOf({ api: { runtime: "node", jwt: JWT } })))).toEqual(["dior", ...parts.map((part) => `dior-${part}`)].toSorted());
  });

  test("costs at most 45 resources, its passwords included", async () => {
    const resources = await recordTenant(tenantOf({ tier: "enterprise", hosts: { prefixes: ["shop", "store", "boutique"], regions: ["kr", "jp"] }, api: { runtime: "spring", jwt: JWT } }));
    expect(resources.length + CREDENTIALS.length).toBeLessThanOrEqual(45);
  });

  test("checks tokens only where it asks for it", async () => {
    expect(names(await recordTenant(tenantOf()))).not.toContain("dior-token-check");
  });

  test("stands in its namespace, its rate limit beside the gateway, labelled with tenant, tier and cost centre", async () => {
    const resources = await recordTenant(tenantOf({ costCenter: "lvmh" }));
    const metadata = resources.flatMap(({ inputs }) => (inputs["metadata"] === undefined ? [] : [inputs["metadata"]]));
    expect(metadata.length).toBeGreaterThan(25);
    for (const one of metadata) {
      expect(one).toMatchObject({
        labels: { "privatesales.co.kr/tenant": "dior", "privatesales.co.kr/tier": "business", "privatesales.co.kr/cost-center": "lvmh" },
      });
    }
    const outside = resources.filter(({ type, inputs }) => inputs["metadata"] !== undefined && !type.endsWith(":Namespace") && !JSON.stringify(inputs["metadata"]).includes('"namespace":"tenant-dior"'));
    expect(names(outside)).toEqual(["dior-rate-limit"]);
  });

  test("its namespace enforces the pinned restricted standard and lists its hosts", async () => {
    const namespace = only(await recordTenant(tenantOf({ hosts: { prefixes: ["shop"], regions: ["kr"] } })), "Namespace");
    expect(namespace.inputs["metadata"]).toMatchObject({
      name: "tenant-dior",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "v1.36", "istio-injection": "enabled" },
      annotations: { "privatesales.co.kr/hosts": "dior.shops.test,shop-dior.shops.test,kr-dior.shops.test" },
    });
  });
});

describe("states", () => {
  const changing = ["storefront-autoscaler", "storefront-right-size", "api-autoscaler", "api-right-size", "rate-limit", "verify"];

  test("suspended: no pods and no verification, everything else stays", async () => {
    const active = names(await recordTenant(tenantOf()));
    const suspended = await recordTenant(tenantOf({ state: "suspended" }));
    expect(names(suspended)).toEqual(active.filter((name) => !changing.some((part) => name === `dior-${part}`)));
    for (const workload of ["storefront", "api"]) {
      expect(only(suspended, "Deployment", `dior-${workload}-deployment`).inputs["spec"]).toMatchObject({ replicas: 0 });
    }
  });

  test("active: replicas are the autoscaler's", async () => {
    const active = await recordTenant(tenantOf());
    expect(only(active, "Deployment", "dior-api-deployment").inputs["spec"]).not.toHaveProperty("replicas");
    expect(only(active, "HorizontalPodAutoscaler", "dior-api-autoscaler").inputs["spec"]).toMatchObject({ minReplicas: 2, maxReplicas: 6 });
  });

  test("archived: fences and data only", async () => {
    const archived = await recordTenant(tenantOf({ state: "archived" }));
    const kinds = new Set(archived.map(({ type }) => type.split(":").at(-1)));
    expect(kinds).not.toContain("Deployment");
    expect(kinds).not.toContain("VirtualService");
    expect(kinds).toContain("Schema");
    expect(kinds).toContain("Namespace");
    expect(kinds).toContain("CronJob");
  });
});

describe("names", () => {
  test("tenant and step can be read from every child's name", () => {
    const ids = new Set(["dior", "dior-storefront", "dior-api", "a"]);
    for (const id of ids) {
      for (const [part, step] of Object.entries(PARTS)) {
        expect(placeOf(`${id}-${part}`, ids)).toEqual({ tenant: id, part, step });
      }
    }
  });

  test("no two tenants can have a child of one name", () => {
    const parts = Object.keys(PARTS);
    const suffixes = parts.flatMap((part) => parts.filter((other) => other.endsWith(`-${part}`)));
    expect(suffixes).toEqual([]);
  });

  test("what is no tenant's has no place", () => {
    expect(placeOf("istio-gateway", new Set(["dior"]))).toBeUndefined();
    expect(placeOf(partName("chanel", "quota"), new Set(["dior"]))).toBeUndefined();
  });
});
