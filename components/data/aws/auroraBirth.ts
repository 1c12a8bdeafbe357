import type * as rds from "@pulumi/aws/rds/index.js";
import type * as pulumi from "@pulumi/pulumi";

interface Database {
  readonly database: string;
  /** Name of the master user. */
  readonly username: string;
}

/** How a cluster comes into being. It is its birth, not its role: afterwards any of a global database's may be the writer. */
export type Birth =
  | (Database & {
      /** Alone in one region; RDS makes and rotates the master password. */
      readonly kind: "alone";
    })
  | (Database & {
      /** The first of a global database: it is created as its writer. */
      readonly kind: "founder";
      readonly globalClusterIdentifier: pulumi.Input<string>;
      /** RDS manages no password of a global database. */
      readonly password: pulumi.Input<string>;
    })
  | {
      /** Joins a global database as a copy: database, user and password come with the data. */
      readonly kind: "joiner";
      readonly globalClusterIdentifier: pulumi.Input<string>;
      /** Region of the cluster that it is copied from, for the signed request that encrypted storage needs. */
      readonly sourceRegion: string;
    };

type BirthArgs = Pick<
  rds.ClusterArgs,
  | "databaseName"
  | "masterUsername"
  | "masterPassword"
  | "manageMasterUserPassword"
  | "masterUserSecretKmsKeyId"
  | "globalClusterIdentifier"
  | "sourceRegion"
>;

/** Arguments of a cluster that matter when it is created. */
export function createdAs(birth: Birth, keyId: pulumi.Input<string>): BirthArgs {
  switch (birth.kind) {
    case "alone":
      return {
        databaseName: birth.database,
        masterUsername: birth.username,
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: keyId,
      };
    case "founder":
      return {
        globalClusterIdentifier: birth.globalClusterIdentifier,
        databaseName: birth.database,
        masterUsername: birth.username,
        masterPassword: birth.password,
      };
    case "joiner":
      return { globalClusterIdentifier: birth.globalClusterIdentifier, sourceRegion: birth.sourceRegion };
  }
}

/**
 * The minor version is not the program's: AWS raises that of a lone cluster by itself, and the global cluster that of
 * its members; taking it back is refused ("Cannot upgrade aurora-postgresql from 17.8 to 17.7").
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/rds/globalcluster/#upgrading-engine-versions
 */
const VERSION = ["engineVersion"] as const;

/**
 * What says who writes, and changes hands in a failover. AWS reports `replicationSourceIdentifier` of whichever cluster
 * is the copy; removing it means PromoteReadReplicaDBCluster to the provider, and a difference in one of the others is a new
 * cluster. The password belongs to its rotation, and a copy refuses one.
 */
const ROLE = ["replicationSourceIdentifier", "sourceRegion", "databaseName", "masterUsername", "masterPassword"] as const;

/** Properties of a cluster that the program sets once, or never, and then leaves as they are found. */
export function leftAlone(birth: Birth): readonly string[] {
  switch (birth.kind) {
    case "alone":
      return VERSION;
    case "founder":
    case "joiner":
      return [...VERSION, ...ROLE];
  }
}
