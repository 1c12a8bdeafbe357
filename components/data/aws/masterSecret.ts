import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as pulumi from "@pulumi/pulumi";
import { dataOptions, platformTags } from "../../shared/aws.ts";
import { POSTGRES_PORT } from "./auroraParameters.ts";

export interface MasterSecretArgs {
  readonly prefix: string;
  readonly protection: "on" | "off";
  readonly keyArn: pulumi.Input<string>;
  /** Regions beside the first that hold a copy, each under its own key: the password has to survive the first region. */
  readonly copies: readonly { readonly region: string; readonly keyArn: pulumi.Input<string> }[];
  /** Host that follows the writer. */
  readonly host: pulumi.Input<string>;
  readonly database: string;
  readonly username: string;
  /** The password that the cluster was created with. */
  readonly firstPassword: pulumi.Input<string>;
}

/**
 * Outside `<prefix>/`: below it a tenant reads `<prefix>/<tenant>/*`, and a tenant may have any name.
 */
export const masterSecretName = (prefix: string): string => `${prefix}-platform/database/master`;

/** A label of our own. AWS deletes versions without one, and the next run would put the first password back in force. */
const FIRST_VERSION = "first";

/**
 * The master password of a global database in Secrets Manager, in the shape that AWS's rotation function reads.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export class MasterSecret extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** There once the secret has a value. */
  readonly version: secretsmanager.SecretVersion;

  constructor(name: string, args: MasterSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:MasterSecret", name, {}, opts);
    const { prefix, protection, keyArn, copies, host, database, username, firstPassword } = args;
    const kept = { parent: this, ...dataOptions(protection) };
    const secret = new secretsmanager.Secret(
      `${name}-secret`,
      {
        name: masterSecretName(prefix),
        description: `Master user of the database of ${prefix}`,
        kmsKeyId: keyArn,
        replicas: copies.map((copy) => ({ region: copy.region, kmsKeyId: copy.keyArn })),
        recoveryWindowInDays: 30,
        tags: platformTags("data"),
      },
      kept,
    );
    this.arn = secret.arn;
    this.version = new secretsmanager.SecretVersion(
      `${name}-first`,
      {
        secretId: secret.id,
        secretString: pulumi.secret(
          pulumi.jsonStringify({ engine: "postgres", host, port: POSTGRES_PORT, dbname: database, username, password: firstPassword }),
        ),
        versionStages: ["AWSCURRENT", FIRST_VERSION],
      },
      // Rotation writes versions of its own and moves AWSCURRENT to them; what is in force is not the program's to say.
      { ...kept, ignoreChanges: ["secretString", "versionStages"] },
    );
    this.registerOutputs({ arn: this.arn });
  }
}

/** The password of a secret in RDS's JSON. An error names what is missing, never what is there. */
export function passwordIn(secretString: string): string {
  const fields: unknown = JSON.parse(secretString);
  if (typeof fields === "object" && fields !== null && "password" in fields && typeof fields.password === "string") {
    return fields.password;
  }
  throw new Error("the master secret of the database is no JSON object with a text under `password`; look at it in Secrets Manager");
}

/** The password in force now: after a rotation, the new one. */
export const currentPassword = (secretArn: pulumi.Input<string>, parent: pulumi.Resource): pulumi.Output<string> =>
  pulumi.secret(secretsmanager.getSecretVersionOutput({ secretId: secretArn }, { parent }).secretString.apply(passwordIn));
