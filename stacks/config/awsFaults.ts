import { cidrsOverlap } from "../../components/cluster/network/subnetPlan.ts";
import type { StackConfig } from "./schema.ts";

type Aws = NonNullable<StackConfig["aws"]>;

/** Parts that stand in AWS, as `key is value`. */
const onAws = ({ cluster, database, cache, dns }: StackConfig): readonly string[] =>
  [
    cluster.kind === "eks" ? "cluster.kind is eks" : undefined,
    database.kind === "aurora" ? "database.kind is aurora" : undefined,
    cache.kind === "elasticache" ? "cache.kind is elasticache" : undefined,
    dns.kind === "route53" ? "dns.kind is route53" : undefined,
  ].filter((part) => part !== undefined);

function zoneFaults(key: string, region: string, zones: readonly string[]): readonly string[] {
  const outside = zones
    .filter((zone) => !new RegExp(`^${region}[a-z]$`).test(zone))
    .map((zone) => `${key} has ${JSON.stringify(zone)}, which is no zone of ${region}; a zone is ${region} and a letter, e.g. ${region}a`);
  const twice = zones.filter((zone, at) => zones.indexOf(zone) !== at);
  return [...outside, ...twice.map((zone) => `${key} has ${JSON.stringify(zone)} twice; name three different zones`)];
}

/** What the cluster hands out to Services, by EKS's own choice where the VPC is in 10.0.0.0/8. */
const SERVICE_CIDR = "172.20.0.0/16";

function rangeFaults({ cidr, secondRegion }: Aws): readonly string[] {
  const second = secondRegion.network?.cidr;
  const pairs = [
    ["aws.cidr", cidr, "the cluster's Services", SERVICE_CIDR],
    ...(second === undefined
      ? []
      : [
          ["aws.secondRegion.network.cidr", second, "aws.cidr", cidr],
          ["aws.secondRegion.network.cidr", second, "the cluster's Services", SERVICE_CIDR],
        ]),
  ] as const;
  return pairs
    .filter(([, own, , other]) => cidrsOverlap(own, other))
    .map(([key, own, what, other]) => `${key} is ${own}, which overlaps ${what} (${other}); choose a free /16 such as 10.30.0.0/16`);
}

function accountFaults({ accountId }: Aws, { cluster, images }: StackConfig): readonly string[] {
  const roles = cluster.kind === "eks" ? [...cluster.admins, ...cluster.deployers] : [];
  const foreign = roles
    .filter((arn) => arn.split(":")[4] !== accountId)
    .map((arn) => `cluster names the role ${arn}, which is not of account ${accountId}; correct the ARN or aws.accountId`);
  const registryAccount = /^([0-9]{12})\.dkr\.ecr\./.exec(images.registry)?.[1];
  const registry =
    registryAccount === undefined || registryAccount === accountId
      ? []
      : [`images.registry is ${images.registry}, of account ${registryAccount}; allowed is a registry of aws.accountId, ${accountId}`];
  return [...foreign, ...registry];
}

function kindFaults(config: StackConfig): readonly string[] {
  const { cluster, database, cache, dns, certificates, mesh } = config;
  const needsCluster = [
    ...(database.kind === "aurora" ? ["database.kind is aurora"] : []),
    ...(cache.kind === "elasticache" ? ["cache.kind is elasticache"] : []),
    ...(dns.kind === "route53" ? ["dns.kind is route53"] : []),
  ].map((part) => `${part}, which stands in the network of an EKS cluster; set cluster.kind to eks, or choose another kind`);
  return [
    ...(cluster.kind === "eks" ? [] : needsCluster),
    ...(certificates.issuer === "acmeDns01" && dns.kind !== "route53"
      ? ["certificates.issuer is acmeDns01, which writes records into a zone of this stack; set dns.kind to route53, or the issuer to selfSigned"]
      : []),
    ...(cluster.kind !== "eks" && config.gates !== undefined ? ["gates is set, and its pods reach the API server by the network of an EKS cluster; set cluster.kind to eks, or remove it"] : []),
    ...(mesh.ingress.kind === "targetGroup" && dns.kind !== "route53"
      ? ["mesh.ingress.kind is targetGroup, which the edge brings; set dns.kind to route53, or the ingress to loadBalancer"]
      : []),
  ];
}

/** What is wrong between the keys of a stack on AWS, each as `<key> <what was given>; <what is allowed>`. */
export function awsFaults(config: StackConfig): readonly string[] {
  const { aws, database } = config;
  const parts = onAws(config);
  if (aws === undefined) return parts.map((part) => `aws is missing, and ${part}; give account, region, zones and network under aws`);
  const network = aws.secondRegion.network;
  const second = database.kind === "aurora" ? database.secondInstances : undefined;
  return [
    ...(parts.length === 0 ? ["aws is set, and nothing of this stack stands there; remove it"] : []),
    ...zoneFaults("aws.zones", aws.region, aws.zones),
    ...(network === undefined ? [] : zoneFaults("aws.secondRegion.network.zones", aws.secondRegion.region, network.zones)),
    ...(aws.secondRegion.region === aws.region ? [`aws.secondRegion.region is ${aws.region}, the first one; copies belong into another region`] : []),
    ...(network === undefined && aws.secondRegion.cluster === "warm" ? ["aws.secondRegion.cluster is warm, and network is missing beside it"] : []),
    ...(database.kind === "aurora" && (network === undefined) !== (second === undefined)
      ? ["database.secondInstances and aws.secondRegion.network belong together: both make the database global, neither keeps it in one region"]
      : []),
    ...rangeFaults(aws),
    ...accountFaults(aws, config),
    ...kindFaults(config),
  ];
}
