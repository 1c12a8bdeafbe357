import bcrypt from "bcryptjs";
import { describe, expect, it } from "vitest";
import type { CreateResult, Properties } from "../../../../sandbox/providers/provider.ts";
import { UNKNOWN } from "../../../../sandbox/providers/provider.ts";
import { random } from "../../../../sandbox/providers/random/index.ts";

const TYPES = {
  password: "random:index/randomPassword:RandomPassword",
  string: "random:index/randomString:RandomString",
  id: "random:index/randomId:RandomId",
  pet: "random:index/randomPet:RandomPet",
} as const;
type Kind = keyof typeof TYPES;

const request = (kind: Kind) => ({ urn: "u", type: TYPES[kind], name: "thing" });

async function check(kind: Kind, news: Properties) {
  return (await random.configure({})).check({ ...request(kind), olds: {}, news });
}

async function faults(kind: Kind, news: Properties): Promise<readonly string[]> {
  return (await check(kind, news)).failures.map(({ property, reason }) => `${property}: ${reason}`);
}

async function create(kind: Kind, news: Properties, preview = false): Promise<CreateResult> {
  const { inputs, failures } = await check(kind, news);
  expect(failures).toEqual([]);
  return (await random.configure({})).create({ ...request(kind), inputs, preview, timeout: 0 });
}

async function replacing(kind: Kind, state: Properties, news: Properties): Promise<readonly string[]> {
  const { inputs } = await check(kind, news);
  const { changes } = await (await random.configure({})).diff({
    ...request(kind), id: "x", oldInputs: {}, olds: state, news: inputs, ignoreChanges: [],
  });
  expect(changes.every(({ replace }) => replace)).toBe(true);
  return changes.map(({ path }) => path);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`${String(value)} is no text`);
  return value;
}

describe("RandomPassword and RandomString", () => {
  it("a password's hash verifies, and its id does not show it", async () => {
    const { id, state } = await create("password", { length: 24 });
    expect(id).toBe("none");
    expect(text(state.result)).toHaveLength(24);
    expect(await bcrypt.compare(text(state.result), text(state.bcryptHash))).toBe(true);
    expect(await bcrypt.compare("another", text(state.bcryptHash))).toBe(false);
  });

  it("a string is its own id and differs each time", async () => {
    const [a, b] = [await create("string", { length: 30 }), await create("string", { length: 30 })];
    expect(a.id).toBe(a.state.result);
    expect(a.id).not.toBe(b.id);
    expect(a.state).not.toHaveProperty("bcryptHash");
  });

  it.each([
    [{ length: 40, special: false, upper: false, numeric: false }, /^[a-z]{40}$/u],
    [{ length: 40, special: false, upper: false, lower: false }, /^[0-9]{40}$/u],
    [{ length: 40, special: false, lower: false, number: false }, /^[A-Z]{40}$/u],
    [{ length: 40, overrideSpecial: "_", upper: false, lower: false, numeric: false }, /^_{40}$/u],
    [{ length: 40, upper: false, lower: false, numeric: false }, /^[!@#$%&*()\-_=+[\]{}<>:?]{40}$/u],
  ])("draws from the allowed characters: %j", async (news, pattern) => {
    expect((await create("string", news)).id).toMatch(pattern);
  });

  it("holds the least of each kind, at no fixed place", async () => {
    const news = { length: 4, minUpper: 1, minLower: 1, minNumeric: 1, minSpecial: 1 };
    const made = await Promise.all(Array.from({ length: 60 }, () => create("string", news)));
    for (const { id } of made) {
      for (const kind of [/[A-Z]/u, /[a-z]/u, /[0-9]/u, /[^A-Za-z0-9]/u]) expect(id).toMatch(kind);
    }
    expect(new Set(made.map(({ id }) => id.search(/[A-Z]/u)))).toEqual(new Set([0, 1, 2, 3]));
  });

  it("has the official defaults", async () => {
    const { state } = await create("string", { length: 8, numeric: false });
    expect(state).toMatchObject({
      special: true, upper: true, lower: true, number: false, numeric: false, minLower: 0, minUpper: 0, minNumeric: 0,
      minSpecial: 0,
    });
  });

  it.each([
    [{}, /^length: "length" is required/u],
    [{ length: 0 }, /^length: must be at least 1/u],
    [{ length: 3, minUpper: 2, minLower: 2 }, /^length: 3 is less than .* which is 4/u],
    [{ length: 8, lenght: 9 }, /^lenght: .*no property "lenght"; it has: keepers, length/u],
    [{ length: 8, number: true, numeric: false }, /^number: number and numeric differ/u],
    [{ length: 8, upper: false, lower: false, numeric: false, special: false }, /^numeric: one of/u],
    [{ length: 8, keepers: { a: 1 } }, /^keepers: at a: keepers are strings/u],
  ])("refuses %j", async (news, reason) => {
    const found = await faults("password", news);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(reason);
    expect(await faults("password", { length: 8, minUpper: 2, numeric: true, number: true, keepers: { a: "1" } }))
      .toEqual([]);
  });

  it("every changed input replaces it, an unchanged one does not", async () => {
    const { state } = await create("password", { length: 8, keepers: { a: "1" } });
    expect(await replacing("password", state, { length: 8, keepers: { a: "1" } })).toEqual([]);
    expect(await replacing("password", state, { length: 9, keepers: { a: "1" } })).toEqual(["length"]);
    expect(await replacing("password", state, { length: 8, keepers: { a: "2" } })).toEqual(["keepers"]);
    expect(await replacing("password", state, { length: 8, keepers: { a: "1" }, special: false })).toEqual(["special"]);
    expect(await replacing("password", state, { length: 8, keepers: UNKNOWN })).toEqual(["keepers"]);
  });

  it("a preview makes nothing up", async () => {
    const { state } = await create("password", { length: 8 }, true);
    expect(state).toMatchObject({ length: 8, result: UNKNOWN, bcryptHash: UNKNOWN });
  });
});

describe("RandomId", () => {
  it("shows the same bytes in five forms", async () => {
    const { id, state } = await create("id", { byteLength: 5, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    expect(bytes).toHaveLength(5);
    expect(state).toEqual({
      byteLength: 5,
      prefix: "p-",
      b64Url: `p-${id}`,
      b64Std: `p-${bytes.toString("base64")}`,
      hex: `p-${bytes.toString("hex")}`,
      dec: `p-${BigInt(`0x${bytes.toString("hex")}`).toString()}`,
    });
    expect(await replacing("id", state, { byteLength: 5, prefix: "p-" })).toEqual([]);
    expect(await replacing("id", state, { byteLength: 5, prefix: "q-" })).toEqual(["prefix"]);
  });
});

describe("RandomPet", () => {
  it("joins words with the separator, the prefix first", async () => {
    expect((await create("pet", {})).id).toMatch(/^[a-z]+-[a-z]+$/u);
    expect((await create("pet", { length: 1 })).id).toMatch(/^[a-z]+$/u);
    expect((await create("pet", { length: 4, separator: "_", prefix: "shop" })).id).toMatch(/^shop(?:_[a-z]+){4}$/u);
  });
});

describe("what is not built", () => {
  it("another type fails by name, at once", async () => {
    const provider = await random.configure({});
    const type = "random:index/randomUuid:RandomUuid";
    const call = provider.check({ urn: "u", type, name: "n", olds: {}, news: {} });
    await expect(call).rejects.toThrow(/no resource type "random:index\/randomUuid:RandomUuid"; it has: .*RandomPet/u);
  });

  it("an import fails, a refresh gives the state back", async () => {
    const provider = await random.configure({});
    const { id, state } = await create("string", { length: 8 });
    const inputs = { length: 8, __defaults: [] };
    expect(await provider.read({ ...request("string"), id, inputs, olds: state })).toEqual({ id, state, inputs });
    await expect(provider.read({ ...request("string"), id, inputs: {}, olds: {} })).rejects.toThrow(/does not import/u);
  });

  it("provider arguments are refused, the engine's own are not", () => {
    const reason: unknown = expect.stringMatching(/no arguments/u);
    expect(random.checkConfig({ seed: 1 })).toEqual([{ property: "seed", reason }]);
    expect(random.checkConfig({ version: "4.21.2" })).toEqual([]);
  });
});
