import { randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import { z } from "zod";
import type { CreateResult, Properties } from "../provider.ts";
import { plain } from "../resourceType.ts";
import { randomText } from "./characters.ts";
import { idShape, petShape, stringShape } from "./definitions.ts";
import { petName } from "./words.ts";

/** The official plugin's cost (Go's bcrypt.DefaultCost). */
const BCRYPT_COST = 10;

const stringArgs = z.object(stringShape);
const idArgs = z.object(idShape);
const petArgs = z.object(petShape);

export function createString(inputs: Properties): CreateResult {
  const result = randomText(stringArgs.parse(inputs));
  return { id: result, state: { ...plain(inputs), result } };
}

/** The id is the word "none": ids are never encrypted, so the password is not one. */
export async function createPassword(inputs: Properties): Promise<CreateResult> {
  const result = randomText(stringArgs.parse(inputs));
  const bcryptHash = await bcrypt.hash(result, BCRYPT_COST);
  return { id: "none", state: { ...plain(inputs), result, bcryptHash } };
}

export function createId(inputs: Properties): CreateResult {
  const { byteLength, prefix = "" } = idArgs.parse(inputs);
  const bytes = randomBytes(byteLength);
  const id = bytes.toString("base64url");
  const hex = bytes.toString("hex");
  const state = {
    ...plain(inputs),
    b64Std: prefix + bytes.toString("base64"),
    b64Url: prefix + id,
    hex: prefix + hex,
    dec: prefix + BigInt(`0x${hex}`).toString(),
  };
  return { id, state };
}

export function createPet(inputs: Properties): CreateResult {
  const { length, separator, prefix = "" } = petArgs.parse(inputs);
  const name = petName(length, separator);
  return { id: prefix === "" ? name : prefix + separator + name, state: plain(inputs) };
}
