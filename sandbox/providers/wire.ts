import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct, Value } from "google-protobuf/google/protobuf/struct_pb.js";
import { UNKNOWN, type Properties } from "./provider.ts";

/**
 * What the engine may put in place of a value:
 * https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const WRAPPED: Readonly<Record<string, string>> = {
  "5cf8f73096256a8f31e491e813e4eb8e": "a resource reference",
  "d0e6a833031e9bbcd3f4e8bde6ca49a4": "an output value",
  "803fd3297a5875dc03ca845dda5d2a98": "a byte string",
  c44067f5952c0a294b673a41bacd8c17: "an asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
};

/** The engine has one marker per type of the unknown value; a stand-in needs to know only that it is unknown. */
const UNKNOWNS: ReadonlySet<string> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Plain data of a message; an absent message is empty. Throws, naming the property, on values of no use here. */
export function decode(message: Struct | undefined): Properties {
  return message === undefined ? {} : decodeFields(message, "");
}

function decodeFields(message: Struct, path: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of message.getFieldsMap().entries()) {
    fields[key] = decodeValue(value, path === "" ? key : `${path}.${key}`);
  }
  return fields;
}

function decodeValue(value: Value, path: string): unknown {
  switch (value.getKindCase()) {
    case struct.Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case struct.Value.KindCase.STRING_VALUE:
      return UNKNOWNS.has(value.getStringValue()) ? UNKNOWN : value.getStringValue();
    case struct.Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case struct.Value.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map((item, i) => decodeValue(item, `${path}[${String(i)}]`));
    case struct.Value.KindCase.STRUCT_VALUE:
      return decodeObject(value.getStructValue() ?? new struct.Struct(), path);
    case struct.Value.KindCase.NULL_VALUE:
    case struct.Value.KindCase.KIND_NOT_SET:
      return null;
  }
}

function decodeObject(message: Struct, path: string): unknown {
  const signature = message.getFieldsMap().get(SIGNATURE)?.getStringValue();
  if (signature === undefined) return decodeFields(message, path);
  if (signature === SECRET) {
    const inner = message.getFieldsMap().get("value");
    return inner === undefined ? null : decodeValue(inner, path);
  }
  const what = WRAPPED[signature] ?? "a value of a kind that this sandbox does not know";
  throw new Error(`${path}: ${what} was given; the sandbox takes strings, numbers, booleans, lists and maps`);
}

/** A message of plain data; keys whose value is undefined are left out, as in JSON. Throws on functions, symbols, NaN. */
export function encode(properties: Properties): Struct {
  const message = new struct.Struct();
  fill(message, properties, "");
  return message;
}

function fill(message: Struct, fields: Readonly<Record<string, unknown>>, path: string): void {
  const map = message.getFieldsMap();
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) map.set(key, encodeValue(value, path === "" ? key : `${path}.${key}`));
  }
}

function encodeValue(value: unknown, path: string): Value {
  const message = new struct.Value();
  if (value === null || value === undefined) {
    message.setNullValue(struct.NullValue.NULL_VALUE);
  } else if (typeof value === "string") {
    message.setStringValue(value);
  } else if (typeof value === "boolean") {
    message.setBoolValue(value);
  } else if (typeof value === "number" && Number.isFinite(value)) {
    message.setNumberValue(value);
  } else if (Array.isArray(value)) {
    const list = new struct.ListValue();
    list.setValuesList(value.map((item: unknown, i) => encodeValue(item, `${path}[${String(i)}]`)));
    message.setListValue(list);
  } else if (isRecord(value)) {
    const inner = new struct.Struct();
    fill(inner, value, path);
    message.setStructValue(inner);
  } else {
    throw new Error(`${path}: a ${typeof value} cannot be sent to the engine`);
  }
  return message;
}

/** A value of the state that the engine encrypts and never prints. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: SECRET, value };
}

/** A map of a program or of JSON: neither a list nor null nor an object of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** True if the value, or anything inside it, exists only after an apply. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}
