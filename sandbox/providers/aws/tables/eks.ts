import { createHash } from "node:crypto";
import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

/** When "AWS" made things: a run must not differ from the next by the clock. */
export const EPOCH = "2026-01-01T00:00:00Z";

function endpoint(draft: Draft): string {
  const shard = ["gr7", "sk1", "yl4"][draft.number(3, "shard")] ?? "gr7";
  return `https://${draft.hex(32, "endpoint").toUpperCase()}.${shard}.${draft.region}.eks.amazonaws.com`;
}

/** Base64 of a PEM certificate in shape; nothing checks its signature, since nothing is reached under the endpoint. */
function authority(draft: Draft): string {
  const body = createHash("sha512").update(draft.hex(64, "ca")).digest("base64").match(/.{1,64}/gu) ?? [];
  return Buffer.from(["-----BEGIN CERTIFICATE-----", ...body, "-----END CERTIFICATE-----", ""].join("\n")).toString("base64");
}

const issuer = (draft: Draft): string => `https://oidc.eks.${draft.region}.amazonaws.com/id/${draft.hex(32, "endpoint").toUpperCase()}`;

const cluster: Row = {
  type: "aws:eks/cluster:Cluster",
  source: sourceOf("eks/cluster"),
  replaceOn: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons", "encryptionConfig",
    "kubernetesNetworkConfig.ipFamily", "kubernetesNetworkConfig.serviceIpv4Cidr", "name", "outpostConfig", "roleArn"],
  // https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html: it can be switched on later, and never off.
  addInPlace: ["encryptionConfig"],
  unique: ["name"],
  exists: (name) => `ResourceInUseException: Cluster already exists with name: ${name}`,
  autoname: "name",
  id: (draft) => draft.text("name"),
  outputs: (draft) => ({
    arn: draft.arn("eks", `cluster/${draft.id}`),
    certificateAuthority: { data: authority(draft) },
    createdAt: EPOCH,
    endpoint: endpoint(draft),
    identities: [{ oidcs: [{ issuer: issuer(draft) }] }],
    platformVersion: "eks.4",
    status: "ACTIVE",
    version: "1.36",
    deletionProtection: false,
  }),
  // Only clusters on an Outpost have one.
  absent: ["clusterId"],
  // The security group that EKS makes for the cluster comes inside a block that the program gives.
  forced: (draft) => ({
    vpcConfig: { ...draft.map("vpcConfig"), clusterSecurityGroupId: `sg-${draft.hex(17, "sg")}`, vpcId: vpcOf(draft) },
  }),
  nested: ["vpcConfig.clusterSecurityGroupId", "vpcConfig.vpcId"],
  refuseDelete: ({ outputs, id }, store) => {
    if (outputs["deletionProtection"] === true) return `InvalidRequestException: Cannot delete cluster ${id} because deletionProtection is enabled`;
    const groups = store.list("aws:eks/nodeGroup:NodeGroup").filter(({ inputs }) => inputs["clusterName"] === id);
    return groups.length === 0 ? undefined : "ResourceInUseException: Cluster has nodegroups attached";
  },
};

function vpcOf(draft: Draft): string {
  const ids = draft.map("vpcConfig")["subnetIds"];
  const first: unknown = Array.isArray(ids) ? ids[0] : undefined;
  return textOf(draft.find("aws:ec2/subnet:Subnet", textOf(first))?.outputs["vpcId"]);
}

const groupName = (draft: Draft): string => draft.text("nodeGroupName") || `${draft.text("nodeGroupNamePrefix")}${draft.hex(26, "name")}`;

const nodeGroup: Row = {
  type: "aws:eks/nodeGroup:NodeGroup",
  source: sourceOf("eks/node_group"),
  replaceOn: ["amiType", "capacityType", "clusterName", "diskSize", "instanceTypes", "launchTemplate.id", "launchTemplate.name",
    "nodeGroupName", "nodeGroupNamePrefix", "nodeRoleArn", "remoteAccess", "subnetIds"],
  unique: ["nodeGroupName", "clusterName"],
  exists: (name) => `ResourceInUseException: NodeGroup already exists with name ${name}`,
  autoname: "nodeGroupName",
  id: (draft) => `${draft.text("clusterName")}:${groupName(draft)}`,
  outputs: (draft) => ({
    arn: draft.arn("eks", `nodegroup/${draft.text("clusterName")}/${groupName(draft)}/${draft.uuid()}`),
    resources: [{ autoscalingGroups: [{ name: `eks-${groupName(draft)}-${draft.uuid("group")}` }], remoteAccessSecurityGroupId: "" }],
    status: "ACTIVE",
    capacityType: "ON_DEMAND",
    version: textOf(draft.find("aws:eks/cluster:Cluster", draft.text("clusterName"))?.outputs["version"]),
  }),
};

const times = { createdAt: EPOCH, modifiedAt: EPOCH } as const;

const access: readonly Row[] = [
  {
    type: "aws:eks/addon:Addon",
    source: sourceOf("eks/addon"),
    replaceOn: ["addonName", "clusterName", "namespaceConfig"],
    unique: ["addonName", "clusterName"],
    exists: () => "ResourceInUseException: Addon already exists.",
    id: (draft) => `${draft.text("clusterName")}:${draft.text("addonName")}`,
    outputs: (draft) => ({ arn: draft.arn("eks", `addon/${draft.text("clusterName")}/${draft.text("addonName")}/${draft.uuid()}`), ...times }),
  },
  {
    type: "aws:eks/accessEntry:AccessEntry",
    source: sourceOf("eks/access_entry"),
    replaceOn: ["clusterName", "principalArn", "type"],
    unique: ["principalArn", "clusterName"],
    exists: () => "ResourceInUseException: The specified access entry resource is already in use on this cluster.",
    id: (draft) => `${draft.text("clusterName")}:${draft.text("principalArn")}`,
    outputs: (draft) => {
      const role = draft.text("principalArn").split("/").at(-1) ?? "";
      return {
        accessEntryArn: draft.arn("eks", `access-entry/${draft.text("clusterName")}/role/${draft.account}/${role}/${draft.uuid()}`),
        ...times,
        userName: `arn:aws:sts::${draft.account}:assumed-role/${role}/{{SessionName}}`,
      };
    },
  },
  {
    type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    source: sourceOf("eks/access_policy_association"),
    replaceOn: ["accessScope", "clusterName", "policyArn", "principalArn"],
    unique: ["policyArn", "principalArn", "clusterName"],
    id: (draft) => ["clusterName", "principalArn", "policyArn"].map((key) => draft.text(key)).join("#"),
    outputs: () => ({ associatedAt: EPOCH, modifiedAt: EPOCH }),
  },
  {
    type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    source: sourceOf("eks/pod_identity_association"),
    replaceOn: ["clusterName", "namespace", "serviceAccount"],
    unique: ["serviceAccount", "namespace", "clusterName"],
    exists: (name) => `ResourceInUseException: Association already exists for the service account ${name}`,
    id: (draft) => `a-${draft.lower(17, "association")}`,
    outputs: (draft) => ({
      associationArn: draft.arn("eks", `podidentityassociation/${draft.text("clusterName")}/${draft.id}`),
      associationId: draft.id,
    }),
    // Only an association with a target role has one.
    absent: ["externalId"],
  },
];

export const eks: readonly Row[] = [cluster, nodeGroup, ...access];
