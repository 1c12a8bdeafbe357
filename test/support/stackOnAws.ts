import { existsSync } from "node:fs";
import { join } from "node:path";
import { readEnvironment, type Environment } from "../../sandbox/environment.ts";
import { Store } from "../../sandbox/providers/aws/store.ts";
import { awsStore } from "../../sandbox/standIns.ts";
import type { Witness } from "./inspect.ts";
import { sandbox, TEST_DATA } from "./sandbox.ts";

/** What tests of the stacks on AWS share: a data folder each, and looking into what stands for AWS. */

export const dataOf = (stack: string): string => join(TEST_DATA, `aws-${stack}`);

export async function removeData(data: string): Promise<void> {
  if (existsSync(join(data, "environment.json"))) await sandbox(data, "remove");
}

function environmentOf(data: string): Environment {
  const env = readEnvironment(data);
  if (env === undefined) throw new Error(`there is no sandbox in ${data}`);
  return env;
}

/** The file that stands for AWS. */
export const storeOf = (data: string): string => awsStore(environmentOf(data));

/** `<type> <id>` of everything that exists in "AWS". */
export const inAws = (data: string): readonly string[] => new Store(storeOf(data)).list().map(({ type, id }) => `${type} ${id}`);

/** The sandbox asks for its own nodes and storage class anew at each start, and is told that they are there. */
const SANDBOX_OWN = /^(nodes|storageclasses|customresourcedefinitions)\//;

/** The objects that a run asked the API server to write, dry runs aside. */
export const written = ({ writes }: Witness): readonly string[] =>
  writes()
    .filter(({ object, dryRun }) => !dryRun && !SANDBOX_OWN.test(object))
    .map(({ verb, object }) => `${verb} ${object}`);
