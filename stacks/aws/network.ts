import { EksCluster } from "../../components/cluster/eks/eksCluster.ts";
import { Network } from "../../components/cluster/network/network.ts";
import type { StackConfig } from "../config.ts";
import type { Account } from "./account.ts";

export type EksConfig = Extract<StackConfig["cluster"], { kind: "eks" }>;

/** Networks and clusters of both regions. */
export interface Networks {
  readonly main: Network;
  readonly second: Network | undefined;
  readonly eks: EksCluster;
  /** The cluster of the second region that waits for a disaster, without tenants. */
  readonly standby: EksCluster | undefined;
}

const HTTPS = 443;

/** The networks, and the clusters in them. */
export function declareNetworks(account: Account, cluster: EksConfig, smtpPort: number): Networks {
  const { config, names, here, there } = account;
  const { nat, logRetentionDays, secondRegion } = config;
  const shared = { ...names, nat, flowLogRetentionDays: logRetentionDays, clusterName: names.prefix };
  const eks = (name: string, prefix: string, network: Network, region: string, options: Account["here"]): EksCluster =>
    new EksCluster(
      name,
      {
        ...names,
        prefix,
        region,
        network,
        endpoint: cluster.endpoint,
        logRetentionDays,
        systemNodes: systemNodes(cluster),
        admins: cluster.admins,
        deployers: cluster.deployers,
        egressPorts: [HTTPS, smtpPort],
      },
      options,
    );
  // IAM is one for all regions, so the second cluster's roles need names of their own.
  const standby = `${names.prefix}-standby`;
  const main = new Network("network", { ...shared, cidr: config.cidr, zones: config.zones }, here);
  const second =
    secondRegion.network === undefined
      ? undefined
      : new Network("network-second", { ...shared, ...secondRegion.network, region: secondRegion.region, clusterName: standby }, there);
  return {
    main,
    second,
    eks: eks("eks", names.prefix, main, names.region, here),
    standby: second === undefined || secondRegion.cluster === "none" ? undefined : eks("eks-standby", standby, second, secondRegion.region, there),
  };
}

/** One node more than there are, for a replacement to come before what it replaces goes. */
const systemNodes = ({ systemNodes: { instanceTypes, count, diskGi } }: EksConfig) => ({
  instanceTypes,
  min: count,
  desired: count,
  max: count + 1,
  diskGi,
});
