import type { Alarm } from "./alarms.ts";

/** Names that ElastiCache gives the nodes of a replication group. */
export const nodeNames = (groupId: string, replicas: number): readonly string[] =>
  Array.from({ length: replicas + 1 }, (_, index) => `${groupId}-${String(index + 1).padStart(3, "0")}`);

/**
 * What wakes somebody about one node of the cache. Any node can be the primary, so all have all.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html
 */
export function cacheAlarms(node: string): readonly Alarm[] {
  const base = {
    namespace: "AWS/ElastiCache",
    dimensions: { CacheClusterId: node },
    statistic: "Maximum",
    rings: "above",
    periods: 5,
    silence: "notBreaching",
  } as const;
  const number = node.slice(-3);
  return [
    {
      ...base,
      name: `${number}-cpu`,
      metric: "EngineCPUUtilization",
      threshold: 80,
      silence: "breaching",
      description: `${node}: its one thread is above 80 %, or it reports nothing.`,
    },
    {
      ...base,
      name: `${number}-memory`,
      metric: "DatabaseMemoryUsagePercentage",
      threshold: 90,
      periods: 15,
      description: `${node}: keys fill 90 % of its memory; the least recent ones are thrown out next.`,
    },
    {
      ...base,
      name: `${number}-connections`,
      metric: "CurrConnections",
      threshold: 50_000,
      description: `${node}: 50,000 connections of the 65,000 that a node takes.`,
    },
    {
      ...base,
      name: `${number}-lag`,
      metric: "ReplicationLag",
      threshold: 10,
      description: `${node}: its copy is ten seconds behind.`,
    },
  ];
}
