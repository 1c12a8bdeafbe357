import { stringify } from "yaml";
import { isRecord } from "../guards.ts";
import type { ServerCommand } from "../process.ts";
import type { MeshPorts } from "./ports.ts";
import type { Release } from "./releases.ts";

/** What the agent of a proxy calls: the name in istiod's own certificate. */
export const istiodAddress = (ports: MeshPorts): string => `localhost:${ports.istiodTls}`;

/** istiod's mesh configuration: the program's own, but for where the proxies find istiod. */
export function meshConfigText({ values }: Release, ports: MeshPorts): string {
  const config = isRecord(values["meshConfig"]) ? values["meshConfig"] : {};
  const defaults = isRecord(config["defaultConfig"]) ? config["defaultConfig"] : {};
  return stringify({
    ...config,
    // The agent would scrape an application in its own pod, and a gateway has none.
    enablePrometheusMerge: false,
    defaultConfig: { ...defaults, discoveryAddress: istiodAddress(ports) },
  });
}

/** The chart's `env` values as the process's environment. */
export function istiodEnvironment({ namespace, values }: Release): Readonly<Record<string, string>> {
  const own = isRecord(values["env"]) ? Object.entries(values["env"]) : [];
  return {
    ...Object.fromEntries(own.map(([name, value]): [string, string] => [name, String(value)])),
    POD_NAME: "istiod",
    POD_NAMESPACE: namespace,
    CLUSTER_ID: "Kubernetes",
    ISTIOD_CUSTOM_HOST: "localhost",
    // Filters of Istio's own build of Envoy, which the registries do not have.
    PILOT_ENABLE_ALPN_FILTER: "false",
    PILOT_ENABLE_METADATA_EXCHANGE: "false",
    // The program's objects are complete before this starts: waiting for more only delays a push.
    PILOT_DEBOUNCE_AFTER: "50ms",
  };
}

export interface IstiodFiles {
  readonly program: string;
  readonly kubeconfig: string;
  readonly meshConfig: string;
  readonly networks: string;
  readonly folder: string;
}

/** istiod as a process of this machine: nothing but loopback, and no injection webhook. */
export function istiodCommand(files: IstiodFiles, release: Release, ports: MeshPorts): ServerCommand {
  const at = (port: number): string => `127.0.0.1:${port}`;
  return {
    file: files.program,
    args: [
      "discovery",
      `--kubeconfig=${files.kubeconfig}`,
      `--meshConfig=${files.meshConfig}`,
      `--networksConfig=${files.networks}`,
      `--grpcAddr=${at(ports.istiodGrpc)}`,
      `--secureGRPCAddr=${at(ports.istiodTls)}`,
      "--httpsAddr=",
      `--httpAddr=${at(ports.istiodHttp)}`,
      `--monitoringAddr=${at(ports.istiodMetrics)}`,
      "--ctrlz_port=0",
      "--domain=cluster.local",
    ],
    cwd: files.folder,
    env: { PATH: process.env["PATH"], HOME: files.folder, ...istiodEnvironment(release) },
  };
}
