import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

const TYPES: Readonly<Record<string, string>> = { network: "net", gateway: "gwy" };

/** https://docs.aws.amazon.com/general/latest/gr/elb.html: the hosted zones of Network Load Balancers. */
const NLB_ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z31USIVHYNEOWT",
  "ap-northeast-2": "ZIBE1TIR4HY56",
  "us-east-1": "Z26RNL4JYFTOTI",
};
const ALB_ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z14GRHDCWA56QT",
  "ap-northeast-2": "ZWKZPGTI48KDX",
  "us-east-1": "Z35SXDOTRQ7X7K",
};

const isNetwork = (draft: Draft): boolean => draft.text("loadBalancerType") === "network";

const suffix = (draft: Draft): string =>
  `${TYPES[draft.text("loadBalancerType")] ?? "app"}/${draft.text("name")}/${draft.hex(16, "lb")}`;

function dnsName(draft: Draft): string {
  const name = `${draft.flag("internal") ? "internal-" : ""}${draft.text("name")}`;
  if (isNetwork(draft)) return `${draft.text("name")}-${draft.hex(16, "lb")}.elb.${draft.region}.amazonaws.com`;
  return `${name}-${1_000_000_000 + draft.number(1_000_000_000, "dns")}.${draft.region}.elb.amazonaws.com`;
}

const vpcOf = (draft: Draft): string => textOf(draft.find("aws:ec2/subnet:Subnet", textOf(draft.list("subnets")[0]))?.outputs["vpcId"]);

export const loadBalancing: readonly Row[] = [
  {
    type: "aws:lb/loadBalancer:LoadBalancer",
    source: sourceOf("elbv2/load_balancer"),
    replaceOn: ["customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix"],
    unique: ["name"],
    exists: (name) => `DuplicateLoadBalancerName: A load balancer with the same name '${name}' exists, but with different settings`,
    autoname: "name",
    id: (draft) => draft.arn("elasticloadbalancing", `loadbalancer/${suffix(draft)}`),
    outputs: (draft) => ({
      arn: draft.id,
      arnSuffix: suffix(draft),
      dnsName: dnsName(draft),
      internal: false,
      ipAddressType: "ipv4",
      vpcId: vpcOf(draft),
      zoneId: (isNetwork(draft) ? NLB_ZONES : ALB_ZONES)[draft.region] ?? `Z${draft.upper(13, "zone")}`,
    }),
    refuseDelete: ({ id, outputs }) => outputs["enableDeletionProtection"] === true
      ? `OperationNotPermitted: Load balancer '${id}' cannot be deleted because deletion protection is enabled`
      : undefined,
  },
  {
    type: "aws:lb/targetGroup:TargetGroup",
    source: sourceOf("elbv2/target_group"),
    replaceOn: ["ipAddressType", "name", "namePrefix", "port", "protocol", "protocolVersion", "targetControlPort", "targetType", "vpcId"],
    unique: ["name"],
    exists: (name) => `DuplicateTargetGroupName: A target group with the same name '${name}' exists, but with different settings`,
    autoname: "name",
    id: (draft) => draft.arn("elasticloadbalancing", `targetgroup/${draft.text("name")}/${draft.hex(16, "tg")}`),
    outputs: (draft) => ({ arn: draft.id, arnSuffix: `targetgroup/${draft.text("name")}/${draft.hex(16, "tg")}`, loadBalancerArns: [], ipAddressType: "ipv4" }),
  },
  {
    type: "aws:lb/listener:Listener",
    source: sourceOf("elbv2/listener"),
    replaceOn: ["loadBalancerArn"],
    unique: ["port", "loadBalancerArn"],
    exists: (port) => `DuplicateListener: A listener already exists on this port for this load balancer (port ${port})`,
    id: (draft) => `${draft.text("loadBalancerArn").replace(":loadbalancer/", ":listener/")}/${draft.hex(16, "listener")}`,
    outputs: (draft) => ({ arn: draft.id }),
  },
];
