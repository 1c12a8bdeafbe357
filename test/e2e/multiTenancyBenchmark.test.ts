import { beforeAll, afterAll, describe, expect, test } from "vitest";
import type { KubernetesObject } from "@kubernetes/client-node";
import { SUPER_ADMIN_GROUP, serviceAdminGroup } from "../../components/access/groups.ts";
import { beyond, EVERYWHERE, everythingOf, linesOf, servedResources } from "../support/accessMatrix.ts";
import { clientOf, dryCreate, dryPatch, expectAllowed, expectRefused, type Draft } from "../support/kubernetes.ts";
import { RawApi, type Subject } from "../support/rawApi.ts";

/**
 * The checks of the Kubernetes multi-tenancy benchmark by their ids, written anew against the local stack:
 * https://github.com/kubernetes-retired/multi-tenancy/tree/master/benchmarks. Its tenants deploy by themselves; here the deployer
 * alone does, so what a pod may be is asked as the deployer, whom nothing but admission stops. docs/isolation.md has the decisions.
 */

const NAMESPACE = "tenant-dior";
const deployer = clientOf();
const diorAdmin = clientOf({ user: "admin@dior.example", group: serviceAdminGroup("dior") });

type Fields = Readonly<Record<string, unknown>>;

const draft = (apiVersion: string, kind: string, rest: Fields): Draft => ({ apiVersion, kind, metadata: { name: "mtb-trial", namespace: NAMESPACE }, ...rest });

let image = "";
beforeAll(async () => {
  interface Workload extends KubernetesObject {
    spec?: { template?: { spec?: { containers?: { image?: string }[] } } };
  }
  const storefront = await deployer.read<Workload>({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "storefront", namespace: NAMESPACE } });
  image = storefront.spec?.template?.spec?.containers?.[0]?.image ?? "";
  expect(image).not.toBe("");
});

const RESTRICTED = { runAsNonRoot: true, runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, seccompProfile: { type: "RuntimeDefault" } };

interface PodChange {
  readonly pod?: Fields;
  readonly container?: Fields;
  /** Laid over what `restricted` asks for. */
  readonly security?: Fields;
}

/** A compliant pod, changed in one respect. */
const podWith = ({ pod = {}, container = {}, security = {} }: PodChange = {}): Draft =>
  draft("v1", "Pod", {
    spec: { containers: [{ name: "app", image, imagePullPolicy: "Always", securityContext: { ...RESTRICTED, ...security }, ...container }], ...pod },
  });

const service = (type: string): Draft => draft("v1", "Service", { spec: { type, selector: { app: "x" }, ports: [{ port: 80 }] } });

describe("pods", () => {
  test.each<[string, string, PodChange, string]>([
    ["MTB-PL1-BC-CPI-3", "add capabilities", { security: { capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } } }, 'unrestricted capabilities (container "app" must not include "NET_ADMIN"'],
    ["MTB-PL1-BC-CPI-4", "run as root", { security: { runAsNonRoot: false } }, "runAsNonRoot != true"],
    ["MTB-PL1-BC-CPI-5", "are privileged", { security: { privileged: true, allowPrivilegeEscalation: true } }, 'privileged (container "app" must not set securityContext.privileged=true)'],
    ["MTB-PL1-BC-CPI-6", "escalate privileges", { security: { allowPrivilegeEscalation: true } }, 'allowPrivilegeEscalation != false (container "app"'],
    ["MTB-PL1-BC-HI-1", "mount the host's folders", { pod: { volumes: [{ name: "host", hostPath: { path: "/etc" } }] } }, 'restricted volume types (volume "host" uses restricted volume type "hostPath")'],
    ["MTB-PL1-BC-HI-3", "use the host's network", { pod: { hostNetwork: true } }, "host namespaces (hostNetwork=true)"],
    ["MTB-PL1-BC-HI-3", "use the host's ports", { container: { ports: [{ containerPort: 80, hostPort: 80 }] } }, 'hostPort (container "app" uses hostPort 80)'],
    ["MTB-PL1-BC-HI-4", "share the host's process ids", { pod: { hostPID: true } }, "host namespaces (hostPID=true)"],
    ["MTB-PL1-BC-HI-5", "share the host's IPC", { pod: { hostIPC: true } }, "host namespaces (hostIPC=true)"],
    ["MTB-PL1-CC-DI-1", "run an image that the node has kept", { container: { imagePullPolicy: "IfNotPresent" } }, "image that a node may have kept: "],
  ])("%s: those that %s are refused, and compliant ones admitted", async (_id, _what, change, reason) => {
    await expectAllowed(dryCreate(deployer, podWith()));
    await expectRefused(dryCreate(deployer, podWith(change)), reason);
  });
});

test("MTB-PL1-BC-HI-1 (the benchmark has it twice): Services on the nodes' ports are refused, those inside the cluster admitted", async () => {
  await expectAllowed(dryCreate(deployer, service("ClusterIP")));
  await expectRefused(dryCreate(deployer, service("NodePort")), "NodePort");
});

describe("what a shop's administrator may", () => {
  const api = new RawApi();
  afterAll(() => {
    api.close();
  });
  const subject = (user: string, ...groups: readonly string[]): Subject => ({ user, groups: [...groups, "system:authenticated"] });
  const admin = subject("admin@dior.example", serviceAdminGroup("dior"));

  /** Everything that a subject may do beyond what any account may, as `where  what  verbs`. */
  async function rightsOf(who: Subject): Promise<readonly string[]> {
    const served = await servedResources(api);
    const namespaces = ["tenant-dior", "tenant-chanel", "tenant-gucci", "privatesales-system", "kube-system"];
    const common = await everythingOf(api, subject("somebody@example.com"), namespaces, served);
    return linesOf(beyond(await everythingOf(api, who, namespaces, served), common));
  }

  test("MTB-PL1-CC-CPI-1: nothing outside of a namespace", async () => {
    const rights = await rightsOf(admin);
    expect(rights.length).toBeGreaterThan(10);
    expect(rights.filter((line) => line.startsWith(`${EVERYWHERE} `))).toEqual([]);
    expect((await rightsOf(subject("operator@privatesales.co.kr", SUPER_ADMIN_GROUP))).filter((line) => line.startsWith(`${EVERYWHERE} `)).length).toBeGreaterThan(10);
  });

  test("MTB-PL1-CC-TI-2: nothing in another tenant's namespace", async () => {
    const rights = await rightsOf(admin);
    expect(rights.filter((line) => !line.startsWith("tenant-dior "))).toEqual([]);
    expect(rights).toContainEqual(expect.stringMatching(/^tenant-dior {2}core\/pods {2}get list watch$/));
  });

  const touched = (apiVersion: string, kind: string, name: string): Draft => ({ apiVersion, kind, metadata: { name, namespace: NAMESPACE, annotations: { "mtb-trial": "1" } } });

  test.each([
    ["MTB-PL1-BC-CPI-2", "networking.k8s.io/v1", "NetworkPolicy", "base", "networkpolicies"],
    ["MTB-PL1-BC-CPI-2", "v1", "LimitRange", "limits", "limitranges"],
    ["MTB-PL1-BC-CPI-2", "v1", "ConfigMap", "settings", "configmaps"],
    ["MTB-PL1-CC-TI-1", "v1", "ResourceQuota", "quota", "resourcequotas"],
  ])("%s: change none of the platform's objects in its namespace, e.g. %s %s", async (_id, apiVersion, kind, name, resource) => {
    await expectRefused(dryPatch(diorAdmin, touched(apiVersion, kind, name)), `cannot patch resource "${resource}"`);
    await expectAllowed(dryPatch(deployer, touched(apiVersion, kind, name)));
  });

  test("MTB-PL2-BC-OPS-3: make no roles and bindings of its own: who may see a shop is the platform operator's to say", async () => {
    const subjects = [{ kind: "User", name: "helper@dior.example", apiGroup: "rbac.authorization.k8s.io" }];
    const binding = draft("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" }, subjects });
    const role = draft("rbac.authorization.k8s.io/v1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] });
    await expectRefused(dryCreate(diorAdmin, binding), 'cannot create resource "rolebindings"');
    await expectRefused(dryCreate(diorAdmin, role), 'cannot create resource "roles"');
    for (const object of [binding, role]) await expectAllowed(dryCreate(deployer, object));
  });

  test("MTB-PL2-BC-OPS-4: make no network policies of its own: policies add up, so one more could only open what the platform closed", async () => {
    const policy = draft("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{}] } });
    await expectRefused(dryCreate(diorAdmin, policy), 'cannot create resource "networkpolicies"');
    await expectAllowed(dryCreate(deployer, policy));
  });
});

describe("a quota in each tenant's namespace", () => {
  interface Quota extends KubernetesObject {
    status?: { hard?: Record<string, string>; used?: Record<string, string> };
  }
  const hardOf = async (tenant: string): Promise<readonly string[]> => {
    const quota = await deployer.read<Quota>({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "quota", namespace: `tenant-${tenant}` } });
    expect(Object.keys(quota.status?.used ?? {}).toSorted()).toEqual(Object.keys(quota.status?.hard ?? {}).toSorted());
    return Object.keys(quota.status?.hard ?? {});
  };

  test.each(["chanel", "dior", "gucci"])("MTB-PL1-CC-FNS-1: of what %s's pods use", async (tenant) => {
    const amounts = ["cpu", "memory", "ephemeral-storage"].flatMap((what) => [`requests.${what}`, `limits.${what}`]);
    expect(await hardOf(tenant)).toEqual(expect.arrayContaining(amounts));
  });

  test.each(["chanel", "dior", "gucci"])("MTB-PL1-CC-FNS-2: of how many objects %s has, by kind", async (tenant) => {
    const counts = ["pods", "services", "services.loadbalancers", "services.nodeports", "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas"];
    expect((await hardOf(tenant)).map((name) => name.replace(/^count\/(\w+)(\..*)?$/, "$1"))).toEqual(expect.arrayContaining(counts));
  });
});
