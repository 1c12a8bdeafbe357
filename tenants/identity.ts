/** Which ids a tenant may have. From the id come namespace, schema, roles and hosts, so it is checked once, here. */
import { ENVIRONMENTS, PREFIXES, REGIONS } from "./tenant.ts";

/** Leaves room for the prefixes and suffixes of every derived name below the 63 characters that Kubernetes and PostgreSQL keep. */
export const ID_MAX = 30;

export const ID_ALLOWED = `1 to ${ID_MAX} lower-case letters (a-z), digits and single dashes; a letter first, no dash last`;

const KUBERNETES = ["default", "kube-system", "kube-public", "kube-node-lease", "istio-system", "istio-ingress", "cert-manager"];
const POSTGRES = ["public", "postgres", "template0", "template1", "information-schema", "root"];
const HOSTS = [
  ..."www api admin mail smtp imap ftp ns ns1 ns2 mx dns cdn static assets images status auth login sso account".split(" "),
  ..."app docs help support dashboard grafana kibana prometheus alertmanager kiali argocd vault".split(" "),
  ..."localhost internal system platform control privatesales privatesales-system privatesales-data".split(" "),
  ..."monitoring logging autoconfig autodiscover wpad".split(" "),
];

const RESERVED: ReadonlyMap<string, string> = new Map<string, string>([
  ...KUBERNETES.map((word) => [word, "is a namespace of the cluster"] as const),
  ...POSTGRES.map((word) => [word, "is a name of the database or its server"] as const),
  ...HOSTS.map((word) => [word, "is a host or a part of the platform"] as const),
  ...ENVIRONMENTS.map((word) => [word, "is the name of an environment"] as const),
  ...PREFIXES.map((word) => [word, "is a host prefix"] as const),
  ...REGIONS.map((word) => [word, "is a region"] as const),
  ..."y yes n no on off true false null".split(" ").map(
    (word) => [word, "is yes, no or nothing to many YAML readers, quoted or not"] as const,
  ),
]);

const CHARACTER_NAMES: ReadonlyMap<string, string> = new Map([
  [" ", "a space"],
  ["\t", "a tab"],
  ["\n", "a line feed"],
  ["\r", "a carriage return"],
  ["\u00a0", "a no-break space"],
  ["\u200b", "a zero-width space"],
  ["\u200c", "a zero-width non-joiner"],
  ["\u200d", "a zero-width joiner"],
  ["\ufeff", "a byte order mark"],
  ["\u00ad", "a soft hyphen"],
  ["\u202e", "a right-to-left override"],
  ["\u202d", "a left-to-right override"],
]);

function kindOf(character: string): string {
  const name = CHARACTER_NAMES.get(character);
  if (name !== undefined) return name;
  if (/\p{Script=Cyrillic}/u.test(character)) return "a Cyrillic letter, which only looks like a Latin one";
  if (/\p{Script=Greek}/u.test(character)) return "a Greek letter, which only looks like a Latin one";
  if (/\p{Extended_Pictographic}/u.test(character)) return "an emoji";
  if (/\p{Cf}/u.test(character)) return "an invisible character";
  if (/\p{Cc}/u.test(character)) return "a control character";
  if (/\p{L}/u.test(character)) return "a letter outside a-z";
  return `"${character}"`;
}

/** `U+0430 (a Cyrillic letter, …)`: a look-alike can be told from the real one only by its number. */
export function nameCharacter(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${point} (${kindOf(character)})`;
}

function oddCharacter(id: string): string | undefined {
  const odd = Array.from(id).find((character) => !/[a-z0-9-]/.test(character));
  if (odd === undefined) return undefined;
  if (/[A-Z]/.test(odd)) return `holds the capital letter ${odd}: write it in lower case.`;
  if (odd === "_") return "holds an underscore: write a dash.";
  return `holds ${nameCharacter(odd)}, which no host, namespace or schema may have: leave it out.`;
}

/** Ids that begin like another tenant's host, e.g. `shop-dior` or `kr-dior`. */
function takenHost(id: string): string | undefined {
  const prefix = PREFIXES.find((word) => id.startsWith(`${word}-`));
  const region = REGIONS.find((word) => id.startsWith(`${word}-`));
  const word = prefix ?? region;
  if (word === undefined) return undefined;
  const list = prefix === undefined ? "hosts.regions" : "hosts.prefixes";
  return (
    `begins with the ${prefix === undefined ? "region" : "prefix"} "${word}-": its host would be that of the tenant ` +
    `"${id.slice(word.length + 1)}" with ${list} [${word}]. Choose another id, or add ${word} to that tenant.`
  );
}

/** Why `id` cannot be a tenant's id, as the rest of a sentence that begins with it; undefined when it can. */
export function idFault(id: string): string | undefined {
  if (id === "") return "is empty.";
  const reserved = RESERVED.get(id.toLowerCase());
  if (reserved !== undefined) return `is reserved: it ${reserved}. Choose another id.`;
  if (/^pg_/i.test(id)) return "is reserved: names that begin with pg_ belong to PostgreSQL. Choose another id.";
  const odd = oddCharacter(id);
  if (odd !== undefined) return odd;
  if (id.length > ID_MAX) return `has ${id.length} characters: names made from it would be cut, and two tenants could meet.`;
  if (id.startsWith("-") || id.endsWith("-")) return "begins or ends with a dash.";
  if (!/^[a-z]/.test(id)) return "begins with a digit: an id is text that starts with a letter.";
  if (id.includes("--")) return "holds two dashes in a row.";
  return takenHost(id);
}

/** Two ids are the same tenant when they differ only in case or in `-` and `_`: schema names could not tell them apart. */
export const sameIdKey = (id: string): string => id.toLowerCase().replaceAll("_", "-");
