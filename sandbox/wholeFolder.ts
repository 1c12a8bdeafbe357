import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./errors.ts";

/** Where a process makes a folder before it is whole. */
export const unfinishedPrefix = (folder: string): string => `${folder}.unfinished-`;

/** Makes a folder that appears whole or not at all, whoever is killed meanwhile and whoever else makes it. */
export async function makeWhole(folder: string, make: (target: string) => Promise<void>): Promise<void> {
  const unfinished = `${unfinishedPrefix(folder)}${String(process.pid)}`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    await make(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process finished first: its result is as good.
    if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST") throw error;
  }
}
