import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as serverlessrepository from "@pulumi/aws/serverlessrepository/index.js";
import * as vpc from "@pulumi/aws/vpc/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../../shared/aws.ts";
import { AWS_ENGINES } from "../../shared/versions.ts";
import { POSTGRES_PORT } from "./auroraParameters.ts";
import { cidrName } from "./storeNetwork.ts";

export interface PasswordRotationArgs {
  readonly prefix: string;
  readonly region: string;
  readonly secretArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  /** Subnets of the function: they reach the database, and Secrets Manager by its endpoint. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Ranges of the endpoint. */
  readonly privateCidrs: readonly string[];
  /** Ranges of the databases, of every region that the writer can stand in. */
  readonly databaseCidrs: readonly string[];
  /** What must be there before a rotation could succeed: instances and the secret's first value. */
  readonly after: readonly pulumi.Resource[];
}

/** AWS publishes it in this account and region, for all regions. */
const APPLICATION =
  "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSPostgreSQLRotationSingleUser";

/** What a connection URI or a shell would read as something else. Without all punctuation Secrets Manager makes no password. */
const EXCLUDED = " %+~`#$&*()|[]{}:;<>?!'/@\"\\";

const ROTATION_DAYS = 30;

/**
 * Rotation by the function that AWS maintains for it: a CloudFormation stack with the function and its role, at a fixed
 * version. The first rotation waits for its day, so that it does not take the password away from the run that creates
 * the database.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
 */
export class PasswordRotation extends pulumi.ComponentResource {
  constructor(name: string, args: PasswordRotationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:PasswordRotation", name, {}, opts);
    const { prefix, region, keyArn, subnetIds } = args;
    const functionName = `${prefix}-db-rotation`;
    const child = { parent: this };
    const guard = this.declareGuard(name, functionName, args);
    const application = new serverlessrepository.CloudFormationStack(
      `${name}-function`,
      {
        name: functionName,
        applicationId: APPLICATION,
        semanticVersion: AWS_ENGINES.rotationFunction,
        capabilities: ["CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"],
        parameters: {
          functionName,
          endpoint: `https://secretsmanager.${region}.amazonaws.com`,
          kmsKeyArn: keyArn,
          excludeCharacters: EXCLUDED,
          vpcSubnetIds: pulumi.all([...subnetIds]).apply((ids) => ids.join(",")),
          vpcSecurityGroupIds: guard.id,
        },
        tags: platformTags("data"),
      },
      child,
    );
    new secretsmanager.SecretRotation(
      `${name}-schedule`,
      {
        secretId: args.secretArn,
        rotationLambdaArn: application.outputs.apply(rotationFunctionArn),
        rotateImmediately: false,
        rotationRules: { automaticallyAfterDays: ROTATION_DAYS },
      },
      { ...child, dependsOn: [...args.after] },
    );
    this.registerOutputs();
  }

  private declareGuard(name: string, groupName: string, args: PasswordRotationArgs): ec2.SecurityGroup {
    const child = { parent: this };
    const tags = { ...platformTags("data"), Name: groupName };
    const guard = new ec2.SecurityGroup(
      `${name}-guard`,
      { name: groupName, description: "Rotates the master password of the database", vpcId: args.vpcId, tags },
      child,
    );
    const reach = (kind: string, cidrs: readonly string[], port: number, description: string): void => {
      for (const cidr of cidrs) {
        new vpc.SecurityGroupEgressRule(
          `${name}-to-${kind}-${cidrName(cidr)}`,
          { securityGroupId: guard.id, description, cidrIpv4: cidr, ipProtocol: "tcp", fromPort: port, toPort: port, tags },
          child,
        );
      }
    };
    reach("endpoint", args.privateCidrs, 443, "Endpoint of Secrets Manager");
    reach("database", args.databaseCidrs, POSTGRES_PORT, "The database, wherever its writer stands");
    return guard;
  }
}

/** The one output of the stack that matters. */
export function rotationFunctionArn(outputs: Readonly<Record<string, string>>): string {
  const arn = outputs["RotationLambdaARN"];
  if (arn !== undefined) return arn;
  throw new Error(`the rotation stack has no output RotationLambdaARN; it has: ${Object.keys(outputs).join(", ") || "none"}`);
}
