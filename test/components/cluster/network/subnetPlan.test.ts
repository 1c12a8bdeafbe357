import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cidrsOverlap,
  parseCidr,
  subnetPlan,
  SUBNET_KINDS,
  zoneLetter,
  zonesOutside,
} from "../../../../components/cluster/network/subnetPlan.ts";

const SEOUL = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"] as const;

describe("a CIDR block", () => {
  test("is its first address and its size", () => {
    expect(parseCidr("10.0.0.0/16")).toEqual({ start: 10 * 2 ** 24, size: 65_536 });
    expect(parseCidr("255.255.255.255/32")).toEqual({ start: 2 ** 32 - 1, size: 1 });
    expect(parseCidr("0.0.0.0/0")).toEqual({ start: 0, size: 2 ** 32 });
  });

  test.each([
    ["10.0.0.0", /no IPv4 CIDR block/],
    ["10.0.0/16", /no IPv4 CIDR block/],
    ["fd00::/64", /no IPv4 CIDR block/],
    ["10.0.0.256/24", /a number above 255/],
    ["10.0.0.0/33", /a prefix above 32/],
    ["10.0.5.0/16", /the block around it is 10\.0\.0\.0\/16/],
  ])("%s is refused", (cidr, reason) => {
    expect(() => parseCidr(cidr)).toThrow(reason);
  });

  test.each([
    ["10.0.0.0/16", "10.0.255.0/24", true],
    ["10.0.255.0/24", "10.0.0.0/16", true],
    ["10.0.0.0/16", "10.1.0.0/16", false],
    ["172.16.0.0/12", "172.31.0.0/16", true],
    ["172.16.0.0/12", "172.32.0.0/16", false],
  ])("%s and %s overlap: %s", (one, other, overlap) => {
    expect(cidrsOverlap(one, other)).toBe(overlap);
  });
});

describe("the plan", () => {
  test("cuts a /16 into large private subnets and small others", () => {
    expect(subnetPlan("10.20.0.0/16", SEOUL)).toEqual([
      { zone: "ap-northeast-2a", letter: "a", private: "10.20.0.0/19", public: "10.20.192.0/24", database: "10.20.198.0/24" },
      { zone: "ap-northeast-2b", letter: "b", private: "10.20.32.0/19", public: "10.20.193.0/24", database: "10.20.199.0/24" },
      { zone: "ap-northeast-2c", letter: "c", private: "10.20.64.0/19", public: "10.20.194.0/24", database: "10.20.200.0/24" },
    ]);
  });

  const vpcs = fc.oneof(
    fc.nat(255).map((octet) => `10.${octet}.0.0/16`),
    fc.integer({ min: 16, max: 31 }).map((octet) => `172.${octet}.0.0/16`),
    fc.constant("192.168.0.0/16"),
  );
  const zones = fc
    .shuffledSubarray(["a", "b", "c", "d", "e", "f"], { minLength: 3, maxLength: 3 })
    .map((letters) => letters.map((letter) => `ap-northeast-1${letter}`));

  test("no subnets overlap, and each lies inside the VPC", () => {
    fc.assert(
      fc.property(vpcs, zones, (vpc, names) => {
        const outer = parseCidr(vpc);
        const cidrs = subnetPlan(vpc, names).flatMap((zone) => SUBNET_KINDS.map((kind) => zone[kind]));
        expect(cidrs).toHaveLength(9);
        for (const [index, cidr] of cidrs.entries()) {
          const { start, size } = parseCidr(cidr);
          expect(start).toBeGreaterThanOrEqual(outer.start);
          expect(start + size).toBeLessThanOrEqual(outer.start + outer.size);
          for (const other of cidrs.slice(index + 1)) expect(cidrsOverlap(cidr, other), `${cidr} and ${other}`).toBe(false);
        }
      }),
    );
  });

  test("a zone keeps its subnets wherever it stands in the list and whoever stands beside it", () => {
    fc.assert(
      fc.property(vpcs, zones, zones, (vpc, names, others) => {
        const before = new Map(subnetPlan(vpc, names).map((zone) => [zone.zone, zone]));
        for (const zone of subnetPlan(vpc, others)) expect(before.get(zone.zone) ?? zone).toEqual(zone);
      }),
    );
  });

  test("is in the order of the zones", () => {
    const plan = subnetPlan("10.0.0.0/16", ["ap-northeast-1d", "ap-northeast-1a", "ap-northeast-1c"]);
    expect(plan.map(({ letter }) => letter)).toEqual(["d", "a", "c"]);
  });

  test.each([
    ["10.20.0.0/17", SEOUL, /laid out in a \/16/],
    ["10.0.0.0/8", SEOUL, /laid out in a \/16/],
    ["11.0.0.0/16", SEOUL, /has to lie in one of 10\.0\.0\.0\/8/],
    ["172.32.0.0/16", SEOUL, /has to lie in one of/],
    ["10.20.1.0/16", SEOUL, /does not begin at a boundary/],
    ["10.20.0.0/16", SEOUL.slice(0, 2), /spans three zones; given: ap-northeast-2a, ap-northeast-2b/],
    ["10.20.0.0/16", [], /spans three zones; given: none/],
    ["10.20.0.0/16", [...SEOUL, "ap-northeast-2d"], /spans three zones/],
    ["10.20.0.0/16", ["ap-northeast-2a", "ap-northeast-2a", "ap-northeast-2b"], /named twice/],
    ["10.20.0.0/16", ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-1c"], /not of one region/],
    ["10.20.0.0/16", ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2g"], /"ap-northeast-2g" is no zone/],
  ])("%s over %s is refused", (cidr, names, reason) => {
    expect(() => subnetPlan(cidr, names)).toThrow(reason);
  });

  test.each([
    ["us-gov-west-1b", "b"],
    ["ap-northeast-2c", "c"],
  ])("the letter of %s is %s", (zone, letter) => {
    expect(zoneLetter(zone)).toBe(letter);
  });

  test("zones of another region are named", () => {
    expect(zonesOutside("ap-northeast-2", SEOUL)).toEqual([]);
    expect(zonesOutside("ap-northeast-1", [...SEOUL.slice(0, 1), "ap-northeast-1c"])).toEqual(["ap-northeast-2a"]);
    expect(zonesOutside("us-gov-west-1", ["us-west-1a", "us-gov-west-1b"])).toEqual(["us-west-1a"]);
  });

  test.each(["ap-northeast-2", "apne2-az1", ""])("%j is no zone", (zone) => {
    expect(() => zoneLetter(zone)).toThrow(/is no zone/);
  });
});
