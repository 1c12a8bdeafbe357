import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The properties of one type, as the SDK's own class of it names them. */
export interface ClassProperties {
  readonly inputs: readonly string[];
  readonly required: readonly string[];
  /** What only AWS can say. */
  readonly outputs: readonly string[];
  /** Inputs that AWS fills in when the program leaves them out. */
  readonly computed: readonly string[];
}

const ROOT = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));
const known = new Map<string, ClassProperties>();

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

function names(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name))];
}

/** In the class an optional argument whose value is always there is one that AWS computes. */
function computedOf(declarations: string): readonly string[] {
  const body = declarations.slice(declarations.indexOf("export declare class "), declarations.indexOf("export interface "));
  // A map's type stands on several lines.
  const declared = [...body.matchAll(/^ {4}readonly (\w+): pulumi\.Output<([^]*?)>;$/gmu)];
  const always = declared.filter(([, , value = ""]) => !value.endsWith("| undefined")).map(([, name = ""]) => name);
  const args = declarations.slice(declarations.lastIndexOf("Args {"));
  return names(args, /^ {4}(\w+)\?:/gmu).filter((name) => always.includes(name));
}

/**
 * The properties of a type such as `aws:ec2/vpc:Vpc`, read from the compiled class in @pulumi/aws.
 * @throws when the SDK has no such type
 */
export function classProperties(type: string): ClassProperties {
  const found = known.get(type);
  if (found !== undefined) return found;
  const path = /^aws:(\w+\/\w+):\w+$/u.exec(type)?.[1];
  if (path === undefined || !existsSync(join(ROOT, `${path}.js`))) throw new Error(`@pulumi/aws has no resource type "${type}"`);
  const code = read(`${path}.js`);
  const properties = {
    inputs: names(code, /resourceInputs\["(\w+)"\] = .*\bargs\?\.\w+/gu),
    required: names(code, /Missing required property '(\w+)'/gu),
    outputs: names(code, /resourceInputs\["(\w+)"\] = undefined \/\*out\*\//gu),
    computed: computedOf(read(`${path}.d.ts`)),
  };
  known.set(type, properties);
  return properties;
}

/** The arguments of the provider itself, by the same reading. */
export function providerArguments(): readonly string[] {
  return names(read("provider.js"), /resourceInputs\["(\w+)"\]/gu);
}
