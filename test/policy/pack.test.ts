import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import type { PolicyResource } from "@pulumi/policy";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import { AnalyzerResource, AnalyzerResourceOptions, AnalyzeStackRequest, type AnalyzeDiagnostic, type AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readResource, stackName } from "../../policy/pack/resources.ts";
import { RULES } from "../../policy/rules/index.ts";
import { UNKNOWN } from "../../policy/values.ts";
import { ROOT } from "../support/sandbox.ts";

const PACK = join(ROOT, "policy/pack");

let pack: ChildProcess;
let client: AnalyzerClient;

/** The pack as the engine starts it: an executable that prints the port it listens on, in the folder of some program. */
beforeAll(async () => {
  const child = spawn(join(PACK, "serve.mjs"), ["127.0.0.1:1"], { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
  pack = child;
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => {
      resolve(data.toString().trim());
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`the pack ended with ${String(code)}`));
    });
  });
  client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterAll(() => {
  client.close();
  pack.kill();
});

const info = (): Promise<AnalyzerInfo> =>
  new Promise((resolve, reject) => {
    client.getAnalyzerInfo(new empty.Empty(), (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });

function key(stack: string, properties: Record<string, struct.JavaScriptValue>): AnalyzerResource {
  const one = new AnalyzerResource();
  one.setType("aws:kms/key:Key");
  one.setName("data");
  one.setUrn(`urn:pulumi:${stack}::privatesales::aws:kms/key:Key::data`);
  one.setProperties(struct.Struct.fromJavaScript({ tags: { part: "data" }, policy: "{}", deletionWindowInDays: 30, ...properties }));
  const options = new AnalyzerResourceOptions();
  options.setProtect(true);
  one.setOptions(options);
  return one;
}

const analyze = (...resources: AnalyzerResource[]): Promise<readonly AnalyzeDiagnostic[]> =>
  new Promise((resolve, reject) => {
    const request = new AnalyzeStackRequest();
    request.setResourcesList(resources);
    client.analyzeStack(request, (error, answer) => {
      if (error === null) resolve(answer.getDiagnosticsList());
      else reject(error);
    });
  });

const about = (diagnostics: readonly AnalyzeDiagnostic[], id: string): readonly string[] =>
  diagnostics.filter((one) => one.getPolicyname() === id).map((one) => one.getMessage());

describe("the pack, over the engine's protocol", () => {
  test("offers every rule but the one that it is not told enough for, and one about the run", async () => {
    const offered = (await info()).getPoliciesList().map((one) => one.getName());
    const expected = [...RULES.map(({ id }) => id).filter((id) => id !== "PS_DATA_RETAINED"), "PS_EVERY_RULE_JUDGES"];
    expect(offered).toEqual(expected);
  });

  test("finds what is wrong, and nothing in what is right", async () => {
    const [wrong = ""] = about(await analyze(key("qa", { enableKeyRotation: false })), "CKV_AWS_7");
    expect(wrong).toContain("CKV_AWS_7 aws:kms/key:Key data: enableKeyRotation is false; allowed is enableKeyRotation: true.");
    expect(about(await analyze(key("qa", { enableKeyRotation: true })), "CKV_AWS_7")).toEqual([]);
  });

  test("judges a preview in spite of what is not known yet", async () => {
    const diagnostics = await analyze(key("qa", { enableKeyRotation: false, arn: UNKNOWN, policy: UNKNOWN }));
    expect(about(diagnostics, "CKV_AWS_7")).toHaveLength(1);
    expect(about(diagnostics, "CKV2_AWS_64")).toEqual([]);
    expect(diagnostics.filter((one) => one.getMessage().includes("can't run"))).toEqual([]);
  });

  test("asks that every rule judge something in prod, not in qa, and in both that every exception excuse something", async () => {
    const ofRun = async (stack: string): Promise<readonly string[]> => about(await analyze(key(stack, { enableKeyRotation: true })), "PS_EVERY_RULE_JUDGES");
    const [prod, qa] = await Promise.all([ofRun("prod"), ofRun("qa")]);
    expect(prod.filter((message) => message.includes("judged no resource in prod")).length).toBeGreaterThan(50);
    expect(qa.filter((message) => message.includes("judged no resource"))).toEqual([]);
    expect(qa.length).toBeGreaterThan(0);
    expect(qa.filter((message) => !message.includes("excused nothing in qa"))).toEqual([]);
  });

  test("has nothing to say of a stack that is not on AWS", async () => {
    expect(await analyze(key("local", { enableKeyRotation: false }))).toEqual([]);
  });
});

test("a resource keeps its parent, provider and references as URNs", () => {
  const other = (name: string): PolicyResource => ({
    type: "x:y:Z",
    name,
    urn: `urn:${name}`,
    props: {},
    opts: { protect: false, ignoreChanges: [], aliases: [], customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 }, additionalSecretOutputs: [] },
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  });
  const provider = { type: "pulumi:providers:aws", name: "aws", urn: "urn:provider", props: {} };
  const one: PolicyResource = { ...other("one"), parent: other("parent"), provider, dependencies: [other("bucket")], propertyDependencies: { bucket: [other("bucket")] }, props: { id: "1", list: [{ a: 1 }] } };
  expect(readResource(one)).toEqual({
    type: "x:y:Z",
    name: "one",
    urn: "urn:one",
    id: "1",
    parent: "urn:parent",
    protect: false,
    provider: "urn:provider",
    props: { id: "1", list: [{ a: 1 }] },
    references: { bucket: ["urn:bucket"] },
    dependsOn: ["urn:bucket"],
  });
  expect(stackName([{ urn: "urn:pulumi:prod::privatesales::x::y" }])).toBe("prod");
  expect(stackName([])).toBeUndefined();
});

test("the files that the engine looks for are there", () => {
  expect(parse(readFileSync(join(PACK, "PulumiPolicy.yaml"), "utf8"))).toMatchObject({ runtime: { name: "nodejs" }, main: "index.ts" });
  expect(JSON.parse(readFileSync(join(PACK, "package.json"), "utf8"))).toMatchObject({ type: "module", version: "0.1.0" });
  expect(statSync(join(PACK, "serve.mjs")).mode & 0o111).toBe(0o111);
});
