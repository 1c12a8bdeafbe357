import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore } from "../../tools/store/open.ts";
import { S3Store } from "../../tools/store/s3Store.ts";
import { readText, writeText, type Store } from "../../tools/store/store.ts";

async function* failing(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from("half"));
  throw new Error("the dump broke off");
}

describe("a folder", () => {
  const root = mkdtempSync(join(tmpdir(), "privatesales-store-"));
  const open = (tenant: string): Promise<Store> => openStore(pathToFileURL(root).href, tenant, undefined);

  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  test("keeps each tenant's objects apart, readable by its user only", async () => {
    const [dior, gucci] = [await open("dior"), await open("gucci")];
    await writeText(dior, "a.manifest.json", "text");
    expect(await readText(dior, "a.manifest.json")).toBe("text");
    expect(await dior.list()).toEqual(["a.manifest.json"]);
    expect(await gucci.list()).toEqual([]);
    expect(statSync(join(root, "dumps/dior/a.manifest.json")).mode & 0o777).toBe(0o600);
    await expect(gucci.read("a.manifest.json")).rejects.toThrow(/no such object[^]*gucci\/a\.manifest\.json/);
    await expect(gucci.read("../dior/a.manifest.json")).rejects.toThrow(/a key has/);
    expect(await dior.remove("a.manifest.json")).toBe("removed");
    expect(await dior.list()).toEqual([]);
  });

  test("has an object whole or not at all, and never another in its place", async () => {
    const store = await open("dior");
    await expect(store.write("b", failing())).rejects.toThrow(/broke off/);
    expect(await store.list()).toEqual([]);
    await writeText(store, "b", "first");
    await expect(writeText(store, "b", "second")).rejects.toThrow(/EEXIST/);
    expect(await readText(store, "b")).toBe("first");
  });
});

test.each(["", "/tmp", "ftp://x", "s3://", "s3://bucket/path"])("%j is no store", async (url) => {
  await expect(openStore(url, "dior", undefined)).rejects.toThrow(/not one that this program knows/);
});

/** The real client against what S3 answers, over HTTP. */
describe("a bucket", () => {
  const seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage["headers"]; readonly body: string }[] = [];
  let server: Server;
  let store: S3Store;

  const answer = (method: string, url: string): readonly [number, string] => {
    if (method === "GET" && url.includes("list-type=2")) {
      const contents = ["x.dump.age", "x.manifest.json"].map((key) => `<Contents><Key>dumps/dior/${key}</Key></Contents>`).join("");
      return [200, `<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`];
    }
    if (method === "GET") return url.includes("x.manifest.json") ? [200, "text"] : [404, "<Error><Code>NoSuchKey</Code></Error>"];
    if (method === "DELETE") return [403, "<Error><Code>AccessDenied</Code></Error>"];
    return [200, ""];
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        seen.push({ method, url, headers, body });
        const [status, text] = answer(method, url);
        response.writeHead(status).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const client = new S3Client({ region: "ap-northeast-2", endpoint: `http://127.0.0.1:${address.port}`, forcePathStyle: true, credentials });
    store = new S3Store(client, "shops-dumps", "dumps/dior", "starter");
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  test("is written to below the tenant's folder, once, checked by S3, with the class that ends it", async () => {
    await writeText(store, "x.manifest.json", "text");
    const { method, url, headers } = seen.at(-1) ?? { method: "", url: "", headers: {} };
    expect([method, url.split("?")[0]]).toEqual(["PUT", "/shops-dumps/dumps/dior/x.manifest.json"]);
    expect(headers).toMatchObject({ "x-amz-tagging": "retention=starter", "if-none-match": "*" });
    expect(Object.keys(headers).join(" ")).toMatch(/x-amz-checksum-sha256|x-amz-trailer|x-amz-sdk-checksum-algorithm/);
  });

  test("is listed and read there, and says what is missing", async () => {
    expect(await store.list()).toEqual(["x.dump.age", "x.manifest.json"]);
    expect(seen.at(-1)?.url).toMatch(/prefix=dumps%2Fdior%2F/);
    expect(await readText(store, "x.manifest.json")).toBe("text");
    await expect(store.read("y.dump.age")).rejects.toThrow(/no such object[^]*s3:\/\/shops-dumps\/dumps\/dior\/y\.dump\.age/);
  });

  test("keeps what this login may not delete", async () => {
    expect(await store.remove("x.dump.age")).toBe("kept");
    expect(seen.at(-1)).toMatchObject({ method: "DELETE" });
  });
});
