/** What one AWS resource costs a month, from its inputs. */
import type { Properties } from "./model.ts";
import { BY_USE, FREE, HOUR, HOURS_PER_MONTH, INSTANCE_HOUR, MONTH, type UnitPrice } from "./prices.ts";

export type Price =
  | { readonly kind: "fixed"; readonly usd: number; readonly basis: UnitPrice["basis"] }
  | { readonly kind: "byUse" | "free" }
  /** `what` names the class or type that the table lacks. */
  | { readonly kind: "unknown"; readonly what: string };

const times = ({ usd, basis }: UnitPrice, many: number): Price => ({ kind: "fixed", usd: usd * many, basis });
const hourly = (price: UnitPrice, many = 1): Price => times(price, HOURS_PER_MONTH * many);

const numberOf = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const recordOf = (value: unknown): Properties => (typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {});

function instances(name: unknown, many: number): Price {
  const price = typeof name === "string" ? INSTANCE_HOUR[name] : undefined;
  return price === undefined ? { kind: "unknown", what: typeof name === "string" ? name : "an instance class known after the deployment" } : hourly(price, many);
}

const cacheNodes = (inputs: Properties): number =>
  numberOf(inputs["numCacheClusters"], numberOf(inputs["numNodeGroups"], 1) * (1 + numberOf(inputs["replicasPerNodeGroup"], 0)));

/** By type. A type that is in neither this table nor the lists beside it is not priced, and the report names it. */
const BILLED: Readonly<Record<string, (inputs: Properties) => Price>> = {
  "aws:eks/cluster:Cluster": () => hourly(HOUR.eksCluster),
  "aws:eks/nodeGroup:NodeGroup": (inputs) =>
    instances(listOf(inputs["instanceTypes"])[0], numberOf(recordOf(inputs["scalingConfig"])["desiredSize"], 1)),
  "aws:ec2/natGateway:NatGateway": () => hourly(HOUR.natGateway),
  "aws:ec2/eip:Eip": () => hourly(HOUR.publicIpv4),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (inputs) =>
    inputs["vpcEndpointType"] === "Interface" ? hourly(HOUR.interfaceEndpoint, Math.max(1, listOf(inputs["subnetIds"]).length)) : { kind: "free" },
  "aws:lb/loadBalancer:LoadBalancer": () => hourly(HOUR.loadBalancer),
  "aws:rds/clusterInstance:ClusterInstance": (inputs) => instances(inputs["instanceClass"], 1),
  "aws:elasticache/replicationGroup:ReplicationGroup": (inputs) => instances(inputs["nodeType"], cacheNodes(inputs)),
  "aws:kms/key:Key": () => times(MONTH.kmsKey, 1),
  "aws:kms/replicaKey:ReplicaKey": () => times(MONTH.kmsKey, 1),
  "aws:secretsmanager/secret:Secret": () => times(MONTH.secret, 1),
  "aws:route53/zone:Zone": () => times(MONTH.hostedZone, 1),
  "aws:cloudwatch/metricAlarm:MetricAlarm": () => times(MONTH.alarm, 1),
  "aws:wafv2/webAcl:WebAcl": (inputs) => {
    const rules = listOf(inputs["rules"]).length;
    return { kind: "fixed", usd: MONTH.webAcl.usd + rules * MONTH.webAclRule.usd, basis: "listed" };
  },
};

const isListed = (list: readonly string[], type: string): boolean => list.some((entry) => (entry.endsWith("/") ? type.startsWith(entry) : type === entry));

/** The monthly price of a resource; of types that are not AWS's, nothing. */
export function priceOf(type: string, inputs: Properties): Price {
  if (!type.startsWith("aws:")) return { kind: "free" };
  const billed = BILLED[type];
  if (billed !== undefined) return billed(inputs);
  if (isListed(BY_USE, type)) return { kind: "byUse" };
  return isListed(FREE, type) ? { kind: "free" } : { kind: "unknown", what: type };
}
