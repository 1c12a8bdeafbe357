import type * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../../components/security/encryptionKey.ts";
import { TenantCloud } from "../../components/tenant/aws/tenantCloud.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import type { Account } from "./account.ts";
import type { Foundation } from "./foundation.ts";

/** Keys of what tenants have beside their data: images, and secrets of their own. */
export type TenantKeys = Readonly<Record<"images" | "secrets", EncryptionKey>>;

export function declareTenantKeys({ names, here }: Account): TenantKeys {
  const key = (what: keyof TenantKeys, description: string): EncryptionKey =>
    new EncryptionKey(
      `${what}-key`,
      { description, alias: `${names.prefix}/${what}`, accountId: names.accountId, part: "tenant", protection: names.protection },
      here,
    );
  return { images: key("images", "Images of all tenants"), secrets: key("secrets", "Secrets of all tenants") };
}

/** What one tenant owns in AWS; returns what its pods wait for. */
export function declareTenantCloud({ account, networks, storage, keys }: Foundation, tenant: Tenant): readonly pulumi.Resource[] {
  return new TenantCloud(
    `${tenant.id}-cloud`,
    {
      ...account.names,
      tenant,
      clusterName: networks.eks.clusterName,
      assetsBucketArn: storage.assetsBucketArn,
      dumpsBucketArn: storage.dumpsBucketArn,
      keys: { assets: storage.assetsKeyArn, dumps: storage.dumpsKeyArn, images: keys.images.arn, secrets: keys.secrets.arn },
      after: networks.eks.ready,
    },
    account.here,
  ).ready;
}
