import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";

/** Service accounts of a tenant's pods; the mesh knows a workload by its account. */
export const ACCOUNTS = ["storefront", "api", "jobs"] as const;

/** Step C: identities of the tenant's pods, and the shop's own administrators (SERVICE_ADMIN). */
export function declareAccess(context: Context, namespace: pulumi.Resource): readonly pulumi.Resource[] {
  const { tenant, platform } = context;
  const accounts = ACCOUNTS.map(
    (account) =>
      new k8s.core.v1.ServiceAccount(
        context.name(`account-${account}`),
        // No pod of a shop talks to the API server.
        { metadata: context.meta(account), automountServiceAccountToken: false },
        context.after(namespace),
      ),
  );
  const administrators = new k8s.rbac.v1.RoleBinding(
    context.name("service-admins"),
    {
      metadata: context.meta("service-admins"),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: platform.access.serviceAdminRole },
      subjects: [
        { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: platform.access.serviceAdminGroup(tenant.id) },
      ],
    },
    context.after(namespace),
  );
  return [...accounts, administrators];
}
