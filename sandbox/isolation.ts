/** Variables that would let a run reach something outside the sandbox, or change what the program does. */
const FOREIGN = /^(AWS_|PG|KUBECONFIG$|PULUMI_)/;

/** Removes them from this process, whose environment the engine inherits. */
export function isolate(): void {
  for (const name of Object.keys(process.env)) {
    if (FOREIGN.test(name)) Reflect.deleteProperty(process.env, name);
  }
}
