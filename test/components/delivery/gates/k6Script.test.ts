import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { k6MaxUsers, k6Script, type K6Options, type K6Test } from "../../../../components/delivery/gates/k6Script.ts";
import { at } from "../../../support/objects.ts";

const OPTIONS: K6Options = {
  tenants: [
    { id: "dior", hosts: ["dior.qa.privatesales.co.kr", "shop-dior.qa.privatesales.co.kr"] },
    { id: "gucci", hosts: ["gucci.qa.privatesales.co.kr"] },
  ],
  thresholds: { p95Ms: 800, errorRatio: 0.01, requestsPerSecond: 40, durationSeconds: 60 },
  paths: ["/", "/sale"],
  certificates: "public",
};

const folder = mkdtempSync(join(tmpdir(), "k6-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the script as `k6` would, for `iterations` turns, with stand-ins of k6's modules: what it asked for, and its options. */
function run(script: string, iterations: number): { readonly asked: readonly { url: string; tenant: string }[]; readonly options: unknown } {
  const file = join(folder, "run.mjs");
  const stand = script
    .replace(`import http from "k6/http";`, "const asked = []; const http = { get: (url, { tags }) => asked.push({ url, tenant: tags.tenant }) };")
    .replace(`import exec from "k6/execution";`, "const exec = { scenario: { iterationInTest: 0 } };")
    .replace("export default function ()", "function iterate()");
  writeFileSync(
    file,
    `${stand}
for (; exec.scenario.iterationInTest < ${iterations}; exec.scenario.iterationInTest += 1) iterate();
console.log(JSON.stringify({ asked, options }));`,
  );
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" })) as ReturnType<typeof run>;
}

const isValid = (script: string): boolean => {
  const file = join(folder, "check.mjs");
  writeFileSync(file, script);
  try {
    execFileSync(process.execPath, ["--check", file], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

describe.each<K6Test>(["load", "performance"])("the %s script", (kind) => {
  const script = k6Script(kind, OPTIONS);

  test("is JavaScript", () => {
    expect(isValid(script)).toBe(true);
    expect(isValid(`${script}\n}`)).toBe(false);
  });

  test("asks every host for every path in turn, as its tenant", () => {
    const { asked } = run(script, 6);
    expect(asked).toEqual([
      { tenant: "dior", url: "https://dior.qa.privatesales.co.kr/" },
      { tenant: "dior", url: "https://dior.qa.privatesales.co.kr/sale" },
      { tenant: "dior", url: "https://shop-dior.qa.privatesales.co.kr/" },
      { tenant: "dior", url: "https://shop-dior.qa.privatesales.co.kr/sale" },
      { tenant: "gucci", url: "https://gucci.qa.privatesales.co.kr/" },
      { tenant: "gucci", url: "https://gucci.qa.privatesales.co.kr/sale" },
    ]);
    expect(run(script, 7).asked[6]).toEqual(asked[0]);
  });

  test("judges each tenant by itself, and silence is no pass", () => {
    expect(at(run(script, 0).options, "thresholds")).toMatchObject(
      Object.fromEntries(
        ["dior", "gucci"].flatMap((id) => [
          [`http_req_failed{tenant:${id}}`, ["rate<=0.01"]],
          [`http_reqs{tenant:${id}}`, ["count>0"]],
          [`http_req_duration{tenant:${id}}`, ["p(95)<=800"]],
        ]),
      ),
    );
  });
});

test("the load test asks for the rate and has to reach it; the performance test asks for one page a second", () => {
  const { options } = run(k6Script("load", OPTIONS), 0);
  expect(at(options, "scenarios.load")).toMatchObject({ executor: "constant-arrival-rate", rate: 40, duration: "60s", maxVUs: 80 });
  expect(at(options, "thresholds.iterations")).toEqual(["rate>=38"]);
  const quiet = run(k6Script("performance", OPTIONS), 0).options;
  expect(at(quiet, "scenarios.performance")).toMatchObject({ rate: 1, maxVUs: k6MaxUsers("performance", OPTIONS.thresholds) });
  expect(at(quiet, "thresholds.iterations")).toBeUndefined();
});

test("certificates are checked unless the platform itself signed them", () => {
  const skips = (certificates: K6Options["certificates"]): unknown => at(run(k6Script("load", { ...OPTIONS, certificates }), 0).options, "insecureSkipTLSVerify");
  expect([skips("public"), skips("selfSigned")]).toEqual([false, true]);
});
