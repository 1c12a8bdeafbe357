import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import type { Properties } from "../provider.ts";
import { isRecord } from "../wire.ts";
import { isLoopback, loadKubeconfig } from "./kubeconfig.ts";

/** An address that a cloud's stand-in handed out, and what a kubeconfig for it must hold. */
export interface HandedOut {
  readonly server: string;
  /** Base64 of the PEM. */
  readonly certificateAuthority: string;
  readonly clusterName: string;
}

/** The sandbox's own API server, which answers for addresses that exist on paper only. */
export interface OwnCluster {
  /** Path or contents of the kubeconfig that reaches it. */
  readonly kubeconfig: string;
  /** What is handed out now. */
  readonly endpoints: () => readonly HandedOut[];
}

/**
 * The provider's arguments as the sandbox uses them: a kubeconfig for an address that was handed out becomes the sandbox's own;
 * one for this machine stays.
 * @throws naming the address and what is allowed
 */
export function ownArguments(config: Properties, own: OwnCluster): Properties {
  const given = config["kubeconfig"];
  if (typeof given !== "string" || given === "") return config;
  const context = textOf(config["context"]);
  const kubeconfig = parse(given, context, textOf(config["cluster"]));
  const cluster = kubeconfig?.getCurrentCluster();
  if (kubeconfig === undefined || cluster === undefined || cluster === null || isLoopback(cluster.server)) return config;
  const endpoints = own.endpoints();
  const target = endpoints.find(({ server }) => server === cluster.server);
  if (target === undefined) {
    const allowed = ["addresses of this machine", ...endpoints.map(({ server }) => server)].join(", ");
    throw new Error(`kubernetes provider: kubeconfig: points to ${cluster.server}; allowed are: ${allowed}`);
  }
  const fault = faultOf(kubeconfig, cluster, target);
  if (fault !== undefined) throw new Error(`kubernetes provider: kubeconfig: ${fault}`);
  const rest = Object.entries(config).filter(([key]) => key !== "context" && key !== "cluster");
  return { ...Object.fromEntries(rest), kubeconfig: own.kubeconfig };
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Undefined for what is no kubeconfig, which the ordinary check names. */
function parse(given: string, context: string | undefined, cluster: string | undefined): KubeConfig | undefined {
  try {
    return loadKubeconfig(given, context, cluster);
  } catch {
    return undefined;
  }
}

/** What would keep the kubeconfig from reaching the real cluster: nothing else here would notice. */
function faultOf(kubeconfig: KubeConfig, { server, caData }: Cluster, { certificateAuthority, clusterName }: HandedOut): string | undefined {
  if (caData !== certificateAuthority) return `its certificate authority is not the one that ${server} was handed out with`;
  const user = kubeconfig.getCurrentUser();
  const exec: unknown = user?.exec;
  if (!isRecord(exec)) return user?.token === undefined ? `it has no credentials for ${server}: neither a token nor a program that fetches one` : undefined;
  const args: unknown = exec["args"];
  const named = Array.isArray(args) && args.includes(clusterName);
  return named ? undefined : `its program does not ask for a token of the cluster "${clusterName}"`;
}
