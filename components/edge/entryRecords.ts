import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";

export interface EntryRecordsArgs {
  /** Zones whose top leads to the distribution, by a short name that is theirs for good. */
  readonly zones: Readonly<Record<string, { readonly domain: string; readonly zoneId: pulumi.Input<string> }>>;
  readonly distribution: { readonly domainName: pulumi.Input<string>; readonly hostedZoneId: pulumi.Input<string> };
}

/** The top of a zone takes no CNAME, hence Route 53's alias records, for IPv4 and IPv6. */
export class EntryRecords extends pulumi.ComponentResource {
  constructor(name: string, args: EntryRecordsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:EntryRecords", name, {}, opts);
    const { domainName, hostedZoneId } = args.distribution;
    for (const [part, { domain, zoneId }] of Object.entries(args.zones)) {
      for (const type of ["A", "AAAA"] as const) {
        new route53.Record(
          `${name}-${part}-${type.toLowerCase()}`,
          // CloudFront's health is not evaluated: Route 53 knows none for it.
          { zoneId, name: domain, type, aliases: [{ name: domainName, zoneId: hostedZoneId, evaluateTargetHealth: false }] },
          { parent: this },
        );
      }
    }
    this.registerOutputs({});
  }
}
