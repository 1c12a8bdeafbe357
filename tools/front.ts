import { z } from "zod";

/**
 * The first line inside an encrypted dump, before pg_dump's archive: whose it is, so that no other manifest can be put beside
 * it. `age -d -i KEY FILE | tail -n +2 | pg_restore …` passes it by.
 */
const frontSchema = z.strictObject({ id: z.uuid(), tenant: z.string(), schema: z.string(), created: z.iso.datetime() });
export type Front = Readonly<z.infer<typeof frontSchema>>;

/** Longer than any front. */
const LIMIT = 4096;
const LINE_END = 0x0a;

export const frontOf = (front: Front): Buffer => Buffer.from(`${JSON.stringify(front)}\n`);

/** Calls `front` with the first line and yields what follows it. */
export async function* afterFront(source: AsyncIterable<Uint8Array>, front: (front: Front) => void): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  let found = false;
  for await (const chunk of source) {
    if (found) {
      yield chunk;
      continue;
    }
    held = Buffer.concat([held, chunk]);
    const end = held.indexOf(LINE_END);
    if (end === -1 && held.length <= LIMIT) continue;
    front(parse(held.subarray(0, Math.max(end, 0))));
    found = true;
    yield held.subarray(end + 1);
  }
  if (!found) throw new Error("it ends before it says whose it is");
}

function parse(line: Buffer): Front {
  try {
    return frontSchema.parse(JSON.parse(line.toString("utf8")));
  } catch (error) {
    throw new Error("it does not say whose it is", { cause: error });
  }
}
