import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientOf, expectAllowed, expectRefused, patch, type Draft } from "../support/kubernetes.ts";

/** A tenant gives a host up: the namespace claims it no more, and the routes are written after it. */

const NAMESPACE = "tenant-dior";
const ANNOTATION = "privatesales.co.kr/hosts";
const deployer = clientOf();

const claiming = (hosts: string): Draft => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE, annotations: { [ANNOTATION]: hosts } } });
const routes = (annotations: Record<string, string | null>, spec?: Record<string, unknown>): Draft => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "routes", namespace: NAMESPACE, annotations },
  ...(spec === undefined ? {} : { spec }),
});

let before = "";

beforeAll(async () => {
  const namespace = await deployer.read<KubernetesObject>({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  before = namespace.metadata?.annotations?.[ANNOTATION] ?? "";
  expect(before.split(",")).toContain("shop-dior.privatesales.localhost");
  await patch(deployer, claiming("dior.privatesales.localhost"));
});

afterAll(async () => {
  await patch(deployer, claiming(before));
  await patch(deployer, routes({ trial: null }));
});

test("in between, metadata of the routes may be written, as a change of their field manager does", async () => {
  await expectAllowed(patch(deployer, routes({ trial: "1" })));
});

test("routes that keep the host are refused for any other change, and those without it are not", async () => {
  await expectRefused(patch(deployer, routes({}, { exportTo: ["."] })), "host that is not this tenant's: shop-dior.privatesales.localhost");
  await expectAllowed(patch(deployer, routes({}, { hosts: ["dior.privatesales.localhost"] })));
  await patch(deployer, claiming(before));
  await expectAllowed(patch(deployer, routes({}, { hosts: before.split(",") })));
});
