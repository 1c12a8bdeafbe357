/** tenants.yaml to tenants, in one pure pass: all faults at once, or tenants that need no further check. */
import { checkValue, type Surroundings } from "./check.ts";
import { asciiHost, PLATFORM_DOMAINS } from "./domains.ts";
import { fastValue } from "./fast.ts";
import type { LastRun } from "./lifecycle.ts";
import { planOf } from "./planOf.ts";
import { prescan } from "./prescan.ts";
import { readWithPlaces } from "./report.ts";
import type { Entry } from "./schema.ts";
import { readSource } from "./source.ts";
import { type Environment, ENVIRONMENTS, type Tenant } from "./tenant.ts";

export interface LoadOptions {
  /** Name of the file in faults, e.g. `tenants/tenants.yaml`. */
  readonly file: string;
  /** Domains that belong to the platform, where no tenant may have a domain of its own; default all stacks' domains. */
  readonly platformDomains?: readonly string[];
  /** What a stack has of its tenants: entries that would take something of it away are faults. Default: no stack is meant. */
  readonly lastRun?: LastRun;
  /** Keeps only tenants of at least one of these; default all. The whole file is checked all the same. */
  readonly environments?: readonly Environment[];
}

export interface LoadFileOptions extends LoadOptions {
  /** The folder that a link must not leave; default the repository around the file. */
  readonly root?: string;
}

/** `maison-margiela` → `Maison Margiela`. */
const nameOf = (id: string): string => id.split("-").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(" ");

function toTenant(entry: Entry): Tenant {
  const { id, tier, state, environments, release, hosts, storefront, api, settings, contacts } = entry;
  return {
    id,
    name: entry.name ?? nameOf(id),
    tier,
    plan: planOf(entry),
    state,
    purge: entry.purge,
    environments,
    release,
    hosts: { ...hosts, domains: hosts.domains.map((own) => ({ ...own, host: asciiHost(own.host) })) },
    storefront: { image: storefront.image, theme: storefront.theme },
    api: {
      runtime: api.runtime,
      image: api.image,
      corsOrigins: api.corsOrigins,
      timeoutSeconds: api.timeoutSeconds,
      jwt: api.jwt,
    },
    settings,
    contacts,
    costCenter: entry.costCenter ?? id,
  };
}

/** Entries of a text without faults; throws TenantsError with all of them otherwise. */
function entriesOf(text: string, file: string, surroundings: Surroundings): readonly Entry[] {
  const early = prescan(text);
  const value = early.length === 0 ? fastValue(text) : undefined;
  if (value !== undefined) {
    const checked = checkValue(value, surroundings);
    if (checked.problems.length === 0) return checked.entries;
  }
  return readWithPlaces(text, early, file, surroundings);
}

/**
 * Tenants of a text in the format of tenants.yaml, sorted by id, so that the file's order matters to nobody.
 * @throws TenantsError with every fault of every tenant.
 */
export function loadTenants(text: string, options: LoadOptions): readonly Tenant[] {
  const wanted = options.environments ?? ENVIRONMENTS;
  const surroundings = { platformDomains: options.platformDomains ?? PLATFORM_DOMAINS, lastRun: options.lastRun };
  return entriesOf(text.replace(/^\uFEFF/, ""), options.file, surroundings)
    .filter((entry) => entry.environments.some((environment) => wanted.includes(environment)))
    .map(toTenant)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * As loadTenants, from a file: a regular one of UTF-8 text below the size limit, not reached by a link that leaves the repository.
 * @throws TenantsError, for a file that cannot be read too.
 */
export function loadTenantsFile(path: string, options: LoadFileOptions): readonly Tenant[] {
  return loadTenants(readSource(path, options.file, options.root), options);
}
