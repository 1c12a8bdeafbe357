/** Modules of Pulumi whose types Terraform names without a module, or with another one. */
const MODULES: Readonly<Record<string, string>> = {
  bcmdata: "bcmdataexports",
  cfg: "config",
  costexplorer: "ce",
  ec2: "",
  vpc: "vpc",
};

/** Types that the rule below names wrongly. */
const TYPES: Readonly<Record<string, string>> = {
  "cfg/recorder": "aws_config_configuration_recorder",
  "cfg/recorderStatus": "aws_config_configuration_recorder_status",
  "cfg/rule": "aws_config_config_rule",
  "cloudtrail/trail": "aws_cloudtrail",
  "lb/loadBalancer": "aws_lb",
  "rds/instance": "aws_db_instance",
  "rds/parameterGroup": "aws_db_parameter_group",
  "rds/subnetGroup": "aws_db_subnet_group",
  "s3/bucketReplicationConfig": "aws_s3_bucket_replication_configuration",
};

const upper = /[A-Z]/g;

/** `vpcSecurityGroupIds` → `vpc_security_group_ids`. */
export const snakeCase = (name: string): string => name.replaceAll(upper, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, "");

/** `aws:ec2/vpc:Vpc` → `aws_vpc`; undefined for what is no resource of AWS. */
export function terraformType(token: string): string | undefined {
  const [, path, module, name] = /^aws:(([a-z0-9]+)\/([A-Za-z0-9]+)):[A-Za-z0-9]+$/.exec(token) ?? [];
  if (path === undefined || module === undefined || name === undefined) return undefined;
  const prefix = MODULES[module] ?? module;
  return TYPES[path] ?? ["aws", prefix, snakeCase(name)].filter((part) => part !== "").join("_");
}

/** Lists of objects that Terraform calls by the plural, or whose singular is not the name without its s. */
const BLOCK_NAMES: Readonly<Record<string, string>> = {
  accessLogs: "access_logs",
  addresses: "address",
  aliases: "alias",
  attributes: "attribute",
  blockDeviceMappings: "block_device_mappings",
  egress: "egress",
  ingress: "ingress",
  inlinePolicies: "inline_policy",
  networkInterfaces: "network_interfaces",
  tagSpecifications: "tag_specifications",
  timeouts: "timeouts",
};

/** Pulumi puts repeated blocks in the plural, `rules`; Terraform repeats `rule`. Lists of plain values are plural in both. */
export function blockName(property: string): string {
  const special = BLOCK_NAMES[property];
  if (special !== undefined) return special;
  if (property.endsWith("ies")) return snakeCase(`${property.slice(0, -3)}y`);
  return snakeCase(property.endsWith("s") && !property.endsWith("ss") ? property.slice(0, -1) : property);
}

/** Properties that are maps, whose keys are data; every other object is a block. */
export const MAPS: ReadonlySet<string> = new Set([
  "additionalEncryptionContext",
  "context",
  "defaultTags",
  "dimensions",
  "globalSettings",
  "labels",
  "parameters",
  "resourceTags",
  "restoreMetadataOverrides",
  "tableConfigurations",
  "tags",
  "tagsAll",
  "triggers",
  "variables",
  "volumeTags",
]);
