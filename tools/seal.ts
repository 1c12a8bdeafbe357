import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { Decrypter, Encrypter } from "age-encryption";

/**
 * Encryption as https://age-encryption.org/v1 says: whoever holds the key opens a dump with the ordinary `age` program, without
 * this one. The job that writes dumps holds the public half alone, so a tenant's pod cannot read its own old dumps, let alone
 * another's. Header and keys are the library's; its pure-JavaScript cipher does 25 MB/s, so the payload, 64 KiB chunks of
 * ChaCha20-Poly1305 whose order and end are authenticated, goes through OpenSSL.
 */
const CHUNK = 65_536;
const TAG = 16;
const NONCE = 16;
const CIPHER = "chacha20-poly1305";
/** A header is a few hundred bytes a recipient. */
const HEADER_LIMIT = 16_384;

const streamKey = (fileKey: Uint8Array, nonce: Uint8Array): Uint8Array => new Uint8Array(hkdfSync("sha256", fileKey, nonce, "payload", 32));

function chunkNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

function sealChunk(key: Uint8Array, index: number, last: boolean, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, key, chunkNonce(index, last), { authTagLength: TAG });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openChunk(key: Uint8Array, index: number, last: boolean, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG) throw new Error("its last chunk is cut off");
  const decipher = createDecipheriv(CIPHER, key, chunkNonce(index, last), { authTagLength: TAG });
  decipher.setAuthTag(sealed.subarray(-TAG));
  const plain = decipher.update(sealed.subarray(0, -TAG));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    throw new Error(`chunk ${index} is not as it was written, or the file ends too early`);
  }
}

/** The same bytes in pieces of `size`, the last one shorter; an empty stream is one empty piece. */
async function* pieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<readonly [piece: Buffer, last: boolean]> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const bytes of source) {
    held.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    length += bytes.length;
    // One full piece is held back: only the end of the source tells whether it is the last.
    if (length <= size) continue;
    const all = Buffer.concat(held);
    let at = 0;
    for (; all.length - at > size; at += size) yield [all.subarray(at, at + size), false];
    held = [all.subarray(at)];
    length = all.length - at;
  }
  yield [Buffer.concat(held), true];
}

async function headerFor(recipient: string): Promise<{ readonly header: Uint8Array; readonly fileKey: Uint8Array }> {
  let fileKey: Uint8Array | undefined;
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array());
  if (fileKey === undefined) throw new Error("age-encryption made no file key");
  return { header: empty.subarray(0, -(NONCE + TAG)), fileKey };
}

/** Encrypts for a recipient, `age1…`. */
export async function* seal(source: AsyncIterable<Uint8Array>, recipient: string): AsyncGenerator<Uint8Array> {
  const { header, fileKey } = await headerFor(recipient);
  const nonce = randomBytes(NONCE);
  const key = streamKey(fileKey, nonce);
  yield Buffer.concat([header, nonce]);
  let index = 0;
  for await (const [piece, last] of pieces(source, CHUNK)) yield sealChunk(key, index++, last, piece);
}

/** Where the header ends: after the line that begins with `---`. */
function headerEnd(bytes: Buffer): number | undefined {
  const line = bytes.indexOf("\n--- ");
  const end = line === -1 ? -1 : bytes.indexOf("\n", line + 1);
  return end === -1 ? undefined : end + 1;
}

async function splitHeader(iterator: AsyncIterator<Uint8Array>): Promise<{ readonly header: Buffer; readonly rest: Buffer }> {
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const end = headerEnd(bytes);
    if (end !== undefined && bytes.length >= end + NONCE) return { header: bytes.subarray(0, end), rest: bytes.subarray(end) };
    const next = await iterator.next();
    if (next.done === true || bytes.length > HEADER_LIMIT) throw new Error("it does not begin with a header of age");
    bytes = Buffer.concat([bytes, next.value]);
  }
}

/**
 * Decrypts with an identity, `AGE-SECRET-KEY-1…`. What it yields is authenticated chunk by chunk; that all of it was there is
 * known when it ends without an error.
 */
export async function* unseal(source: AsyncIterable<Uint8Array>, identity: string): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const { header, rest } = await splitHeader(iterator);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const key = streamKey(await decrypter.decryptHeader(header), rest.subarray(0, NONCE));
  async function* payload(): AsyncGenerator<Uint8Array> {
    yield rest.subarray(NONCE);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  let index = 0;
  for await (const [piece, last] of pieces(payload(), CHUNK + TAG)) yield openChunk(key, index++, last, piece);
}
