/**
 * A second parser that may only say yes. `yaml` knows the place of every word and takes 1 ms for 5 tenants; js-yaml knows
 * no places and takes a tenth. So a file that js-yaml reads and the rules accept is loaded from that; anything else goes
 * through `yaml`, whose word is final. Text that the two could read differently never gets here.
 */
import { FAILSAFE_SCHEMA, load, Type } from "js-yaml";
import { holdsSecret } from "./display.ts";

/** Anchors, aliases, tags, directives, documents, explicit and complex keys, block scalars, tabs, carriage returns alone. */
const EXOTIC =
  /\t|\r(?!\n)|^(?:%|---|\.\.\.)|(?:^|[\s[{,:?-])[&*!](?=\S)|(?:^|[\s[{,-])\?(?=\s|$)|[\]}]\s*:|[\s:-][|>][-+0-9]*[ ]*(?:#.*)?\r?$/m;

const isText = (value: unknown): value is string => typeof value === "string";

/** YAML 1.2 core schema, by the same expressions as `yaml` has. */
const nothing = new Type("tag:yaml.org,2002:null", {
  kind: "scalar",
  resolve: (text: unknown) => text === null || (isText(text) && /^(?:~|[Nn]ull|NULL)?$/.test(text)),
  construct: () => null,
});
const bool = new Type("tag:yaml.org,2002:bool", {
  kind: "scalar",
  resolve: (text: unknown) => isText(text) && /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/.test(text),
  construct: (text: string) => /^t/i.test(text),
});
const NUMBER =
  /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const number = new Type("tag:yaml.org,2002:float", {
  kind: "scalar",
  resolve: (text: unknown) => isText(text) && NUMBER.test(text),
  // `.inf` and `.nan` become NaN, which no rule accepts: the other parser then names them.
  construct: Number,
});

const schema = FAILSAFE_SCHEMA.extend({ implicit: [nothing, bool, number] });

/** The file's data, or undefined where the other parser must look. */
export function fastValue(text: string): unknown {
  if (EXOTIC.test(text) || holdsSecret(text)) return undefined;
  try {
    return load(text, { schema });
  } catch {
    // Which fault it is, and where, the other parser says.
    return undefined;
  }
}
