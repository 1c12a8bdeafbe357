/** What is wrong with a tenants file, as data, as an error and as text for people. */
import { escape, isSecretKey, showText } from "./display.ts";

/** One thing that is wrong, at one place. Every text in it is safe to print: escaped, cut, free of secrets. */
export interface Fault {
  /** Name of the file as the user knows it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The entry's id, `#3` for the third entry where it has no readable id, undefined for the file as a whole. */
  readonly tenant: string | undefined;
  /** Dotted, e.g. `api.replicas.min` or `contacts[0]`; `file` for the file as a whole. */
  readonly field: string;
  /** What was written there, in quotes where it is text. */
  readonly given: string;
  /** What is wrong and what to do. */
  readonly message: string;
  /** What may stand there. */
  readonly allowed: string;
}

/** Path to a value in the file's data, e.g. `["tenants", 0, "tier"]`. */
export type Path = readonly (string | number)[];

/** A fault whose line is not known yet: rules work on data, and lines are looked up only when something is wrong. */
export interface Problem {
  readonly path: Path;
  /** Where to point: at the key or at what stands under it. */
  readonly at: "key" | "value";
  /** Where the path alone does not say, as with the second of two equal keys. */
  readonly offset?: number;
  /** Overrides what is shown as given; the value at the path otherwise. */
  readonly given?: string;
  readonly message: string;
  readonly allowed: string;
}

/** All faults of a tenants file. The message is the whole report; nothing else need be printed, no stack least of all. */
export class TenantsError extends Error {
  readonly faults: readonly Fault[];

  /** `omitted` more were found and are only counted. */
  constructor(faults: readonly Fault[], omitted = 0) {
    const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(renderFaults(sorted, omitted));
    this.name = "TenantsError";
    this.faults = sorted;
  }
}

function renderFault(fault: Fault): string {
  const whose = fault.tenant === undefined ? "" : `tenant ${showText(fault.tenant)}, `;
  return [
    `${escape(fault.file)}:${fault.line}:${fault.column}  ${whose}field ${fault.field}`,
    `    problem  ${fault.message}`,
    `    given    ${fault.given}`,
    `    allowed  ${fault.allowed}`,
  ].join("\n");
}

const count = (many: number, word: string): string => `${many} ${word}${many === 1 ? "" : "s"}`;

/** The report: one block a fault in the order given, then one line that sums up. */
export function renderFaults(faults: readonly Fault[], omitted = 0): string {
  const tenants = new Set(faults.flatMap((fault) => fault.tenant ?? [])).size;
  const where = tenants === 0 ? "the file" : count(tenants, "tenant");
  const more = omitted === 0 ? "" : `, and ${omitted} more that are not shown`;
  return [...faults.map(renderFault), `${count(faults.length, "fault")} in ${where}${more}; nothing was deployed.`].join("\n\n");
}

/** Below a key such as `password` every word may be the secret, a key too. */
export function untilSecret<T extends string | number>(path: readonly T[]): readonly T[] {
  const secret = path.findIndex((part) => typeof part === "string" && isSecretKey(part));
  return secret < 0 ? path : path.slice(0, secret + 1);
}

/** `["tenants", 0, "contacts", 1]` → `contacts[1]`; the entry itself is `entry`, the top `file`. */
export function fieldOf(path: Path): string {
  const inside = path[0] === "tenants" && path.length > 1;
  const rest = untilSecret(inside ? path.slice(2) : path);
  if (rest.length === 0) return inside ? "entry" : "file";
  return rest
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      return index === 0 ? showText(part) : `.${showText(part)}`;
    })
    .join("");
}
