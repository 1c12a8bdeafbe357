import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { leaksIn, searchFolder } from "./canaries.ts";

const SECRETS = { one: 'pa"ss/wo+rd&100%', other: "nowhere-to-be-seen" };

test.each<[string, string]>([
  ["as it is", `login: ${SECRETS.one};`],
  ["in base64", Buffer.from(SECRETS.one).toString("base64")],
  ["in base64 after one byte", Buffer.from(`x${SECRETS.one}yz`).toString("base64")],
  ["in base64 after two bytes", Buffer.from(`xy${SECRETS.one}`).toString("base64")],
  ["in base64 of a URL", Buffer.from(`postgresql://app:${SECRETS.one}@host/db`).toString("base64")],
  ["in a URL", `https://u:${encodeURIComponent(SECRETS.one)}@h`],
  ["in JSON", JSON.stringify({ password: SECRETS.one })],
  ["in JSON within JSON", JSON.stringify({ text: JSON.stringify({ password: SECRETS.one }) })],
])("a secret is found %s", (_, text) => {
  expect(leaksIn(text, SECRETS)).toEqual(["one"]);
  expect(leaksIn(Buffer.from(text), SECRETS)).toEqual(["one"]);
});

test("what is no secret is not", () => {
  expect(leaksIn(`pa"ss/wo+rd&10 ${Buffer.from("password").toString("base64")}`, SECRETS)).toEqual([]);
});

test("a folder is searched whole, packed files too, but for what is left out", () => {
  const folder = mkdtempSync(join(tmpdir(), "canaries-"));
  try {
    mkdirSync(join(folder, "a/b"), { recursive: true });
    mkdirSync(join(folder, "keys"));
    writeFileSync(join(folder, "a/b/plain"), `x${SECRETS.one}`);
    writeFileSync(join(folder, "a/packed.gz"), gzipSync(SECRETS.other));
    writeFileSync(join(folder, "keys/own"), SECRETS.one);
    writeFileSync(join(folder, "keys.txt"), "nothing");
    expect(searchFolder(folder, SECRETS, ["keys"])).toEqual({ files: 3, leaks: expect.arrayContaining(["one in a/b/plain", "other in a/packed.gz"]) as unknown });
    expect(searchFolder(folder, SECRETS).leaks).toHaveLength(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
