import { membersOf, settleWriter } from "./aurora.ts";
import { Store, type Stored } from "./store.ts";

const CLUSTER = "aws:rds/cluster:Cluster";
const GLOBAL = "aws:rds/globalCluster:GlobalCluster";

export interface FailedOver {
  /** ARN of the cluster that takes writes now. */
  readonly writer: string;
  /** ARNs of the clusters that replicate from it. */
  readonly readers: readonly string[];
}

/**
 * Does to the store what a global failover or switchover does in AWS: the secondary becomes the primary, its first instance the
 * writer, and the old primary replicates from it. Endpoints stay as they are; each cluster keeps its own.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
 * @throws when there is no such Global Database, or it has no secondary
 */
export function failOver(storePath: string, globalClusterId: string): FailedOver {
  const store = new Store(storePath);
  const globals = store.list(GLOBAL);
  const global = globals.find(({ id }) => id === globalClusterId);
  if (global === undefined) {
    throw new Error(`the store has no global cluster "${globalClusterId}"; it has: ${globals.map(({ id }) => id).join(", ") || "none"}`);
  }
  const members = membersOf(global.outputs);
  const next = members.find(({ isWriter }) => !isWriter);
  if (next === undefined) throw new Error(`global cluster "${globalClusterId}" has no secondary cluster to fail over to`);
  const writer = next.dbClusterArn;
  store.amend(global, { globalClusterMembers: members.map(({ dbClusterArn }) => ({ dbClusterArn, isWriter: dbClusterArn === writer })) });
  const clusters = members.map(({ dbClusterArn }) => clusterAt(store, dbClusterArn));
  for (const cluster of clusters) {
    store.amend(cluster, { replicationSourceIdentifier: cluster.outputs["arn"] === writer ? undefined : writer });
    settleWriter(cluster, store);
  }
  return { writer, readers: members.map(({ dbClusterArn }) => dbClusterArn).filter((arn) => arn !== writer) };
}

function clusterAt(store: Store, arn: string): Stored {
  const cluster = store.list(CLUSTER).find(({ outputs }) => outputs["arn"] === arn);
  if (cluster === undefined) throw new Error(`the store has no cluster ${arn}`);
  return cluster;
}
