import type { Log } from "./process.ts";

/** Seconds between two lines where no terminal shows a live one. */
const LINE_EVERY_MS = 10_000;
const REFRESH_MS = 200;

/**
 * Tells that a long run is alive: one line that rewrites itself on a terminal, a line now and then elsewhere.
 * Everything else that is printed meanwhile goes through `log`, which keeps the live line below it.
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #live = "";

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  readonly log: Log = (line) => {
    this.#erase();
    this.#stream.write(`${line}\n`);
    this.#draw();
  };

  /** Shows `text()` until `stop`. */
  start(text: () => string): void {
    const line = (): string => `${Math.round((performance.now() - this.#started) / 1000)} s  ${text()}`;
    const tick = this.#stream.isTTY
      ? () => {
          this.#erase();
          this.#live = line();
          this.#draw();
        }
      : () => {
          this.log(line());
        };
    this.#timer = setInterval(tick, this.#stream.isTTY ? REFRESH_MS : LINE_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#erase();
    this.#live = "";
  }

  #erase(): void {
    if (this.#live !== "") this.#stream.write("\r\u001b[K");
  }

  #draw(): void {
    if (this.#live !== "") this.#stream.write(this.#live.slice(0, (this.#stream.columns || 80) - 1));
  }
}
