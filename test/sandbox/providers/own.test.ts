import { expect, test } from "vitest";
import { stringify } from "yaml";
import { ownArguments } from "../../../sandbox/providers/kubernetes/own.ts";
import { parseConfig } from "../../../sandbox/providers/postgresql/config.ts";
import { ownConnection } from "../../../sandbox/providers/postgresql/own.ts";

const SERVER = "https://0123456789ABCDEF0123456789ABCDEF.gr7.ap-northeast-2.eks.amazonaws.com";
const own = { kubeconfig: "/own", endpoints: () => [{ server: SERVER, certificateAuthority: "Y2E=", clusterName: "shop" }] };

interface Given {
  readonly server?: string;
  readonly ca?: string;
  readonly cluster?: string;
  readonly user?: object;
}

function kubeconfig({ server = SERVER, ca = "Y2E=", cluster = "shop", user }: Given = {}): string {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "aws", args: ["eks", "get-token", "--cluster-name", cluster] };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": ca } }],
    users: [{ name: "u", user: user ?? { exec } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

test("a kubeconfig for an endpoint that was handed out becomes the sandbox's own; the other arguments stay", () => {
  expect(ownArguments({ kubeconfig: kubeconfig(), context: "x", clusterIdentifier: "shop" }, own)).toEqual({ kubeconfig: "/own", clusterIdentifier: "shop" });
  expect(ownArguments({ kubeconfig: kubeconfig({ user: { token: "t" } }) }, own)).toEqual({ kubeconfig: "/own" });
});

test("one for this machine, and what is no kubeconfig, stay for the ordinary check", () => {
  for (const given of [kubeconfig({ server: "https://127.0.0.1:6443" }), "none", ""]) {
    expect(ownArguments({ kubeconfig: given, context: "x" }, own)).toEqual({ kubeconfig: given, context: "x" });
  }
});

test.each<[Given, string]>([
  [{ server: "https://example.com" }, `points to https://example.com; allowed are: addresses of this machine, ${SERVER}`],
  [{ ca: "b3RoZXI=" }, "its certificate authority is not the one that"],
  [{ cluster: "other" }, 'its program does not ask for a token of the cluster "shop"'],
  [{ user: {} }, "it has no credentials for"],
])("%j is refused", (given, expected) => {
  expect(() => ownArguments({ kubeconfig: kubeconfig(given) }, own)).toThrow(expected);
});

const HOST = "shop.cluster-abcdefghijkl.ap-northeast-2.rds.amazonaws.com";
const server = { port: 5439, username: "postgres", password: "own", hosts: () => [HOST] };
const aurora = { host: HOST, port: "5432", username: "root_user", password: "theirs", database: "shop", sslmode: "verify-full", sslrootcert: "/ca.pem", superuser: "false" };

test("a database host that was handed out becomes the sandbox's own server; the other settings stay", () => {
  expect(ownConnection(parseConfig(aurora), server)).toEqual({
    ...parseConfig(aurora), host: "127.0.0.1", port: 5439, user: "postgres", password: "own", sslmode: "disable", sslrootcert: undefined, databaseUsername: "postgres",
  });
  expect(ownConnection(parseConfig({ ...aurora, databaseUsername: "keeper" }), server).databaseUsername).toBe("keeper");
});

test("a host of this machine stays, and any other is refused by name", () => {
  const local = parseConfig({ host: "127.0.0.1", sslmode: "disable" });
  expect(ownConnection(local, server)).toBe(local);
  expect(() => ownConnection(parseConfig({ ...aurora, host: "db.example.com" }), server))
    .toThrow(`does not connect to "db.example.com"; allowed are: the loopback address (localhost, 127.0.0.1, ::1), ${HOST}`);
});
