import { join } from "node:path";
import { componentKubeconfig, type Environment } from "../environment.ts";
import { addressIn } from "../environment/ranges.ts";

const loopback = (port: number): string => `http://127.0.0.1:${String(port)}`;

/** No host has this address; node and API server addresses must not be loopback ones, or endpoints refuse them. */
export function nodeAddress(env: Environment, index: number): string {
  // The last /24 of the pod range: the first ones go to the nodes' pods.
  return addressIn(env.ranges.pods, 15 * 256 + 1 + index);
}

/** Arguments of etcd. Losing the last second in a power cut is fine here, and fsync dominates on small disks. */
export function etcdArgs(env: Environment): readonly string[] {
  const client = loopback(env.ports.etcdClient);
  const peer = loopback(env.ports.etcdPeer);
  return [
    `--data-dir=${env.paths.etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

/** Arguments of kube-apiserver; `auditPolicy` is the path of the policy file. */
export function apiServerArgs(env: Environment, auditPolicy: string): readonly string[] {
  const pki = (file: string): string => join(env.paths.pki, file);
  return [
    `--etcd-servers=${loopback(env.ports.etcdClient)}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${String(env.ports.apiServer)}`,
    `--advertise-address=${nodeAddress(env, 200)}`,
    // The server itself is on loopback: an endpoint for it would be refused.
    "--endpoint-reconciler-type=none",
    `--service-cluster-ip-range=${env.ranges.services}`,
    `--client-ca-file=${pki("ca.crt")}`,
    `--tls-cert-file=${pki("apiserver.crt")}`,
    `--tls-private-key-file=${pki("apiserver.key")}`,
    `--service-account-key-file=${pki("service-account.pub")}`,
    `--service-account-signing-key-file=${pki("service-account.key")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    // As kubeadm does; what a namespace may run is Pod Security's decision.
    "--allow-privileged=true",
    `--audit-policy-file=${auditPolicy}`,
    `--audit-log-path=${env.paths.auditLog}`,
    // One old file: the log stays whole for any test and bounded for ever.
    "--audit-log-maxsize=500",
    "--audit-log-maxbackup=1",
    "--profiling=false",
  ];
}

/** Arguments of kube-controller-manager. */
export function controllerManagerArgs(env: Environment): readonly string[] {
  return [
    `--kubeconfig=${componentKubeconfig(env, "controller-manager")}`,
    `--service-account-private-key-file=${join(env.paths.pki, "service-account.key")}`,
    `--root-ca-file=${join(env.paths.pki, "ca.crt")}`,
    "--use-service-account-credentials=true",
    "--allocate-node-cidrs=true",
    `--cluster-cidr=${env.ranges.pods}`,
    "--node-cidr-mask-size=24",
    `--service-cluster-ip-range=${env.ranges.services}`,
    "--kube-api-qps=500",
    "--kube-api-burst=400",
    ...singleton,
  ];
}

/** Arguments of kube-scheduler. */
export function schedulerArgs(env: Environment): readonly string[] {
  const kubeconfig = componentKubeconfig(env, "scheduler");
  return [`--kubeconfig=${kubeconfig}`, "--kube-api-qps=200", "--kube-api-burst=400", ...singleton];
}

/** Arguments of kwok; `stages` is the path of its configuration file. */
export function kwokArgs(env: Environment, stages: string): readonly string[] {
  return [
    `--kubeconfig=${componentKubeconfig(env, "kwok")}`,
    `--config=${stages}`,
    "--manage-all-nodes=true",
    `--cidr=${env.ranges.pods}`,
    `--node-ip=${nodeAddress(env, 0)}`,
    "--node-lease-duration-seconds=40",
  ];
}

/** One instance, which nobody scrapes: no election, no port. */
const singleton = ["--leader-elect=false", "--secure-port=0", "--profiling=false"] as const;
