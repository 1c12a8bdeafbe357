/** The life cycle as the command line knows it: which state follows which, and what the next deployment does about it. */
import { tenantNamespace, tenantSchema } from "../../components/shared/names.ts";
import { hostsOf } from "../hosts.ts";
import { NEXT_STATES } from "../lifecycle.ts";
import { STATES, type State, type Tenant } from "../tenant.ts";

export const MOVES = ["suspend", "resume", "archive", "purge"] as const;
export type Move = (typeof MOVES)[number];

/** The state after each command. From which states it may be reached is the life cycle's to say. */
export const TARGET: Readonly<Record<Move, State>> = { suspend: "suspended", resume: "active", archive: "archived", purge: "purged" };

/** The states from which a command is allowed. */
export const allowedFrom = (move: Move): readonly State[] =>
  STATES.filter((state) => state !== TARGET[move] && NEXT_STATES[state].includes(TARGET[move]));

/** What may be done with a tenant in this state, as commands. */
export const movesFrom = (state: State): readonly Move[] => MOVES.filter((move) => allowedFrom(move).includes(state));

/** What to do when `move` is not allowed from `state`. */
export function adviceFor(move: Move, id: string, state: State): string {
  const way = (command: Move): string => `npm run tenants -- ${command} ${id}`;
  if (TARGET[move] === state) return `nothing: ${id} is ${state} already.`;
  switch (state) {
    case "active":
      return `go step by step, with a deployment after each: ${way("suspend")} first.`;
    case "suspended":
      return `go step by step, with a deployment after each: ${way("archive")} first.`;
    case "archived":
      return `${way("resume")} brings it back, ${way("suspend")} without serving yet.`;
    case "purged":
      return "a purged tenant does not come back: its data is gone. Its entry stays as a tombstone; add a tenant under another id.";
    default:
      return state satisfies never;
  }
}

const names = (id: string): string => `namespace ${tenantNamespace(id)} and schema ${tenantSchema(id)}`;

const RESUMED_FROM_SUSPENSION = [
  "storefront and API start again with the plan's replicas, and the routes serve once they are ready.",
  "Data, passwords and hosts are those from before.",
] as const;

const resumedFromArchive = (id: string): readonly string[] => [
  `Workloads, routes, monitors and the verification are made anew, in the same ${names(id)}; the logins are opened with the same passwords.`,
  "The migration job brings the schema up to the release's version before the verification.",
];

const suspendedFromArchive = (id: string): readonly string[] => [
  `its hosts answer 503 again, and workloads are made anew with no pods, in the same ${names(id)}; the logins are opened with the same passwords.`,
  "Nothing serves before it is resumed.",
];

/** What the next deployment does, in plain words, a sentence an item. */
export function effectOf(move: Move, { id, state }: Pick<Tenant, "id" | "state">): readonly string[] {
  switch (move) {
    case "suspend":
      if (state === "archived") return suspendedFromArchive(id);
      return [
        "its hosts answer 503, and storefront and API are scaled to no pods.",
        `Everything else stays: ${names(id)}, rows, logins, backups on schedule, hosts.`,
      ];
    case "resume":
      return state === "archived" ? resumedFromArchive(id) : RESUMED_FROM_SUSPENSION;
    case "archive":
      return [
        "workloads, routes and monitors are deleted, and the logins are closed.",
        `${names(id)} stay with all rows; a final backup is taken, and its retention starts to run. Id and hosts stay taken.`,
      ];
    case "purge":
      return [
        "after the dump has been verified, its data is declared anew without protection; the run after that drops it.",
        `What goes: ${names(id)} with all rows, logins, passwords. The dump and the audit trail stay. There is no way back but by that dump.`,
        "The entry stays as a tombstone, which keeps id and hosts reserved: do not delete it.",
      ];
    default:
      return move satisfies never;
  }
}

/** The same for a new tenant. */
export function effectOfAdd(tenant: Tenant): readonly string[] {
  const { id, tier } = tenant;
  return [
    `${names(id)}, quota and replicas of the plan "${tier}", workloads, logins, backups, dashboard and alerts are created.`,
    `It answers as ${hostsOf(tenant, "<domain>").all.join(", ")}.`,
    "Of the platform only the objects that list tenants are updated; no other tenant is touched.",
  ];
}
