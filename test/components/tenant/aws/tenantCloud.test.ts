import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { TenantCloud, type TenantCloudArgs } from "../../../../components/tenant/aws/tenantCloud.ts";
import { imageLifecycle } from "../../../../components/delivery/images.ts";
import { accountStatements, assetsPrefix, CLOUD_ACCOUNTS, dumpsPrefix, roleName, secretsPrefix } from "../../../../components/tenant/aws/tenantPolicies.ts";
import { ACCOUNTS } from "../../../../components/tenant/access.ts";
import { only, record } from "../../../support/record.ts";
import { namesOf, ofKind, statementsOf } from "../../data/aws/support.ts";

const places = {
  prefix: "privatesales-prod",
  region: "ap-northeast-2",
  accountId: "123456789012",
  assetsBucketArn: "arn:aws:s3:::assets-bucket",
  dumpsBucketArn: "arn:aws:s3:::dumps-bucket",
  keys: { assets: "arn:key/assets", dumps: "arn:key/dumps", secrets: "arn:key/secrets", images: "arn:key/images" },
} as const;

const tags = { part: "tenant", tenant: "dior", tier: "business", "cost-center": "dior-costs" };

const declare = (over: Partial<TenantCloudArgs> = {}): TenantCloud =>
  new TenantCloud("dior-cloud", {
    ...places,
    tenant: { id: "dior", tier: "business", costCenter: "dior-costs" },
    clusterName: "privatesales-prod",
    protection: "on",
    after: [],
    ...over,
  });

describe("repositories", () => {
  test("are one a workload: tags fixed, scanned, encrypted, kept", async () => {
    const seen = await record(declare);
    expect(ofKind(seen, "Repository").map(({ inputs }) => inputs["name"])).toEqual(["privatesales-prod/dior/storefront", "privatesales-prod/dior/api"]);
    for (const repository of ofKind(seen, "Repository")) {
      expect(repository).toMatchObject({ protect: true, retainOnDelete: true });
      expect(repository.inputs).toMatchObject({
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn:key/images" }],
        forceDelete: false,
        tags,
      });
    }
    expect(namesOf(seen, "LifecyclePolicy")).toEqual(["dior-cloud-images-api-lifecycle", "dior-cloud-images-storefront-lifecycle"]);
  });

  test("are where the tenant's workloads look for their images", async () => {
    let cloud: TenantCloud | undefined;
    await record(() => (cloud = declare()));
    expect(cloud?.registry).toBe("123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/privatesales-prod");
  });

  test("lose untagged images first, as ECR demands of `any`", () => {
    const { rules } = JSON.parse(imageLifecycle()) as { readonly rules: readonly { readonly rulePriority: number; readonly selection: { readonly tagStatus: string } }[] };
    expect(rules.map(({ rulePriority, selection }) => [rulePriority, selection.tagStatus])).toEqual([[1, "untagged"], [2, "any"]]);
  });
});

describe("identities", () => {
  test("are those of accounts that the tenant has, bound to its namespace", async () => {
    const seen = await record(declare);
    expect(ACCOUNTS).toEqual(expect.arrayContaining([...CLOUD_ACCOUNTS]));
    expect(ofKind(seen, "PodIdentityAssociation").map(({ inputs }) => [inputs["namespace"], inputs["serviceAccount"], inputs["clusterName"]])).toEqual([
      ["tenant-dior", "api", "privatesales-prod"],
      ["tenant-dior", "jobs", "privatesales-prod"],
    ]);
    for (const role of ofKind(seen, "Role")) expect(role.inputs["tags"]).toEqual(tags);
    expect(only(seen, "Role", "dior-cloud-api-role").inputs["name"]).toBe("privatesales-prod-tenant-dior-api");
  });

  test("of the API reach the tenant's files and secrets and nothing else", () => {
    expect(accountStatements("api", "dior", places).map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ["s3:ListBucket", "arn:aws:s3:::assets-bucket"],
      [["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], "arn:aws:s3:::assets-bucket/assets/dior/*"],
      [["kms:Decrypt", "kms:GenerateDataKey"], "arn:key/assets"],
      [
        ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
        "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:privatesales-prod/dior/*",
      ],
      ["kms:Decrypt", "arn:key/secrets"],
    ]);
  });

  test("of jobs reach the tenant's dumps, and delete none", () => {
    const statements = accountStatements("jobs", "dior", places);
    expect(statements.map(({ Resource }) => Resource)).toEqual(["arn:aws:s3:::dumps-bucket", "arn:aws:s3:::dumps-bucket/dumps/dior/*", "arn:key/dumps"]);
    expect(JSON.stringify(statements)).not.toMatch(/Delete|Bypass|secretsmanager/);
  });

  test.each(CLOUD_ACCOUNTS)("of %s list their own prefix only, and use keys by way of the service only", (account) => {
    const statements = accountStatements(account, "dior", places);
    const [list] = statements;
    expect(list?.Condition).toEqual({ StringLike: { "s3:prefix": account === "api" ? "assets/dior/*" : "dumps/dior/*" } });
    const keys = statements.filter(({ Action }) => JSON.stringify(Action).includes("kms:"));
    expect(keys.length).toBeGreaterThan(0);
    for (const { Condition } of keys) expect(Object.keys(Condition?.["StringEquals"] ?? {})).toEqual(["kms:ViaService"]);
  });

  test.each(CLOUD_ACCOUNTS)("of %s have no wildcard but at the end of a tenant's own prefix, and none in an action", async (account) => {
    const seen = await record(declare);
    const statements = statementsOf(only(seen, "RolePolicy", `dior-cloud-${account}-policy`).inputs["policy"]);
    for (const { Action, Resource, Effect } of statements) {
      expect(Effect).toBe("Allow");
      expect(JSON.stringify(Action)).not.toContain("*");
      for (const one of [Resource].flat()) expect(String(one).replace(/\/dior\/\*$/, "/dior/")).not.toContain("*");
    }
  });
});

describe("names", () => {
  /** Ids of any shape, and those that end as a role's name does. */
  const label = fc.oneof(
    fc.stringMatching(/^[a-z0-9]{1,10}(-[a-z0-9]{1,9}){0,2}$/),
    fc.constantFrom("x", "x-api", "x-jobs", "x-api-jobs", "x-api-api"),
  );
  const account = fc.constantFrom(...CLOUD_ACCOUNTS);

  test("of roles fit IAM, with ids of thirty characters too", () => {
    for (const one of CLOUD_ACCOUNTS) expect(roleName("privatesales-prod", "x".repeat(30), one).length).toBeLessThanOrEqual(64);
    expect(() => roleName("privatesales-production-korea", "x".repeat(30), "jobs")).toThrow("and IAM allows 64; use a shorter prefix");
  });

  test("of roles differ wherever tenant or account do", () => {
    expect(roleName("p", "x", "api")).not.toBe(roleName("p", "x-api", "api"));
    fc.assert(
      fc.property(label, account, label, account, (a, accountA, b, accountB) => {
        const same = a === b && accountA === accountB;
        expect(roleName("privatesales-prod", a, accountA) === roleName("privatesales-prod", b, accountB)).toBe(same);
      }),
    );
  });

  test("of one tenant's things never begin with another's prefix", () => {
    fc.assert(
      fc.property(label, label, (a, b) => {
        fc.pre(a !== b);
        for (const prefixOf of [assetsPrefix, dumpsPrefix, (id: string): string => secretsPrefix("privatesales-prod", id)]) {
          expect(`${prefixOf(a)}file`.startsWith(prefixOf(b))).toBe(false);
        }
      }),
    );
    expect(`${assetsPrefix("dior-kids")}file`.startsWith(assetsPrefix("dior"))).toBe(false);
  });
});
