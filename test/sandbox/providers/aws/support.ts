import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { aws, type AwsOptions } from "../../../../sandbox/providers/aws/index.ts";
import type { CreateResult, DiffResult, Properties, Provider, ReadResult } from "../../../../sandbox/providers/provider.ts";

export const ACCOUNT = "123456789012";
export const REGION = "ap-northeast-2";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A file that is not there yet, and is gone after the test file. */
export function storePath(): string {
  const folder = mkdtempSync(join(tmpdir(), "aws-store-"));
  folders.push(folder);
  return join(folder, "aws.json");
}

export const provider = (options: Partial<AwsOptions> = {}, config: Properties = {}): Promise<Provider> =>
  aws({ store: storePath(), accountId: ACCOUNT, ...options }).configure({ region: REGION, ...config });

/** One resource through its life, as the engine would drive it. */
export class Driven {
  readonly type: string;
  readonly name: string;
  readonly #provider: Provider;
  id = "";
  inputs: Properties = {};
  state: Properties = {};

  constructor(by: Provider, type: string, name = "thing") {
    this.#provider = by;
    this.type = type;
    this.name = name;
  }

  #request() {
    return { urn: `urn:pulumi:s::p::${this.type}::${this.name}`, type: this.type, name: this.name };
  }

  async checked(news: Properties): Promise<Properties> {
    const { inputs, failures } = await this.#provider.check({ ...this.#request(), olds: this.inputs, news });
    if (failures.length > 0) throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return inputs;
  }

  async create(news: Properties, preview = false): Promise<CreateResult> {
    const inputs = await this.checked(news);
    const made = await this.#provider.create({ ...this.#request(), inputs, preview, timeout: 0 });
    if (!preview) Object.assign(this, { id: made.id, inputs, state: made.state });
    return made;
  }

  async diff(news: Properties, ignoreChanges: readonly string[] = []): Promise<DiffResult> {
    const inputs = await this.checked(news);
    return this.#provider.diff({ ...this.#request(), id: this.id, oldInputs: this.inputs, olds: this.state, news: inputs, ignoreChanges });
  }

  async update(news: Properties, preview = false): Promise<Properties> {
    const inputs = await this.checked(news);
    const state = await this.#provider.update({
      ...this.#request(), id: this.id, oldInputs: this.inputs, olds: this.state, inputs, preview, timeout: 0, ignoreChanges: [],
    });
    if (!preview) Object.assign(this, { inputs, state });
    return state;
  }

  async refresh(): Promise<ReadResult | undefined> {
    const found = await this.#provider.read({ ...this.#request(), id: this.id, inputs: this.inputs, olds: this.state });
    if (found !== undefined) Object.assign(this, { inputs: found.inputs, state: found.state });
    return found;
  }

  delete(): Promise<void> {
    return this.#provider.delete({ ...this.#request(), id: this.id, olds: this.state, oldInputs: this.inputs, timeout: 0 });
  }
}

export async function made(by: Provider, type: string, news: Properties, name = "thing"): Promise<Driven> {
  const driven = new Driven(by, type, name);
  await driven.create(news);
  return driven;
}
