import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataSection, type Piece } from "../../tools/restore/dataSection.ts";

/** As pg_restore 18 prints it. */
const TEXT = `--
-- PostgreSQL database dump
--

\\restrict abc123

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Data for Name: goods; Type: TABLE DATA; Schema: tenant_a; Owner: tenant_a__migration
--

COPY tenant_a.goods (id, name) FROM stdin;
1\tCOPY tenant_a.goods (id) FROM stdin;
2\t\\\\.\\nSELECT pg_catalog.setval('tenant_a.x', 1, true);
\\.


COPY tenant_a."odd Name" (x) FROM stdin;
\\.


COPY tenant_a.bare  FROM stdin;


\\.


SELECT pg_catalog.setval('tenant_a.goods_id_seq', 2, true);


\\unrestrict abc123
`;

function read(text: string, sizes: readonly number[]): readonly Piece[] {
  const section = new DataSection("tenant_a", "tenant_a__restore");
  const bytes = Buffer.from(text);
  const pieces: Piece[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    pieces.push(...section.read(bytes.subarray(at, at + size)));
    at += size;
  }
  section.finish();
  return pieces;
}

/** Statements, with all rows of a table as one text. */
function summary(pieces: readonly Piece[]): readonly string[] {
  const said: string[] = [];
  let rows = "";
  for (const piece of pieces) {
    if (piece.kind === "rows") rows += piece.bytes.toString("utf8");
    else if (piece.kind === "end") {
      said.push(rows);
      rows = "";
    } else said.push(piece.sql);
  }
  return said;
}

const WANTED = [
  "COPY tenant_a__restore.goods (id, name) FROM stdin",
  "1\tCOPY tenant_a.goods (id) FROM stdin;\n2\t\\\\.\\nSELECT pg_catalog.setval('tenant_a.x', 1, true);\n",
  'COPY tenant_a__restore."odd Name" (x) FROM stdin',
  "",
  "COPY tenant_a__restore.bare  FROM stdin",
  "\n\n",
  "SELECT pg_catalog.setval('tenant_a__restore.goods_id_seq', 2, true);",
];

test("statements name the other schema, rows are as they were", () => {
  expect(summary(read(TEXT, [1 << 20]))).toEqual(WANTED);
});

test("wherever the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      expect(summary(read(TEXT, sizes))).toEqual(WANTED);
    }),
  );
  expect(summary(read(TEXT, [1]))).toEqual(WANTED);
});

describe("refused", () => {
  test.each([
    "DROP TABLE tenant_a.goods;",
    "COPY tenant_b.goods (id) FROM stdin;",
    "COPY tenant_a.goods (id) FROM PROGRAM 'x';",
    "COPY tenant_a.goods TO stdout;",
    "SELECT pg_catalog.setval('tenant_b.x', 1, true);",
    "SELECT pg_catalog.setval('tenant_a.x', (SELECT 1), true);",
    "SELECT pg_catalog.set_config('role', 'x', false); DROP TABLE x;",
    "\\! id",
    "SET ROLE",
  ])("%s", (line) => {
    expect(() => read(`${line}\n`, [1 << 20])).toThrow(/a statement that this program does not run/);
  });

  test("a table that does not end", () => {
    expect(() => read("COPY tenant_a.goods (id) FROM stdin;\n1\n", [1 << 20])).toThrow(/ends in the middle/);
  });
});
