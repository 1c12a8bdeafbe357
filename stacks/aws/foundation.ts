import type * as pulumi from "@pulumi/pulumi";
import type { Aurora } from "../../components/data/aws/aurora.ts";
import { ElastiCache } from "../../components/data/aws/elasticache.ts";
import type { ObjectStorage } from "../../components/data/aws/objectStorage.ts";
import type { Credentials } from "../../components/data/credentials.ts";
import { PlatformImages } from "../../components/delivery/images.ts";
import type { Cost } from "../../components/monitoring/cost/cost.ts";
import { isOpen, type Tenant } from "../../tenants/tenant.ts";
import type { StackConfig } from "../config.ts";
import { openAccount, type Account } from "./account.ts";
import { declareAurora, declareBackups, declareStorage } from "./data.ts";
import { declareNetworks, type EksConfig, type Networks } from "./network.ts";
import { declareCost, declareOperations, type Operations } from "./operations.ts";
import { declareTenantKeys, type TenantKeys } from "./tenantCloud.ts";

/** What a stack has in AWS before the first object of its cluster. */
export interface Foundation {
  readonly account: Account;
  readonly cluster: EksConfig;
  readonly operations: Operations;
  readonly networks: Networks;
  readonly storage: ObjectStorage;
  readonly aurora: Aurora | undefined;
  readonly keys: TenantKeys;
  readonly cost: Cost;
}

/** Days that daily snapshots of the cache are kept; it can be filled anew. */
const CACHE_SNAPSHOT_DAYS = 7;

/**
 * Network, cluster, stores, audit and cost of a stack on AWS; undefined for one that has none.
 * @throws ConfigError when the credentials are of another account, before anything else is registered.
 */
export async function declareFoundation(config: StackConfig, tenants: readonly Tenant[], watch: pulumi.ResourceTransformation): Promise<Foundation | undefined> {
  const { aws, cluster, database } = config;
  if (aws === undefined || cluster.kind !== "eks") return undefined;
  const account = await openAccount(config, aws, watch);
  const operations = declareOperations(account);
  const networks = declareNetworks(account, cluster, config.monitoring.smtp.port);
  const storage = declareStorage(account);
  const aurora = database.kind === "aurora" ? declareAurora(account, database, networks, operations) : undefined;
  if (aurora !== undefined) declareBackups(account, aurora, storage, operations);
  const cost = declareCost(account, config.environment, tenants, operations);
  const keys = declareTenantKeys(account);
  new PlatformImages("platform-images", { ...account.names, keyArn: keys.images.arn }, account.here);
  return { account, cluster, operations, networks, storage, aurora, keys, cost };
}

/** Valkey by ElastiCache, where the config says so. */
export function declareManagedCache({ account, networks, operations }: Foundation, config: StackConfig, tenants: readonly Tenant[], credentials: Credentials): ElastiCache | undefined {
  const { cache } = config;
  if (cache.kind !== "elasticache") return undefined;
  return new ElastiCache(
    "elasticache",
    {
      ...account.names,
      network: networks.main,
      nodeType: cache.nodeType,
      replicas: cache.replicas,
      snapshotRetentionDays: CACHE_SNAPSHOT_DAYS,
      logRetentionDays: account.config.logRetentionDays,
      tenants: tenants.filter(isOpen),
      passwordOf: (id) => credentials.of(id).cache,
      alarms: { topicArn: operations.topics.main },
      after: networks.main.ready,
    },
    account.here,
  );
}
