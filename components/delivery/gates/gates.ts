import type { Tenant } from "../../../tenants/tenant.ts";

/** What a version has to pass before prod takes it, in the order in which it is done. */
export const GATES = ["testData", "integration", "load", "performance", "scan"] as const;
export type Gate = (typeof GATES)[number];

/** A tenant whose shop the gates judge. */
export interface GateTenant extends Pick<Tenant, "id" | "tier" | "costCenter"> {
  /** Every host that it answers on. */
  readonly hosts: readonly string[];
  /** `release.version`: what a pass is a pass of. */
  readonly version: string;
  /** Image of its API, which seeds its own data as it migrates its own schema. */
  readonly apiImage: string;
}

/** What is good enough. */
export interface Thresholds {
  /** Milliseconds at the 95th percentile, for each tenant by itself. */
  readonly p95Ms: number;
  /** Failed requests, 0 to 1, for each tenant by itself. */
  readonly errorRatio: number;
  /** Pages a second that the load test asks of all tenants together, and has to get. */
  readonly requestsPerSecond: number;
  /** Seconds that each of load and performance test takes. */
  readonly durationSeconds: number;
}

/** Test data goes to these tenants and no others: it is made up, and replaces what an earlier run made up. */
export interface TestData {
  /** The same seed makes the same data. */
  readonly seed: number;
  /** Ids of the tenants that exist for tests. */
  readonly tenants: readonly string[];
}

export interface GateChoice {
  readonly gates: readonly Gate[];
  readonly tenants: readonly GateTenant[];
  readonly thresholds: Thresholds;
  readonly testData: TestData;
}

/** A test that has nothing to test passes, and one whose bar is no number is never failed: both are refused here. */
export function gateFaults({ gates, tenants, thresholds, testData }: GateChoice): readonly string[] {
  const faults: string[] = [];
  if (tenants.length === 0) faults.push("there is no tenant to test; name at least one that serves, or leave the gates out");
  for (const { id } of tenants.filter(({ hosts }) => hosts.length === 0)) faults.push(`tenant ${id} has no host to test`);
  for (const [name, value] of Object.entries(thresholds)) {
    if (name === "errorRatio" ? !(value >= 0 && value < 1) : !(Number.isInteger(value) && value >= 1)) {
      faults.push(`thresholds.${name} is ${value}; allowed is ${name === "errorRatio" ? "0 to below 1" : "a whole number from 1"}`);
    }
  }
  const pages = thresholds.requestsPerSecond * thresholds.durationSeconds;
  const hosts = tenants.flatMap((tenant) => tenant.hosts).length;
  if (gates.includes("load") && pages < hosts) faults.push(`the load test asks for ${pages} pages and there are ${hosts} hosts; raise requestsPerSecond or durationSeconds`);
  if (gates.includes("performance") && thresholds.durationSeconds < hosts) {
    faults.push(`the performance test asks for a page a second for ${thresholds.durationSeconds} s and there are ${hosts} hosts; raise durationSeconds`);
  }
  if (gates.includes("testData")) {
    for (const { id } of tenants.filter((tenant) => !testData.tenants.includes(tenant.id))) {
      faults.push(`tenant ${id} would be given test data and is not one of ${testData.tenants.join(", ") || "(none)"}; add it to testData.tenants if it exists for tests`);
    }
  }
  return faults;
}
