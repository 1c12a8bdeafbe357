import { get } from "node:http";
import { expect, test } from "vitest";
import { apiRouteName, routesSpec } from "../../../components/tenant/routes.ts";
import { rateLimitSpec } from "../../../components/tenant/rateLimit.ts";
import { trafficSpec } from "../../../components/tenant/meshPolicies.ts";
import { SHARED_GATEWAY, wwwRoutes } from "../../../components/mesh/www.ts";
import { tenantLabels } from "../../../components/shared/labels.ts";
import { NAMESPACES, tenantNamespace } from "../../../components/shared/names.ts";
import { ApiClient } from "../../../sandbox/controlPlane/api.ts";
import { adminCredentials } from "../../../sandbox/controlPlane/pki.ts";
import type { Environment } from "../../../sandbox/environment.ts";
import { apply } from "../../../sandbox/mesh/api.ts";
import type { AppliedObject } from "../../../sandbox/mesh/gateway.ts";
import { readMeshPorts } from "../../../sandbox/mesh/ports.ts";
import { waitUntil } from "../../../sandbox/process.ts";
import { hostsOf } from "../../../tenants/hosts.ts";
import type { Tenant } from "../../../tenants/tenant.ts";
import type { Client } from "../edge.ts";
import { shop } from "../runs.ts";
import { tenantsOf } from "../tenants.ts";
import { SEED } from "./shops.ts";

const COUNT = 200;
const ISTIO = "networking.istio.io";

const objectAt = (group: string, version: string, kind: string, plural: string, namespace: string, name: string, rest: Readonly<Record<string, unknown>>): AppliedObject => ({
  path: `${group === "" ? `/api/${version}` : `/apis/${group}/${version}`}/namespaces/${namespace}/${plural}/${name}`,
  object: { apiVersion: group === "" ? version : `${group}/${version}`, kind, metadata: { name, namespace }, ...rest },
});

/** A namespace that may claim the tenant's hosts. */
const namespaceOf = (tenant: Tenant): AppliedObject => {
  const name = tenantNamespace(tenant.id);
  const metadata = { name, labels: tenantLabels(tenant), annotations: { "privatesales.co.kr/hosts": hostsOf(tenant, SEED).all.join(",") } };
  return { path: `/api/v1/namespaces/${name}`, object: { apiVersion: "v1", kind: "Namespace", metadata: { ...metadata, namespace: "" } } };
};

/** What the gateway reads of a tenant. */
function objectsOf(tenant: Tenant): readonly AppliedObject[] {
  const namespace = tenantNamespace(tenant.id);
  const service = (name: string): AppliedObject => objectAt("", "v1", "Service", "services", namespace, name, { spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 3000 }] } });
  return [
    service("storefront"),
    service("api"),
    objectAt(ISTIO, "v1", "DestinationRule", "destinationrules", namespace, "traffic", { spec: trafficSpec(tenant.plan, namespace, NAMESPACES.ingress) }),
    objectAt(ISTIO, "v1", "VirtualService", "virtualservices", namespace, "routes", { spec: routesSpec(tenant, SEED, SHARED_GATEWAY) }),
    objectAt(ISTIO, "v1alpha3", "EnvoyFilter", "envoyfilters", NAMESPACES.ingress, `rate-limit-${tenant.id}`, { spec: rateLimitSpec(tenant.plan.rateLimit, apiRouteName(tenant.id)) }),
  ];
}

const wwwOf = (tenants: readonly Tenant[]): AppliedObject =>
  objectAt(ISTIO, "v1", "VirtualService", "virtualservices", NAMESPACES.ingress, "www", {
    spec: wwwRoutes(SEED, tenants.map((tenant) => ({ id: tenant.id, primaryHost: hostsOf(tenant, SEED).primary, state: tenant.state }))),
  });

const sizeOf = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: "/config_dump" }, (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => (size += chunk.length)).on("end", () => {
        resolve(size);
      });
    }).on("error", reject);
  });

/** The gateway with many tenants: how large its configuration is, and how long a change takes to reach it. */
export function scaleTest({ visit, send }: Pick<Client, "visit" | "send">, envOf: () => Environment): void {
  test(`with ${COUNT} tenants more, another one is served within seconds and the configuration stays small`, async () => {
    const env = envOf();
    const tenants = tenantsOf(...Array.from({ length: COUNT + 1 }, (_, index) => ({ ...shop(`many${index}`), hosts: { prefixes: ["shop", "store"], regions: ["kr"] } })));
    const [last, ...others] = tenants;
    if (last === undefined) throw new Error("no tenants");
    const admin = readMeshPorts(env)?.gatewayAdmin ?? 0;
    const before = await sizeOf(admin);
    const api = new ApiClient(env.ports.apiServer, adminCredentials(env));
    const served = (tenant: Tenant): Promise<boolean> => waitUntil(async () => (await visit({ host: hostsOf(tenant, SEED).primary })) === "503", 120_000, 10);
    try {
      await Promise.all(tenants.map((tenant) => apply(api, namespaceOf(tenant))));
      await Promise.all(others.flatMap(objectsOf).map((object) => apply(api, object)));
      await apply(api, wwwOf(others));
      for (const tenant of others) expect(await served(tenant)).toBe(true);
      const full = await sizeOf(admin);
      const started = performance.now();
      for (const object of [...objectsOf(last), wwwOf(tenants)]) await apply(api, object);
      expect(await served(last)).toBe(true);
      expect(await waitUntil(async () => (await send({ host: `www.${SEED}`, path: `/?brand=${last.id}` })).headers.location === `https://${last.id}.${SEED}/?brand=${last.id}`, 120_000, 10)).toBe(true);
      const seconds = (performance.now() - started) / 1000;
      const kibPerTenant = (full - before) / COUNT / 1024;
      console.log(`${COUNT} tenants: ${(full / 2 ** 20).toFixed(1)} MiB of configuration, ${kibPerTenant.toFixed(0)} KiB a tenant; one more is served after ${seconds.toFixed(2)} s`);
      // Istio's charts give the gateway 1 GiB; a thousand tenants' configuration must be a small part of it.
      expect(kibPerTenant).toBeLessThan(100);
      expect(seconds).toBeLessThan(30);
      expect(await visit({ host: `dior.${SEED}` })).toBe("dior storefront");
    } finally {
      api.close();
    }
  });
}
