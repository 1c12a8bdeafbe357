import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../../tenants/hosts.ts";
import { restrictedContainer } from "../shared/pods.ts";
import { serves, type Context } from "./context.ts";
import { resourceRequirements } from "./namespace.ts";
import { outsideMesh } from "./outsideMesh.ts";
import { AUTHORITIES_FOLDER, AUTHORITIES_KEY, basePodSpec, DATA_ACCESS_NAME, fromSecret, hashOf, SETTINGS_NAME } from "./podTemplate.ts";
import { imageOf, JOB_LABEL } from "./workloads.ts";

type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;
type Purpose = "migrate" | "verify" | "backup";

/** Raised when the meaning of a schema's layout changes, so that every tenant migrates again. */
export const SCHEMA_VERSION = 1;

interface JobPod {
  readonly purpose: Purpose;
  readonly image: string;
  readonly args: readonly string[];
  readonly secrets: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Where a job finds the authorities of the database's certificate; nothing where the server has none. */
function authorities({ platform }: Context): {
  readonly volumes: readonly k8s.types.input.core.v1.Volume[];
  readonly mounts: readonly k8s.types.input.core.v1.VolumeMount[];
} {
  if (platform.database.authorities === undefined) return { volumes: [], mounts: [] };
  const items = [{ key: AUTHORITIES_KEY, path: AUTHORITIES_KEY }];
  return {
    volumes: [{ name: "authorities", secret: { secretName: DATA_ACCESS_NAME, items } }],
    mounts: [{ name: "authorities", mountPath: AUTHORITIES_FOLDER, readOnly: true }],
  };
}

/** Pods of a job: once, to the end, with the rights of a workload and no more. */
export function jobTemplate(context: Context, job: JobPod): PodTemplate {
  const pod = basePodSpec("jobs");
  const { volumes, mounts } = authorities(context);
  return {
    metadata: { labels: { ...context.labels, [JOB_LABEL]: job.purpose }, annotations: { ...outsideMesh("jobs", context.platform), ...job.annotations } },
    spec: {
      ...pod,
      volumes: [...pod.volumes, ...volumes],
      restartPolicy: "Never",
      containers: [
        {
          name: job.purpose,
          image: job.image,
          imagePullPolicy: "Always",
          args: [...job.args],
          envFrom: [{ configMapRef: { name: SETTINGS_NAME } }],
          env: job.secrets.map(fromSecret),
          resources: resourceRequirements(context.tenant.plan.pods.job),
          securityContext: restrictedContainer,
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...mounts],
        },
      ],
    },
  };
}

/** A Job cannot be changed, only made anew: its name carries a hash of what it is about. */
export const jobName = (purpose: Purpose, about: unknown): string => `${purpose}-${hashOf(about)}`;

function declareJob(context: Context, job: JobPod, about: unknown, deadlineSeconds: number, before: readonly pulumi.Resource[]): pulumi.Resource {
  const part = job.purpose === "verify" ? "verify" : "migrate";
  return new k8s.batch.v1.Job(
    context.name(part),
    {
      metadata: context.meta(jobName(job.purpose, about), {
        // A Job that failed is made anew by the next run instead of failing it for ever.
        "pulumi.com/replaceUnready": "true",
      }),
      spec: { backoffLimit: 2, activeDeadlineSeconds: deadlineSeconds, template: jobTemplate(context, job) },
    },
    { ...context.after(...before), deleteBeforeReplace: true },
  );
}

/** Step F, last: the released version of the API brings the schema to its own shape. */
export function declareMigration(context: Context, before: readonly pulumi.Resource[]): pulumi.Resource {
  const { tenant, platform } = context;
  const image = imageOf(tenant, "api", platform.registry);
  const job: JobPod = { purpose: "migrate", image, args: ["migrate"], secrets: ["MIGRATION_DATABASE_URL"] };
  return declareJob(context, job, { image, schema: SCHEMA_VERSION }, 600, before);
}

/**
 * The verification calls the gateway as a shopper's browser does, with TLS of its own, which the sidecar must neither wrap nor ask for a
 * route. https://istio.io/latest/docs/reference/config/annotations/#SidecarTrafficExcludeOutboundPorts
 */
const AS_A_SHOPPER = { "traffic.sidecar.istio.io/excludeOutboundPorts": "443" };

/** Step G: storefront, API, database and every host answer for this tenant; `pulumi up` fails when they do not. */
export function declareVerification(context: Context, before: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
  const { tenant, platform } = context;
  if (!serves(tenant)) return [];
  const images = [imageOf(tenant, "storefront", platform.registry), imageOf(tenant, "api", platform.registry), platform.toolsImage];
  const { gatewayAddress, certificates } = platform.mesh;
  const job: JobPod = {
    ...{ purpose: "verify", image: platform.toolsImage, secrets: ["DATABASE_URL", "CACHE_URL"], annotations: AS_A_SHOPPER },
    args: ["verify", `--gateway=${gatewayAddress}`, `--certificates=${certificates}`],
  };
  const about = { images, schema: SCHEMA_VERSION, hosts: hostsOf(tenant, platform.domain).all };
  return [declareJob(context, job, about, 300, before)];
}

/** All of it is public: with the recipient's key dumps are written and none is read. */
function backupArgs({ tenant, platform: { dumps } }: Context): readonly string[] {
  const place = dumps === undefined ? [] : [`--store=${dumps.store}`, `--recipient=${dumps.recipient}`];
  // The bucket's own rules end a dump by its class, named like the plan: the job may not delete there.
  return ["backup", `--retention-days=${tenant.plan.backup.retentionDays}`, `--retention-class=${tenant.tier}`, ...place];
}

/** Step F: the tenant's own backup, on its plan's schedule. */
export function declareBackup(context: Context, before: readonly pulumi.Resource[]): pulumi.Resource {
  const { tenant, platform } = context;
  const { schedule } = tenant.plan.backup;
  const template = jobTemplate(context, {
    purpose: "backup",
    image: platform.toolsImage,
    args: backupArgs(context),
    secrets: ["MIGRATION_DATABASE_URL"],
  });
  return new k8s.batch.v1.CronJob(
    context.name("backup"),
    {
      metadata: context.meta("backup"),
      spec: {
        schedule,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: { backoffLimit: 2, activeDeadlineSeconds: 7200, template } },
      },
    },
    context.after(...before),
  );
}
