import { z } from "zod";
import type { CheckFailure, Properties } from "../provider.ts";
import type { Definition } from "../resourceType.ts";
import { plain, sameValue } from "../resourceType.ts";
import type { Server } from "./server.ts";

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Args<S extends Shape> = z.output<z.ZodObject<S>>;

/** What one resource type does on the server; each method is one transaction where the server allows. */
export interface Behaviour<S extends Shape> {
  /** How errors call the object, e.g. `role "tenant_dior"`. */
  label(args: Args<S>): string;
  id(args: Args<S>, server: Server): string;
  create(server: Server, args: Args<S>): Promise<Properties>;
  /** Computed properties that the program left out are filled from `old`. */
  update(server: Server, old: Args<S>, args: Args<S>, changed: (key: keyof S & string) => boolean): Promise<Properties>;
  /** Undefined when the object is gone. */
  read(server: Server, args: Args<S>): Promise<Properties | undefined>;
  delete(server: Server, args: Args<S>): Promise<void>;
  /** The arguments that an id of an import stands for; absent where the official provider has no import. */
  imported?(id: string, server: Server): Properties;
  /** Faults between properties; the values may be unknown. */
  faults?(inputs: Properties): readonly CheckFailure[];
}

/** A resource type over plain data, as the provider calls it. */
export interface Resource {
  readonly definition: Definition;
  label(properties: Properties): string;
  id(state: Properties, server: Server): string;
  create(server: Server, inputs: Properties): Promise<Properties>;
  update(server: Server, olds: Properties, inputs: Properties): Promise<Properties>;
  read(server: Server, olds: Properties): Promise<Properties | undefined>;
  delete(server: Server, olds: Properties): Promise<void>;
  readonly imported: ((id: string, server: Server) => Properties) | undefined;
  faults(inputs: Properties): readonly CheckFailure[];
}

type Table<S extends Shape> = Omit<Definition, "shape" | "replace" | "computed" | "sets" | "autoname">
  & { readonly shape: S; readonly replace?: readonly (keyof S & string)[]; readonly autoname?: boolean }
  & { readonly computed?: readonly (keyof S & string)[]; readonly sets?: readonly (keyof S & string)[] };

/** Joins the property table of a type with its behaviour, so that the behaviour sees typed arguments only. */
export function resource<S extends Shape>(table: Table<S>, behaviour: Behaviour<S>): Resource {
  const { autoname = false, replace = [], computed = [], sets = [] } = table;
  const definition: Definition = { ...table, autoname, replace, computed, sets };
  const schema = z.object(table.shape);
  const args = (properties: Properties): Args<S> => schema.parse(plain(properties));
  const merged = (olds: Properties, inputs: Properties): Properties => {
    const kept = computed.map((key) => [key, olds[key]] as const);
    return { ...Object.fromEntries(kept), ...plain(inputs) };
  };
  return {
    definition,
    label: (properties) => {
      const parsed = schema.safeParse(plain(properties));
      return parsed.success ? behaviour.label(parsed.data) : definition.type;
    },
    id: (state, server) => behaviour.id(args(state), server),
    create: async (server, inputs) => ({ ...plain(inputs), ...await behaviour.create(server, args(inputs)) }),
    update: async (server, olds, inputs) => {
      const wanted = merged(olds, inputs);
      const changed = (key: string): boolean => !sameValue(definition, key, olds[key], wanted[key]);
      return { ...wanted, ...await behaviour.update(server, args(olds), args(wanted), changed) };
    },
    read: async (server, olds) => {
      const known = args(olds);
      const found = await behaviour.read(server, known);
      return found === undefined ? undefined : { ...known, ...found };
    },
    delete: (server, olds) => behaviour.delete(server, args(olds)),
    imported: behaviour.imported?.bind(behaviour),
    faults: (inputs) => behaviour.faults?.(inputs) ?? [],
  };
}
