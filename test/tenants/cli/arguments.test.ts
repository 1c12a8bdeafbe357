import { describe, expect, test } from "vitest";
import { parseArguments } from "../../../tenants/cli/arguments.ts";
import { refusalOf } from "./support.ts";

const parse = (line: string) => parseArguments(line.split(" ").filter(Boolean));

const ADD = "add hermes --tier starter --runtime node --release 1.0.0 --contact ops@hermes.example";
const common = { file: undefined, json: false };

describe("what is understood", () => {
  test.each([
    ["", { ...common, kind: "help" }],
    ["help", { ...common, kind: "help" }],
    ["suspend dior --help", { ...common, kind: "help" }],
    ["list", { ...common, kind: "list" }],
    ["--json check --file x.yaml", { kind: "check", file: "x.yaml", json: true }],
    ["--file=x.yaml list", { kind: "list", file: "x.yaml", json: false }],
    ["suspend dior", { ...common, kind: "move", move: "suspend", id: "dior" }],
    ["resume dior", { ...common, kind: "move", move: "resume", id: "dior" }],
    ["archive dior", { ...common, kind: "move", move: "archive", id: "dior" }],
    ["purge dior --confirm dior --dump abc", { ...common, kind: "move", move: "purge", id: "dior", dump: "abc", confirm: "dior" }],
    [
      `${ADD} --prefix shop --prefix store`,
      {
        ...common,
        kind: "add",
        id: "hermes",
        values: { tier: ["starter"], runtime: ["node"], release: ["1.0.0"], contact: ["ops@hermes.example"], prefix: ["shop", "store"] },
      },
    ],
  ])("%s", (line, command) => {
    expect(parse(line)).toEqual(command);
  });

  test("a value with spaces or an equals sign", () => {
    expect(parseArguments([...ADD.split(" "), "--name=A = B"])).toMatchObject({ values: { name: ["A = B"] } });
  });
});

describe("what is refused, with what was given, what is allowed and what to do", () => {
  test.each([
    ["suspnd dior", /no such command\. Did you mean "suspend"\?/, "suspnd", /^list, check, add, suspend, resume, archive, purge$/],
    ["remove dior", /never removed/, "remove", /suspend, archive, purge/],
    ["delete dior", /never removed/, "delete", /suspend, archive, purge/],
    ["suspend", /needs the id/, "nothing", /suspend ID/],
    ["suspend dior chanel", /takes one id/, "dior chanel", /one id/],
    ["list dior", /takes no argument/, "dior", /list$/],
    ["suspend dior --tier gold", /suspend has no such option/, "--tier", /--file, --json/],
    [`${ADD} --prefx shop`, /no such option\. Did you mean "prefix"\?/, "--prefx", /--prefix/],
    [`${ADD} --tier business`, /--tier is given 2 times/, "starter, business", /once/],
    ["list --file a --file b", /--file is given 2 times/, "a, b", /once/],
    ["list --file", /--file needs a value/, "nothing", /VALUE/],
    ["add hermes --tier starter", /lacks --runtime, --release, --contact/, "add hermes", /--tier, --runtime, --release and --contact/],
    ["purge dior", /lacks its confirmation/, "purge dior without --dump without --confirm", /--confirm dior/],
    ["purge dior --confirm dior", /lacks its confirmation/, "purge dior without --dump", /SHA-256/],
    ["purge dior --dump abc", /lacks its confirmation/, "purge dior without --confirm", /--confirm dior/],
    ["purge dior --dump abc --confirm chanel", /not the id of this tenant/, "chanel", /^dior$/],
  ])("%s", (line, problem, given, allowed) => {
    const refusal = refusalOf(() => parse(line));
    expect(refusal.problem).toMatch(problem);
    expect(refusal.given).toBe(given);
    expect(refusal.allowed).toMatch(allowed);
    expect(refusal.advice).not.toBe("");
  });
});
