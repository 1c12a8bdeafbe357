import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalWorkspace, PulumiCommand, type EngineEvent, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll } from "vitest";
import { engineWords } from "../../../sandbox/engine.ts";
import { messageOf } from "../../../sandbox/errors.ts";
import { aws, type AwsOptions } from "../../../sandbox/providers/aws/index.ts";
import { serve } from "../../../sandbox/providers/host.ts";
import type { StandIn } from "../../../sandbox/providers/provider.ts";
import { ensureToolchain } from "../../../sandbox/toolchain.ts";
import { TEST_DATA } from "../../support/sandbox.ts";

export const ACCOUNT = "123456789012";

/** What one operation did: `create shop-vpc`, sorted, and what failed. */
export interface Ran {
  readonly steps: readonly string[];
  /** Paths of changes by resource name, as the engine shows them: `cidrBlock (replace)`. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
  /** The stack's outputs as they are recorded; a preview records none. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The values of a resource that the operation knew at its end. */
  readonly known: (resource: string) => Readonly<Record<string, unknown>>;
  readonly failure: string;
}

/** To be made at the top of a test file, whose end removes it: a folder, a store in it and a stack whose programs see the aws stand-in, and others if given, through the real engine. */
export class AwsStack {
  readonly folder: string;
  readonly store: string;
  readonly #options: AwsOptions;
  readonly #others: readonly StandIn[];

  constructor(options: Partial<AwsOptions> = {}, others: (store: string) => readonly StandIn[] = () => []) {
    mkdirSync(TEST_DATA, { recursive: true });
    this.folder = mkdtempSync(join(TEST_DATA, "aws-"));
    this.store = join(this.folder, "aws.json");
    this.#options = { store: this.store, accountId: ACCOUNT, ...options };
    this.#others = others(this.store);
    afterAll(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  up(program: PulumiFn): Promise<Ran> {
    return this.#run(program, (stack, options) => stack.up({ ...options, continueOnError: true }));
  }

  preview(program: PulumiFn): Promise<Ran> {
    return this.#run(program, (stack, options) => stack.preview(options));
  }

  refresh(program: PulumiFn): Promise<Ran> {
    return this.#run(program, (stack, options) => stack.refresh(options));
  }

  destroy(): Promise<Ran> {
    return this.#run(() => Promise.resolve(), (stack, options) => stack.destroy({ ...options, continueOnError: true }));
  }

  async #run(program: PulumiFn, operation: (stack: Stack, options: { onEvent: (event: EngineEvent) => void; color: "never" }) => Promise<unknown>): Promise<Ran> {
    const served = await Promise.all([aws(this.#options), ...this.#others].map((each) => serve(each)));
    const stack = await this.#open(program, served.map(({ name, port }) => `${name}:${port}`).join(","));
    const events: EngineEvent[] = [];
    let failure = "";
    try {
      await operation(stack, { onEvent: (event) => events.push(event), color: "never" });
    } catch (error) {
      failure = engineWords(messageOf(error));
    }
    const outputs = Object.fromEntries(Object.entries(await stack.outputs()).map(([key, { value }]) => [key, value as unknown]));
    for (const { stop } of served) stop();
    return { ...read(events, failure), outputs };
  }

  async #open(program: PulumiFn, providers: string): Promise<Stack> {
    const { pulumi } = await ensureToolchain({ log: () => undefined });
    const pulumiCommand = await PulumiCommand.get({ root: dirname(dirname(pulumi)) });
    writeFileSync(join(this.folder, "Pulumi.yaml"), "name: toy\nruntime: nodejs\n");
    return LocalWorkspace.createOrSelectStack({ stackName: "test", projectName: "toy", program }, {
      pulumiCommand,
      workDir: this.folder,
      envVars: {
        PULUMI_BACKEND_URL: `file://${this.folder}`,
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DEBUG_PROVIDERS: providers,
      },
    });
  }
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

function read(events: readonly EngineEvent[], failure: string): Omit<Ran, "outputs"> {
  const found = events.flatMap(({ resourcePreEvent }) => (resourcePreEvent === undefined ? [] : [resourcePreEvent.metadata]))
    .filter(({ op, type }) => op !== "same" && op !== "read" && type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"));
  const told = events.flatMap(({ diagnosticEvent }) => (diagnosticEvent?.severity === "error" ? [diagnosticEvent.message] : []));
  const changes = found.map(({ urn, detailedDiff }) => {
    const paths = Object.entries(detailedDiff ?? {}).map(([path, { diffKind }]) => (diffKind.includes("replace") ? `${path} (replace)` : path));
    return [nameOf(urn), paths.sort()] as const;
  });
  const results = events.flatMap(({ resOutputsEvent }) => (resOutputsEvent === undefined ? [] : [resOutputsEvent.metadata]));
  return {
    known: (resource) => results.find(({ urn }) => nameOf(urn) === resource)?.new?.outputs ?? {},
    steps: found.map(({ op, urn }) => `${op} ${nameOf(urn)}`).sort(),
    changes: Object.fromEntries(changes.filter(([, paths]) => paths.length > 0)),
    failure: [...told, failure].join("\n").trim(),
  };
}
