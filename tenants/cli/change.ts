/** From a command and the file's text to the new text: pure, and refused unless the loader reads exactly what was meant. */
import { isDeepStrictEqual } from "node:util";
import { showText } from "../display.ts";
import { TenantsError } from "../faults.ts";
import { loadTenants } from "../load.ts";
import type { State, Tenant } from "../tenant.ts";
import type { Command } from "./arguments.ts";
import { addEdits, apply, stateEdits, type Edit, type Purge } from "./edit.ts";
import { entryOf } from "./entry.ts";
import { RefusedError } from "./errors.ts";
import { adviceFor, allowedFrom, effectOf, effectOfAdd, movesFrom, TARGET } from "./transitions.ts";

/** A command that changes the file. */
export type EditCommand = Extract<Command, { readonly kind: "add" | "move" }>;

export interface Change {
  readonly text: string;
  readonly tenant: Tenant;
  /** Undefined for a new tenant. */
  readonly from: State | undefined;
  /** What the next deployment does, a sentence an item. */
  readonly effect: readonly string[];
}

/** The loader's faults of an entry that was not written, which has no line that one could look at. */
function refuseEntry(id: string, error: unknown): never {
  if (!(error instanceof TenantsError)) throw error;
  const faults = error.faults.map(({ field, message }) => `${field} ${message}`);
  throw new RefusedError({
    problem: `the entry of ${showText(id)} would not be valid: ${faults.join(" ")}`,
    given: error.faults.map(({ field, given }) => `${field}: ${given}`).join("; "),
    allowed: error.faults.map(({ field, allowed }) => `${field}: ${allowed}`).join("; "),
    advice: "run the command again with values that are allowed.",
  });
}

/** The changed text, if the loader reads from it what was meant and all other tenants as before. */
function changed(text: string, edits: readonly Edit[] | undefined, id: string, before: readonly Tenant[], file: string): { text: string; tenant: Tenant } {
  const layout = new RefusedError({
    problem: "the file is laid out in a way that this command cannot edit without touching more than it should.",
    given: `the entries of ${file}`,
    allowed: "entries as a list of maps, each key on a line of its own, without anchors and aliases",
    advice: `edit the entry of ${showText(id)} by hand, then run: npm run tenants -- check`,
  });
  if (edits === undefined) throw layout;
  const result = apply(text, edits);
  let after: readonly Tenant[] = [];
  try {
    after = loadTenants(result, { file });
  } catch (error) {
    refuseEntry(id, error);
  }
  const tenant = after.find((one) => one.id === id);
  const others = (tenants: readonly Tenant[]): readonly Tenant[] => tenants.filter((one) => one.id !== id);
  if (tenant === undefined || !isDeepStrictEqual(others(before), others(after))) throw layout;
  return { text: result, tenant };
}

function add(text: string, command: Extract<EditCommand, { kind: "add" }>, before: readonly Tenant[], file: string): Change {
  const { id } = command;
  const same = before.find((tenant) => tenant.id === id);
  if (same !== undefined) {
    throw new RefusedError({
      problem: `there is a tenant ${id} already, which is ${same.state}.`,
      given: id,
      allowed: "an id that no entry has or has had; a purged tenant keeps its id",
      advice: movesFrom(same.state).length === 0 ? "choose another id." : `choose another id, or see: ${movesFrom(same.state).map((move) => `npm run tenants -- ${move} ${id}`).join(", ")}`,
    });
  }
  const edits = addEdits(text, entryOf(id, command.values));
  const { text: result, tenant } = changed(text, edits, id, before, file);
  return { text: result, tenant, from: undefined, effect: effectOfAdd(tenant) };
}

function move(text: string, command: Extract<EditCommand, { kind: "move" }>, before: readonly Tenant[], file: string): Change {
  const { id } = command;
  const tenant = before.find((one) => one.id === id);
  if (tenant === undefined) {
    throw new RefusedError({
      problem: "there is no such tenant.",
      given: id,
      allowed: before.map((one) => one.id).join(", "),
      advice: `check the id with: npm run tenants -- list; a new tenant is added with: npm run tenants -- add ${showText(id)} …`,
    });
  }
  const to = TARGET[command.move];
  const from = allowedFrom(command.move);
  if (!from.includes(tenant.state)) {
    throw new RefusedError({
      problem: `a tenant that is ${tenant.state} cannot go to ${to} in one step.`,
      given: `${command.move} ${id}, which is ${tenant.state}`,
      allowed: `${command.move} from ${from.join(" or ")}`,
      advice: adviceFor(command.move, id, tenant.state),
    });
  }
  const purge: Purge | undefined = command.move === "purge" ? { dump: command.dump, confirm: command.confirm } : undefined;
  const result = changed(text, stateEdits(text, id, to, purge), id, before, file);
  const meant = { ...tenant, state: to, purge };
  if (!isDeepStrictEqual(result.tenant, meant)) throw new Error(`the edit of ${id} changed more than its state: a fault of this program`);
  return { ...result, from: tenant.state, effect: effectOf(command.move, tenant) };
}

/**
 * What a command makes of a file's text.
 * @throws RefusedError, and TenantsError where the file had faults before.
 */
export function change(text: string, command: EditCommand, file: string): Change {
  const before = loadTenants(text, { file });
  return command.kind === "add" ? add(text, command, before, file) : move(text, command, before, file);
}
