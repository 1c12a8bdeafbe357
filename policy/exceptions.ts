import type { Suppression } from "./suppressions.ts";

/** Violations of our own rules that are right as they are. */
export const RULE_SUPPRESSIONS: readonly Suppression[] = [];

/** Findings of checkov that are right as they are. */
export const CHECKOV_SUPPRESSIONS: readonly Suppression[] = [];
