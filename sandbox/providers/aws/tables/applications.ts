import { textOf } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

/** Applications of the Serverless Application Repository, each a CloudFormation stack that AWS fills. */
export const applications: readonly Row[] = [
  {
    type: "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
    source: sourceOf("serverlessrepo/cloudformation_stack"),
    replaceOn: ["applicationId", "name"],
    unique: ["name"],
    exists: (name) => `AlreadyExistsException: Stack [serverlessrepo-${name}] already exists`,
    autoname: "name",
    id: (draft) => draft.arn("cloudformation", `stack/serverlessrepo-${draft.text("name")}/${draft.uuid()}`),
    outputs: (draft) => ({
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_available-rotation-templates.html
      outputs: draft.text("applicationId").includes("Rotation")
        ? { RotationLambdaARN: draft.arn("lambda", `function:${textOf(draft.map("parameters")["functionName"])}`) }
        : {},
      semanticVersion: "1.0.0",
    }),
    refuseCreate: (draft) => draft.list("capabilities").length > 0
      ? undefined
      : "InsufficientCapabilitiesException: the application makes IAM resources; its capabilities must be acknowledged",
  },
];
