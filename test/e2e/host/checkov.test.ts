import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runCheckov, type CheckovReport } from "../../../policy/checkov.ts";
import { CHECKOV_VERSION, type Resource } from "../../../policy/rule.ts";
import { RULES } from "../../../policy/rules/index.ts";
import { cacheFolder } from "../../../sandbox/cacheFolder.ts";
import { installPythonParts } from "../../../sandbox/toolchain/python.ts";
import { EC2_CASES, EKS_CASES } from "../../policy/cases/compute.ts";
import { ECR_CASES, ELASTICACHE_CASES, KMS_CASES, RDS_CASES, S3_CASES } from "../../policy/cases/data.ts";
import { CLOUDFRONT_CASES, CLOUDTRAIL_CASES } from "../../policy/cases/edge.ts";
import { ROOT } from "../../support/sandbox.ts";

const REQUIREMENTS = join(ROOT, "policy/requirements.txt");

/** checkov as policy/requirements.txt pins it, in the user's cache: it is 200 MB. */
async function installedCheckov(): Promise<string> {
  const key = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const folder = join(cacheFolder(), `checkov-${key}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const half = `${folder}.${process.pid}`;
  await installPythonParts(REQUIREMENTS, half);
  await rename(half, folder).catch(() => rm(half, { recursive: true }));
  return folder;
}

let folder = "";
beforeAll(async () => {
  folder = await installedCheckov();
});

const judge = (...resources: readonly Resource[]): Promise<CheckovReport> => runCheckov(resources, { command: ["python3", join(folder, "bin/checkov")], pythonPath: folder });

const idsOf = ({ failed }: CheckovReport, address: string): readonly string[] => failed.filter((one) => one.address === address).map(({ rule }) => rule);

/** The passing resources of a service's rules, one of each type. */
const good = (cases: typeof EKS_CASES): readonly Resource[] => {
  const all = Object.values(cases).flatMap(({ passes }) => passes);
  return all.filter((one, index) => all.findIndex(({ type }) => type === one.type) === index);
};

test("the pinned version is the one that the rules were read from", () => {
  expect(readFileSync(REQUIREMENTS, "utf8")).toContain(`\ncheckov==${CHECKOV_VERSION} \\`);
});

describe("a bad stack", () => {
  test("a cluster that breaks every rule", async () => {
    const report = await judge({ type: "aws:eks/cluster:Cluster", name: "bad", protect: false, props: { name: "bad", version: "1.21", vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] } } });
    expect(idsOf(report, "aws_eks_cluster.bad").toSorted()).toEqual(["CKV_AWS_339", "CKV_AWS_37", "CKV_AWS_38", "CKV_AWS_39", "CKV_AWS_58"]);
  });

  test("a database that breaks every rule", async () => {
    const cluster = { type: "aws:rds/cluster:Cluster", name: "bad", protect: false, props: { engine: "aurora-postgresql", backupRetentionPeriod: 0 } };
    const instance = { type: "aws:rds/clusterInstance:ClusterInstance", name: "bad", protect: false, props: { engine: "aurora-postgresql", publiclyAccessible: true } };
    const report = await judge(cluster, instance);
    for (const id of ["96", "133", "139", "162", "313", "324", "327"]) expect(idsOf(report, "aws_rds_cluster.bad")).toContain(`CKV_AWS_${id}`);
    for (const id of ["17", "118", "226", "353"]) expect(idsOf(report, "aws_rds_cluster_instance.bad")).toContain(`CKV_AWS_${id}`);
  });
});

/** Where checkov knows less than AWS offers, or asks for what Aurora PostgreSQL has not. */
const KNOWN: readonly string[] = ["CKV_AWS_339", "CKV_AWS_325", "CKV_AWS_326"];

describe("what our rules let pass", () => {
  test.each([
    ["EKS", EKS_CASES],
    ["RDS", RDS_CASES],
    ["S3", S3_CASES],
    ["KMS", KMS_CASES],
    ["ECR", ECR_CASES],
    ["ElastiCache", ELASTICACHE_CASES],
    ["CloudFront", CLOUDFRONT_CASES],
    ["CloudTrail", CLOUDTRAIL_CASES],
    ["EC2", EC2_CASES],
  ])("%s passes checkov's rules of the same ids", async (_, cases) => {
    const ours = RULES.map(({ id }) => id).filter((id) => id in cases && !KNOWN.includes(id));
    const { passed, failed } = await judge(...good(cases));
    expect(passed).toBeGreaterThan(0);
    expect(failed.filter(({ rule }) => ours.includes(rule)).map(({ rule, address }) => `${rule} ${address}`)).toEqual([]);
  });
});
