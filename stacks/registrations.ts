import * as pulumi from "@pulumi/pulumi";

/** What became of one registration: undefined when it is made, else the error that it or something before it ended with. */
export const outcomeOf = (resource: pulumi.Resource): Promise<string | undefined> =>
  new Promise((resolve) => {
    pulumi
      .recover(
        resource.urn.apply((): string | undefined => undefined),
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      .apply(resolve);
  });

/**
 * Keeps a failed run from deleting anything. When a resource fails under `--continue-on-error`, the SDK does not register
 * what depends on it; the engine then takes those for removed from the program, and deletes them at the end of the run: a
 * refused policy would take a tenant's workloads and schema along. The engine deletes nothing when the program itself ends
 * with an error, so it does, once everything else has been made.
 */
export class Registrations {
  readonly #resources: pulumi.Resource[] = [];

  /** For the options of every component at the top; their children inherit it. */
  readonly watch: pulumi.ResourceTransformation = ({ resource }) => {
    this.#resources.push(resource);
    return undefined;
  };

  /**
   * Waits until every resource, those that are declared meanwhile included, is made or has failed.
   * @throws pulumi.RunError that counts those that are missing.
   */
  async settled(): Promise<void> {
    const missing: string[] = [];
    for (let at = 0; at < this.#resources.length; ) {
      const batch = this.#resources.slice(at);
      at += batch.length;
      missing.push(...(await Promise.all(batch.map(outcomeOf))).filter((error) => error !== undefined));
    }
    if (missing.length === 0) return;
    throw new pulumi.RunError(
      `${missing.length} resources failed or wait for one that did; nothing was deleted. Mend what is reported above and run again.`,
    );
  }
}
