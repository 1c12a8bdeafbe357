import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export interface CredentialsArgs {
  /** Whoever has data: every tenant that is not purged. */
  readonly tenants: readonly { readonly id: string }[];
}

/** A tenant's passwords; secret, letters and digits only, so that they stand in a URL as they are. */
export interface TenantCredentials {
  readonly app: pulumi.Output<string>;
  readonly migration: pulumi.Output<string>;
  readonly cache: pulumi.Output<string>;
}

const PLATFORM_USES = ["pooler-admin", "pooler-stats", "cache-admin"] as const;
type PlatformUse = (typeof PLATFORM_USES)[number];

/** One way: whoever has the derived password has no way back to the other. */
const derived = (password: pulumi.Output<string>, use: string): pulumi.Output<string> =>
  password.apply((key) => createHmac("sha256", key).update(use).digest("hex"));

/**
 * A tenant keeps one secret, and all its passwords rotate with it. They are derived from the strongest login down: the
 * application, which holds its own and the cache's, learns nothing of the migration's, and the storefront, which is given the
 * cache's alone, nothing of the database's.
 */
function loginsOf(migration: pulumi.Output<string>): TenantCredentials {
  const app = derived(migration, "application");
  return { migration, app, cache: derived(app, "cache") };
}

/** Every generated password of the stores, in one place, since pooler and cache need those of all tenants. */
export class Credentials extends pulumi.ComponentResource {
  readonly #tenants: ReadonlyMap<string, TenantCredentials>;
  readonly #platform: ReadonlyMap<PlatformUse, pulumi.Output<string>>;

  constructor(name: string, args: CredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("privatesales:data:Credentials", name, {}, opts);
    const password = (resourceName: string): pulumi.Output<string> =>
      // Without special characters, 32 of them still carry 190 bits.
      pulumi.secret(new random.RandomPassword(resourceName, { length: 32, special: false }, { parent: this }).result);
    this.#tenants = new Map(args.tenants.map(({ id }) => [id, loginsOf(password(`${id}-password`))]));
    this.#platform = new Map(PLATFORM_USES.map((use) => [use, password(`${name}-${use}-password`)]));
    this.registerOutputs();
  }

  /** Passwords of one tenant. Throws when the component was not given that tenant. */
  of(tenantId: string): TenantCredentials {
    const found = this.#tenants.get(tenantId);
    if (found === undefined) {
      const known = [...this.#tenants.keys()].join(", ") || "none";
      throw new Error(`no credentials for tenant ${tenantId}; there are credentials for: ${known}`);
    }
    return found;
  }

  /** A password that the platform's own parts use. */
  platform(use: PlatformUse): pulumi.Output<string> {
    const found = this.#platform.get(use);
    if (found === undefined) throw new Error(`no credentials for ${use}`);
    return found;
  }
}
