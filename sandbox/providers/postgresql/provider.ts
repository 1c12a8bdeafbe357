import { randomBytes } from "node:crypto";
import type {
  CheckFailure, CheckRequest, CreateRequest, CreateResult, DeleteRequest, Properties, Provider, ReadRequest, ReadResult,
  UpdateRequest,
} from "../provider.ts";
import { PartialFailure } from "../provider.ts";
import {
  checkShape, diffState, inputsFromState, plain, previewState, withDefaults, withIgnored,
} from "../resourceType.ts";
import { database } from "./database.ts";
import { defaultPrivileges } from "./defaultPrivileges.ts";
import { extension } from "./extension.ts";
import { failure, Unfinished } from "./failure.ts";
import { grant } from "./grant.ts";
import { grantRole } from "./grantRole.ts";
import type { Resource } from "./resource.ts";
import { role } from "./role.ts";
import { schema } from "./schema.ts";
import type { Server } from "./server.ts";

const RESOURCES: readonly Resource[] = [role, schema, database, grant, grantRole, defaultPrivileges, extension];

function resourceOf(type: string): Resource {
  const found = RESOURCES.find(({ definition }) => definition.type === type);
  if (found !== undefined) return found;
  const known = RESOURCES.map(({ definition }) => definition.type).join(", ");
  throw new Error(`the sandbox's postgresql provider has no resource type "${type}"; it has: ${known}`);
}

/** Seven hexadecimal digits, as the official bridge puts behind a resource's name. */
function suffix(): string {
  return randomBytes(4).toString("hex").slice(0, 7);
}

function check(request: CheckRequest): { inputs: Properties; failures: readonly CheckFailure[] } {
  const target = resourceOf(request.type);
  const { definition } = target;
  const inputs = withDefaults(definition, request, suffix);
  const shapeFaults = checkShape(definition, plain(inputs));
  return { inputs, failures: shapeFaults.length > 0 ? shapeFaults : target.faults(plain(inputs)) };
}

/** A provider over one server; every error names the object and hides the passwords that it could carry. */
export function provider(server: Server): Provider {
  const attempt = async <T>(
    what: string,
    secrets: readonly unknown[],
    work: () => Promise<T>,
    made?: (state: Properties) => ReadResult,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const texts = [server.connection.password, ...secrets].filter((secret) => typeof secret === "string");
      if (!(error instanceof Unfinished) || made === undefined) throw failure(what, error, texts);
      throw new PartialFailure([failure(what, error.cause, texts).message], made(error.state));
    }
  };
  const create = async ({ type, inputs, preview }: CreateRequest): Promise<CreateResult> => {
    const target = resourceOf(type);
    if (preview) return { id: "", state: previewState(target.definition, inputs, undefined) };
    return attempt(`create ${target.label(inputs)}`, [inputs.password], async () => {
      const state = await target.create(server, inputs);
      return { id: target.id(state, server), state };
    });
  };
  const update = async ({ type, inputs: news, olds, preview, ignoreChanges }: UpdateRequest): Promise<Properties> => {
    const target = resourceOf(type);
    const inputs = withIgnored(news, olds, ignoreChanges);
    if (preview) return previewState(target.definition, inputs, olds);
    return attempt(`update ${target.label(olds)}`, [inputs.password, olds.password], () =>
      target.update(server, olds, inputs), (state) => ({ id: target.id(state, server), state, inputs: news }));
  };
  const read = async ({ type, id, inputs, olds }: ReadRequest): Promise<ReadResult | undefined> => {
    const target = resourceOf(type);
    const known = Object.keys(plain(olds)).length > 0 ? olds : target.imported?.(id, server);
    if (known === undefined) throw new Error(`${type} cannot be imported; let the program create it`);
    return attempt(`read ${target.label(known)}`, [olds.password], async () => {
      const state = await target.read(server, known);
      if (state === undefined) return undefined;
      return { id: target.id(state, server), state, inputs: inputsFromState(target.definition, inputs, state) };
    });
  };
  const remove = async ({ type, olds }: DeleteRequest): Promise<void> => {
    const target = resourceOf(type);
    await attempt(`delete ${target.label(olds)}`, [olds.password], () => target.delete(server, olds));
  };
  return {
    check: (request) => Promise.resolve().then(() => check(request)),
    diff: (request) => Promise.resolve().then(() => diffState(resourceOf(request.type).definition, request)),
    create,
    update,
    read,
    delete: remove,
    cancel: () => {
      server.cancel();
    },
  };
}
