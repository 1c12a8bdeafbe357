import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { createContext, type Context, type TenantPlatform } from "../../components/tenant/context.ts";
import { TenantEnvironment } from "../../components/tenant/tenantEnvironment.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import { record, type Recorded } from "./record.ts";

/** A platform of plain values for a tenant. `provider` is only needed where the database is declared. */
export function platformOf(provider: postgresql.Provider, over: Partial<TenantPlatform> = {}): TenantPlatform {
  return {
    environment: "local",
    domain: "shops.test",
    registry: "localhost:5001",
    toolsImage: "localhost:5001/platform/tools:1.0.0",
    dumps: undefined,
    settings: { locale: "ko-KR", currency: "KRW", timezone: "Asia/Seoul", supportEmail: "help@shops.test" },
    access: { serviceAdminRole: "privatesales:service-admin", serviceAdminGroup: (id) => `privatesales:service-admin:${id}` },
    mesh: { gateway: "istio-ingress/shared", ingressNamespace: "istio-ingress", gatewayPrincipal: "cluster.local/ns/istio-ingress/sa/istio-ingress", gatewayAddress: "istio-ingress.istio-ingress.svc.cluster.local:443", certificates: "public" },
    cloud: undefined,
    monitoring: { namespace: "monitoring", prometheusPrincipal: "cluster.local/ns/monitoring/sa/prometheus" },
    database: {
      host: "db.test",
      name: "privatesales",
      sslmode: "verify-full",
      reach: { kind: "addresses", cidrs: ["10.1.0.0/24"], port: 5432 },
      connectRole: "tenants",
      provider,
    },
    pooler: { host: "pooler.data", reach: { kind: "namespace", namespace: "privatesales-data", port: 6432 } },
    cache: {
      host: "cache.data",
      tls: "off",
      reach: { kind: "namespace", namespace: "privatesales-data", port: 6379 },
      userOf: (id) => `tenant_${id}`,
      prefixOf: (id) => `tenant:${id}:`,
    },
    credentials: { app: pulumi.secret("app-pw"), migration: pulumi.secret("migration-pw"), cache: pulumi.secret("cache-pw") },
    protection: "off",
    ...over,
  };
}

/** Everything that one TenantEnvironment registers, the two providers left out. */
export async function recordTenant(tenant: Tenant, over: Partial<TenantPlatform> = {}): Promise<readonly Recorded[]> {
  const all = await record(() => {
    const kubernetes = new k8s.Provider("kubernetes", {});
    const database = new postgresql.Provider("postgresql", {});
    new TenantEnvironment(tenant.id, { tenant, platform: platformOf(database, over) }, { provider: kubernetes });
  });
  return all.filter(({ type }) => !type.startsWith("pulumi:providers:"));
}

/** The context of a tenant's functions that compute specs; nothing of it is registered. */
export async function contextOf(tenant: Tenant, over: Partial<TenantPlatform> = {}): Promise<Context> {
  const made: Context[] = [];
  await record(() => {
    const database = new postgresql.Provider("postgresql", {});
    made.push(createContext(tenant, platformOf(database, over), database));
  });
  const [context] = made;
  if (context === undefined) throw new Error("no context was made");
  return context;
}
