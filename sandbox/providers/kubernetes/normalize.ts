import { Buffer } from "node:buffer";
import { isRecord } from "../wire.ts";
import { at, without, type KubeObject } from "./objects.ts";
import { isBuiltIn } from "./token.ts";

/** JSON schema extensions, which programs spell with underscores. */
const EXTENSIONS = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];
const TO_SERVER = new Map(EXTENSIONS.map((name) => [name.replaceAll("-", "_"), name]));
const TO_PROGRAM = new Map(EXTENSIONS.map((name) => [name, name.replaceAll("-", "_")]));

/**
 * Fields that only the server writes:
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta
 */
const SERVER_FIELDS = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

export function isSecret(object: KubeObject): boolean {
  return object["apiVersion"] === "v1" && object["kind"] === "Secret";
}

/** The object as it is sent to the server. */
export function toServer(object: KubeObject): KubeObject {
  const known = isBuiltIn(String(object["apiVersion"])) ? withoutNulls(object) : object;
  return object["kind"] === "CustomResourceDefinition" ? renamed(known, TO_SERVER) : known;
}

/**
 * The object as it is kept in the state. The list of who owns which field is left out: it is half of the object's
 * size, and only a fresh one is of use.
 */
export function toState(live: KubeObject): KubeObject {
  const object = without(live, ["metadata", "managedFields"]);
  return object["kind"] === "CustomResourceDefinition" ? renamed(object, TO_PROGRAM) : object;
}

/** What two inputs are compared by: without what the server ignores, Secrets as the server keeps them. */
export function comparable(object: KubeObject): KubeObject {
  const plain = withoutServerFields(withoutNulls(object));
  return isSecret(plain) ? withEncodedData(plain) : plain;
}

export function withoutServerFields(object: KubeObject): KubeObject {
  return SERVER_FIELDS.reduce((rest, name) => without(rest, ["metadata", name]), object);
}

/** `stringData` goes into `data` as base64 and wins: https://kubernetes.io/docs/concepts/configuration/secret */
function withEncodedData(secret: KubeObject): KubeObject {
  const { stringData, ...rest } = secret;
  if (!isRecord(stringData) || Object.keys(stringData).length === 0) return secret;
  const data = at(secret, "data");
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value,
  ]);
  return { ...rest, data: { ...(isRecord(data) ? data : {}), ...Object.fromEntries(encoded) } };
}

function withoutNulls(object: KubeObject): KubeObject {
  return mapped(object, (entries) => entries.filter(([, value]) => value !== null && value !== undefined));
}

function renamed(object: KubeObject, names: ReadonlyMap<string, string>): KubeObject {
  return mapped(object, (entries) => entries.map(([key, value]) => [names.get(key) ?? key, value]));
}

type Entries = readonly (readonly [string, unknown])[];

function mapped(object: KubeObject, change: (entries: Entries) => Entries): KubeObject {
  return Object.fromEntries(change(Object.entries(object)).map(([key, value]) => [key, mapValue(value, change)]));
}

function mapValue(value: unknown, change: (entries: Entries) => Entries): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => mapValue(item, change));
  return isRecord(value) ? mapped(value, change) : value;
}
