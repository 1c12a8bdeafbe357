import { afterAll, describe, expect, test } from "vitest";
import type { KubernetesObject } from "@kubernetes/client-node";
import { SUPER_ADMIN_GROUP, serviceAdminGroup } from "../../components/access/groups.ts";
import { RESTART_ANNOTATION } from "../../components/security/restart.ts";
import { clientOf, dryPatch, expectAllowed, expectRefused, type Draft, type Identity } from "../support/kubernetes.ts";
import { RawApi } from "../support/rawApi.ts";

const superAdmin: Identity = { user: "operator@privatesales.co.kr", group: SUPER_ADMIN_GROUP };
const diorAdmin: Identity = { user: "admin@dior.com", group: serviceAdminGroup("dior") };
const nobody: Identity = { user: "somebody@example.com", group: "somebodies" };

/** `verb group/resource[/subresource] [namespace]`; `core` is the group without a name, no namespace means cluster-wide. */
type Question = string;

interface Review extends KubernetesObject {
  status?: { allowed?: boolean };
}

const reviewer = clientOf();

async function may({ user, group }: Identity, question: Question): Promise<boolean> {
  const [verb = "", what = "", namespace = ""] = question.split(" ");
  const [apiGroup = "", resource = "", subresource = ""] = what.split("/");
  const resourceAttributes = { verb, group: apiGroup === "core" ? "" : apiGroup, resource, subresource, namespace };
  const review = await reviewer.create<Review>({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    ...{ spec: { user, groups: [group, "system:authenticated"], resourceAttributes } },
  });
  expect(review.status).toBeDefined();
  return review.status?.allowed === true;
}

describe("SUPER_ADMIN", () => {
  test.each([
    "list core/pods",
    "get core/pods/log tenant-dior",
    "list core/nodes",
    "list apiextensions.k8s.io/customresourcedefinitions",
    "list networking.istio.io/virtualservices",
    "get core/configmaps privatesales-system",
    "patch apps/deployments tenant-dior",
    "patch apps/deployments/scale tenant-dior",
    "delete core/pods tenant-dior",
    "create core/pods/eviction tenant-dior",
  ])("may %s", async (question) => {
    expect(await may(superAdmin, question)).toBe(true);
  });

  test.each([
    "get core/secrets",
    "list core/secrets tenant-dior",
    "create core/pods/exec tenant-dior",
    "create core/pods/attach tenant-dior",
    "create core/pods/portforward tenant-dior",
    "create core/serviceaccounts/token tenant-dior",
    "create core/pods tenant-dior",
    "create apps/deployments tenant-dior",
    "update apps/deployments tenant-dior",
    "delete apps/deployments tenant-dior",
    "delete core/namespaces",
    "patch core/namespaces",
    "patch core/nodes",
    "get core/nodes/proxy",
    "impersonate core/users",
    "impersonate core/groups",
    "escalate rbac.authorization.k8s.io/clusterroles",
    "bind rbac.authorization.k8s.io/clusterroles",
    "create rbac.authorization.k8s.io/clusterrolebindings",
    "create rbac.authorization.k8s.io/rolebindings tenant-dior",
    "patch networking.istio.io/virtualservices tenant-dior",
    "delete admissionregistration.k8s.io/validatingadmissionpolicies",
    "patch core/configmaps privatesales-system",
  ])("may not %s", async (question) => {
    expect(await may(superAdmin, question)).toBe(false);
  });
});

describe("SERVICE_ADMIN of dior", () => {
  test.each([
    "list core/pods tenant-dior",
    "get core/pods/log tenant-dior",
    "list core/events tenant-dior",
    "list core/configmaps tenant-dior",
    "list core/services tenant-dior",
    "list apps/deployments tenant-dior",
    "list batch/jobs tenant-dior",
    "list autoscaling/horizontalpodautoscalers tenant-dior",
    "list policy/poddisruptionbudgets tenant-dior",
    "patch apps/deployments tenant-dior",
  ])("may %s", async (question) => {
    expect(await may(diorAdmin, question)).toBe(true);
  });

  test.each([
    "list core/pods",
    "list core/pods tenant-chanel",
    "get core/pods/log tenant-chanel",
    "patch apps/deployments tenant-chanel",
    "list core/pods istio-ingress",
    "get core/configmaps privatesales-system",
    "get core/secrets tenant-dior",
    "list core/secrets tenant-dior",
    "create core/pods/exec tenant-dior",
    "create core/pods/portforward tenant-dior",
    "create core/pods/ephemeralcontainers tenant-dior",
    "create core/serviceaccounts/token tenant-dior",
    "create core/pods tenant-dior",
    "delete core/pods tenant-dior",
    "update apps/deployments tenant-dior",
    "patch apps/deployments/scale tenant-dior",
    "patch core/configmaps tenant-dior",
    "list core/resourcequotas tenant-dior",
    "delete core/resourcequotas tenant-dior",
    "patch networking.k8s.io/networkpolicies tenant-dior",
    "list rbac.authorization.k8s.io/rolebindings tenant-dior",
    "create rbac.authorization.k8s.io/rolebindings tenant-dior",
    "list networking.istio.io/virtualservices tenant-dior",
    "create networking.istio.io/virtualservices tenant-dior",
    "delete security.istio.io/authorizationpolicies tenant-dior",
    "patch telemetry.istio.io/telemetries tenant-dior",
    "get core/namespaces tenant-dior",
    "patch core/namespaces tenant-dior",
    "list core/nodes",
    "impersonate core/groups",
  ])("may not %s", async (question) => {
    expect(await may(diorAdmin, question)).toBe(false);
  });
});

test.each(["list core/pods tenant-dior", "get core/configmaps privatesales-system"])("somebody without a group may not %s", async (question) => {
  expect(await may(nobody, question)).toBe(false);
});

describe.each([
  ["SUPER_ADMIN", superAdmin],
  ["SERVICE_ADMIN", diorAdmin],
])("what %s may write into a Deployment", (_name, identity) => {
  const client = clientOf(identity);
  const patch = (fields: Record<string, unknown>, metadata: Partial<Draft["metadata"]> = {}): Draft => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "storefront", namespace: "tenant-dior", ...metadata },
    ...fields,
  });
  const templateAnnotations = (annotations: Record<string, string>): Draft => patch({ spec: { template: { metadata: { annotations } } } });

  test("is what a restart writes", async () => {
    await expectAllowed(dryPatch(client, templateAnnotations({ [RESTART_ANNOTATION]: "2026-01-01T00:00:00Z" })));
  });

  test.each<[string, Draft]>([
    ["spec.template.spec", patch({ spec: { template: { spec: { priorityClassName: "system-node-critical" } } } })],
    ["spec.template.metadata.annotations", templateAnnotations({ "sidecar.istio.io/inject": "false" })],
    ["spec.template.metadata.labels", patch({ spec: { template: { metadata: { labels: { "sidecar.istio.io/inject": "false" } } } } })],
    ["spec.replicas", patch({ spec: { replicas: 7 } })],
    ["spec.paused", patch({ spec: { paused: true } })],
    ["spec.strategy", patch({ spec: { strategy: { type: "Recreate", rollingUpdate: null } } })],
    ["metadata.labels", patch({}, { labels: { note: "x" } })],
    ["metadata.annotations", patch({}, { annotations: { note: "x" } })],
  ])("is not %s", async (field, object) => {
    await expectRefused(dryPatch(client, object), `changed by an administrator: ${field};`, `allowed is ${RESTART_ANNOTATION}`);
  });

  const podSpec = (spec: Record<string, unknown>): Draft => patch({ spec: { template: { spec } } });
  const container = (fields: Record<string, unknown>): Draft => podSpec({ containers: [{ name: "storefront", ...fields }] });

  // Each is a way to run other code, as another identity, or to read what the shop's own process alone reads.
  test.each<[string, Draft]>([
    ["an image, the platform's own registry's too", container({ image: "localhost:5001/dior/storefront:6.6.6" })],
    ["a variable", container({ env: [{ name: "NODE_OPTIONS", value: "--require=/tmp/x.js" }] })],
    ["a variable from a Secret", container({ env: [{ name: "STOLEN", valueFrom: { secretKeyRef: { name: "data-access", key: "DATABASE_URL" } } }] })],
    ["all variables of a Secret", container({ envFrom: [{ secretRef: { name: "data-access" } }] })],
    ["a command", container({ command: ["sh", "-c", "env"] })],
    ["an argument", container({ args: ["--inspect=0.0.0.0"] })],
    ["a hook", container({ lifecycle: { preStop: { sleep: null, exec: { command: ["env"] } } } })],
    ["a probe that runs something", container({ livenessProbe: { httpGet: null, exec: { command: ["env"] } } })],
    ["a mount", podSpec({ volumes: [{ name: "stolen", secret: { secretName: "data-access" } }], containers: [{ name: "storefront", volumeMounts: [{ name: "stolen", mountPath: "/stolen" }] }] })],
    ["a volume", podSpec({ volumes: [{ name: "stolen", secret: { secretName: "data-access" } }] })],
    ["another service account", podSpec({ serviceAccountName: "jobs" })],
    ["a token of the account", podSpec({ automountServiceAccountToken: true })],
    ["another container", podSpec({ containers: [{ name: "other", image: "localhost:5001/dior/api:1.0.0", imagePullPolicy: "Always" }] })],
    ["an init container", podSpec({ initContainers: [{ name: "other", image: "localhost:5001/dior/api:1.0.0", imagePullPolicy: "Always" }] })],
    ["other resources", container({ resources: { limits: { cpu: "1234m" } } })],
    ["a node", podSpec({ nodeName: "node-1" })],
  ])("is not %s, by kubectl's kind of patch", async (_what, object) => {
    await expectAllowed(dryPatch(client, templateAnnotations({ [RESTART_ANNOTATION]: "2026-01-01T00:00:00Z" }), "strategic"));
    await expectRefused(dryPatch(client, object, "strategic"), "changed by an administrator: spec.template.spec;");
  });

  test("is not a restart with something beside it", async () => {
    const both = patch({ spec: { template: { metadata: { annotations: { [RESTART_ANNOTATION]: "2026-01-01T00:00:00Z" } }, spec: { serviceAccountName: "api" } } } });
    await expectRefused(dryPatch(client, both, "strategic"), "changed by an administrator: spec.template.spec;");
  });
});

test("a SERVICE_ADMIN restarts nothing of another shop", async () => {
  const object: Draft = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "storefront", namespace: "tenant-chanel" },
    spec: { template: { metadata: { annotations: { [RESTART_ANNOTATION]: "2026-01-01T00:00:00Z" } } } },
  };
  await expectRefused(dryPatch(clientOf(diorAdmin), object), "cannot patch resource", "tenant-chanel");
});

describe("scale", () => {
  const api = new RawApi();
  afterAll(() => {
    api.close();
  });
  const scale = async (identity: Identity): Promise<unknown> => {
    const as = { user: identity.user, groups: [identity.group, "system:authenticated"] };
    const path = "/apis/apps/v1/namespaces/tenant-dior/deployments/storefront/scale?dryRun=All";
    return api.send("PATCH", path, { as, body: { spec: { replicas: 3 } }, contentType: "application/merge-patch+json" });
  };

  test("is a SUPER_ADMIN's to change, and no SERVICE_ADMIN's", async () => {
    expect(await scale(superAdmin)).toMatchObject({ status: 200 });
    expect(await scale(diorAdmin)).toMatchObject({ status: 403, body: { message: expect.stringContaining("cannot patch resource \"deployments/scale\"") as string } });
  });
});
