import { expect, test } from "vitest";
import { changingStatementsIn, entriesAbout, entriesIn } from "./postgresLog.ts";

const at = "2026-01-01 00:00:00.000 UTC [7] postgres@privatesales";
const LOG = [
  `${at} LOG:  statement: BEGIN`,
  `${at} LOG:  execute <unnamed>: SELECT 1 FROM pg_roles`,
  "\t WHERE rolname = $1",
  `${at} DETAIL:  Parameters: $1 = 'tenant_dior__app'`,
  `${at} LOG:  statement: CREATE SCHEMA "tenant_dior_kr"`,
  `${at} LOG:  execute p1: `,
  "\tUPDATE x SET a = 1",
  `${at} LOG:  statement: COMMIT`,
  "",
].join("\n");

test("an entry goes on over its lines", () => {
  expect(entriesIn(LOG)).toHaveLength(6);
});

test("statements that change something, prepared ones included", () => {
  expect(changingStatementsIn(LOG)).toEqual(['CREATE SCHEMA "tenant_dior_kr"', "UPDATE x SET a = 1"]);
});

test("entries about a tenant, parameters included, and not about one whose id starts alike", () => {
  expect(entriesAbout(LOG, ["dior"])).toEqual([`${at} DETAIL:  Parameters: $1 = 'tenant_dior__app'\n`]);
  expect(entriesAbout(LOG, ["dior-kr"])).toEqual([`${at} LOG:  statement: CREATE SCHEMA "tenant_dior_kr"\n`]);
  expect(entriesAbout(LOG, ["chanel"])).toEqual([]);
});
