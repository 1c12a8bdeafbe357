import { mapsAt, textAt, type KubeObject } from "../objects.ts";

/** Whether an object became what it should be; `why` says what is missing. */
export type Verdict =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly why: string }
  | { readonly state: "failed"; readonly why: string };

export const READY: Verdict = { state: "ready" };

export function waiting(why: string): Verdict {
  return { state: "waiting", why };
}

export function failed(why: string): Verdict {
  return { state: "failed", why };
}

export function conditionOf(object: unknown, type: string): KubeObject | undefined {
  return mapsAt(object, "status", "conditions").find((condition) => condition["type"] === type);
}

export function holds(condition: KubeObject | undefined): boolean {
  return condition?.["status"] === "True";
}

/** `BackoffLimitExceeded: Job has reached the specified backoff limit`; undefined without reason and message. */
export function explain(state: unknown): string | undefined {
  const parts = [textAt(state, "reason"), textAt(state, "message")].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(": ");
}
