/** Own domains: what may be written, and that no two tenants claim the same or overlapping ones. */
import { domainToASCII } from "node:url";
import { fieldOf, type Path, type Problem } from "./faults.ts";
import { nameCharacter } from "./identity.ts";

export const HOST_ALLOWED = "a full host name such as shop.dior.com, without scheme, port, path or *";

/** Domains under which the platform makes hosts itself; the loader knows no stack, so it refuses them for all stacks. */
export const PLATFORM_DOMAINS: readonly string[] = ["privatesales.co.kr", "privatesales.localhost"];

export type Normalised = { readonly host: string } | { readonly reason: string };

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with the text before it is looked at as a name. */
function notAName(text: string): string | undefined {
  if (text === "") return "is empty.";
  if (text.includes("://")) return `holds a scheme: write only the host, without "${text.slice(0, text.indexOf("://") + 3)}".`;
  if (text.includes("*")) return "is a wildcard: name each host, since a wildcard takes hosts of others too.";
  const odd = /[/?#\\]/.exec(text);
  if (odd !== null) return "holds a path or query: write only the host.";
  if (text.includes("@")) return "holds a user name: write only the host.";
  if (text.includes(":")) return "holds a port: write only the host; the gateway serves 80 and 443.";
  const hidden = /[\s\p{Cc}\p{Cf}]/u.exec(text);
  return hidden === null ? undefined : `holds ${nameCharacter(hidden[0])}: leave it out.`;
}

/** The one spelling of a host: punycode, lower case, no dot last. IDN and its punycode meet here. */
export function normaliseHost(text: string): Normalised {
  const reason = notAName(text);
  if (reason !== undefined) return { reason };
  const host = asciiHost(text);
  if (host === "") return { reason: "is not a host name." };
  const labels = host.split(".");
  const wrong = labels.find((label) => !LABEL.test(label));
  if (wrong !== undefined) return { reason: `holds the part "${wrong}", which no host name may have.` };
  if (labels.length < 2) return { reason: "is a single word: write the full host name." };
  if (host.length > 253) return { reason: `has ${host.length} characters; a host name has at most 253.` };
  if (/^\d+$/.test(labels.at(-1) ?? "")) return { reason: "is an IP address: write a host name." };
  return { host };
}

/** A host that has passed `normaliseHost`, in its one spelling. */
export const asciiHost = (host: string): string => domainToASCII(host).replace(/\.$/, "");

const isBelow = (host: string, parent: string): boolean => host.endsWith(`.${parent}`);

/** A domain as an entry claims it. */
export interface Claim {
  readonly path: Path;
  readonly tenant: string;
  readonly host: string;
}

const refuse = (claim: Claim, message: string): Problem => ({
  path: claim.path,
  at: "value",
  message,
  allowed: `${HOST_ALLOWED}; each in one place, none above or below a host of another tenant or of the platform`,
});

function platformProblem(claim: Claim, platform: readonly string[]): Problem | undefined {
  const met = platform.find((d) => claim.host === d || isBelow(claim.host, d) || isBelow(d, claim.host));
  if (met === undefined) return undefined;
  return refuse(claim, `lies in the platform's own domain ${met}: use hosts.prefixes and hosts.regions for hosts there.`);
}

/** Every claim that meets the platform or an earlier claim; both sides of an overlap get to know each other. */
export function claimProblems(claims: readonly Claim[], platform: readonly string[]): readonly Problem[] {
  const owners = new Map<string, Claim>();
  const problems: Problem[] = [];
  for (const claim of claims) {
    const own = platformProblem(claim, platform);
    const first = owners.get(claim.host);
    if (own !== undefined) problems.push(own);
    else if (first === undefined) owners.set(claim.host, claim);
    else {
      const whose = first.tenant === claim.tenant ? "this tenant" : `tenant ${first.tenant}`;
      problems.push(refuse(claim, `is the same host as ${fieldOf(first.path)} of ${whose} (${claim.host}): keep one.`));
    }
  }
  for (const claim of owners.values()) problems.push(...overlaps(claim, owners));
  return problems;
}

/** A host below another tenant's: cookies set for the upper one would reach the lower one. */
function overlaps(claim: Claim, owners: ReadonlyMap<string, Claim>): readonly Problem[] {
  const labels = claim.host.split(".");
  return labels.slice(1).flatMap((_, index) => {
    const upper = owners.get(labels.slice(index + 1).join("."));
    if (upper === undefined || upper.tenant === claim.tenant) return [];
    return [refuse(claim, `overlaps ${upper.host} of tenant ${upper.tenant}: cookies of one would reach the other.`)];
  });
}
