import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isCapable } from "../../sandbox/mesh/ability.ts";
import { unsigned } from "../../sandbox/mesh/certificates.ts";
import { gatewayCommand, gatewayObjects, ownAddressFilter, upstreamEnvoyFilter } from "../../sandbox/mesh/gateway.ts";
import { istiodCommand, istiodEnvironment, meshConfigText } from "../../sandbox/mesh/istiod.ts";
import { podOf, podSchema } from "../../sandbox/mesh/pods/pod.ts";
import type { MeshPorts } from "../../sandbox/mesh/ports.ts";
import { meshReleases, releasesIn, type Release } from "../../sandbox/mesh/releases.ts";
import { routeArgs } from "../../sandbox/mesh/route.ts";

const ports: MeshPorts = {
  gatewayAdmin: 20003,
  gatewayAgent: 20004,
  gatewayStatus: 20005,
  gatewayMetrics: 20006,
  istiodGrpc: 20007,
  istiodTls: 20008,
  istiodHttp: 20009,
  istiodMetrics: 20010,
  pods: 20011,
};
const gateway: Release = { chart: "gateway", name: "istio-ingress", namespace: "istio-ingress", values: {} };

test.each([
  ["all", "000001ffffffffff", true, true],
  ["NET_ADMIN alone", "0000000000001000", true, false],
  ["Docker's defaults", "00000000a80425fb", false, true],
  ["none", "0000000000000000", false, false],
])("what a process with these capabilities may: %s", (_, bits, routes, ports) => {
  const status = `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${bits}\n`;
  expect([isCapable(status, "NET_ADMIN"), isCapable(status, "NET_BIND_SERVICE")]).toEqual([routes, ports]);
});

test("a status without capabilities is one without rights", () => {
  expect(isCapable("Name:\tnode\n", "NET_ADMIN")).toBe(false);
});

test("the route is for the environment's own range and on loopback", () => {
  expect(routeArgs("add", "10.244.16.0/20")).toEqual(["route", "add", "local", "10.244.16.0/20", "dev", "lo"]);
});

describe("releases that the program declared", () => {
  const type = "kubernetes:helm.sh/v3:Release";
  const state = (...resources: readonly unknown[]): string => JSON.stringify({ version: 3, checkpoint: { latest: { resources } } });

  test("give the mesh its names and values; an OCI address is known by its end", () => {
    const found = releasesIn(
      state(
        { type: "pulumi:pulumi:Stack" },
        { type, inputs: { chart: "istiod", name: "istiod", namespace: "mesh", values: { env: { A: "b" } } } },
        { type, inputs: { chart: "gateway", name: "istio-door", namespace: "doors", values: {} } },
        { type, inputs: { chart: "oci://quay.io/jetstack/charts/cert-manager", name: "cm", namespace: "certs" } },
      ),
    );
    expect(meshReleases(found)).toMatchObject({
      istiod: { namespace: "mesh", values: { env: { A: "b" } } },
      gateway: { name: "istio-door", namespace: "doors" },
      certManager: { namespace: "certs" },
    });
  });

  test.each([["no state yet", JSON.stringify({ version: 3, checkpoint: { latest: null } })], ["charts installed by somebody else", state({ type: "pulumi:pulumi:Stack" })]])("%s: the charts' own names", (_, text) => {
    expect(meshReleases(releasesIn(text))).toMatchObject({
      istiod: { namespace: "istio-system" },
      gateway: { name: "istio-ingress", namespace: "istio-ingress" },
      certManager: { namespace: "cert-manager" },
    });
  });
});

describe("istiod", () => {
  const release: Release = {
    chart: "istiod",
    name: "istiod",
    namespace: "istio-system",
    values: { env: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: "true", PILOT_ENABLE_ALPN_FILTER: "true" }, meshConfig: { trustDomain: "cluster.local", enablePrometheusMerge: true, defaultConfig: { extraStatTags: ["tenant"] } } },
  };

  test("has the program's mesh configuration, and is found by its port", () => {
    expect(parse(meshConfigText(release, ports))).toEqual({
      trustDomain: "cluster.local",
      enablePrometheusMerge: false,
      defaultConfig: { extraStatTags: ["tenant"], discoveryAddress: "localhost:20008" },
    });
  });

  test("has the chart's environment, but no filter of Istio's own Envoy", () => {
    expect(istiodEnvironment(release)).toMatchObject({ PILOT_SCOPE_GATEWAY_TO_NAMESPACE: "true", PILOT_ENABLE_ALPN_FILTER: "false", POD_NAMESPACE: "istio-system" });
  });

  test("listens on loopback only", () => {
    const { args } = istiodCommand({ program: "p", kubeconfig: "k", meshConfig: "m", networks: "n", folder: "f" }, release, ports);
    const addresses = args.flatMap((arg) => /Addr=(.+)$/.exec(arg)?.[1] ?? []);
    expect(addresses).toHaveLength(4);
    for (const address of addresses) expect(address).toMatch(/^127\.0\.0\.1:200\d\d$/);
  });
});

describe("the gateway", () => {
  test("may read secrets in its own namespace and nothing else", () => {
    const roles = gatewayObjects(gateway).filter(({ object }) => object.kind === "Role");
    expect(roles.map(({ object }) => [object.metadata.namespace, object["rules"]])).toEqual([["istio-ingress", [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "watch", "list"] }]]]);
  });

  test("is selected as the chart's pods are, and its public ports are those that Envoy opens", () => {
    const objects = gatewayObjects(gateway);
    for (const { object } of objects) expect(object.metadata).toMatchObject({ name: "istio-ingress", labels: { istio: "ingress" } });
    expect(objects.find(({ object }) => object.kind === "Service")?.object["spec"]).toMatchObject({
      selector: { istio: "ingress" },
      ports: [{ port: 80, targetPort: 80 }, { port: 443, targetPort: 443 }],
    });
  });

  test("runs under its pod's address and its own ports", () => {
    const command = gatewayCommand({ agent: "agent", envoy: "/e", folder: "/f", bootstrap: "/f/b.json", envoyFolder: "/f/envoy" }, gateway, ports, "10.244.0.9");
    expect(command.args).toEqual(["proxy", "router", "--domain", "istio-ingress.svc.cluster.local", "--templateFile", "/f/b.json", "--profiling=false"]);
    expect(command.env).toMatchObject({ INSTANCE_IP: "10.244.0.9", SERVICE_ACCOUNT: "istio-ingress", ENVOY_STATUS_PORT: "20005", ENVOY_PROMETHEUS_PORT: "20006" });
    expect(JSON.parse(command.env?.["PROXY_CONFIG"] ?? "")).toMatchObject({ binaryPath: "/e", configPath: "/f/envoy", proxyAdminPort: 20003, statusPort: 20004 });
  });

  test("listens on its pod's address alone, on both ports", () => {
    const { metadata, spec } = ownAddressFilter(gateway, "10.244.0.9").object;
    expect(metadata).toMatchObject({ namespace: "istio-ingress" });
    const { configPatches } = spec as { configPatches: { patch: { value: unknown } }[] };
    expect(configPatches.map(({ patch }) => patch.value)).toEqual([80, 443].map((port_value) => ({ address: { socket_address: { address: "10.244.0.9", port_value } } })));
  });

  test("loses Istio's metrics filter alone", () => {
    const patches = upstreamEnvoyFilter("istio-system").object["spec"] as { configPatches: { patch: { operation: string } }[] };
    expect(patches.configPatches.map(({ patch }) => patch.operation)).toEqual(["REMOVE", "REMOVE"]);
    expect(JSON.stringify(patches).match(/"istio\.stats"/g)).toHaveLength(2);
  });
});

test("certificates that are not signed are named, with the reason where there is one", () => {
  const certificate = (name: string, ...conditions: { type: string; status: string; message?: string }[]) => ({ metadata: { name }, spec: { secretName: name }, status: { conditions } });
  expect(unsigned([certificate("done", { type: "Ready", status: "True" }), certificate("new"), certificate("bad", { type: "Ready", status: "False", message: "no issuer" })])).toEqual([
    "new (not looked at yet)",
    "bad (no issuer)",
  ]);
});

describe("a pod", () => {
  const metadata = { uid: "u", name: "api-1", namespace: "tenant-dior", labels: { "privatesales.co.kr/tenant": "dior", "app.kubernetes.io/name": "api", "app.kubernetes.io/version": "1.0.0" } };
  const spec = { serviceAccountName: "api", containers: [{ ports: [{ containerPort: 8080 }] }, {}] };

  test("is named by its labels and answers on its containers' ports", () => {
    expect(podOf(podSchema.parse({ metadata, spec, status: { phase: "Running", podIP: "10.244.1.2" } }))).toEqual({
      uid: "u",
      name: "api-1",
      namespace: "tenant-dior",
      address: "10.244.1.2",
      ports: [8080],
      account: "api",
      tenant: "dior",
      service: "api",
      version: "1.0.0",
    });
  });

  test.each([["pending", { phase: "Pending", podIP: "10.244.1.2" }], ["without an address", { phase: "Running" }], ["done", { phase: "Succeeded", podIP: "10.244.1.2" }]])("that is %s does not answer", (_, status) => {
    expect(podOf(podSchema.parse({ metadata, spec, status }))).toBeUndefined();
  });
});
