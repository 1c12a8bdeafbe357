import { expect, test } from "vitest";
import { DataNamespace } from "../../../components/data/dataNamespace.ts";
import { at } from "../../support/objects.ts";
import { only, record } from "../../support/record.ts";

test("the stores' namespace is restricted, in the mesh, and closed", async () => {
  const seen = await record(() => new DataNamespace("data"));
  expect(at(only(seen, "Namespace").inputs, "metadata")).toMatchObject({
    name: "privatesales-data",
    labels: { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" },
  });
  expect(at(only(seen, "NetworkPolicy").inputs, "spec")).toEqual({
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [],
  });
});
