import type { Properties } from "../provider.ts";
import type { Draft } from "./draft.ts";
import type { Store, Stored } from "./store.ts";

/** What the stand-in knows of one type beyond the names of its properties. */
export interface Row {
  /** The token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Where `replaceOn` comes from: the ForceNew (or RequiresReplace) marks of the provider that the official plugin wraps. */
  readonly source: string;
  /** Input paths without list positions, e.g. `launchTemplate.id`, whose change makes a new object. */
  readonly replaceOn: readonly string[];
  /** Paths of `replaceOn` that may be added to an object in place. */
  readonly addInPlace?: readonly string[];
  /** Inputs that together exist once: in an account and region, or with `scope: "world"` once for all. The first one names the object. */
  readonly unique?: readonly string[];
  readonly scope?: "world";
  /** What AWS says, after the operation, when an object with these `unique` values exists. */
  readonly exists?: (name: string) => string;
  /** The input that gets the resource's name and a suffix when the program gives none. */
  readonly autoname?: string;
  readonly id: (draft: Draft) => string;
  /** Every output of the class, `tagsAll` and `region` aside, and inputs that AWS fills in. */
  readonly outputs: (draft: Draft) => Properties;
  /** Values that AWS sets whatever the program gives. */
  readonly forced?: (draft: Draft) => Properties;
  /** Values that AWS adds inside of a block that the program gives, as `vpcConfig.vpcId`. */
  readonly nested?: readonly `${string}.${string}`[];
  /** Outputs of the class that the stand-in deliberately leaves out. */
  readonly absent?: readonly string[];
  /** Outputs that any update changes, so that its preview does not know them. */
  readonly changing?: readonly string[];
  /** Their values after an update. */
  readonly updated?: (olds: Properties, draft: Draft) => Properties;
  /** Outputs that AWS changes by itself, e.g. in a failover; an update leaves them. */
  readonly kept?: readonly string[];
  /** Why AWS refuses to make it from these inputs. */
  readonly refuseCreate?: (draft: Draft) => string | undefined;
  readonly refuseDelete?: (object: Stored, store: Store) => string | undefined;
  /** What making, changing or deleting the object does to others. */
  readonly effect?: (object: Stored, store: Store, change: "create" | "update" | "delete") => void;
}

/** The page of the source for a file of the provider below internal/service. */
export const sourceOf = (file: string): string =>
  `https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/${file}.go`;
