import { afterAll, beforeAll, expect, test } from "vitest";
import { changedRun, succeedWith } from "../../support/changes.ts";
import { witness } from "../../support/inspect.ts";
import { expectRulesHold } from "../../support/policyCheck.ts";
import { changingStatementsIn } from "../../support/postgresLog.ts";
import { ALL_DONE, fieldsByName, nothingBut } from "../../support/runs.ts";
import { reportOf, sandbox, succeed } from "../../support/sandbox.ts";
import { dataOf, inAws, removeData, written } from "../../support/stackOnAws.ts";

/** `qa` through the real engine: the whole plan from nothing, an account that is not its own, and what single changes come to. */

const DATA = dataOf("qa");
const OTHER_ACCOUNT = "111122223333";
const REFUSAL =
  'Pulumi.qa.yaml: privatesales:aws.accountId is "444455556666", and the credentials are of account "111122223333" ' +
  "(arn:aws:iam::111122223333:user/sandbox); use credentials of account 444455556666 for stack qa, or correct the file. Nothing was made.";

const remove = (): Promise<void> => removeData(DATA);
beforeAll(remove);
afterAll(remove);

test("a preview from nothing plans the whole stack and makes nothing of it", async () => {
  const report = await succeed(DATA, "preview", "qa");
  expect(report.failures).toEqual([]);
  expect(report.counts).toMatchObject(nothingBut({ created: report.counts.created }));
  expect(report.counts.created).toBeGreaterThan(700);
  expect(report.recordedInAws).toBeGreaterThan(350);
  expect(inAws(DATA)).toEqual([]);
});

test.each(["preview", "up"])("%s with credentials of another account is refused before anything but a provider is there", async (command) => {
  const seen = witness(DATA);
  const outcome = await changedRun({ accountId: OTHER_ACCOUNT }, DATA, command, "qa", "--json");
  expect(outcome.code).toBe(1);
  const { failures, changes, counts } = reportOf(outcome);
  expect(failures).toEqual([{ resource: undefined, tenant: undefined, step: undefined, reason: REFUSAL }]);
  expect(outcome.stderr).toContain(REFUSAL);
  expect(changes.filter(({ type }) => !type.startsWith("pulumi:providers:") && type !== "pulumi:pulumi:Stack")).toEqual([]);
  expect(counts).toMatchObject({ updated: 0, replaced: 0, deleted: 0 });
  expect(inAws(DATA)).toEqual([]);
  expect(seen.auditLog()).not.toBe("");
  expect(written(seen)).toEqual([]);
  expect(changingStatementsIn(seen.postgresLog())).toEqual([]);
});

test("with those of its own the stack is made from nothing, and a person is told what of it is recorded only", async () => {
  const seen = witness(DATA);
  const { code, stdout, stderr } = await sandbox(DATA, "up", "qa");
  expect({ code, failed: stderr.includes("failed") }).toEqual({ code: 0, failed: false });
  for (const id of ["chanel", "dior", "gucci"]) expect(stdout).toMatch(new RegExp(`^${id} +active( +ok){5} +\\d+ +${id}\\.qa\\.privatesales\\.co\\.kr$`, "m"));
  const made = inAws(DATA).length;
  expect(made).toBeGreaterThan(350);
  expect(stdout).toMatch(new RegExp(`^AWS +${made} resources recorded by a stand-in, nothing was made`, "m"));
  expect(stdout).toMatch(/^recorded only +\d+ Helm releases: /m);
  expect(stdout).toMatch(/^name servers +qa\.privatesales/m);
  expect(stdout).toMatch(/^distribution +d[0-9a-z]+\.cloudfront\.net$/m);
  // What the refused run would have left as well.
  expect(written(seen).length).toBeGreaterThan(150);
  expect(changingStatementsIn(seen.postgresLog()).length).toBeGreaterThan(20);
});

test("a second run changes nothing", async () => {
  const report = await succeed(DATA, "up", "qa");
  expect(report.changes).toEqual([]);
  expect(report.counts).toMatchObject(nothingBut());
  expect(report.counts.unchanged).toBeGreaterThan(700);
  expect(report.tenants.map(({ steps }) => steps)).toEqual([ALL_DONE, ALL_DONE, ALL_DONE]);
});

test("what was made keeps every rule, by the project's own judgement and by checkov's", async () => {
  await expectRulesHold(DATA, "qa", "both");
});

test("another size of nodes, another retention and another engine change what they name in one plan, and a lone cluster keeps its version", async () => {
  const config = {
    "privatesales:cluster": { systemNodes: { instanceTypes: ["m7i.xlarge"] } },
    "privatesales:database": { backupRetentionDays: 14 },
  };
  const report = await succeedWith({ config, auroraVersion: "17.8" }, DATA, "preview", "qa");
  expect(fieldsByName(report)).toEqual({
    "replace eks-system-nodes-group": ["instanceTypes[0]"],
    "update aurora-ap-northeast-2-cluster": ["backupRetentionPeriod"],
  });
  expect(report.counts).toMatchObject(nothingBut({ updated: 1, replaced: 1 }));
});
