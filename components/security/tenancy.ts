import { LABEL_PREFIX, TENANT_LABEL } from "../shared/labels.ts";
import { celList, celString, type Policy } from "./policy.ts";

const PREFIX = celString(`${LABEL_PREFIX}/`);

/** The cluster's own controllers copy labels from owner to owned, e.g. from a Service to its EndpointSlices. */
const CONTROLLER_GROUPS = ["system:serviceaccounts:kube-system", "system:nodes"];
const CONTROLLER_USERS = ["system:kube-controller-manager", "system:kube-scheduler", "system:apiserver"];

const notTrusted = (deployers: readonly string[]): string =>
  `!request.userInfo.?groups.orValue([]).exists(g, g in ${celList([...deployers, ...CONTROLLER_GROUPS])})` +
  ` && !(request.userInfo.?username.orValue("") in ${celList(CONTROLLER_USERS)})`;

/** CEL list of the platform's keys of a field that the request sets, alters or removes; `created` is what a new object may carry. */
function changed(field: "labels" | "annotations", created: string): string {
  const after = `object.metadata.?${field}.orValue({})`;
  const before = `(oldObject == null ? ${created} : oldObject.metadata.?${field}.orValue({}))`;
  const altered = `${after}.filter(k, k.startsWith(${PREFIX}) && !(k in ${before} && ${before}[k] == ${after}[k]))`;
  // A new object need not carry what its namespace carries.
  const removed = `(oldObject == null ? [] : ${before}.filter(k, k.startsWith(${PREFIX}) && !(k in ${after})))`;
  return `${altered} + ${removed}`;
}

const fixed = (deployers: readonly string[], allowedAtCreation: string): Policy["validations"] => [
  {
    expression: "size(variables.changed) == 0",
    messageExpression:
      `"labels or annotations that carry tenancy were set, altered or removed: " + variables.changed.join(", ")` +
      ` + ${celString(`; allowed is ${allowedAtCreation}, changes only to the groups ${deployers.join(", ")}`)}`,
  },
];

/**
 * Labels and annotations below privatesales.co.kr/ say which tenant something belongs to: cost, alerts, access and the
 * other policies read them. The deployer sets them; nobody else changes them.
 */
export function tenancyPolicies(deployers: readonly string[]): readonly Policy[] {
  const untrusted = { name: "not-the-deployer", expression: notTrusted(deployers) };
  const carries = (object: string): string => `${object}.metadata.?labels.orValue({}).exists(k, k == ${celString(TENANT_LABEL)})`;
  return [
    {
      name: "tenancy-of-objects",
      scope: "tenants",
      targets: [{ group: "*", version: "*", resources: ["*/*"] }],
      operations: ["CREATE", "UPDATE"],
      conditions: [untrusted],
      variables: [
        {
          name: "changed",
          expression:
            changed("labels", "namespaceObject.metadata.?labels.orValue({})") +
            ` + ${changed("annotations", "namespaceObject.metadata.?annotations.orValue({})")}`,
        },
      ],
      validations: fixed(deployers, "what the namespace itself carries"),
    },
    {
      // Selected by its new labels, a namespace that loses its label would be nobody's: so this one looks at all of them.
      name: "tenancy-of-namespaces",
      scope: "everywhere",
      targets: [{ group: "", version: "v1", resources: ["namespaces"] }],
      operations: ["CREATE", "UPDATE"],
      conditions: [
        untrusted,
        {
          name: "of-a-tenant",
          expression: `${carries("object")} || (oldObject != null && ${carries("oldObject")})`,
        },
      ],
      variables: [{ name: "changed", expression: `${changed("labels", "{}")} + ${changed("annotations", "{}")}` }],
      validations: fixed(deployers, "none on a new namespace"),
    },
  ];
}
