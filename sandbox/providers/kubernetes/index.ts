import type { Properties, StandIn } from "../provider.ts";
import { checkArguments, diffArguments, readArguments } from "./arguments.ts";
import { Client } from "./client.ts";
import { Cluster } from "./cluster.ts";
import { Discovery } from "./discovery.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { ownArguments, type OwnCluster } from "./own.ts";
import { KubernetesProvider } from "./provider.ts";

function standIn(reach: (config: Properties) => Properties): StandIn {
  return {
    name: "kubernetes",
    version: "4.34.2",
    checkConfig: checkArguments,
    diffConfig: diffArguments,
    async configure(config) {
      const args = readArguments(reach(config));
      const abort = new AbortController();
      const kubeconfig = loadKubeconfig(args.kubeconfig, args.context, args.cluster);
      const client = await Client.connect(kubeconfig, abort.signal);
      return new KubernetesProvider(args, new Cluster(client, new Discovery(client), abort.signal), abort);
    },
  };
}

/** Stands in for the official kubernetes plugin, with real requests to the API server of the kubeconfig. */
export const kubernetes: StandIn = standIn((config) => config);

/** The same, where the sandbox's own API server answers for addresses that a cloud's stand-in handed out. */
export const kubernetesFor = ({ own }: { readonly own: OwnCluster }): StandIn => standIn((config) => ownArguments(config, own));
