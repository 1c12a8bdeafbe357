import { readFile } from "node:fs/promises";
import { messageOf, ToolError } from "./errors.ts";

/** The secret half of the key, from a file as age-keygen writes it. */
export async function readIdentity(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw refused(messageOf(error), error);
  }
  const identity = text.split("\n").find((line) => line.startsWith("AGE-SECRET-KEY-"));
  if (identity === undefined) throw refused(`${file} without a line AGE-SECRET-KEY-…`);
  return identity.trim();
}

const refused = (given: string, cause?: unknown): ToolError =>
  new ToolError(
    {
      problem: "The key that opens dumps cannot be read.",
      given,
      allowed: "a file as age-keygen writes it",
      advice: "name it with BACKUP_IDENTITY_FILE.",
    },
    { cause },
  );
