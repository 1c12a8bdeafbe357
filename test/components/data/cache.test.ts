import { describe, expect, test } from "vitest";
import { Cache } from "../../../components/data/cache.ts";
import { aclFile } from "../../../components/data/cacheAcl.ts";
import { Credentials } from "../../../components/data/credentials.ts";
import { sha256 } from "../../../components/shared/pods.ts";
import { at, listAt } from "../../support/objects.ts";
import { only, record } from "../../support/record.ts";

describe("the ACL file", () => {
  const lines = aclFile(
    [
      { id: "gucci", passwordSha256: "bb" },
      { id: "dior-kids", passwordSha256: "aa" },
    ],
    "cc",
  )
    .trimEnd()
    .split("\n");

  test("closes the default user and lets the reloader reload only", () => {
    expect(lines[0]).toBe("user default off resetkeys resetchannels -@all");
    expect(lines[1]).toBe("user reloader on #cc resetkeys resetchannels -@all +acl|load");
  });

  test("gives a tenant its prefix and no command that sees beyond it", () => {
    expect(lines.slice(2)).toEqual([
      "user tenant_dior_kids on sanitize-payload #aa resetkeys ~tenant:dior-kids:* resetchannels &tenant:dior-kids:* " +
        "-@all +@read +@write +@connection +@transaction +@pubsub -@dangerous -@admin -scan -randomkey -dbsize -pubsub -client|tracking -select",
      "user tenant_gucci on sanitize-payload #bb resetkeys ~tenant:gucci:* resetchannels &tenant:gucci:* " +
        "-@all +@read +@write +@connection +@transaction +@pubsub -@dangerous -@admin -scan -randomkey -dbsize -pubsub -client|tracking -select",
    ]);
  });
});

describe("the component", () => {
  const declare = async (
    ids: readonly string[],
    made: (cache: Cache) => void = () => undefined,
  ): ReturnType<typeof record> =>
    record(() => {
      const tenants = ids.map((id) => ({ id }));
      const credentials = new Credentials("credentials", { tenants });
      made(new Cache("cache", { namespace: "privatesales-data", tenants, credentials, memoryMi: 400 }));
    });

  test("publishes address, login and prefix", async () => {
    let cache: Cache | undefined;
    await declare(["dior"], (made) => (cache = made));
    expect(cache).toMatchObject({ host: "cache.privatesales-data.svc.cluster.local", port: 6379 });
    expect([cache?.userOf("dior-kids"), cache?.prefixOf("dior-kids")]).toEqual([
      "tenant_dior_kids",
      "tenant:dior-kids:",
    ]);
  });

  test("stores hashes of passwords, never passwords", async () => {
    const acl = at(only(await declare(["dior"]), "Secret").inputs, "stringData");
    expect(acl).toMatchObject({
      "users.acl": aclFile([{ id: "dior", passwordSha256: sha256("c8882c332ccc770ad0dedbd5dbdaa68236d8f36d141bd475a2856e37331b09bd") }], sha256("generated")),
    });
  });

  test("bounds its memory and keeps nothing on disk", async () => {
    const [server] = listAt(only(await declare(["dior"]), "Deployment").inputs, "spec.template.spec.containers");
    expect(listAt(server, "args").join(" ")).toContain(
      "--maxmemory 300mb --maxmemory-policy allkeys-lru --save  --appendonly no",
    );
    expect(server).toMatchObject({
      resources: { limits: { memory: "400Mi" } },
      securityContext: { readOnlyRootFilesystem: true },
    });
  });

  test("is not restarted by one more tenant, which would empty everybody's cache", async () => {
    const before = await declare(["dior"]);
    const after = await declare(["dior", "gucci"]);
    expect(only(after, "Deployment").inputs).toEqual(only(before, "Deployment").inputs);
    expect(only(after, "Secret").inputs).not.toEqual(only(before, "Secret").inputs);
  });

  test("only tenants reach it", async () => {
    const seen = await declare(["dior"]);
    expect(listAt(only(seen, "NetworkPolicy").inputs, "spec.ingress")).toEqual([
      {
        from: [{ namespaceSelector: { matchExpressions: [{ key: "privatesales.co.kr/tenant", operator: "Exists" }] } }],
        ports: [{ protocol: "TCP", port: 6379 }],
      },
    ]);
    expect(at(only(seen, "AuthorizationPolicy").inputs, "spec.rules")).toMatchObject([
      { from: [{ source: { namespaces: ["tenant-*"] } }] },
    ]);
  });
});
