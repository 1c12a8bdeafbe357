import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { failureOf } from "./failure.ts";
import { methodsOf } from "./methods.ts";
import type { Served, StandIn } from "./provider.ts";

/** One method of the service: `peer` is the engine's connection, which stands for one provider resource. */
export type Method<Request, Response> = (request: Request, peer: string) => Response | Promise<Response>;

/**
 * Serves a stand-in on a free loopback port, for `PULUMI_DEBUG_PROVIDERS=name:port`. The server keeps running until
 * `stop`, over any number of engine runs. Throws when no port can be bound.
 */
export async function serve(standIn: StandIn): Promise<Served> {
  // States of large resources pass the default of 4 MiB.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const methods = methodsOf(standIn);
  server.addService(service.ResourceProviderService, {
    handshake: unary(methods.handshake),
    parameterize: unary(methods.parameterize),
    getSchema: unary(methods.getSchema),
    checkConfig: unary(methods.checkConfig),
    diffConfig: unary(methods.diffConfig),
    configure: unary(methods.configure),
    invoke: unary(methods.invoke),
    call: unary(methods.call),
    check: unary(methods.check),
    diff: unary(methods.diff),
    create: unary(methods.create),
    read: unary(methods.read),
    update: unary(methods.update),
    delete: unary(methods.delete),
    construct: unary(methods.construct),
    cancel: unary(methods.cancel),
    getPluginInfo: unary(methods.getPluginInfo),
    attach: unary(methods.attach),
    getMapping: unary(methods.getMapping),
    getMappings: unary(methods.getMappings),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    name: standIn.name,
    port,
    stop: () => {
      methods.cancelAll();
      server.forceShutdown();
    },
  };
}

function unary<Request, Response>(method: Method<Request, Response>): handleUnaryCall<Request, Response> {
  return (call, answer) => {
    Promise.resolve()
      .then(() => method(call.request, call.getPeer()))
      .then(
        (response) => {
          answer(null, response);
        },
        (error: unknown) => {
          answer(failureOf(error));
        },
      );
  };
}
