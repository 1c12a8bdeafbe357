import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../process.ts";

/** The mesh's authority, as istiod keeps it in a Secret. */
export interface Authority {
  readonly certificate: string;
  readonly key: string;
}

export interface Identity {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/**
 * Certificates of the pods' service accounts. In a cluster each pod's agent has its own signed by istiod; here the sandbox's
 * PKI program signs with istiod's key, so that the gateway checks them as it would check the real ones.
 */
export class Identities {
  readonly #folder: string;
  readonly #pki: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, pki: string, authority: Authority) {
    const known = join(folder, "ca.crt");
    // A stack that was destroyed and deployed anew has another authority.
    if (existsSync(known) && readFileSync(known, "utf8") !== authority.certificate) rmSync(folder, { recursive: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(known, authority.certificate, { mode: 0o600 });
    writeFileSync(join(folder, "ca.key"), authority.key, { mode: 0o600 });
    this.#folder = folder;
    this.#pki = pki;
  }

  #file(namespace: string, account: string, kind: "crt" | "key"): string {
    return join(this.#folder, `${namespace}.${account}.${kind}`);
  }

  /** Makes what is missing, in one go. */
  async ensure(accounts: readonly { readonly namespace: string; readonly account: string }[]): Promise<void> {
    const made = this.#last.then(async () => {
      const missing = accounts.filter(({ namespace, account }) => !existsSync(this.#file(namespace, account, "crt")));
      if (missing.length === 0) return;
      const pairs = new Set(missing.map(({ namespace, account }) => `${namespace}.${account}=spiffe://cluster.local/ns/${namespace}/sa/${account}`));
      const { code, stderr } = await run(this.#pki, ["workload", this.#folder, join(this.#folder, "ca.crt"), join(this.#folder, "ca.key"), ...pairs]);
      if (code !== 0) throw new Error(`certificates of the pods: ${stderr.trim()}`);
    });
    this.#last = made.catch(() => undefined);
    await made;
  }

  of(namespace: string, account: string): Identity {
    return { certificate: readFileSync(this.#file(namespace, account, "crt")), key: readFileSync(this.#file(namespace, account, "key")) };
  }
}
