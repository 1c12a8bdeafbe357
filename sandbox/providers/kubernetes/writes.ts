import { setTimeout as sleep } from "node:timers/promises";
import { propagationOf, timeoutOf, skipsAwait, takesOver } from "./annotations.ts";
import { ApiError, isNotFound } from "./client.ts";
import { isNotThereYet, UnknownKind, type Cluster } from "./cluster.ts";
import { conflictText, refusal } from "./failures.ts";
import { toServer } from "./normalize.ts";
import { at, referenceOf, titleOf, type KubeObject, type Reference } from "./objects.ts";
import { conflictsOf, CREATOR, foreignConflicts, ownershipPatch, withIgnored } from "./ownership.ts";

const STRICT = { fieldValidation: "Strict" };
const DRY_RUN = { dryRun: "All" };
/** Milliseconds; an object may be declared a little before its namespace or its CRD is in effect. */
const ORDER_TOLERANCE = 10_000;
const OWNERSHIP_ATTEMPTS = 5;

/** Makes an object. Throws, naming it, when the server refuses or it exists already. */
export async function create(inputs: KubeObject, cluster: Cluster): Promise<KubeObject> {
  const end = Date.now() + ORDER_TOLERANCE;
  for (let pause = 100; ; pause = Math.min(pause * 2, 1000)) {
    try {
      return await post(inputs, cluster, {});
    } catch (error) {
      if (!isNotThereYet(error) || Date.now() >= end) throw refusal(error, "created", inputs);
      await cluster.pause(pause);
    }
  }
}

/**
 * What the server would make of the inputs; undefined if that cannot be known before the run: what the object needs is
 * made in the same run, or an object of its name is there still, as before a replacement.
 */
export async function previewCreate(inputs: KubeObject, cluster: Cluster): Promise<KubeObject | undefined> {
  try {
    return await post(inputs, cluster, DRY_RUN);
  } catch (error) {
    if (isNotThereYet(error)) return undefined;
    if (error instanceof ApiError && error.reason === "AlreadyExists") return undefined;
    throw refusal(error, "accepted in the dry run", inputs);
  }
}

function post(inputs: KubeObject, cluster: Cluster, extra: Readonly<Record<string, string>>): Promise<KubeObject> {
  const query = { fieldManager: CREATOR, ...STRICT, ...extra };
  return cluster.send("POST", referenceOf(inputs), { query, body: toServer(inputs) });
}

export interface Apply {
  readonly inputs: KubeObject;
  readonly manager: string;
  readonly ignoreChanges: readonly string[];
}

/** Changes an object in place. Throws, naming fields and owners, when another manager owns a field. */
export async function update(apply: Apply, cluster: Cluster): Promise<KubeObject> {
  const { inputs, manager, ignoreChanges } = apply;
  try {
    const live = await ownedLive(inputs, manager, cluster);
    const wanted = withIgnored(inputs, live, manager, ignoreChanges);
    return await patch(wanted, cluster, { fieldManager: manager, force: mustForce(live, inputs) });
  } catch (error) {
    throw refusal(error, "updated", inputs);
  }
}

/** What the server would make of an update; undefined if its kind is made in the same run. */
export async function previewUpdate(apply: Apply, cluster: Cluster): Promise<KubeObject | undefined> {
  const { inputs, manager, ignoreChanges } = apply;
  try {
    const live = await requireLive(inputs, cluster);
    const wanted = withIgnored(inputs, live, manager, ignoreChanges);
    const query = { fieldManager: manager, ...DRY_RUN };
    try {
      return await patch(wanted, cluster, { ...query, force: mustForce(live, inputs) });
    } catch (error) {
      // The real run moves the ownership of the fields first, and a dry run cannot.
      const conflicts = error instanceof ApiError ? conflictsOf(error.causes) : [];
      if (conflicts.length === 0) throw error;
      const foreign = foreignConflicts(conflicts, live);
      if (foreign.length > 0) throw new Error(conflictText(foreign), { cause: error });
      return await patch(wanted, cluster, { ...query, force: "true" });
    }
  } catch (error) {
    if (error instanceof UnknownKind) return undefined;
    throw refusal(error, "accepted in the dry run", inputs);
  }
}

function patch(inputs: KubeObject, cluster: Cluster, query: Readonly<Record<string, string>>): Promise<KubeObject> {
  const type = "application/apply-patch+yaml";
  return cluster.send("PATCH", referenceOf(inputs), { query: { ...STRICT, ...query }, body: toServer(inputs), type });
}

/** An object without any record of owners is one from before such records; all of it counts as the plugin's. */
function mustForce(live: KubeObject, inputs: KubeObject): "true" | "false" {
  const entries = at(live, "metadata", "managedFields");
  return Array.isArray(entries) && entries.length > 0 && !takesOver(inputs) ? "false" : "true";
}

async function requireLive(inputs: KubeObject, cluster: Cluster): Promise<KubeObject> {
  const reference = referenceOf(inputs);
  const live = await cluster.get(reference);
  if (live !== undefined) return live;
  if ((await cluster.discovery.find(reference)) === undefined) throw new UnknownKind(reference);
  throw new Error(`${titleOf(reference)} is in the state and not on the server; run refresh, which will make it again`);
}

/** The live object after its creator's fields were moved to the manager's Apply entry. */
async function ownedLive(inputs: KubeObject, manager: string, cluster: Cluster): Promise<KubeObject> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await requireLive(inputs, cluster);
    const body = ownershipPatch(live, manager);
    if (body.length === 0) return live;
    try {
      return await cluster.send("PATCH", referenceOf(inputs), { body, type: "application/json-patch+json" });
    } catch (error) {
      // Somebody, a controller most likely, wrote the object in between.
      const raced = error instanceof ApiError && (error.status === 409 || error.status === 422);
      if (!raced || attempt >= OWNERSHIP_ATTEMPTS) throw error;
      await sleep(50 * attempt);
    }
  }
}

/**
 * Deletes an object and waits until it is gone; an object that is gone already is fine. `custom` is the resource's own
 * timeout in seconds, 0 for none. Throws, naming the finalizers that hold it, when the time is over.
 */
export async function remove(
  reference: Reference,
  inputs: KubeObject,
  custom: number,
  cluster: Cluster,
): Promise<void> {
  const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: propagationOf(inputs) };
  try {
    await cluster.send("DELETE", reference, { body });
  } catch (error) {
    if (isNotFound(error) || error instanceof UnknownKind) return;
    throw refusal(error, "deleted", { ...reference, metadata: { ...reference } });
  }
  if (skipsAwait(inputs) && SKIPS_DELETE.has(`${reference.apiVersion}/${reference.kind}`)) return;
  await untilGone(reference, timeoutOf(inputs, custom, 600), cluster);
}

/** Only for these does the official plugin's skipAwait mean deletion, too. */
const SKIPS_DELETE: ReadonlySet<string> = new Set([
  ...["v1/Namespace", "v1/Pod", "v1/ReplicationController"],
  ...["apps/v1/DaemonSet", "apps/v1/Deployment", "apps/v1/StatefulSet", "batch/v1/Job"],
]);

async function untilGone(reference: Reference, seconds: number, cluster: Cluster): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let uid: unknown;
  for (let pause = 30; ; pause = Math.min(pause * 1.5, 500)) {
    const live = await cluster.get(reference);
    // Another object may have taken the name meanwhile.
    if (live === undefined || (uid !== undefined && at(live, "metadata", "uid") !== uid)) return;
    uid = at(live, "metadata", "uid");
    if (Date.now() >= end) throw new Error(stuck(reference, live, seconds));
    await cluster.pause(pause);
  }
}

function stuck(reference: Reference, live: KubeObject, seconds: number): string {
  const listed = [at(live, "metadata", "finalizers"), at(live, "spec", "finalizers")].flatMap((list) =>
    Array.isArray(list) ? list.map(String) : [],
  );
  const held = listed.length > 0 ? `its finalizers are ${listed.join(", ")}` : "it has no finalizers";
  const conditions = at(live, "status", "conditions");
  const said = Array.isArray(conditions)
    ? conditions.flatMap((each: unknown) =>
        at(each, "status") === "True" && typeof at(each, "message") === "string" ? [String(at(each, "message"))] : [],
      )
    : [];
  const what = `${titleOf(reference)} was told to go and is still there after ${String(seconds)} s: ${held}`;
  return [what, ...said].join("; ");
}
