import type * as k8s from "@pulumi/kubernetes";
import { tenantLabels, type Labels } from "../../shared/labels.ts";
import { tenantNamespace } from "../../shared/names.ts";
import { podResources, restrictedContainer, restrictedPod, sha256 } from "../../shared/pods.ts";
import { fromSecret, SETTINGS_NAME } from "../../tenant/podTemplate.ts";
import { JOB_LABEL } from "../../tenant/workloads.ts";
import type { Gate, GateTenant, TestData, Thresholds } from "./gates.ts";
import { k6MaxUsers } from "./k6Script.ts";
import { gatesMetadata } from "./network.ts";

type JobArgs = k8s.batch.v1.JobArgs;
type Container = k8s.types.input.core.v1.Container;

/** ConfigMap of the tests' files, and where their pods find it. */
export const FILES_NAME = "gates";
const FILES = "/gates";
export const TARGETS_FILE = "targets.json";

/** Users of the images: the platform's own and the tenants', and k6. */
const TOOLS_USER = 10_001;
const K6_USER = 12_345;

/** Seconds that a test may take beside its own duration: pulling the image, starting, and the last answers. */
const MARGIN_SECONDS = 300;

/** Account of the pod that reads scan reports. */
export const SCAN_ACCOUNT = "scan";

/** A test: what runs, and what its result is a result of. */
interface Test {
  readonly gate: Gate;
  readonly image: string;
  readonly user: number;
  readonly args: readonly string[];
  /** Seconds until it is given up. */
  readonly seconds: number;
  /** Everything that it judges, and by what: another result is due when any of it changes. */
  readonly about: unknown;
  readonly memoryMi: number;
  readonly cpuMilli: number;
}

const gateLabels = (gate: Gate): Labels => ({ [JOB_LABEL]: gate.toLowerCase() });

/** A pod is lost with its node (spot!) and the test goes on in another; a test that fails is not asked again until it passes. */
const failure = {
  backoffLimit: 0,
  podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] },
};

function annotations(seconds: number): Record<string, string> {
  return {
    // A Job that failed is made anew by the next run instead of failing it for ever.
    "pulumi.com/replaceUnready": "true",
    "pulumi.com/timeoutSeconds": String(seconds + MARGIN_SECONDS),
  };
}

/** Kubernetes object names have no capitals. */
export const jobName = (gate: Gate, about: unknown): string => `${gate.toLowerCase()}-${sha256(JSON.stringify(about)).slice(0, 10)}`;

const container = ({ gate, image, args, cpuMilli, memoryMi }: Test, more: Partial<Container>): Container => ({
  name: gate.toLowerCase(),
  image,
  imagePullPolicy: "Always",
  args: [...args],
  resources: podResources(cpuMilli, memoryMi),
  securityContext: restrictedContainer,
  ...more,
});

interface GatePod {
  readonly account: string;
  /** Whether it holds a token for the API server. */
  readonly token: boolean;
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A test in the gates' own namespace, which sees the shops from outside. */
function gateJob(test: Test, pod: GatePod): JobArgs {
  const labels = { ...gatesMetadata(test.gate).labels, ...gateLabels(test.gate), ...pod.labels };
  const mounts = [
    { name: "files", mountPath: FILES, readOnly: true },
    { name: "tmp", mountPath: "/tmp" },
  ];
  return {
    metadata: { ...gatesMetadata(jobName(test.gate, test.about)), annotations: annotations(test.seconds) },
    spec: {
      ...failure,
      activeDeadlineSeconds: test.seconds,
      template: {
        metadata: { labels, annotations: pod.annotations },
        spec: {
          restartPolicy: "Never",
          serviceAccountName: pod.account,
          automountServiceAccountToken: pod.token,
          enableServiceLinks: false,
          securityContext: restrictedPod(test.user),
          containers: [container(test, { volumeMounts: mounts })],
          volumes: [
            { name: "files", configMap: { name: FILES_NAME } },
            { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
          ],
        },
      },
    },
  };
}

/** The mesh's own resolver answers for the shops' hosts, so tests need no public DNS. https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/ */
const MESH_DNS = {
  "proxy.istio.io/config": JSON.stringify({ proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" } }),
};
const inMesh: GatePod = { account: "tests", token: false, labels: {}, annotations: MESH_DNS };

/** What one of k6's users may take: a JavaScript runtime of its own. */
const MEBIBYTES_A_USER = 4;

/** Account of the pods that call shops and nothing else. */
export const TESTS_ACCOUNT = inMesh.account;

export function k6Job(gate: "load" | "performance", image: string, thresholds: Thresholds, about: unknown): JobArgs {
  const test: Test = {
    gate,
    image,
    user: K6_USER,
    // A criterion that is not met ends k6 with exit code 99, and the Job fails.
    args: ["run", "--quiet", "--no-usage-report", `${FILES}/${gate}.js`],
    seconds: thresholds.durationSeconds + MARGIN_SECONDS,
    about,
    cpuMilli: 500,
    memoryMi: 256 + MEBIBYTES_A_USER * k6MaxUsers(gate, thresholds),
  };
  return gateJob(test, inMesh);
}

/** Does each shop do what a shopper expects of it? The list of shops is the file's. */
export function integrationJob(toolsImage: string, certificates: "public" | "selfSigned", about: unknown): JobArgs {
  const args = ["integration", `--targets=${FILES}/${TARGETS_FILE}`, `--certificates=${certificates}`];
  return gateJob({ gate: "integration", image: toolsImage, user: TOOLS_USER, args, seconds: 900, about, cpuMilli: 200, memoryMi: 256 }, inMesh);
}

/**
 * Waits for a report on every workload of the shops, and fails on a critical vulnerability that has a fix. Outside the mesh:
 * it talks to the API server only, which a sidecar does not know.
 */
export function scanJob(toolsImage: string, about: unknown): JobArgs {
  const args = ["scan", `--targets=${FILES}/${TARGETS_FILE}`, "--fail-on=CRITICAL"];
  const test: Test = { gate: "scan", image: toolsImage, user: TOOLS_USER, args, seconds: 1800, about, cpuMilli: 50, memoryMi: 128 };
  return gateJob(test, { account: SCAN_ACCOUNT, token: true, labels: { "sidecar.istio.io/inject": "false" }, annotations: {} });
}

/** Labels of the pod that reads scan reports. */
export const scanPodLabels = gateLabels("scan");

/**
 * Makes up a tenant's data, in the tenant's own namespace and with its application's login: what runs there cannot reach
 * another tenant's. The version to be tested does it, as it migrates: it brings its own schema, and knows what fits.
 */
export function testDataJob(tenant: GateTenant, testData: TestData): JobArgs {
  const namespace = tenantNamespace(tenant.id);
  const labels = { ...tenantLabels(tenant), ...gateLabels("testData") };
  const { apiImage: image, version } = tenant;
  const about = { version, seed: testData.seed, image };
  const args = ["seed", `--seed=${testData.seed}`];
  const test: Test = { gate: "testData", image, user: TOOLS_USER, args, seconds: 600, about, cpuMilli: 100, memoryMi: 256 };
  return {
    metadata: { name: jobName("testData", about), namespace, labels: tenantLabels(tenant), annotations: annotations(test.seconds) },
    spec: {
      ...failure,
      activeDeadlineSeconds: test.seconds,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          serviceAccountName: "jobs",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: restrictedPod(TOOLS_USER),
          containers: [
            container(test, {
              envFrom: [{ configMapRef: { name: SETTINGS_NAME } }],
              env: [fromSecret("DATABASE_URL")],
              volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            }),
          ],
          volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
        },
      },
    },
  };
}
