import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { actionlint, zizmor } from "./support/linters.ts";
import { ROOT } from "./support/sandbox.ts";

const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() });
const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const job = z.looseObject({
  permissions,
  uses: z.string().optional(),
  concurrency: z.unknown().optional(),
  "timeout-minutes": z.number().optional(),
  steps: z.array(step).optional(),
});
const workflow = z.looseObject({ on: z.unknown(), concurrency: z.unknown().optional(), permissions, jobs: z.record(z.string(), job) });
const action = z.looseObject({ runs: z.looseObject({ steps: z.array(step) }) });

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const files = globSync(".github/workflows/*.yaml", { cwd: ROOT }).toSorted();
const workflows = new Map(files.map((file) => [basename(file, ".yaml"), workflow.parse(parse(read(file)))]));
const actions = globSync(".github/actions/*/action.yaml", { cwd: ROOT }).map((file) => action.parse(parse(read(file))));
const jobs = [...workflows].flatMap(([name, { jobs: all }]) => Object.entries(all).map(([id, one]) => ({ name: `${name}/${id}`, job: one })));
const steps = [...jobs.flatMap(({ job: { steps: all = [] } }) => all), ...actions.flatMap(({ runs }) => runs.steps)];
const texts = [...files, ...globSync(".github/actions/*/action.yaml", { cwd: ROOT })].map(read).join("\n");

const triggersOf = (name: string): readonly string[] => Object.keys(z.record(z.string(), z.unknown()).parse(workflows.get(name)?.on));

test("there is one for each occasion, and two that others call or cause", () => {
  expect([...workflows.keys()].toSorted()).toEqual(["checks", "deploy", "deploy-stack", "drift", "preview", "preview-comment"]);
  expect(steps.length).toBeGreaterThan(20);
});

describe("what each has to keep to", () => {
  test("every action is pinned by its commit and names the version, or is this repository's own", () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.filter((uses) => !uses.startsWith("./") && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
    const lines = texts.split("\n").filter((line) => /uses: (?!\.\/)/.test(line));
    expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const commits = new Map<string, Set<string>>();
    for (const uses of used.filter((one) => !one.startsWith("./"))) {
      const [name = "", commit = ""] = uses.split("@");
      commits.set(name, (commits.get(name) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  test("no right is given to a whole workflow, and each job lists its own", () => {
    expect([...workflows].filter(([, { permissions: rights }]) => Object.keys(rights).length > 0).map(([name]) => name)).toEqual([]);
    const writing = jobs.map(({ name, job: { permissions: rights } }) => [name, Object.entries(rights).flatMap(([right, level]) => (level === "write" ? [right] : []))] as const);
    expect(Object.fromEntries(writing.filter(([, rights]) => rights.length > 0))).toEqual({
      "deploy/qa": ["id-token"],
      "deploy/prod-internal": ["id-token"],
      "deploy/prod-early": ["id-token"],
      "deploy/prod-all": ["id-token"],
      "deploy-stack/deploy": ["id-token"],
      "drift/refresh": ["id-token", "issues"],
      "preview/cloud": ["id-token"],
      "preview-comment/comment": ["pull-requests"],
    });
  });

  test("no stored secret is used, and a checkout leaves no token behind", () => {
    expect(texts).not.toMatch(/\bsecrets\b/);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(4);
    expect(checkouts.filter((one) => one.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  test("a fork's run reaches no credentials: the one job that asks for any is for branches of this repository", () => {
    expect(texts).not.toContain("pull_request_target");
    expect(triggersOf("preview")).toEqual(["pull_request"]);
    const cloud = workflows.get("preview")?.jobs["cloud"];
    expect(cloud?.["if"]).toMatch(/^github\.event\.pull_request\.head\.repo\.full_name == github\.repository &&/);
    expect(workflows.get("preview")?.jobs["sandbox"]?.permissions).toEqual({ contents: "read" });
    expect(workflows.get("checks")?.jobs["test"]?.permissions).toEqual({ contents: "read" });
  });

  test("what may write to a pull request runs nothing of it", () => {
    const comment = workflows.get("preview-comment")?.jobs["comment"];
    expect(comment?.steps?.map(({ uses }) => uses?.split("@")[0])).toEqual(["actions/download-artifact", "actions/github-script"]);
    expect(JSON.stringify(comment)).toContain("head.sha === run.head_sha");
  });

  test("one run at a time on a stack, and no deployment is cut off", () => {
    const waiting = { group: "stack-${{ inputs.stack }}", "cancel-in-progress": false };
    expect(workflows.get("deploy-stack")?.jobs["deploy"]?.concurrency).toEqual(waiting);
    expect(workflows.get("deploy")?.["concurrency"]).toEqual({ group: "deploy", "cancel-in-progress": false });
    expect(jobs.filter(({ job: each }) => each.uses === undefined && each["timeout-minutes"] === undefined)).toEqual([]);
  });

  test("values of the event reach no shell but by the environment", () => {
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });

  test("every command is one of the project's own", () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
    const called = Array.from(texts.matchAll(/npm run --silent ([\w-]+)/g), ([, name = ""]) => name);
    expect(new Set(called)).toEqual(new Set(["plan", "sandbox", "rings"]));
    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test("production goes ring by ring, each behind its environment, after qa", () => {
    const deploy = z.record(z.string(), z.looseObject({ needs: z.string().optional(), with: z.record(z.string(), z.string()) })).parse(workflows.get("deploy")?.jobs);
    expect(Object.values(deploy).map(({ needs, with: given }) => [needs, given["stack"], given["ring"], given["environment"]])).toEqual([
      [undefined, "qa", "all", "qa"],
      ["qa", "prod", "internal", "prod-internal"],
      ["prod-internal", "prod", "early", "prod-early"],
      ["prod-early", "prod", "all", "prod-all"],
    ]);
    expect(read(".github/workflows/deploy-stack.yaml")).toContain("--continue-on-error");
  });
});

describe("the linters", () => {
  const broken = mkdtempSync(join(tmpdir(), "privatesales-workflows-"));
  beforeAll(() => {
    cpSync(join(ROOT, ".github"), join(broken, ".github"), { recursive: true });
    mkdirSync(join(broken, ".git"));
    const bad = "on: pull_request_target\njobs:\n  x:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: echo ${{ github.event.pull_request.title }} \n      - run: echo ${{ inptus.x }}\n";
    writeFileSync(join(broken, ".github/workflows/bad.yaml"), bad);
  });
  afterAll(() => {
    rmSync(broken, { recursive: true });
  });

  test("actionlint finds nothing, and finds a fault that is there", { timeout: 300_000 }, async () => {
    expect(await actionlint(ROOT)).toMatchObject({ code: 0, stdout: "" });
    const { code, stdout } = await actionlint(broken);
    expect(code).toBe(1);
    expect(stdout).toContain('undefined variable "inptus"');
    expect(stdout).toContain("potentially untrusted");
  });

  test("zizmor finds nothing, and finds a fault that is there", { timeout: 300_000 }, async () => {
    const clean = await zizmor(ROOT);
    expect(clean.code, clean.stdout).toBe(0);
    expect(`${clean.stdout}${clean.stderr}`).toContain("No findings to report");
    const bad = await zizmor(broken);
    expect(bad.code).not.toBe(0);
    expect(bad.stdout).toMatch(/template-injection/);
    expect(bad.stdout).toMatch(/dangerous-triggers/);
    expect(bad.stdout).toMatch(/unpinned-uses/);
  });
});
