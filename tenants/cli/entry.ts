/** What `add` writes: the words of the command line as an entry of the file. */
import { Document, isScalar, visit } from "yaml";
import type { Values } from "./arguments.ts";

/** An entry as plain data, keys in the order in which the file has them. Nothing is checked here: the loader does that. */
export type NewEntry = Readonly<Record<string, unknown>>;

/** The entry that the options of `add` describe; what is not given is left to the format's defaults. */
export function entryOf(id: string, values: Values): NewEntry {
  const one = (list: readonly string[] | undefined): string | undefined => list?.[0];
  const { prefix = [], region = [], domain = [], environment, ring, contact } = values;
  const name = one(values.name);
  const costCenter = one(values["cost-center"]);
  const hosts = {
    ...(prefix.length === 0 ? {} : { prefixes: prefix }),
    ...(region.length === 0 ? {} : { regions: region }),
    ...(domain.length === 0 ? {} : { domains: domain.map((host) => ({ host })) }),
  };
  return {
    id,
    ...(name === undefined ? {} : { name }),
    tier: one(values.tier),
    ...(environment === undefined ? {} : { environments: environment }),
    release: { version: one(values.release), ...(ring === undefined ? {} : { ring: one(ring) }) },
    ...(Object.keys(hosts).length === 0 ? {} : { hosts }),
    api: { runtime: one(values.runtime) },
    contacts: contact,
    ...(costCenter === undefined ? {} : { costCenter }),
  };
}

/** The entry as lines of YAML, lists of words in one line as the file has them; `indent` is the dash's. */
export function blockOf(entry: NewEntry, indent: number, eol: string): string {
  const document = new Document([entry]);
  visit(document, {
    Seq(key, node) {
      if (key !== null && node.items.every(isScalar)) node.flow = true;
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return text
    .trimEnd()
    .split("\n")
    .map((line) => " ".repeat(indent) + line)
    .join(eol);
}
