import * as iam from "@pulumi/aws/iam/index.js";
import type { Provider } from "@pulumi/aws/provider.js";
import * as rds from "@pulumi/aws/rds/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { dataOptions, platformTags, trustService } from "../../shared/aws.ts";
import type { Reach } from "../reach.ts";
import { AuroraCluster, type AuroraInstance, type AuroraSettings } from "./auroraCluster.ts";
import { AURORA_ENGINE, POSTGRES_PORT, writerHost } from "./auroraParameters.ts";
import { currentPassword, MasterSecret } from "./masterSecret.ts";
import { PasswordRotation } from "./passwordRotation.ts";
import type { StoreNetwork } from "./storeNetwork.ts";

/** The second region of a global database. */
export interface AuroraSecondRegion {
  readonly provider: Provider;
  readonly region: string;
  readonly network: StoreNetwork;
  readonly instances: readonly AuroraInstance[];
  /** Alarms speak to a topic of their own region only. */
  readonly alarms: { readonly topicArn: pulumi.Input<string> };
}

export interface AuroraArgs extends Omit<AuroraSettings, "monitoringRoleArn"> {
  readonly region: string;
  readonly network: StoreNetwork & { readonly privateSubnetIds: readonly pulumi.Input<string>[] };
  /** Minor version, e.g. `17.7`. A lone cluster starts with it; a global database is brought to it whenever it changes. */
  readonly engineVersion: string;
  /** Name of the database that holds a schema per tenant. */
  readonly database: string;
  /** Name of the master user. */
  readonly username: string;
  readonly instances: readonly AuroraInstance[];
  /** A global database with a second region, or none. */
  readonly global: { readonly second: AuroraSecondRegion } | undefined;
  readonly alarms: { readonly topicArn: pulumi.Input<string> };
  /** What must be there first, e.g. the network's routes. */
  readonly after: readonly pulumi.Resource[];
}

/** Where a copy of the database is restored to for a test: beside it, behind the same guard. */
export interface RestoreNetwork {
  readonly subnetGroupName: pulumi.Output<string>;
  readonly securityGroupIds: pulumi.Output<string[]>;
}

/** What the two kinds of database come to. */
interface Made {
  readonly first: AuroraCluster;
  readonly host: pulumi.Output<string>;
  readonly masterSecretArn: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
  readonly cidrs: readonly string[];
  readonly ready: readonly pulumi.Resource[];
}

/** Aurora PostgreSQL, in one region or as a global database in two. Nothing here says which cluster of the two writes. */
export class Aurora extends pulumi.ComponentResource {
  /** Where writes go. That of a global database follows the writer to the other region. */
  readonly host: pulumi.Output<string>;
  /** Readers of the first region. */
  readonly readerHost: pulumi.Output<string>;
  readonly port: number = POSTGRES_PORT;
  readonly database: string;
  readonly username: string;
  /** The master password in force; secret. */
  readonly password: pulumi.Output<string>;
  /** Ranges that the server's addresses are in, wherever the writer stands. */
  readonly cidrs: readonly string[];
  readonly reach: Reach;
  /** Cluster of the first region. */
  readonly clusterArn: pulumi.Output<string>;
  readonly restoreNetwork: RestoreNetwork;
  readonly masterSecretArn: pulumi.Output<string>;
  /** What must be there before somebody connects. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AuroraArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:Aurora", name, {}, opts);
    const settings: AuroraSettings = { ...args, monitoringRoleArn: this.declareMonitoringRole(name, args) };
    const made = args.global === undefined ? this.declareAlone(name, args, settings) : this.declareGlobal(name, args, settings, args.global.second);
    this.host = made.host;
    this.readerHost = made.first.cluster.readerEndpoint;
    this.database = args.database;
    this.username = args.username;
    this.password = made.password;
    this.cidrs = made.cidrs;
    this.reach = { kind: "addresses", cidrs: made.cidrs, port: POSTGRES_PORT };
    this.clusterArn = made.first.cluster.arn;
    this.restoreNetwork = {
      subnetGroupName: made.first.cluster.dbSubnetGroupName,
      securityGroupIds: made.first.cluster.vpcSecurityGroupIds,
    };
    this.masterSecretArn = made.masterSecretArn;
    this.ready = made.ready;
    this.registerOutputs({ host: this.host, port: this.port, database: this.database });
  }

  /** IAM knows no regions: one role for both. */
  private declareMonitoringRole(name: string, { prefix, accountId }: AuroraArgs): pulumi.Output<string> {
    const child = { parent: this };
    const role = new iam.Role(
      `${name}-monitoring`,
      {
        name: `${prefix}-db-monitoring`,
        description: "Enhanced monitoring of the database",
        assumeRolePolicy: trustService("monitoring.rds.amazonaws.com", accountId),
        tags: platformTags("data"),
      },
      child,
    );
    const attachment = new iam.RolePolicyAttachment(
      `${name}-monitoring-policy`,
      { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole" },
      child,
    );
    // RDS tries the role when an instance is created: it has to have its rights by then.
    return pulumi.all([role.arn, attachment.id]).apply(([arn]) => arn);
  }

  private declareAlone(name: string, args: AuroraArgs, settings: AuroraSettings): Made {
    const { region, network, instances, engineVersion, database, username, after } = args;
    const only = new AuroraCluster(
      `${name}-${region}`,
      { ...settings, region, network, instances, engineVersion, after, topicArn: args.alarms.topicArn, birth: { kind: "alone", database, username } },
      { parent: this },
    );
    const masterSecretArn = only.cluster.masterUserSecrets.apply(managedSecretArn);
    return {
      first: only,
      host: only.cluster.endpoint,
      masterSecretArn,
      password: currentPassword(masterSecretArn, this),
      cidrs: network.databaseCidrs,
      ready: only.instances,
    };
  }

  private declareGlobal(name: string, args: AuroraArgs, settings: AuroraSettings, second: AuroraSecondRegion): Made {
    const { prefix, protection, database, username, network } = args;
    const global = this.declareGlobalCluster(name, args);
    const firstPassword = new random.RandomPassword(`${name}-first-password`, { length: 32, special: false }, { parent: this }).result;
    const { founder, joiner } = this.declareMembers(name, args, settings, second, { id: global.id, firstPassword });
    const host = pulumi.all([global.endpoint, founder.cluster.endpoint]).apply(([shared, own]) => writerHost(shared, own));
    const secret = new MasterSecret(
      `${name}-master`,
      {
        ...{ prefix, protection, host, database, username, firstPassword },
        keyArn: founder.key.arn,
        copies: [{ region: second.region, keyArn: joiner.key.arn }],
      },
      { parent: this },
    );
    const cidrs = [...network.databaseCidrs, ...second.network.databaseCidrs];
    this.declareRotation(name, args, founder, secret, cidrs);
    return {
      first: founder,
      host,
      masterSecretArn: secret.arn,
      // By way of the version, since a secret without one cannot be read.
      password: currentPassword(secret.version.secretId, this),
      cidrs,
      ready: [...founder.instances, secret.version],
    };
  }

  /** Made empty and not from a cluster, which would go on being called its source after a failover. */
  private declareGlobalCluster(name: string, { prefix, protection, engineVersion, database }: AuroraArgs): rds.GlobalCluster {
    return new rds.GlobalCluster(
      `${name}-global`,
      {
        globalClusterIdentifier: `${prefix}-db`,
        engine: AURORA_ENGINE,
        engineVersion,
        databaseName: database,
        storageEncrypted: true,
        deletionProtection: protection === "on",
        tags: platformTags("data"),
      },
      { parent: this, ...dataOptions(protection) },
    );
  }

  private declareMembers(
    name: string,
    args: AuroraArgs,
    settings: AuroraSettings,
    second: AuroraSecondRegion,
    global: { readonly id: pulumi.Input<string>; readonly firstPassword: pulumi.Input<string> },
  ): { readonly founder: AuroraCluster; readonly joiner: AuroraCluster } {
    const { region, network, engineVersion, instances, database, username, after } = args;
    const globalClusterIdentifier = global.id;
    const founder = new AuroraCluster(
      `${name}-${region}`,
      {
        ...{ ...settings, region, network, engineVersion, instances, after },
        topicArn: args.alarms.topicArn,
        birth: { kind: "founder", globalClusterIdentifier, database, username, password: global.firstPassword },
      },
      { parent: this },
    );
    const joiner = new AuroraCluster(
      `${name}-${second.region}`,
      {
        ...{ ...settings, region: second.region, network: second.network, engineVersion, instances: second.instances },
        topicArn: second.alarms.topicArn,
        birth: { kind: "joiner", globalClusterIdentifier, sourceRegion: region },
        // A copy can be added only to a cluster that has an instance.
        after: founder.instances,
      },
      { parent: this, provider: second.provider },
    );
    return { founder, joiner };
  }

  private declareRotation(name: string, args: AuroraArgs, founder: AuroraCluster, secret: MasterSecret, databaseCidrs: readonly string[]): void {
    const { prefix, region, network } = args;
    new PasswordRotation(
      `${name}-rotation`,
      {
        ...{ prefix, region, databaseCidrs },
        secretArn: secret.arn,
        keyArn: founder.key.arn,
        vpcId: network.vpcId,
        subnetIds: network.privateSubnetIds,
        privateCidrs: network.privateCidrs,
        after: [...founder.instances, secret.version],
      },
      { parent: this },
    );
  }
}

/** ARN of the secret that RDS made for a cluster. */
export function managedSecretArn(secrets: readonly { readonly secretArn: string }[]): string {
  const [first] = secrets;
  if (first !== undefined) return first.secretArn;
  throw new Error("RDS reports no master secret of the cluster, though it was told to manage one; look at the cluster's state");
}
