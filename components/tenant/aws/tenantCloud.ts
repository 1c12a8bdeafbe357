import * as pulumi from "@pulumi/pulumi";
import type { Tenant } from "../../../tenants/tenant.ts";
import { PodIdentity } from "../../cluster/eks/podIdentity.ts";
import { declareImages } from "../../delivery/images.ts";
import { tenantTags } from "../../shared/aws.ts";
import { tenantNamespace } from "../../shared/names.ts";
import { accountStatements, CLOUD_ACCOUNTS, registryOf, roleName, type CloudAccount, type CloudPlaces } from "./tenantPolicies.ts";

export interface TenantCloudArgs extends Omit<CloudPlaces, "keys"> {
  readonly tenant: Pick<Tenant, "id" | "tier" | "costCenter">;
  /** EKS cluster that the tenant's pods run on. */
  readonly clusterName: string;
  readonly protection: "on" | "off";
  /** ARNs of the platform's keys, one a kind of thing. */
  readonly keys: Readonly<Record<keyof CloudPlaces["keys"] | "images", pulumi.Input<string>>>;
  /** What must be there first: the cluster. */
  readonly after: readonly pulumi.Resource[];
}

const WORKLOADS = ["storefront", "api"] as const;

/** What a tenant owns in AWS: repositories for its images, and identities for its pods that reach its own things only. */
export class TenantCloud extends pulumi.ComponentResource {
  /** Registry and path before `<tenant>/<workload>`; plain, the same for every tenant. */
  readonly registry: string;
  /** Plain ARN of the role of each account. */
  readonly roleArns: Readonly<Record<CloudAccount, string>>;
  /** What must be there before the tenant's pods start. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: TenantCloudArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:tenant:TenantCloud", name, {}, opts);
    const { tenant, prefix, protection, keys } = args;
    for (const workload of WORKLOADS) {
      const images = { repository: `${prefix}/${tenant.id}/${workload}`, keyArn: keys.images, protection, tags: tenantTags(tenant) };
      declareImages(`${name}-images-${workload}`, images, this);
    }
    const identities = { api: this.declareIdentity(name, args, "api"), jobs: this.declareIdentity(name, args, "jobs") };
    this.registry = registryOf(args);
    this.roleArns = { api: identities.api.roleArn, jobs: identities.jobs.roleArn };
    this.ready = CLOUD_ACCOUNTS.flatMap((account) => identities[account].ready);
    this.registerOutputs({ roleArns: this.roleArns });
  }

  private declareIdentity(name: string, args: TenantCloudArgs, account: CloudAccount): PodIdentity {
    const { tenant, prefix, region, accountId, clusterName, after } = args;
    const keys = pulumi.all([args.keys.assets, args.keys.dumps, args.keys.secrets]);
    return new PodIdentity(
      `${name}-${account}`,
      {
        clusterName,
        region,
        accountId,
        roleName: roleName(prefix, tenant.id, account),
        namespace: tenantNamespace(tenant.id),
        serviceAccount: account,
        statements: keys.apply(([assets, dumps, secrets]) => accountStatements(account, tenant.id, { ...args, keys: { assets, dumps, secrets } })),
        tags: tenantTags(tenant),
        after,
      },
      { parent: this },
    );
  }
}
