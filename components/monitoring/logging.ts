import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Environment } from "../../tenants/tenant.ts";
import { chartArgs, type Charts } from "../shared/chart.ts";
import { customResource, type Manifest, type TypedManifest } from "../shared/customResource.ts";
import { platformLabels } from "../shared/labels.ts";
import { NAMESPACES } from "../shared/names.ts";
import { podSecurityLabels } from "../shared/podSecurity.ts";
import { CHARTS } from "../shared/versions.ts";
import {
  RETENTION_ROLE_SECRET,
  RETENTION_USER_SECRET,
  elasticsearch,
  kibana,
  loggingMetadata,
  logstash,
  type ElasticsearchSize,
} from "./elastic.ts";
import { filebeat, filebeatAccess, logstashAuthorization } from "./filebeat.ts";
import { retentionFiles, type LogOwner } from "./logStreams.ts";
import { CURL_CONFIG_KEY, RETENTION_NAME, RETENTION_ROLES, retentionJob } from "./retentionJob.ts";

export interface LoggingArgs extends ElasticsearchSize {
  readonly charts: Charts;
  /** Last part of the data streams' names. */
  readonly environment: Environment;
  /** Days that the platform's own logs are kept; a tenant's plan says how long its are. */
  readonly retentionDays: number;
  /** Whose logs there are: every tenant that is not purged. */
  readonly tenants: readonly LogOwner[];
}

/** Elasticsearch, Kibana, Logstash and Filebeat by ECK: one data stream per tenant, kept as long as its plan says. */
export class Logging extends pulumi.ComponentResource {
  readonly namespace: string = NAMESPACES.logging;
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: LoggingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:monitoring:Logging", name, {}, opts);
    const namespace = this.declareNamespace(name);
    const releases = args.charts === "managed" ? [this.declareOperator(name, namespace)] : [];
    this.ready = [...namespace, ...releases];
    const login = this.declareLogin(name);
    const stack = this.declareStack(name, args, login);
    this.declareRetention(name, args, [...login, ...stack]);
    this.registerOutputs({ namespace: this.namespace });
  }

  private declareNamespace(name: string): readonly pulumi.Resource[] {
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: this.namespace,
          // Filebeat reads the log files of the host.
          labels: { ...platformLabels("logging"), ...podSecurityLabels("privileged") },
        },
      },
      { parent: this },
    );
    const network = new k8s.networking.v1.NetworkPolicy(
      `${name}-network`,
      {
        metadata: loggingMetadata("own-namespace"),
        spec: {
          podSelector: {},
          policyTypes: ["Ingress"],
          // 9443: the API server asks the operator's webhook, and its address is that of no pod.
          ingress: [{ from: [{ podSelector: {} }] }, { ports: [{ protocol: "TCP", port: 9443 }] }],
        },
      },
      { parent: this, dependsOn: [namespace] },
    );
    return [namespace, network];
  }

  private declareOperator(name: string, before: readonly pulumi.Resource[]): pulumi.Resource {
    const values = { managedNamespaces: [this.namespace], telemetry: { disabled: true } };
    return new k8s.helm.v3.Release(
      `${name}-operator`,
      chartArgs(CHARTS.eckOperator, { namespace: this.namespace, values }),
      { parent: this, dependsOn: [...before] },
    );
  }

  /** The retention job's own login: it may set templates and lifecycles, and reads no log. */
  private declareLogin(name: string): readonly pulumi.Resource[] {
    const options = { parent: this, dependsOn: [...this.ready] };
    const { result: password } = new random.RandomPassword(
      `${name}-retention-password`,
      { length: 32, special: false },
      { parent: this },
    );
    const username = "log_retention";
    const user = new k8s.core.v1.Secret(
      `${name}-retention-user`,
      {
        metadata: loggingMetadata(RETENTION_USER_SECRET),
        type: "kubernetes.io/basic-auth",
        stringData: {
          username,
          password,
          roles: username,
          [CURL_CONFIG_KEY]: pulumi.interpolate`user = "${username}:${password}"\n`,
        },
      },
      options,
    );
    const role = new k8s.core.v1.Secret(
      `${name}-retention-role`,
      { metadata: loggingMetadata(RETENTION_ROLE_SECRET), stringData: { "roles.yml": RETENTION_ROLES } },
      options,
    );
    return [user, role];
  }

  private declareStack(name: string, args: LoggingArgs, login: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    const options = (...before: readonly pulumi.Resource[]): pulumi.CustomResourceOptions => ({
      parent: this,
      dependsOn: [...this.ready, ...before],
    });
    const declare = <T extends TypedManifest>(
      part: string,
      manifest: Manifest<T>,
      ...before: readonly pulumi.Resource[]
    ): pulumi.Resource =>
      new k8s.apiextensions.CustomResource(`${name}-${part}`, customResource<T>(manifest), options(...before));
    const access = filebeatAccess();
    const account = new k8s.core.v1.ServiceAccount(`${name}-filebeat-account`, access.account, options());
    const role = new k8s.rbac.v1.ClusterRole(`${name}-filebeat-role`, access.role, options());
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-filebeat-binding`,
      access.binding,
      options(role, account),
    );
    const search = declare("elasticsearch", elasticsearch(args), ...login);
    // Two of them from the first node that can be lost on.
    const collector = declare("logstash", logstash(args.environment, args.nodes > 1 ? 2 : 1), search);
    declare("kibana", kibana(), search);
    declare("filebeat", filebeat(), collector, binding);
    declare("logstash-authorization", logstashAuthorization());
    return [search];
  }

  private declareRetention(
    name: string,
    { tenants, retentionDays }: LoggingArgs,
    before: readonly pulumi.Resource[],
  ): void {
    const files = retentionFiles(tenants, retentionDays);
    const config = new k8s.core.v1.ConfigMap(
      `${name}-retention-files`,
      { metadata: loggingMetadata(RETENTION_NAME), data: { ...files } },
      { parent: this, dependsOn: [...this.ready] },
    );
    new k8s.batch.v1.Job(`${name}-retention`, retentionJob(files), { parent: this, dependsOn: [...before, config] });
  }
}
