import type { Properties } from "../provider.ts";
import { isRecord } from "../wire.ts";
import { textOf, type Draft } from "./draft.ts";
import type { Store, Stored } from "./store.ts";

const CLUSTER = "aws:rds/cluster:Cluster";
const GLOBAL = "aws:rds/globalCluster:GlobalCluster";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";

/** Letters of the zones that an account has, where they are not a, b and c. */
const ZONES: Readonly<Record<string, readonly string[]>> = { "ap-northeast-1": ["a", "c", "d"] };

export interface Member {
  readonly dbClusterArn: string;
  readonly isWriter: boolean;
}

/** The clusters of a Global Database, as its outputs list them. */
export function membersOf(outputs: Properties): readonly Member[] {
  const members: unknown = outputs["globalClusterMembers"];
  if (!Array.isArray(members)) return [];
  return members.filter(isRecord).map((each) => ({ dbClusterArn: textOf(each["dbClusterArn"]), isWriter: each["isWriter"] === true }));
}

/** The three zones of a cluster's storage: those of its subnets first. */
export function zonesOf(draft: Draft): readonly string[] {
  const subnets: unknown = draft.find("aws:rds/subnetGroup:SubnetGroup", draft.text("dbSubnetGroupName"))?.outputs["subnetIds"];
  const ofSubnets = (Array.isArray(subnets) ? subnets : []).map((id: unknown) => textOf(draft.find("aws:ec2/subnet:Subnet", textOf(id))?.outputs["availabilityZone"]));
  const own = [...draft.list("availabilityZones").map(textOf), ...ofSubnets].filter((zone) => zone !== "");
  const others = (ZONES[draft.region] ?? ["a", "b", "c"]).map((letter) => draft.region + letter);
  return [...new Set([...own, ...others])].slice(0, 3).sort();
}

export const instancesOf = (cluster: Stored, store: Store): readonly Stored[] =>
  store.list(INSTANCE).filter(({ inputs, account, region }) => inputs["clusterIdentifier"] === cluster.id && account === cluster.account && region === cluster.region);

const clusterOf = (instance: Stored, store: Store): Stored | undefined =>
  store.list(CLUSTER).find(({ id, account, region }) => id === instance.inputs["clusterIdentifier"] && account === instance.account && region === instance.region);

const globalOf = (cluster: Stored, store: Store): Stored | undefined =>
  store.list(GLOBAL).find(({ id, account }) => id === cluster.inputs["globalClusterIdentifier"] && account === cluster.account);

/** Whether a cluster takes writes: one alone does, and of a Global Database the primary. */
function isPrimary(cluster: Stored, store: Store): boolean {
  const global = globalOf(cluster, store);
  if (global === undefined) return true;
  return membersOf(global.outputs).some(({ dbClusterArn, isWriter }) => isWriter && dbClusterArn === cluster.outputs["arn"]);
}

/** The first cluster of a Global Database is its primary; a later one replicates from it, and AWS says so on the cluster. */
export function joinGlobal(cluster: Stored, store: Store): void {
  const global = globalOf(cluster, store);
  if (global === undefined) return;
  const members = membersOf(global.outputs);
  const primary = members.find(({ isWriter }) => isWriter);
  store.amend(global, { globalClusterMembers: [...members, { dbClusterArn: cluster.outputs["arn"], isWriter: primary === undefined }] });
  if (primary !== undefined) store.amend(cluster, { replicationSourceIdentifier: primary.dbClusterArn });
}

export function leaveGlobal(cluster: Stored, store: Store): void {
  const global = globalOf(cluster, store);
  if (global === undefined) return;
  store.amend(global, { globalClusterMembers: membersOf(global.outputs).filter(({ dbClusterArn }) => dbClusterArn !== cluster.outputs["arn"]) });
}

function listMembers(cluster: Stored, store: Store): void {
  store.amend(cluster, { clusterMembers: instancesOf(cluster, store).map(({ id }) => id).sort() });
}

/** Makes one instance of a primary the writer and all others readers; a secondary has readers only. */
export function settleWriter(cluster: Stored, store: Store): void {
  const instances = instancesOf(cluster, store);
  const primary = isPrimary(cluster, store);
  const current = instances.find(({ outputs }) => outputs["writer"] === true) ?? instances[0];
  for (const each of instances) {
    const writer = primary && each.id === current?.id;
    if (each.outputs["writer"] !== writer) store.amend(each, { writer });
  }
}

export function joinCluster(instance: Stored, store: Store): void {
  const cluster = clusterOf(instance, store);
  if (cluster === undefined) return;
  listMembers(cluster, store);
  settleWriter(cluster, store);
}

export function leaveCluster(instance: Stored, store: Store): void {
  joinCluster(instance, store);
}
