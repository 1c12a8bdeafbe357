import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom, type CopyStreamQuery } from "pg-copy-streams";
import type { Running } from "../postgres/programs.ts";
import { DataSection, type Piece } from "./dataSection.ts";

/** Copies the rows that pg_restore prints into the same tables of another schema; `client` is not to be used meanwhile. */
export async function copyData(client: Client, { stdout, done }: Running, names: { readonly from: string; readonly to: string }): Promise<void> {
  const section = new DataSection(names.from, names.to);
  let copy: Copy | undefined;
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    for (const piece of section.read(chunk)) copy = await take(client, copy, piece);
  }
  // Why it ended early is better said by pg_restore than by where it stopped.
  await done;
  section.finish();
}

interface Copy {
  readonly stream: CopyStreamQuery;
  readonly done: Promise<void>;
}

async function take(client: Client, copy: Copy | undefined, piece: Piece): Promise<Copy | undefined> {
  switch (piece.kind) {
    case "copy":
      return begin(client, piece.sql);
    case "setval":
      await client.query(piece.sql);
      return undefined;
    case "rows":
      // `done` rejects when the server refuses a row, and then there is no drain.
      if (copy?.stream.write(piece.bytes) === false) await Promise.race([once(copy.stream, "drain"), copy.done]);
      return copy;
    case "end":
      copy?.stream.end();
      await copy?.done;
      return undefined;
    default:
      return piece satisfies never;
  }
}

function begin(client: Client, sql: string): Copy {
  const stream = client.query(copyFrom(sql));
  const done = finished(stream);
  // Awaited at the end of the rows; an error before that is not unhandled.
  done.catch(() => undefined);
  return { stream, done };
}
