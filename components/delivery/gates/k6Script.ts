import type { GateTenant, Thresholds } from "./gates.ts";

/** `load`: can it serve this many? `performance`: how fast is it when it is not busy? */
export type K6Test = "load" | "performance";

export interface K6Options {
  readonly tenants: readonly Pick<GateTenant, "id" | "hosts">[];
  readonly thresholds: Thresholds;
  /** Paths that each host is asked for, e.g. `/`. */
  readonly paths: readonly string[];
  /** `selfSigned`: the platform's own authority, which k6 does not know. */
  readonly certificates: "public" | "selfSigned";
}

/** Share of the asked rate that has to be reached: k6 counts its own start-up as well. */
const REACHED = 0.95;

/** Seconds that a page may take until users run out, the rate is not reached and the test fails for it. */
const SECONDS_A_PAGE = 2;

const rateOf = (test: K6Test, { requestsPerSecond }: Thresholds): number => (test === "load" ? requestsPerSecond : 1);

/** Users that k6 has at the most; each asks for one page at a time. */
export const k6MaxUsers = (test: K6Test, thresholds: Thresholds): number => Math.ceil(rateOf(test, thresholds) * SECONDS_A_PAGE);

/** Criteria by metric, for each tenant by itself: a fast shop does not make up for a slow one, and no data is not a pass. */
function criteria(test: K6Test, { tenants, thresholds }: K6Options): Record<string, string[]> {
  const byTenant = tenants.flatMap(({ id }): [string, string[]][] => [
    [`http_req_failed{tenant:${id}}`, [`rate<=${thresholds.errorRatio}`]],
    [`http_reqs{tenant:${id}}`, ["count>0"]],
    [`http_req_duration{tenant:${id}}`, [`p(95)<=${thresholds.p95Ms}`]],
  ]);
  const reached: [string, string[]][] = test === "load" ? [["iterations", [`rate>=${thresholds.requestsPerSecond * REACHED}`]]] : [];
  return Object.fromEntries([...byTenant, ...reached]);
}

/** A fixed number of pages a second, whatever the answers take: a slow shop does not slow the test down. */
function scenario(test: K6Test, thresholds: Thresholds): Record<string, unknown> {
  const rate = rateOf(test, thresholds);
  return {
    executor: "constant-arrival-rate",
    rate,
    timeUnit: "1s",
    duration: `${thresholds.durationSeconds}s`,
    preAllocatedVUs: rate,
    maxVUs: k6MaxUsers(test, thresholds),
    gracefulStop: "30s",
  };
}

/**
 * Script of a k6 test as JavaScript text. The targets are taken in turn, so every run asks every host; a criterion that is
 * not met ends k6 with exit code 99. https://grafana.com/docs/k6/latest/using-k6/thresholds/
 */
export function k6Script(test: K6Test, options: K6Options): string {
  const targets = options.tenants.flatMap(({ id, hosts }) =>
    hosts.flatMap((host) => options.paths.map((path) => ({ tenant: id, url: `https://${host}${path}` }))),
  );
  const settings = {
    scenarios: { [test]: scenario(test, options.thresholds) },
    thresholds: criteria(test, options),
    insecureSkipTLSVerify: options.certificates === "selfSigned",
    userAgent: `privatesales-gates-${test}`,
    summaryTrendStats: ["avg", "p(95)", "p(99)", "max"],
  };
  return `import http from "k6/http";
import exec from "k6/execution";

export const options = ${JSON.stringify(settings, undefined, 2)};

const targets = ${JSON.stringify(targets, undefined, 2)};

export default function () {
  const { tenant, url } = targets[exec.scenario.iterationInTest % targets.length];
  http.get(url, { tags: { tenant, name: url } });
}
`;
}
