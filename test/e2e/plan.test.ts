import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { changesIn } from "../support/auditLog.ts";
import { witness } from "../support/inspect.ts";
import { changingStatementsIn } from "../support/postgresLog.ts";
import { ROOT, script, TEST_DATA, tenantEntries, writeTenants, type Outcome } from "../support/sandbox.ts";

/** What a pull request is told, against the deployed local stack that all e2e files share: a plan writes nothing. */

const DATA = process.env["SANDBOX_DATA"] ?? "";
const FILE = join(TEST_DATA, "tenants", "plan.yaml");

const reportSchema = z.object({
  outcome: z.string(),
  failures: z.array(z.object({ message: z.string() })),
  groups: z.array(z.object({ tenant: z.string().nullable(), counts: z.record(z.string(), z.number()), steps: z.array(z.object({ op: z.string(), name: z.string(), fields: z.array(z.string()) })) })),
});

const plan = (...args: readonly string[]): Promise<Outcome> => script("plan/main.ts", {}, "local", "--data", DATA, ...args);
const tenants = (...args: readonly string[]): Promise<Outcome> => script("tenants/cli/main.ts", {}, "--file", FILE, ...args);

beforeAll(() => {
  mkdirSync(join(TEST_DATA, "tenants"), { recursive: true });
  const own = readFileSync(join(ROOT, "tenants/tenants.yaml"), "utf8");
  writeFileSync(FILE, own.replace("    name: Gucci\n", '    name: Gucci\n    quota: { cpu: "5" }\n'));
});

test("no change is said plainly, with the exit code for it", async () => {
  const { code, stdout } = await plan();
  expect(stdout).toMatch(/^### Plan of `local`: no change\n\nNo change: \d+ resources stay as they are\.\n$/);
  expect(code).toBe(0);
});

test("a new tenant and a wider quota: a line each, the platform's own objects apart, and nothing is written", async () => {
  expect((await tenants("add", "hermes", "--tier", "starter", "--runtime", "node", "--release", "1.0.0", "--contact", "ops@hermes.example")).code).toBe(0);
  const seen = witness(DATA);
  const { code, stdout, stderr } = await plan("--tenants", FILE, "--json");
  expect(code, `${stderr}${stdout.slice(0, 2000)}`).toBe(2);
  const { outcome, failures, groups } = reportSchema.parse(JSON.parse(stdout));
  expect([outcome, failures]).toEqual(["changes", []]);
  expect(groups.map(({ tenant }) => tenant)).toEqual([null, "gucci", "hermes"]);
  const [platform, gucci, hermes] = groups;
  expect(hermes?.counts).toMatchObject({ changed: 0, replaced: 0, deleted: 0 });
  expect(hermes?.steps.length).toBeGreaterThan(35);
  expect(hermes?.steps.every(({ op, name }) => op === "create" && (name === "hermes" || name.startsWith("hermes-")))).toBe(true);
  expect(gucci?.counts).toMatchObject({ created: 0, replaced: 0, deleted: 0 });
  expect(gucci?.steps.find(({ name }) => name === "gucci-quota")?.fields).toContain('spec.hard["requests.cpu"]');
  expect(platform?.steps.map(({ name }) => name)).toContain("control-plane-tenants");
  expect(changesIn(seen.writes())).toEqual([]);
  expect(changingStatementsIn(seen.postgresLog())).toEqual([]);
});

test("the same as Markdown: counts by tenant, old and new values folded, and no password", async () => {
  const { code, stdout } = await plan("--tenants", FILE);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^\| gucci \| 0 \| \d \| 0 \| 0 \|$/m);
  expect(stdout).toMatch(/^\| hermes \| \d\d \| 0 \| 0 \| 0 \|$/m);
  expect(stdout).toContain('  spec.hard["requests.cpu"]\n- "4000m"\n+ "5000m"\n');
  expect(stdout).toMatch(/^- changed `pooler-users` kubernetes:core\/v1:Secret$/m);
  expect(stdout).toContain("[secret]");
});

test("an entry that was taken out is an error that says what to write", async () => {
  const two = writeTenants("plan-two", tenantEntries().filter(({ id }) => id !== "gucci"));
  const { code, stdout } = await plan("--tenants", two);
  expect(code).toBe(1);
  expect(stdout).toContain("❌ the preview failed");
  expect(stdout).toContain("gucci is deployed in local");
});
