import { expect, test } from "vitest";
import { challengeStatements, DnsRole } from "../../../components/edge/dnsRole.ts";
import { listAt } from "../../support/objects.ts";
import { only } from "../../support/record.ts";
import { ACCOUNT, DOMAIN, LOAD_BALANCER, PREFIX, recordEdge } from "./support.ts";

test("one zone: TXT records by the names of challenges alone, and reading", () => {
  expect(challengeStatements("Domain", DOMAIN, "Z1")).toEqual([
    {
      Sid: "WriteChallengesDomain",
      Effect: "Allow",
      Action: "route53:ChangeResourceRecordSets",
      Resource: "arn:aws:route53:::hostedzone/Z1",
      Condition: {
        "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.privatesales.co.kr", "_acme-challenge.*.privatesales.co.kr"],
        },
        Null: {
          "route53:ChangeResourceRecordSetsRecordTypes": "false",
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false",
        },
      },
    },
    { Sid: "ReadRecordsDomain", Effect: "Allow", Action: "route53:ListResourceRecordSets", Resource: "arn:aws:route53:::hostedzone/Z1" },
  ]);
});

test("cert-manager's service account has the role, for both zones and no others", async () => {
  const seen = await recordEdge(
    () =>
      new DnsRole("dns", {
        prefix: PREFIX,
        clusterName: "privatesales-prod",
        region: "ap-northeast-2",
        accountId: ACCOUNT,
        zones: { Domain: { domain: DOMAIN, zoneId: "Z1" }, LoadBalancer: { domain: LOAD_BALANCER, zoneId: "Z2" } },
        after: [],
      }),
  );
  expect(only(seen, "PodIdentityAssociation").inputs).toMatchObject({
    clusterName: "privatesales-prod",
    namespace: "cert-manager",
    serviceAccount: "cert-manager",
  });
  expect(only(seen, "Role").inputs).toMatchObject({ name: "privatesales-prod-cert-manager" });
  const policy: unknown = JSON.parse(String(only(seen, "RolePolicy").inputs.policy));
  expect(listAt(policy, "Statement")).toEqual([
    ...challengeStatements("Domain", DOMAIN, "Z1"),
    ...challengeStatements("LoadBalancer", LOAD_BALANCER, "Z2"),
    { Sid: "FollowChange", Effect: "Allow", Action: "route53:GetChange", Resource: "arn:aws:route53:::change/*" },
  ]);
});
