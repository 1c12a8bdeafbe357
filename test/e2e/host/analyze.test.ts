import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { STACKS, type StackName } from "../../../sandbox/arguments.ts";
import { ensureMeshTools } from "../../../sandbox/toolchain.ts";
import { recordProgram } from "../../support/program.ts";

/** What Istio's own inspector says of the objects of each stack. */

const folder = mkdtempSync(join(tmpdir(), "privatesales-analyze-"));
let istioctl: string;

beforeAll(async () => {
  ({ istioctl } = await ensureMeshTools({ log: console.log }));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const objectSchema = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }) });
type KubernetesObject = z.infer<typeof objectSchema>;

async function objectsOf(stack: StackName): Promise<readonly KubernetesObject[]> {
  const recorded = await recordProgram(stack);
  return recorded.filter(({ type }) => type.startsWith("kubernetes:")).flatMap(({ inputs }) => objectSchema.safeParse(inputs).data ?? []);
}

const findingsSchema = z.array(z.looseObject({ code: z.string(), level: z.string(), origin: z.string().default(""), message: z.string() }));

const outputSchema = z.object({ stdout: z.string(), stderr: z.string() });

/** `<level> <code> <object>: <message>` of every finding, sorted. */
async function analyze(name: string, objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  const file = join(folder, `${name}.yaml`);
  // JSON is YAML, and leaves no doubt about what is text: istioctl reads `off` as false.
  writeFileSync(file, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  const args = ["analyze", "--use-kube=false", "--all-namespaces", "--output", "json", file];
  // It ends with an error when it finds one, and the findings are on standard output all the same.
  const { stdout, stderr } = await promisify(execFile)(istioctl, args, { maxBuffer: 1 << 26 }).catch((error: unknown) => outputSchema.parse(error));
  // What it could not read it leaves out.
  expect(stderr).not.toMatch(/could not be parsed|error processing|skipping/);
  const findings = findingsSchema.parse(JSON.parse(stdout));
  return findings.map(({ level, code, origin, message }) => `${level} ${code} ${origin}: ${message}`).toSorted();
}

/** Warnings that are right as they are, by how they begin, with the reason. */
const ACCEPTED: Readonly<Record<string, string>> = {
  "Warning IST0133 EnvoyFilter istio-ingress/": "said of every EnvoyFilter; Istio has no other way to limit rates in the gateway or to answer 421",
  "Warning IST0133 Sidecar istio-system/default: Schema validation warning: duplicated egress host: istio-system/*":
    "in the root namespace's default, ./* is each workload's own namespace and not the root namespace",
};

const accepted = (finding: string): boolean => Object.keys(ACCEPTED).some((start) => finding.startsWith(start));
const open = (findings: readonly string[]): readonly string[] => findings.filter((finding) => !finding.startsWith("Info ") && !accepted(finding));

describe.each(STACKS)("%s", (stack) => {
  test("no error, and no warning without a written reason", async () => {
    const objects = await objectsOf(stack);
    expect(objects.filter(({ kind }) => kind === "VirtualService").length).toBeGreaterThan(4);
    const findings = await analyze(stack, objects);
    expect(open(findings)).toEqual([]);
    for (const start of Object.keys(ACCEPTED)) expect(findings.filter((finding) => finding.startsWith(start)), `nothing to accept: ${start}`).not.toEqual([]);
  });
});

test("the inspector does find what is wrong: routes of a gateway that is not there", async () => {
  const text = JSON.stringify(await objectsOf("local"));
  const findings = await analyze("broken", z.array(objectSchema).parse(JSON.parse(text.replaceAll("istio-ingress/shared", "istio-ingress/other"))));
  expect(open(findings)).toContain('Error IST0101 VirtualService tenant-dior/routes: Referenced gateway not found: "istio-ingress/other"');
});
