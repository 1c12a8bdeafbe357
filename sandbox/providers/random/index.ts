import type {
  CheckFailure, CheckRequest, CreateRequest, CreateResult, DiffResult, Properties, Provider, ReadRequest, StandIn,
} from "../provider.ts";
import { UNKNOWN } from "../provider.ts";
import type { Definition } from "../resourceType.ts";
import { checkShape, diffState, inputsFromState, plain, withDefaults } from "../resourceType.ts";
import { idType, passwordType, petType, stringFaults, stringType, withNumeric } from "./definitions.ts";
import { createId, createPassword, createPet, createString } from "./values.ts";

interface RandomType {
  readonly definition: Definition;
  readonly outputs: readonly string[];
  normalise(news: Properties): Properties;
  faults(inputs: Properties): readonly CheckFailure[];
  create(inputs: Properties): CreateResult | Promise<CreateResult>;
}

const asGiven = (news: Properties): Properties => news;
const noFaults = (): readonly CheckFailure[] => [];

const TYPES: readonly RandomType[] = [
  {
    definition: passwordType, outputs: ["result", "bcryptHash"],
    normalise: withNumeric, faults: stringFaults, create: createPassword,
  },
  { definition: stringType, outputs: ["result"], normalise: withNumeric, faults: stringFaults, create: createString },
  {
    definition: idType, outputs: ["b64Std", "b64Url", "hex", "dec"],
    normalise: asGiven, faults: noFaults, create: createId,
  },
  { definition: petType, outputs: [], normalise: asGiven, faults: noFaults, create: createPet },
];

function typeOf(token: string): RandomType {
  const found = TYPES.find(({ definition }) => definition.type === token);
  if (found !== undefined) return found;
  const known = TYPES.map(({ definition }) => definition.type).join(", ");
  throw new Error(`the sandbox's random provider has no resource type "${token}"; it has: ${known}`);
}

function check(request: CheckRequest): { inputs: Properties; failures: readonly CheckFailure[] } {
  const type = typeOf(request.type);
  const news = type.normalise(plain(request.news));
  const shapeFaults = checkShape(type.definition, news);
  const inputs = withDefaults(type.definition, { ...request, news }, () => "");
  return { inputs, failures: shapeFaults.length > 0 ? shapeFaults : type.faults(inputs) };
}

async function create(request: CreateRequest): Promise<CreateResult> {
  const type = typeOf(request.type);
  if (!request.preview) return type.create(plain(request.inputs));
  const unknown = Object.fromEntries(type.outputs.map((key) => [key, UNKNOWN]));
  return { id: "", state: { ...plain(request.inputs), ...unknown } };
}

function read(request: ReadRequest): { id: string; state: Properties; inputs: Properties } {
  const { definition } = typeOf(request.type);
  if (Object.keys(request.olds).length === 0) {
    throw new Error(`the sandbox does not import ${definition.type}; let the program create "${request.name}"`);
  }
  const { id, olds: state } = request;
  return { id, state, inputs: inputsFromState(definition, request.inputs, state) };
}

/** Values live in the state only: nothing is read back, and nothing has to be deleted. */
function provider(): Provider {
  return {
    check: (request) => Promise.resolve().then(() => check(request)),
    diff: (request) => Promise.resolve().then((): DiffResult => diffState(typeOf(request.type).definition, request)),
    create,
    update: (request) => Promise.resolve({ ...request.olds, ...plain(request.inputs) }),
    read: (request) => Promise.resolve().then(() => read(request)),
    delete: () => Promise.resolve(),
    cancel: () => undefined,
  };
}

/** Stand-in of the official random plugin: RandomPassword, RandomString, RandomId and RandomPet. */
export const random: StandIn = {
  name: "random",
  version: "4.21.2",
  checkConfig: (news) => Object.keys(news)
    .filter((key) => !["version", "pluginDownloadURL", "__internal"].includes(key))
    .map((property) => ({ property, reason: "the random provider takes no arguments" })),
  diffConfig: () => ({ changes: [], deleteBeforeReplace: false }),
  configure: () => Promise.resolve(provider()),
};
