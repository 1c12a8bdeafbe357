import { expect, test } from "vitest";
import { checkArguments, diffArguments, readArguments } from "../../../../sandbox/providers/kubernetes/arguments.ts";
import { UNKNOWN } from "../../../../sandbox/providers/provider.ts";

function kubeconfig(server: string, user: object = { token: "top-secret" }): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
    clusters: [{ name: "k", cluster: { server } }],
    users: [{ name: "u", user }],
  });
}

const LOCAL = kubeconfig("https://127.0.0.1:6443");
const OTHER = kubeconfig("https://127.0.0.1:7443");

test.each([
  ["a plain one", { kubeconfig: LOCAL }],
  ["SDK booleans, which are JSON text", { kubeconfig: LOCAL, enableServerSideApply: "true", enableSecretMutable: "false" }],
  ["known settings", { kubeconfig: LOCAL, helmReleaseSettings: "{}", namespace: "n", context: "c" }],
  ["values that are not known yet", { kubeconfig: UNKNOWN, clusterIdentifier: UNKNOWN }],
])("accepted: %s", (_, news) => {
  expect(checkArguments(news)).toEqual([]);
});

test.each([
  [{}, "kubeconfig", "is missing"],
  [{ kubeconfig: LOCAL, kubeConfig: "x" }, "kubeConfig", "is not an argument"],
  [{ kubeconfig: LOCAL, renderYamlToDirectory: "out" }, "renderYamlToDirectory", "is not simulated"],
  [{ kubeconfig: LOCAL, enableServerSideApply: "false" }, "enableServerSideApply", "only true"],
  [{ kubeconfig: LOCAL, upsertExistingObjects: "true" }, "upsertExistingObjects", "only false"],
  [{ kubeconfig: LOCAL, enablePatchForce: true }, "enablePatchForce", "only false"],
  [{ kubeconfig: LOCAL, enableConfigMapMutable: "maybe" }, "enableConfigMapMutable", "allowed is true or false"],
])("refused: %j", (news, property, reason) => {
  const failures = checkArguments(news);
  expect(failures.map((each) => each.property)).toEqual([property]);
  expect(failures[0]?.reason).toContain(reason);
});

test("arguments are read", () => {
  expect(readArguments({ kubeconfig: LOCAL, namespace: "n", enableConfigMapMutable: "true" })).toEqual({
    kubeconfig: LOCAL,
    context: undefined,
    cluster: undefined,
    namespace: "n",
    mutability: { configMaps: true, secrets: false },
  });
});

test.each([
  [kubeconfig("https://10.0.0.1:6443"), "talks to addresses of this machine only"],
  [kubeconfig("https://127.0.0.1.example.com"), "talks to addresses of this machine only"],
  [kubeconfig("https://localhost:1", { exec: { command: "aws" } }), "asks for a program that fetches a token"],
  ["{top-secret", "neither an existing file nor the contents"],
  ["/no/such/file", "neither an existing file nor the contents"],
])("an unusable kubeconfig is refused without quoting it", (given, reason) => {
  const read = () => readArguments({ kubeconfig: given });
  expect(read).toThrow(reason);
  expect(read).not.toThrow("top-secret");
  expect(readArguments({ kubeconfig: LOCAL }).kubeconfig).toBe(LOCAL);
});

test("a context that is not there is refused with those that are", () => {
  expect(() => readArguments({ kubeconfig: LOCAL, context: "d" })).toThrow("no cluster for the context d; it has the contexts c");
});

test.each([
  ["the same identifier", { kubeconfig: LOCAL, clusterIdentifier: "a" }, { kubeconfig: OTHER, clusterIdentifier: "a" }, []],
  ["another identifier", { clusterIdentifier: "a" }, { clusterIdentifier: "b" }, ["clusterIdentifier"]],
  ["an identifier added", { kubeconfig: LOCAL }, { kubeconfig: LOCAL, clusterIdentifier: "a" }, []],
  ["another server", { kubeconfig: LOCAL }, { kubeconfig: OTHER }, ["kubeconfig"]],
  ["another token", { kubeconfig: LOCAL }, { kubeconfig: kubeconfig("https://127.0.0.1:6443", { token: "b" }) }, []],
  ["a server that is not known yet", { kubeconfig: LOCAL }, { kubeconfig: UNKNOWN }, ["kubeconfig"]],
  ["not known yet, the same identifier", { kubeconfig: LOCAL, clusterIdentifier: "a" }, { kubeconfig: UNKNOWN, clusterIdentifier: "a" }, []],
])("replacement of the provider: %s", (_, olds, news, replaced) => {
  const { changes } = diffArguments(olds, news);
  expect(changes.length).toBeGreaterThan(0);
  expect(changes.filter(({ replace }) => replace).map(({ path }) => path)).toEqual(replaced);
});

test("nothing changed", () => {
  expect(diffArguments({ kubeconfig: LOCAL, version: "1" }, { kubeconfig: LOCAL, version: "2" }).changes).toEqual([]);
});
