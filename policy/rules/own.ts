import { tagsOf } from "../expect.ts";
import { DATA_TYPES } from "../dataTypes.ts";
import { rule, type Check, type Finding, type Resource, type Rule } from "../rule.ts";
import { belongsToTenant } from "../tenancy.ts";
import { UNTAGGABLE_TYPES } from "../untaggable.ts";
import { show, valueAt, valuesAt } from "../values.ts";

const DATA = Object.keys(DATA_TYPES);
const PROTECT = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/";
const RETAIN = "https://www.pulumi.com/docs/iac/concepts/resources/options/retainondelete/";
const TAGS = "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html";

const lossOf = ({ type }: Resource): string => `With it goes: ${DATA_TYPES[type] ?? "data"}. Spread dataOptions(protection) into its options.`;

const taggable = ({ type }: Resource): boolean => !UNTAGGABLE_TYPES.has(type);

const isTagged: Check = (resource) => {
  const tags = tagsOf(resource);
  if (typeof tags["part"] === "string" && tags["part"] !== "") return undefined;
  return { found: `tags are ${show(tags)}`, allowed: "tags with part", fix: "Use platformTags(part) or tenantTags(tenant); the provider's default tags do not say which part it is." };
};

const tenantTagged: Check = (resource) => {
  const { tenant } = tagsOf(resource);
  if (typeof tenant === "string" && tenant !== "") return undefined;
  return { found: `tags are ${show(tagsOf(resource))}`, allowed: "tags with tenant", fix: "Use tenantTags(tenant): its costs go to nobody otherwise." };
};

/** How each type can be reached from the internet, and the finding when this one can. */
const PUBLIC: Readonly<Record<string, (props: Resource["props"]) => string | undefined>> = {
  "aws:eks/cluster:Cluster": (props) => (valueAt(props, "vpcConfig.endpointPublicAccess") === false ? undefined : "vpcConfig.endpointPublicAccess is not false"),
  "aws:rds/clusterInstance:ClusterInstance": (props) => (props["publiclyAccessible"] === true ? "publiclyAccessible is true" : undefined),
  "aws:rds/instance:Instance": (props) => (props["publiclyAccessible"] === true ? "publiclyAccessible is true" : undefined),
  "aws:lb/loadBalancer:LoadBalancer": (props) => (props["internal"] === true ? undefined : "internal is not true"),
  "aws:ec2/instance:Instance": (props) => (props["associatePublicIpAddress"] === true ? "associatePublicIpAddress is true" : undefined),
  "aws:ec2/launchTemplate:LaunchTemplate": (props) =>
    valuesAt(props, "networkInterfaces.associatePublicIpAddress").some((value) => String(value) === "true") ? "networkInterfaces.associatePublicIpAddress is true" : undefined,
  "aws:lambda/functionUrl:FunctionUrl": (props) => (props["authorizationType"] === "AWS_IAM" ? undefined : "a function URL that asks for no identity"),
};

const notPublic: Check = ({ type, props }) => {
  const found = PUBLIC[type]?.(props);
  return found === undefined ? undefined : { found, allowed: "an address inside the VPC", fix: "The one public door is CloudFront." };
};

/** The engine calls the providers that it makes itself `default…`. */
const explicitProvider = ({ provider = "" }: Resource): Finding | undefined => {
  const name = /::(?<name>[^:]+)(?:::[^:]*)?$/.exec(provider)?.groups?.["name"] ?? provider;
  if (provider !== "" && !name.startsWith("default") && !provider.includes("::default_")) return undefined;
  return { found: provider === "" ? "no provider" : `the provider ${name}`, allowed: "an explicit provider", fix: "A default provider takes region and account from whoever runs it." };
};

export const OWN_RULES: readonly Rule[] = [
  rule({
    id: "PS_DATA_PROTECTED",
    title: "what holds data is protected",
    source: PROTECT,
    types: DATA,
    check: (resource) => (resource.protect ? undefined : { found: "protect is false", allowed: "protect: true", fix: lossOf(resource) }),
  }),
  rule({
    id: "PS_DATA_RETAINED",
    title: "what holds data stays in AWS when the program forgets it",
    source: RETAIN,
    types: DATA,
    check: (resource) =>
      resource.retainOnDelete === true
        ? undefined
        : { found: `retainOnDelete is ${show(resource.retainOnDelete)}`, allowed: "retainOnDelete: true", fix: lossOf(resource) },
  }),
  rule({ id: "PS_TAGGED", title: "whatever can carry tags says which part it is", source: TAGS, types: "aws", where: taggable, check: isTagged }),
  rule({
    id: "PS_TENANT_TAGGED",
    title: "what belongs to a tenant says so",
    source: TAGS,
    types: "aws",
    where: (resource, stack) => taggable(resource) && belongsToTenant(resource, stack),
    check: tenantTagged,
  }),
  rule({
    id: "PS_NO_PUBLIC_ENDPOINT",
    title: "nothing but the edge has a public endpoint",
    source: "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_network_protection_create_layers.html",
    types: Object.keys(PUBLIC),
    stacks: ["prod"],
    check: notPublic,
  }),
  rule({
    id: "PS_EXPLICIT_PROVIDER",
    title: "everything has an explicit provider",
    source: "https://www.pulumi.com/docs/iac/concepts/resources/providers/#disabling-default-providers",
    types: "aws",
    check: explicitProvider,
  }),
];
