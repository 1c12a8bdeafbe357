import type { CheckFailure, DiffResult, Properties } from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import { isRecord } from "../wire.ts";
import { providerArguments } from "./sdk.ts";

/** What one provider resource settles for all below it. */
export interface Config {
  readonly region: string;
  /** The account that answers. */
  readonly account: string;
  readonly defaultTags: Properties;
}

/** What the engine itself adds to a provider's arguments. */
const ENGINE_OWN = ["version", "pluginDownloadURL", "__internal", "__defaults"];

/** Arguments that would send the official plugin somewhere else than AWS, or as somebody else. */
const REFUSED = ["endpoints", "assumeRoles", "assumeRoleWithWebIdentity", "ignoreTags", "s3UsePathStyle"];

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** The engine sends lists, maps and booleans of a provider's arguments as JSON text. */
function json(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function texts(value: unknown): readonly string[] {
  const list = json(value);
  return Array.isArray(list) ? list.map(String) : [];
}

function tagsOf(value: unknown): Properties {
  const given = json(value);
  const tags = isRecord(given) ? given["tags"] : undefined;
  return isRecord(tags) ? tags : {};
}

/** https://github.com/hashicorp/terraform-provider-aws: what the plugin compares once AWS has said whose credentials it has. */
function accountFault(news: Properties, account: string): CheckFailure | undefined {
  const allowed = texts(news["allowedAccountIds"]);
  const known = news["allowedAccountIds"] !== UNKNOWN && !allowed.includes(UNKNOWN);
  const outside = known && allowed.length > 0 && !allowed.includes(account);
  if (outside) return { property: "allowedAccountIds", reason: `AWS account ID not allowed: ${account}; allowed: ${allowed.join(", ")}` };
  if (!texts(news["forbiddenAccountIds"]).includes(account)) return undefined;
  return { property: "forbiddenAccountIds", reason: `AWS account ID not allowed: ${account}` };
}

function regionFault({ region }: Properties): CheckFailure | undefined {
  if (!isGiven(region)) {
    return { property: "region", reason: "Missing region information; make sure you have set your AWS region, e.g. ap-northeast-2" };
  }
  if (region === UNKNOWN || (typeof region === "string" && /^[a-z]{2}(?:-[a-z]+)+-\d$/u.test(region))) return undefined;
  return { property: "region", reason: `invalid AWS Region: ${JSON.stringify(region)}` };
}

/** Faults that the provider's arguments have in themselves; whether AWS lets them in shows when they are used. */
export function checkConfig(news: Properties): readonly CheckFailure[] {
  const known = providerArguments();
  const given = Object.entries(news).filter(([key, value]) => !ENGINE_OWN.includes(key) && isGiven(value)).map(([key]) => key);
  const names = given.flatMap((property): CheckFailure[] => {
    if (REFUSED.includes(property)) return [{ property, reason: "is not simulated in the sandbox; leave it out" }];
    if (known.includes(property)) return [];
    return [{ property, reason: `the aws provider has no argument "${property}"; it has: ${known.join(", ")}` }];
  });
  return [...names, regionFault(news)].filter((fault) => fault !== undefined);
}

/** No argument replaces the provider; a changed region replaces what is in it, which each object's own diff tells. */
export function diffConfig(olds: Properties, news: Properties): DiffResult {
  const changes = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((key) => !ENGINE_OWN.includes(key) && olds[key] !== news[key])
    .map((path) => ({ path, kind: !isGiven(olds[path]) ? "add" : isGiven(news[path]) ? "update" : "delete", replace: false }) as const);
  return { changes, deleteBeforeReplace: false };
}

/** @throws naming each argument that is wrong */
export function parseConfig(config: Properties, account: string): Config {
  const faults = [...checkConfig(config), accountFault(config, account)].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new Error(faults.map(({ property, reason }) => `aws provider, ${property}: ${reason}`).join("\n"));
  return { region: String(config["region"]), account, defaultTags: tagsOf(config["defaultTags"]) };
}
