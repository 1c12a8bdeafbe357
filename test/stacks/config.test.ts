import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig, type StackConfig } from "../../stacks/config.ts";
import { flatConfig } from "../../sandbox/workspace.ts";

/** The config as the engine hands it over: text, and JSON for maps and lists. */
type Flat = Readonly<Record<string, string>>;

const GOOD: Flat = flatConfig("local");
const PASSWORD = "hunter2-hunter2";

const parse = (over: Flat, stack = "local"): StackConfig => parseConfig({ ...GOOD, ...over }, stack);
const without = (key: string): Flat => Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== `privatesales:${key}`));

/** A value of the good config with `over` over its own keys. */
const changed = (key: string, over: Readonly<Record<string, unknown>>): Flat => {
  const own: unknown = JSON.parse(GOOD[`privatesales:${key}`] ?? "{}");
  return { [`privatesales:${key}`]: JSON.stringify(Object.assign({}, own, over)) };
};

/** The lines of the error, one a fault; an error when there was none. */
function faultsOf(all: Flat, stack = "local"): readonly string[] {
  try {
    parseConfig(all, stack);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [head, ...faults] = error.message.split("\n  ");
    expect(head).toBe(`the configuration of stack ${stack} cannot be used:`);
    return faults;
  }
  throw new Error("it was accepted");
}

const faultsWith = (over: Flat): readonly string[] => faultsOf({ ...GOOD, ...over });

describe("a good config", () => {
  test.each(["local", "qa", "prod"] as const)("of %s is accepted as it stands", (stack) => {
    expect(parseConfig(flatConfig(stack), stack).environment).toBe(stack);
  });

  test("has defaults, and values of the type that the schema says", () => {
    const config = parse({});
    expect(config.tenantsFile).toBe("tenants/tenants.yaml");
    expect(config.charts).toBe("managed");
    expect(config.mesh.gatewayReplicas.min).toBeTypeOf("number");
  });

  test("keys of other namespaces are none of ours", () => {
    expect(parse({ "kubernetes:context": "kind" })).toEqual(parse({}));
  });

  test("text that looks like a number stays text", () => {
    expect(parse({ "privatesales:databasePassword": "0123456" }).databasePassword).toBe("0123456");
  });
});

describe("a fault names file and key", () => {
  test("an unknown key", () => {
    expect(faultsWith({ "privatesales:domian": "x.localhost" })).toEqual(["Pulumi.local.yaml: privatesales:domian is not a known key"]);
  });

  test("an unknown key further in", () => {
    expect(faultsWith(changed("monitoring", { retention: 3 }))).toEqual(["Pulumi.local.yaml: privatesales:monitoring.retention is not a known key"]);
  });

  test("two unknown keys are two lines", () => {
    expect(faultsWith(changed("pooler", { size: 1, mode: "session" }))).toEqual([
      "Pulumi.local.yaml: privatesales:pooler.size is not a known key",
      "Pulumi.local.yaml: privatesales:pooler.mode is not a known key",
    ]);
  });

  test("a wrong type, with what was given and what is allowed", () => {
    expect(faultsWith(changed("pooler", { replicas: "two" }))).toEqual([
      'Pulumi.local.yaml: privatesales:pooler.replicas is "two"; replicas is a whole number',
    ]);
    expect(faultsWith({ "privatesales:pooler": "2" })).toEqual([expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:pooler is "2"; .*expected object/)]);
  });

  test("a value out of bounds, by its whole path", () => {
    expect(faultsWith(changed("mesh", { gatewayReplicas: { min: 0, max: 1 } }))).toEqual([
      "Pulumi.local.yaml: privatesales:mesh.gatewayReplicas.min is 0; min is at least 1",
    ]);
    expect(faultsWith(changed("mesh", { gatewayReplicas: { min: 3, max: 2 } }))).toEqual([
      'Pulumi.local.yaml: privatesales:mesh.gatewayReplicas is {"min":3,"max":2}; min is at most max',
    ]);
    expect(parse(changed("mesh", { gatewayReplicas: { min: 2, max: 3 } })).mesh.gatewayReplicas).toEqual({ min: 2, max: 3 });
  });

  test("a value that is none of a few, with those few", () => {
    const [fault] = faultsWith(changed("data", { protection: "maybe" }));
    expect(fault).toMatch(/^Pulumi\.local\.yaml: privatesales:data\.protection is "maybe"; .*"on"\|"off"/);
  });

  test("a missing key", () => {
    expect(faultsOf(without("domain"))).toEqual([expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:domain is missing; /)]);
  });

  test("an item of a list, by its number", () => {
    expect(faultsWith(changed("monitoring", { platformEmails: ["ops@shop.example", "ops"] }))).toEqual([
      expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:monitoring\.platformEmails\.1 is "ops"; /),
    ]);
  });

  test("all faults at once", () => {
    const faults = faultsOf({ ...without("domain"), ...changed("cache", { memoryMi: -1 }), "privatesales:nope": "1" });
    expect(faults.map((fault) => /privatesales:\S+/.exec(fault)?.[0]).toSorted()).toEqual([
      "privatesales:cache.memoryMi",
      "privatesales:domain",
      "privatesales:nope",
    ]);
  });

  test("the file of the stack that is meant", () => {
    expect(faultsOf({ ...flatConfig("prod"), "privatesales:nope": "1" }, "prod")).toEqual(["Pulumi.prod.yaml: privatesales:nope is not a known key"]);
  });
});

describe("secrets", () => {
  const smtp = (username: string): Flat => changed("monitoring", { smtp: { host: "smtp.example", port: 587, from: "a@shop.example", username } });

  test("a missing one is an error that says how to set it", () => {
    expect(faultsOf(without("databasePassword"))).toEqual([
      "Pulumi.local.yaml: privatesales:databasePassword is missing; set it with: pulumi config set --secret privatesales:databasePassword",
    ]);
    expect(faultsOf({ ...without("smtpPassword"), ...smtp("mailer") })).toEqual([
      "Pulumi.local.yaml: privatesales:smtpPassword is missing; set it with: pulumi config set --secret privatesales:smtpPassword",
    ]);
    expect(parse({ ...smtp("mailer"), "privatesales:smtpPassword": PASSWORD }).smtpPassword).toBe(PASSWORD);
  });

  test("one that is not valid is never shown", () => {
    const faults = faultsWith({ "privatesales:deadMansSwitchUrl": PASSWORD, "privatesales:databasePassword": `["${PASSWORD}"]` });
    expect(faults).toEqual([
      expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:databasePassword is not valid; /),
      expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:deadMansSwitchUrl is not valid; /),
    ]);
    expect(faults.join("\n")).not.toContain(PASSWORD);
  });

  test("nor is one that an in-cluster database has no use for", () => {
    const faults = faultsWith({ "privatesales:database": JSON.stringify({ kind: "inCluster" }), "privatesales:databasePassword": PASSWORD });
    expect(faults).toEqual(["Pulumi.local.yaml: privatesales:databasePassword is set, but an inCluster database makes its own; remove it"]);
    expect(parseConfig({ ...without("databasePassword"), "privatesales:database": JSON.stringify({ kind: "inCluster" }) }, "local").database.kind).toBe("inCluster");
  });

  test("verify-full needs the authorities", () => {
    const remote = { kind: "external", host: "db.example", username: "admin", cidrs: ["10.0.0.0/16"] };
    const database = (more: object): Flat => ({ "privatesales:database": JSON.stringify({ ...remote, ...more }) });
    expect(faultsWith(database({}))).toEqual([expect.stringMatching(/^Pulumi\.local\.yaml: privatesales:database\.authorities is missing; sslmode verify-full/)]);
    expect(parse(database({ sslmode: "require" })).database.kind).toBe("external");
  });
});
