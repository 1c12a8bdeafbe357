import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Deployed } from "../tenants/lifecycle.ts";
import { STATES, type Tenant } from "../tenants/tenant.ts";

/** Of a resource in the engine's state, what is read here; secrets among the outputs are not. */
const stateSchema = z.record(z.string(), z.object({ type: z.string(), outputs: z.record(z.string(), z.unknown()) }));

const TENANT = "privatesales:tenant:TenantEnvironment";
const STACK = "pulumi:pulumi:Stack";

const nameIn = (urn: string): string => urn.split("::").at(-1) ?? "";

/** The stack's full name, as the engine finds it in its backend. */
export const thisStack = (): string => `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;

/** The ids of tombstones, for the stack's outputs: of a purged tenant nothing else is left in the state. */
export const tombstones = (tenants: readonly Tenant[]): readonly string[] => tenants.filter(({ state }) => state === "purged").map(({ id }) => id);

/** What the resources of a stack's state say of its tenants. */
export function deployedIn(resources: unknown): readonly Deployed[] {
  const all = Object.entries(stateSchema.parse(resources));
  const purged = all
    .filter(([, { type }]) => type === STACK)
    .flatMap(([, { outputs }]) => z.array(z.string()).catch([]).parse(outputs["tombstones"]))
    .map((id): Deployed => ({ id, state: "purged" }));
  const there = all
    .filter(([, { type }]) => type === TENANT)
    .map(([urn, { outputs }]): Deployed => ({ id: nameIn(urn), state: z.enum(STATES).optional().catch(undefined).parse(outputs["state"]) }));
  return [...there, ...purged.filter(({ id }) => !there.some((each) => each.id === id))];
}

/**
 * The resources of this stack, read from the engine's own state before anything is registered. The stack's outputs would not
 * do: they are written when a run ends, and stay the old ones when it fails or is killed; the state is written at every step.
 */
export async function engineState(): Promise<unknown> {
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName: thisStack() });
  return z.object({ outputs: z.unknown() }).parse(answer).outputs;
}
