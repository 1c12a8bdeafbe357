import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import type * as rpc from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckFailure, DiffResult, Properties, StandIn } from "./provider.ts";
import { Providers } from "./providers.ts";
import { decode, encode } from "./wire.ts";

/**
 * The resource provider's methods over plain data:
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 */
export function methodsOf(standIn: StandIn): Methods {
  const providers = new Providers(standIn);
  return {
    ...lifecycle(standIn, providers), ...plans(providers), ...writes(standIn, providers), ...functions(standIn, providers), ...refusals(standIn),
  };
}

export type Methods = ReturnType<typeof lifecycle> &
  ReturnType<typeof plans> &
  ReturnType<typeof writes> &
  ReturnType<typeof functions> &
  ReturnType<typeof refusals>;

function lifecycle(standIn: StandIn, providers: Providers) {
  return {
    handshake: () => {
      // The engine unwraps secrets for a provider that does not accept them, and marks outputs secret again by path.
      const response = new proto.ProviderHandshakeResponse();
      response.setAcceptSecrets(false);
      return response;
    },
    attach: () => new empty.Empty(),
    getPluginInfo: () => {
      const response = new plugin.PluginInfo();
      response.setVersion(standIn.version);
      return response;
    },
    getSchema: () => {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: standIn.name, version: standIn.version }));
      return response;
    },
    checkConfig: (request: rpc.CheckRequest) => {
      const news = decode(request.getNews());
      return checked(news, standIn.checkConfig(news));
    },
    diffConfig: (request: rpc.DiffRequest) =>
      differed(standIn.diffConfig(decode(request.getOldInputs() ?? request.getOlds()), decode(request.getNews()))),
    configure: async (request: rpc.ConfigureRequest, peer: string) => {
      await providers.configure(peer, decode(request.getArgs()));
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(false);
      response.setAcceptresources(false);
      response.setSupportspreview(true);
      return response;
    },
    cancel: (_: Empty, peer: string) => {
      providers.cancel(peer);
      return new empty.Empty();
    },
    cancelAll: () => {
      providers.cancelAll();
    },
    getMapping: () => new proto.GetMappingResponse(),
    getMappings: () => new proto.GetMappingsResponse(),
  };
}

function plans(providers: Providers) {
  return {
    check: async (request: rpc.CheckRequest, peer: string) => {
      const { inputs, failures } = await providers.at(peer).check({
        ...identity(request),
        olds: decode(request.getOlds()),
        news: decode(request.getNews()),
      });
      return checked(inputs, failures);
    },
    diff: async (request: rpc.DiffRequest, peer: string) =>
      differed(
        await providers.at(peer).diff({
          ...identity(request),
          id: request.getId(),
          oldInputs: decode(request.getOldInputs()),
          olds: decode(request.getOlds()),
          news: decode(request.getNews()),
          ignoreChanges: request.getIgnorechangesList(),
        }),
      ),
    read: async (request: rpc.ReadRequest, peer: string) => {
      const found = await providers.at(peer).read({
        ...identity(request),
        id: request.getId(),
        inputs: decode(request.getInputs()),
        olds: decode(request.getProperties()),
      });
      const response = new proto.ReadResponse();
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(encode(found.state));
      response.setInputs(encode(found.inputs));
      return response;
    },
  };
}

function writes(standIn: StandIn, providers: Providers) {
  return {
    create: async (request: rpc.CreateRequest, peer: string) => {
      const preview = request.getPreview();
      const { id, state } = await providers.at(peer).create({
        ...identity(request),
        inputs: decode(request.getProperties()),
        preview,
        timeout: request.getTimeout(),
      });
      // An object without an id would be recorded by the engine as never made.
      if (id === "" && !preview) throw new Error(`the ${standIn.name} stand-in gave no id for ${request.getUrn()}`);
      const response = new proto.CreateResponse();
      response.setId(id);
      response.setProperties(encode(state));
      return response;
    },
    update: async (request: rpc.UpdateRequest, peer: string) => {
      const state = await providers.at(peer).update({
        ...identity(request),
        id: request.getId(),
        inputs: decode(request.getNews()),
        oldInputs: decode(request.getOldInputs()),
        olds: decode(request.getOlds()),
        preview: request.getPreview(),
        timeout: request.getTimeout(),
        ignoreChanges: request.getIgnorechangesList(),
      });
      const response = new proto.UpdateResponse();
      response.setProperties(encode(state));
      return response;
    },
    delete: async (request: rpc.DeleteRequest, peer: string) => {
      await providers.at(peer).delete({
        ...identity(request),
        id: request.getId(),
        olds: decode(request.getProperties()),
        oldInputs: decode(request.getOldInputs()),
        timeout: request.getTimeout(),
      });
      return new empty.Empty();
    },
  };
}

function refuse(standIn: StandIn, what: string, name: string, functions = ""): never {
  throw new Error(`${what} ${name}: the sandbox's ${standIn.name} stand-in manages resources only${functions}`);
}

function functions(standIn: StandIn, providers: Providers) {
  return {
    invoke: async (request: rpc.InvokeRequest, peer: string) => {
      const token = request.getTok();
      const { functions = [] } = standIn;
      const only = functions.length === 0 ? "" : `, and of functions ${functions.join(", ")}`;
      if (!functions.includes(token)) refuse(standIn, "function", token, only);
      const answer = (await providers.at(peer).invoke?.(token, decode(request.getArgs()))) ?? {};
      const response = new proto.InvokeResponse();
      response.setReturn(encode(answer));
      return response;
    },
  };
}

function refusals(standIn: StandIn) {
  return {
    call: (request: rpc.CallRequest): rpc.CallResponse => refuse(standIn, "method", request.getTok()),
    construct: (request: rpc.ConstructRequest): rpc.ConstructResponse => refuse(standIn, "component", request.getType()),
    parameterize: (): rpc.ParameterizeResponse => refuse(standIn, "parameterized package", standIn.name),
  };
}

interface Named {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

function identity(request: Named) {
  return { urn: request.getUrn(), type: request.getType(), name: request.getName() };
}

function checked(inputs: Properties, failures: readonly CheckFailure[]): rpc.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(encode(inputs));
  for (const { property, reason } of failures) {
    const failure = new proto.CheckFailure();
    // The engine prints the value of a property that it is given by name, and the value may be a secret.
    failure.setReason(property === "" ? reason : `${property}: ${reason}`);
    response.addFailures(failure);
  }
  return response;
}

const KINDS = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
} as const;

function differed({ changes, deleteBeforeReplace }: DiffResult): rpc.DiffResponse {
  const response = new proto.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setReplacesList(changes.filter(({ replace }) => replace).map(({ path }) => path));
  response.setDiffsList([...new Set(changes.map(({ path }) => path.split(/[.[]/u)[0] ?? path))]);
  for (const { path, kind, replace } of changes) {
    const change = new proto.PropertyDiff();
    change.setKind(KINDS[kind][replace ? 1 : 0]);
    // The stand-ins compare inputs with inputs; the engine then shows the two inputs, not the state.
    change.setInputdiff(true);
    response.getDetaileddiffMap().set(path, change);
  }
  return response;
}
