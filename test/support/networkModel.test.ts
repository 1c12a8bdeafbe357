import { describe, expect, test } from "vitest";
import { isOpen, matches, sides, type Cluster, type Party, type Policy } from "./networkModel.ts";

const pod = (namespace: string, labels: Record<string, string> = {}): Party => ({ kind: "pod", namespace, labels });
const outside: Party = { kind: "address", address: "192.0.2.9" };
const policy = (spec: Partial<Policy["spec"]>): Policy => ({ namespace: "a", name: "p", spec: { podSelector: {}, policyTypes: ["Ingress"], ...spec } });
const cluster = (...policies: readonly Policy[]): Cluster => ({ namespaces: { a: { name: "a" }, b: { name: "b", team: "x" } }, policies });
const enters = (spec: Partial<Policy["spec"]>, from: Party, port = 80): boolean => isOpen(cluster(policy(spec)), from, pod("a", { app: "x" }), { port });

describe("a pod that no policy selects", () => {
  test("is open", () => {
    expect(isOpen(cluster(), pod("b"), pod("a"), { port: 80 })).toBe(true);
    expect(enters({ podSelector: { matchLabels: { app: "other" } }, ingress: [] }, pod("b"))).toBe(true);
    expect(isOpen(cluster(policy({ ingress: [] })), pod("a"), pod("b"), { port: 80 })).toBe(true);
  });
});

describe("a selected pod", () => {
  test.each<[string, Partial<Policy["spec"]>, Party, boolean]>([
    ["no rule lets nothing in", { ingress: [] }, pod("a"), false],
    ["an empty rule lets all in", { ingress: [{}] }, outside, true],
    ["an empty list of peers is all", { ingress: [{ from: [] }] }, outside, true],
    ["a pod selector is of the own namespace", { ingress: [{ from: [{ podSelector: {} }] }] }, pod("a"), true],
    ["and of no other", { ingress: [{ from: [{ podSelector: {} }] }] }, pod("b"), false],
    ["an empty namespace selector is every namespace", { ingress: [{ from: [{ namespaceSelector: {} }] }] }, pod("b"), true],
    ["but no address", { ingress: [{ from: [{ namespaceSelector: {} }] }] }, outside, false],
    ["both selectors of a peer hold", { ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: "b" } }, podSelector: { matchLabels: { app: "y" } } }] }] }, pod("b"), false],
    ["one of two peers is enough", { ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { team: "x" } } }] }] }, pod("b"), true],
    ["another port is closed", { ingress: [{ ports: [{ protocol: "TCP", port: 81 }] }] }, pod("b"), false],
    ["another protocol is closed", { ingress: [{ ports: [{ protocol: "UDP", port: 80 }] }] }, pod("b"), false],
    ["a range of ports", { ingress: [{ ports: [{ protocol: "TCP", port: 79, endPort: 81 }] }] }, pod("b"), true],
    ["a block", { ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24", except: [] } }] }] }, outside, true],
    ["without its exceptions", { ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24", except: ["192.0.2.8/30"] } }] }] }, outside, false],
    ["a block of the other family", { ingress: [{ from: [{ ipBlock: { cidr: "::/0", except: [] } }] }] }, outside, false],
  ])("%s", (_, spec, from, open) => {
    expect(enters(spec, from)).toBe(open);
  });

  test("policies add up, and each side has its say", () => {
    const closed = policy({ policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] });
    const out = policy({ policyTypes: ["Egress"], egress: [{ to: [{ namespaceSelector: { matchLabels: { name: "b" } } }] }] });
    expect(sides(cluster(closed), pod("a"), pod("b"), { port: 1 })).toEqual({ out: false, in: true });
    expect(sides(cluster(closed, out), pod("a"), pod("b"), { port: 1 })).toEqual({ out: true, in: true });
    expect(sides(cluster(closed, out), pod("b"), pod("a"), { port: 1 })).toEqual({ out: true, in: false });
  });
});

test.each([
  ["In", ["x"], true, false, false],
  ["NotIn", ["x"], false, true, true],
  ["Exists", [], true, true, false],
  ["DoesNotExist", [], false, false, true],
] as const)("%s", (operator, values, same, other, absent) => {
  const selector = { matchExpressions: [{ key: "k", operator, values: [...values] }] };
  expect([matches(selector, { k: "x" }), matches(selector, { k: "y" }), matches(selector, {})]).toEqual([same, other, absent]);
});

test("a namespace that nobody declared is an error, not a closed one", () => {
  expect(() => enters({ ingress: [{ from: [{ namespaceSelector: {} }] }] }, pod("c"))).toThrow("no namespace c; there are: a, b");
});
