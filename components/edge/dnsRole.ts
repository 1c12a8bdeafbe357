import * as pulumi from "@pulumi/pulumi";
import { PodIdentity } from "../cluster/eks/podIdentity.ts";
import { platformTags, type Statement } from "../shared/aws.ts";
import { NAMESPACES } from "../shared/names.ts";

/** A zone in which cert-manager may prove something. */
export interface ProvenZone {
  readonly domain: string;
  readonly zoneId: pulumi.Input<string>;
}

export interface DnsRoleArgs {
  readonly prefix: string;
  readonly clusterName: string;
  /** Region of the cluster. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** By a short name, e.g. `{ Domain: …, LoadBalancer: … }`: letters only, it becomes part of a statement's id. */
  readonly zones: Readonly<Record<string, ProvenZone>>;
  /** What must be there first: the cluster. */
  readonly after: readonly pulumi.Resource[];
}

/** Of cert-manager's controller, as its chart names it. */
const SERVICE_ACCOUNT = "cert-manager";

const RECORDS = {
  types: "route53:ChangeResourceRecordSetsRecordTypes",
  names: "route53:ChangeResourceRecordSetsNormalizedRecordNames",
} as const;

/**
 * In one zone: TXT records by the names of ACME challenges, and nothing else, so that whoever takes cert-manager over cannot
 * move a shop. `ForAllValues` holds of no values at all as well, hence `Null`.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
 */
export const challengeStatements = (part: string, domain: string, zoneId: string): readonly Statement[] => [
  {
    Sid: `WriteChallenges${part}`,
    Effect: "Allow",
    Action: "route53:ChangeResourceRecordSets",
    Resource: `arn:aws:route53:::hostedzone/${zoneId}`,
    Condition: {
      "ForAllValues:StringEquals": { [RECORDS.types]: ["TXT"] },
      "ForAllValues:StringLike": { [RECORDS.names]: [`_acme-challenge.${domain}`, `_acme-challenge.*.${domain}`] },
      Null: { [RECORDS.types]: "false", [RECORDS.names]: "false" },
    },
  },
  {
    Sid: `ReadRecords${part}`,
    Effect: "Allow",
    Action: "route53:ListResourceRecordSets",
    Resource: `arn:aws:route53:::hostedzone/${zoneId}`,
  },
];

/** Whether a change has reached all name servers; a change's id is not known before. */
const followChange = (): Statement => ({
  Sid: "FollowChange",
  Effect: "Allow",
  Action: "route53:GetChange",
  Resource: "arn:aws:route53:::change/*",
});

/** cert-manager's way into DNS. Its pods get the role when they start: whoever declares cert-manager waits for `ready`. */
export class DnsRole extends pulumi.ComponentResource {
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: DnsRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:DnsRole", name, {}, opts);
    const { prefix, clusterName, region, accountId, zones, after } = args;
    const ids = pulumi.all(Object.fromEntries(Object.entries(zones).map(([part, { zoneId }]) => [part, zoneId])));
    const statements = ids.apply((known): readonly Statement[] => [
      ...Object.entries(zones).flatMap(([part, { domain }]) => challengeStatements(part, domain, known[part] ?? "")),
      followChange(),
    ]);
    const identity = new PodIdentity(
      `${name}-identity`,
      {
        clusterName,
        region,
        accountId,
        roleName: `${prefix}-cert-manager`,
        namespace: NAMESPACES.certificates,
        serviceAccount: SERVICE_ACCOUNT,
        statements,
        tags: platformTags("edge"),
        after,
      },
      { parent: this },
    );
    this.ready = identity.ready;
    this.registerOutputs({});
  }
}
