import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly kind: "type" | "value";
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\("([^"]+)"\)/g;

/** Every import of a file; relative ones as paths from the project's root. */
function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const resolve = (to: string): string => (to.startsWith(".") ? normalize(join(dirname(file), to)) : to);
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, to = ""]) => ({ from: file, to: resolve(to), kind: type === undefined ? ("value" as const) : ("type" as const) })),
    ...[...text.matchAll(DYNAMIC)].map(([, to = ""]) => ({ from: file, to: resolve(to), kind: "value" as const })),
  ];
}

const all = globSync("{components,stacks,tenants,plan,policy,sandbox,tools,test}/**/*.{ts,mjs}", { cwd: ROOT }).flatMap(importsOf);
const from = (folder: string): readonly Import[] => all.filter((one) => one.from.startsWith(folder));
const show = (found: readonly Import[]): readonly string[] => found.map(({ from: source, to }) => `${source} imports ${to}`);

test("the reader of imports finds them", () => {
  expect(all.length).toBeGreaterThan(300);
  expect(show(all)).toContain("stacks/index.ts imports @pulumi/pulumi");
  expect(show(all)).toContain("sandbox/cli.ts imports sandbox/run.ts");
  expect(all.filter(({ kind }) => kind === "type").length).toBeGreaterThan(100);
});

describe("who imports whom", () => {
  test("tenants/ and components/shared/ import no Pulumi at run time", () => {
    const pure = [...from("tenants/"), ...from("components/shared/")];
    expect(show(pure.filter(({ to, kind }) => kind === "value" && to.startsWith("@pulumi/")))).toEqual([]);
  });

  test("tenants/ imports nothing of the program but itself and components/shared/", () => {
    const outside = from("tenants/").filter(({ to }) => /^(components\/(?!shared\/)|stacks|sandbox|policy)/.test(to));
    expect(show(outside)).toEqual([]);
  });

  test("components/ reads no config, environment, files or stack name", () => {
    expect(show(from("components/").filter(({ to }) => /^(node:(fs|process|os|child_process|net|http)|stacks\/|sandbox\/|policy\/)/.test(to)))).toEqual([]);
    const reading = globSync("components/**/*.ts", { cwd: ROOT }).filter((file) =>
      /pulumi\.(Config|getStack|getProject)\b|process\.(env|cwd)/.test(readFileSync(join(ROOT, file), "utf8")),
    );
    expect(reading).toEqual([]);
  });

  test("sandbox/ imports the program's entry and the tenant model, and nothing inside components/", () => {
    expect(show(from("sandbox/").filter(({ to }) => to.startsWith("components/")))).toEqual([]);
  });

  test("the program knows nothing of the sandbox", () => {
    const program = [...from("components/"), ...from("stacks/"), ...from("tenants/")];
    expect(show(program.filter(({ to }) => to.startsWith("sandbox/")))).toEqual([]);
  });

  test("tools/ is a program of its own: of the rest it knows names and nothing else", () => {
    const outside = from("tools/").filter(({ to }) => /^(components|stacks|sandbox|policy|plan|tenants)\//.test(to) && to !== "components/shared/names.ts");
    expect(show(outside)).toEqual([]);
    expect(show(all.filter(({ from: source, to }) => to.startsWith("tools/") && !/^(tools|test)\//.test(source)))).toEqual([]);
  });

  test("nothing imports test/", () => {
    expect(show(all.filter(({ from: source, to }) => !source.startsWith("test/") && to.startsWith("test/")))).toEqual([]);
  });
});

test("no file is longer than 250 lines", () => {
  const files = globSync("{components,stacks,tenants,plan,policy,sandbox,tools,test}/**/*.{ts,mjs}", { cwd: ROOT });
  const long = files.filter((file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > 251);
  expect(long).toEqual([]);
});
