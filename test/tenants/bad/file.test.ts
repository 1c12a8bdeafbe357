import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTenantsFile } from "../../../tenants/load.ts";
import { MAX_BYTES, MAX_LINE } from "../../../tenants/prescan.ts";
import { accepts, add, edit, errorOf, expectDecent, FILE, GOOD, refuses } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "tenants-"));
const repository = join(folder, "repository");
const at = (name: string): string => join(repository, name);
const load = (name: string): readonly string[] => loadTenantsFile(at(name), { file: FILE }).map((tenant) => tenant.id);
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(at(name), content);
  return name;
};

beforeAll(() => {
  chmodSync(folder, 0o755);
  mkdirSync(at(".git"), { recursive: true });
  write("good.yaml", GOOD);
  writeFileSync(join(folder, "outside.yaml"), GOOD);
  mkdirSync(join(folder, "elsewhere"));
  writeFileSync(join(folder, "elsewhere/tenants.yaml"), GOOD);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function refusesFile(kind: string, make: () => string, reason: RegExp, line = 1): void {
  test(kind, () => {
    const name = make();
    const error = errorOf(() => load(name));
    expectDecent(error);
    expect(error.faults).toMatchObject([{ line, tenant: undefined, field: "file" }]);
    expect(error.faults[0]?.message).toMatch(reason);
  });
}

const latin1 = Buffer.from(edit("name: Dior", "name: Chlo\u00e9"), "latin1");

describe("the file itself", () => {
  refusesFile("missing", () => "nothing.yaml", /no such file/);
  refusesFile("below a file", () => "good.yaml/tenants.yaml", /not a folder/);
  refusesFile("empty", () => write("empty.yaml", ""), /holds no tenants/);
  refusesFile("UTF-16 with BOM", () => write("utf16.yaml", Buffer.from(`\ufeff${GOOD}`, "utf16le")), /is UTF-16/);
  refusesFile("UTF-16 without BOM", () => write("utf16b.yaml", Buffer.from(GOOD, "utf16le")), /NUL byte/);
  refusesFile("Latin-1", () => write("latin1.yaml", latin1), /not UTF-8/, 4);
  refusesFile("a NUL byte", () => write("nul.yaml", GOOD.replace("Dior", "Di\0or")), /NUL byte/, 4);
  refusesFile("a directory", () => ".git", /not a regular file/);
  refusesFile("a device", () => "../../../../../../../../dev/zero", /not a regular file/);
  refusesFile("50 MB", () => write("large.yaml", Buffer.alloc(50_000_000, "# a\n")), /too large/);
  refusesFile("one byte too many", () => write("edge.yaml", Buffer.alloc(MAX_BYTES + 1, "#\n")), /too large/);
  refusesFile("one line of 10 MB", () => write("line.yaml", `${GOOD}# ${"x".repeat(10_000_000)}\n`), /too long/, 19);
  refusesFile("one character too many on a line", () => write("wide.yaml", `${GOOD}#${"x".repeat(MAX_LINE)}\n`), /too long/, 19);
  refusesFile("a link out of the repository", () => {
    symlinkSync("../outside.yaml", at("link.yaml"));
    return "link.yaml";
  }, /out of the repository/);
  refusesFile("a folder that is a link out of the repository", () => {
    symlinkSync("../elsewhere", at("linked"));
    return "linked/tenants.yaml";
  }, /out of the repository/);
  refusesFile("a link to nothing", () => {
    symlinkSync("gone.yaml", at("dangling.yaml"));
    return "dangling.yaml";
  }, /no such file/);
  refusesFile("a link to itself", () => {
    symlinkSync("circle.yaml", at("circle.yaml"));
    return "circle.yaml";
  }, /in a circle/);
  refusesFile("a FIFO nobody writes to", () => {
    execFileSync("mkfifo", [at("pipe.yaml")]);
    return "pipe.yaml";
  }, /not a regular file/);

  test("unreadable", () => {
    write("closed.yaml", GOOD);
    chmodSync(at("closed.yaml"), 0);
    // Root may read anything, so it steps down for the moment of reading.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      const error = errorOf(() => load("closed.yaml"));
      expectDecent(error);
      expect(error.faults[0]?.message).toMatch(/cannot be read: give this user the right/);
      expect(load("good.yaml")).toEqual(["chanel", "dior"]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test("a socket", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(at("socket.yaml"), done));
    try {
      expect(errorOf(() => load("socket.yaml")).faults[0]?.message).toMatch(/not a regular file/);
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  test.each([
    ["a plain file", () => "good.yaml"],
    ["a byte order mark of UTF-8", () => write("bom.yaml", `\ufeff${GOOD}`)],
    ["a link inside the repository", () => (symlinkSync("good.yaml", at("inside.yaml")), "inside.yaml")],
    ["a file outside, named as such", () => "../elsewhere/tenants.yaml"],
    ["CRLF throughout", () => write("crlf.yaml", GOOD.replaceAll("\n", "\r\n"))],
    ["the largest size", () => write("most.yaml", GOOD + `#${"x".repeat(98)}\n`.repeat(Math.floor((MAX_BYTES - GOOD.length) / 100)))],
    ["the longest line", () => write("long.yaml", `${GOOD}#${"x".repeat(MAX_LINE - 1)}\n`)],
    ["UTF-8 beyond ASCII", () => write("utf8.yaml", edit("name: Dior", "name: Chlo\u00e9"))],
  ])("accepts %s", (_, make) => {
    expect(load(make())).toEqual(["chanel", "dior"]);
  });
});

describe("the text", () => {
  const top = (line: number, reason: RegExp) => ({ line, tenant: undefined, field: "file", reason });
  const dior = (line: number, field: string, reason: RegExp) => ({ line, tenant: "dior", field, reason });
  refuses([
    ["only comments", "# nothing\n# here\n", top(1, /holds no tenants/)],
    ["only ---", "---\n", top(1, /holds no tenants/)],
    ["only blank lines", "\n  \n\n", top(1, /holds no tenants/)],
    ["two documents", `${GOOD}---\n${GOOD}`, top(19, /second document/)],
    ["mixed line ends", edit("    name: Dior\n", "    name: Dior\r\n"), dior(4, "name", /line ends are mixed/)],
    ["mixed line ends, mostly CRLF", GOOD.replaceAll("\n", "\r\n").replace("    name: Dior\r\n", "    name: Dior\n"), dior(4, "name", /line ends are mixed/)],
    ["a carriage return alone", edit("    name: Dior\n", "    name: Dior\r"), dior(4, "name", /line ends are mixed/)],
    ["a tab as indent", edit("    name: Dior", "\tname: Dior"), { line: 4, tenant: "dior", field: "name", reason: /indented by a tab/ }],
    ["a tab after spaces", edit("      runtime: node", "    \truntime: node"), dior(12, "api.runtime", /indented by a tab/)],
    ["a no-break space as indent", edit("    name: Dior", "   \u00a0name: Dior"), { line: 4, tenant: "dior", field: "name", reason: /only looks like one/ }],
    ["an ideographic space as indent", edit("    name: Dior", "   \u3000name: Dior"), { line: 4, tenant: "dior", field: "name", reason: /only looks like one/ }],
    ["an unclosed double quote", edit("name: Dior", 'name: "Dior'), dior(4, "name", /quote is opened and never closed/)],
    ["an unclosed single quote", edit("name: Dior", "name: 'Dior"), dior(4, "name", /quote is opened and never closed/)],
    ["an unclosed bracket", edit("[shop]", "[shop"), dior(9, "hosts.prefixes", /\[ is opened and never closed/)],
    ["an unclosed brace at the end", `${GOOD}    quota: { cpu: 1\n`, { line: 19, tenant: "chanel", field: "quota", reason: /\{ is opened and never closed/ }],
    ["conflict markers", edit("    tier: business\n", "<<<<<<< HEAD\n    tier: business\n=======\n    tier: starter\n>>>>>>> other\n"), dior(5, "name", /half done/), 3],
    ["a control character", edit("name: Dior", "name: Di\u0007or"), dior(4, "name", /U\+0007/)],
    ["wrong indentation", edit("      version: 1.4.2", "   version: 1.4.2"), dior(6, "release", /colon or space is missing/), 3],
    ["a colon too many", edit("name: Dior", "name: Dior: Paris"), dior(4, "name", /second colon/)],
    ["a reserved character first", edit("name: Dior", "name: @dior"), dior(4, "name", /reserves/)],
    ["a wrong escape", edit("name: Dior", 'name: "\\d"'), dior(4, "name", /escape/)],
  ]);
  accepts([
    ["tabs after the value", edit("name: Dior", "name: Dior\t")],
    ["a no-break space inside text", edit("name: Dior", "name: Di\u3001or")],
    ["quotes inside text", edit("name: Dior", `name: Di"o'r`)],
    ["escaped quotes", edit("name: Dior", `name: "Di\\"or\\\\"`)],
    ["doubled quotes", edit("name: Dior", `name: 'Di''or'`)],
    ["brackets over several lines", edit("[shop]", "[\n        shop,\n      ]")],
    ["markers inside text", edit("name: Dior", "name: a <<<<<<< b")],
    ["comments", add("    # a comment\n# another")],
  ]);
});
