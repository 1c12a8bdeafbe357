import { credentials, type ServiceError } from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import rpc from "@pulumi/pulumi/proto/status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { afterEach, expect, test } from "vitest";
import { serve } from "../../../sandbox/providers/host.ts";
import {
  PartialFailure,
  type Properties,
  type Provider,
  type Served,
  type StandIn,
} from "../../../sandbox/providers/provider.ts";
import { decode, encode } from "../../../sandbox/providers/wire.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A stand-in whose objects are its configuration's label and the inputs. */
function labelled(over: Partial<Provider> = {}): StandIn & { readonly cancelled: string[] } {
  const cancelled: string[] = [];
  const standIn: StandIn = {
    name: "toy",
    version: "1.2.3",
    checkConfig: (news) => (news["label"] === undefined ? [{ property: "label", reason: "is missing" }] : []),
    diffConfig: () => ({ changes: [{ path: "label", kind: "update", replace: true }], deleteBeforeReplace: false }),
    configure: (config) => Promise.resolve(providerOf(String(config["label"]), cancelled, over)),
  };
  return { ...standIn, cancelled };
}

function providerOf(label: string, cancelled: string[], over: Partial<Provider>): Provider {
  return {
    check: ({ news }) => Promise.resolve({ inputs: { ...news, label }, failures: [{ property: "size", reason: "is odd" }] }),
    diff: () =>
      Promise.resolve({
        changes: [
          { path: "a.b", kind: "add", replace: false },
          { path: "c[0]", kind: "delete", replace: true },
        ],
        deleteBeforeReplace: true,
      }),
    create: ({ inputs }) => Promise.resolve({ id: `${label}-1`, state: { ...inputs, label } }),
    update: ({ inputs }) => Promise.resolve(inputs),
    read: ({ id }) => Promise.resolve(id === "gone" ? undefined : { id, state: { label }, inputs: {} }),
    delete: () => Promise.resolve(),
    cancel: () => void cancelled.push(label),
    ...over,
  };
}

async function hosted(standIn: StandIn): Promise<Served> {
  const served = await serve(standIn);
  ends.push(() => {
    served.stop();
  });
  return served;
}

/** A connection of its own, as the engine opens one for each provider resource. */
function connect({ port }: Served) {
  const options = { "grpc.use_local_subchannel_pool": 1 };
  const client = new service.ResourceProviderClient(`127.0.0.1:${String(port)}`, credentials.createInsecure(), options);
  ends.push(() => {
    client.close();
  });
  return client;
}

type Client = ReturnType<typeof connect>;

function answer<T>(send: (done: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

async function configured(served: Served, config: Properties): Promise<Client> {
  const client = connect(served);
  const request = new proto.ConfigureRequest();
  request.setArgs(encode(config));
  await answer<unknown>((done) => client.configure(request, done));
  return client;
}

function create(client: Client, inputs: Properties) {
  const request = new proto.CreateRequest();
  request.setUrn("urn:pulumi:s::p::toy:index:Thing::thing");
  request.setProperties(encode(inputs));
  return answer<InstanceType<typeof proto.CreateResponse>>((done) => client.create(request, done));
}

async function failureOf(work: Promise<unknown>): Promise<ServiceError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && "details" in error && "metadata" in error) return error as ServiceError;
    throw error;
  }
  throw new Error("it did not fail");
}

test("two provider resources on two connections keep their own configuration", async () => {
  const served = await hosted(labelled());
  const one = await configured(served, { label: "one" });
  const two = await configured(served, { label: "two" });
  expect((await create(one, {})).getId()).toBe("one-1");
  expect((await create(two, {})).getId()).toBe("two-1");
});

test("an unconfigured connection is served only if there is no doubt whose it is", async () => {
  const served = await hosted(labelled());
  expect((await failureOf(create(connect(served), {}))).details).toBe("the toy provider was used before it was configured");
  await configured(served, { label: "one" });
  await configured(served, { label: "one" });
  expect((await create(connect(served), {})).getId()).toBe("one-1");
  await configured(served, { label: "two" });
  expect((await failureOf(create(connect(served), {}))).details).toContain("several provider configurations are in use");
});

test("check names properties, diff tells kinds and replacement", async () => {
  const client = await configured(await hosted(labelled()), { label: "x" });
  const checking = new proto.CheckRequest();
  checking.setNews(encode({ size: 3 }));
  const checked = await answer<InstanceType<typeof proto.CheckResponse>>((done) => client.check(checking, done));
  expect(decode(checked.getInputs())).toEqual({ size: 3, label: "x" });
  expect(checked.getFailuresList().map((each) => each.toObject())).toEqual([{ property: "", reason: "size: is odd" }]);
  const diff = await answer<InstanceType<typeof proto.DiffResponse>>((done) => client.diff(new proto.DiffRequest(), done));
  const { ADD, DELETE_REPLACE } = proto.PropertyDiff.Kind;
  const detailed = [...diff.getDetaileddiffMap().entries()].map(([path, each]) => [path, each.getKind()]);
  expect(detailed).toEqual([
    ["a.b", ADD],
    ["c[0]", DELETE_REPLACE],
  ]);
  expect([diff.getReplacesList(), diff.getDiffsList()]).toEqual([["c[0]"], ["a", "c"]]);
  expect([diff.getDeletebeforereplace(), diff.getChanges()]).toEqual([true, proto.DiffResponse.DiffChanges.DIFF_SOME]);
});

test("provider arguments are checked and compared without a configuration", async () => {
  const client = connect(await hosted(labelled()));
  const request = new proto.CheckRequest();
  const checked = await answer<InstanceType<typeof proto.CheckResponse>>((done) => client.checkConfig(request, done));
  expect(checked.getFailuresList().map((each) => each.getReason())).toEqual(["label: is missing"]);
  const diff = await answer<InstanceType<typeof proto.DiffResponse>>((done) =>
    client.diffConfig(new proto.DiffRequest(), done),
  );
  expect(diff.getReplacesList()).toEqual(["label"]);
});

test("a partly made object reaches the engine with its state and every reason", async () => {
  const made = { id: "7", state: { live: true }, inputs: { wanted: 1 } };
  const failing = () => Promise.reject(new PartialFailure(["not ready", "image is missing"], made));
  const client = await configured(await hosted(labelled({ create: failing })), { label: "x" });
  const error = await failureOf(create(client, {}));
  const [trailer] = error.metadata.get("grpc-status-details-bin");
  const status = rpc.Status.deserializeBinary(Buffer.from(trailer ?? ""));
  const [detail] = status.getDetailsList();
  expect(detail?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
  const found = proto.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  expect([found.getId(), found.getReasonsList()]).toEqual(["7", ["not ready", "image is missing"]]);
  expect([decode(found.getProperties()), decode(found.getInputs())]).toEqual([made.state, made.inputs]);
});

test("errors are their text: no stack trace, no details of a partial object", async () => {
  const client = await configured(
    await hosted(labelled({ create: () => Promise.reject(new Error("the quota is used up")) })),
    { label: "x" },
  );
  const error = await failureOf(create(client, {}));
  expect(error.details).toBe("the quota is used up");
  expect(error.metadata.get("grpc-status-details-bin")).toEqual([]);
});

test("an object that is gone is read as nothing", async () => {
  const client = await configured(await hosted(labelled()), { label: "x" });
  const read = (id: string) => {
    const request = new proto.ReadRequest();
    request.setId(id);
    return answer<InstanceType<typeof proto.ReadResponse>>((done) => client.read(request, done));
  };
  expect((await read("gone")).getId()).toBe("");
  expect((await read("here")).getId()).toBe("here");
});

test("functions and components are refused by name", async () => {
  const client = connect(await hosted(labelled()));
  const invoke = new proto.InvokeRequest();
  invoke.setTok("toy:index:lookUp");
  expect((await failureOf(answer<unknown>((done) => client.invoke(invoke, done)))).details).toContain("toy:index:lookUp");
  const construct = new proto.ConstructRequest();
  construct.setType("toy:index:Composite");
  expect((await failureOf(answer<unknown>((done) => client.construct(construct, done)))).details).toContain(
    "toy:index:Composite",
  );
});

test("cancel reaches the provider of the connection only", async () => {
  const standIn = labelled();
  const served = await hosted(standIn);
  const one = await configured(served, { label: "one" });
  await configured(served, { label: "two" });
  await answer<unknown>((done) => one.cancel(new empty.Empty(), done));
  expect(standIn.cancelled).toEqual(["one"]);
});

test("what the engine's cancelling ends says so, in words that a report knows for no failure", async () => {
  const aborted = () => Promise.reject(new DOMException("This operation was aborted", "AbortError"));
  const client = await configured(await hosted(labelled({ create: aborted })), { label: "x" });
  expect((await failureOf(create(client, {}))).details).toBe("the run was cancelled before this was done");
});
