import { readFile } from "node:fs/promises";
import { z } from "zod";
import { messageOf, ToolError } from "../errors.ts";

/** The shops that the gates judge, as the program writes them. */
const schema = z
  .array(z.strictObject({ id: z.string(), version: z.string(), hosts: z.array(z.string()).min(1), namespace: z.string() }))
  .min(1);
export type Target = Readonly<z.infer<typeof schema>[number]>;

/** @throws ToolError when the file cannot be read or names no shop: a test of nothing would pass. */
export async function readTargets(file: string): Promise<readonly Target[]> {
  try {
    return schema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new ToolError(
      {
        problem: "The list of shops cannot be read.",
        given: `${file}: ${error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)}`,
        allowed: "a list of at least one {id, version, hosts, namespace}, as the gates' ConfigMap holds it",
        advice: "name the file with --targets.",
      },
      { cause: error },
    );
  }
}
