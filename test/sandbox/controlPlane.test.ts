import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { describe, expect, test } from "vitest";
import {
  apiServerArgs,
  controllerManagerArgs,
  etcdArgs,
  kwokArgs,
  nodeAddress,
  schedulerArgs,
} from "../../sandbox/controlPlane/arguments.ts";
import { crdsIn, parseDiscovery, servedNames } from "../../sandbox/controlPlane/crds.ts";
import { withoutDescriptions } from "../../sandbox/controlPlane/crdSchema.ts";
import { kubeconfigText } from "../../sandbox/controlPlane/kubeconfig.ts";
import { initialObjects } from "../../sandbox/controlPlane/objects.ts";
import { FAIL_ANNOTATION, joinStages } from "../../sandbox/controlPlane/stages.ts";
import { serverOf } from "../../sandbox/environment.ts";
import { exampleEnvironment } from "./support.ts";

const env = exampleEnvironment();
const source = (file: string): string => {
  return readFileSync(new URL(`../../sandbox/controlPlane/${file}`, import.meta.url), "utf8");
};

describe("arguments", () => {
  const all = [
    etcdArgs(env),
    apiServerArgs(env, "/policy.yaml"),
    controllerManagerArgs(env),
    schedulerArgs(env),
    kwokArgs(env, "/stages.yaml"),
  ];

  test("bind nothing but loopback", () => {
    const listening = /^--(bind-address|listen-|advertise-client|initial-)/;
    const addresses = all.flat().filter((argument) => listening.test(argument));
    expect(addresses).toHaveLength(6);
    for (const argument of addresses) expect(argument).toContain("127.0.0.1");
  });

  test("hold the marker by which each server is found again, and no other server's", () => {
    const names = ["etcd", "apiserver", "controller-manager", "scheduler", "kwok"] as const;
    names.forEach((name, index) => {
      const holders = all.map((args) => args.join("\0").includes(serverOf(env, name).marker));
      expect(holders.flatMap((holds, holder) => (holds ? [names[holder]] : []))).toEqual([names[index]]);
    });
  });

  test("of the API server: its audit log, its ranges, Pod Security left on", () => {
    const args = apiServerArgs(env, "/policy.yaml");
    expect(args).toContain("--audit-log-path=/data/audit.log");
    expect(args).toContain("--audit-policy-file=/policy.yaml");
    expect(args).toContain("--service-cluster-ip-range=10.96.48.0/20");
    expect(args).toContain("--authorization-mode=Node,RBAC");
    expect(args.filter((argument) => argument.startsWith("--disable-admission-plugins"))).toEqual([]);
  });

  test("give pods and nodes addresses of the environment's own range", () => {
    expect(controllerManagerArgs(env)).toContain("--cluster-cidr=10.244.48.0/20");
    expect(kwokArgs(env, "/s")).toContain("--cidr=10.244.48.0/20");
    expect([0, 5].map((index) => nodeAddress(env, index))).toEqual(["10.244.63.1", "10.244.63.6"]);
  });
});

test("the audit policy leaves out no write but the nodes' heartbeats", () => {
  const policy: unknown = parseAllDocuments(source("audit-policy.yaml"))[0]?.toJS();
  expect(policy).toMatchObject({ rules: expect.any(Array) as unknown });
  const rules = (policy as { rules: { level: string; verbs?: string[]; namespaces?: string[] }[] }).rules;
  const silent = rules.filter((rule) => rule.level === "None");
  const allVerbs = silent.filter((rule) => rule.verbs === undefined);
  expect(allVerbs.map((rule) => rule.namespaces)).toEqual([["kube-node-lease"]]);
  for (const verb of silent.flatMap((rule) => rule.verbs ?? [])) expect(["get", "list", "watch"]).toContain(verb);
  expect(rules.at(-1)).toEqual({ level: "Metadata" });
});

describe("stages", () => {
  const stock = ["pod-ready", "pod-complete", "pod-delete"].map((name) => {
    const selector = "{matchExpressions: [{key: .x, operator: Exists}]}";
    return `kind: Stage\nmetadata: {name: ${name}}\nspec: {selector: ${selector}}\n`;
  });
  const read = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS() as unknown);

  test("KWOK's own keep away from failing pods, except that they may be deleted", () => {
    const [ready, complete, deletion] = read(joinStages(stock, source("stages.yaml")));
    const exclusion = { key: expect.stringContaining(FAIL_ANNOTATION) as unknown, operator: "DoesNotExist" };
    const own = { key: ".x", operator: "Exists" };
    expect(ready).toMatchObject({ spec: { selector: { matchExpressions: [own, exclusion] } } });
    expect(complete).toMatchObject({ spec: { selector: { matchExpressions: [own, exclusion] } } });
    expect(deletion).toMatchObject({ spec: { selector: { matchExpressions: [own] } } });
  });

  test("ours follow, each for pods with the annotation only", () => {
    const ours = read(joinStages(stock, source("stages.yaml"))).slice(3);
    expect(ours).toHaveLength(2);
    for (const stage of ours) expect(JSON.stringify(stage)).toContain(FAIL_ANNOTATION);
  });

  test("a KWOK whose stage has another name is refused, since failing pods would succeed", () => {
    expect(() => joinStages(stock.slice(1), source("stages.yaml"))).toThrow("KWOK has no stage pod-ready");
  });
});

describe("CRDs", () => {
  const crd =
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n" +
    "spec:\n  group: example.com\n  names: {kind: Thing, plural: things}\n  scope: Namespaced\n  versions:\n" +
    "  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, description: long}}}\n" +
    "  - {name: v1beta1, served: false, storage: false}\n";

  test("are picked from a file that holds other things too", () => {
    const crds = crdsIn(`# a comment\n---\nkind: ConfigMap\n---\n${crd}`);
    expect(crds.map(({ metadata }) => metadata.name)).toEqual(["things.example.com"]);
    expect(crds.flatMap(servedNames)).toEqual(["example.com/v1/things"]);
    expect(crds[0]?.spec).toHaveProperty("scope", "Namespaced");
    expect(crds[0]?.spec.versions[0]?.schema).toEqual({ openAPIV3Schema: { type: "object" } });
  });

  test("lose descriptions of their schemas, and nothing else", () => {
    const schema = {
      description: "gone",
      required: ["description"],
      default: { description: "kept" },
      "x-kubernetes-validations": [{ rule: "self.description != ''" }],
      properties: {
        description: { type: "string", description: "gone" },
        list: { items: { description: "gone", anyOf: [{ description: "gone", type: "string" }] } },
        map: { additionalProperties: { description: "gone", enum: ["description"] } },
      },
    };
    expect(withoutDescriptions(schema)).toEqual({
      required: ["description"],
      default: { description: "kept" },
      "x-kubernetes-validations": [{ rule: "self.description != ''" }],
      properties: {
        description: { type: "string" },
        list: { items: { anyOf: [{ type: "string" }] } },
        map: { additionalProperties: { enum: ["description"] } },
      },
    });
  });

  test("are served when discovery lists them", () => {
    const versions = [{ version: "v1", resources: [{ resource: "things" }] }, { version: "v2" }];
    const body = JSON.stringify({ items: [{ metadata: { name: "example.com" }, versions }] });
    expect([...parseDiscovery(body)]).toEqual(["example.com/v1/things"]);
    expect([...parseDiscovery("not JSON")]).toEqual([]);
    expect([...parseDiscovery("{}")]).toEqual([]);
  });
});

test("the nodes spread evenly over three zones", () => {
  const nodes = initialObjects(env).filter(({ object }) => object.kind === "Node");
  const zones = nodes.map(({ object }) => object.metadata.labels?.["topology.kubernetes.io/zone"]);
  expect(zones).toEqual(["a", "b", "c", "a", "b", "c"]);
});

test("the kubeconfig holds its certificates itself", () => {
  const text = kubeconfigText("admin", 20_001, { ca: "CA", cert: "CERT", key: "KEY" });
  expect(JSON.parse(text)).toMatchObject({
    clusters: [{ cluster: { server: "https://127.0.0.1:20001", "certificate-authority-data": "Q0E=" } }],
    users: [{ name: "admin", user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" } }],
    contexts: [{ name: "privatesales-sandbox", context: { cluster: "privatesales-sandbox", user: "admin" } }],
    "current-context": "privatesales-sandbox",
  });
});
