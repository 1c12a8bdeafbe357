import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { runCheckov, type CheckovReport } from "../../policy/checkov.ts";
import { ensureCheckov, REQUIREMENTS } from "../../policy/installCheckov.ts";
import { CHECKOV_VERSION, type Resource } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { EC2_CASES, EKS_CASES } from "../policy/cases/compute.ts";
import { ECR_CASES, ELASTICACHE_CASES, KMS_CASES, RDS_CASES, S3_CASES } from "../policy/cases/data.ts";
import { CLOUDFRONT_CASES, CLOUDTRAIL_CASES } from "../policy/cases/edge.ts";

/** checkov itself, over small stacks: that it is given what it can read, finds what is wrong, and agrees with our rules of the same ids. */

/** Where checkov knows less than AWS offers, or asks for what Aurora PostgreSQL has not. */
const KNOWN: readonly string[] = ["CKV_AWS_339", "CKV_AWS_325", "CKV_AWS_326"];

const SERVICES = {
  EKS: EKS_CASES,
  RDS: RDS_CASES,
  S3: S3_CASES,
  KMS: KMS_CASES,
  ECR: ECR_CASES,
  ElastiCache: ELASTICACHE_CASES,
  CloudFront: CLOUDFRONT_CASES,
  CloudTrail: CLOUDTRAIL_CASES,
  EC2: EC2_CASES,
} as const;

/** The passing resources of all rules, one of each type. */
const GOOD: readonly Resource[] = Object.values(SERVICES)
  .flatMap((cases) => Object.values(cases).flatMap(({ passes }) => passes))
  .filter((one, index, all) => all.findIndex(({ type }) => type === one.type) === index);

const bad = (type: string, props: Readonly<Record<string, unknown>>): Resource => ({ type, name: "bad", protect: false, props });

const BAD: readonly Resource[] = [
  bad("aws:eks/cluster:Cluster", { name: "bad", version: "1.21", vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] } }),
  bad("aws:rds/cluster:Cluster", { engine: "aurora-postgresql", backupRetentionPeriod: 0 }),
  bad("aws:rds/clusterInstance:ClusterInstance", { engine: "aurora-postgresql", publiclyAccessible: true }),
];

let report: CheckovReport;
/** One run over all of it: checkov takes most of its time to start. */
beforeAll(async () => {
  report = await runCheckov([...GOOD, ...BAD], await ensureCheckov(() => undefined));
});

test("the pinned version is the one that the rules were read from", () => {
  expect(readFileSync(REQUIREMENTS, "utf8")).toContain(`\ncheckov==${CHECKOV_VERSION} \\`);
});

describe("a bad stack", () => {
  const idsOf = (address: string): readonly string[] => report.failed.filter((one) => one.address === address).map(({ rule }) => rule);

  test("a cluster that breaks every rule", () => {
    expect(idsOf("aws_eks_cluster.bad").toSorted()).toEqual(["CKV_AWS_339", "CKV_AWS_37", "CKV_AWS_38", "CKV_AWS_39", "CKV_AWS_58"]);
  });

  test("a database that breaks every rule", () => {
    expect(idsOf("aws_rds_cluster.bad")).toEqual(expect.arrayContaining(["96", "133", "139", "162", "313", "324", "327"].map((id) => `CKV_AWS_${id}`)));
    expect(idsOf("aws_rds_cluster_instance.bad")).toEqual(expect.arrayContaining(["17", "118", "226", "353"].map((id) => `CKV_AWS_${id}`)));
  });
});

describe("what our rules let pass", () => {
  test.each(Object.entries(SERVICES))("%s passes checkov's rules of the same ids", (_, cases) => {
    const ours = RULES.map(({ id }) => id).filter((id) => id in cases && !KNOWN.includes(id));
    const failed = report.failed.filter(({ rule, resource }) => ours.includes(rule) && GOOD.includes(resource));
    expect(ours.length).toBeGreaterThan(0);
    expect(failed.map(({ rule, address }) => `${rule} ${address}`)).toEqual([]);
  });

  test("checkov looked at it", () => {
    expect(report.passed).toBeGreaterThan(80);
  });
});
