import { postgresql } from "../../../../sandbox/providers/postgresql/index.ts";
import type { CheckFailure, DiffResult, Properties, Provider } from "../../../../sandbox/providers/provider.ts";

/** A provider that never connects: its port is closed, so a call that did would fail. */
export function offline(): Promise<Provider> {
  return postgresql.configure({ host: "127.0.0.1", port: 1, sslmode: "disable", password: "provider-secret" });
}

export const TYPES = {
  role: "postgresql:index/role:Role",
  schema: "postgresql:index/schema:Schema",
  database: "postgresql:index/database:Database",
  grant: "postgresql:index/grant:Grant",
  grantRole: "postgresql:index/grantRole:GrantRole",
  defaults: "postgresql:index/defaultPrivileges:DefaultPrivileges",
  extension: "postgresql:index/extension:Extension",
} as const;

export type Kind = keyof typeof TYPES;

function request(kind: Kind) {
  return { urn: `urn:pulumi:test::test::${TYPES[kind]}::thing`, type: TYPES[kind], name: "thing" };
}

export async function check(
  kind: Kind,
  news: Properties,
  olds: Properties = {},
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
  return (await offline()).check({ ...request(kind), olds, news });
}

/** The faults as `property: reason`, none for inputs that are accepted. */
export async function faults(kind: Kind, news: Properties): Promise<readonly string[]> {
  return (await check(kind, news)).failures.map(({ property, reason }) => `${property}: ${reason}`);
}

/** The diff of checked inputs against a state. */
export async function diff(
  kind: Kind,
  olds: Properties,
  news: Properties,
  ignoreChanges: readonly string[] = [],
): Promise<DiffResult> {
  const { inputs, failures } = await check(kind, news);
  if (failures.length > 0) throw new Error(`the new inputs are refused: ${JSON.stringify(failures)}`);
  return (await offline()).diff({ ...request(kind), id: "x", oldInputs: {}, olds, news: inputs, ignoreChanges });
}

/** What a preview of a creation shows. */
export async function preview(kind: Kind, news: Properties): Promise<Properties> {
  const { inputs } = await check(kind, news);
  return (await (await offline()).create({ ...request(kind), inputs, preview: true, timeout: 0 })).state;
}
