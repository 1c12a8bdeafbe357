import { describe, expect, test } from "vitest";
import { Addons, vpaValues } from "../../../components/cluster/addons.ts";
import { Cluster, providerArgs } from "../../../components/cluster/cluster.ts";
import { only, record } from "../../support/record.ts";

describe("Cluster", () => {
  const args = { kubeconfig: "/home/me/.kube/config", context: "kind", identifier: "kind-privatesales", after: [] } as const;

  test("declares one provider with a fixed identity", async () => {
    const seen = await record(() => new Cluster("cluster", args));
    expect(only(seen, "Cluster").name).toBe("cluster");
    expect(only(seen, "kubernetes", "cluster-kubernetes").inputs).toEqual({
      kubeconfig: args.kubeconfig,
      context: "kind",
      clusterIdentifier: "kind-privatesales",
      enableServerSideApply: "true",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
    });
  });

  test("leaves the context to the file when none is given", () => {
    const { context, ...withoutContext } = args;
    expect(providerArgs(args)).toHaveProperty("context", context);
    expect(providerArgs(withoutContext)).not.toHaveProperty("context");
  });
});

describe("Addons", () => {
  test("managed: metrics-server and the VPA, in a namespace that every cluster has", async () => {
    const seen = await record(() => new Addons("addons", { charts: "managed", kubeletTls: "skip" }));
    const metrics = only(seen, "Release", "addons-metrics-server").inputs;
    expect(metrics).toMatchObject({ chart: "metrics-server", namespace: "kube-system", createNamespace: false });
    expect(metrics).toHaveProperty("values.args", ["--kubelet-insecure-tls"]);
    expect(only(seen, "Release", "addons-vpa").inputs).toMatchObject({ name: "vpa", namespace: "kube-system" });
  });

  test("kubelet certificates are verified where they can be", async () => {
    const seen = await record(() => new Addons("addons", { charts: "managed", kubeletTls: "verify" }));
    expect(only(seen, "Release", "addons-metrics-server").inputs).toHaveProperty("values.args", []);
  });

  test("external: nothing but the component itself", async () => {
    const seen = await record(() => new Addons("addons", { charts: "external", kubeletTls: "skip" }));
    expect(seen.map(({ type }) => type)).toEqual(["privatesales:cluster:Addons"]);
  });

  test("the VPA recommends and changes nothing", () => {
    expect(vpaValues()).toMatchObject({ recommender: { enabled: true }, updater: { enabled: false }, admissionController: { enabled: false } });
  });
});
