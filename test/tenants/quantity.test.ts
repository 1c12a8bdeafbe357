import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCpu, formatMemory, formatStorage, parseCpu, parseMemory, parseStorage } from "../../tenants/quantity.ts";

describe("cpu", () => {
  test.each([
    ["8", 8000],
    ["250m", 250],
    ["0.5", 500],
    ["1.250", 1250],
    ["0.001", 1],
    ["1500m", 1500],
  ])("%s is %i thousandths", (text, milli) => {
    expect(parseCpu(text)).toEqual({ ok: true, value: milli });
  });

  test.each([
    ["", /is empty/],
    ["0", /is zero/],
    ["0m", /is zero/],
    ["0.0005", /not a whole number of thousandths/],
    ["0.5m", /not a whole number of thousandths/],
    ["-1", /is negative/],
    ["+1", /not a Kubernetes quantity/],
    ["NaN", /not a finite number/],
    ["Infinity", /not a finite number/],
    ["-Infinity", /not a finite number/],
    [".inf", /not a finite number/],
    ["1e3", /with an exponent/],
    ["1 000", /holds a space/],
    ["8Gi", /unit of memory/],
    ["8k", /unit of memory/],
    ["8 cores", /holds a space/],
    ["eight", /not a Kubernetes quantity/],
    ["9007199254740992", /larger than any cluster/],
    ["99999999999999999999999", /not a Kubernetes quantity/],
  ])("%s is refused", (text, reason) => {
    const result = parseCpu(text);
    expect(result.ok ? "accepted" : result.reason).toMatch(reason);
  });
});

describe("memory", () => {
  test.each([
    ["16Gi", 16_384],
    ["512Mi", 512],
    ["0.5Gi", 512],
    ["1Ti", 1_048_576],
    ["1048576Ki", 1024],
    ["1024Ki", 1],
    ["134217728k", 128_000],
  ])("%s is %i Mi", (text, mi) => {
    expect(parseMemory(text)).toEqual({ ok: true, value: mi });
  });

  test.each([
    ["1 GB", /holds a space/],
    ["1GB", /ends in B/],
    ["1GiB", /ends in B/],
    ["1024", /taken for bytes/],
    ["1024m", /taken for bytes/],
    ["1G", /not a whole number of mebibytes/],
    ["1.5Ki", /not a whole number of mebibytes/],
    ["0Gi", /is zero/],
    ["1gi", /not a Kubernetes quantity/],
    ["-1Gi", /is negative/],
    ["9000000000000Ti", /larger than any cluster/],
  ])("%s is refused", (text, reason) => {
    const result = parseMemory(text);
    expect(result.ok ? "accepted" : result.reason).toMatch(reason);
  });
});

test("storage is counted in whole Gi", () => {
  expect(parseStorage("20Gi")).toEqual({ ok: true, value: 20 });
  expect(parseStorage("1Ti")).toEqual({ ok: true, value: 1024 });
  expect(parseStorage("512Mi")).toMatchObject({ ok: false, reason: "is not a whole number of gibibytes (Gi)." });
  expect(parseStorage("20")).toMatchObject({ ok: false });
});

test("what is formatted is read back as the same amount", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (amount) => {
      expect(parseCpu(formatCpu(amount))).toEqual({ ok: true, value: amount });
      expect(parseMemory(formatMemory(amount))).toEqual({ ok: true, value: amount });
      expect(parseStorage(formatStorage(amount))).toEqual({ ok: true, value: amount });
    }),
  );
  expect([formatCpu(8000), formatCpu(250), formatMemory(16_384), formatMemory(512), formatStorage(20)]).toEqual(["8", "250m", "16Gi", "512Mi", "20Gi"]);
});
