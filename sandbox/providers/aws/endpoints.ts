import { isRecord } from "../wire.ts";
import { textOf } from "./draft.ts";
import { Store } from "./store.ts";

/** An EKS cluster as a kubeconfig reaches it. */
export interface KubernetesEndpoint {
  /** https://<32 hex>.gr7.<region>.eks.amazonaws.com */
  readonly server: string;
  /** Base64 of the PEM that a kubeconfig needs to trust the server. */
  readonly certificateAuthority: string;
  readonly clusterName: string;
}

/** What the aws stand-in handed out for others to connect to. */
export interface Endpoints {
  readonly kubernetes: readonly KubernetesEndpoint[];
  /** Host names, without ports: writers, readers, single instances, and the writer of each Global Database. */
  readonly databases: readonly string[];
}

/** The endpoints of all that is in the store now; a cluster that is gone has none. */
export function endpointsOf(storePath: string): Endpoints {
  const store = new Store(storePath);
  const kubernetes = store.list("aws:eks/cluster:Cluster").map(({ id, outputs }) => {
    const authority: unknown = outputs["certificateAuthority"];
    return { server: textOf(outputs["endpoint"]), certificateAuthority: isRecord(authority) ? textOf(authority["data"]) : "", clusterName: id };
  });
  const databases = ["aws:rds/cluster:Cluster", "aws:rds/globalCluster:GlobalCluster", "aws:rds/clusterInstance:ClusterInstance"]
    .flatMap((type) => store.list(type))
    .flatMap(({ outputs }) => [outputs["endpoint"], outputs["readerEndpoint"]])
    .map(textOf)
    .filter((host) => host !== "");
  return { kubernetes, databases };
}
