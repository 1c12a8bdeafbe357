import { describe, expect, test } from "vitest";
import { autoscalerSpec, deploymentSpec } from "../../../components/tenant/deployments.ts";
import { limitRangeItem, quotaHard } from "../../../components/tenant/namespace.ts";
import { podTemplate } from "../../../components/tenant/podTemplate.ts";
import { apiProfile, imageOf } from "../../../components/tenant/workloads.ts";
import { PLANS } from "../../../tenants/plans.ts";
import { contextOf } from "../../support/platform.ts";
import { tenantOf } from "../../support/tenants.ts";

const SETTINGS = { LOCALE: "ko-KR" };
const plainOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a pod", () => {
  test("is what Pod Security `restricted` asks for, with a root file system that cannot be written", async () => {
    const template = plainOf(podTemplate(await contextOf(tenantOf()), "storefront", SETTINGS));
    expect(template).toMatchObject({
      spec: {
        automountServiceAccountToken: false,
        serviceAccountName: "storefront",
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
        containers: [{ securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } } }],
      },
    });
  });

  test("is told to stop only when no proxy sends to it any more, and is given the time to finish", async () => {
    expect(plainOf(podTemplate(await contextOf(tenantOf()), "api", SETTINGS))).toMatchObject({
      spec: { terminationGracePeriodSeconds: 35, containers: [{ lifecycle: { preStop: { sleep: { seconds: 5 } } } }] },
    });
  });

  test("of the storefront is given no way to the database, that of the API is", async () => {
    const context = await contextOf(tenantOf());
    expect(JSON.stringify(podTemplate(context, "storefront", SETTINGS))).not.toContain("DATABASE_URL");
    expect(JSON.stringify(podTemplate(context, "api", SETTINGS))).toContain('"secretKeyRef":{"name":"data-access","key":"DATABASE_URL"}');
  });

  test("is replaced exactly when settings change", async () => {
    const context = await contextOf(tenantOf());
    const same = podTemplate(context, "api", { ...SETTINGS });
    expect(plainOf(podTemplate(context, "api", SETTINGS))).toEqual(plainOf(same));
    expect(plainOf(podTemplate(context, "api", { LOCALE: "fr-FR" }))).not.toEqual(plainOf(same));
  });

  test("names its metrics for the sidecar to merge", async () => {
    const template = podTemplate(await contextOf(tenantOf({ api: { runtime: "spring" } })), "api", SETTINGS);
    expect(plainOf(template)).toMatchObject({
      metadata: { annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "8080", "prometheus.io/path": "/actuator/prometheus" } },
    });
  });
});

describe("the API's runtime", () => {
  test("node: heap below the limit, its own probes", () => {
    expect(apiProfile("node", 512)).toMatchObject({ ready: "/healthz/ready", env: { NODE_OPTIONS: "--max-old-space-size=384" } });
  });

  test("spring: the JVM's share, actuator probes, more time to start", () => {
    const spring = apiProfile("spring", 1024);
    expect(spring).toMatchObject({ ready: "/actuator/health/readiness", live: "/actuator/health/liveness", metrics: "/actuator/prometheus" });
    expect(spring.env["JAVA_TOOL_OPTIONS"]).toContain("-XX:MaxRAMPercentage=75");
    expect(spring.startSeconds).toBeGreaterThan(apiProfile("node", 1024).startSeconds);
  });
});

test("images are the tenant's own, at the released version, unless it names another", () => {
  expect(imageOf(tenantOf(), "api", "localhost:5001")).toBe("localhost:5001/dior/api:1.4.2");
  const named = tenantOf({ storefront: { image: "localhost:5001/dior/shop:2.0.0" } });
  expect(imageOf(named, "storefront", "localhost:5001")).toBe("localhost:5001/dior/shop:2.0.0");
});

describe("scaling", () => {
  test("a rollout takes no pod away before another is ready", async () => {
    expect(deploymentSpec(await contextOf(tenantOf()), "api", SETTINGS)).toMatchObject({
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
      revisionHistoryLimit: 5,
    });
  });

  test("the autoscaler goes by the application's own CPU, and leaves memory to right-sizing", () => {
    const spec = plainOf(autoscalerSpec("api", { min: 2, max: 6 }));
    expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 6, metrics: [{ containerResource: { name: "cpu", container: "api" } }] });
    expect(JSON.stringify(spec)).not.toContain("memory");
  });
});

describe("limits", () => {
  test("the quota covers cpu, memory and ephemeral storage both ways, and counts of objects", () => {
    expect(quotaHard(PLANS.starter.quota)).toMatchObject({
      "requests.cpu": "4000m",
      "requests.memory": "8192Mi",
      "limits.cpu": "16000m",
      "limits.memory": "16384Mi",
      "requests.ephemeral-storage": "20Gi",
      "limits.ephemeral-storage": "20Gi",
      pods: "20",
      "services.loadbalancers": "0",
      "services.nodeports": "0",
      persistentvolumeclaims: "0",
    });
    expect(Object.keys(quotaHard(PLANS.starter.quota))).toEqual(
      expect.arrayContaining(["services", "configmaps", "secrets", "replicationcontrollers", "resourcequotas"]),
    );
  });

  test("a container that names nothing is given requests and limits", () => {
    expect(limitRangeItem(PLANS.starter)).toMatchObject({
      type: "Container",
      defaultRequest: { cpu: "50m", memory: "64Mi" },
      default: { cpu: "200m", memory: "128Mi" },
    });
  });
});
