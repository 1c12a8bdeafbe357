import type { Policy } from "./policy.ts";

/** The one way in is the shared gateway, and the one way out the mesh: a tenant's Services are cluster-internal. */
export function servicePolicy(): Policy {
  return {
    name: "service-exposure",
    scope: "tenants",
    targets: [{ group: "", version: "v1", resources: ["services"] }],
    operations: ["CREATE", "UPDATE"],
    conditions: [],
    variables: [{ name: "type", expression: `object.spec.?type.orValue("ClusterIP")` }],
    validations: [
      {
        expression: `variables.type == "ClusterIP"`,
        messageExpression: `"Service of type " + variables.type + "; allowed is ClusterIP, the shared gateway is the way in"`,
      },
      {
        // An external IP of a Service takes over traffic to that address: CVE-2020-8554.
        expression: "size(object.spec.?externalIPs.orValue([])) == 0",
        messageExpression: `"Service with externalIPs " + object.spec.?externalIPs.orValue([]).join(", ") + "; allowed is none"`,
      },
    ],
  };
}
