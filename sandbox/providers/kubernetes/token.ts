import type { Kind } from "./objects.ts";

/** What a type token stands for: an object of the API server, a Helm release, or nothing that is done here. */
export type Target =
  | ({ readonly target: "object" } & Kind)
  | { readonly target: "release" }
  | { readonly target: "refused"; readonly reason: string };

/** Groups of the API server itself; every other group is a custom one. */
const GROUPS: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/u;

/** True for kinds of the API server itself, whose field types are known. */
export function isBuiltIn(apiVersion: string): boolean {
  return GROUPS.has(groupOf(apiVersion));
}

/** The group of an API version, empty for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** Reads a token such as `kubernetes:apps/v1:Deployment`. */
export function targetOf(token: string): Target {
  if (token === "kubernetes:helm.sh/v3:Release") return { target: "release" };
  const [, module = "", kind = ""] = token.split(":");
  const [group = "", version = "", ...rest] = module.split("/");
  if (kind === "" || rest.length > 0 || !VERSION.test(version) || ["helm.sh", "yaml", "kustomize"].includes(group)) {
    return refused(token, "it is not a kind of the API server");
  }
  const apiVersion = group === "core" ? version : `${group}/${version}`;
  if (isBuiltIn(apiVersion) && kind.endsWith("Patch")) return refused(token, "patch resources are not simulated");
  if (isBuiltIn(apiVersion) && kind.endsWith("List")) return refused(token, "declare the listed objects one by one");
  return { target: "object", apiVersion, kind };
}

function refused(token: string, why: string): Target {
  const allowed = "any kind of the API server or of a CustomResourceDefinition, and kubernetes:helm.sh/v3:Release";
  return { target: "refused", reason: `${token} is not supported by the sandbox: ${why}; supported are ${allowed}` };
}
