import { expect, test } from "vitest";
import type { Properties } from "../../../../sandbox/providers/provider.ts";
import { made, provider } from "./support.ts";

const RECORD = "aws:route53/record:Record";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

test("a CNAME is refused at the apex and beside other records, and allowed elsewhere", async () => {
  const by = await provider();
  const zone = await made(by, "aws:route53/zone:Zone", { name: "shop.kr" });
  const record = (name: string, type: string, more: Properties = {}) => made(by, RECORD, { zoneId: zone.id, name, type, records: ["x"], ttl: 60, ...more });
  await expect(record("shop.kr", "CNAME")).rejects.toThrow("is not permitted at apex in zone shop.kr.");
  const wildcard = await record("*.shop.kr", "CNAME");
  expect(wildcard).toMatchObject({ id: `${zone.id}_*.shop.kr_CNAME`, state: { fqdn: "*.shop.kr" } });
  expect((await record("www", "CNAME")).state["fqdn"]).toBe("www.shop.kr");
  await expect(record("www.shop.kr", "A")).rejects.toThrow("conflicts with other records of that name");
  await record("api", "A", { setIdentifier: "main" });
  await record("api", "A", { setIdentifier: "second" });
  await expect(record("api", "A", { setIdentifier: "main" })).rejects.toThrow("but it already exists");
  await expect(zone.delete()).rejects.toThrow("HostedZoneNotEmpty");
});

test("replication wants versions on both sides", async () => {
  const by = await provider();
  const versions = (bucket: string) => made(by, VERSIONING, { bucket, versioningConfiguration: { status: "Enabled" } });
  const replicate = () => made(by, REPLICATION, { bucket: "from", role: "r", rules: [{ destination: { bucket: "arn:aws:s3:::to" } }] });
  await expect(replicate()).rejects.toThrow("Versioning must be 'Enabled' on the bucket");
  await versions("from");
  await expect(replicate()).rejects.toThrow("Destination bucket must have versioning enabled.");
  await versions("to");
  await replicate();
});

test.each<[string, Properties, Properties, string]>([
  ["aws:wafv2/webAcl:WebAcl", { scope: "CLOUDFRONT", defaultAction: {}, visibilityConfig: {} }, { region: "us-east-1" }, "The scope is not valid., field: SCOPE_VALUE"],
  ["aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", { resourceArn: "a", logDestinationConfigs: ["arn:aws:logs:r:a:log-group:edge"] },
    { logDestinationConfigs: ["arn:aws:logs:r:a:log-group:aws-waf-logs-edge"] }, "its name must begin with aws-waf-logs-"],
  ["aws:kms/alias:Alias", { name: "shop", targetKeyId: "k" }, { name: "alias/shop" }, 'the name must begin with "alias/"'],
  ["aws:kms/replicaKey:ReplicaKey", { primaryKeyArn: "arn:aws:kms:r:a:key/1" }, { primaryKeyArn: "arn:aws:kms:r:a:key/mrk-1" }, "is not a multi-Region key"],
  ["aws:cloudfront/distribution:Distribution", { enabled: true, defaultCacheBehavior: {}, origins: [], restrictions: {}, viewerCertificate: { acmCertificateArn: "arn:aws:acm:ap-northeast-2:a:certificate/c" } },
    { viewerCertificate: { acmCertificateArn: "arn:aws:acm:us-east-1:a:certificate/c" } }, "isn't in us-east-1 region"],
  ["aws:backup/restoreTestingPlan:RestoreTestingPlan", { name: "a-b", recoveryPointSelection: {}, scheduleExpression: "x" }, { name: "a_b" }, "may hold letters, digits and underscores only"],
  ["aws:route53/queryLog:QueryLog", { zoneId: "Z", cloudwatchLogGroupArn: "arn:aws:logs:ap-northeast-2:a:log-group:q" }, { cloudwatchLogGroupArn: "arn:aws:logs:us-east-1:a:log-group:q" }, "must be in us-east-1"],
])("%s: what AWS refuses beside what it takes", async (type, wrong, right, expected) => {
  const by = await provider();
  await expect(made(by, type, wrong)).rejects.toThrow(expected);
  await made(by, type, { ...wrong, ...right });
});

test("a host belongs to one distribution, and a detector to one account and region", async () => {
  const by = await provider();
  const parts = { enabled: true, defaultCacheBehavior: {}, origins: [], restrictions: {}, viewerCertificate: {} };
  await made(by, "aws:cloudfront/distribution:Distribution", { ...parts, aliases: ["shop.kr"] });
  await expect(made(by, "aws:cloudfront/distribution:Distribution", { ...parts, aliases: ["shop.kr"] })).rejects.toThrow("CNAMEAlreadyExists");
  await made(by, "aws:cloudfront/distribution:Distribution", { ...parts, aliases: ["other.kr"] });
  await made(by, "aws:guardduty/detector:Detector", { enable: true });
  await expect(made(by, "aws:guardduty/detector:Detector", { enable: true })).rejects.toThrow("a detector already exists");
});
