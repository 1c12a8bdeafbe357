import { describe, expect, test } from "vitest";
import { judgeReport, readReport, runCheckov } from "../../policy/checkov.ts";
import { resource } from "./support.ts";

const bucket = resource("aws:s3/bucket:Bucket", {}, { name: "assets" });
const origins = new Map([["aws_s3_bucket.assets", bucket]]);
const check = { check_id: "CKV_AWS_21", check_name: "versioning", resource: "aws_s3_bucket.assets" };
const output = (results: object): string => JSON.stringify({ results: { passed_checks: [], failed_checks: [], parsing_errors: [], ...results } });

describe("the report of checkov", () => {
  test("leads back to the resources of the program", () => {
    const failed = [{ rule: "CKV_AWS_21", title: "versioning", address: "aws_s3_bucket.assets", resource: bucket }];
    expect(readReport(output({ failed_checks: [check], passed_checks: [check, check] }), origins)).toEqual({ passed: 2, failed });
  });

  test("is no report when nothing was judged, or not read", () => {
    expect(() => readReport(output({}), origins)).toThrow("checkov judged nothing");
    expect(() => readReport(output({ parsing_errors: ["plan.json"] }), origins)).toThrow("could not read the plan: plan.json");
    expect(() => readReport(output({ failed_checks: [check] }), new Map())).toThrow("aws_s3_bucket.assets, which is not in the plan");
    expect(() => readReport('{"passed":0,"failed":0,"checkov_version":"3"}', origins)).toThrow("checkov judged nothing");
    expect(() => readReport('{"passed":1,"failed":0}', origins)).toThrow(/results/);
  });

  test("is measured against the written exceptions", () => {
    const report = readReport(output({ failed_checks: [check] }), origins);
    const excuse = { rule: "CKV_AWS_21", resource: "aws:s3/bucket:Bucket assets", reason: "nothing in it is ever overwritten" };
    expect(judgeReport(report, [excuse], "prod")).toMatchObject({ open: [], excused: [{ rule: "CKV_AWS_21" }], unused: [] });
    expect(judgeReport(report, [], "prod").open).toHaveLength(1);
    expect(judgeReport(report, [excuse, { ...excuse, rule: "CKV_AWS_1" }], "prod").unused).toHaveLength(1);
  });
});

describe("running it", () => {
  test("a program that is not there is said so", async () => {
    await expect(runCheckov([bucket], { command: ["/nonexistent/checkov"] })).rejects.toThrow("checkov does not start");
  });

  test("a failure carries the end of what it said", async () => {
    const script = "process.stderr.write('no such flag'); process.exitCode = 2";
    await expect(runCheckov([bucket], { command: [process.execPath, "-e", script, "--"] })).rejects.toThrow("checkov ended with 2: no such flag");
  });

  test("one that hangs is ended", async () => {
    await expect(runCheckov([bucket], { command: [process.execPath, "-e", "setInterval(() => 0, 1000)", "--"], timeout: 0.2 })).rejects.toThrow("checkov ended with SIGTERM");
  });
});
