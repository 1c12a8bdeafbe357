import { createHash } from "node:crypto";
import type { Properties } from "../provider.ts";
import { isRecord } from "../wire.ts";
import type { Store, Stored } from "./store.ts";

/** What invented values are made from. */
export interface DraftOptions {
  readonly type: string;
  readonly name: string;
  readonly salt: string;
  readonly account: string;
  readonly region: string;
  readonly inputs: Properties;
  readonly store: Store;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

const lettersOf = (alphabet: string, bytes: Buffer, length: number): string =>
  [...bytes.subarray(0, length)].map((byte) => alphabet.charAt(byte % alphabet.length)).join("");

/** An object in the making: its inputs, and values in AWS's formats that are the same each time they are asked for. */
export class Draft {
  readonly account: string;
  readonly region: string;
  readonly inputs: Properties;
  readonly store: Store;
  /** Set before the outputs are asked for. */
  id = "";
  readonly #seed: string;

  constructor({ type, name, salt, account, region, inputs, store }: DraftOptions) {
    this.account = account;
    this.region = region;
    this.inputs = inputs;
    this.store = store;
    this.#seed = JSON.stringify([account, region, type, name, salt]);
  }

  hex(length: number, what = ""): string {
    return this.#bytes(what).toString("hex").slice(0, length);
  }

  lower(length: number, what = ""): string {
    return this.#letters(LOWER, length, what);
  }

  upper(length: number, what = ""): string {
    return this.#letters(UPPER, length, what);
  }

  uuid(what = ""): string {
    const hex = this.hex(32, `uuid ${what}`);
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join("-");
  }

  /** A number from 0 to below `limit`. */
  number(limit: number, what = ""): number {
    return this.#bytes(what).readUInt32BE(0) % limit;
  }

  /** What AWS gives an account in a region once, for all of its objects there. */
  regional(length: number): string {
    const bytes = createHash("sha512").update(`${this.account} ${this.region}`).digest();
    return lettersOf(LOWER, bytes, length);
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${resource}`;
  }

  /** For services without regions. */
  globalArn(service: string, resource: string): string {
    return `arn:aws:${service}::${this.account}:${resource}`;
  }

  /** An input as text, "" when it is absent. */
  text(key: string): string {
    return textOf(this.inputs[key]);
  }

  given(key: string): boolean {
    return this.inputs[key] !== undefined && this.inputs[key] !== null;
  }

  flag(key: string): boolean {
    return this.inputs[key] === true;
  }

  list(key: string): readonly unknown[] {
    const value = this.inputs[key];
    return Array.isArray(value) ? value : [];
  }

  map(key: string): Properties {
    const value = this.inputs[key];
    return isRecord(value) ? value : {};
  }

  /** The object of a type with this id, in the same account and region or among those that have none. */
  find(type: string, id: string): Stored | undefined {
    return this.store.list(type).find((each) => each.id === id && each.account === this.account);
  }

  #bytes(what: string): Buffer {
    return createHash("sha512").update(`${this.#seed} ${what}`).digest();
  }

  #letters(alphabet: string, length: number, what: string): string {
    return lettersOf(alphabet, this.#bytes(what), length);
  }
}

/** A value of the store or of the program as text; "" for what is none. */
export const textOf = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
