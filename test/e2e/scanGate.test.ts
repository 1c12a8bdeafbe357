import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { reportRules } from "../../components/delivery/gates/scan.ts";
import { waitUntil } from "../../sandbox/process.ts";
import { RawApi } from "../support/rawApi.ts";
import { script, type Outcome } from "../support/sandbox.ts";

/** The gate `scan` as its Job runs it, over reports in trivy-operator's shape and the ReplicaSets that really run. */

const GROUP = "aquasecurity.github.io";
const KINDS = { vulnerabilityreports: "VulnerabilityReport", exposedsecretreports: "ExposedSecretReport" } as const;
type Plural = keyof typeof KINDS;
const NAMESPACE = "tenant-dior";

const api = new RawApi();
const folder = mkdtempSync(join(tmpdir(), "scan-gate-"));
const anything = z.unknown();

/** The two resources that the gate reads; their real schemas allow more. */
const definition = (plural: Plural): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${GROUP}`, annotations: { "api-approved.kubernetes.io": "unapproved, in a test" } },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: { plural, singular: plural.slice(0, -1), kind: KINDS[plural], listKind: `${KINDS[plural]}List` },
    versions: [{ name: "v1alpha1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } }],
  },
});
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const reportsAt = (plural: Plural): string => `/apis/${GROUP}/v1alpha1/namespaces/${NAMESPACE}/${plural}`;

const setSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }), spec: z.object({ replicas: z.number() }) })) });

async function runningSets(): Promise<readonly string[]> {
  const { items } = await api.ask(setSchema, "GET", `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`);
  return items.filter(({ spec }) => spec.replicas > 0).map(({ metadata }) => metadata.name);
}

/** `storefront-6d4cf56db6` → `storefront`, the name of its container. */
const containerOf = (set: string): string => set.replace(/-[^-]+$/, "");

async function report(plural: Plural, set: string, found: object): Promise<void> {
  const labels = { "trivy-operator.resource.kind": "ReplicaSet", "trivy-operator.resource.name": set, "trivy-operator.container.name": containerOf(set) };
  const name = `replicaset-${set}-${containerOf(set)}`;
  await api.send("DELETE", `${reportsAt(plural)}/${name}`);
  await api.ask(anything, "POST", reportsAt(plural), { body: { apiVersion: `${GROUP}/v1alpha1`, kind: KINDS[plural], metadata: { name, labels }, report: found } });
}

const vulnerability = (severity: string, fixedVersion: string): object => ({ vulnerabilityID: "CVE-2026-0001", resource: "openssl", installedVersion: "3.0.1", fixedVersion, severity });

const ACCOUNT = { name: "scan-gate-test", namespace: "default" } as const;
const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
const tokenSchema = z.object({ status: z.object({ token: z.string() }) });

/** A kubeconfig of an account that has the rights of the Job's, and no more. */
async function leastKubeconfig(): Promise<string> {
  const metadata = { name: ACCOUNT.name };
  const accounts = `/api/v1/namespaces/${ACCOUNT.namespace}/serviceaccounts`;
  await api.ask(anything, "POST", accounts, { body: { metadata } });
  await api.ask(anything, "POST", `${rbac}/roles`, { body: { metadata, rules: reportRules() } });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: ACCOUNT.name };
  await api.ask(anything, "POST", `${rbac}/rolebindings`, { body: { metadata, roleRef, subjects: [{ kind: "ServiceAccount", ...ACCOUNT }] } });
  const { status } = await api.ask(tokenSchema, "POST", `${accounts}/${ACCOUNT.name}/token`, { body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} } });
  const config = JSON.parse(readFileSync(process.env["SANDBOX_KUBECONFIG"] ?? "", "utf8")) as { users: { user: object }[] };
  for (const user of config.users) user.user = { token: status.token };
  const file = join(folder, "kubeconfig");
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

let kubeconfig = "";

const scan = (): Promise<Outcome> => {
  const file = join(folder, "targets.json");
  writeFileSync(file, JSON.stringify([{ id: "dior", version: "1.4.2", hosts: ["dior.example"], namespace: NAMESPACE }]));
  return script("tools/main.ts", { KUBECONFIG: kubeconfig }, "scan", `--targets=${file}`, "--deadline=0");
};

beforeAll(async () => {
  for (const plural of ["vulnerabilityreports", "exposedsecretreports"] as const) await api.ask(anything, "POST", definitions, { body: definition(plural) });
  const served = await waitUntil(async () => (await api.send("GET", reportsAt("exposedsecretreports"))).status === 200, 30_000);
  if (!served) throw new Error("the definitions of the reports are not served");
  kubeconfig = await leastKubeconfig();
});

afterAll(async () => {
  for (const plural of ["vulnerabilityreports", "exposedsecretreports"] as const) await api.send("DELETE", `${definitions}/${plural}.${GROUP}`);
  for (const path of [`${rbac}/rolebindings`, `${rbac}/roles`, `/api/v1/namespaces/${ACCOUNT.namespace}/serviceaccounts`]) await api.send("DELETE", `${path}/${ACCOUNT.name}`);
  api.close();
  rmSync(folder, { recursive: true });
});

describe("the scan gate", () => {
  test("waits for a report on everything that runs, and passes what has nothing to mend", async () => {
    const sets = await runningSets();
    expect(sets.map(containerOf).toSorted()).toEqual(["api", "storefront"]);
    const [first = "", ...others] = sets;
    await report("vulnerabilityreports", first, { vulnerabilities: [vulnerability("CRITICAL", ""), vulnerability("HIGH", "3.0.2")] });
    const early = await scan();
    expect([early.code, early.stdout]).toEqual([1, expect.stringContaining(`no report yet of ${others.map((set) => `${set}/${containerOf(set)}`).join(", ")}`)]);
    for (const set of others) await report("vulnerabilityreports", set, { vulnerabilities: [] });
    const whole = await scan();
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringMatching(/^ok .*dior: images of 1\.4\.2$/m)]);
  });

  test("fails on a critical vulnerability that has a fix, and on a secret in an image, and names them", async () => {
    const [set = ""] = await runningSets();
    await report("vulnerabilityreports", set, { vulnerabilities: [vulnerability("CRITICAL", "3.0.2")] });
    const vulnerable = await scan();
    expect([vulnerable.code, vulnerable.stdout]).toEqual([1, expect.stringContaining(`${set}/${containerOf(set)}: CRITICAL CVE-2026-0001 in openssl, mended in 3.0.2`)]);
    await report("vulnerabilityreports", set, { vulnerabilities: [] });
    await report("exposedsecretreports", set, { secrets: [{ ruleID: "aws-access-key-id", target: "/app/.env", severity: "CRITICAL", match: "***" }] });
    const leaking = await scan();
    expect([leaking.code, leaking.stdout]).toEqual([1, expect.stringContaining(`${set}/${containerOf(set)}: CRITICAL aws-access-key-id in /app/.env`)]);
    await report("exposedsecretreports", set, { secrets: [] });
    expect((await scan()).code).toBe(0);
  });
});
