import { TENANT_LABEL } from "../../components/shared/labels.ts";
import { JOB_LABEL } from "../../components/tenant/workloads.ts";
import type { Party, Port } from "./networkModel.ts";

/** Who sends in the table of paths, and everything that it might want to reach. */

export const SENDERS = ["storefront", "api", "migrate", "backup", "testdata", "verify", "without labels"] as const;
export type Sender = (typeof SENDERS)[number];

export interface Path {
  readonly party: Party;
  readonly port: Port;
}

type Labels = Readonly<Record<string, string>>;

export const pod = (namespace: string, labels: Labels): Party => ({ kind: "pod", namespace, labels });

/** A pod in a tenant's namespace with any labels. */
export const ownPod = (tenant: string, labels: Labels): Party => pod(`tenant-${tenant}`, labels);

function labelsOf(tenant: string, sender: Sender): Labels {
  switch (sender) {
    case "storefront":
    case "api":
      return { [TENANT_LABEL]: tenant, "app.kubernetes.io/name": sender };
    case "migrate":
    case "backup":
    case "testdata":
    case "verify":
      return { [TENANT_LABEL]: tenant, [JOB_LABEL]: sender };
    case "without labels":
      return {};
  }
}

/** A tenant's pod as the program makes it. */
export const podOf = (tenant: string, sender: Sender): Party => ownPod(tenant, labelsOf(tenant, sender));

const address = (at: string): Party => ({ kind: "address", address: at });
const data = (name: string): Party => pod("privatesales-data", { "app.kubernetes.io/name": name });

/** Where the stores are: in the cluster, or in the database subnets of the VPC. */
const stores = (stack: "local" | "prod"): Readonly<Record<"database" | "cache", Party>> =>
  stack === "local" ? { database: data("postgres"), cache: data("cache") } : { database: address("10.10.198.20"), cache: address("10.10.199.20") };

/** Everything that a pod of dior might want to reach, by name. */
export function pathsOf(stack: "local" | "prod"): Readonly<Record<string, Path>> {
  const tcp = (party: Party, port: number): Path => ({ party, port: { port } });
  const { database, cache } = stores(stack);
  const dns = pod("kube-system", { "k8s-app": "kube-dns" });
  const istiod = pod("istio-system", { app: "istiod" });
  const gateway = pod("istio-ingress", { istio: "ingress" });
  return {
    "own storefront": tcp(podOf("dior", "storefront"), 3000),
    "own API": tcp(podOf("dior", "api"), 8080),
    "own storefront's metrics": tcp(podOf("dior", "storefront"), 15020),
    "own migration": tcp(podOf("dior", "migrate"), 8080),
    "another tenant's storefront": tcp(podOf("chanel", "storefront"), 3000),
    "another tenant's API": tcp(podOf("chanel", "api"), 8080),
    "another tenant's job": tcp(podOf("chanel", "migrate"), 8080),
    "dns over UDP": { party: dns, port: { port: 53, protocol: "UDP" } },
    "dns over TCP": tcp(dns, 53),
    "dns metrics": tcp(dns, 9153),
    "another pod of kube-system": tcp(pod("kube-system", { "k8s-app": "metrics-server" }), 53),
    "mesh control plane": tcp(istiod, 15012),
    "mesh control plane in plain text": tcp(istiod, 15010),
    "mesh webhook": tcp(istiod, 15017),
    "gateway over HTTP": tcp(gateway, 80),
    "gateway over HTTPS": tcp(gateway, 443),
    "gateway's administration": tcp(gateway, 15000),
    database: tcp(database, 5432),
    "database by SSH": tcp(database, 22),
    pooler: tcp(data("pooler"), 6432),
    "pooler's metrics": tcp(data("pooler"), 9127),
    cache: tcp(cache, 6379),
    Prometheus: tcp(pod("monitoring", { "app.kubernetes.io/name": "prometheus" }), 9090),
    Grafana: tcp(pod("monitoring", { "app.kubernetes.io/name": "grafana" }), 3000),
    Elasticsearch: tcp(pod("logging", { "common.k8s.elastic.co/type": "elasticsearch" }), 9200),
    "logging's webhook": tcp(pod("logging", { "control-plane": "elastic-operator" }), 9443),
    "a pod of nobody's namespace": tcp(pod("default", { "app.kubernetes.io/name": "api" }), 8080),
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
    "instance metadata": tcp(address("169.254.169.254"), 80),
    "instance metadata over IPv6": tcp(address("fd00:ec2::254"), 80),
    "identity agent": tcp(address("169.254.170.23"), 80),
    "identity agent over IPv6": tcp(address("fd00:ec2::23"), 80),
    "identity agent's probe port": tcp(address("169.254.170.23"), 2703),
    "ECS metadata": tcp(address("169.254.170.2"), 80),
    "kubelet of a node": tcp(address("10.10.3.4"), 10_250),
    "SSH of a node": tcp(address("10.10.3.4"), 22),
    "kubelet of a kind node": tcp(address("172.18.0.2"), 10_250),
    "API server in the VPC": tcp(address("10.10.33.5"), 443),
    "API server's service": tcp(address("172.20.0.1"), 443),
    "API server of kind": tcp(address("172.18.0.2"), 6443),
    "an AWS endpoint in the VPC": tcp(address("10.10.64.9"), 443),
    "NAT and load balancers": tcp(address("10.10.192.9"), 443),
    "second region's nodes": tcp(address("10.11.3.4"), 443),
    "loopback of a node": tcp(address("127.0.0.1"), 10_248),
    "object storage": tcp(address("52.219.56.9"), 443),
    "object storage in plain text": tcp(address("52.219.56.9"), 80),
    "the internet": tcp(address("203.0.113.7"), 443),
    "the internet over IPv6": tcp(address("2001:db8::7"), 443),
    "mail on the internet": tcp(address("203.0.113.7"), 25),
    "another name server": { party: address("8.8.8.8"), port: { port: 53, protocol: "UDP" } },
  };
}
