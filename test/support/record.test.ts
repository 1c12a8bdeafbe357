import * as random from "@pulumi/random";
import { expect, test } from "vitest";
import { only, record } from "./record.ts";

test("records type, name and unwrapped inputs", async () => {
  const seen = await record(() => new random.RandomPassword("secret", { length: 20 }));
  expect(only(seen, "RandomPassword", "secret").inputs).toEqual({ length: 20 });
  expect(() => only(seen, "RandomPassword", "other")).toThrow("0 resources of kind RandomPassword named other; there are: random:index/randomPassword:RandomPassword secret");
});

test("can be used again in the same process", async () => {
  const seen = await record(() => new random.RandomPassword("secret", { length: 21 }));
  expect(only(seen, "RandomPassword").inputs).toEqual({ length: 21 });
});
