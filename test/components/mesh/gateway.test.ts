import { describe, expect, test } from "vitest";
import { Certificates } from "../../../components/mesh/certificates.ts";
import { Gateway, type GatewayArgs } from "../../../components/mesh/gateway.ts";
import { gatewayServers } from "../../../components/mesh/servers.ts";
import { only, record, type Recorded } from "../../support/record.ts";

const DOMAIN = "privatesales.co.kr";
const ownDomains = [
  { tenant: "gucci", host: "gucci.example" },
  { tenant: "dior", host: "www.dior.example" },
  { tenant: "dior", host: "shop.dior.example" },
];
const args: GatewayArgs = {
  domain: DOMAIN,
  http: "redirect",
  issuer: "privatesales",
  ownDomains,
  tenants: [{ id: "dior", primaryHost: "shop.dior.example", state: "active" }],
  after: [],
};

const declared = (): Promise<readonly Recorded[]> => record(() => new Gateway("gateway", args));

describe("servers", () => {
  const platformHosts = [`*/*.${DOMAIN}`, `*/${DOMAIN}`];

  test("one for the platform's domain and one for each tenant's own, with TLS 1.2 at least", () => {
    expect(gatewayServers(DOMAIN, "serve", ownDomains)).toEqual([
      {
        port: { number: 80, name: "http", protocol: "HTTP" },
        hosts: [...platformHosts, "tenant-dior/shop.dior.example", "tenant-dior/www.dior.example", "tenant-gucci/gucci.example"],
      },
      {
        port: { number: 443, name: "https", protocol: "HTTPS" },
        hosts: platformHosts,
        tls: { mode: "SIMPLE", credentialName: "wildcard-tls", minProtocolVersion: "TLSV1_2" },
      },
      {
        port: { number: 443, name: "https-dior", protocol: "HTTPS" },
        hosts: ["tenant-dior/shop.dior.example", "tenant-dior/www.dior.example"],
        tls: { mode: "SIMPLE", credentialName: "tenant-dior-tls", minProtocolVersion: "TLSV1_2" },
      },
      {
        port: { number: 443, name: "https-gucci", protocol: "HTTPS" },
        hosts: ["tenant-gucci/gucci.example"],
        tls: { mode: "SIMPLE", credentialName: "tenant-gucci-tls", minProtocolVersion: "TLSV1_2" },
      },
    ]);
  });

  test("plain HTTP redirects where it is told to", () => {
    expect(gatewayServers(DOMAIN, "redirect", [])[0]).toHaveProperty("tls", { httpsRedirect: true });
    expect(gatewayServers(DOMAIN, "serve", [])[0]).not.toHaveProperty("tls");
  });

  test("the order of the tenants file changes nothing", () => {
    expect(gatewayServers(DOMAIN, "serve", ownDomains.toReversed())).toEqual(gatewayServers(DOMAIN, "serve", ownDomains));
  });

  test("a tenant called wildcard does not take the platform's certificate", () => {
    const [, platform, own] = gatewayServers(DOMAIN, "serve", [{ tenant: "wildcard", host: "a.example" }]);
    expect(platform?.tls?.credentialName).toBe("wildcard-tls");
    expect(own?.tls?.credentialName).toBe("tenant-wildcard-tls");
  });
});

describe("Gateway", () => {
  test("declares the seed's wildcard certificate where the gateway looks for it", async () => {
    expect(only(await declared(), "Certificate", "gateway-wildcard").inputs).toMatchObject({
      metadata: { name: "wildcard-privatesales", namespace: "istio-ingress" },
      spec: {
        secretName: "wildcard-tls",
        dnsNames: [`*.${DOMAIN}`, DOMAIN],
        issuerRef: { kind: "ClusterIssuer", name: "privatesales" },
      },
    });
  });

  test("declares one certificate a tenant with own domains", async () => {
    const seen = await declared();
    expect(seen.filter(({ type }) => type.endsWith(":Certificate")).map(({ name }) => name).toSorted()).toEqual([
      "gateway-certificate-dior",
      "gateway-certificate-gucci",
      "gateway-wildcard",
    ]);
    expect(only(seen, "Certificate", "gateway-certificate-dior").inputs).toMatchObject({
      metadata: { name: "tenant-dior", namespace: "istio-ingress" },
      spec: { secretName: "tenant-dior-tls", dnsNames: ["shop.dior.example", "www.dior.example"] },
    });
  });

  test("declares the shared gateway, www and the answer for unknown hosts", async () => {
    const seen = await declared();
    const shared = only(seen, "Gateway", "gateway-shared").inputs;
    expect(shared).toMatchObject({ metadata: { name: "shared", namespace: "istio-ingress" }, spec: { selector: { istio: "ingress" } } });
    expect(only(seen, "VirtualService", "gateway-www").inputs).toMatchObject({ spec: { hosts: [`www.${DOMAIN}`] } });
    expect(only(seen, "VirtualService", "gateway-unknown-hosts").inputs).toMatchObject({ spec: { hosts: [`*.${DOMAIN}`, DOMAIN] } });
  });

  test("publishes the name that tenants' routes bind to", async () => {
    let gateway: Gateway | undefined;
    await record(() => {
      gateway = new Gateway("gateway", args);
    });
    expect(gateway?.gateway).toBe("istio-ingress/shared");
    expect(gateway?.ready).toHaveLength(6);
  });
});

describe("Certificates", () => {
  const certificates = (charts: "managed" | "external"): Promise<readonly Recorded[]> =>
    record(() => new Certificates("certificates", { charts, issuer: { kind: "selfSigned" }, replicas: 1 }));

  test("a root that signs itself, and an issuer that signs with it", async () => {
    const seen = await certificates("managed");
    expect(only(seen, "ClusterIssuer", "certificates-self-signed").inputs.spec).toEqual({ selfSigned: {} });
    expect(only(seen, "Certificate", "certificates-authority").inputs).toMatchObject({
      metadata: { namespace: "cert-manager" },
      spec: { isCA: true, secretName: "privatesales-ca", issuerRef: { name: "privatesales-self-signed" } },
    });
    expect(only(seen, "ClusterIssuer", "certificates-issuer").inputs).toMatchObject({
      metadata: { name: "privatesales" },
      spec: { ca: { secretName: "privatesales-ca" } },
    });
  });

  test("managed: cert-manager with its CRDs, which stay when the release goes", async () => {
    expect(only(await certificates("managed"), "Release").inputs).toMatchObject({
      name: "cert-manager",
      namespace: "cert-manager",
      values: { crds: { enabled: true, keep: true } },
    });
  });

  test("external: no release, the rest as before", async () => {
    const without = (await certificates("external")).map(({ name }) => name).toSorted();
    const managed = (await certificates("managed")).map(({ name }) => name).toSorted();
    expect(without).toEqual(managed.filter((name) => name !== "certificates-cert-manager"));
    expect(managed).toContain("certificates-cert-manager");
  });
});
