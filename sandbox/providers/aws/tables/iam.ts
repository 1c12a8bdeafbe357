import type { Properties } from "../../provider.ts";
import type { Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";
import { EPOCH } from "./eks.ts";

const path = (draft: Draft): string => draft.text("path") || "/";
const named = (kind: string) => (draft: Draft): string => draft.globalArn("iam", `${kind}${path(draft)}${draft.text("name")}`);
const taken = (what: string) => (name: string): string => `EntityAlreadyExists: ${what} ${name} already exists.`;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes */
const uniqueId = (prefix: string, draft: Draft): string => prefix + draft.upper(17, prefix);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html: the service names its own role. */
const SERVICE_ROLES: Readonly<Record<string, string>> = {
  "config.amazonaws.com": "AWSServiceRoleForConfig",
  "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
};

function serviceRole(draft: Draft): string {
  const service = draft.text("awsServiceName");
  const word = service.split(".")[0] ?? "";
  const name = SERVICE_ROLES[service] ?? `AWSServiceRoleFor${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  return draft.given("customSuffix") ? `${name}_${draft.text("customSuffix")}` : name;
}

const servicePath = (draft: Draft): string => `/aws-service-role/${draft.text("awsServiceName")}/`;

const attachedPolicies = (draft: Draft): Properties => ({ arn: draft.id, attachmentCount: 0, policyId: uniqueId("ANPA", draft) });

export const iam: readonly Row[] = [
  {
    type: "aws:iam/role:Role",
    source: sourceOf("iam/role"),
    replaceOn: ["name", "namePrefix", "path"],
    unique: ["name"],
    exists: (name) => `EntityAlreadyExists: Role with name ${name} already exists.`,
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({ arn: named("role")(draft), createDate: EPOCH, uniqueId: uniqueId("AROA", draft) }),
  },
  {
    type: "aws:iam/serviceLinkedRole:ServiceLinkedRole",
    source: sourceOf("iam/service_linked_role"),
    replaceOn: ["awsServiceName", "customSuffix"],
    unique: ["awsServiceName", "customSuffix"],
    exists: (name) => `InvalidInput: The service role of ${name} has been taken in this account, please try a different suffix.`,
    id: (draft) => draft.globalArn("iam", `role${servicePath(draft)}${serviceRole(draft)}`),
    outputs: (draft) => ({ arn: draft.id, createDate: EPOCH, name: serviceRole(draft), path: servicePath(draft), uniqueId: uniqueId("AROA", draft) }),
  },
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    source: sourceOf("iam/role_policy"),
    replaceOn: ["name", "namePrefix", "role"],
    // PutRolePolicy writes over a policy of the same name.
    autoname: "name",
    id: (draft) => `${draft.text("role")}:${draft.text("name")}`,
    outputs: () => ({}),
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    source: sourceOf("iam/role_policy_attachment"),
    replaceOn: ["policyArn", "role"],
    id: (draft) => `${draft.text("role")}/${draft.text("policyArn")}`,
    outputs: () => ({}),
  },
  {
    type: "aws:iam/policy:Policy",
    source: sourceOf("iam/policy"),
    replaceOn: ["description", "name", "namePrefix", "path"],
    unique: ["name"],
    exists: (name) => `EntityAlreadyExists: A policy called ${name} already exists. Duplicate names are not allowed.`,
    autoname: "name",
    id: named("policy"),
    outputs: attachedPolicies,
  },
  {
    type: "aws:iam/instanceProfile:InstanceProfile",
    source: sourceOf("iam/instance_profile"),
    replaceOn: ["name", "namePrefix", "path"],
    unique: ["name"],
    exists: taken("Instance Profile"),
    autoname: "name",
    id: (draft) => draft.text("name"),
    outputs: (draft) => ({ arn: named("instance-profile")(draft), createDate: EPOCH, uniqueId: uniqueId("AIPA", draft) }),
  },
  {
    type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    source: sourceOf("iam/openid_connect_provider"),
    replaceOn: ["url"],
    unique: ["url"],
    exists: (url) => `EntityAlreadyExists: Provider with url ${url} already exists.`,
    id: (draft) => draft.globalArn("iam", `oidc-provider/${draft.text("url").replace("https://", "")}`),
    outputs: (draft) => ({ arn: draft.id, thumbprintLists: [draft.hex(40, "thumbprint")] }),
  },
];
