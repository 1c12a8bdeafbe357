import { homedir } from "node:os";

/** `~/` as a shell reads it; plugins and clients take the path as it is. */
export const expandHome = (path: string): string => path.replace(/^~(?=\/)/, homedir());
