import { describe, expect, test } from "vitest";
import { accepts, add, edit, errorOfText, expectDecent, GOOD, refuses } from "./support.ts";

const dior = (line: number, field: string, reason: RegExp, given?: RegExp) => ({ line, tenant: "dior", field, reason, ...(given && { given }) });
const domains = (...hosts: readonly string[]) => edit("regions: [kr]", `regions: [kr]\n      domains:\n${hosts.map((host) => `        - host: ${host}`).join("\n")}`);
const chanelDomain = (text: string, host: string) => `${text}    hosts: { domains: [{ host: ${host} }] }\n`;
const replicas = (text: string) => edit("runtime: node", `runtime: node\n      replicas: ${text}`);
const quota = (text: string) => add(`    quota: ${text}`);
const image = (text: string) => edit("runtime: node", `runtime: node\n      image: ${text}`);

describe("hosts", () => {
  const host = (reason: RegExp) => dior(12, "hosts.domains[0].host", reason);
  refuses([
    ["a domain twice in one tenant", domains("shop.dior.com", "shop.dior.com"), dior(13, "hosts.domains[1].host", /same host as hosts.domains\[0\].host of this tenant/)],
    ["a domain of two tenants", chanelDomain(domains("shop.dior.com"), "shop.dior.com"), { line: 21, tenant: "chanel", field: "hosts.domains[0].host", reason: /same host as .* of tenant dior/ }],
    ["the same in capitals with a dot last", chanelDomain(domains("shop.dior.com"), "Shop.Dior.COM."), { line: 21, tenant: "chanel", field: "hosts.domains[0].host", reason: /\(shop\.dior\.com\)/ }],
    ["an IDN and its punycode", chanelDomain(domains("bücher.example"), "xn--bcher-kva.example"), { line: 21, tenant: "chanel", field: "hosts.domains[0].host", reason: /same host .*xn--bcher-kva\.example/ }],
    ["a host below another tenant's", chanelDomain(domains("dior.com"), "chanel.dior.com"), { line: 21, tenant: "chanel", field: "hosts.domains[0].host", reason: /overlaps dior\.com of tenant dior/ }],
    ["a host above another tenant's", chanelDomain(domains("chanel.dior.com"), "dior.com"), dior(12, "hosts.domains[0].host", /overlaps dior\.com of tenant chanel/)],
    ["a wildcard", domains('"*.dior.com"'), host(/is a wildcard/)],
    ["a port", domains("shop.dior.com:8443"), host(/holds a port/)],
    ["a scheme", domains("https://shop.dior.com"), host(/holds a scheme/)],
    ["a path", domains("shop.dior.com/kr"), host(/holds a path or query/)],
    ["a query", domains("shop.dior.com?x=1"), host(/holds a path or query/)],
    ["a user", domains("me@shop.dior.com"), host(/holds a user name/)],
    ["an address", domains("192.0.2.7"), host(/IP address/)],
    ["an address that hides", domains("0x7f.1"), host(/IP address/)],
    ["IPv6", domains('"[::1]"'), host(/holds a port|not a host name/)],
    ["a single word", domains("intranet"), host(/single word/)],
    ["an underscore", domains("shop_1.dior.com"), host(/part "shop_1"/)],
    ["an empty part", domains("shop..dior.com"), host(/part ""/)],
    ["a part of 64 characters", domains(`${"a".repeat(64)}.com`), host(/which no host name may have|not a host name/)],
    ["a zero-width space", domains('"shop\u200b.dior.com"'), host(/U\+200B/)],
    ["the platform's own domain", domains("privatesales.co.kr"), host(/platform's own domain/)],
    ["a host of the platform", domains("chanel.privatesales.co.kr"), host(/platform's own domain privatesales\.co\.kr/)],
    ["a host of the local platform", domains("x.privatesales.localhost"), host(/platform's own domain privatesales\.localhost/)],
    ["the domain above the platform's", domains("co.kr"), host(/platform's own domain/)],
    ["two primary domains", domains("a.dior.com\n          primary: true", "b.dior.com\n          primary: true"), dior(15, "hosts.domains[1].primary", /true on domain 1 already/)],
    ["an unknown prefix", edit("[shop]", "[shopp]"), dior(9, "hosts.prefixes[0]", /mean "shop"/, /"shopp"/)],
    ["a prefix twice", edit("[shop]", "[shop, shop]"), dior(9, "hosts.prefixes[1]", /twice/)],
    ["an unknown region", edit("[kr]", "[xx]"), dior(10, "hosts.regions[0]", /not one of those/)],
  ]);
  accepts([
    ["own domains", domains("shop.dior.com", "www.dior.com")],
    ["own domains above each other", domains("dior.com", "shop.dior.com")],
    ["siblings of two tenants", chanelDomain(domains("dior.brands.example"), "chanel.brands.example")],
    ["a name that only ends alike", domains("myprivatesales.co.kr")],
    ["an IDN", domains("쇼핑.example")],
  ]);
});

describe("numbers and quantities", () => {
  const cpu = (reason: RegExp, given?: RegExp) => dior(14, "quota.cpu", reason, given);
  refuses([
    ["negative replicas", replicas("{ min: -1, max: 3 }"), dior(13, "api.replicas.min", /below 1/, /^-1$/)],
    ["no replicas", replicas("{ min: 0, max: 3 }"), dior(13, "api.replicas.min", /below 1/)],
    ["minimum above maximum", replicas("{ min: 5, max: 3 }"), dior(13, "api.replicas.min", /above max, which is 3/, /^5$/)],
    ["a fraction", replicas("{ min: 1.5, max: 3 }"), dior(13, "api.replicas.min", /not a whole number/, /^1\.5$/)],
    ["above 2^53", replicas("{ min: 1, max: 9007199254740993 }"), dior(13, "api.replicas.max", /above 100|not a whole number/, /^9007199254740993$/)],
    ["above what is allowed", replicas("{ min: 1, max: 101 }"), dior(13, "api.replicas.max", /above 100/)],
    ["replicas as text", replicas('{ min: "2", max: 3 }'), dior(13, "api.replicas.min", /must be|not a whole/)],
    ["replicas without max", replicas("{ min: 2 }"), dior(13, "api.replicas.max", /is missing/)],
    ["a timeout of zero", edit("runtime: node", "runtime: node\n      timeoutSeconds: 0"), dior(13, "api.timeoutSeconds", /below 1/)],
    ["a timeout of an hour", edit("runtime: node", "runtime: node\n      timeoutSeconds: 3600"), dior(13, "api.timeoutSeconds", /above 60/)],
    ["memory 1 GB", quota("{ memory: 1 GB }"), dior(14, "quota.memory", /holds a space/, /"1 GB"/)],
    ["memory 1GB", quota("{ memory: 1GB }"), dior(14, "quota.memory", /ends in B/)],
    ["memory without a unit", quota("{ memory: 1024 }"), dior(14, "quota.memory", /taken for bytes/)],
    ["cpu NaN", quota("{ cpu: NaN }"), cpu(/not a finite number/, /"NaN"/)],
    ["cpu .nan", quota("{ cpu: .nan }"), cpu(/not a finite number/, /^\.nan$/)],
    ["cpu Infinity", quota("{ cpu: Infinity }"), cpu(/not a finite number/)],
    ["cpu .inf", quota("{ cpu: .inf }"), cpu(/not a finite number/)],
    ["cpu negative", quota('{ cpu: "-1" }'), cpu(/is negative/)],
    ["cpu in Gi", quota("{ cpu: 8Gi }"), cpu(/unit of memory/)],
    ["cpu zero", quota("{ cpu: 0 }"), cpu(/is zero/)],
    ["a quota below one pod", quota("{ cpu: 100m }"), cpu(/allows requests of 100m, below the .* that 12 storefront pods, 12 api pods .* 3 job pods/, /100m/)],
    ["a quota below what replicas need", quota("{ memory: 4Gi }"), dior(14, "quota.memory", /allows requests of 4Gi, below the/)],
    ["replicas above what the plan's quota holds", edit("runtime: node", "runtime: spring\n      replicas: { min: 2, max: 50 }"), dior(3, "quota.cpu", /Raise the quota or lower replicas.max/, /12/), 3],
    ["too little ephemeral storage", quota("{ ephemeralStorage: 5Gi }"), dior(14, "quota.ephemeralStorage", /below the 27Gi/)],
  ]);
  accepts([
    ["replicas within the quota", replicas("{ min: 1, max: 4 }")],
    ["a quota that is large enough", quota('{ cpu: "14", memory: 26Gi, ephemeralStorage: 40Gi }')],
    ["cpu as a number", quota("{ cpu: 14.5 }")],
    ["a timeout in range", edit("runtime: node", "runtime: node\n      timeoutSeconds: 60")],
  ]);
});

describe("words and references", () => {
  refuses([
    ["an image with spaces", image('"dior api:1"'), dior(13, "api.image", /holds a space/)],
    ["an image with shell", image('"dior:$(id)"'), dior(13, "api.image", /characters of a shell/)],
    ["an image with a semicolon", image('"dior:1;reboot"'), dior(13, "api.image", /characters of a shell/)],
    ["an image without tag", image("registry.example/dior/api"), dior(13, "api.image", /not a full image/)],
    ["an image tagged latest", image("registry.example/dior/api:latest"), dior(13, "api.image", /tagged latest/)],
    ["an image in capitals", image("registry.example/Dior/api:1"), dior(13, "api.image", /not a full image/)],
    ["an unknown tier", edit("tier: business", "tier: gold"), dior(5, "tier", /not one of those allowed/, /^"gold"$/)],
    ["a misspelt tier", edit("tier: business", "tier: busines"), dior(5, "tier", /mean "business"/)],
    ["an unknown environment", add("    environments: [prod, staging]"), dior(14, "environments[1]", /not one of those/, /"staging"/)],
    ["no environment", add("    environments: []"), dior(14, "environments", /is an empty list/)],
    ["an unknown state", add("    state: deleted"), dior(14, "state", /not one of those/)],
    ["an unknown runtime", edit("runtime: node", "runtime: php"), dior(12, "api.runtime", /not one of those/)],
    ["an unknown ring", edit("version: 1.4.2", "version: 1.4.2\n      ring: late"), dior(8, "release.ring", /not one of those/)],
    ["version latest", edit("version: 1.4.2", "version: latest"), dior(7, "release.version", /never latest/)],
    ["a version range", edit("version: 1.4.2", "version: ^1.4.2"), dior(7, "release.version", /not a version/)],
    ["a colour name", add("    storefront: { theme: { primaryColor: red } }"), dior(14, "storefront.theme.primaryColor", /not a colour/)],
    ["a colour that became a comment", add("    storefront:\n      theme:\n        primaryColor: #112233"), dior(16, "storefront.theme.primaryColor", /is empty/)],
    ["a font with CSS", add('    storefront: { theme: { font: "x; } body { display: none" } }'), dior(14, "storefront.theme.font", /not a font/)],
    ["a logo that climbs", add("    storefront: { theme: { logo: ../chanel/logo.svg } }"), dior(14, "storefront.theme.logo", /not a path below/)],
    ["a locale", add("    settings: { locale: korean }"), dior(14, "settings.locale", /not a language tag/)],
    ["a currency", add("    settings: { currency: WON }"), dior(14, "settings.currency", /not a currency/)],
    ["a time zone", add("    settings: { timezone: Seoul }"), dior(14, "settings.timezone", /not a time zone/)],
    ["a contact", edit("ops@dior.example", "dior"), dior(13, "contacts[0]", /not an e-mail/)],
    ["a contact twice", edit("[ops@dior.example]", "[ops@dior.example, ops@dior.example]"), dior(13, "contacts[1]", /twice/)],
    ["a cost centre", add("    costCenter: brand dior"), dior(14, "costCenter", /cannot be a label/)],
    ["an origin with a path", edit("runtime: node", "runtime: node\n      corsOrigins: [https://app.dior.com/x]"), dior(13, "api.corsOrigins[0]", /more than an origin/)],
    ["every origin", edit("runtime: node", 'runtime: node\n      corsOrigins: ["*"]'), dior(13, "api.corsOrigins[0]", /is a wildcard/)],
    ["an origin without TLS", edit("runtime: node", "runtime: node\n      corsOrigins: [http://app.dior.com]"), dior(13, "api.corsOrigins[0]", /not an https/)],
    ["keys without TLS", edit("runtime: node", "runtime: node\n      jwt: { issuer: https://a.example, jwksUri: http://a.example/k, audiences: [shop] }"), dior(13, "api.jwt.jwksUri", /not an https/)],
    ["an empty name", edit("name: Dior", 'name: " "'), dior(4, "name", /is empty/)],
    ["a name that runs backwards", edit("name: Dior", 'name: "Di\u202eor"'), dior(4, "name", /invisible/)],
  ]);
  accepts([
    ["an image with port, tag and digest", image(`registry.example:5000/dior/api:1@sha256:${"a".repeat(64)}`)],
    ["an image without registry", image("dior/api:1.4.2")],
    ["a pre-release", edit("version: 1.4.2", "version: 1.5.0-rc.1")],
    ["settings", add("    settings: { locale: ko-KR, currency: KRW, timezone: Asia/Seoul }")],
    ["a name of another script", edit("name: Dior", "name: 디올")],
    ["origins and a JWT check", edit("runtime: node", "runtime: node\n      corsOrigins: [https://app.dior.com]\n      jwt: { issuer: https://a.example, jwksUri: https://a.example/k, audiences: [shop] }")],
  ]);
});

const DUMP = "a".repeat(64);

describe("purge", () => {
  const purged = (purge: string) => add(`    state: purged\n    purge: ${purge}`);
  refuses([
    ["purged without purge", add("    state: purged"), dior(3, "purge", /needs purge.dump and purge.confirm/)],
    ["purged without dump", purged("{ confirm: dior }"), dior(15, "purge.dump", /is missing/)],
    ["purged without confirm", purged(`{ dump: ${DUMP} }`), dior(15, "purge.confirm", /is missing/)],
    ["confirmed by another tenant's id", purged(`{ dump: ${DUMP}, confirm: chanel }`), dior(15, "purge.confirm", /not the id of this tenant/, /"chanel"/)],
    ["a dump that is no digest", purged("{ dump: yesterday, confirm: dior }"), dior(15, "purge.dump", /not the SHA-256/)],
    ["another tenant's dump", `${purged(`{ dump: ${DUMP}, confirm: dior }`)}    state: purged\n    purge: { dump: ${DUMP}, confirm: chanel }\n`, { line: 22, tenant: "chanel", field: "purge.dump", reason: /is the dump of entry 1/ }],
    ["purge beside active", add(`    purge: { dump: ${DUMP}, confirm: dior }`), dior(14, "purge", /state other than purged/)],
  ]);
  accepts([
    ["a full purge", purged(`{ dump: ${DUMP}, confirm: dior }`)],
    ["an archived tenant", add("    state: archived")],
  ]);
});

const SECRETS: readonly (readonly [kind: string, line: string, field: string, secret: string])[] = [
  ["a password", "    password: hunter2-hunter2", "password", "hunter2"],
  ["a nested password", "    settings: { dbPassword: hunter2 }", "settings.dbPassword", "hunter2"],
  ["an API key", "    apiKey: 0123abcd", "apiKey", "0123abcd"],
  ["a token in an unknown map", "    env:\n      GITHUB_TOKEN: abcdef", "env.GITHUB_TOKEN", "abcdef"],
  ["an AWS key in a known field", "    costCenter: AKIAIOSFODNN7EXAMPLE", "costCenter", "AKIA"],
  ["a PEM block", '    settings:\n      locale: "-----BEGIN RSA PRIVATE KEY----- MIIE"', "settings.locale", "MIIE"],
  ["an address with a password", "    storefront:\n      image: postgres://dior:s3cret@db:5432/x", "storefront.image", "s3cret"],
  ["a GitHub token", "    costCenter: ghp_abcdefghijklmnopqrstuvwxyz0123456789", "costCenter", "ghp_"],
  ["a secret as a key", "    AKIAIOSFODNN7EXAMPLE: x", "(hidden: it looks like a secret)", "AKIA"],
];

describe("secrets in clear", () => {
  for (const [kind, lines, field, secret] of SECRETS) {
    test(kind, () => {
      const error = errorOfText(add(lines));
      expectDecent(error);
      const found = error.faults.find((fault) => fault.field === field);
      expect(found).toMatchObject({ tenant: "dior" });
      expect(found?.message).toMatch(/pulumi config set --secret/);
      expect(error.message).not.toContain(secret);
      expect(JSON.stringify(error.faults)).not.toContain(secret);
    });
  }

  test("no key below the key of a secret is shown", () => {
    const error = errorOfText(edit("name: Dior", "password:\n      hunter2: &a x"));
    expect(error.faults.map(({ field }) => field)).toContain("password");
    expect(error.message).not.toContain("hunter2");
  });

  test.each([
    ["a faulty value that looks random", edit("tier: business", "tier: q8Zr1LmT0vXw93BnKd72HsPy")],
    ["a syntax fault on the line of a secret", edit("name: Dior", 'password: "q8Zr1LmT0vXw93BnKd72HsPy')],
    ["a syntax fault below the key of a secret", edit("name: Dior", "password:\n      q8Zr1LmT0vXw93BnKd72HsPy: [")],
    ["an id that is a key", edit("id: dior", "id: q8Zr1LmT0vXw93BnKd72HsPy")],
  ])("%s is not shown", (_, text) => {
    expect(errorOfText(text).message).not.toContain("q8Zr1");
  });

  accepts([
    ["a digest in an image", image(`dior/api@sha256:${"0a1b2c3d".repeat(8)}`)],
    ["words that only hold a part", edit("name: Dior", "name: The Secretary")],
    ["a comment about secrets", `# password: see pulumi config\n${GOOD}`],
  ]);
});
