import { RefusedError, type Refusal } from "../../../tenants/cli/errors.ts";

/** What an action is refused for; one that is not refused fails the test. */
export function refusalOf(action: () => unknown): Refusal {
  try {
    action();
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal;
    throw error;
  }
  throw new Error("it was accepted");
}
