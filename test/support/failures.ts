import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { FAIL_ANNOTATION } from "../../sandbox/controlPlane/stages.ts";
import type { Amount, PodResources } from "../../tenants/tenant.ts";
import { kubectl } from "./inspect.ts";

/** Which pods are to fail, as the API server sees them when they are created. */
export interface FailingPods {
  /** Names the policy. */
  readonly name: string;
  readonly namespace: string;
  /** A label that the pods wear. */
  readonly label: { readonly key: string; readonly value: string };
  /** What the container's state says, e.g. `ImagePullBackOff`. */
  readonly reason: string;
}

const KINDS = ["mutating", "validating"].flatMap((kind) => [`${kind}admissionpolicybinding`, `${kind}admissionpolicy`]).join();

type Fields = Readonly<Record<string, unknown>>;

/** A policy and the binding that puts it into effect. */
const policyObjects = (kind: "Mutating" | "Validating", name: string, spec: Fields, binding: Fields = {}): readonly object[] => {
  const head = { apiVersion: "admissionregistration.k8s.io/v1", metadata: { name } };
  return [
    { ...head, kind: `${kind}AdmissionPolicy`, spec },
    { ...head, kind: `${kind}AdmissionPolicyBinding`, spec: { policyName: name, ...binding } },
  ];
};

const rule = (group: string, resource: string): Fields => ({
  resourceRules: [{ apiGroups: [group], apiVersions: ["v1"], operations: ["CREATE"], resources: [resource] }],
});

async function apply(data: string, name: string, objects: readonly object[]): Promise<void> {
  const file = join(data, `${name}.yaml`);
  writeFileSync(file, objects.map((object) => stringify(object)).join("---\n"));
  await kubectl(data, "apply", "-f", file);
}

/** From now on these pods are created with the annotation by which the sandbox's nodes let them fail. */
export function failPods(data: string, { name, namespace, label, reason }: FailingPods): Promise<void> {
  const worn = `object.metadata.labels[?'${label.key}'].orValue('') == '${label.value}'`;
  const expression = `Object{metadata: Object.metadata{annotations: {'${FAIL_ANNOTATION}': '${reason}'}}}`;
  const spec = {
    failurePolicy: "Fail",
    reinvocationPolicy: "Never",
    matchConstraints: rule("", "pods"),
    matchConditions: [{ name: "chosen", expression: `request.namespace == '${namespace}' && ${worn}` }],
    mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression } }],
  };
  return apply(data, name, policyObjects("Mutating", name, spec));
}

/** From now on tenants' pods are created with a sidecar as heavy as the mesh's, which the sandbox does not inject. */
export function injectSidecars(data: string, name: string, { requests, limits }: PodResources): Promise<void> {
  const amounts = ({ cpuMilli, memoryMi }: Amount): string => `{'cpu': '${cpuMilli}m', 'memory': '${memoryMi}Mi', 'ephemeral-storage': '512Mi'}`;
  const sidecar = {
    name: "'istio-proxy'",
    image: "'localhost:5001/istio/proxyv2:1.31.0'",
    imagePullPolicy: "'Always'",
    restartPolicy: "'Always'",
    resources: `Object.spec.initContainers.resources{requests: ${amounts(requests)}, limits: ${amounts(limits)}}`,
    securityContext: "Object.spec.initContainers.securityContext{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true}",
  };
  const fields = Object.entries(sidecar).map(([field, value]) => `${field}: ${value}`).join(", ");
  const expression = `Object{spec: Object.spec{initContainers: [Object.spec.initContainers{${fields}}]}}`;
  // An apply may not set lists that are whole or nothing, as the dropped capabilities are.
  const capabilities = "[JSONPatch{op: 'add', path: '/spec/initContainers/0/securityContext/capabilities', value: {'drop': ['ALL']}}]";
  const spec = {
    failurePolicy: "Fail",
    reinvocationPolicy: "Never",
    matchConstraints: rule("", "pods"),
    matchConditions: [{ name: "tenants", expression: "request.namespace.startsWith('tenant-')" }],
    mutations: [
      { patchType: "ApplyConfiguration", applyConfiguration: { expression } },
      { patchType: "JSONPatch", jsonPatch: { expression: capabilities } },
    ],
  };
  return apply(data, name, policyObjects("Mutating", name, spec));
}

/** From now on the API server refuses to make such an object, with this message. */
export function refuse(data: string, name: string, namespace: string, resource: string, message: string): Promise<void> {
  const spec = {
    failurePolicy: "Fail",
    matchConstraints: rule("", resource),
    matchConditions: [{ name: "chosen", expression: `request.namespace == '${namespace}'` }],
    validations: [{ expression: "false", message }],
  };
  return apply(data, name, policyObjects("Validating", name, spec, { validationActions: ["Deny"] }));
}

/** Ends what `failPods` and `refuse` began. */
export async function stopFailing(data: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await kubectl(data, "delete", KINDS, name, "--ignore-not-found");
  }
}
