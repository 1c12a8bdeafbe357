import { beforeAll, describe, expect, test, vi } from "vitest";
import type { KubernetesObject } from "@kubernetes/client-node";
import { clientOf, dryCreate, dryPatch, expectAllowed, expectRefused, patch, type Draft } from "../support/kubernetes.ts";

/** The local stack, as the sandbox deploys it: dior and chanel under privatesales.localhost. */
const NAMESPACE = "tenant-dior";
const HOST = "dior.privatesales.localhost";

const deployer = clientOf();

/** May change every object by RBAC, and is neither the deployer nor a controller by its group. */
const outsider = clientOf({
  user: "system:serviceaccount:kube-system:generic-garbage-collector",
  group: "system:authenticated",
});

const draft = (apiVersion: string, kind: string, spec: Record<string, unknown>): Draft => ({
  apiVersion,
  kind,
  metadata: { name: "admission-trial", namespace: NAMESPACE },
  spec,
});

const restricted = {
  runAsNonRoot: true,
  runAsUser: 1000,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
const pod = (image: string, initImage = image): Record<string, unknown> => ({
  restartPolicy: "Never",
  containers: [{ name: "app", image, imagePullPolicy: "Always", securityContext: restricted }],
  initContainers: [{ name: "init", image: initImage, imagePullPolicy: "Always", securityContext: restricted }],
});
const template = (image: string, initImage = image): Record<string, unknown> => ({
  metadata: { labels: { app: "admission-trial" } },
  spec: pod(image, initImage),
});
const selector = { matchLabels: { app: "admission-trial" } };
const always = (image: string, initImage = image): Record<string, unknown> => ({
  metadata: { labels: { app: "admission-trial" } },
  spec: { ...pod(image, initImage), restartPolicy: "Always" },
});
const deployment = (image: string, initImage = image): Draft =>
  draft("apps/v1", "Deployment", { selector, template: always(image, initImage) });
const job = (image: string): Draft => draft("batch/v1", "Job", { template: template(image) });
const cronJob = (image: string): Draft =>
  draft("batch/v1", "CronJob", { schedule: "0 0 * * *", jobTemplate: { spec: { template: template(image) } } });

interface Workload extends KubernetesObject {
  spec?: { template?: { spec?: { containers?: { image?: string }[] } } };
}

let image = "";

beforeAll(async () => {
  const header = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "storefront", namespace: NAMESPACE } };
  const storefront = await deployer.read<Workload>(header);
  image = storefront.spec?.template?.spec?.containers?.[0]?.image ?? "";
  expect(image).toMatch(/^.+\/.+:.+$/);
});

interface AdmissionPolicy extends KubernetesObject {
  status?: { typeChecking?: { expressionWarnings?: unknown[] } };
}

test("every policy has passed the API server's type check", async () => {
  await vi.waitFor(
    async () => {
      const { items } = await deployer.list<AdmissionPolicy>("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
      const own = items.filter(({ metadata }) => metadata?.name?.startsWith("privatesales-"));
      expect(own.length).toBeGreaterThan(10);
      for (const { metadata, status } of own) {
        expect({ name: metadata?.name, typeChecking: status?.typeChecking }).toEqual({ name: metadata?.name, typeChecking: {} });
      }
    },
    { timeout: 30_000, interval: 500 },
  );
});

describe("images", () => {
  const repository = (): string => image.slice(0, image.lastIndexOf(":"));

  test("of the platform's registry with a fixed version are allowed, by tag and by digest", async () => {
    const digest = `${repository()}@sha256:${"0".repeat(64)}`;
    for (const object of [deployment(image), deployment(digest), job(image), cronJob(image)]) {
      await expectAllowed(dryCreate(deployer, object));
    }
    await expectAllowed(dryCreate(deployer, draft("v1", "Pod", pod(image))));
  });

  test("of another registry are refused in every kind and every list of containers", async () => {
    const foreign = "docker.io/library/nginx:1.29.0";
    const reason = `image from an unknown registry: ${foreign}`;
    await expectRefused(dryCreate(deployer, deployment(foreign)), reason, "allowed is what starts with ");
    await expectRefused(dryCreate(deployer, deployment(image, foreign)), reason);
    await expectRefused(dryCreate(deployer, job(foreign)), reason);
    await expectRefused(dryCreate(deployer, cronJob(foreign)), reason);
    await expectRefused(dryCreate(deployer, draft("v1", "Pod", pod(foreign))), reason);
    await expectRefused(dryCreate(deployer, draft("v1", "Pod", pod(image, foreign))), reason);
  });

  test.each(["nginx:1.29.0", "evil.example/nginx:1.29.0"])("%s is of another registry", async (name) => {
    await expectRefused(dryCreate(deployer, deployment(name)), `image from an unknown registry: ${name}`);
  });

  test("a registry whose name only begins like the platform's is another one", async () => {
    const lookalike = image.replace("/", ".evil.example/");
    await expectRefused(dryCreate(deployer, deployment(lookalike)), `image from an unknown registry: ${lookalike}`);
  });

  test("without a fixed version are refused", async () => {
    for (const loose of [`${repository()}:latest`, repository(), `${repository()}@sha256:abc`]) {
      await expectRefused(dryCreate(deployer, deployment(loose, image)), `image without a fixed version: ${loose}; allowed is a tag other than latest`);
    }
  });
});

test("images that a node may have kept are refused in every kind and every list of containers", async () => {
  const kept = (object: Draft): Draft => JSON.parse(JSON.stringify(object).replace('"imagePullPolicy":"Always"', '"imagePullPolicy":"IfNotPresent"')) as Draft;
  for (const object of [deployment(image), job(image), cronJob(image), draft("v1", "Pod", pod(image))]) {
    await expectRefused(dryCreate(deployer, kept(object)), `image that a node may have kept: ${image}; allowed is imagePullPolicy: Always`);
  }
});

describe("Services", () => {
  const service = (spec: Record<string, unknown>): Draft => draft("v1", "Service", { ports: [{ port: 80 }], selector: {}, ...spec });

  test("inside the cluster are allowed", async () => {
    await expectAllowed(dryCreate(deployer, service({})));
    await expectAllowed(dryCreate(deployer, service({ type: "ClusterIP" })));
  });

  test.each(["NodePort", "LoadBalancer"])("of type %s are refused", async (type) => {
    await expectRefused(dryCreate(deployer, service({ type })), `Service of type ${type}; allowed is ClusterIP`);
  });

  test("of type ExternalName and with externalIPs are refused", async () => {
    const alias = draft("v1", "Service", { type: "ExternalName", externalName: "example.com" });
    await expectRefused(dryCreate(deployer, alias), "Service of type ExternalName; allowed is ClusterIP");
    await expectRefused(dryCreate(deployer, service({ externalIPs: ["192.0.2.1"] })), "Service with externalIPs 192.0.2.1; allowed is none");
  });
});

describe("hosts", () => {
  const route = (host: string): Draft =>
    draft("networking.istio.io/v1", "VirtualService", { hosts: [host], http: [{ directResponse: { status: 204 } }] });
  const entry = (host: string): Draft =>
    draft("networking.istio.io/v1", "ServiceEntry", { hosts: [host], resolution: "NONE", ports: [{ number: 443, name: "tls", protocol: "TLS" }] });
  const destination = (host: string): Draft => draft("networking.istio.io/v1", "DestinationRule", { host });
  const gateway = (host: string): Draft =>
    draft("networking.istio.io/v1", "Gateway", { servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: [host] }] });
  const backend = { service: { name: "storefront", port: { number: 80 } } };
  const ingress = (spec: Record<string, unknown>): Draft => draft("networking.k8s.io/v1", "Ingress", spec);
  const rule = (host?: string): Record<string, unknown> => ({
    ...(host === undefined ? {} : { host }),
    http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
  });

  test("of the tenant are allowed, and its own services", async () => {
    await expectAllowed(dryCreate(deployer, route(HOST)));
    await expectAllowed(dryCreate(deployer, route(`storefront.${NAMESPACE}.svc.cluster.local`)));
    await expectAllowed(dryCreate(deployer, entry(HOST)));
    await expectAllowed(dryCreate(deployer, destination(`storefront.${NAMESPACE}.svc.cluster.local`)));
    await expectAllowed(dryCreate(deployer, destination(`*.${NAMESPACE}.svc.cluster.local`)));
    for (const host of [HOST, `./${HOST}`, `${NAMESPACE}/${HOST}`]) await expectAllowed(dryCreate(deployer, gateway(host)));
    await expectAllowed(dryCreate(deployer, ingress({ rules: [rule(HOST)], tls: [{ hosts: [HOST], secretName: "x" }] })));
  });

  test.each([
    "chanel.privatesales.localhost",
    "*.privatesales.localhost",
    "*",
    HOST.toUpperCase(),
    `${HOST}.`,
    `${HOST}:443`,
    "storefront",
    "dior",
    "storefront.tenant-chanel.svc.cluster.local",
    `a.b.${NAMESPACE}.svc.cluster.local`,
    `*.${NAMESPACE}.svc.cluster.local`,
  ])("a VirtualService for %s is refused", async (host) => {
    await expectRefused(dryCreate(deployer, route(host)), `host that is not this tenant's: ${host}; allowed, written exactly so: ${HOST}`);
  });

  test("one foreign host among own ones is refused, and named alone", async () => {
    const both = draft("networking.istio.io/v1", "VirtualService", { hosts: [HOST, "gucci.privatesales.localhost"], http: [{ directResponse: { status: 204 } }] });
    await expectRefused(dryCreate(deployer, both), "host that is not this tenant's: gucci.privatesales.localhost;");
  });

  test("of an existing VirtualService may be asked about before the namespace allows them, and not be set", async () => {
    const foreign: Draft = { ...route("chanel.privatesales.localhost"), metadata: { name: "routes", namespace: NAMESPACE } };
    await expectAllowed(dryPatch(deployer, foreign));
    await expectRefused(patch(deployer, foreign), `host that is not this tenant's: chanel.privatesales.localhost; allowed, written exactly so: ${HOST}`);
  });

  test("of others are refused in every other kind", async () => {
    const foreign = "chanel.privatesales.localhost";
    const reason = `host that is not this tenant's: ${foreign};`;
    await expectRefused(dryCreate(deployer, entry(foreign)), reason);
    await expectRefused(dryCreate(deployer, destination(foreign)), reason);
    await expectRefused(dryCreate(deployer, gateway(foreign)), reason);
    await expectRefused(dryCreate(deployer, ingress({ rules: [rule(foreign)] })), reason);
    await expectRefused(dryCreate(deployer, ingress({ rules: [rule(HOST)], tls: [{ hosts: [foreign] }] })), reason);
    const services = "*.tenant-chanel.svc.cluster.local";
    await expectRefused(dryCreate(deployer, destination(services)), `host that is not this tenant's: ${services};`);
    await expectRefused(dryCreate(deployer, gateway(`*/${HOST}`)), `host that is not this tenant's: */${HOST};`);
  });

  test("an Ingress for every host is refused", async () => {
    const reason = "host that is not this tenant's: *;";
    await expectRefused(dryCreate(deployer, ingress({ rules: [rule()] })), reason);
    await expectRefused(dryCreate(deployer, ingress({ defaultBackend: backend })), reason);
  });
});

describe("labels that carry tenancy", () => {
  const change = (kind: string, apiVersion: string, metadata: Draft["metadata"]): Draft => ({ apiVersion, kind, metadata });
  const service = (labels: Record<string, string | null>): Draft =>
    change("Service", "v1", { name: "storefront", namespace: NAMESPACE, labels });
  const namespace = (metadata: Partial<Draft["metadata"]>): Draft => change("Namespace", "v1", { name: NAMESPACE, ...metadata });
  const reason = (key: string): string => `labels or annotations that carry tenancy were set, altered or removed: ${key};`;
  const TENANT = "privatesales.co.kr/tenant";

  test("are the deployer's to change, and other labels anybody's", async () => {
    await expectAllowed(dryPatch(deployer, service({ [TENANT]: "chanel" })));
    await expectAllowed(dryPatch(outsider, service({ "example.com/note": "x" })));
    await expectAllowed(dryPatch(outsider, service({ [TENANT]: "dior" })));
    await expectAllowed(dryPatch(outsider, namespace({ annotations: { "example.com/note": "x" } })));
  });

  test("cannot be altered, removed or added by anybody else", async () => {
    await expectRefused(dryPatch(outsider, service({ [TENANT]: "chanel" })), reason(TENANT));
    await expectRefused(dryPatch(outsider, service({ [TENANT]: null })), reason(TENANT));
    const other = "privatesales.co.kr/cost-center-2";
    await expectRefused(dryPatch(outsider, service({ [other]: "x" })), reason(other));
    const note = change("Service", "v1", { name: "storefront", namespace: NAMESPACE, annotations: { "privatesales.co.kr/note": "x" } });
    await expectRefused(dryPatch(outsider, note), reason("privatesales.co.kr/note"));
  });

  test("hold a namespace, which cannot leave its tenant or widen its hosts", async () => {
    await expectRefused(dryPatch(outsider, namespace({ labels: { [TENANT]: null } })), reason(TENANT));
    await expectRefused(dryPatch(outsider, namespace({ labels: { [TENANT]: "chanel" } })), reason(TENANT));
    const hosts = "privatesales.co.kr/hosts";
    await expectRefused(dryPatch(outsider, namespace({ annotations: { [hosts]: "chanel.privatesales.localhost" } })), reason(hosts));
    const unowned = change("Namespace", "v1", { name: "default", labels: { [TENANT]: "dior" } });
    await expectRefused(dryPatch(outsider, unowned), reason(TENANT));
  });
});
