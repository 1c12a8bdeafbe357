import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { kubectl, lines, query, witness } from "../support/inspect.ts";
import { entriesIn } from "../support/postgresLog.ts";
import { sandbox, TEST_DATA, tenantEntries, writeTenants } from "../support/sandbox.ts";

/** A tenants file with faults ends the run at step B: every fault in one report, and no server hears of it. */

const DATA = process.env["SANDBOX_DATA"] ?? "";
const FOLDER = join(TEST_DATA, "tenants");
const SECRET = "hunter2-hunter2";

function textFile(name: string, text: string): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, name);
  writeFileSync(file, text);
  return file;
}

const FAULTS = `version: 1
tenants:
  - id: dior
    tier: platinum
    release: { version: 1.4.2 }
    api: { runtime: node }
    contacts: [ops@dior.example]
  - id: Chanel
    tier: starter
    release: { version: latest }
    api: { runtime: node, replicas: 3 }
    contacts: [ops@chanel.example]
  - id: gucci
    tier: starter
    release: { version: 1.0.0 }
    api: { runtime: node, databasePassword: ${SECRET} }
    contacts: [ops@gucci.example]
`;

/** What has reached the servers meanwhile: requests of a person or an engine, and statements or sessions of a client. */
function arrivals(): () => { readonly requests: number; readonly database: number } {
  const { auditLog, postgresLog } = witness(DATA);
  return () => ({
    requests: lines(auditLog()).filter((line) => line.includes('"username":"sandbox-admin"')).length,
    // The server's own entries have no user before the @.
    database: entriesIn(postgresLog()).filter((entry) => !/^\S+ \S+ UTC \[\d+\] @ /.test(entry)).length,
  });
}

test("the witnesses would see a run", async () => {
  const seen = arrivals();
  await kubectl(DATA, "get", "namespaces");
  await query(DATA, "SELECT 1");
  expect(seen().requests).toBeGreaterThan(0);
  expect(seen().database).toBeGreaterThan(0);
});

const file = (name: string): string => join(FOLDER, name);

const faultSchema = z.object({ file: z.string(), line: z.number(), column: z.number(), tenant: z.string(), field: z.string(), given: z.string(), allowed: z.string(), message: z.string() });
type Fault = z.infer<typeof faultSchema>;

/** The faults in a refused run's JSON. */
const refusedIn = (stdout: string): readonly Fault[] =>
  z.object({ stack: z.literal("local"), command: z.literal("up"), refused: z.array(faultSchema) }).parse(JSON.parse(stdout)).refused;

/** A fault's first line as people read it. */
const headOf = ({ file: name, line, column, tenant, field }: Fault): string => `${name}:${line}:${column}  tenant ${tenant}, field ${field}`;

describe("a tenants file with faults in several tenants", () => {
  test.each([[[]], [["--json"]]])("is reported whole and deploys nothing %j", async (options) => {
    const name = textFile("bad-several.yaml", FAULTS);
    const seen = arrivals();
    const { code, stdout, stderr } = await sandbox(DATA, "up", "--tenants", name, ...options);
    expect(seen()).toEqual({ requests: 0, database: 0 });
    expect(code).toBe(1);
    const heads = lines(stderr).filter((line) => line.startsWith(name));
    expect(options.length === 0 ? stdout : refusedIn(stdout).map(headOf)).toEqual(options.length === 0 ? "" : heads);
    expect(heads).toEqual([
      `${name}:4:11  tenant dior, field tier`,
      `${name}:8:9  tenant Chanel, field id`,
      `${name}:10:25  tenant Chanel, field release.version`,
      `${name}:11:37  tenant Chanel, field api.replicas`,
      `${name}:16:27  tenant gucci, field api.databasePassword`,
    ]);
    expect(stderr).toContain('given    "platinum"\n    allowed  a tier: starter, business, enterprise');
    expect(stderr.match(/^ {4}allowed {2}\S/gm)).toHaveLength(heads.length);
    expect(stderr.match(/^ {4}given {4}\S/gm)).toHaveLength(heads.length);
    expect(stderr).toMatch(/5 faults in 3 tenants; nothing was deployed\.\n$/);
    expect(stderr).not.toMatch(/\n\s+at |node_modules|\.ts:/);
    expect(stderr + stdout).not.toContain(SECRET);
  });

  test("and the same command with a good file does reach the servers", async () => {
    const seen = arrivals();
    const { code } = await sandbox(DATA, "preview", "--tenants", writeTenants("bad-control", tenantEntries()));
    expect(code).toBe(0);
    expect(seen().requests).toBeGreaterThan(0);
  });
});

describe("a file that holds no tenants", () => {
  test.each([
    ["a missing file", () => file("bad-none.yaml"), "there is no such file"],
    ["an empty file", () => textFile("bad-empty.yaml", ""), "the file holds no tenants"],
    ["a directory", () => FOLDER, "is not a regular file"],
  ])("%s is refused by name", async (_, make, problem) => {
    const name = make();
    const seen = arrivals();
    const { code, stdout, stderr } = await sandbox(DATA, "up", "--tenants", name);
    expect(seen()).toEqual({ requests: 0, database: 0 });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`${name}:1:1  field file\n    problem  ${problem}`);
    expect(stderr).toMatch(/allowed {2}\S/);
    expect(stderr).toMatch(/1 fault in the file; nothing was deployed\.\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("and no data folder is made for it", async () => {
    const fresh = join(TEST_DATA, "never-made");
    const { code } = await sandbox(fresh, "up", "--tenants", file("bad-none.yaml"));
    expect(code).toBe(1);
    expect(existsSync(fresh)).toBe(false);
  });
});
