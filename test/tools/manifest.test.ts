import { describe, expect, test } from "vitest";
import { afterFront, frontOf, type Front } from "../../tools/front.ts";
import { manifestHash, manifestText, parseManifest, type Manifest } from "../../tools/manifest.ts";
import { readList } from "../../tools/restore/archiveList.ts";
import { asideName, restoreNames } from "../../tools/restore/names.ts";

const manifest: Manifest = {
  version: 1,
  id: "7d1f3c0a-6f0b-4a57-9a3e-1f6f4b6f2a10",
  tenant: "dior",
  schema: "tenant_dior",
  created: "2026-03-01T18:00:00.123Z",
  server: 180_006,
  tool: "pg_dump (PostgreSQL) 18.6",
  contents: { tables: [{ name: "goods", rows: "3", checksum: "-12" }], sequences: [{ name: "s", value: "-1", step: "1" }], objects: ["table goods"] },
  dump: { key: "x.dump.age", bytes: 10, sha256: "a".repeat(64) },
};

describe("a manifest", () => {
  test("is read as it was written, and its hash is its text's", () => {
    const text = manifestText(manifest);
    expect(parseManifest(text, "m")).toEqual(manifest);
    expect(manifestHash(text)).toMatch(/^[0-9a-f]{64}$/);
    expect(manifestHash(text.replace("goods", "Goods"))).not.toBe(manifestHash(text));
  });

  test.each<readonly [string, string, RegExp]>([
    ["text", "{", /m is damaged[^]*not JSON/],
    ["no version", "{}", /does not know[^]*no version/],
    ["a later version", JSON.stringify({ ...manifest, version: 2 }), /does not know[^]*version 2[^]*version 1/],
    ["a count that is none", JSON.stringify({ ...manifest, contents: { ...manifest.contents, tables: [{ name: "x", rows: "many", checksum: "0" }] } }), /damaged[^]*contents\.tables\.0\.rows: a whole number/],
    ["a field more", JSON.stringify({ ...manifest, more: 1 }), /damaged[^]*more/],
  ])("that is %s is refused", (_, text, why) => {
    expect(() => parseManifest(text, "m")).toThrow(why);
  });
});

describe("the front of a dump", () => {
  const front: Front = { id: manifest.id, tenant: "dior", schema: "tenant_dior", created: manifest.created };

  async function pass(bytes: Buffer, size: number): Promise<readonly [Front | undefined, string]> {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
    }
    let found: Front | undefined;
    let rest = "";
    for await (const chunk of afterFront(pieces(), (one) => (found = one))) rest += Buffer.from(chunk).toString();
    return [found, rest];
  }

  test.each([1, 7, 10_000])("is parted from what follows, in pieces of %i", async (size) => {
    expect(await pass(Buffer.concat([frontOf(front), Buffer.from("PGDMP\nx")]), size)).toEqual([front, "PGDMP\nx"]);
  });

  test.each([["PGDMP", /ends before/], ["PGDMP\n", /does not say whose/], ["{}\n", /does not say whose/], ["x".repeat(10_000), /does not say whose/]])("%.10j is none", async (text, why) => {
    await expect(pass(Buffer.from(text), 5000)).rejects.toThrow(why);
  });
});

describe("the table of contents", () => {
  const OWN = [
    "12; 1259 16400 TABLE tenant_dior goods tenant_dior__migration",
    "13; 0 0 ACL tenant_dior TABLE goods tenant_dior__migration",
    "14; 826 16500 DEFAULT ACL tenant_dior DEFAULT PRIVILEGES FOR TABLES tenant_dior__migration",
    "15; 0 16410 MATERIALIZED VIEW DATA tenant_dior odd name tenant_dior__migration",
  ];
  const OF_SCHEMA = ["8; 2615 16385 SCHEMA - tenant_dior tenant_dior__owner", "9; 0 0 ACL - SCHEMA tenant_dior tenant_dior__owner", "10; 0 0 COMMENT - SCHEMA tenant_dior tenant_dior__owner"];

  test("is followed but for the schema itself, which is made with the platform's rights", () => {
    const { text, filledViews } = readList([";", "; Archive", "", ...OF_SCHEMA, ...OWN].join("\n"), "tenant_dior");
    expect(text).toBe(`${OWN.join("\n")}\n`);
    expect(filledViews).toEqual(["odd name"]);
  });

  test.each([
    "12; 1259 16400 TABLE tenant_gucci goods tenant_gucci__migration",
    "12; 1259 16400 TABLE public goods postgres",
    "12; 3079 16400 EXTENSION - plpython3u ",
    "12; 3466 16400 EVENT TRIGGER - x postgres",
    "12; 0 0 ACL - DATABASE shops postgres",
    "8; 2615 16385 SCHEMA - tenant_gucci tenant_gucci__owner",
    "anything else",
  ])("refuses %s", (line) => {
    expect(() => readList([...OWN, line].join("\n"), "tenant_dior")).toThrow(/not of its schema/);
  });
});

test("names of a restore fit into PostgreSQL's 63 characters, for the longest id", () => {
  const { schema, side, scratch, restorer } = restoreNames("a".repeat(30));
  const names = [schema, side, scratch, restorer, asideName(schema, new Date("2026-03-01T18:00:00.123Z"))];
  for (const name of names) expect(name.length).toBeLessThanOrEqual(63);
  expect(new Set(names).size).toBe(names.length);
  expect(names.at(-1)).toMatch(/__before_20260301180000$/);
});
