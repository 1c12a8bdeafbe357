import { parseAllDocuments, stringify } from "yaml";
import { z } from "zod";

/** Makes a simulated pod fail; the value is the reason that is reported. */
export const FAIL_ANNOTATION = "sandbox.privatesales.dev/fail";

const annotation = `.metadata.annotations["${FAIL_ANNOTATION}"]`;

/**
 * What keeps KWOK's own stages away from a pod that is to fail. A failing Job's pod may start, since it fails by
 * ending; any other failing pod must never get ready.
 */
const EXCLUSIONS: Readonly<Record<string, string>> = {
  "pod-complete": annotation,
  "pod-ready": `select(${annotation} != null and ((.metadata.ownerReferences // []) | any(.kind == "Job") | not))`,
};

const stageSchema = z.looseObject({
  kind: z.literal("Stage"),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ selector: z.looseObject({ matchExpressions: z.array(z.looseObject({})) }) }),
});
type Stage = z.infer<typeof stageSchema>;

/** KWOK's configuration file: its own stages (YAML texts), with the exclusions above, and then ours. */
export function joinStages(stock: readonly string[], own: string): string {
  const stockStages = stock.flatMap(parseStages);
  const missing = Object.keys(EXCLUSIONS).filter((name) => !stockStages.some((stage) => stage.metadata.name === name));
  if (missing.length > 0) throw new Error(`KWOK has no stage ${missing.join(", ")}: failing pods would succeed`);
  const stages = [...stockStages.map(withExclusion), ...parseStages(own)];
  return stages.map((stage) => stringify(stage, { lineWidth: 0 })).join("---\n");
}

function parseStages(text: string): readonly Stage[] {
  return parseAllDocuments(text).map((document) => stageSchema.parse(document.toJS()));
}

function withExclusion(stage: Stage): Stage {
  const key = EXCLUSIONS[stage.metadata.name];
  if (key === undefined) return stage;
  const { selector } = stage.spec;
  const matchExpressions = [...selector.matchExpressions, { key, operator: "DoesNotExist" }];
  return { ...stage, spec: { ...stage.spec, selector: { ...selector, matchExpressions } } };
}
