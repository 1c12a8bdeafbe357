/**
 * What the engine and the SDK write in place of a value that is known after the apply only.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

/** Every value at a path such as `rules.filter.prefix`; lists on the way are looked through, the last one is kept whole. */
export function valuesAt(value: unknown, path: string): readonly unknown[] {
  const steps = path === "" ? [] : path.split(".");
  const found = steps.reduce<readonly unknown[]>(
    (values, step) => values.flatMap((inner) => asList(inner)).flatMap((inner) => (isRecord(inner) && step in inner ? [inner[step]] : [])),
    [value],
  );
  return found.filter((one) => one !== undefined && one !== null);
}

/** The first value at a path; undefined where a step is missing. */
export const valueAt = (value: unknown, path: string): unknown => valuesAt(value, path)[0];

/** A value as a message shows it. */
export function show(value: unknown): string {
  if (value === undefined || value === "") return "nothing";
  if (value === UNKNOWN) return "a value that is known after the apply only";
  return JSON.stringify(value);
}

/** One statement of a policy document, with lists in place of single values. */
export interface PolicyStatement {
  readonly effect: string;
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: Readonly<Record<string, unknown>>;
}

const texts = (value: unknown): readonly string[] => asList(value).filter((one) => typeof one === "string");

/** Statements of an IAM document, text or object; undefined when it is neither, or not known yet. */
export function statementsOf(policy: unknown): readonly PolicyStatement[] | undefined {
  const document = typeof policy === "string" ? parse(policy) : policy;
  if (!isRecord(document)) return undefined;
  return asList(document["Statement"])
    .filter(isRecord)
    .map((statement) => ({
      effect: typeof statement["Effect"] === "string" ? statement["Effect"] : "",
      principals: isRecord(statement["Principal"]) ? Object.values(statement["Principal"]).flatMap(texts) : texts(statement["Principal"]),
      actions: texts(statement["Action"]),
      resources: texts(statement["Resource"]),
      condition: isRecord(statement["Condition"]) ? statement["Condition"] : {},
    }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
