import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, test } from "vitest";
import { changesText, countsLine, failureText, styleFor, tenantTable } from "../../sandbox/output.ts";
import { RunLog } from "../../sandbox/report.ts";

const urn = (name: string, type = "kubernetes:core/v1:ConfigMap"): string => `urn:pulumi:local::privatesales::privatesales:tenant:TenantEnvironment$${type}::${name}`;
const event = (body: Partial<EngineEvent>): EngineEvent => ({ sequence: 0, timestamp: 0, ...body });
const made = (name: string, op: string, type?: string, more: Readonly<Record<string, unknown>> = {}): EngineEvent =>
  event({ resOutputsEvent: { metadata: { op, urn: urn(name, type), type: "", provider: "", ...more } } } as unknown as Partial<EngineEvent>);
const failed = (name: string): EngineEvent =>
  event({ resOpFailedEvent: { metadata: { op: "create", urn: urn(name), type: "", provider: "" }, status: 0, steps: 0 } } as unknown as Partial<EngineEvent>);
const error = (message: string, at?: string): EngineEvent =>
  event({ diagnosticEvent: { message, color: "never", severity: "error", ...(at === undefined ? {} : { urn: at }) } });

const plain = styleFor({ isTTY: false }, {});

describe("a run's report", () => {
  test("counts a tenant's resources and tells how far each step came", () => {
    const log = new RunLog(["dior", "chanel"]);
    for (const one of [made("dior-namespace", "create"), made("dior-routes", "same"), made("dior-verify", "create"), made("istio-root-namespace", "create")]) log.add(one);
    log.add(failed("dior-migrate"));
    const [dior, chanel] = log.report().tenants;
    expect(dior).toEqual({ id: "dior", resources: 3, steps: { C: "done", D: "not reached", E: "done", F: "failed", G: "done" } });
    expect(chanel).toEqual({ id: "chanel", resources: 0, steps: { C: "not reached", D: "not reached", E: "not reached", F: "not reached", G: "not reached" } });
  });

  test("a failure names tenant and step, once, without the engine's frame", () => {
    const log = new RunLog(["dior"]);
    const message = "<{%reset%}>error: Job tenant-dior/migrate-1 failed: exit code 1<{%reset%}>\n";
    expect(log.add(error(message, urn("dior-migrate")))).toEqual({
      resource: "dior-migrate",
      tenant: "dior",
      step: "F",
      reason: "Job tenant-dior/migrate-1 failed: exit code 1",
    });
    expect(log.add(error(message, urn("dior-migrate")))).toBeUndefined();
    expect(log.report().failures).toHaveLength(1);
  });

  test("several reasons are a line each", () => {
    const message = "2 errors occurred:\n\t* Job tenant-dior/migrate-1 failed: BackoffLimitExceeded\n\t* Pod migrate-1-x: exit code 1\n\n";
    const failure = new RunLog(["dior"]).add(error(message, urn("dior-migrate")));
    expect(failure?.reason).toBe("Job tenant-dior/migrate-1 failed: BackoffLimitExceeded\nPod migrate-1-x: exit code 1");
  });

  test("the engine's closing words are no failure of their own", () => {
    const log = new RunLog(["dior"]);
    expect(log.add(error("update failed"))).toBeUndefined();
    expect(log.report().failures).toEqual([]);
    expect(log.add(error("no space left on device"))).toMatchObject({ resource: undefined, reason: "no space left on device" });
  });

  test("the engine's last word is one when no event told anything, whatever it says", () => {
    const log = new RunLog(["dior"]);
    expect(log.fail("preview failed")).toMatchObject({ resource: undefined, reason: "preview failed" });
    expect(log.report().failures).toHaveLength(1);
  });

  test("what an interruption ends is no failure; what failed before it, or beside it, is", () => {
    const log = new RunLog(["dior"]);
    const signal = event({ stdoutEvent: { message: "^C received; cancelling. If you would like to terminate immediately, press ^C again.\n", color: "never" } });
    const cancelled = "Job tenant-dior/migrate-1 exists, and the run was cancelled before it was ready";
    expect(log.report().interrupted).toBe(false);
    expect(log.add(error(cancelled, urn("dior-routes")))).toMatchObject({ reason: cancelled });
    log.add(signal);
    log.add(failed("dior-migrate"));
    expect(log.add(error(cancelled, urn("dior-migrate")))).toBeUndefined();
    expect(log.add(error("update canceled"))).toBeUndefined();
    expect(log.add(error("quota exceeded", urn("dior-quota")))).toMatchObject({ reason: "quota exceeded" });
    expect(log.report()).toMatchObject({ interrupted: true, failures: [{ resource: "dior-routes" }, { resource: "dior-quota" }] });
    expect(log.report().tenants[0]?.steps).toMatchObject({ C: "failed", E: "failed", F: "not reached" });
  });

  test("changes leave out what stays, and show a replacement once", () => {
    const log = new RunLog([]);
    for (const one of [made("a", "same"), made("b", "create-replacement"), made("b", "delete-replaced"), made("c", "update")]) log.add(one);
    expect(log.report().changes).toEqual([
      { op: "replace", type: "kubernetes:core/v1:ConfigMap", name: "b", fields: [] },
      { op: "update", type: "kubernetes:core/v1:ConfigMap", name: "c", fields: [] },
    ]);
  });

  test("a change names the fields that differ, by path where the engine knows it", () => {
    const log = new RunLog([]);
    const detailedDiff = { 'spec.hard["requests.cpu"]': { diffKind: "update", inputDiff: true }, "spec.hard.pods": { diffKind: "add", inputDiff: true } };
    log.add(made("quota", "update", undefined, { diffs: ["spec"], detailedDiff }));
    log.add(made("role", "update", undefined, { diffs: ["connectionLimit"], detailedDiff: {} }));
    const report = log.report();
    expect(report.changes.map(({ fields }) => fields)).toEqual([["spec.hard.pods", 'spec.hard["requests.cpu"]'], ["connectionLimit"]]);
    expect(changesText(report)).toBe(
      "  update   quota  kubernetes:core/v1:ConfigMap\n             spec.hard.pods\n             spec.hard[\"requests.cpu\"]\n" +
        "  update   role  kubernetes:core/v1:ConfigMap\n             connectionLimit",
    );
  });

  test("Helm releases are listed as recorded", () => {
    const log = new RunLog([]);
    log.add(made("istio-base", "create", "kubernetes:helm.sh/v3:Release"));
    expect(log.report().recorded).toEqual(["istio-base"]);
    expect(log.report().recordedInAws).toBe(0);
  });

  test("what stands in AWS is counted without its providers and without what is deleted", () => {
    const log = new RunLog([]);
    log.add(made("aws", "create", "pulumi:providers:aws"));
    log.add(made("network-vpc", "create", "aws:ec2/vpc:Vpc"));
    log.add(made("storage-bucket", "same", "aws:s3/bucket:Bucket"));
    log.add(made("old-bucket", "delete", "aws:s3/bucket:Bucket"));
    expect(log.report().recordedInAws).toBe(2);
  });

  test("the program's outputs are those of the stack's own resource", () => {
    const log = new RunLog([]);
    expect(log.report().outputs).toEqual({});
    log.add(made("privatesales-qa", "create", "pulumi:pulumi:Stack", { new: { outputs: { domain: "shops.test" } } }));
    log.add(made("network-vpc", "create", "aws:ec2/vpc:Vpc", { new: { outputs: { id: "vpc-1" } } }));
    expect(log.report().outputs).toEqual({ domain: "shops.test" });
  });

  test("counts come from the engine's summary", () => {
    const log = new RunLog([]);
    log.add(event({ summaryEvent: { maybeCorrupt: false, durationSeconds: 1, resourceChanges: { create: 3, update: 1, replace: 2, delete: 4, same: 5 }, policyPacks: {} } }));
    expect(countsLine(log.report().counts)).toBe("3 created, 1 updated, 2 replaced, 4 deleted, 5 unchanged");
  });
});

describe("text for people", () => {
  test("a failure", () => {
    expect(failureText({ resource: "dior-verify", tenant: "dior", step: "G", reason: "one\ntwo" }, plain)).toBe(
      "failed  tenant dior, step G (verification), resource dior-verify\n        one\n        two",
    );
  });

  test("the table marks what failed", () => {
    const row = { id: "dior", state: "active", host: "dior.test", resources: 45, steps: { C: "done", D: "done", E: "done", F: "failed", G: "not reached" } } as const;
    expect(tenantTable([row], plain)).toBe(
      "tenant  state   C   D   E   F       G  resources  primary host\ndior    active  ok  ok  ok  FAILED  -  45         dior.test",
    );
  });

  test("colours only on a terminal that wants them", () => {
    expect(styleFor({ isTTY: true }, {}).red("x")).toBe("\u001b[31mx\u001b[0m");
    expect(styleFor({ isTTY: true }, { NO_COLOR: "1" }).red("x")).toBe("x");
    expect(plain.red("x")).toBe("x");
  });
});
