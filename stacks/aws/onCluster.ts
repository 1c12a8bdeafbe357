import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { VolumeClass } from "../../components/cluster/eks/volumeClass.ts";
import { Karpenter } from "../../components/cluster/karpenter/karpenter.ts";
import { LoadBalancerController } from "../../components/cluster/loadBalancerController.ts";
import { DnsRole } from "../../components/edge/dnsRole.ts";
import { Edge } from "../../components/edge/edge.ts";
import { edgeName } from "../../components/edge/names.ts";
import { GATEWAY_RELEASE } from "../../components/mesh/values.ts";
import { EncryptionKey } from "../../components/security/encryptionKey.ts";
import { bucketArn, LogBucket } from "../../components/security/audit/logBucket.ts";
import { NAMESPACES } from "../../components/shared/names.ts";
import { stackTags, type Tags } from "../../components/shared/aws.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import type { StackConfig } from "../config.ts";
import type { Account } from "./account.ts";
import type { EksConfig, Networks } from "./network.ts";
import type { Operations } from "./operations.ts";

export type Route53Config = Extract<StackConfig["dns"], { kind: "route53" }>;

/** Copies of each controller that runs on the system's nodes: one goes with its node, the other works on. */
const CONTROLLER_REPLICAS = 2;

/** Options of a component with children in AWS and in the cluster. */
const both = ({ here, providers }: Account, kubernetes: k8s.Provider): pulumi.ComponentResourceOptions => {
  return { ...(here.transformations === undefined ? {} : { transformations: here.transformations }), providers: [kubernetes, providers.main] };
};

/** What a cluster of AWS needs before anything else runs on it: encrypted volumes, and nodes. */
export function declareCapacity(
  account: Account,
  kubernetes: k8s.Provider,
  { eks }: Networks,
  cluster: EksConfig,
  { charts, environment }: StackConfig,
): readonly pulumi.Resource[] {
  const { names } = account;
  const tags: Tags = stackTags(environment);
  const volumes = new VolumeClass(
    "volumes",
    { keyArn: eks.keyArn, protection: names.protection, tags, after: eks.ready },
    both(account, kubernetes),
  );
  const karpenter = new Karpenter(
    "karpenter",
    {
      ...names,
      charts,
      clusterName: eks.clusterName,
      clusterEndpoint: eks.endpoint,
      replicas: CONTROLLER_REPLICAS,
      diskGi: cluster.systemNodes.diskGi,
      pools: { spot: cluster.limits, "on-demand": cluster.limits },
      tags,
      after: eks.ready,
    },
    both(account, kubernetes),
  );
  return [...volumes.ready, ...karpenter.ready];
}

const edgeLogBucket = ({ prefix, accountId }: Account["names"]): string => `${prefix}-${accountId}-edge-logs`;

/** Logs of CloudFront, delivered from us-east-1: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html */
function declareEdgeLogs({ names, config, here }: Account, { audit }: Operations): LogBucket {
  const bucket = edgeLogBucket(names);
  const Principal = { Service: "delivery.logs.amazonaws.com" };
  const ofAccount = { "aws:SourceAccount": names.accountId };
  const ArnLike = { "aws:SourceArn": `arn:aws:logs:us-east-1:${names.accountId}:delivery-source:*` };
  const key = new EncryptionKey(
    "edge-logs-key",
    {
      description: "Access logs of CloudFront",
      alias: `${names.prefix}/edge-access-logs`,
      accountId: names.accountId,
      part: "edge",
      protection: names.protection,
      statements: [
        {
          Sid: "LogDelivery",
          Effect: "Allow",
          Principal,
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
          Resource: "*",
          Condition: { StringEquals: ofAccount, ArnLike },
        },
      ],
    },
    here,
  );
  return new LogBucket(
    "edge-logs",
    {
      bucket,
      part: "edge",
      protection: names.protection,
      encryption: { kind: "kms", keyArn: key.arn },
      retentionDays: config.logRetentionDays,
      accessLogBucket: audit.accessLogBucket,
      statements: [
        {
          Sid: "LogDelivery",
          Effect: "Allow",
          Principal,
          Action: "s3:PutObject",
          Resource: `${bucketArn(bucket)}/*`,
          Condition: { StringEquals: { ...ofAccount, "s3:x-amz-acl": "bucket-owner-full-control" }, ArnLike },
        },
      ],
    },
    here,
  );
}

export interface EdgeInputs {
  readonly networks: Networks;
  readonly operations: Operations;
  readonly tenants: readonly Tenant[];
  /** What the gateway's pods and Service wait for. */
  readonly gateway: readonly pulumi.Resource[];
}

/** DNS, content delivery and firewall before the gateway, and what lets cert-manager prove the domains. */
export function declareEdge(account: Account, kubernetes: k8s.Provider, config: StackConfig, dns: Route53Config, inputs: EdgeInputs): { readonly edge: Edge; readonly proving: DnsRole } {
  const { names, config: aws, providers } = account;
  const { networks, operations, tenants, gateway } = inputs;
  const { eks, main } = networks;
  const controller = new LoadBalancerController(
    "load-balancers",
    {
      ...names,
      charts: config.charts,
      clusterName: eks.clusterName,
      vpcId: main.vpcId,
      targetGroups: [edgeName(names.prefix)],
      replicas: CONTROLLER_REPLICAS,
      after: eks.ready,
    },
    both(account, kubernetes),
  );
  const logs = declareEdgeLogs(account, operations);
  const edge = new Edge(
    "edge",
    {
      ...names,
      domain: config.domain,
      loadBalancerDomain: dns.loadBalancerDomain,
      ...(dns.delegations === undefined ? {} : { delegations: dns.delegations }),
      network: { vpcId: main.vpcId, cidr: main.cidr, nodeSecurityGroupId: eks.nodeSecurityGroupId, privateSubnetIds: [...main.privateSubnetIds] },
      originFacingPrefixListId: dns.originPrefixList,
      gateway: { namespace: NAMESPACES.ingress, service: GATEWAY_RELEASE },
      tenants: tenants.map((tenant) => ({ ...tenant, ownDomains: tenant.hosts.domains.map(({ host }) => host) })),
      firewall: { requestsPer5Minutes: dns.requestsPer5Minutes },
      logs: { bucketArn: bucketArn(edgeLogBucket(names)), retentionDays: aws.logRetentionDays },
      alarmTopicArns: [operations.topics.main],
      usEast1: providers.edge,
      after: [...controller.ready, ...gateway, ...logs.ready],
    },
    both(account, kubernetes),
  );
  const zones = {
    Domain: { domain: config.domain, zoneId: edge.zones.domainId },
    LoadBalancer: { domain: dns.loadBalancerDomain, zoneId: edge.zones.loadBalancerId },
  };
  return { edge, proving: new DnsRole("proving", { ...names, clusterName: eks.clusterName, zones, after: eks.ready }, account.here) };
}
