import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

const arnOf = (kind: string) => (draft: Draft): string => {
  const place = draft.text("scope") === "CLOUDFRONT" ? "global" : "regional";
  return draft.arn("wafv2", `${place}/${kind}/${draft.text("name")}/${draft.id}`);
};

/** https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html: what is for CloudFront stands in us-east-1. */
const refuseRegion = (draft: Draft): string | undefined => draft.text("scope") === "CLOUDFRONT" && draft.region !== "us-east-1"
  ? "WAFInvalidParameterException: Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT"
  : undefined;

const duplicate = (): string => "WAFDuplicateItemException: AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.";

/** https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html */
function refuseLogging(draft: Draft): string | undefined {
  const wrong = draft.list("logDestinationConfigs").map(textOf).find((arn) => !/[:/]aws-waf-logs-/u.test(arn));
  return wrong === undefined ? undefined : `WAFInvalidParameterException: Error reason: The ARN isn't valid: its name must begin with aws-waf-logs-, field: LOG_DESTINATION, parameter: ${wrong}`;
}

const scoped = (kind: string, path: string, file: string, replaceOn: readonly string[]): Pick<Row, "type" | "source" | "replaceOn" | "unique" | "exists" | "autoname" | "id" | "refuseCreate"> => ({
  type: `aws:wafv2/${path}:${kind}`,
  source: sourceOf(`wafv2/${file}`),
  replaceOn: ["name", "namePrefix", "scope", ...replaceOn],
  unique: ["name", "scope"],
  exists: duplicate,
  autoname: "name",
  id: (draft) => draft.uuid(),
  refuseCreate: refuseRegion,
});

export const waf: readonly Row[] = [
  {
    ...scoped("WebAcl", "webAcl", "web_acl", []),
    outputs: (draft) => ({ arn: arnOf("webacl")(draft), capacity: 100 * draft.list("rules").length, lockToken: draft.uuid("lock") }),
    // Only a web ACL with an application integration has one.
    absent: ["applicationIntegrationUrl"],
    changing: ["capacity", "lockToken"],
    updated: (_, draft) => ({ lockToken: draft.uuid(JSON.stringify(draft.inputs)) }),
  },
  {
    ...scoped("IpSet", "ipSet", "ip_set", ["ipAddressVersion"]),
    outputs: (draft) => ({ arn: arnOf("ipset")(draft), lockToken: draft.uuid("lock") }),
    changing: ["lockToken"],
    updated: (_, draft) => ({ lockToken: draft.uuid(JSON.stringify(draft.inputs)) }),
  },
  {
    type: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    source: sourceOf("wafv2/web_acl_logging_configuration"),
    replaceOn: ["resourceArn"],
    id: (draft) => draft.text("resourceArn"),
    outputs: () => ({}),
    refuseCreate: refuseLogging,
  },
  {
    type: "aws:wafv2/webAclAssociation:WebAclAssociation",
    source: sourceOf("wafv2/web_acl_association"),
    replaceOn: ["resourceArn", "webAclArn"],
    unique: ["resourceArn"],
    id: (draft) => `${draft.text("webAclArn")},${draft.text("resourceArn")}`,
    outputs: () => ({}),
  },
];
