import { isRecord } from "../wire.ts";
import { ApiError } from "./client.ts";
import { isSecret } from "./normalize.ts";
import { referenceOf, titleOf, type KubeObject, type Reference } from "./objects.ts";
import { conflictsOf, type Conflict } from "./ownership.ts";

/** What a refused write says to the user: which object, what was tried, and why it was refused. */
export function refusal(error: unknown, verb: string, inputs: KubeObject): Error {
  const reference = referenceOf(inputs);
  const said = error instanceof Error ? error.message : String(error);
  if (said.startsWith(titleOf(reference))) return error instanceof Error ? error : new Error(said);
  return new Error(redact(`${titleOf(reference)} was not ${verb}: ${explain(error, reference, said)}`, inputs));
}

function explain(error: unknown, reference: Reference, said: string): string {
  if (error instanceof Error && error.name === "AbortError") return "the run was cancelled";
  if (!(error instanceof ApiError)) return said;
  const conflicts = conflictsOf(error.causes);
  if (conflicts.length > 0) return conflictText(conflicts);
  if (error.reason === "AlreadyExists") {
    return (
      `an object of this name already exists and is not managed by this stack (${said}); ` +
      `delete it, choose another name, or adopt it with \`pulumi import ${reference.kind}\``
    );
  }
  return said;
}

/** Names every field and who owns it. */
export function conflictText(conflicts: readonly Conflict[]): string {
  const fields = conflicts.map(({ field, owner }) => `${field} is owned by ${owner}`).join("; ");
  return `${fields}; remove the field from the program, or let its owner give it up, and run again`;
}

/** A Secret's values never reach a message, whatever the server quotes. */
export function redact(text: string, object: KubeObject): string {
  if (!isSecret(object)) return text;
  const values = [object["data"], object["stringData"]]
    .filter(isRecord)
    .flatMap((map) => Object.values(map))
    .filter((value) => typeof value === "string")
    .filter((value) => value.length > 3)
    .sort((one, other) => other.length - one.length);
  return values.reduce((rest, value) => rest.replaceAll(value, "[secret]"), text);
}
