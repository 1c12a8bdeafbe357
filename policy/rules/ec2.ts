import { between, is, isNot, property, set } from "../expect.ts";
import { companion, companionsOf } from "../references.ts";
import { checkovGraph, checkovPython, every, rule, type Check, type Finding, type Resource, type Rule } from "../rule.ts";
import { asList, isRecord, valueAt, valuesAt } from "../values.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const TEMPLATE = ["aws:ec2/launchTemplate:LaunchTemplate"];
const VPC = ["aws:ec2/vpc:Vpc"];

const WORLD = ["0.0.0.0/0", "::/0"];

/** Networks that may come in, wherever the kind of resource writes them. */
function sources({ type, props }: Resource): readonly unknown[] {
  const paths = ["cidrBlocks", "ipv6CidrBlocks"];
  switch (type) {
    case GROUP:
      return paths.flatMap((path) => valuesAt(props, `ingress.${path}`).flat());
    case OLD_RULE:
      return props["type"] === "ingress" ? paths.flatMap((path) => asList(props[path])) : [];
    default:
      return [props["cidrIpv4"], props["cidrIpv6"]];
  }
}

const noWorldIngress: Check = (resource) => {
  const open = sources(resource).filter((source) => typeof source === "string").find((source) => WORLD.includes(source));
  return open === undefined ? undefined : { found: `ingress from ${open}`, allowed: "named networks or security groups", fix: "Name who comes in; viewers come through CloudFront." };
};

const WHY = "Say what it is for; nobody dares to remove it otherwise.";

/** The group or rule itself, and every rule within a group. */
const described = every(property("description", set, WHY), ({ props }) => {
  // In a preview of a new group, rules that others will add to it are not known yet.
  const bare = ["ingress", "egress"].filter((side) => valuesAt(props, side).flat().filter(isRecord).some((one) => valueAt(one, "description") === undefined));
  return bare.length === 0 ? undefined : { found: `${bare.join(" and ")} without a description`, allowed: "one for each", fix: WHY };
});

const noFlowLog: Finding = { found: "no FlowLog names this VPC", allowed: "a FlowLog for every VPC", fix: "Without it nobody can tell where data went." };
const openDefault: Finding = { found: "no DefaultSecurityGroup names this VPC", allowed: "one without rules", fix: "What names no group gets the default one, which lets everything within it talk." };

/** No rule at all in the group that AWS makes with a VPC. */
const empty: Check = ({ props }) =>
  valuesAt(props, "ingress").flat().length + valuesAt(props, "egress").flat().length === 0 ? undefined : { found: "rules in the default security group", allowed: "none", fix: "Make a group of its own for whoever needs one." };

const encryptedDisks: Check = ({ props }) => {
  const disks = valuesAt(props, "blockDeviceMappings.ebs");
  if (disks.length > 0 && disks.every((disk) => String(valueAt(disk, "encrypted")) === "true")) return undefined;
  return { found: disks.length === 0 ? "no blockDeviceMappings" : "a disk without encrypted", allowed: "encrypted disks, each of them", fix: "Images and logs of pods land there." };
};

export const EC2_RULES: readonly Rule[] = [
  rule({
    id: "PS_NO_WORLD_INGRESS",
    title: "no security group lets the world in (CKV_AWS_24, 25, 260, 277)",
    source: checkovPython("SecurityGroupUnrestrictedIngressAny"),
    types: [GROUP, INGRESS, OLD_RULE],
    check: noWorldIngress,
  }),
  rule({
    id: "CKV_AWS_23",
    title: "security groups and their rules say what they are for",
    source: checkovPython("SecurityGroupRuleDescription"),
    types: [GROUP, INGRESS, EGRESS, OLD_RULE],
    check: described,
  }),
  rule({
    id: "CKV_AWS_130",
    title: "subnets hand out no public addresses",
    source: checkovPython("SubnetPublicIP"),
    types: ["aws:ec2/subnet:Subnet"],
    check: property("mapPublicIpOnLaunch", isNot(true), "Load balancers and NAT gateways need none of it."),
  }),
  rule({
    id: "CKV2_AWS_11",
    title: "every VPC has flow logs",
    source: checkovGraph("VPCHasFlowLog"),
    types: VPC,
    check: companion("aws:ec2/flowLog:FlowLog", "vpcId", noFlowLog, property("trafficType", is("ALL", "REJECT"), "Refused connections are what one looks for.")),
  }),
  rule({
    id: "CKV2_AWS_12",
    title: "the default security group lets nothing through",
    source: checkovGraph("VPCHasRestrictedSG"),
    types: VPC,
    check: companion("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId", openDefault, empty),
  }),
  rule({
    id: "CKV_AWS_79",
    title: "the instance metadata service asks for a token",
    source: checkovPython("IMDSv1Disabled"),
    types: TEMPLATE,
    check: property("metadataOptions.httpTokens", is("required"), "Version 1 hands the node's role to whoever can make it fetch a URL."),
  }),
  rule({
    id: "CKV_AWS_341",
    title: "pods do not reach the metadata service",
    source: checkovPython("LaunchTemplateMetadataHop"),
    types: TEMPLATE,
    check: property("metadataOptions.httpPutResponseHopLimit", between(1, 1), "A pod is one hop further away than its node."),
  }),
  rule({
    id: "PS_NODE_DISKS_ENCRYPTED",
    title: "disks of nodes are encrypted",
    source: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    types: TEMPLATE,
    check: encryptedDisks,
  }),
  rule({
    id: "PS_SUBNETS_IN_THREE_ZONES",
    title: "production stands in three zones",
    source: "https://docs.aws.amazon.com/eks/latest/best-practices/reliability.html",
    types: VPC,
    stacks: ["prod"],
    check: (vpc, stack) => {
      const zones = new Set(companionsOf(vpc, stack, "aws:ec2/subnet:Subnet", "vpcId").map(({ props }) => String(props["availabilityZone"] ?? props["availabilityZoneId"])));
      return zones.size >= 3 ? undefined : { found: `subnets in ${zones.size} zones`, allowed: "3", fix: "A quorum needs a third." };
    },
  }),
];

const balancerRule = (id: string, title: string, file: string, check: Check): Rule => rule({ id, title, source: checkovPython(file), types: ["aws:lb/loadBalancer:LoadBalancer"], check });

export const LOAD_BALANCER_RULES: readonly Rule[] = [
  balancerRule("CKV_AWS_91", "load balancers log", "ELBv2AccessLogs", every(property("accessLogs.bucket", set, "Name a bucket."), property("accessLogs.enabled", is(true), "Turn it on."))),
  balancerRule("CKV_AWS_150", "load balancers have deletion protection", "LBDeletionProtection", property("enableDeletionProtection", is(true), "All traffic goes through it.")),
  balancerRule("CKV_AWS_152", "load balancers balance across zones", "LBCrossZone", property("enableCrossZoneLoadBalancing", is(true), "A zone with one pod would get a third of the traffic.")),
];
