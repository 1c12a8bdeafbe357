import * as k8s from "@pulumi/kubernetes";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import * as pulumi from "@pulumi/pulumi";
import { customResource } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { serviceHost } from "../shared/names.ts";
import type { Reach } from "./reach.ts";
import { aclFile, cachePrefix, cacheUser } from "./cacheAcl.ts";
import { ACL_KEY, CACHE_NAME, CACHE_PORT, CACHE_SELECTOR, RELOADER_KEY, cachePodTemplate } from "./cachePods.ts";
import type { Credentials } from "./credentials.ts";
import { allowFrom, ingressPolicy, tenantPods, tenantsOnly } from "./network.ts";
import { sha256 } from "../shared/pods.ts";

export interface CacheArgs {
  readonly namespace: string;
  /** Whoever may connect: active and suspended tenants. */
  readonly tenants: readonly { readonly id: string }[];
  readonly credentials: Credentials;
  /** Mebibytes of the server's container; three quarters of it hold keys. At least 64. */
  readonly memoryMi: number;
}

/** Valkey: one server, a login and a key space per tenant. */
export class Cache extends pulumi.ComponentResource {
  readonly host: string;
  readonly port: number = CACHE_PORT;
  /** The mesh encrypts the way to it. */
  readonly tls = "off";
  readonly reach: Reach;
  readonly ready: readonly pulumi.Resource[];
  /** A tenant's login. */
  readonly userOf = cacheUser;
  /** What a tenant's keys and channels start with. */
  readonly prefixOf = cachePrefix;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:Cache", name, {}, opts);
    const { namespace, credentials } = args;
    const metadata = { name: CACHE_NAME, namespace, labels: { ...platformLabels("data"), ...CACHE_SELECTOR } };
    const child = { parent: this };
    const secret = new k8s.core.v1.Secret(
      `${name}-users`,
      { metadata, stringData: { [ACL_KEY]: users(args), [RELOADER_KEY]: credentials.platform("cache-admin") } },
      child,
    );
    const deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: { ...CACHE_SELECTOR } },
          // Two servers side by side would each hold half of the truth.
          strategy: { type: "Recreate" },
          template: cachePodTemplate(args.memoryMi),
        },
      },
      { ...child, dependsOn: [secret] },
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata,
        spec: {
          selector: { ...CACHE_SELECTOR },
          ports: [{ name: "tcp-valkey", port: CACHE_PORT, targetPort: "valkey" }],
        },
      },
      child,
    );
    new k8s.networking.v1.NetworkPolicy(
      `${name}-network`,
      { metadata, spec: ingressPolicy(CACHE_SELECTOR, [allowFrom(CACHE_PORT, tenantPods())]) },
      child,
    );
    new k8s.apiextensions.CustomResource(
      `${name}-authorization`,
      customResource<IAuthorizationPolicy>({
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata,
        spec: tenantsOnly(CACHE_SELECTOR, CACHE_PORT),
      }),
      child,
    );
    this.host = serviceHost(CACHE_NAME, namespace);
    this.reach = { kind: "namespace", namespace, port: CACHE_PORT };
    this.ready = [deployment, service];
    this.registerOutputs({ host: this.host, port: this.port });
  }
}

function users({ tenants, credentials }: CacheArgs): pulumi.Output<string> {
  const passwords = pulumi.all(Object.fromEntries(tenants.map(({ id }) => [id, credentials.of(id).cache])));
  return pulumi.secret(
    pulumi.all([passwords, credentials.platform("cache-admin")]).apply(([byTenant, reloader]) =>
      aclFile(
        Object.entries(byTenant).map(([id, password]) => ({ id, passwordSha256: sha256(password) })),
        sha256(reloader),
      ),
    ),
  );
}
