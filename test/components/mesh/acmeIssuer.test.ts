import { describe, expect, test } from "vitest";
import { Certificates } from "../../../components/mesh/certificates.ts";
import { challengeHost, type AcmeDns01 } from "../../../components/mesh/issuers.ts";
import { only, record, type Recorded } from "../../support/record.ts";

const ACME: AcmeDns01 = {
  kind: "acmeDns01",
  email: "platform@privatesales.co.kr",
  region: "ap-northeast-2",
  domain: "privatesales.co.kr",
  hostedZoneId: "Z1",
  delegationZoneId: "Z2",
};

const declare = (issuer: AcmeDns01): Promise<readonly Recorded[]> =>
  record(() => new Certificates("certificates", { charts: "managed", issuer, replicas: 1 }));

describe("an ACME issuer", () => {
  test("takes the place of the cluster's own authority, under the same name", async () => {
    const seen = await declare(ACME);
    expect(seen.filter(({ type }) => /:(ClusterIssuer|Certificate)$/.test(type)).map(({ name }) => name)).toEqual(["certificates-issuer"]);
    expect(only(seen, "ClusterIssuer").inputs).toMatchObject({ apiVersion: "cert-manager.io/v1", metadata: { name: "privatesales" } });
    expect(only(seen, "ClusterIssuer").dependsOn).toContain("certificates-cert-manager");
  });

  test("proves the platform's names in their zone without following the wildcard, and own domains by their owners' record", async () => {
    expect(only(await declare(ACME), "ClusterIssuer").inputs.spec).toEqual({
      acme: {
        email: "platform@privatesales.co.kr",
        server: "https://acme-v02.api.letsencrypt.org/directory",
        privateKeySecretRef: { name: "privatesales-acme-account" },
        solvers: [
          {
            selector: { dnsZones: ["privatesales.co.kr"] },
            dns01: { cnameStrategy: "None", route53: { region: "ap-northeast-2", hostedZoneID: "Z1" } },
          },
          { dns01: { cnameStrategy: "Follow", route53: { region: "ap-northeast-2", hostedZoneID: "Z2" } } },
        ],
      },
    });
  });

  test("of another server where one is named, e.g. the one for tests", async () => {
    const server = "https://acme-staging-v02.api.letsencrypt.org/directory";
    expect(only(await declare({ ...ACME, server }), "ClusterIssuer").inputs).toMatchObject({ spec: { acme: { server } } });
  });
});

test("each own domain has a challenge name of its own", () => {
  expect(challengeHost("shop.dior.com", "privatesales-lb.co.kr")).toBe("_acme-challenge.shop.dior.com.privatesales-lb.co.kr");
});
