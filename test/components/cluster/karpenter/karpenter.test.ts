import * as aws from "@pulumi/aws/provider.js";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as k8s from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { Karpenter, type KarpenterArgs } from "../../../../components/cluster/karpenter/karpenter.ts";
import { at } from "../../../support/objects.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const ACCOUNT = "123456789012";

const declare = async (
  args: Partial<KarpenterArgs> = {},
  made: (karpenter: Karpenter) => void = () => undefined,
): Promise<readonly Recorded[]> =>
  record(
    () => {
      const providers = [new k8s.Provider("kubernetes"), new aws.Provider("seoul", { region: "ap-northeast-2" })];
      const nodes = new ec2.Eip("system-nodes");
      made(
        new Karpenter(
          "karpenter",
          {
            charts: "managed",
            prefix: "privatesales-prod",
            region: "ap-northeast-2",
            accountId: ACCOUNT,
            clusterName: "privatesales-prod",
            clusterEndpoint: "https://x.eks.amazonaws.com",
            replicas: 2,
            diskGi: 80,
            pools: { spot: { cpu: 200, memoryGi: 800 }, "on-demand": { cpu: 100, memoryGi: 400 } },
            tags: { project: "privatesales", environment: "prod" },
            after: [nodes],
            ...args,
          },
          { providers },
        ),
      );
    },
    {
      "aws:iam/role:Role": { arn: `arn:aws:iam::${ACCOUNT}:role/made` },
      "aws:sqs/queue:Queue": { arn: `arn:aws:sqs:ap-northeast-2:${ACCOUNT}:privatesales-prod-karpenter`, url: "https://sqs/karpenter" },
    },
  );

const named = (seen: readonly Recorded[], kind: string): readonly Recorded[] => seen.filter(({ type }) => type.endsWith(`:${kind}`));

describe("the controller", () => {
  test("is installed on the system's nodes once its role, queue and CRDs are there", async () => {
    const release = only(await declare(), "Release", "karpenter-release");
    expect(release.inputs).toMatchObject({
      chart: "oci://public.ecr.aws/karpenter/karpenter",
      version: "1.14.1",
      namespace: "kube-system",
      skipCrds: true,
      values: {
        replicas: 2,
        nodeSelector: { "privatesales.co.kr/nodes": "system" },
        tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
        serviceAccount: { name: "karpenter" },
        settings: {
          clusterName: "privatesales-prod",
          clusterEndpoint: "https://x.eks.amazonaws.com",
          interruptionQueue: "privatesales-prod-karpenter",
        },
      },
    });
    expect(release.dependsOn).toEqual(
      expect.arrayContaining([
        "karpenter-crds",
        "karpenter-controller-association",
        "karpenter-interruptions-queue",
        "karpenter-nodes",
        "system-nodes",
      ]),
    );
    expect(only(await declare(), "Release", "karpenter-crds").inputs).toMatchObject({ version: "1.14.1", name: "karpenter-crd" });
  });

  test("is somebody else's with external charts, while its role, queue and pools are declared", async () => {
    const seen = await declare({ charts: "external" });
    expect(named(seen, "Release")).toEqual([]);
    expect([named(seen, "NodePool").length, named(seen, "EC2NodeClass").length, named(seen, "Queue").length]).toEqual([2, 1, 1]);
  });

  test("each resource goes to the provider of its kind", async () => {
    const providers = (await declare())
      .filter(({ custom, type, name }) => custom && !type.startsWith("pulumi:") && name !== "system-nodes")
      .map(({ type, provider }) => [type.startsWith("aws:") ? "seoul" : "kubernetes", provider] as const);
    expect(providers.length).toBeGreaterThan(20);
    expect(providers.filter(([expected, provider]) => expected !== provider)).toEqual([]);
  });
});

describe("its nodes", () => {
  test("have a role without the CNI's rights, its profile, and an entry by which they join", async () => {
    let karpenter: Karpenter | undefined;
    const seen = await declare({}, (made) => (karpenter = made));
    expect(karpenter).toMatchObject({
      nodeRoleName: "privatesales-prod-karpenter-nodes",
      nodeRoleArn: `arn:aws:iam::${ACCOUNT}:role/privatesales-prod-karpenter-nodes`,
    });
    expect(named(seen, "RolePolicyAttachment").map(({ inputs }) => inputs["policyArn"])).toEqual([
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
    const profile = only(seen, "InstanceProfile").inputs;
    expect(profile).toMatchObject({ name: "privatesales-prod-karpenter-nodes", role: "privatesales-prod-karpenter-nodes" });
    const entry = only(seen, "AccessEntry");
    expect(entry.inputs).toMatchObject({ clusterName: "privatesales-prod", type: "EC2_LINUX" });
    expect(entry.inputs).not.toHaveProperty("kubernetesGroups");
    expect(entry.dependsOn).toContain("system-nodes");
  });

  test("are of a pinned image, with metadata at one hop and encrypted disks", async () => {
    const spec = at(only(await declare(), "EC2NodeClass").inputs, "spec");
    expect(spec).toEqual({
      amiSelectorTerms: [{ alias: expect.stringMatching(/^al2023@v\d{8}$/) as unknown }],
      instanceProfile: "privatesales-prod-karpenter-nodes",
      subnetSelectorTerms: [{ tags: { "karpenter.sh/discovery": "privatesales-prod" } }],
      securityGroupSelectorTerms: [{ tags: { "karpenter.sh/discovery": "privatesales-prod" } }],
      associatePublicIPAddress: false,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1, httpProtocolIPv6: "disabled" },
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeType: "gp3", volumeSize: "80Gi", encrypted: true, deleteOnTermination: true } },
      ],
      tags: { project: "privatesales", environment: "prod", part: "cluster", Name: "privatesales-prod-karpenter" },
    });
  });

  test("come of two pools, declared when the controller is there", async () => {
    const seen = await declare();
    expect(named(seen, "NodePool").map(({ inputs }) => at(inputs, "metadata.name"))).toEqual(["spot", "on-demand"]);
    const { dependsOn } = only(seen, "NodePool", "karpenter-pool-spot");
    expect(dependsOn).toEqual(expect.arrayContaining(["karpenter-release", "karpenter-node-class"]));
  });
});

describe("the interruption queue", () => {
  test("is encrypted and forgets within minutes", async () => {
    expect(only(await declare(), "Queue").inputs).toMatchObject({
      name: "privatesales-prod-karpenter",
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 300,
    });
  });

  test("takes messages of the four rules, over TLS", async () => {
    const seen = await declare();
    const rules = named(seen, "EventRule").map(({ inputs }) => String(inputs["name"]));
    const expected = ["scheduled-change", "spot-interruption", "rebalance", "state-change"];
    expect(rules).toEqual(expected.map((rule) => `privatesales-prod-karpenter-${rule}`));
    expect(JSON.parse(String(only(seen, "QueuePolicy").inputs["policy"]))).toMatchObject({
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Condition: { ArnEquals: { "aws:SourceArn": rules.map((rule) => `arn:aws:events:ap-northeast-2:${ACCOUNT}:rule/${rule}`) } },
        },
        { Effect: "Deny", Principal: "*", Action: "sqs:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      ],
    });
  });

  test("hears of spot machines that go", async () => {
    const seen = await declare();
    const rule = only(seen, "EventRule", "karpenter-interruptions-spot-interruption");
    expect(JSON.parse(String(rule.inputs["eventPattern"]))).toEqual({
      source: ["aws.ec2"],
      "detail-type": ["EC2 Spot Instance Interruption Warning"],
    });
    const target = only(seen, "EventTarget", "karpenter-interruptions-spot-interruption");
    expect(target.inputs).toMatchObject({
      rule: "privatesales-prod-karpenter-spot-interruption",
      arn: `arn:aws:sqs:ap-northeast-2:${ACCOUNT}:privatesales-prod-karpenter`,
    });
  });
});
