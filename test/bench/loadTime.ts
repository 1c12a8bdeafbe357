import { loadTenants } from "../../tenants/load.ts";

const entry = (index: number): string => `  - id: shop${index}
    tier: starter
    release: { version: 1.0.0 }
    hosts: { prefixes: [shop], regions: [kr] }
    api: { runtime: node }
    contacts: [ops@shop${index}.example]
`;

/** Seconds that a warm process needs for a tenants file of `count` entries. */
export function loadTime(count: number): number {
  const text = `version: 1\ntenants:\n${Array.from({ length: count }, (_, index) => entry(index)).join("")}`;
  const load = (): number => loadTenants(text, { file: "bench.yaml" }).length;
  load();
  const started = performance.now();
  if (load() !== count) throw new Error(`the loader lost tenants of ${count}`);
  return (performance.now() - started) / 1000;
}
