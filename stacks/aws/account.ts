import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { EDGE_REGION } from "../../components/edge/names.ts";
import { stackTags } from "../../components/shared/aws.ts";
import { ConfigError, type StackConfig } from "../config.ts";

export type AwsConfig = NonNullable<StackConfig["aws"]>;

/** The account that a stack stands in: what every component on AWS is given. */
export interface Account {
  readonly config: AwsConfig;
  readonly names: {
    /** Start of every physical name. */
    readonly prefix: string;
    readonly region: string;
    readonly accountId: string;
    readonly protection: "on" | "off";
  };
  /** One provider a region; none is a default provider. */
  readonly providers: { readonly main: Provider; readonly edge: Provider; readonly second: Provider };
  /** Options of a component in the stack's own region, and in the second one. */
  readonly here: pulumi.ComponentResourceOptions;
  readonly there: pulumi.ComponentResourceOptions;
}

function declareProviders({ accountId, region, secondRegion }: AwsConfig, environment: string, options: pulumi.ComponentResourceOptions): Account["providers"] {
  const provider = (name: string, where: string): Provider =>
    new Provider(name, { region: where, allowedAccountIds: [accountId], defaultTags: { tags: { ...stackTags(environment) } } }, options);
  return { main: provider("aws", region), edge: provider("aws-edge", EDGE_REGION), second: provider("aws-second", secondRegion.region) };
}

/**
 * Asks AWS whose credentials these are, by a provider that takes any: one that does not can only say that it refuses them.
 * @throws ConfigError when they are of another account than the config's
 */
async function confirmAccount({ accountId, region }: AwsConfig, options: pulumi.ComponentResourceOptions): Promise<void> {
  const caller = await getCallerIdentity({}, { provider: new Provider("aws-caller", { region }, options) });
  if (caller.accountId === accountId) return;
  const stack = pulumi.getStack();
  throw new ConfigError(
    `Pulumi.${stack}.yaml: privatesales:aws.accountId is ${JSON.stringify(accountId)}, and the credentials are of account ` +
      `${JSON.stringify(caller.accountId)} (${caller.arn}); use credentials of account ${accountId} for stack ${stack}, or correct the file. ` +
      "Nothing was made.",
  );
}

/** The stack's account. Nothing else is registered before AWS has confirmed whose credentials these are. */
export async function openAccount(config: StackConfig, aws: AwsConfig, watch: pulumi.ResourceTransformation): Promise<Account> {
  const everywhere = { transformations: [watch] };
  await confirmAccount(aws, everywhere);
  const providers = declareProviders(aws, config.environment, everywhere);
  return {
    config: aws,
    names: { prefix: `privatesales-${config.environment}`, region: aws.region, accountId: aws.accountId, protection: config.data.protection },
    providers,
    here: { ...everywhere, provider: providers.main },
    there: { ...everywhere, provider: providers.second },
  };
}
