import { expect, test } from "vitest";
import { checkRelease, diffRelease, releaseId, releaseState } from "../../../../sandbox/providers/kubernetes/release.ts";
import type { Properties } from "../../../../sandbox/providers/provider.ts";

function check(news: Properties, olds: Properties = {}) {
  return checkRelease({ urn: "u", type: "kubernetes:helm.sh/v3:Release", name: "istiod", olds, news }, undefined);
}

const RELEASE = { chart: "istiod", name: "istiod", namespace: "istio-system", version: "1.31.0", values: { a: { b: 1 } } };

test("a release gets the plugin's defaults and a name of its own", () => {
  expect(check({ ...RELEASE, compat: "true" })).toEqual({ inputs: { ...RELEASE, timeout: 300 }, failures: [] });
  expect(check({ ...RELEASE, skipAwait: true }).inputs).toEqual({ ...RELEASE, skipAwait: true });
  const { inputs } = check({ chart: "istiod" });
  expect(inputs).toMatchObject({ namespace: "default", name: expect.stringMatching(/^istiod-[0-9a-f]{8}$/u) as unknown });
  expect(check({ chart: "istiod" }, inputs).inputs).toEqual(inputs);
});

test.each([
  [{ ...RELEASE, chartt: "x" }, "chartt", "is not a property of a Release"],
  [{ ...RELEASE, values: "a: b" }, "values", "must be a map"],
  [{ ...RELEASE, atomic: "true" }, "atomic", "must be a flag"],
  [{ ...RELEASE, repositoryOpts: { url: "x" } }, "repositoryOpts.url", "allowed are repo"],
  [{ name: "x" }, "chart", "is missing"],
])("%j is refused by property", (news, property, reason) => {
  const { failures } = check(news);
  expect(failures.map((each) => each.property)).toEqual([property]);
  expect(failures[0]?.reason).toContain(reason);
});

test("a changed value updates, a changed name or namespace replaces", () => {
  const changes = (news: Properties) => diffRelease(RELEASE, news).changes.map((each) => [each.path, each.replace]);
  expect(changes(RELEASE)).toEqual([]);
  expect(changes({ ...RELEASE, values: { a: { b: 2 } } })).toEqual([["values.a.b", false]]);
  expect(changes({ ...RELEASE, namespace: "other" })).toEqual([["namespace", true]]);
});

test("the state counts revisions", () => {
  const first = releaseState(RELEASE, {});
  expect(first["status"]).toMatchObject({ status: "deployed", revision: 1, chart: "istiod", version: "1.31.0" });
  expect(releaseState(RELEASE, first)["status"]).toMatchObject({ revision: 2 });
  expect(releaseId(RELEASE)).toBe("istio-system/istiod");
});
