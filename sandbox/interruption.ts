import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Log } from "./process.ts";
import { tellsOfSignal } from "./report.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
type Signal = (typeof SIGNALS)[number];

/** What a shell reports for a program that the signal ended. */
const EXIT_CODES: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** A terminal sends Ctrl-C to the engine as well; told twice, the engine would drop what is under way. */
const ENGINE_HEARS_WITHIN_MS = 2_000;

/**
 * Ctrl-C and SIGTERM. Before the engine runs they end this process at once, since nothing is under way that the same command
 * would not take up again. While it runs, the first one makes it finish what is under way, and a second one ends everything.
 */
export class Interruption {
  readonly #engine = new AbortController();
  readonly #log: Log;
  #running = false;
  #received: Signal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log) {
    this.#log = log;
    for (const signal of SIGNALS) process.on(signal, this.#take);
  }

  /** Aborts when the engine has to be told. */
  get signal(): AbortSignal {
    return this.#engine.signal;
  }

  /** The exit code of an interrupted run; undefined when there was no interruption. */
  get exitCode(): number | undefined {
    return this.#received === undefined ? undefined : EXIT_CODES[this.#received];
  }

  engineStarts(): void {
    this.#running = true;
  }

  /** From here to the end nothing takes long. */
  engineEnded(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Takes one of the engine's events, which tell whether it has heard the signal by itself. */
  hear(event: EngineEvent): void {
    if (tellsOfSignal(event)) clearTimeout(this.#timer);
  }

  readonly #take = (signal: Signal): void => {
    if (!this.#running) {
      this.#log("interrupted; the same command takes up from here");
      process.exit(EXIT_CODES[signal]);
    }
    if (this.#received !== undefined) {
      this.#log("interrupted again: ended at once. What was under way may be there and not recorded; the next run names it if so");
      process.exit(EXIT_CODES[signal]);
    }
    this.#received = signal;
    this.#log("interrupted: what is under way is brought to its end, nothing new is begun (once more ends at once) …");
    this.#timer = setTimeout(() => {
      this.#engine.abort();
    }, ENGINE_HEARS_WITHIN_MS);
  };
}
