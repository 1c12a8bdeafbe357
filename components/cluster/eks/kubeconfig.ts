/** What a client needs to know of an EKS cluster. */
export interface EksEndpoint {
  readonly clusterName: string;
  readonly region: string;
  /** `https://….eks.amazonaws.com`. */
  readonly endpoint: string;
  /** Base64 of the PEM. */
  readonly certificateAuthority: string;
}

/**
 * A kubeconfig without a secret in it: the token comes from the caller's own AWS credentials at each use. As JSON, which is YAML.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
 */
export function eksKubeconfig({ clusterName, region, endpoint, certificateAuthority }: EksEndpoint): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: clusterName, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    "current-context": clusterName,
    users: [
      {
        name: clusterName,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
}
