import { z } from "zod";
import { count, hostname } from "./fields.ts";

/** What stands in AWS. Names of resources begin with `privatesales-<environment>`. */

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, "a region such as ap-northeast-2");
const zones = z.array(z.string()).length(3, "three availability zones of the region");
const roleArn = z.string().regex(/^arn:aws:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/, "the ARN of an IAM role");
/** A /16 leaves every zone 4,000 addresses for pods. */
const vpcCidr = z.cidrv4().endsWith(".0.0/16", "a /16 such as 10.10.0.0/16");

/** A network of the second region; the database's replicas stand in it, and a cluster where there is one. */
const secondNetwork = z.strictObject({ cidr: vpcCidr, zones });

export const aws = z.strictObject({
  /** Twelve digits; in quotes. Every provider refuses credentials of another account. */
  accountId: z.string().regex(/^[0-9]{12}$/, "an account id of twelve digits, in quotes"),
  region,
  zones,
  cidr: vpcCidr,
  /** NAT gateways: `single` is cheaper, `perZone` survives the loss of a zone. */
  nat: z.enum(["single", "perZone"]),
  /** Days that flow logs and the cluster's logs are kept. CloudWatch knows only some numbers. */
  logRetentionDays: z.union([30, 90, 180, 365, 400, 731].map((days) => z.literal(days)), "30, 90, 180, 365, 400 or 731 days"),
  /** Where copies of backups and dumps go; with a network, the second half of a global database as well. */
  secondRegion: z.strictObject({ region, network: secondNetwork.optional(), cluster: z.enum(["none", "warm"]).default("none") }),
  /** Who hears of findings, alarms and costs. */
  emails: z.array(z.email()).nonempty(),
  /** What exists once an account and region (GuardDuty, Security Hub, Config, Inspector): one stack of an account manages it. */
  accountServices: z.enum(["managed", "external"]),
  /** The keys by which cost is split are activated once, in the account that pays; AWS takes a key only after a day of bills with it. */
  costAllocationTags: z.enum(["managed", "external"]).default("external"),
  /** US dollars a month that the whole stack may cost before somebody is told. */
  monthlyBudgetUsd: count("monthlyBudgetUsd"),
  /** Object lock of dumps and backups: `compliance` cannot be lifted by anybody before its days are over. */
  lock: z.strictObject({ mode: z.enum(["governance", "compliance"]), days: count("days") }),
});

/** An EKS cluster of the stack's own. */
export const eksCluster = z.strictObject({
  kind: z.literal("eks"),
  kubeletTls: z.literal("verify").default("verify"),
  /** Who reaches the API server: hosts of the VPC only, or these addresses as well. */
  endpoint: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("private") }),
    z.strictObject({ kind: z.literal("publicAndPrivate"), cidrs: z.array(z.cidrv4()).nonempty() }),
  ]),
  /** Roles that administer the cluster, and those that run this program. */
  admins: z.array(roleArn),
  deployers: z.array(roleArn).nonempty(),
  /** Machines of the system itself; tenants' pods run on what Karpenter buys. */
  systemNodes: z.strictObject({
    instanceTypes: z.array(z.string()).nonempty(),
    count: z.int("count is a whole number").min(2, "count is at least 2: Karpenter survives the loss of one"),
    diskGi: count("diskGi"),
  }),
  /** The most that Karpenter may buy. */
  limits: z.strictObject({ cpu: count("cpu"), memoryGi: count("memoryGi") }),
});

/** A letter names an instance for good: the third of three stays `c` when the first is removed. */
const instances = z.record(z.string().regex(/^[a-z]$/, "a letter"), z.string().regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "an instance class such as db.r8g.large"));

/** Aurora PostgreSQL; global where `aws.secondRegion` has a network. */
export const aurora = z.strictObject({
  kind: z.literal("aurora"),
  database: z.string().min(1).default("privatesales"),
  /** Instance classes by letter. Which one writes is Aurora's decision. */
  instances,
  /** The same in the second region. */
  secondInstances: instances.optional(),
  backupRetentionDays: z.int().min(1).max(35),
  maxConnections: count("maxConnections"),
});

/** Valkey by ElastiCache. */
export const elasticache = z.strictObject({
  kind: z.literal("elasticache"),
  nodeType: z.string().startsWith("cache.", "a node type such as cache.r7g.large"),
  /** Copies of the primary, each in another zone. */
  replicas: z.int().min(0).max(5),
});

/** Public DNS, and with it the content delivery network and firewall before the gateway. */
export const route53 = z.strictObject({
  kind: z.literal("route53"),
  /** What the wildcard record of `domain` names; a zone of its own. */
  loadBalancerDomain: hostname,
  /** Name servers of domains below `domain` that other accounts serve, e.g. qa's. */
  delegations: z.record(hostname, z.array(hostname).nonempty()).optional(),
  /** Requests of one address in five minutes, after which the firewall refuses more. */
  requestsPer5Minutes: z.int().min(100),
  /** Id of the prefix list com.amazonaws.global.cloudfront.origin-facing in `aws.region`. */
  originPrefixList: z.string().regex(/^pl-[0-9a-f]+$/, "a prefix list such as pl-22a6434b"),
});
