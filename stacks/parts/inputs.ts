import type * as pulumi from "@pulumi/pulumi";
import type { Tenant } from "../../tenants/tenant.ts";
import type { StackConfig } from "../config.ts";

/** What every part of the platform is declared from. */
export interface Inputs {
  readonly config: StackConfig;
  readonly tenants: readonly Tenant[];
  /** Options of every component. */
  readonly everywhere: pulumi.ComponentResourceOptions;
  /** Options of every component on the cluster. */
  readonly onCluster: pulumi.ComponentResourceOptions;
}
