import { describe, expect, test } from "vitest";
import { changesIn, leftOver, writesIn } from "./auditLog.ts";

interface Asked {
  readonly verb: string;
  readonly user?: string;
  readonly uri?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly code?: number;
}

const line = ({ verb, user = "sandbox-admin", uri = "/api/v1", resource = "configmaps", namespace, name = "a", code = 200 }: Asked): string =>
  JSON.stringify({ verb, requestURI: uri, user: { username: user }, objectRef: { resource, namespace, name }, responseStatus: { code } });
const log = (...asked: readonly Asked[]): string => asked.map((one) => `${line(one)}\n`).join("");

describe("a piece of the audit log", () => {
  test.each(["create", "update", "patch", "delete", "deletecollection"])("%s is a write", (verb) => {
    expect(changesIn(writesIn(log({ verb, namespace: "tenant-dior" })))).toEqual([`${verb} tenant-dior/configmaps/a`]);
  });

  test.each(["get", "list", "watch"])("%s is none", (verb) => {
    expect(writesIn(log({ verb }))).toEqual([]);
  });

  test.each(["system:kube-scheduler", "system:serviceaccount:kube-system:job-controller", "sandbox-kwok"])("what %s writes is left out", (user) => {
    expect(writesIn(log({ verb: "patch", user }))).toEqual([]);
  });

  test.each(["operator@privatesales.co.kr", "system:serviceaccount:tenant-dior:api", "system:admin"])("what %s writes is not", (user) => {
    expect(writesIn(log({ verb: "patch", user }))).toHaveLength(1);
  });

  test("a refused write and a dry run are seen, and change nothing", () => {
    const writes = writesIn(log({ verb: "create", code: 409 }, { verb: "patch", uri: "/api/v1/x?force=true&dryRun=All" }));
    expect(writes.map(({ outcome, dryRun }) => [outcome, dryRun])).toEqual([
      ["refused", false],
      ["done", true],
    ]);
    expect(changesIn(writes)).toEqual([]);
  });

  test("an access review is a question", () => {
    expect(writesIn(log({ verb: "create", resource: "subjectaccessreviews" }))).toEqual([]);
  });

  test("what is left over was made and not deleted", () => {
    const writes = writesIn(
      log(
        { verb: "create", resource: "namespaces", namespace: "b", name: "b", code: 201 },
        { verb: "create", name: "kept", code: 201 },
        { verb: "create", name: "refused", code: 409 },
        { verb: "delete", name: "kept", code: 403 },
        { verb: "delete", resource: "namespaces", namespace: "b", name: "b" },
      ),
    );
    expect(leftOver(writes)).toEqual(["configmaps/kept"]);
  });
});
