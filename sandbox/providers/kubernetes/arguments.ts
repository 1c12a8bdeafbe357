import { UNKNOWN, type CheckFailure, type DiffResult, type PropertyChange, type Properties } from "../provider.ts";
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../wire.ts";
import type { Mutability } from "./immutable.ts";
import { activeCluster, kubeconfigFault } from "./kubeconfig.ts";

/** The provider resource's arguments, read. */
export interface Arguments {
  /** A path or the contents. */
  readonly kubeconfig: string;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
  /** The namespace of objects that name none. */
  readonly namespace: string | undefined;
  readonly mutability: Mutability;
}

/** What the sandbox does with an argument of the official provider. */
type Rule = "text" | "flag" | "onlyTrue" | "onlyFalse" | "settings" | "refused";

const RULES: Readonly<Record<string, Rule>> = {
  kubeconfig: "text",
  context: "text",
  cluster: "text",
  clusterIdentifier: "text",
  namespace: "text",
  version: "text",
  enableServerSideApply: "onlyTrue",
  enableConfigMapMutable: "flag",
  enableSecretMutable: "flag",
  suppressDeprecationWarnings: "flag",
  suppressHelmHookWarnings: "flag",
  enablePatchForce: "onlyFalse",
  upsertExistingObjects: "onlyFalse",
  deleteUnreachable: "onlyFalse",
  skipUpdateUnreachable: "onlyFalse",
  alwaysRender: "onlyFalse",
  helmReleaseSettings: "settings",
  kubeClientSettings: "settings",
  renderYamlToDirectory: "refused",
};

/** The SDK sends booleans and objects as JSON text. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Faults of the provider's own arguments, each by name. */
export function checkArguments(news: Properties): readonly CheckFailure[] {
  const failures = Object.entries(news).flatMap(([property, value]) => {
    const reason = faultOf(property, value);
    return reason === undefined ? [] : [{ property, reason }];
  });
  if (news["kubeconfig"] !== undefined && news["kubeconfig"] !== "") return failures;
  const reason = "is missing; the sandbox uses no kubeconfig of this machine, so the provider must name one";
  return [...failures, { property: "kubeconfig", reason }];
}

function faultOf(property: string, value: unknown): string | undefined {
  const rule = RULES[property];
  if (rule === undefined) {
    return `is not an argument of the kubernetes provider; allowed are ${Object.keys(RULES).join(", ")}`;
  }
  if (value === UNKNOWN || value === null) return undefined;
  const given = parsed(value);
  switch (rule) {
    case "text":
      return typeof value === "string" ? undefined : `must be a string and is a ${typeof value}`;
    case "flag":
      return typeof given === "boolean" ? undefined : `is ${JSON.stringify(value)}; allowed is true or false`;
    case "onlyTrue":
      return given === true ? undefined : "only true is simulated in the sandbox; leave it out";
    case "onlyFalse":
      return given === false ? undefined : "only false is simulated in the sandbox; leave it out";
    case "settings":
      return isRecord(given) ? undefined : "must be an object";
    case "refused":
      return "is not simulated in the sandbox, which writes to a real API server; leave it out";
  }
}

/** Reads checked arguments. Throws when the kubeconfig is not usable, without quoting it. */
export function readArguments(config: Properties): Arguments {
  const text = (name: string) => {
    const value = config[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const faults = checkArguments(config);
  const [fault] = faults;
  if (fault !== undefined) throw new Error(`kubernetes provider: ${fault.property}: ${fault.reason}`);
  const kubeconfig = text("kubeconfig") ?? "";
  const unusable = kubeconfigFault(kubeconfig, text("context"));
  if (unusable !== undefined) throw new Error(`kubernetes provider: kubeconfig: ${unusable}`);
  return {
    kubeconfig,
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    mutability: {
      configMaps: parsed(config["enableConfigMapMutable"]) === true,
      secrets: parsed(config["enableSecretMutable"]) === true,
    },
  };
}

/**
 * Which changes replace the provider, and with it every object below it. With an unchanged `clusterIdentifier` none
 * does; without one a changed address of the active cluster does; a changed identifier always does.
 */
export function diffArguments(olds: Properties, news: Properties): DiffResult {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => key !== "version" && !isDeepStrictEqual(olds[key], news[key]),
  );
  const was = olds["clusterIdentifier"];
  const is = news["clusterIdentifier"];
  const same = was !== undefined && isDeepStrictEqual(was, is);
  const moved = !same && movesCluster(olds, news);
  const replaces = (key: string) =>
    (key === "clusterIdentifier" && was !== undefined && is !== undefined) ||
    (moved && ["kubeconfig", "context", "cluster"].includes(key));
  const changes = keys.map(
    (key): PropertyChange => ({
      path: key,
      kind: olds[key] === undefined ? "add" : news[key] === undefined ? "delete" : "update",
      replace: replaces(key),
    }),
  );
  return { changes, deleteBeforeReplace: false };
}

function movesCluster(olds: Properties, news: Properties): boolean {
  // What is not known yet may be another cluster; the official plugin assumes it is.
  if (["kubeconfig", "context", "cluster"].some((key) => news[key] === UNKNOWN)) return true;
  const old = activeCluster(olds);
  const now = activeCluster(news);
  return old !== undefined && now !== undefined && !isDeepStrictEqual(old, now);
}
