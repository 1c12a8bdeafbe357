import { expect, test } from "vitest";
import { TenantsError, type Fault } from "../../../tenants/faults.ts";
import { loadTenants } from "../../../tenants/load.ts";

export const FILE = "tenants/tenants.yaml";

/** Two good tenants; every bad file is this with one edit. */
export const GOOD = `version: 1
tenants:
  - id: dior
    name: Dior
    tier: business
    release:
      version: 1.4.2
    hosts:
      prefixes: [shop]
      regions: [kr]
    api:
      runtime: node
    contacts: [ops@dior.example]
  - id: chanel
    tier: starter
    release: { version: 1.4.2 }
    api: { runtime: spring }
    contacts: [ops@chanel.example]
`;

/** GOOD with one piece replaced; a piece that is not there would make an edit that changes nothing. */
export function edit(from: string, to: string): string {
  const text = GOOD.replace(from, () => to);
  if (text === GOOD) throw new Error(`nothing to edit: ${from}`);
  return text;
}

/** GOOD with lines added to the entry of dior, the first of them at line 14. */
export const add = (lines: string): string => edit("    contacts: [ops@dior.example]\n", `    contacts: [ops@dior.example]\n${lines}\n`);

/** GOOD with the id of dior, at line 3, written otherwise. */
export const withId = (id: string): string => edit("id: dior", `id: ${id}`);

/** The error that an action ends in; not a TenantsError fails the test. */
export function errorOf(action: () => unknown): TenantsError {
  try {
    action();
  } catch (error) {
    if (error instanceof TenantsError) return error;
    throw error;
  }
  throw new Error("the file was accepted");
}

export const errorOfText = (text: string): TenantsError => errorOf(() => loadTenants(text, { file: FILE }));

export const accepted = (text: string): readonly string[] => loadTenants(text, { file: FILE }).map((tenant) => tenant.id);

export interface Expected {
  readonly line: number;
  readonly tenant: string | undefined;
  readonly field: string;
  readonly reason: RegExp;
  /** Matched against what is shown as given. */
  readonly given?: RegExp;
}

export type Case = readonly [kind: string, text: string, expected: Expected, faults?: number];

/** What every report owes its reader, whatever is wrong. */
export function expectDecent(error: TenantsError): void {
  expect(error.message).not.toMatch(/^\s+at .*[:(]\d+/m);
  expect(error.message).not.toMatch(/node_modules|\.ts:\d|ZodError|YAMLParseError|undefined|\[object/);
  expect(error.message).toMatch(/\d+ faults? in .*; nothing was deployed\.$/);
  expect(error.message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  for (const fault of error.faults) {
    expect(fault.allowed.length).toBeGreaterThan(3);
    expect(fault.given.length).toBeGreaterThan(0);
    expect(fault.file).toBe(FILE);
  }
}

function expectFault(faults: readonly Fault[], expected: Expected): void {
  const match = faults.find((fault) => fault.line === expected.line && fault.field === expected.field && expected.reason.test(fault.message));
  expect(match ?? faults).toMatchObject({ line: expected.line, tenant: expected.tenant, field: expected.field });
  if (expected.given !== undefined) expect(match?.given).toMatch(expected.given);
}

/** One test a row; without a number of faults, exactly one. */
export function refuses(cases: readonly Case[]): void {
  for (const [kind, text, expected, many = 1] of cases) {
    test(kind, () => {
      const error = errorOfText(text);
      expectDecent(error);
      expectFault(error.faults, expected);
      expect(error.faults.map((fault) => fault.message)).toHaveLength(many);
    });
  }
}

/** Files that look like the refused ones and are fine. */
export function accepts(cases: readonly (readonly [kind: string, text: string, ids?: readonly string[]])[]): void {
  for (const [kind, text, ids = ["chanel", "dior"]] of cases) {
    test(`accepts ${kind}`, () => {
      expect(accepted(text)).toEqual(ids);
    });
  }
}
