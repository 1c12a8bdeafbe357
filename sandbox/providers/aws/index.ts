import type { StandIn } from "../provider.ts";
import { checkConfig, diffConfig, parseConfig } from "./config.ts";
import { FUNCTION_NAMES } from "./functions.ts";
import { AwsProvider } from "./provider.ts";
import { Store } from "./store.ts";

export interface AwsOptions {
  /** Path of the JSON file that stands for AWS; made at the first write. */
  readonly store: string;
  /** The account, 12 digits, that answers to whatever credentials the provider has. */
  readonly accountId: string;
}

/**
 * Stand-in of the official aws plugin. It keeps what it is given in a file and invents what AWS would answer, in AWS's formats;
 * it opens no connection.
 */
export function aws({ store, accountId }: AwsOptions): StandIn {
  const shared = new Store(store);
  return {
    name: "aws",
    version: "7.48.0",
    functions: FUNCTION_NAMES,
    checkConfig,
    diffConfig,
    configure: (config) => Promise.resolve().then(() => new AwsProvider(parseConfig(config, accountId), shared)),
  };
}
