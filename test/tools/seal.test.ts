import { randomBytes } from "node:crypto";
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, test } from "vitest";
import { seal, unseal } from "../../tools/seal.ts";

let identity: string;
let recipient: string;

beforeAll(async () => {
  identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
});

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const CHUNK = 65_536;
/** Around the ends of chunks, where a stream goes wrong. */
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17];

describe.each(SIZES)("%i bytes", (size) => {
  const plain = randomBytes(size);

  test.each([1000, CHUNK, 1 << 20])("come back, in pieces of %i", async (piece) => {
    const sealed = await all(seal(cut(plain, piece), recipient));
    if (size >= 32) expect(sealed.includes(plain.subarray(0, 32))).toBe(false);
    expect(await all(unseal(cut(sealed, piece), identity))).toEqual(plain);
  });

  test("are a file of age: the library opens what this seals, and this opens what the library seals", async () => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(Buffer.from(await decrypter.decrypt(await all(seal(cut(plain, 5000), recipient))))).toEqual(plain);
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    expect(await all(unseal(cut(await encrypter.encrypt(plain), 5000), identity))).toEqual(plain);
  });
});

describe("refused", () => {
  const plain = randomBytes(3 * CHUNK);
  const sealed = (): Promise<Buffer> => all(seal(cut(plain, CHUNK), recipient));

  test.each([1, 16, 17, CHUNK + 16, 2 * (CHUNK + 16)])("without its last %i bytes", async (missing) => {
    const whole = await sealed();
    await expect(all(unseal(cut(whole.subarray(0, whole.length - missing), 7000), identity))).rejects.toThrow(/ends too early|cut off/);
    expect(await all(unseal(cut(whole, 7000), identity))).toEqual(plain);
  });

  test("with chunks in another order", async () => {
    const whole = await sealed();
    const start = whole.length - 3 * (CHUNK + 16);
    const chunk = (index: number): Buffer => whole.subarray(start + index * (CHUNK + 16), start + (index + 1) * (CHUNK + 16));
    const swapped = Buffer.concat([whole.subarray(0, start), chunk(1), chunk(0), chunk(2)]);
    await expect(all(unseal(cut(swapped, 7000), identity))).rejects.toThrow(/chunk 0 is not as it was written/);
  });

  test("with something after its end", async () => {
    await expect(all(unseal(cut(Buffer.concat([await sealed(), Buffer.from("x")]), 7000), identity))).rejects.toThrow(/not as it was written/);
  });

  test.each([0, 30, 150, 250, CHUNK])("with byte %i changed", async (at) => {
    const whole = await sealed();
    whole.writeUInt8(whole.readUInt8(at) ^ 1, at);
    await expect(all(unseal(cut(whole, 7000), identity))).rejects.toThrow();
  });

  test("to another identity", async () => {
    await expect(all(unseal(cut(await sealed(), 7000), await generateIdentity()))).rejects.toThrow(/no identity matched/);
  });

  test("when it is no file of age", async () => {
    await expect(all(unseal(cut(Buffer.from("PGDMP"), 7000), identity))).rejects.toThrow(/does not begin with a header/);
  });
});
