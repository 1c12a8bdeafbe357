import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig, type Cluster } from "@kubernetes/client-node";
import type { Properties } from "../provider.ts";

/**
 * Reads a kubeconfig from a path or from its contents. Throws when it is neither; the text never quotes what was
 * given, since it may hold keys.
 */
export function loadKubeconfig(pathOrContents: string, context?: string, cluster?: string): KubeConfig {
  const config = new KubeConfig();
  const home = pathOrContents === "~" || pathOrContents.startsWith("~/");
  const path = home ? join(homedir(), pathOrContents.slice(1)) : pathOrContents;
  const isPath = path.length < 4096 && !path.includes("\n") && existsSync(path);
  const neither = "is neither an existing file nor the contents of a kubeconfig";
  try {
    config.loadFromString(isPath ? readFileSync(path, "utf8") : pathOrContents);
  } catch {
    throw new Error(neither);
  }
  if (config.clusters.length === 0) throw new Error(neither);
  if (context !== undefined) config.setCurrentContext(context);
  const active = config.getContextObject(config.getCurrentContext());
  if (active !== null && cluster !== undefined) {
    config.contexts = config.contexts.map((each) => (each === active ? { ...each, cluster } : each));
  }
  return config;
}

/** Why a kubeconfig cannot be used in the sandbox, undefined if it can. */
export function kubeconfigFault(pathOrContents: string, context: string | undefined): string | undefined {
  let config: KubeConfig;
  try {
    config = loadKubeconfig(pathOrContents, context);
  } catch (error) {
    return error instanceof Error ? error.message : "cannot be read";
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    const contexts = config.contexts.map(({ name }) => name).join(", ");
    return `has no cluster for the context ${config.getCurrentContext() || "(none)"}; it has the contexts ${contexts}`;
  }
  const user = config.getCurrentUser();
  if (user?.exec !== undefined || user?.authProvider !== undefined) {
    return "asks for a program that fetches a token; the sandbox takes certificates and tokens only";
  }
  if (!isLoopback(cluster.server)) {
    return `points to ${cluster.server}; the sandbox talks to addresses of this machine only`;
  }
  return undefined;
}

/** Whether a URL names this machine. */
export function isLoopback(server: string): boolean {
  if (!URL.canParse(server)) return false;
  const { hostname } = new URL(server);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
}

/** The cluster that a provider's arguments point to; undefined when they do not say. */
export function activeCluster(properties: Properties): Cluster | undefined {
  const text = (name: string) => {
    const value = properties[name];
    return typeof value === "string" ? value : undefined;
  };
  const kubeconfig = text("kubeconfig");
  if (kubeconfig === undefined) return undefined;
  try {
    return loadKubeconfig(kubeconfig, text("context"), text("cluster")).getCurrentCluster() ?? undefined;
  } catch {
    return undefined;
  }
}
