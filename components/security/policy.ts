import { SERVICE_ADMIN_PREFIX, SUPER_ADMIN_GROUP } from "../access/groups.ts";
import { LABEL_PREFIX, TENANT_LABEL } from "../shared/labels.ts";

/** One check: a CEL expression that holds for allowed objects, and one that says what was given and what is allowed. */
export interface Validation {
  readonly expression: string;
  readonly messageExpression: string;
}

export interface Target {
  readonly group: string;
  /** Listed once: requests in the group's other versions are converted to it (`matchPolicy: Equivalent`). */
  readonly version: string;
  readonly resources: readonly string[];
}

/** An admission policy as plain data; `admission.ts` lowers it to a ValidatingAdmissionPolicy and its binding. */
export interface Policy {
  readonly name: string;
  /** `tenants`: objects in namespaces of tenants. `everywhere`: all objects, cluster-wide ones too. */
  readonly scope: "tenants" | "everywhere";
  readonly targets: readonly Target[];
  readonly operations: readonly ("CREATE" | "UPDATE")[];
  /** The policy looks only at requests for which all of these hold. */
  readonly conditions: readonly { readonly name: string; readonly expression: string }[];
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly Validation[];
}

/** Hosts that objects of a namespace may claim, separated by commas; set on the Namespace. */
export const HOSTS_ANNOTATION = `${LABEL_PREFIX}/hosts`;

/** Selects the namespaces of tenants. */
export const TENANT_NAMESPACES = { matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }] } as const;

/** A string literal of CEL: https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values */
export const celString = (text: string): string => JSON.stringify(text);

/** CEL: somebody asks who administers the platform or a shop, by their groups. */
export const byAdministrator =
  `request.userInfo.?groups.orValue([]).exists(g, g == ${celString(SUPER_ADMIN_GROUP)} || g.startsWith(${celString(SERVICE_ADMIN_PREFIX)}))`;

export const celList = (texts: readonly string[]): string => `[${texts.map(celString).join(", ")}]`;
