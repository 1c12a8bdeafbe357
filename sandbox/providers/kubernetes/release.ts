import { UNKNOWN, type CheckFailure, type CheckRequest, type DiffResult, type Properties } from "../provider.ts";
import { isRecord } from "../wire.ts";
import type { Checked } from "./check.ts";
import { differences, spell } from "./diff.ts";
import { suffixed } from "./names.ts";
import { countAt, idOf, textAt } from "./objects.ts";

type Shape = "text" | "flag" | "number" | "map" | "list";

/** https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release */
const SHAPES: Readonly<Record<string, Shape>> = {
  allowNullValues: "flag",
  atomic: "flag",
  chart: "text",
  cleanupOnFail: "flag",
  compat: "text",
  createNamespace: "flag",
  dependencyUpdate: "flag",
  description: "text",
  devel: "flag",
  disableCRDHooks: "flag",
  disableOpenapiValidation: "flag",
  disableWebhooks: "flag",
  forceUpdate: "flag",
  keyring: "text",
  lint: "flag",
  manifest: "map",
  maxHistory: "number",
  name: "text",
  namespace: "text",
  postrender: "text",
  recreatePods: "flag",
  renderSubchartNotes: "flag",
  replace: "flag",
  repositoryOpts: "map",
  resetValues: "flag",
  resourceNames: "map",
  reuseValues: "flag",
  skipAwait: "flag",
  skipCrds: "flag",
  takeOwnership: "flag",
  timeout: "number",
  valueYamlFiles: "list",
  values: "map",
  verify: "flag",
  version: "text",
  waitForJobs: "flag",
};

const REPOSITORY = ["repo", "caFile", "certFile", "keyFile", "password", "username"];

/** Not inputs, although the SDK sends them. */
const NOT_INPUTS: ReadonlySet<string> = new Set(["compat", "resourceNames", "manifest"]);

/** Inputs of a Helm release with the plugin's defaults, and unknown or ill-shaped properties by name. */
export function checkRelease({ olds, news, name }: CheckRequest, namespace: string | undefined): Checked {
  const given = Object.entries(news).filter(([key, value]) => !NOT_INPUTS.has(key) && value !== null);
  const failures = [
    ...Object.entries(news).flatMap(([key, value]) => faultOf(key, value)),
    ...(news["chart"] === undefined ? [{ property: "chart", reason: "is missing; name the chart to install" }] : []),
  ];
  const awaited = news["skipAwait"] !== true && news["timeout"] === undefined;
  const inputs: Properties = {
    ...(awaited ? { timeout: 300 } : {}),
    namespace: namespace ?? "default",
    name: textAt(olds, "name") ?? suffixed(name),
    ...Object.fromEntries(given),
  };
  return { inputs, failures };
}

function faultOf(property: string, value: unknown): readonly CheckFailure[] {
  const shape = SHAPES[property];
  if (shape === undefined) {
    return [{ property, reason: `is not a property of a Release; allowed are ${Object.keys(SHAPES).join(", ")}` }];
  }
  if (value === UNKNOWN || value === null || value === undefined) return [];
  if (!fits(value, shape)) return [{ property, reason: `must be a ${shape} and is ${describe(value)}` }];
  if (property !== "repositoryOpts" || !isRecord(value)) return [];
  return Object.keys(value)
    .filter((key) => !REPOSITORY.includes(key))
    .map((key) => ({ property: `repositoryOpts.${key}`, reason: `is unknown; allowed are ${REPOSITORY.join(", ")}` }));
}

function fits(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case "text":
      return typeof value === "string";
    case "flag":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    case "map":
      return isRecord(value);
    case "list":
      return Array.isArray(value);
  }
}

function describe(value: unknown): string {
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** A release moves by replacement and changes in place otherwise. */
export function diffRelease(olds: Properties, news: Properties): DiffResult {
  const changes = differences(olds, news, false).map(({ path, kind }) => ({
    path: spell(path, kind === "delete" ? olds : news),
    kind,
    replace: path[0] === "name" || path[0] === "namespace",
  }));
  return { changes, deleteBeforeReplace: false };
}

export function releaseId(inputs: Properties): string {
  return idOf({ namespace: textAt(inputs, "namespace"), name: textAt(inputs, "name") ?? "" });
}

/** The state of a release that is recorded and not installed; `last` is the state before, empty for a new one. */
export function releaseState(inputs: Properties, last: Properties): Properties {
  return {
    ...inputs,
    resourceNames: {},
    status: {
      chart: textAt(inputs, "chart") ?? "",
      name: textAt(inputs, "name") ?? "",
      namespace: textAt(inputs, "namespace") ?? "",
      revision: countAt(last, "status", "revision") + 1,
      status: "deployed",
      version: textAt(inputs, "version") ?? "",
    },
  };
}
