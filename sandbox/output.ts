import { isRecord } from "./guards.ts";
import { STEPS, type BuildStep } from "../stacks/report.ts";
import type { ServerStatus } from "./status.ts";
import type { Counts, Failure, RunReport, TenantReport } from "./report.ts";

/** Colours only where a person reads and has not asked for none (https://no-color.org). */
export interface Style {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly dim: (text: string) => string;
}

export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const on = stream.isTTY === true && !env["NO_COLOR"];
  const paint = (code: string) => (text: string) => (on ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: paint("1"), red: paint("31"), green: paint("32"), dim: paint("2") };
}

/** The line that a run ends with. */
export function countsLine(counts: Counts): string {
  const { created, updated, replaced, deleted, unchanged } = counts;
  return `${created} created, ${updated} updated, ${replaced} replaced, ${deleted} deleted, ${unchanged} unchanged`;
}

const place = (failure: Failure): string => {
  if (failure.tenant !== undefined && failure.step !== undefined) {
    return `tenant ${failure.tenant}, step ${failure.step} (${STEPS[failure.step]}), resource ${failure.resource ?? ""}`;
  }
  return failure.resource === undefined ? "the run" : `platform, resource ${failure.resource}`;
};

/** Tenant, step and reason; several lines where the reason has several. */
export const failureText = (failure: Failure, style: Style): string =>
  `${style.red("failed")}  ${style.bold(place(failure))}\n        ${failure.reason.replaceAll("\n", "\n        ")}`;

/** Columns as wide as their widest cell. Colour codes are put on after the padding. */
function table(rows: readonly (readonly string[])[], paint: (row: number, line: string) => string): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row, index) => paint(index, row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()))
    .join("\n");
}

const MARKS = { done: "ok", failed: "FAILED", "not reached": "-" } as const;
const BUILD_STEPS: readonly BuildStep[] = ["C", "D", "E", "F", "G"];

/** One row a tenant: how far the provisioning came and how many resources it has. */
export function tenantTable(tenants: readonly (TenantReport & { readonly host: string; readonly state: string })[], style: Style): string {
  const head = ["tenant", "state", ...BUILD_STEPS, "resources", "primary host"];
  const rows = tenants.map((tenant) => [
    tenant.id,
    tenant.state,
    ...BUILD_STEPS.map((step) => MARKS[tenant.steps[step]]),
    String(tenant.resources),
    tenant.host,
  ]);
  return table([head, ...rows], (row, line) => {
    if (row === 0) return style.bold(line);
    return line.includes(MARKS.failed) ? style.red(line) : line;
  });
}

/** Columns of a heading at the left, and of a whole line. */
const HEADING = 15;
const LINE = 110;

/** Words parted by commas, broken to lines under a heading. */
function wrapped(title: string, words: readonly string[]): string {
  const lines = words.reduce<string[]>((done, word, index) => {
    const piece = index < words.length - 1 ? `${word},` : word;
    const last = done.at(-1);
    if (last === undefined || HEADING + last.length + 1 + piece.length > LINE) return [...done, piece];
    return [...done.slice(0, -1), `${last} ${piece}`];
  }, []);
  return lines.map((line, index) => `${(index === 0 ? title : "").padEnd(HEADING)}${line}`).join("\n");
}

const helmReleases = ([first = "", ...others]: readonly string[]): readonly string[] => [`${others.length + 1} Helm releases: ${first}`, ...others];

/** What a reader of the result must know about the parts that the sandbox does not run. */
export function simulatedText(report: RunReport): string {
  const charts = report.recorded.length === 0 ? "" : `\n${wrapped("recorded only", helmReleases(report.recorded))}`;
  const aws =
    report.recordedInAws === 0
      ? ""
      : `
AWS            ${report.recordedInAws} resources recorded by a stand-in, nothing was made: their ids, addresses and certificates are invented`;
  return `real           API server, scheduler, controllers, PostgreSQL, Pulumi engine
simulated      nodes and pods (KWOK): no image is pulled and nothing runs in a pod, so migration and verification
               Jobs complete by themselves; network policies are stored, not enforced; routes are served while
               the mesh runs (npm run sandbox -- mesh)${charts}${aws}`;
}

const listed = (title: string, rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row, index) => `${(index === 0 ? title : "").padEnd(HEADING)}${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()}`);
};

/** One DNS record as a zone file has it. */
const recordOf = (proof: unknown): readonly string[] => (isRecord(proof) ? [proof["name"], proof["type"], proof["value"]].map(String) : []);

/**
 * What an operator passes on once a stack stands on AWS: the registrar's name servers, CloudFront's name, and the records that owners
 * of own domains publish. The stand-in invented the values; on AWS they are real. Empty for a stack without an edge.
 */
export function edgeText({ outputs }: RunReport): string {
  const { nameServers, distribution, ownDomainProofs } = outputs;
  const servers = Object.entries(isRecord(nameServers) ? nameServers : {}).map(([domain, names]) => [domain, Array.isArray(names) ? names.join(" ") : ""]);
  const proofs = Object.entries(isRecord(ownDomainProofs) ? ownDomainProofs : {}).flatMap(([id, records]) =>
    (Array.isArray(records) ? records : []).map((record: unknown) => [id, ...recordOf(record)]),
  );
  return [
    ...listed("name servers", servers),
    ...(typeof distribution === "string" ? listed("distribution", [[distribution]]) : []),
    ...listed("own domains", proofs),
  ].join("\n");
}

/** What the engine would do, or did: a line a resource, and below it the fields that differ. */
export function changesText(report: RunReport): string {
  return report.changes
    .flatMap(({ op, type, name, fields }) => [`  ${op.padEnd(9)}${name}  ${type}`, ...fields.map((field) => `             ${field}`)])
    .join("\n");
}

/** The servers of a data folder. */
export function statusTable(servers: readonly ServerStatus[]): string {
  const rows = servers.map(({ name, state, pid, port, memoryMiB }) => [name, state, String(pid ?? ""), String(port ?? ""), `${memoryMiB} MiB`]);
  return table([["server", "state", "pid", "port", "memory"], ...rows], (_, line) => line);
}
