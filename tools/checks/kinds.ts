/** Commands that look and change nothing: the verification of a tenant's deployment, and two of the quality gates. */
export const CHECKS = ["verify", "integration", "scan"] as const;
export type Kind = (typeof CHECKS)[number];
export const isCheck = (text: string | undefined): text is Kind => CHECKS.some((kind) => kind === text);
