import type { ICertificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import type { Manifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";

/** Who signs the platform's certificates. `selfSigned`: an authority of the cluster's own, which browsers warn about once. */
export interface IssuerChoice {
  readonly kind: "selfSigned";
}

/** The ClusterIssuer that every certificate of the platform is signed by, whatever stands behind it. */
export const ISSUER = "privatesales";

const CA = "privatesales-ca";
const SELF_SIGNED = "privatesales-self-signed";

/** Short-lived where cert-manager renews: a leaked key is worth at most this long. In Go's notation. */
const LIFETIME = { authority: "87600h", server: "2160h", renewBefore: "720h" } as const;

const KEY = { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" } as const;

const labels = platformLabels("mesh");

/** cert-manager: an issuer that signs a certificate with the certificate's own key; good for a root only. */
export const selfSignedIssuer = (): Manifest<IClusterIssuer> => ({
  apiVersion: "cert-manager.io/v1",
  kind: "ClusterIssuer",
  metadata: { name: SELF_SIGNED, labels },
  spec: { selfSigned: {} },
});

/** The cluster's own authority. A ClusterIssuer looks for its secret in cert-manager's namespace. */
export const authority = (): Manifest<ICertificate> => ({
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: CA, namespace: NAMESPACES.certificates, labels },
  spec: {
    isCA: true,
    commonName: CA,
    secretName: CA,
    duration: LIFETIME.authority,
    // A root that changes its key is a new root, which nobody trusts yet.
    privateKey: { ...KEY, rotationPolicy: "Never" },
    issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: SELF_SIGNED },
  },
});

export const authorityIssuer = (): Manifest<IClusterIssuer> => ({
  apiVersion: "cert-manager.io/v1",
  kind: "ClusterIssuer",
  metadata: { name: ISSUER, labels },
  spec: { ca: { secretName: CA } },
});

/** A certificate for the gateway, in the gateway's namespace, where a Gateway's `credentialName` is looked for. */
export function serverCertificate(name: string, secretName: string, issuer: string, hosts: readonly string[]): Manifest<ICertificate> {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace: NAMESPACES.ingress, labels },
    spec: {
      secretName,
      dnsNames: [...hosts],
      duration: LIFETIME.server,
      renewBefore: LIFETIME.renewBefore,
      privateKey: KEY,
      usages: ["digital signature", "server auth"],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
    },
  };
}
