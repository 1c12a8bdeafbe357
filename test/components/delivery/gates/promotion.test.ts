import { describe, expect, test } from "vitest";
import { gateResults, promotionFaults, withPassed } from "../../../../components/delivery/gates/promotion.ts";

const GATES = ["integration", "load"] as const;
const passed = withPassed({}, GATES, [{ id: "dior", version: "1.0.0" }]);

describe("results", () => {
  test("grow by tenant and version, and keep what passed before", () => {
    const later = withPassed(passed, GATES, [
      { id: "dior", version: "1.1.0" },
      { id: "gucci", version: "2.0.0" },
    ]);
    expect(later).toEqual({
      integration: { dior: ["1.0.0", "1.1.0"], gucci: ["2.0.0"] },
      load: { dior: ["1.0.0", "1.1.0"], gucci: ["2.0.0"] },
    });
  });

  test("name a version once however often it passes, and forget the oldest of many", () => {
    expect(withPassed(passed, GATES, [{ id: "dior", version: "1.0.0" }])).toEqual(passed);
    const many = Array.from({ length: 30 }, (_, index) => `1.0.${index}`).reduce((results, version) => withPassed(results, ["load"], [{ id: "dior", version }]), {});
    expect(gateResults(many).load?.["dior"]).toEqual(Array.from({ length: 20 }, (_, index) => `1.0.${index + 10}`));
  });

  test("of a gate that is off now stay", () => {
    expect(withPassed(passed, ["load"], [{ id: "dior", version: "1.1.0" }])).toMatchObject({ integration: { dior: ["1.0.0"] } });
  });

  test.each([undefined, null, {}])("an output of %j is no result yet", (output) => {
    expect(gateResults(output)).toEqual({});
  });

  test("survive the way through an output", () => {
    expect(gateResults(JSON.parse(JSON.stringify(passed)))).toEqual(passed);
  });

  test.each([["text"], [{ smoke: { dior: ["1.0.0"] } }], [{ load: { dior: true } }]])("an output of %j is refused", (output) => {
    expect(() => gateResults(output)).toThrow("the gates' results cannot be read");
  });
});

describe("promotion", () => {
  test("lets through what passed every required gate", () => {
    expect(promotionFaults([{ id: "dior", version: "1.0.0" }], passed, GATES)).toEqual([]);
    expect(promotionFaults([], {}, GATES)).toEqual([]);
  });

  test("names tenant, version, gates and what is allowed", () => {
    expect(promotionFaults([{ id: "dior", version: "1.1.0" }], passed, GATES)).toEqual([
      "tenant dior: release.version is 1.1.0, which has not passed integration, load in qa; allowed is 1.0.0; " +
        "deploy 1.1.0 to qa first and let its gates pass, or set release.version to one that has",
    ]);
  });

  test("a pass of one gate only is not enough, nor one of another tenant", () => {
    const half = withPassed(passed, ["integration"], [{ id: "gucci", version: "1.0.0" }]);
    expect(promotionFaults([{ id: "gucci", version: "1.0.0" }, { id: "dior", version: "1.0.0" }], half, GATES)).toEqual([
      expect.stringContaining("tenant gucci: release.version is 1.0.0, which has not passed load in qa; no version of it has passed in qa;"),
    ]);
  });

  test("going back to an earlier version that passed stays possible", () => {
    const later = withPassed(passed, GATES, [{ id: "dior", version: "1.1.0" }]);
    expect(promotionFaults([{ id: "dior", version: "1.0.0" }], later, GATES)).toEqual([]);
  });
});
