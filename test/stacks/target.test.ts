import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseConfig } from "../../stacks/config.ts";
import { assertTarget, observeTarget, pinnedIn, type Target } from "../../stacks/target.ts";
import { configOf } from "../support/program.ts";

const A = "0d1c9f6e-1d0b-4a7e-9c59-d6c1d4f0a001";
const B = "0d1c9f6e-1d0b-4a7e-9c59-d6c1d4f0a002";

describe("what the state has", () => {
  const urn = (type: string, name: string): string => `urn:pulumi:local::privatesales::${type}::${name}`;

  test("is read from the one resource that keeps it", () => {
    const other = { [urn("kubernetes:core/v1:Namespace", "x")]: { type: "kubernetes:core/v1:Namespace", outputs: { cluster: B } } };
    expect(pinnedIn({ ...other, [urn("privatesales:stack:Target", "target")]: { type: "privatesales:stack:Target", outputs: { cluster: A, database: "7" } } })).toEqual({ cluster: A, database: "7" });
    expect(pinnedIn(other)).toEqual({});
  });

  test("is nothing before the first run", () => {
    expect(pinnedIn({})).toEqual({});
  });
});

describe("a run", () => {
  const check = (pinned: Target, found: Target) => () => {
    assertTarget(pinned, found, "local");
  };

  test.each<[string, Target, Target]>([
    ["the first", {}, { cluster: A, database: "7" }],
    ["one that finds both as they were", { cluster: A, database: "7" }, { cluster: A, database: "7" }],
    ["one whose database has moved into the stack's own care", { cluster: A, database: "7" }, { cluster: A }],
  ])("%s goes on", (_, pinned, found) => {
    expect(check(pinned, found)).not.toThrow();
  });

  test("that finds other ones is refused: each with what was found, what is right, and the way back", () => {
    const refused = check({ cluster: A, database: "7" }, { cluster: B, database: "8" });
    expect(refused).toThrow(`Pulumi.local.yaml: privatesales:cluster leads to another cluster than the one stack local is deployed to: the uid of its namespace kube-system is ${B}, and the stack's is ${A}.`);
    expect(refused).toThrow("Pulumi.local.yaml: privatesales:database leads to another database server than the one stack local is deployed to: its system identifier is 8, and the stack's is 7.");
    expect(refused).toThrow("pulumi stack rm --force --preserve-config local && pulumi stack init local");
  });

  test("with one of the two in another place names that one alone", () => {
    expect(check({ cluster: A, database: "7" }, { cluster: A, database: "8" })).not.toThrow("privatesales:cluster");
    expect(check({ cluster: A, database: "7" }, { cluster: A, database: "8" })).toThrow("privatesales:database");
  });
});

describe("looking", () => {
  /** A port of loopback at which nobody listens any more. */
  async function closedPort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = z.object({ port: z.number() }).parse(server.address());
    server.close();
    await once(server, "close");
    return port;
  }
  const kubeconfigAt = (port: number): string =>
    JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
      clusters: [{ name: "c", cluster: { server: `https://127.0.0.1:${port}` } }],
      users: [{ name: "c", user: {} }],
      contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
    });
  const configWith = (over: Readonly<Record<string, unknown>>) => {
    const texts = Object.entries(over).map(([key, value]) => [`privatesales:${key}`, typeof value === "string" ? value : JSON.stringify(value)]);
    return parseConfig({ ...configOf("local"), ...Object.fromEntries(texts) as Record<string, string> }, "local");
  };
  const inCluster = { kind: "inCluster" };
  const externalAt = (port: number): object => ({ kind: "external", host: "127.0.0.1", port, username: "postgres", sslmode: "disable", cidrs: ["127.0.0.1/32"] });

  test("at a cluster that does not answer is a fault of its key", async () => {
    const config = configWith({ cluster: { kind: "kubeconfig", kubeconfig: kubeconfigAt(await closedPort()) }, database: inCluster });
    await expect(observeTarget(config, "local")).rejects.toThrow(/^Pulumi\.local\.yaml: privatesales:cluster: it cannot be reached: .*ECONNREFUSED.*Nothing was changed; check address, network and credentials\.$/s);
  });

  test("at a server that does not answer is a fault of its key", async () => {
    const config = { ...configWith({ database: externalAt(await closedPort()), databasePassword: "x" }), cluster: parseConfig(configOf("qa"), "qa").cluster };
    await expect(observeTarget(config, "local")).rejects.toThrow(/^Pulumi\.local\.yaml: privatesales:database: it cannot be reached: .*ECONNREFUSED/s);
  });

  test("asks nobody about what the stack makes itself", async () => {
    expect(await observeTarget(parseConfig(configOf("qa"), "qa"), "qa")).toEqual({});
  });
});
