import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { RefusedError } from "../../../tenants/cli/errors.ts";
import { readTenantsFile, replaceTenantsFile } from "../../../tenants/cli/file.ts";
import { script, type Outcome } from "../../support/sandbox.ts";

/** The command as a user runs it, on a file of its own. */

const FOLDER = mkdtempSync(join(tmpdir(), "privatesales-tenants-"));
const FILE = join(FOLDER, "tenants.yaml");
const OWN = readFileSync("tenants/tenants.yaml", "utf8");

beforeEach(() => {
  writeFileSync(FILE, OWN);
});
afterAll(() => {
  rmSync(FOLDER, { recursive: true });
});

const tenants = (...args: readonly string[]): Promise<Outcome> => script("tenants/cli/main.ts", {}, "--file", FILE, ...args);

test("list prints a row a tenant, and the same as JSON", async () => {
  const { code, stdout } = await tenants("list");
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(/ +/).slice(0, 3))).toEqual([
    ["tenant", "state", "tier"],
    ["chanel", "active", "business"],
    ["dior", "active", "enterprise"],
    ["gucci", "active", "starter"],
    [""],
  ]);
  expect(JSON.parse((await tenants("list", "--json")).stdout)).toMatchObject([{ id: "chanel" }, { id: "dior", version: "1.0.0" }, { id: "gucci" }]);
});

test("check says that there is no fault, or all of them", async () => {
  expect(await tenants("check")).toMatchObject({ code: 0, stdout: `no fault: ${FILE} has 3 tenants, 3 active\n`, stderr: "" });
  writeFileSync(FILE, OWN.replace("tier: business", "tier: gold"));
  const { code, stdout, stderr } = await tenants("check", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ faults: [{ tenant: "chanel", field: "tier", given: '"gold"' }] });
  expect(stderr).toContain("tenant chanel, field tier");
});

test("suspend writes the file and says what follows", async () => {
  const { code, stdout } = await tenants("suspend", "dior");
  expect(code).toBe(0);
  expect(stdout).toContain("dior: active → suspended");
  expect(stdout).toContain("answer 503");
  expect(readFileSync(FILE, "utf8")).toContain("    state: suspended\n");
});

test("the result as JSON", async () => {
  const { stdout } = await tenants("suspend", "dior", "--json");
  const result = z.object({ tenant: z.string(), from: z.string(), to: z.string(), effect: z.array(z.string()).min(1) }).parse(JSON.parse(stdout));
  expect([result.tenant, result.from, result.to]).toEqual(["dior", "active", "suspended"]);
});

describe("a refusal leaves the file as it is, byte by byte, and nothing beside it", () => {
  test.each([
    ["a step left out", ["archive", "dior"], "cannot go to archived in one step"],
    ["no such tenant", ["suspend", "nobody"], "no such tenant"],
    ["no confirmation", ["purge", "dior"], "lacks its confirmation"],
    ["a bad entry", ["add", "hermes", "--tier", "gold", "--runtime", "node", "--release", "1.0.0", "--contact", "a@b.example"], "tier is not one of"],
    ["an unknown command", ["remove", "dior"], "never removed"],
  ])("%s", async (_, args, problem) => {
    const inode = statSync(FILE).ino;
    const { code, stdout, stderr } = await tenants(...args, "--json");
    expect(code).toBe(1);
    expect(stderr).toContain(problem);
    expect(stderr).toContain("Nothing was written.");
    expect(JSON.stringify(JSON.parse(stdout))).toContain("refused");
    expect(readFileSync(FILE, "utf8")).toBe(OWN);
    expect(statSync(FILE).ino).toBe(inode);
    expect(readdirSync(FOLDER)).toEqual(["tenants.yaml"]);
  });
});

describe("the file itself", () => {
  test("keeps its mode and a byte order mark, and a link to it stays a link", () => {
    writeFileSync(FILE, `\uFEFF${OWN}`);
    chmodSync(FILE, 0o640);
    const link = join(FOLDER, "link.yaml");
    symlinkSync(FILE, link);
    const file = readTenantsFile(link, "link.yaml");
    replaceTenantsFile(file, `${file.text}# end\n`, "link.yaml");
    rmSync(link);
    expect(readFileSync(FILE, "utf8")).toBe(`\uFEFF${OWN}# end\n`);
    expect(statSync(FILE).mode & 0o777).toBe(0o640);
  });

  test("is not replaced when somebody else has written meanwhile", () => {
    const file = readTenantsFile(FILE, "tenants.yaml");
    writeFileSync(FILE, `${OWN}# theirs\n`);
    expect(() => {
      replaceTenantsFile(file, "mine", "tenants.yaml");
    }).toThrow(RefusedError);
    expect(readFileSync(FILE, "utf8")).toBe(`${OWN}# theirs\n`);
    expect(readdirSync(FOLDER)).toEqual(["tenants.yaml"]);
  });
});
