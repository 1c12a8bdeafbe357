/** Reads a path such as `spec.template.spec` of recorded inputs; undefined where a step is missing. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.getOwnPropertyDescriptor(inner, key)?.value as unknown;
  }, value);
}

/** A list at a path; an error that names the path when there is none, so that a test over its items cannot pass on nothing. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  if (!Array.isArray(found) || found.length === 0) throw new Error(`no list at ${path}`);
  return found;
}
