import { refused, text, valuesOf } from "../options.ts";
import { resultsText, runChecks, type Check } from "./check.ts";
import { shopperChecks } from "./integration.ts";
import type { Kind } from "./kinds.ts";
import { scanChecks, ScanReports, SEVERITIES, type Severity } from "./scan.ts";
import { readTargets } from "./targets.ts";
import { deploymentChecks } from "./verify.ts";
import type { Visitor } from "./visit.ts";

const OPTIONS = {
  verify: { gateway: text, certificates: text, deadline: text },
  integration: { gateway: text, certificates: text, deadline: text, targets: text },
  scan: { targets: text, "fail-on": text, deadline: text },
} as const;

/** Seconds that checks go on trying: below the deadlines of their Jobs, so that the reason is told before the pod is ended. */
const DEADLINES: Readonly<Record<Kind, number>> = { verify: 240, integration: 300, scan: 1500 };

type Environment = Readonly<Record<string, string | undefined>>;
type Values = Readonly<Record<string, string | undefined>>;

function choice<T extends string>(name: string, given: string | undefined, usual: T, allowed: readonly T[]): T {
  const found = given === undefined ? usual : allowed.find((one) => one === given);
  if (found === undefined) throw refused(`--${name} has a value that it does not know.`, given ?? "", allowed.join(", "), "correct it.");
  return found;
}

function deadlineOf(kind: Kind, given: string | undefined): number {
  if (given === undefined) return DEADLINES[kind];
  if (/^\d{1,4}$/.test(given)) return Number(given);
  throw refused("--deadline is no number of seconds.", given, "0 to 9999", "e.g. --deadline=60.");
}

function gatewayOf(given: string | undefined): string | undefined {
  if (given === undefined || /^[a-z0-9.-]+:\d{1,5}$/.test(given)) return given;
  throw refused("--gateway is no address.", given, "HOST:PORT", "leave it out to go by the shop's own name.");
}

const visitorOf = (values: Values): Visitor => ({
  gateway: gatewayOf(values["gateway"]),
  certificates: choice("certificates", values["certificates"], "public", ["public", "selfSigned"]),
});

/** Everything that the tenant's own ConfigMap and Secret tell its applications. */
function deployedOf(env: Environment): Parameters<typeof deploymentChecks>[0] {
  const need = (variable: string): string => {
    const value = env[variable];
    if (value === undefined || value === "") throw refused(`verify needs ${variable}.`, "nothing", "what the tenant's applications are told", "run it as the tenant's verification Job does.");
    return value;
  };
  const url = (variable: string): URL => {
    const given = need(variable);
    // Not what was given: there is a password in it.
    if (!URL.canParse(given)) throw refused(`${variable} is no connection string.`, "another text", "scheme://user:password@host:port", `correct ${variable}.`);
    return new URL(given);
  };
  const primary = need("PRIMARY_HOST");
  const hosts = need("HOSTS").split(",");
  return {
    database: url("DATABASE_URL"),
    schema: need("DATABASE_SCHEMA"),
    cache: url("CACHE_URL"),
    cachePrefix: need("CACHE_PREFIX"),
    hosts: [primary, ...hosts.filter((host) => host !== primary)],
  };
}

async function checksOf(kind: Kind, values: Values, env: Environment): Promise<readonly Check[]> {
  switch (kind) {
    case "verify":
      return deploymentChecks(deployedOf(env), visitorOf(values));
    case "integration": {
      const visitor = visitorOf(values);
      return shopperChecks(await targetsOf(values), visitor);
    }
    case "scan": {
      const failOn = choice<Severity>("fail-on", values["fail-on"], "CRITICAL", SEVERITIES);
      return scanChecks(await targetsOf(values), failOn, new ScanReports());
    }
  }
}

async function targetsOf(values: Values): ReturnType<typeof readTargets> {
  const file = values["targets"];
  if (file === undefined) throw refused("There is no list of shops.", "nothing", "a file of targets", "name it with --targets.");
  return readTargets(file);
}

/** Runs the command's checks and prints a line for each. `false` when one of them does not hold. */
export async function check(kind: Kind, args: readonly string[], env: Environment, ending: AbortSignal): Promise<{ readonly text: string; readonly good: boolean }> {
  const values = valuesOf(OPTIONS[kind], args);
  const deadline = deadlineOf(kind, values["deadline"]);
  const results = await runChecks(await checksOf(kind, values, env), deadline, ending);
  return { text: resultsText(results), good: results.every(({ fault }) => fault === undefined) };
}
