import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { Provider } from "@pulumi/aws/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { EDGE_REGION } from "../../components/edge/names.ts";
import { stackTags } from "../../components/shared/aws.ts";
import type { StackConfig } from "../config.ts";

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
 * The stack's account. Nothing else is registered before AWS has confirmed whose credentials these are: with another
 * account's the plugin refuses, and so does this function.
 */
export async function openAccount(config: StackConfig, aws: AwsConfig, watch: pulumi.ResourceTransformation): Promise<Account> {
  const everywhere = { transformations: [watch] };
  const providers = declareProviders(aws, config.environment, everywhere);
  await Promise.all(Object.values(providers).map((provider) => getCallerIdentity({}, { provider })));
  return {
    config: aws,
    names: { prefix: `privatesales-${config.environment}`, region: aws.region, accountId: aws.accountId, protection: config.data.protection },
    providers,
    here: { ...everywhere, provider: providers.main },
    there: { ...everywhere, provider: providers.second },
  };
}
