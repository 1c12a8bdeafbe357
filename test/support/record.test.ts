import * as pulumi from "@pulumi/pulumi";
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

test("records where a resource stands, what it waits for, and what keeps it", async () => {
  const seen = await record(() => {
    const parent = new pulumi.ComponentResource("test:index:Shop", "shop");
    const first = new random.RandomPassword("shop-first", { length: 20 }, { parent, protect: true });
    const second = new random.RandomPassword("shop-second", { length: 20 }, { parent, dependsOn: [first], retainOnDelete: true });
    new random.RandomPet("third", { prefix: second.result });
  });
  expect(only(seen, "Shop")).toMatchObject({ parent: "", custom: false });
  expect(only(seen, "RandomPassword", "shop-first")).toMatchObject({ parent: "shop", protect: true, retainOnDelete: false, dependsOn: [] });
  expect(only(seen, "RandomPassword", "shop-second")).toMatchObject({ parent: "shop", protect: false, retainOnDelete: true, dependsOn: ["shop-first"] });
  expect(only(seen, "RandomPet")).toMatchObject({ parent: "", dependsOn: ["shop-second"] });
});
