import type * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment, Settings, Tenant } from "../../tenants/tenant.ts";
import type { Reach } from "../data/reach.ts";
import { dataOptions as protectionOptions } from "../shared/aws.ts";
import { tenantLabels, type Labels } from "../shared/labels.ts";
import { tenantNamespace } from "../shared/names.ts";
import { partName, type Part } from "./steps.ts";

/** What a tenant's environment stands on. Names are plain strings: they exist before anything is applied. */
export interface TenantPlatform {
  readonly environment: Environment;
  /** The stack's domain, e.g. `privatesales.co.kr`. */
  readonly domain: string;
  /** Registry and path before `<tenant>/<workload>`, e.g. `localhost:5001`. */
  readonly registry: string;
  /** Image of the platform's own jobs: backup and verification. */
  readonly toolsImage: string;
  /** Where dumps go, encrypted for whom; undefined where none was named, and then the job says so and fails. */
  readonly dumps: { /** `s3://bucket?region=…`. */ readonly store: string; /** Public half of the key, `age1…`. */ readonly recipient: string } | undefined;
  readonly settings: Settings;
  readonly access: { readonly serviceAdminRole: string; readonly serviceAdminGroup: (tenantId: string) => string };
  readonly mesh: {
    /** `<namespace>/<name>` of the shared Gateway. */
    readonly gateway: string;
    readonly ingressNamespace: string;
    readonly gatewayPrincipal: string;
    /** `host:port` of the gateway's Service, where every shop's hosts are served with TLS. */
    readonly gatewayAddress: string;
    /** Whether a client knows who signed the shops' certificates. */
    readonly certificates: "public" | "selfSigned";
  };
  /** Where API and jobs have an identity in AWS: the addresses of S3, for the tenant's assets and dumps. Undefined elsewhere. */
  readonly cloud: { readonly objectStorage: pulumi.Input<readonly string[]> } | undefined;
  readonly monitoring: { readonly namespace: string; readonly prometheusPrincipal: string };
  readonly database: {
    readonly host: pulumi.Input<string>;
    /** PEM of whoever signed the server's certificate; needed when `sslmode` is `verify-full`. */
    readonly authorities?: string;
    readonly name: string;
    readonly sslmode: string;
    readonly reach: Reach;
    /** NOLOGIN group that alone may CONNECT. */
    readonly connectRole: string;
    readonly provider: postgresql.Provider;
  };
  readonly pooler: { readonly host: string; readonly reach: Reach };
  readonly cache: {
    readonly host: pulumi.Input<string>;
    readonly tls: "on" | "off";
    readonly reach: Reach;
    readonly userOf: (id: string) => string;
    readonly prefixOf: (id: string) => string;
  };
  readonly credentials: {
    readonly app: pulumi.Output<string>;
    readonly migration: pulumi.Output<string>;
    readonly cache: pulumi.Output<string>;
  };
  /** `on` protects what holds data against every delete, and keeps it when its entry leaves the program. */
  readonly protection: "on" | "off";
}

/** What the functions that declare a tenant's parts share: the tenant, the platform, and how children are named and placed. */
export interface Context {
  readonly tenant: Tenant;
  readonly platform: TenantPlatform;
  readonly namespace: string;
  readonly labels: Labels;
  /** Pulumi name of a child. */
  readonly name: (part: Part) => string;
  /** Metadata of a namespaced object. */
  readonly meta: (name: string, annotations?: Readonly<Record<string, string>>) => ObjectMeta;
  /** Options of a child that comes after `dependsOn`. */
  readonly after: (...dependsOn: readonly pulumi.Resource[]) => pulumi.CustomResourceOptions;
}

interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function createContext(tenant: Tenant, platform: TenantPlatform, parent: pulumi.Resource): Context {
  const namespace = tenantNamespace(tenant.id);
  const labels = tenantLabels(tenant);
  return {
    tenant,
    platform,
    namespace,
    labels,
    name: (part) => partName(tenant.id, part),
    meta: (name, annotations) => ({ name, namespace, labels, ...(annotations === undefined ? {} : { annotations }) }),
    after: (...dependsOn) => ({ parent, dependsOn: [...dependsOn] }),
  };
}

/** Options for what holds a tenant's data: kept when its entry disappears, protected against every delete. */
export function dataOptions(context: Context, options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return { ...options, ...protectionOptions(context.platform.protection) };
}

/** Pods run, and hosts answer as usual, in this state only. */
export const serves = (tenant: Tenant): boolean => tenant.state === "active";
