import * as pulumi from "@pulumi/pulumi";
import proto from "@pulumi/pulumi/proto/resource_pb.js";

/** A resource as the program registered it. Secrets are unwrapped. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** The cloud's own id where there is one, else `<name>-id`. */
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly custom: boolean;
  /** Name of the explicit provider resource; empty where none was given. */
  readonly provider: string;
  /** Name of the parent; empty at the top. */
  readonly parent: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Names of what it waits for, sorted: what `dependsOn` names, a component's children, and what its inputs come from. */
  readonly dependsOn: readonly string[];
  /** By property: names of the resources that its value comes from, sorted. */
  readonly references: Readonly<Record<string, readonly string[]>>;
}

/** The part of a registration that mocks are not given. */
type Placement = Pick<Recorded, "parent" | "protect" | "retainOnDelete" | "dependsOn" | "references">;

const nameIn = (urn: string): string => urn.split("::").at(-1) ?? "";

const placementOf = (request: InstanceType<typeof proto.RegisterResourceRequest>): Placement => ({
  parent: nameIn(request.getParent()),
  protect: request.getProtect() ?? false,
  retainOnDelete: request.getRetainondelete() ?? false,
  dependsOn: request.getDependenciesList().map(nameIn).toSorted(),
  references: Object.fromEntries(
    [...request.getPropertydependenciesMap().entries()].map(([property, sources]) => [property, sources.getUrnsList().map(nameIn).toSorted()]),
  ),
});

const keyOf = (type: string, name: string): string => `${type} ${name}`;

/** Fills the map as registrations reach the mocks, by type and name. */
function watchPlacements(placements: Map<string, Placement>): void {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("the mocks are not set");
  monitor.registerResource = new Proxy(monitor.registerResource.bind(monitor), {
    apply: (register, self, args: readonly unknown[]): unknown => {
      const [request] = args;
      if (!(request instanceof proto.RegisterResourceRequest)) throw new Error("a registration of an unknown shape");
      placements.set(keyOf(request.getType(), request.getName()), placementOf(request));
      return Reflect.apply(register, self, args);
    },
  });
}

const SECRET = "4dabf18193072939515e22adb298388d";

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value && "value" in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** What answers for a cloud, where a program reads what only a cloud knows. */
export interface Cloud {
  /** Id and outputs of a resource; undefined for one that is not the cloud's. */
  readonly create: (type: string, name: string, inputs: Readonly<Record<string, unknown>>, provider: Recorded | undefined) => Promise<{ readonly id: string; readonly outputs: object } | undefined>;
  readonly call: (token: string, args: Readonly<Record<string, unknown>>) => object;
}

const NO_CLOUD: Cloud = {
  create: () => Promise.resolve(undefined),
  call: (token) => {
    throw new Error(`no call is expected, got ${token}`);
  },
};

/**
 * Runs `declare` under mocks and returns what it registered, in order of registration. Each resource echoes its inputs;
 * `outputs` adds what only a provider knows, by type. A name registered twice under one type is an error, as in the engine.
 */
export async function record(
  declare: () => unknown,
  outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined = { "random:index/randomPassword:RandomPassword": { result: "generated" } },
  stack = "test",
  cloud: Cloud = NO_CLOUD,
): Promise<readonly Recorded[]> {
  const seen: Recorded[] = [];
  const placements = new Map<string, Placement>();
  await pulumi.runtime.setMocks(
    {
      newResource: async (args) => {
        const { type, name, custom } = args;
        const inputs = args.inputs as Readonly<Record<string, unknown>>;
        if (seen.some((other) => other.type === type && other.name === name)) {
          throw new Error(`registered twice: ${type} ${name}`);
        }
        const placement = placements.get(keyOf(type, name));
        if (placement === undefined) throw new Error(`read, not registered: ${type} ${name}`);
        const given: unknown = plain(inputs);
        // A reference is `<urn>::<id>`, and a URN ends with the name.
        const providerName = (args.provider ?? "").split("::").at(-2) ?? "";
        const entry = {
          type,
          name,
          id: `${name}-id`,
          inputs: given as Readonly<Record<string, unknown>>,
          custom: custom ?? false,
          provider: providerName,
          ...placement,
        };
        seen.push(entry);
        const made = await cloud.create(type, name, given as Readonly<Record<string, unknown>>, seen.find((other) => other.name === providerName));
        entry.id = made?.id ?? entry.id;
        return { id: entry.id, state: { ...inputs, ...made?.outputs, ...outputs[type] } };
      },
      // A stack under mocks has no last run.
      call: ({ token, inputs }) => token.startsWith("pulumi:pulumi:readStack") ? { outputs: {} } : cloud.call(token, plain(inputs) as Readonly<Record<string, unknown>>),
    },
    "privatesales",
    stack,
    false,
    "organization",
  );
  watchPlacements(placements);
  await declare();
  await pulumi.runtime.disconnect();
  return seen;
}

/** The one resource of that type (by its last part, e.g. `Namespace`) and name; an error that lists the names otherwise. */
export function only(resources: readonly Recorded[], kind: string, name?: string): Recorded {
  const ofKind = resources.filter((resource) => resource.type.split(":").at(-1) === kind);
  const found = name === undefined ? ofKind : ofKind.filter((resource) => resource.name === name);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    const known = (ofKind.length > 0 ? ofKind : resources).map((resource) => `${resource.type} ${resource.name}`);
    throw new Error(`${found.length} resources of kind ${kind}${name === undefined ? "" : ` named ${name}`}; there are: ${known.join(", ")}`);
  }
  return first;
}
