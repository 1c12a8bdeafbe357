import { Metadata, status, type ServerErrorResponse } from "@grpc/grpc-js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import rpc from "@pulumi/pulumi/proto/status_pb.js";
import { PartialFailure } from "./provider.ts";
import { encode } from "./wire.ts";

/** What the engine gets for a thrown error: the text alone, and for a partial failure the object as it was made. */
export function failureOf(error: unknown): ServerErrorResponse {
  const message = textOf(error);
  const failure = { name: "Error", message, code: status.UNKNOWN, details: message };
  return error instanceof PartialFailure ? { ...failure, metadata: partial(error) } : failure;
}

function textOf(error: unknown): string {
  // How Node ends what waits when the engine cancels; the report knows it by the words of the others.
  if (error instanceof Error && error.name === "AbortError") return CANCELLED;
  const text = error instanceof Error ? error.message : String(error);
  return text === "" ? "the provider failed without a message" : text;
}

const CANCELLED = "the run was cancelled before this was done";

/** The engine reads the details of a google.rpc.Status in the trailer of the answer. */
function partial(error: PartialFailure): Metadata {
  const made = new proto.ErrorResourceInitFailed();
  made.setId(error.id);
  made.setProperties(encode(error.state));
  made.setInputs(encode(error.inputs));
  made.setReasonsList([...error.reasons]);
  const detail = new any.Any();
  detail.pack(made.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new rpc.Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(textOf(error));
  answer.addDetails(detail);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return metadata;
}
