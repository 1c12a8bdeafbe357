import { between, includes, is, property, set } from "../expect.ts";
import { checkovPython, every, rule, type Check, type Rule } from "../rule.ts";
import { show, valueAt } from "../values.ts";

const CLUSTER = ["aws:eks/cluster:Cluster"];

/**
 * Versions in standard support.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
 */
const SUPPORTED = ["1.35", "1.36"];

const LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** A public endpoint that is closed, or open to named networks only. */
const noWorldEndpoint: Check = ({ props }) => {
  const cidrs = valueAt(props, "vpcConfig.publicAccessCidrs");
  const closed = valueAt(props, "vpcConfig.endpointPublicAccess") === false;
  const narrow = Array.isArray(cidrs) && cidrs.length > 0 && !cidrs.includes("0.0.0.0/0") && !cidrs.includes("::/0");
  if (closed || narrow) return undefined;
  return {
    found: `vpcConfig.publicAccessCidrs is ${show(cidrs)} with a public endpoint`,
    allowed: "endpointPublicAccess false, or publicAccessCidrs without 0.0.0.0/0",
    fix: "Name the networks that operators come from.",
  };
};

export const EKS_RULES: readonly Rule[] = [
  rule({
    id: "CKV_AWS_37",
    title: "all control-plane logs are on",
    source: checkovPython("EKSControlPlaneLogging"),
    types: CLUSTER,
    check: property("enabledClusterLogTypes", includes(...LOGS), "Without them nobody can tell who did what in the cluster."),
  }),
  rule({
    id: "CKV_AWS_38",
    title: "the API server is not open to the world",
    source: checkovPython("EKSPublicAccessCIDR"),
    types: CLUSTER,
    check: noWorldEndpoint,
  }),
  rule({
    id: "CKV_AWS_39",
    title: "the API server has no public endpoint",
    source: checkovPython("EKSPublicAccess"),
    types: CLUSTER,
    stacks: ["prod"],
    check: every(
      property("vpcConfig.endpointPublicAccess", is(false), "Reach it from inside the VPC."),
      property("vpcConfig.endpointPrivateAccess", is(true), "Without either endpoint nobody reaches the cluster."),
    ),
  }),
  rule({
    id: "CKV_AWS_58",
    title: "Secrets are encrypted with a key of KMS",
    source: checkovPython("EKSSecretsEncryption"),
    types: CLUSTER,
    check: every(
      property("encryptionConfig.resources", includes("secrets"), "It can be set once and never be taken back."),
      property("encryptionConfig.provider.keyArn", set, "Name the key."),
    ),
  }),
  rule({
    id: "CKV_AWS_339",
    title: "the Kubernetes version is in standard support",
    source: checkovPython("EKSPlatformVersion"),
    types: CLUSTER,
    check: property("version", is(...SUPPORTED), "Upgrade one minor version at a time."),
  }),
  rule({
    id: "PS_EKS_NODES_SPREAD",
    title: "a node group has room for a node to fail",
    source: "https://docs.aws.amazon.com/eks/latest/best-practices/reliability.html",
    types: ["aws:eks/nodeGroup:NodeGroup"],
    stacks: ["prod"],
    check: property("scalingConfig.minSize", between(2), "Two nodes or more."),
  }),
];
