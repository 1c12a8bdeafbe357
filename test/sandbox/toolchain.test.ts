import { describe, expect, test } from "vitest";
import { parseModules } from "../../sandbox/toolchain/crds.ts";
import {
  cacheKey,
  fillVersion,
  GO_PARTS,
  goBuildArgs,
  requiredVersion,
} from "../../sandbox/toolchain/parts.ts";
import { explainGoFailure, isRecentGo } from "../../sandbox/toolchain/prerequisites.ts";
import { pipArgs } from "../../sandbox/toolchain/python.ts";

describe("the key of a part", () => {
  const key = cacheKey({ "a/go.mod": "one", "a/go.sum": "two" }, ["go1.26.8", "linux/amd64"]);

  test("is short, and the same whatever the order of the files", () => {
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(cacheKey({ "a/go.sum": "two", "a/go.mod": "one" }, ["go1.26.8", "linux/amd64"])).toBe(key);
  });

  test.each([
    ["a manifest's text", { "a/go.mod": "one", "a/go.sum": "2" }, ["go1.26.8", "linux/amd64"]],
    ["a manifest's name", { "a/go.mod": "one", "b/go.sum": "two" }, ["go1.26.8", "linux/amd64"]],
    ["the border between two texts", { "a/go.mod": "onet", "a/go.sum": "wo" }, ["go1.26.8", "linux/amd64"]],
    ["the Go version", { "a/go.mod": "one", "a/go.sum": "two" }, ["go1.26.9", "linux/amd64"]],
    ["the platform", { "a/go.mod": "one", "a/go.sum": "two" }, ["go1.26.8", "linux/arm64"]],
  ])("changes with %s", (_, manifests, platform) => {
    expect(cacheKey(manifests, platform)).not.toBe(key);
  });
});

describe("the version of a module", () => {
  const goMod =
    "module x\n\nrequire go.etcd.io/etcd/server/v3 v3.6.16\n\nrequire (\n\tk8s.io/api v0.36.3 // indirect\n)\n";

  test.each([
    ["go.etcd.io/etcd/server/v3", "v3.6.16"],
    ["k8s.io/api", "v0.36.3"],
  ])("of %s is read from either form of require", (module, version) => {
    expect(requiredVersion(goMod, module)).toBe(version);
  });

  test("is an error for a module that is not required, also when its name begins alike", () => {
    expect(() => requiredVersion(goMod, "k8s.io/ap")).toThrow("go.mod does not require k8s.io/ap");
  });

  test("fills every form of it", () => {
    expect(fillVersion("{version} {number} {major} {minor}", "v1.36.3")).toBe("v1.36.3 1.36.3 1 36");
  });
});

test("Kubernetes is built with its version in all four places", () => {
  const part = GO_PARTS.find(({ name }) => name === "kubernetes");
  if (part === undefined) throw new Error("no such part");
  const args = goBuildArgs(part, "v1.36.3", "/out");
  expect(args.slice(0, 4)).toEqual(["build", "-trimpath", "-buildvcs=false", "-ldflags"]);
  expect(args[4]).toBe(
    "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 -X k8s.io/component-base/version.gitMajor=1 " +
      "-X k8s.io/component-base/version.gitMinor=36 -X k8s.io/client-go/pkg/version.gitVersion=v1.36.3",
  );
  expect(args.slice(5, 7)).toEqual(["-o", "/out/"]);
  expect(args.slice(7)).toHaveLength(4);
});

test.each([
  ["go1.26.1", true],
  ["go1.26.8", true],
  ["go1.27rc1", true],
  ["go2.0", true],
  ["devel go1.28-abc", true],
  ["go1.26.0", false],
  ["go1.25.9", false],
  ["go1.9", false],
  ["", false],
])("Go version %j is recent enough: %s", (version, recent) => {
  expect(isRecentGo(version)).toBe(recent);
});

test.each([
  ["verifying x@v1: checksum mismatch", /differs from the one recorded in go\.sum/],
  ['Get "https://proxy.example/x": dial tcp: lookup proxy.example: no such host', /proxy \(go env GOPROXY\)/],
  ["reading https://proxy.example/x/@v/v1.mod: 403 Forbidden", /proxy \(go env GOPROXY\)/],
  ["write /tmp/x: no space left on device", /disk is full/],
  ["./main.go:3: undefined: x", /Run the same command again/],
])("a failed build that says %j is explained", (output, advice) => {
  const text = explainGoFailure("etcd", output);
  expect(text).toMatch(advice);
  expect(text).toContain('"etcd"');
  expect(text).toContain(output);
});

test("pip checks hashes and takes no source packages", () => {
  const args = pipArgs("/x/requirements.txt", "/target").join(" ");
  expect(args).toContain("--require-hashes --no-deps --only-binary :all:");
  expect(args).toContain("--target /target -r /x/requirements.txt");
});

test("Go's list of modules is read object by object", () => {
  expect(parseModules('{\n\t"Path": "a",\n\t"Dir": "/a"\n}\n{\n\t"Path": "b",\n\t"Error": "no"\n}\n')).toEqual([
    { Path: "a", Dir: "/a" },
    { Path: "b", Error: "no" },
  ]);
  expect(parseModules("")).toEqual([]);
});
