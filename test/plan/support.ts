import { planOfEvents } from "../../plan/events.ts";
import type { Plan } from "../../plan/model.ts";

/** Events as the engine writes them, by hand. */

const urnOf = (type: string, name: string): string => `urn:pulumi:qa::privatesales::${type}::${name}`;

export interface Given {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: readonly [type: string, name: string];
  readonly old?: Readonly<Record<string, unknown>>;
  readonly new?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean | readonly [before: boolean, after: boolean];
  readonly retain?: boolean;
  readonly diff?: Readonly<Record<string, string>>;
}

export const TENANT = "privatesales:tenant:TenantEnvironment";
export const SCHEMA = "postgresql:index/schema:Schema";
export const QUOTA = "kubernetes:core/v1:ResourceQuota";

export function event({ op, type, name, parent, protect, retain, diff, ...given }: Given): unknown {
  const [before, after] = typeof protect === "object" ? protect : [protect ?? false, protect ?? false];
  const state = (inputs: unknown, isProtected: boolean) => ({
    urn: urnOf(type, name),
    type,
    parent: parent === undefined ? "" : urnOf(...parent),
    protect: isProtected,
    retainOnDelete: retain ?? false,
    inputs,
    outputs: {},
  });
  const old = op === "create" ? undefined : state(given.old ?? {}, before);
  const next = op === "delete" ? undefined : state(given.new ?? {}, after);
  const detailedDiff = Object.fromEntries(Object.entries(diff ?? {}).map(([path, kind]) => [path, { diffKind: kind, inputDiff: true }]));
  return { resourcePreEvent: { metadata: { op, urn: urnOf(type, name), type, old, new: next, detailedDiff, provider: "" } } };
}

export const summary = (same = 0): unknown => ({ summaryEvent: { resourceChanges: { same } } });
export const fault = (message: string, urn = ""): unknown => ({ diagnosticEvent: { severity: "error", message, urn } });

export const planOf = (...given: readonly Given[]): Plan => planOfEvents([...given.map(event), summary(7)]);

/** A tenant's own child. */
export const child = (tenant: string, given: Omit<Given, "parent">): Given => ({ ...given, parent: [TENANT, tenant] });
