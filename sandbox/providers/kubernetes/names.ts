import { randomBytes } from "node:crypto";

/** The official plugin's ending of a name of its own choice. */
export function suffixed(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}
