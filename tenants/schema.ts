/** The format of tenants.yaml, version 1. Rules on one value stand in values.ts, rules between values in rules.ts. */
import { z } from "zod";
import { settingsShape } from "./settings.ts";
import { ENVIRONMENTS, PREFIXES, REGIONS, RINGS, RUNTIMES, STATES, TIERS } from "./tenant.ts";
import * as value from "./values.ts";

const choice = <const T extends readonly [string, ...string[]]>(words: T, what: string): z.ZodEnum<{ [W in T[number]]: W }> =>
  z.enum(words).describe(`${what}: ${words.join(", ")}`);

/** Lists here are sets: a second mention can only be a mistake. */
function distinct<T>(list: z.core.ParsePayload<readonly T[]>): void {
  list.value.forEach((item, index) => {
    if (typeof item !== "string" || list.value.indexOf(item) === index) return;
    list.issues.push({ code: "custom", message: "is in the list twice: keep one.", path: [index], input: item });
  });
}

const replicas = z
  .strictObject({
    min: z.int().min(1).max(100).describe("a whole number from 1 to 100"),
    max: z.int().min(1).max(100).describe("a whole number from 1 to 100, not below min"),
  })
  .describe("a map of min and max: the replicas that autoscaling moves between");

export const replicasOf = z.object({ replicas: replicas.exactOptional() });

export const quota = z
  .strictObject({
    cpu: value.cpu.exactOptional(),
    memory: value.memory.exactOptional(),
    ephemeralStorage: value.storage.exactOptional(),
  })
  .describe("a map of cpu, memory and ephemeralStorage: the most that all pods together may request");

const domain = z
  .strictObject({
    host: value.host,
    primary: z.boolean().default(false).describe("true or false; true on at most one: the host to which the others redirect"),
  })
  .describe("a map such as { host: shop.dior.com, primary: true }");

const hosts = z
  .strictObject({
    prefixes: z
      .array(choice(PREFIXES, "a host prefix"))
      .check(distinct)
      .default([])
      .describe(`a list of host prefixes: ${PREFIXES.join(", ")}`),
    regions: z
      .array(choice(REGIONS, "a region"))
      .check(distinct)
      .default([])
      .describe(`a list of regions: ${REGIONS.join(", ")}`),
    domains: z.array(domain).default([]).describe("a list of own domains, each a map with host"),
    secondary: choice(["redirect", "serve"], "what the other hosts do").default("redirect"),
  })
  .describe("a map of prefixes, regions, domains and secondary");

const theme = z
  .strictObject({
    primaryColor: value.color.default("#111111"),
    accentColor: value.color.default("#c8a96a"),
    font: value.font.default("Pretendard"),
    logo: value.logo.default("brand/logo.svg"),
  })
  .describe("a map of primaryColor, accentColor, font and logo");

const jwt = z
  .strictObject({
    issuer: value.httpsUrl,
    jwksUri: value.httpsUrl,
    audiences: z.array(value.labelValue.or(value.httpsUrl)).min(1).describe("a non-empty list of audiences"),
  })
  .describe("a map of issuer, jwksUri and audiences: the JWT check at the gateway, for /api only");

export const runtime = choice(RUNTIMES, "the API's runtime");
export const tier = choice(TIERS, "a tier");

const api = z
  .strictObject({
    runtime,
    image: value.image.exactOptional(),
    corsOrigins: z.array(value.origin).check(distinct).default([]).describe("a list of origins beside the tenant's own hosts"),
    timeoutSeconds: z.int().min(1).max(60).default(15).describe("seconds until the gateway gives up on a call, 1 to 60"),
    jwt: jwt.exactOptional(),
    replicas: replicas.exactOptional(),
  })
  .describe("a map with runtime and, if wanted, image, corsOrigins, timeoutSeconds, jwt and replicas");

export const entry = z
  .strictObject({
    id: value.id,
    name: value.name.exactOptional(),
    tier,
    state: choice(STATES, "a state").default("active"),
    purge: z
      .strictObject({ dump: value.dump, confirm: z.string().describe("the tenant's own id, once more") })
      .exactOptional()
      .describe("a map of dump and confirm; with state purged, and only then"),
    environments: z
      .array(choice(ENVIRONMENTS, "an environment"))
      .min(1)
      .check(distinct)
      .default([...ENVIRONMENTS])
      .describe(`a non-empty list of environments: ${ENVIRONMENTS.join(", ")}`),
    release: z
      .strictObject({ version: value.version, ring: choice(RINGS, "when it gets new versions").default("all") })
      .describe("a map with version and, if wanted, ring"),
    hosts: hosts.prefault({}),
    storefront: z
      .strictObject({ image: value.image.exactOptional(), theme: theme.prefault({}), replicas: replicas.exactOptional() })
      .prefault({})
      .describe("a map of image, theme and replicas"),
    api,
    quota: quota.exactOptional(),
    settings: z
      .strictObject({
        locale: settingsShape.locale.exactOptional(),
        currency: settingsShape.currency.exactOptional(),
        timezone: settingsShape.timezone.exactOptional(),
        supportEmail: settingsShape.supportEmail.exactOptional(),
      })
      .prefault({})
      .describe(`a map of what this tenant overrides: ${Object.keys(settingsShape).join(", ")}`),
    contacts: z
      .array(value.email)
      .min(1)
      .check(distinct)
      .describe("a non-empty list of e-mail addresses that hear of this tenant's alerts"),
    costCenter: value.labelValue.exactOptional(),
  })
  .describe("a map that starts with id: see tenants.schema.json for its keys");

export const tenantsFile = z
  .strictObject({
    version: z.literal(1).describe("1, without quotes"),
    tenants: z.array(entry).min(1).describe("a non-empty list of tenants, each a map that starts with id"),
  })
  .describe("a map of version and tenants");

export type Entry = z.infer<typeof entry>;
