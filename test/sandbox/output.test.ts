import { describe, expect, test } from "vitest";
import { edgeText, simulatedText } from "../../sandbox/output.ts";
import { RunLog, type RunReport } from "../../sandbox/report.ts";

const report = (over: Partial<RunReport> = {}): RunReport => ({ ...new RunLog([]).report(), ...over });

describe("what a reader is told of the parts that do not run", () => {
  test("on a stack without AWS nothing of it is said", () => {
    expect(simulatedText(report())).toMatch(/^real {11}API server/);
    expect(simulatedText(report())).toMatch(/^simulated {6}nodes and pods \(KWOK\)/m);
    expect(simulatedText(report())).not.toMatch(/AWS|recorded only/);
  });

  test("AWS is called recorded, with how much of it, and that nothing was made", () => {
    expect(simulatedText(report({ recordedInAws: 507 }))).toMatch(
      /^AWS {12}507 resources recorded by a stand-in, nothing was made: their ids, addresses and certificates are invented$/m,
    );
  });

  test("Helm releases are named, on lines that a terminal holds", () => {
    const recorded = Array.from({ length: 12 }, (_, index) => `platform-release-${index}`);
    const text = simulatedText(report({ recorded }));
    const from = text.indexOf("recorded only");
    expect(text.slice(from).replaceAll(/\n {15}/g, " ")).toBe(`recorded only  12 Helm releases: ${recorded.join(", ")}`);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe("what an operator passes on", () => {
  const nameServers = { "privatesales.co.kr": ["ns-1.awsdns-1.com", "ns-2.awsdns-2.net"], "lb.kr": ["ns-3.awsdns-3.org"] };
  const ownDomainProofs = {
    dior: [
      { name: "shop.dior.com", type: "CNAME", value: "shops.lb.kr" },
      { name: "_acme-challenge.shop.dior.com", type: "CNAME", value: "shop.dior.com.acme.lb.kr" },
    ],
  };

  test("name servers, distribution and the records of own domains, a line each", () => {
    expect(edgeText(report({ outputs: { domain: "x", nameServers, distribution: "d1.cloudfront.net", ownDomainProofs } })).split("\n")).toEqual([
      "name servers   privatesales.co.kr  ns-1.awsdns-1.com ns-2.awsdns-2.net",
      "               lb.kr               ns-3.awsdns-3.org",
      "distribution   d1.cloudfront.net",
      "own domains    dior  shop.dior.com                  CNAME  shops.lb.kr",
      "               dior  _acme-challenge.shop.dior.com  CNAME  shop.dior.com.acme.lb.kr",
    ]);
  });

  test("nothing without an edge, and no heading without records", () => {
    expect(edgeText(report({ outputs: { domain: "x" } }))).toBe("");
    expect(edgeText(report({ outputs: { distribution: "d1.cloudfront.net", nameServers: {}, ownDomainProofs: {} } }))).toBe("distribution   d1.cloudfront.net");
  });
});
