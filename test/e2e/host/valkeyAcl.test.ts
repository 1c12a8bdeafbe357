import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CACHE_RELOADER, aclFile, cachePrefix, cacheUser } from "../../../components/data/cacheAcl.ts";
import { sha256 } from "../../../components/shared/pods.ts";
import { startCache, type CacheServer } from "../../support/cacheServer.ts";

/** The file that the component writes, read by a real server. */
const PASSWORDS = { dior: "dior-secret", "dior-kids": "kids-secret" } as const;
type Id = keyof typeof PASSWORDS;
const RELOADER_PASSWORD = "reloader-secret";

const aclOf = (...ids: readonly Id[]): string =>
  aclFile(ids.map((id) => ({ id, passwordSha256: sha256(PASSWORDS[id]) })), sha256(RELOADER_PASSWORD));

let server: CacheServer;

/** Runs commands in one connection, in RESP's inline form, and returns the raw answers as one text. */
function run(...commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write(commands.map((command) => `${command}\r\n`).join(""));
      socket.write("QUIT\r\n");
    });
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("close", () => {
      resolve(answer);
    });
    // Redis 7.0 cuts every login's connections after ACL LOAD, this one with its QUIT unread; `close` follows.
    socket.on("error", (error) => {
      if (answer === "") reject(error);
    });
  });
}

const as = (id: Id, ...commands: readonly string[]): Promise<string> =>
  run(`AUTH ${cacheUser(id)} ${PASSWORDS[id]}`, ...commands);

beforeAll(async () => {
  server = await startCache(aclOf("dior", "dior-kids"));
});

afterAll(async () => {
  await server.stop();
});

describe("a tenant in its own key space", () => {
  const key = `${cachePrefix("dior")}cart`;

  test("reads, writes, expires, transacts and subscribes", async () => {
    const answer = await as(
      "dior",
      `SET ${key} 42 EX 60`,
      `GET ${key}`,
      "MULTI",
      `INCR ${key}`,
      "EXEC",
      `HSET ${key}:h a b`,
      `SUBSCRIBE ${key}:changes`,
    );
    expect(answer).not.toMatch(/NOPERM|ERR|WRONGPASS/);
    expect(answer).toContain("$2\r\n42");
    expect(answer).toContain(":43");
    expect(answer).toContain("subscribe");
  });

  test("is let in with its own password only", async () => {
    expect(await run(`AUTH ${cacheUser("dior")} ${PASSWORDS["dior-kids"]}`)).toContain("WRONGPASS");
    expect(await run(`AUTH ${cacheUser("dior")} ${PASSWORDS.dior}`)).toMatch(/^\+OK/);
  });
});

describe("a tenant outside it", () => {
  const foreign = `${cachePrefix("dior-kids")}cart`;

  test.each([
    `GET ${foreign}`,
    `SET ${foreign} x`,
    `DEL ${foreign}`,
    "GET free",
    `COPY ${cachePrefix("dior")}cart ${foreign}`,
    `SUBSCRIBE ${foreign}`,
    "PSUBSCRIBE *",
    `PUBLISH ${foreign} x`,
  ])("is refused by key or channel: %s", async (command) => {
    expect(await as("dior", command)).toMatch(/NOPERM.*(key|channel)/i);
  });

  test.each([
    "KEYS *",
    "SCAN 0",
    "RANDOMKEY",
    "DBSIZE",
    "PUBSUB CHANNELS",
    "CLIENT TRACKING ON BCAST",
    "CLIENT LIST",
    "MONITOR",
    "INFO",
    "CONFIG GET *",
    "FLUSHALL",
    "FLUSHDB",
    "SELECT 1",
    "ACL LIST",
    "ACL LOAD",
    "EVAL return 0",
    "FUNCTION LIST",
    "SHUTDOWN NOSAVE",
    "SWAPDB 0 1",
    "MIGRATE 127.0.0.1 1 key 0 1",
    `SORT ${cachePrefix("dior")}list BY ${foreign}`,
  ])("may not run: %s", async (command) => {
    expect(await as("dior", command)).toMatch(/NOPERM.*(command|subcommand)/i);
  });
});

describe("whoever is no tenant", () => {
  test("gets nothing without a login", async () => {
    expect(await run("GET free")).toContain("NOAUTH");
  });

  test("reloads the file as the reloader, and does nothing else", async () => {
    server.writeAcl(aclOf("dior"));
    const login = `AUTH ${CACHE_RELOADER} ${RELOADER_PASSWORD}`;
    expect(await run(login, "ACL LOAD")).toMatch(/^\+OK\r\n\+OK/);
    expect(await run(login, "GET free", "ACL LIST")).toMatch(/NOPERM[\s\S]*NOPERM/);
    expect(await as("dior-kids")).toContain("WRONGPASS");
    server.writeAcl(aclOf("dior", "dior-kids"));
    await run(login, "ACL LOAD");
    expect(await as("dior-kids")).toMatch(/^\+OK/);
  });
});
