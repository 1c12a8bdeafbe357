import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, test } from "vitest";
import { UNKNOWN } from "../../../sandbox/providers/provider.ts";
import { decode, encode, hasUnknown, secret } from "../../../sandbox/providers/wire.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const message = (value: Record<string, JavaScriptValue>) => struct.Struct.fromJavaScript(value);

test("plain data survives both ways", () => {
  const data = { text: "a", number: 1.5, flag: false, nothing: null, list: [1, ["b"], { c: {} }], map: { empty: [] } };
  expect(decode(encode(data))).toEqual(data);
});

test("an absent message is empty, an undefined value is left out", () => {
  expect(decode(undefined)).toEqual({});
  expect(decode(encode({ a: undefined, b: 1 }))).toEqual({ b: 1 });
});

test("secrets arrive unwrapped, at any depth", () => {
  expect(decode(encode({ a: [secret({ b: "hidden" })] }))).toEqual({ a: [{ b: "hidden" }] });
});

test("every marker of an unknown value becomes UNKNOWN", () => {
  const data = decode(message({ bool: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", text: UNKNOWN, known: "x" }));
  expect(data).toEqual({ bool: UNKNOWN, text: UNKNOWN, known: "x" });
  expect([hasUnknown(data), hasUnknown({ a: [{ b: UNKNOWN }] }), hasUnknown({ a: ["x"] })]).toEqual([true, true, false]);
});

test.each([
  ["c44067f5952c0a294b673a41bacd8c17", "spec.file: an asset"],
  ["5cf8f73096256a8f31e491e813e4eb8e", "spec.file: a resource reference"],
  ["0000", "spec.file: a value of a kind"],
])("a wrapped value %s is refused by its path", (signature, text) => {
  expect(() => decode(message({ spec: { file: { [SIGNATURE]: signature } } }))).toThrow(text);
  expect(decode(message({ spec: { file: { other: signature } } }))).toEqual({ spec: { file: { other: signature } } });
});

test("what JSON cannot say is refused by its path", () => {
  expect(() => encode({ a: { b: Number.NaN } })).toThrow("a.b: a number cannot be sent");
  expect(() => encode({ a: [() => 1] })).toThrow("a[0]: a function cannot be sent");
});
