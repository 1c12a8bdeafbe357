import { parseArgs } from "node:util";
import { messageOf, ToolError } from "./errors.ts";

export const text = { type: "string" } as const;
export const flag = { type: "boolean" } as const;

/** An argument or a variable that cannot be used. */
export const refused = (problem: string, given: string, allowed: string, advice: string): ToolError => new ToolError({ problem, given, allowed, advice });

/** What was given for each of a command's options; any other argument is refused. */
export function valuesOf(options: Readonly<Record<string, typeof text>>, args: readonly string[]): Readonly<Record<string, string | undefined>>;
export function valuesOf(options: Readonly<Record<string, typeof text | typeof flag>>, args: readonly string[]): Readonly<Record<string, string | boolean | undefined>>;
export function valuesOf(options: Readonly<Record<string, typeof text | typeof flag>>, args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw refused("An argument is not one of this command's.", messageOf(error), Object.keys(options).map((name) => `--${name}`).join(", "), "see --help.");
  }
}
