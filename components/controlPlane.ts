import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../tenants/tenant.ts";
import { SUPER_ADMIN_GROUP, serviceAdminGroup } from "./access/groups.ts";
import { registryData, settingsData, type RegistryEntry } from "./access/registry.ts";
import { SERVICE_ADMIN_ROLE, serviceAdminRules, SUPER_ADMIN_ROLE, superAdminRules, type Rule } from "./access/roles.ts";
import { platformLabels } from "./shared/labels.ts";
import { NAMESPACES } from "./shared/names.ts";
import { podSecurityLabels } from "./shared/podSecurity.ts";

export interface ControlPlaneArgs {
  /** The platform's settings; each reaches every tenant that does not override it. */
  readonly settings: Settings;
  /** Every tenant of the stack, purged ones included: their ids and hosts stay taken. */
  readonly registry: readonly RegistryEntry[];
}

/** Who runs the platform and what it knows of itself: SUPER_ADMIN's access, the registry of tenants, the global settings. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly namespace = NAMESPACES.platform;
  readonly settings: Settings;
  /** Name of the ClusterRole that a RoleBinding in a tenant's namespace gives to that tenant's administrators. */
  readonly serviceAdminRole = SERVICE_ADMIN_ROLE;
  /** The group of a tenant's administrators. */
  readonly serviceAdminGroup = serviceAdminGroup;
  /** What must be there before a tenant's RoleBinding is declared. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:controlPlane:ControlPlane", name, {}, opts);
    this.settings = args.settings;
    const labels = platformLabels("controlPlane");
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: NAMESPACES.platform, labels: { ...labels, ...podSecurityLabels("restricted") } } },
      { parent: this },
    );
    const configMap = (part: string, data: Record<string, string>): k8s.core.v1.ConfigMap =>
      new k8s.core.v1.ConfigMap(
        `${name}-${part}`,
        { metadata: { name: part, namespace: NAMESPACES.platform, labels }, data },
        { parent: this, dependsOn: [namespace] },
      );
    configMap("settings", settingsData(args.settings));
    configMap("tenants", registryData(args.registry));

    const role = (part: string, roleName: string, rules: readonly Rule[]): k8s.rbac.v1.ClusterRole =>
      new k8s.rbac.v1.ClusterRole(
        `${name}-${part}`,
        { metadata: { name: roleName, labels }, rules: rules.map(lowerRule) },
        { parent: this },
      );
    const superAdmin = role("super-admin", SUPER_ADMIN_ROLE, superAdminRules());
    const serviceAdmin = role("service-admin", SERVICE_ADMIN_ROLE, serviceAdminRules());
    new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-super-admins`,
      {
        metadata: { name: SUPER_ADMIN_GROUP, labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: SUPER_ADMIN_ROLE },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: SUPER_ADMIN_GROUP }],
      },
      { parent: this, dependsOn: [superAdmin] },
    );
    this.ready = [namespace, serviceAdmin];
    this.registerOutputs({});
  }
}

const lowerRule = ({ apiGroups, resources, resourceNames, verbs }: Rule): k8s.types.input.rbac.v1.PolicyRule => ({
  apiGroups: [...apiGroups],
  resources: [...resources],
  ...(resourceNames === undefined ? {} : { resourceNames: [...resourceNames] }),
  verbs: [...verbs],
});
