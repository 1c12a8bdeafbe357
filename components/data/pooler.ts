import * as k8s from "@pulumi/kubernetes";
import type { IAuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import * as pulumi from "@pulumi/pulumi";
import type { Tenant } from "../../tenants/tenant.ts";
import { customResource } from "../shared/customResource.ts";
import { platformLabels, type Labels } from "../shared/labels.ts";
import { serviceHost } from "../shared/names.ts";
import type { Reach } from "./reach.ts";
import type { Credentials } from "./credentials.ts";
import { allowFrom, ingressPolicy, monitoringPods, tenantPods, tenantsOnly } from "./network.ts";
import {
  assertPoolsFit,
  POOLER_NAME,
  POOLER_PORT,
  POOLER_SELECTOR,
  POOLER_USERS,
  poolerConfig,
  poolerLogins,
  poolerUserList,
  type PoolerDatabase,
  type PoolerOptions,
} from "./poolerConfig.ts";
import { METRICS_PORT, STATS_KEY, poolerPodTemplate } from "./poolerPods.ts";

export interface PoolerArgs {
  readonly namespace: string;
  readonly database: Omit<PoolerDatabase, "host"> & { readonly host: pulumi.Input<string> };
  /** PEM of the authorities that signed the server's certificate; needed when `database.tls` is `verify-full`. */
  readonly authorities?: string;
  readonly tenants: readonly Tenant[];
  readonly credentials: Credentials;
  /** Pods; two or more for a change without a gap. */
  readonly replicas: number;
  /** Server connections that all pods together may hold. */
  readonly serverConnections: number;
}

/** PgBouncer: the tenants' applications share the server's connections, each inside a pool of its own size. */
export class Pooler extends pulumi.ComponentResource {
  readonly host: string;
  readonly port: number = POOLER_PORT;
  readonly reach: Reach;
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PoolerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:Pooler", name, {}, opts);
    const { namespace } = args;
    if (args.database.tls === "verify-full" && args.authorities === undefined) {
      throw new Error(
        `pooler ${name}: database.tls is verify-full and authorities is missing; give the PEM of the server's authorities`,
      );
    }
    const metadata = poolerMetadata(namespace);
    const child = { parent: this };
    const data = configFiles(args);
    const users = userList(args);

    const config = new k8s.core.v1.ConfigMap(`${name}-config`, { metadata, data }, child);
    const secret = new k8s.core.v1.Secret(
      `${name}-users`,
      { metadata, stringData: { "userlist.txt": users, [STATS_KEY]: args.credentials.platform("pooler-stats") } },
      child,
    );
    const deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas: args.replicas,
          selector: { matchLabels: { ...POOLER_SELECTOR } },
          // No surge: a pod too many would hold connections that the sums do not know.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
          template: poolerPodTemplate({ config: data, users, serverPort: args.database.port }),
        },
      },
      { ...child, dependsOn: [config, secret] },
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata,
        spec: {
          selector: { ...POOLER_SELECTOR },
          ports: [{ name: "tcp-postgres", port: POOLER_PORT, targetPort: "postgres" }],
        },
      },
      child,
    );
    this.declareGuards(name, namespace);
    this.host = serviceHost(POOLER_NAME, namespace);
    this.reach = { kind: "namespace", namespace, port: POOLER_PORT };
    this.ready = [deployment, service];
    this.registerOutputs({ host: this.host, port: this.port });
  }

  /** Who may connect, and how many pods may be away at once. */
  private declareGuards(name: string, namespace: string): void {
    const metadata = poolerMetadata(namespace);
    const child = { parent: this };
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-disruption`,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: { ...POOLER_SELECTOR } } } },
      child,
    );
    new k8s.networking.v1.NetworkPolicy(
      `${name}-network`,
      {
        metadata,
        spec: ingressPolicy(POOLER_SELECTOR, [
          allowFrom(POOLER_PORT, tenantPods()),
          allowFrom(METRICS_PORT, monitoringPods),
        ]),
      },
      child,
    );
    new k8s.apiextensions.CustomResource(
      `${name}-authorization`,
      customResource<IAuthorizationPolicy>({
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata,
        spec: tenantsOnly(POOLER_SELECTOR, POOLER_PORT),
      }),
      child,
    );
  }
}

const poolerMetadata = (namespace: string): { name: string; namespace: string; labels: Labels } => ({
  name: POOLER_NAME,
  namespace,
  labels: { ...platformLabels("data"), ...POOLER_SELECTOR },
});

/** The files of the pooler's ConfigMap. The pools' sums are checked at once: the server's address may not be known yet. */
function configFiles(args: PoolerArgs): pulumi.Output<Record<string, string>> {
  const optionsAt = (host: string): PoolerOptions => ({ ...args, database: { ...args.database, host } });
  assertPoolsFit(optionsAt(""));
  return pulumi.output(args.database.host).apply((host): Record<string, string> => ({
    "pgbouncer.ini": poolerConfig(optionsAt(host)),
    ...(args.authorities === undefined ? {} : { "ca.crt": args.authorities }),
  }));
}

function userList({ tenants, credentials }: PoolerArgs): pulumi.Output<string> {
  const logins = poolerLogins(tenants).map(([login, id]) => [login, credentials.of(id).app] as const);
  const own = [
    [POOLER_USERS.admin, credentials.platform("pooler-admin")],
    [POOLER_USERS.stats, credentials.platform("pooler-stats")],
  ] as const;
  return pulumi.secret(pulumi.all(Object.fromEntries([...logins, ...own])).apply(poolerUserList));
}
