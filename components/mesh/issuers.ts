import type { ICertificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import type * as pulumi from "@pulumi/pulumi";
import type { Manifest, TypedManifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";

/** Certificates that browsers and CloudFront trust, from an ACME authority that finds its proofs in DNS (Route 53). */
export interface AcmeDns01 {
  readonly kind: "acmeDns01";
  /** Who hears of certificates that were not renewed. */
  readonly email: string;
  /** Default: Let's Encrypt. */
  readonly server?: string;
  /** Of the calls to Route 53, e.g. `ap-northeast-2`. */
  readonly region: string;
  /** The stack's domain, and the id of its zone. */
  readonly domain: string;
  readonly hostedZoneId: pulumi.Input<string>;
  /** Id of the zone that owners of own domains point their challenges to; see `challengeHost`. */
  readonly delegationZoneId: pulumi.Input<string>;
}

/** Who signs the platform's certificates. `selfSigned`: an authority of the cluster's own, which browsers warn about once. */
export type IssuerChoice = { readonly kind: "selfSigned" } | AcmeDns01;

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

const LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

/**
 * Where the owner of `host` points `_acme-challenge.<host>` to, so that the platform can prove the host without having its
 * zone. Never below the stack's domain: there the wildcard record answers for names that are not written yet, and cert-manager
 * would follow it and write the proof at the load balancer's name.
 */
export const challengeHost = (host: string, delegationDomain: string): string => `_acme-challenge.${host}.${delegationDomain}`;

interface Solver {
  readonly selector?: { readonly dnsZones: readonly string[] };
  readonly dns01: {
    readonly cnameStrategy: "None" | "Follow";
    readonly route53: { readonly region: string; readonly hostedZoneID: pulumi.Input<string> };
  };
}

/** cert-manager's ClusterIssuer, with ids of zones that are not known before they are made. */
export interface AcmeIssuer extends TypedManifest {
  readonly apiVersion: "cert-manager.io/v1";
  readonly kind: "ClusterIssuer";
  readonly spec: {
    readonly acme: {
      readonly email: string;
      readonly server: string;
      readonly privateKeySecretRef: { readonly name: string };
      readonly solvers: readonly Solver[];
    };
  };
}

/**
 * Two ways of proof, of which cert-manager takes the more specific: names below the stack's domain in its zone, without
 * following the wildcard record that stands there; all others, the own domains of tenants, by following the owner's CNAME.
 * @see https://cert-manager.io/docs/configuration/acme/dns01/#delegated-domains-for-dns01
 */
export function acmeIssuer(choice: AcmeDns01): Manifest<AcmeIssuer> {
  const { email, server = LETS_ENCRYPT, region, domain, hostedZoneId, delegationZoneId } = choice;
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name: ISSUER, labels },
    spec: {
      acme: {
        email,
        server,
        privateKeySecretRef: { name: `${ISSUER}-acme-account` },
        solvers: [
          { selector: { dnsZones: [domain] }, dns01: { cnameStrategy: "None", route53: { region, hostedZoneID: hostedZoneId } } },
          { dns01: { cnameStrategy: "Follow", route53: { region, hostedZoneID: delegationZoneId } } },
        ],
      },
    },
  };
}
