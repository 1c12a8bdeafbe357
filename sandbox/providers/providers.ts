import { isDeepStrictEqual } from "node:util";
import type { Properties, Provider, StandIn } from "./provider.ts";

interface Configured {
  readonly config: Properties;
  readonly provider: Provider;
}

/**
 * The configured providers of one server. The engine opens one connection for each provider resource and sends no
 * other mark with its calls, so the connection's address tells which one is meant.
 */
export class Providers {
  readonly #standIn: StandIn;
  readonly #byPeer = new Map<string, Configured>();

  constructor(standIn: StandIn) {
    this.#standIn = standIn;
  }

  async configure(peer: string, config: Properties): Promise<void> {
    const provider = await this.#standIn.configure(config);
    this.#byPeer.set(peer, { config, provider });
  }

  /** Throws when the connection was never configured and it is not certain which configuration it would have. */
  at(peer: string): Provider {
    const own = this.#byPeer.get(peer);
    if (own !== undefined) return own.provider;
    // A connection that was idle for long is closed and opened again by the engine, under a new address.
    const [latest, ...older] = [...this.#byPeer.values()].reverse();
    if (latest === undefined) {
      throw new Error(`the ${this.#standIn.name} provider was used before it was configured`);
    }
    if (older.some(({ config }) => !isDeepStrictEqual(config, latest.config))) {
      throw new Error(
        `a connection to the ${this.#standIn.name} stand-in was lost and several provider configurations are in use, ` +
          "so it is not certain which one is meant; run the command again",
      );
    }
    this.#byPeer.set(peer, latest);
    return latest.provider;
  }

  /** Ends the waits of one engine run. The entry stays: the engine still records what was made. */
  cancel(peer: string): void {
    this.#byPeer.get(peer)?.provider.cancel();
  }

  cancelAll(): void {
    for (const { provider } of this.#byPeer.values()) provider.cancel();
  }
}
