import { describe, expect, test } from "vitest";
import { chartArgs } from "../../../components/shared/chart.ts";
import { podSecurityLabels } from "../../../components/shared/podSecurity.ts";
import { CHARTS, POD_SECURITY_VERSION } from "../../../components/shared/versions.ts";

describe("chartArgs", () => {
  test("pins name, version and repository, and never creates the namespace", () => {
    expect(chartArgs(CHARTS.vpa, { namespace: "kube-system", values: { a: 1 } })).toEqual({
      name: "vpa",
      chart: "vpa",
      version: CHARTS.vpa.version,
      repositoryOpts: { repo: CHARTS.vpa.repository },
      namespace: "kube-system",
      createNamespace: false,
      atomic: true,
      timeout: 600,
      values: { a: 1 },
    });
  });

  test("takes an OCI chart without a repository and names the release after its last part", () => {
    const args = chartArgs(CHARTS.certManager, { namespace: "cert-manager", values: {} });
    expect(args).toMatchObject({ name: "cert-manager", chart: "oci://quay.io/jetstack/charts/cert-manager" });
    expect(args).not.toHaveProperty("repositoryOpts");
  });

  test("lets the caller name the release", () => {
    expect(chartArgs(CHARTS.istioBase, { namespace: "n", values: {}, release: "istio-base" }).name).toBe("istio-base");
  });
});

test.each(["privileged", "baseline", "restricted"] as const)("podSecurityLabels(%s) pins the version", (standard) => {
  expect(podSecurityLabels(standard)).toEqual({
    "pod-security.kubernetes.io/enforce": standard,
    "pod-security.kubernetes.io/enforce-version": POD_SECURITY_VERSION,
  });
});
