import type { Properties } from "../../provider.ts";
import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

const CERTIFICATE = "aws:acm/certificate:Certificate";

/** Each hosted zone gets one name server in each of four top-level domains. */
const nameServers = (draft: Draft): readonly string[] =>
  ["com", "net", "org", "co.uk"].map((domain) => `ns-${draft.number(2_048, domain)}.awsdns-${String(draft.number(64, `${domain}2`)).padStart(2, "0")}.${domain}`);

const zoneName = (draft: Draft): string => textOf(draft.find("aws:route53/zone:Zone", draft.text("zoneId"))?.outputs["name"]).replace(/\.$/u, "");

/** A record's name with the zone's behind it, as AWS completes it. */
function fqdn(draft: Draft): string {
  const name = draft.text("name").replace(/\.$/u, "").toLowerCase();
  const zone = zoneName(draft);
  if (zone === "" || name === zone || name.endsWith(`.${zone}`)) return name;
  return name === "" ? zone : `${name}.${zone}`;
}

const recordId = (draft: Draft): string =>
  [draft.text("zoneId"), draft.text("name"), draft.text("type"), draft.text("setIdentifier")].filter((part) => part !== "").join("_");

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat */
function refuseRecord(draft: Draft): string | undefined {
  const name = fqdn(draft);
  if (draft.text("type") === "CNAME" && name === zoneName(draft)) return `InvalidChangeBatch: [RRSet of type CNAME with DNS name ${name}. is not permitted at apex in zone ${name}.]`;
  const others = draft.store.list("aws:route53/record:Record").filter(({ inputs, outputs }) => inputs["zoneId"] === draft.inputs["zoneId"] && outputs["fqdn"] === name);
  const same = others.find(({ inputs }) => inputs["type"] === draft.inputs["type"] && textOf(inputs["setIdentifier"]) === draft.text("setIdentifier"));
  if (same !== undefined && !draft.flag("allowOverwrite")) {
    return `InvalidChangeBatch: [Tried to create resource record set [name='${name}.', type='${draft.text("type")}'] but it already exists]`;
  }
  const clash = others.find(({ inputs }) => (inputs["type"] === "CNAME") !== (draft.text("type") === "CNAME"));
  return clash === undefined ? undefined : `InvalidChangeBatch: [RRSet of type CNAME with DNS name ${name}. conflicts with other records of that name]`;
}

const route53: readonly Row[] = [
  {
    type: "aws:route53/zone:Zone",
    source: sourceOf("route53/zone"),
    replaceOn: ["delegationSetId", "name"],
    id: (draft) => `Z${draft.upper(20, "zone")}`,
    outputs: (draft) => ({
      arn: `arn:aws:route53:::hostedzone/${draft.id}`,
      comment: "Managed by Pulumi",
      nameServers: nameServers(draft),
      primaryNameServer: nameServers(draft)[0],
      zoneId: draft.id,
    }),
    refuseDelete: ({ id, inputs }, store) => {
      const records = store.list("aws:route53/record:Record").filter((each) => each.inputs["zoneId"] === id);
      return records.length === 0 || inputs["forceDestroy"] === true ? undefined : "HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be deleted.";
    },
  },
  {
    type: "aws:route53/record:Record",
    source: sourceOf("route53/record"),
    replaceOn: ["name", "zoneId"],
    id: recordId,
    outputs: (draft) => ({ fqdn: fqdn(draft) }),
    refuseCreate: refuseRecord,
  },
  {
    type: "aws:route53/healthCheck:HealthCheck",
    source: sourceOf("route53/health_check"),
    replaceOn: ["measureLatency", "referenceName", "requestInterval", "routingControlArn", "type"],
    id: (draft) => draft.uuid(),
    outputs: (draft) => ({ arn: `arn:aws:route53:::healthcheck/${draft.id}` }),
  },
  {
    type: "aws:route53/queryLog:QueryLog",
    source: sourceOf("route53/query_log"),
    replaceOn: ["cloudwatchLogGroupArn", "zoneId"],
    unique: ["zoneId"],
    exists: () => "QueryLoggingConfigAlreadyExists: A query logging configuration already exists for this hosted zone.",
    id: (draft) => draft.uuid(),
    outputs: (draft) => ({ arn: `arn:aws:route53:::queryloggingconfig/${draft.id}` }),
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html: the log group stands in us-east-1.
    refuseCreate: (draft) => draft.text("cloudwatchLogGroupArn").startsWith("arn:aws:logs:us-east-1:")
      ? undefined
      : "InvalidInput: The ARN of the CloudWatch Logs log group must be in us-east-1",
  },
];

/** ACM asks once for a name and its wildcard. */
function validationOptions(draft: Draft): readonly Properties[] {
  if (draft.text("validationMethod") !== "DNS") return [];
  return [draft.text("domainName"), ...draft.list("subjectAlternativeNames").map(textOf)].filter((name, i, all) => all.indexOf(name) === i).map((domainName) => {
    const name = domainName.replace("*.", "");
    return {
      domainName,
      resourceRecordName: `_${draft.hex(32, name)}.${name}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${draft.hex(32, `${name} value`)}.${draft.lower(10, "validations")}.acm-validations.aws.`,
    };
  });
}

const acm: readonly Row[] = [
  {
    type: CERTIFICATE,
    source: sourceOf("acm/certificate"),
    replaceOn: ["certificateAuthorityArn", "domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod", "validationOptions"],
    id: (draft) => draft.arn("acm", `certificate/${draft.uuid()}`),
    outputs: (draft) => ({
      arn: draft.id,
      domainValidationOptions: validationOptions(draft),
      keyAlgorithm: "RSA_2048",
      pendingRenewal: false,
      renewalEligibility: "INELIGIBLE",
      renewalSummaries: [],
      status: "PENDING_VALIDATION",
      subjectAlternativeNames: [draft.text("domainName")],
      type: "AMAZON_ISSUED",
      validationEmails: [],
    }),
    // Dates come with the issue, which the validation waits for.
    absent: ["notAfter", "notBefore"],
    kept: ["status"],
  },
  {
    type: "aws:acm/certificateValidation:CertificateValidation",
    source: sourceOf("acm/certificate_validation"),
    replaceOn: ["certificateArn", "validationRecordFqdns"],
    id: (draft) => draft.text("certificateArn"),
    outputs: () => ({}),
    effect: ({ inputs }, store, change) => {
      const certificate = store.list(CERTIFICATE).find(({ id }) => id === inputs["certificateArn"]);
      if (change === "create" && certificate !== undefined) store.amend(certificate, { status: "ISSUED" });
    },
  },
];

export const dns: readonly Row[] = [...route53, ...acm];
