import { createHash } from "node:crypto";
import type { Properties } from "../provider.ts";
import { isRecord } from "../wire.ts";
import type { Config } from "./config.ts";
import { textOf } from "./draft.ts";
import type { Store } from "./store.ts";

type AwsFunction = (args: Properties, config: Config, store: Store) => Properties;

function callerIdentity(_: Properties, { account }: Config): Properties {
  return { accountId: account, arn: `arn:aws:iam::${account}:user/sandbox`, id: account, userId: "AIDASANDBOX0000000000" };
}

function firstSecretArn(outputs: Properties): string {
  const secrets: unknown = outputs["masterUserSecrets"];
  const first: unknown = Array.isArray(secrets) ? secrets[0] : undefined;
  return isRecord(first) ? textOf(first["secretArn"]) : "";
}

/** The password that "RDS" drew for a cluster whose master password it manages. */
function managedSecret(secretId: string, store: Store): string | undefined {
  const cluster = store.list("aws:rds/cluster:Cluster").find(({ outputs }) => firstSecretArn(outputs) === secretId);
  if (cluster === undefined) return undefined;
  const password = createHash("sha256").update(`${cluster.salt} ${secretId}`).digest("base64url").slice(0, 28);
  return JSON.stringify({ username: textOf(cluster.outputs["masterUsername"]), password });
}

function secretVersion(args: Properties, { account, region }: Config, store: Store): Properties {
  const secretId = textOf(args["secretId"]);
  const secret = store.list("aws:secretsmanager/secret:Secret").find((each) =>
    each.account === account && each.region === region && (each.id === secretId || each.outputs["name"] === secretId));
  const versions = store.list("aws:secretsmanager/secretVersion:SecretVersion").filter(({ inputs }) => inputs["secretId"] === (secret?.id ?? secretId));
  const version = versions.at(-1);
  const secretString = managedSecret(secretId, store) ?? (version === undefined ? undefined : textOf(version.inputs["secretString"]));
  if (secretString === undefined) {
    throw new Error(`reading Secrets Manager Secret Version (${secretId}|AWSCURRENT): ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT`);
  }
  const versionId = textOf(version?.outputs["versionId"]) || "AWSCURRENT";
  return { secretId, arn: secret?.id ?? secretId, id: `${secretId}|AWSCURRENT`, region, secretString, versionId, versionStages: ["AWSCURRENT"] };
}

const FUNCTIONS: Readonly<Record<string, AwsFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": callerIdentity,
  "aws:secretsmanager/getSecretVersion:getSecretVersion": secretVersion,
};

export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

/** @throws naming a function that the stand-in does not know, and those that it does */
export function invoke(token: string, args: Properties, config: Config, store: Store): Properties {
  const found = Object.entries(FUNCTIONS).find(([name]) => name === token)?.[1];
  if (found === undefined) throw new Error(`the sandbox's aws stand-in has no function "${token}"; it has: ${Object.keys(FUNCTIONS).join(", ")}`);
  return found(args, config, store);
}
