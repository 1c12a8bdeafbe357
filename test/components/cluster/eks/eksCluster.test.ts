import * as ec2 from "@pulumi/aws/ec2/index.js";
import { describe, expect, test } from "vitest";
import { EksCluster, type EksClusterArgs } from "../../../../components/cluster/eks/eksCluster.ts";
import { EKS } from "../../../../components/shared/versions.ts";
import { at } from "../../../support/objects.ts";
import { only, record, type Recorded } from "../../../support/record.ts";

const ACCOUNT = "123456789012";
const KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/1";

const OUTPUTS = {
  "aws:kms/key:Key": { arn: KEY, keyId: "1" },
  "aws:iam/role:Role": { arn: "arn:aws:iam::123456789012:role/made" },
  "aws:eks/cluster:Cluster": {
    endpoint: "https://x.eks.amazonaws.com",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-control-plane" },
  },
  "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: 3 },
};

const declare = async (
  args: Partial<EksClusterArgs> = {},
  made: (cluster: EksCluster) => void = () => undefined,
): Promise<readonly Recorded[]> =>
  record(() => {
    const nat = new ec2.Eip("nat");
    made(
      new EksCluster("eks", {
        prefix: "privatesales-prod",
        region: "ap-northeast-2",
        accountId: ACCOUNT,
        protection: "on",
        network: { vpcId: "vpc-1", cidr: "10.20.0.0/16", privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"], ready: [nat] },
        endpoint: { kind: "private" },
        logRetentionDays: 365,
        systemNodes: { instanceTypes: ["m7i.large", "m6i.large"], min: 2, max: 4, desired: 3, diskGi: 50 },
        admins: [`arn:aws:iam::${ACCOUNT}:role/operators`],
        deployers: [`arn:aws:iam::${ACCOUNT}:role/ci/deploy`],
        ...args,
      }),
    );
  }, OUTPUTS);

const named = (seen: readonly Recorded[], kind: string): readonly Recorded[] => seen.filter(({ type }) => type.endsWith(`:${kind}`));

describe("the control plane", () => {
  test("is private, encrypted, logged, protected, and nobody's by creation", async () => {
    const cluster = only(await declare(), "Cluster");
    expect(cluster.inputs).toMatchObject({
      name: "privatesales-prod",
      version: "1.36",
      vpcConfig: { subnetIds: ["subnet-a", "subnet-b", "subnet-c"], endpointPrivateAccess: true, endpointPublicAccess: false },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      encryptionConfig: { resources: ["secrets"], provider: { keyArn: KEY } },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      bootstrapSelfManagedAddons: false,
      deletionProtection: true,
      upgradePolicy: { supportType: "STANDARD" },
      zonalShiftConfig: { enabled: true },
      kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "172.20.0.0/16" },
    });
    expect(at(cluster.inputs, "vpcConfig.publicAccessCidrs")).toBeUndefined();
    expect(cluster).toMatchObject({ protect: true, retainOnDelete: true });
  });

  test("finds its log group made, with a key and an end, and its role ready", async () => {
    const seen = await declare();
    expect(only(seen, "Cluster").dependsOn).toEqual(
      expect.arrayContaining(["eks-control-plane-logs-group", "eks-control-plane-policy", "eks-control-plane-encryption"]),
    );
    expect(named(seen, "LogGroup").find(({ custom }) => custom)?.inputs).toMatchObject({
      name: "/aws/eks/privatesales-prod/cluster",
      kmsKeyId: KEY,
      retentionInDays: 365,
    });
  });

  test("is open to named addresses where it says so, and not protected with protection off", async () => {
    const endpoint = { kind: "publicAndPrivate", cidrs: ["203.0.113.7/32"] } as const;
    const cluster = only(await declare({ endpoint, protection: "off" }), "Cluster");
    expect(cluster.inputs).toMatchObject({
      vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.7/32"] },
      deletionProtection: false,
    });
    expect(cluster).toMatchObject({ protect: false, retainOnDelete: false });
  });

  test("knows no OIDC provider", async () => {
    expect(named(await declare(), "OpenIdConnectProvider")).toEqual([]);
  });

  test("lets in admins and deployers by policy, deployers under their group as well", async () => {
    const seen = await declare();
    expect(only(seen, "AccessEntry", "eks-admin-operators").inputs).toMatchObject({ type: "STANDARD", kubernetesGroups: [] });
    for (const [name, role] of [["eks-admin-operators", "operators"], ["eks-deployer-ci-deploy", "ci/deploy"]] as const) {
      expect(only(seen, "AccessPolicyAssociation", name).inputs).toEqual({
        clusterName: "privatesales-prod",
        principalArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        accessScope: { type: "cluster" },
      });
    }
    expect(only(seen, "AccessEntry", "eks-deployer-ci-deploy").inputs).toMatchObject({
      principalArn: `arn:aws:iam::${ACCOUNT}:role/ci/deploy`,
      kubernetesGroups: ["privatesales:deployers"],
    });
  });
});

describe("the nodes of the system", () => {
  test("are on demand, of a pinned image, and take only what tolerates them", async () => {
    const group = only(await declare(), "NodeGroup");
    expect(group.inputs).toMatchObject({
      clusterName: "privatesales-prod",
      capacityType: "ON_DEMAND",
      version: "1.36",
      releaseVersion: EKS.nodeRelease,
      instanceTypes: ["m7i.large", "m6i.large"],
      scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 3 },
      updateConfig: { maxUnavailable: 1 },
      launchTemplate: { id: "eks-system-nodes-template-id", version: "3" },
      labels: { "privatesales.co.kr/nodes": "system" },
      taints: [{ key: "CriticalAddonsOnly", value: "true", effect: "NO_SCHEDULE" }],
    });
    expect(group.inputs).not.toHaveProperty("nodeGroupName");
  });

  test("come when their network, rights and add-ons are there", async () => {
    const addons = ["eks-addon-vpc-cni", "eks-addon-kube-proxy", "eks-addon-eks-pod-identity-agent"];
    const security = ["eks-nodes-from-control-plane", "eks-nodes-to-internet-443"];
    const rights = ["eks-system-nodes-worker", "eks-system-nodes-images"];
    expect(only(await declare(), "NodeGroup").dependsOn).toEqual(expect.arrayContaining(["nat", ...addons, ...security, ...rights]));
  });

  test("keep their credentials to themselves and their disks encrypted", async () => {
    const template = only(await declare(), "LaunchTemplate").inputs;
    expect(template).toMatchObject({
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeType: "gp3", volumeSize: 50, encrypted: "true", deleteOnTermination: "true" } },
      ],
      vpcSecurityGroupIds: ["eks-nodes-group-id"],
    });
    expect(template).not.toHaveProperty("networkInterfaces");
    expect(template).not.toHaveProperty("keyName");
  });

  test("have no rights of the CNI", async () => {
    const seen = await declare();
    const policies = named(seen, "RolePolicyAttachment").filter(({ name }) => name.startsWith("eks-system-nodes"));
    expect(policies.map(({ inputs }) => inputs["policyArn"])).toEqual([
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
    expect(only(seen, "RolePolicyAttachment", "eks-cni-cni").inputs["policyArn"]).toBe("arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy");
  });
});

describe("the nodes' security group", () => {
  test("admits nodes and the control plane, by group, never by address", async () => {
    const seen = await declare();
    const rules = named(seen, "SecurityGroupIngressRule");
    const between = rules.map(({ name, inputs }) => [name, inputs["securityGroupId"], inputs["referencedSecurityGroupId"]]);
    expect(between.toSorted()).toEqual([
      ["eks-nodes-among-nodes", "eks-nodes-group-id", "eks-nodes-group-id"],
      ["eks-nodes-from-control-plane", "eks-nodes-group-id", "sg-control-plane"],
      ["eks-nodes-from-control-plane-https", "eks-nodes-group-id", "sg-control-plane"],
      ["eks-nodes-to-api-server", "sg-control-plane", "eks-nodes-group-id"],
    ]);
    const byAddress = rules.filter(({ inputs }) => "cidrIpv4" in inputs || "cidrIpv6" in inputs);
    expect(byAddress).toEqual([]);
    expect(only(seen, "SecurityGroup").inputs["tags"]).toMatchObject({ "karpenter.sh/discovery": "privatesales-prod" });
  });

  test("lets out everything within the VPC, and named ports beyond it", async () => {
    const rules = named(await declare({ egressPorts: [443, 587] }), "SecurityGroupEgressRule");
    expect(rules.map(({ inputs }) => [inputs["cidrIpv4"], inputs["ipProtocol"], inputs["fromPort"], inputs["toPort"]])).toEqual([
      ["10.20.0.0/16", "-1", undefined, undefined],
      ["0.0.0.0/0", "tcp", 443, 443],
      ["0.0.0.0/0", "tcp", 587, 587],
    ]);
  });
});

describe("the add-ons", () => {
  const configuration = (seen: readonly Recorded[], addon: string): unknown => {
    const text = only(seen, "Addon", `eks-addon-${addon}`).inputs["configurationValues"];
    return typeof text === "string" ? JSON.parse(text) : undefined;
  };

  test("are five, at their pinned versions", async () => {
    const addons = named(await declare(), "Addon").map(({ inputs }) => [inputs["addonName"], inputs["addonVersion"]]);
    expect(Object.fromEntries(addons)).toEqual(EKS.addons);
    expect(addons).toHaveLength(5);
  });

  test("enforce network policies", async () => {
    expect(configuration(await declare(), "vpc-cni")).toMatchObject({ enableNetworkPolicy: "true" });
  });

  test("name resolution and the volume driver run on the system's nodes, after those are there", async () => {
    const seen = await declare();
    const placement = {
      nodeSelector: { "privatesales.co.kr/nodes": "system" },
      tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
    };
    expect(configuration(seen, "coredns")).toMatchObject(placement);
    expect(configuration(seen, "aws-ebs-csi-driver")).toEqual({ controller: placement, node: { tolerateAllTaints: true } });
    expect(configuration(seen, "kube-proxy")).toBeUndefined();
    expect(only(seen, "Addon", "eks-addon-coredns").dependsOn).toContain("eks-system-nodes-group");
    expect(only(seen, "Addon", "eks-addon-vpc-cni").dependsOn).toEqual(["eks-cni-association", "eks-control-plane-cluster"]);
  });

  test("the volume driver may use the cluster's key, and hand it on to EC2 only", async () => {
    const policy: unknown = JSON.parse(String(only(await declare(), "RolePolicy", "eks-volumes-policy").inputs["policy"]));
    expect(policy).toMatchObject({
      Statement: [
        { Sid: "VolumesAreEncrypted", Resource: KEY },
        { Sid: "Ec2UsesTheKeyForThem", Resource: KEY, Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } },
      ],
    });
  });
});

test("publishes what others build on", async () => {
  const outputs: Record<string, unknown> = {};
  await declare({}, (cluster) => {
    const { clusterName, nodeRoleArn, nodeRoleName } = cluster;
    Object.assign(outputs, { clusterName, nodeRoleArn, nodeRoleName });
    const { endpoint, certificateAuthority, kubeconfig, nodeSecurityGroupId, clusterSecurityGroupId, keyArn } = cluster;
    const made = { endpoint, certificateAuthority, kubeconfig, nodeSecurityGroupId, clusterSecurityGroupId, keyArn };
    for (const [key, output] of Object.entries(made)) {
      output.apply((value) => (outputs[key] = value));
    }
  });
  expect(outputs).toMatchObject({
    clusterName: "privatesales-prod",
    nodeRoleName: "privatesales-prod-system-nodes",
    nodeRoleArn: `arn:aws:iam::${ACCOUNT}:role/privatesales-prod-system-nodes`,
    endpoint: "https://x.eks.amazonaws.com",
    certificateAuthority: "Q0E=",
    nodeSecurityGroupId: "eks-nodes-group-id",
    clusterSecurityGroupId: "sg-control-plane",
    keyArn: KEY,
  });
  expect(outputs["kubeconfig"]).toContain('"server":"https://x.eks.amazonaws.com"');
});
