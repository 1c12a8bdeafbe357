import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { nameOf } from "../errors.ts";
import { missing, type Removal, type Store } from "./store.ts";

const RETENTION_TAG = "retention";
/** Four parts of this size are in memory at a time. */
const PART_BYTES = 16 << 20;

/** What S3 answers a login that may not delete; the bucket's lock and lifecycle end dumps then, nobody else. */
const NOT_TO_DELETE = new Set(["AccessDenied", "InvalidRequest", "ObjectLocked"]);

/** A bucket. Region and credentials come as AWS's own programs find them: from the pod's identity in a cluster. */
export class S3Store implements Store {
  readonly place: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #folder: string;
  readonly #retention: string | undefined;

  constructor(client: S3Client, bucket: string, folder: string, retention: string | undefined) {
    this.place = `s3://${bucket}/${folder}`;
    this.#client = client;
    this.#bucket = bucket;
    this.#folder = folder;
    this.#retention = retention;
  }

  /** The client is loaded here: it takes a while, and a folder does not need it. */
  static async open(bucket: string, folder: string, { region, retention }: Readonly<Record<"region" | "retention", string | undefined>>): Promise<S3Store> {
    const { S3Client: Client } = await import("@aws-sdk/client-s3");
    return new S3Store(new Client(region === undefined ? {} : { region }), bucket, folder, retention);
  }

  #at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#folder}/${key}` };
  }

  async write(key: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { Upload } = await import("@aws-sdk/lib-storage");
    const tags = this.#retention === undefined ? {} : { Tagging: `${RETENTION_TAG}=${encodeURIComponent(this.#retention)}` };
    await new Upload({
      client: this.#client,
      // A checksum of every part, which S3 verifies; a locked bucket asks for one.
      params: { ...this.#at(key), Body: Readable.from(content, { objectMode: false }), ChecksumAlgorithm: "SHA256", IfNoneMatch: "*", ...tags },
      partSize: PART_BYTES,
      leavePartsOnError: false,
    }).done();
  }

  async read(key: string): Promise<AsyncIterable<Uint8Array>> {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    try {
      const { Body: body } = await this.#client.send(new GetObjectCommand(this.#at(key)));
      if (body instanceof Readable) return body as AsyncIterable<Uint8Array>;
    } catch (error) {
      if (nameOf(error) !== "NoSuchKey") throw error;
    }
    throw missing(this.place, key);
  }

  async list(): Promise<readonly string[]> {
    const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
    const prefix = `${this.#folder}/`;
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: prefix })) {
      keys.push(...(page.Contents ?? []).flatMap(({ Key: key }) => (key === undefined ? [] : [key.slice(prefix.length)])));
    }
    return keys.toSorted();
  }

  async remove(key: string): Promise<Removal> {
    const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
    try {
      await this.#client.send(new DeleteObjectCommand(this.#at(key)));
      return "removed";
    } catch (error) {
      if (NOT_TO_DELETE.has(nameOf(error))) return "kept";
      throw error;
    }
  }
}
