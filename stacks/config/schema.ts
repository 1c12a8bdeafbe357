import { z } from "zod";
import { GATES } from "../../components/delivery/gates/gates.ts";
import { ENVIRONMENTS } from "../../tenants/tenant.ts";
import { aurora, aws, eksCluster, elasticache, route53 } from "./aws.ts";
import { cidr, count, hostname, port, range } from "./fields.ts";

/** A cluster that exists already; its kubeconfig is a path on the machine that runs Pulumi. */
const existingCluster = z.strictObject({
  kind: z.literal("kubeconfig"),
  kubeconfig: z.string().min(1),
  context: z.string().min(1).optional(),
  /** `skip` where kubelets serve certificates that no authority signed, as on kind. */
  kubeletTls: z.enum(["verify", "skip"]).default("verify"),
});

/** How traffic from outside reaches the gateway. */
const ingress = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("loadBalancer"), annotations: z.record(z.string(), z.string()).default({}) }),
  /** The platform makes the load balancer itself and registers the gateway's pods with it. */
  z.strictObject({ kind: z.literal("targetGroup") }),
  z.strictObject({
    kind: z.literal("nodePort"),
    http: z.int().min(30_000).max(32_767),
    https: z.int().min(30_000).max(32_767),
  }),
]);

const externalDatabase = z.strictObject({
  kind: z.literal("external"),
  host: hostname,
  port: port.default(5432),
  username: z.string().min(1),
  database: z.string().min(1).default("privatesales"),
  sslmode: z.enum(["disable", "require", "verify-full"]).default("verify-full"),
  /** PEM of the authorities that signed the server's certificate; the pooler needs it for `verify-full`. */
  authorities: z.string().startsWith("-----BEGIN CERTIFICATE-----", "certificates in PEM").optional(),
  /** The address that pods use, where it differs from the one that Pulumi uses. */
  podHost: hostname.optional(),
  /** Where the network policies let pods go. */
  cidrs: z.array(cidr).nonempty(),
  /** Connections that the server accepts; the pools of all tenants must fit. */
  maxConnections: count("maxConnections").default(200),
});

const inClusterDatabase = z.strictObject({
  kind: z.literal("inCluster"),
  storageGi: count("storageGi").default(10),
  database: z.string().min(1).default("privatesales"),
  /** Port on every node through which Pulumi reaches the server. */
  nodePort: z.int().min(30_000).max(32_767).default(30_432),
  /** Address and port at which that node port is reached, e.g. kind's port mapping. */
  providerHost: hostname.default("127.0.0.1"),
  providerPort: port.default(30_432),
  maxConnections: count("maxConnections").default(200),
});

/** Tests between qa and prod: Jobs that the run waits for. */
const gates = z.strictObject({
  run: z.array(z.enum(GATES)).nonempty(),
  /** Milliseconds at the 95th percentile, share of failed requests, pages a second, and how long each test takes. */
  thresholds: z.strictObject({
    p95Ms: count("p95Ms"),
    errorRatio: z.number().min(0).lt(1),
    requestsPerSecond: count("requestsPerSecond"),
    durationSeconds: count("durationSeconds"),
  }),
  /** The same seed makes the same test data. */
  seed: z.int(),
  /** Tenants that are given made-up data in the place of what they have; `all` where the whole stack exists for tests. */
  testTenants: z.union([z.literal("all"), z.array(z.string())], "all, or a list of ids"),
});

/** Whose gates a version must have passed. */
const promotion = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("gates"), stack: z.string().regex(/^[^/]+\/[^/]+\/[^/]+$/, "organization/project/stack"), required: z.array(z.enum(GATES)).nonempty() }),
]);

/** Everything under `privatesales:` in a stack's config file. Unknown keys are faults. */
export const configSchema = z.strictObject({
  /** Which environment of `environments` in the tenants file this stack is. */
  environment: z.enum(ENVIRONMENTS),
  /** Tenants answer below it: `<id>.<domain>`. */
  domain: hostname,
  /** Path from the project's root. */
  tenantsFile: z.string().min(1).default("tenants/tenants.yaml"),
  /** `managed`: this stack installs the charts. `external`: somebody else did; only what depends on their CRDs is declared. */
  charts: z.enum(["managed", "external"]).default("managed"),
  cluster: z.discriminatedUnion("kind", [existingCluster, eksCluster]),
  database: z.discriminatedUnion("kind", [externalDatabase, inClusterDatabase, aurora]),
  /** The account, and what stands in it; needed by everything of kind eks, aurora, elasticache and route53. */
  aws: aws.optional(),
  /** Password of `database.username`; only for an external database, and secret. */
  databasePassword: z.string().min(1).optional(),
  data: z.strictObject({ protection: z.enum(["on", "off"]) }),
  images: z.strictObject({
    /** Further registries that pods of tenants may use, e.g. that of the injected sidecar. */
    allowed: z.array(z.string().min(1)).nonempty(),
    /** Before `/<tenant>/<workload>:<version>`. */
    registry: z.string().regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._/-]+)?$/, "a registry such as localhost:5001 or host/path"),
    /** Tag of the platform's own image, which runs backup and verification. */
    toolsVersion: z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+$/, "a fixed version such as 1.0.0"),
  }),
  /** For whom dumps of tenants are encrypted (age-keygen prints it). Its secret half belongs where no pod is. */
  dumpRecipient: z.string().regex(/^age1[0-9a-z]{58}$/, "the public half of a key of age, age1…").optional(),
  settings: z.strictObject({
    locale: z.string().min(2),
    currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code such as KRW"),
    timezone: z.string().min(3),
    supportEmail: z.email(),
  }),
  mesh: z.strictObject({
    istiodReplicas: count("istiodReplicas"),
    gatewayReplicas: range,
    /** What port 80 does: serve, or redirect to https. */
    http: z.enum(["serve", "redirect"]),
    ingress,
  }),
  certificates: z.discriminatedUnion("issuer", [
    z.strictObject({ issuer: z.literal("selfSigned"), replicas: count("replicas") }),
    /** Let's Encrypt, proved by TXT records in the stack's zone; `email` hears of certificates that run out. */
    z.strictObject({ issuer: z.literal("acmeDns01"), email: z.email(), replicas: count("replicas") }),
  ]),
  access: z.strictObject({
    /** Groups whose members deploy this program; only they may change labels and annotations that carry tenancy. */
    deployers: z.array(z.string().min(1)).nonempty(),
  }),
  pooler: z.strictObject({ replicas: count("replicas") }),
  cache: z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("inCluster"), memoryMi: count("memoryMi") }), elasticache]),
  dns: z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("none") }), route53]).default({ kind: "none" }),
  monitoring: z.strictObject({
    replicas: count("replicas"),
    retentionDays: count("retentionDays"),
    storageGi: count("storageGi"),
    grafanaHost: hostname.optional(),
    /** Who hears of faults of the platform itself (SUPER_ADMIN). */
    platformEmails: z.array(z.email()).nonempty(),
    smtp: z.strictObject({
      host: hostname,
      port,
      from: z.email(),
      requireTls: z.enum(["on", "off"]).default("on"),
      /** Its password is `smtpPassword`. */
      username: z.string().min(1).optional(),
    }),
  }),
  /** None by default. */
  gates: gates.optional(),
  promotion: promotion.default({ kind: "none" }),
  /** Password of `monitoring.smtp.username`; secret. */
  smtpPassword: z.string().min(1).optional(),
  /** URL that raises the alarm when it is no longer called; secret, since whoever knows it can keep it quiet. */
  deadMansSwitchUrl: z.url().optional(),
  logging: z.strictObject({
    nodes: count("nodes"),
    storageGi: count("storageGi"),
    retentionDays: count("retentionDays"),
  }),
});

export type StackConfig = z.infer<typeof configSchema>;
