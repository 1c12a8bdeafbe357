import type { Alarm } from "./alarms.ts";

const MIB = 1024 ** 2;

/** Share of the connections from which it is time to act. */
const CONNECTIONS_SHARE = 0.85;

type Base = Pick<Alarm, "namespace" | "dimensions" | "statistic" | "rings" | "periods" | "silence">;

/**
 * What wakes somebody about one Aurora cluster. Every cluster has all of them, those of replication too: each can be the
 * writer or the copy, and a metric that its role does not have is silent.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 */
export function auroraAlarms(cluster: string, maxConnections: number): readonly Alarm[] {
  const base: Base = {
    namespace: "AWS/RDS",
    dimensions: { DBClusterIdentifier: cluster },
    statistic: "Maximum",
    rings: "above",
    periods: 5,
    silence: "notBreaching",
  };
  return [...resourceAlarms(base, maxConnections), ...replicationAlarms(base), ...workAlarms(base)];
}

/** What an instance runs out of. */
function resourceAlarms(base: Base, maxConnections: number): readonly Alarm[] {
  return [
    {
      ...base,
      name: "cpu",
      metric: "CPUUtilization",
      threshold: 80,
      periods: 10,
      silence: "breaching",
      description: "An instance is above 80 % CPU for ten minutes, or the cluster reports nothing.",
    },
    {
      ...base,
      name: "memory",
      metric: "FreeableMemory",
      statistic: "Minimum",
      rings: "below",
      threshold: 256 * MIB,
      description: "An instance has less than 256 MiB of memory left.",
    },
    {
      ...base,
      name: "local-storage",
      metric: "FreeLocalStorage",
      statistic: "Minimum",
      rings: "below",
      threshold: 2048 * MIB,
      description: "An instance has less than 2 GiB left for sorts, temporary tables and logs.",
    },
    {
      ...base,
      name: "connections",
      metric: "DatabaseConnections",
      threshold: Math.floor(maxConnections * CONNECTIONS_SHARE),
      description: `An instance holds more than 85 % of ${maxConnections} connections.`,
    },
  ];
}

/** How far copies are behind. */
function replicationAlarms(base: Base): readonly Alarm[] {
  return [
    {
      ...base,
      name: "replica-lag",
      metric: "AuroraReplicaLagMaximum",
      threshold: 1000,
      description: "A reader of this region is more than a second behind.",
    },
    {
      ...base,
      name: "global-lag",
      metric: "AuroraGlobalDBReplicationLag",
      threshold: 5000,
      description: "This region's copy is more than five seconds behind; a failover would lose that much.",
    },
  ];
}

/** What goes wrong in the work itself. */
function workAlarms(base: Base): readonly Alarm[] {
  return [
    {
      ...base,
      name: "deadlocks",
      metric: "Deadlocks",
      threshold: 0.1,
      description: "More than one deadlock in ten seconds.",
    },
    {
      ...base,
      name: "transaction-ids",
      metric: "MaximumUsedTransactionIDs",
      threshold: 1_000_000_000,
      description: "Vacuum does not keep up: half of the transaction ids are used, and the server stops when they run out.",
    },
  ];
}
