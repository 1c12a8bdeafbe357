import * as acm from "@pulumi/aws/acm/index.js";
import type { Provider } from "@pulumi/aws/provider.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import { platformTags } from "../shared/aws.ts";

export interface EdgeCertificateArgs {
  readonly domain: string;
  readonly loadBalancerDomain: string;
  readonly zones: { readonly domainId: pulumi.Input<string>; readonly loadBalancerId: pulumi.Input<string> };
  /** us-east-1: CloudFront takes certificates from there alone. */
  readonly usEast1: Provider;
}

/** What ACM wants to find in DNS. */
interface Validation {
  readonly domainName: string;
  readonly resourceRecordName: string;
  readonly resourceRecordType: string;
  readonly resourceRecordValue: string;
}

/** The record that proves one domain of a certificate. */
export function validationOf(options: readonly Validation[], domain: string): Validation {
  const found = options.find(({ domainName }) => domainName === domain);
  if (found === undefined) {
    throw new Error(`ACM asks for no record of ${domain}; it asks for ${options.map(({ domainName }) => domainName).join(", ")}`);
  }
  return found;
}

/**
 * CloudFront's certificate for the platform's hosts. The load balancer's name is on it because an alias record to a
 * distribution wants the distribution to know the name, and the distribution wants a certificate for all that it knows.
 */
export class EdgeCertificate extends pulumi.ComponentResource {
  /** Known once the certificate is valid. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EdgeCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:edge:EdgeCertificate", name, {}, opts);
    const { domain, loadBalancerDomain, zones, usEast1 } = args;
    const certificate = new acm.Certificate(
      `${name}-certificate`,
      {
        domainName: domain,
        subjectAlternativeNames: [`*.${domain}`, loadBalancerDomain],
        validationMethod: "DNS",
        keyAlgorithm: "EC_prime256v1",
        options: { certificateTransparencyLoggingPreference: "ENABLED" },
        tags: { ...platformTags("edge"), Name: domain },
      },
      { parent: this, provider: usEast1 },
    );
    // A domain and its wildcard are proven by one record.
    const proof = (part: string, zoneId: pulumi.Input<string>, of: string): route53.Record => {
      const validation = certificate.domainValidationOptions.apply((all) => validationOf(all, of));
      return new route53.Record(
        `${name}-${part}`,
        {
          zoneId,
          name: validation.resourceRecordName,
          type: validation.resourceRecordType,
          ttl: 300,
          records: [validation.resourceRecordValue],
        },
        { parent: this },
      );
    };
    const proofs = [proof("domain", zones.domainId, domain), proof("load-balancer", zones.loadBalancerId, loadBalancerDomain)];
    const valid = new acm.CertificateValidation(
      `${name}-validation`,
      { certificateArn: certificate.arn, validationRecordFqdns: proofs.map(({ fqdn }) => fqdn) },
      { parent: this, provider: usEast1 },
    );
    this.arn = valid.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}
