/** The tenant model: what the rest of the program knows about a tenant. Plain data, made by `load.ts`, read everywhere. */

export const TIERS = ["starter", "business", "enterprise"] as const;
export type Tier = (typeof TIERS)[number];

export const STATES = ["active", "suspended", "archived", "purged"] as const;
export type State = (typeof STATES)[number];

/**
 * A tenant that keeps its hosts, logins and places in the pools: it has pods, or they come back without a deployment of the data.
 * A suspended one answers 503 at those hosts.
 */
export function isOpen({ state }: { readonly state: State }): boolean {
  switch (state) {
    case "active":
    case "suspended":
      return true;
    case "archived":
    case "purged":
      return false;
  }
}

export const ENVIRONMENTS = ["local", "qa", "prod"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** The order in which a new version reaches tenants. */
export const RINGS = ["internal", "early", "all"] as const;
export type Ring = (typeof RINGS)[number];

/** The prefixes of custom hosts: `shop-<id>.<domain>` and so on. */
export const PREFIXES = ["shop", "store", "boutique"] as const;
export type Prefix = (typeof PREFIXES)[number];

/** Markets with a host of their own, `<region>-<id>.<domain>`: ISO 3166-1 alpha-2, lower case. */
export const REGIONS = ["kr", "jp", "cn", "us", "fr", "it", "gb", "de"] as const;
export type Region = (typeof REGIONS)[number];

export const RUNTIMES = ["node", "spring"] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** The settings that reach every tenant and that a tenant may override. The platform's own values stand in the stack config. */
export interface Settings {
  /** BCP 47 language tag, e.g. `ko-KR`. */
  readonly locale: string;
  /** ISO 4217 code, e.g. `KRW`. */
  readonly currency: string;
  /** IANA name, e.g. `Asia/Seoul`. */
  readonly timezone: string;
  /** Address that shoppers may write to. */
  readonly supportEmail: string;
}

export interface Theme {
  /** `#rrggbb`. */
  readonly primaryColor: string;
  /** `#rrggbb`. */
  readonly accentColor: string;
  readonly font: string;
  /** Path below the tenant's assets, e.g. `brand/logo.svg`. */
  readonly logo: string;
}

/** An own domain such as `shop.dior.com`; its owner points it at the platform by CNAME. */
export interface OwnDomain {
  readonly host: string;
  /** True on at most one: the primary host, to which the others redirect. */
  readonly primary: boolean;
}

export interface HostChoice {
  readonly prefixes: readonly Prefix[];
  readonly regions: readonly Region[];
  readonly domains: readonly OwnDomain[];
  /** What secondary hosts do: redirect to the primary host, or serve as it. */
  readonly secondary: "redirect" | "serve";
}

/** A JWT check at the gateway, for `/api` only. */
export interface Jwt {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly audiences: readonly string[];
}

export interface Storefront {
  /** Full image reference; default `<registry>/<id>/storefront:<release.version>`. */
  readonly image: string | undefined;
  readonly theme: Theme;
}

export interface Api {
  readonly runtime: Runtime;
  /** Full image reference; default `<registry>/<id>/api:<release.version>`. */
  readonly image: string | undefined;
  /** Origins beside the tenant's own hosts, e.g. `https://app.dior.com`. */
  readonly corsOrigins: readonly string[];
  /** Seconds until the gateway gives up on a call, 1 to 60. */
  readonly timeoutSeconds: number;
  readonly jwt: Jwt | undefined;
}

export interface Tenant {
  readonly id: string;
  /** The shop's name for people. */
  readonly name: string;
  readonly tier: Tier;
  /** The tier's plan with the tenant's own replicas and quota applied; its arithmetic has been checked. */
  readonly plan: Plan;
  readonly state: State;
  /** Present exactly when `state` is `purged`. */
  readonly purge: { readonly dump: string; readonly confirm: string } | undefined;
  readonly environments: readonly Environment[];
  readonly release: { readonly version: string; readonly ring: Ring };
  readonly hosts: HostChoice;
  readonly storefront: Storefront;
  readonly api: Api;
  readonly settings: Partial<Settings>;
  /** Who hears of alerts of this tenant (SERVICE_ADMIN); at least one address. */
  readonly contacts: readonly string[];
  /** The label by which cost is reported. */
  readonly costCenter: string;
}

/** Replicas that the HorizontalPodAutoscaler moves between. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Amounts in base units, so that sums are exact. */
export interface Amount {
  /** Thousandths of a CPU. */
  readonly cpuMilli: number;
  /** Mebibytes. */
  readonly memoryMi: number;
}

export interface PodResources {
  readonly requests: Amount;
  readonly limits: Amount;
}

/** What a tenant may use at most; becomes its ResourceQuota. */
export interface Quota {
  readonly requests: Amount;
  readonly limits: Amount;
  /** Gibibytes of ephemeral storage, requests and limits alike. */
  readonly ephemeralGi: number;
  readonly pods: number;
}

/** What a tier gives. */
export interface Plan {
  readonly tier: Tier;
  readonly replicas: { readonly storefront: Range; readonly api: Range };
  readonly pods: { readonly storefront: PodResources; readonly api: Readonly<Record<Runtime, PodResources>>; readonly job: PodResources };
  readonly quota: Quota;
  readonly database: {
    /** Server connections that the application login may hold. */
    readonly connections: number;
    /** Pool size in the pooler; at most `connections`. */
    readonly poolSize: number;
    /** Milliseconds, the login's default. */
    readonly statementTimeoutMs: number;
  };
  /** Requests a second and burst at the gateway, for `/api`. */
  readonly rateLimit: { readonly perSecond: number; readonly burst: number };
  /** Concurrent connections to one workload of the tenant. */
  readonly connections: number;
  readonly backup: { /** Cron, UTC. */ readonly schedule: string; readonly retentionDays: number; /** A backup is restored as a test at least so often, in days. */ readonly testDays: number };
  readonly logs: { readonly retentionDays: number };
  /** Availability objective in percent over 30 days, e.g. 99.9. */
  readonly slo: { readonly availability: number; /** Milliseconds at the 95th percentile. */ readonly latencyMs: number };
}
