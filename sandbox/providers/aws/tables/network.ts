import type { Properties } from "../../provider.ts";
import { textOf, type Draft } from "../draft.ts";
import { sourceOf, type Row } from "../row.ts";

const arnAndOwner = (kind: string) => (draft: Draft): Properties => ({ arn: draft.arn("ec2", `${kind}/${draft.id}`), ownerId: draft.account });

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html: a prefix and 17 hexadecimal digits. */
const drawn = (prefix: string) => (draft: Draft): string => `${prefix}-${draft.hex(17, prefix)}`;

const address = (draft: Draft): string => [13, 125, draft.number(256, "third"), draft.number(256, "fourth")].join(".");
const publicDns = (draft: Draft): string => `ec2-${address(draft).replaceAll(".", "-")}.${draft.region}.compute.amazonaws.com`;

/** An address inside a subnet's range, for what AWS places there; the first four and the last are AWS's own. */
function insideAddress(draft: Draft, subnetId: string): string {
  const [range = ""] = textOf(draft.find("aws:ec2/subnet:Subnet", subnetId)?.outputs["cidrBlock"]).split("/");
  const parts = (range === "" ? "10.0.0.0" : range).split(".");
  return [...parts.slice(0, 3), 10 + draft.number(200, "inside")].join(".");
}

const interfaces = (draft: Draft): readonly string[] =>
  draft.text("vpcEndpointType") === "Interface" ? draft.list("subnetIds").map((_, i) => `eni-${draft.hex(17, `eni${i}`)}`) : [];

function dnsEntries(draft: Draft): readonly Properties[] {
  if (draft.text("vpcEndpointType") !== "Interface") return [];
  const service = draft.text("serviceName").split(".").at(-1) ?? "";
  const dnsName = `${draft.id}-${draft.lower(8, "dns")}.${service}.${draft.region}.vpce.amazonaws.com`;
  return [{ dnsName, hostedZoneId: `Z${draft.upper(20, "zone")}` }];
}

const vpcParts: readonly Row[] = [
  {
    type: "aws:ec2/vpc:Vpc",
    source: sourceOf("ec2/vpc_"),
    replaceOn: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
    id: drawn("vpc"),
    outputs: (draft) => {
      const table = `rtb-${draft.hex(17, "main")}`;
      return {
        ...arnAndOwner("vpc")(draft),
        defaultNetworkAclId: `acl-${draft.hex(17, "acl")}`,
        defaultRouteTableId: table,
        mainRouteTableId: table,
        defaultSecurityGroupId: `sg-${draft.hex(17, "sg")}`,
        dhcpOptionsId: `dopt-${draft.hex(17, "dopt")}`,
        enableDnsHostnames: false,
        enableNetworkAddressUsageMetrics: false,
      };
    },
    absent: ["ipv6AssociationId"],
  },
  {
    type: "aws:ec2/subnet:Subnet",
    source: sourceOf("ec2/vpc_subnet"),
    replaceOn: ["availabilityZone", "availabilityZoneId", "cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "ipv6Native", "outpostArn", "vpcId"],
    unique: ["cidrBlock", "vpcId"],
    exists: (cidr) => `InvalidSubnet.Conflict: The CIDR '${cidr}' conflicts with another subnet`,
    id: drawn("subnet"),
    outputs: (draft) => ({ ...arnAndOwner("subnet")(draft), availabilityZone: `${draft.region}a`, privateDnsHostnameTypeOnLaunch: "ip-name" }),
    absent: ["ipv6CidrBlockAssociationId"],
  },
  { type: "aws:ec2/internetGateway:InternetGateway", source: sourceOf("ec2/vpc_internet_gateway"), replaceOn: [], id: drawn("igw"), outputs: arnAndOwner("internet-gateway") },
  {
    type: "aws:ec2/eip:Eip",
    source: sourceOf("ec2/ec2_eip"),
    replaceOn: ["address", "customerOwnedIpv4Pool", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool"],
    id: drawn("eipalloc"),
    outputs: (draft) => ({
      allocationId: draft.id,
      arn: draft.arn("ec2", `elastic-ip/${draft.id}`),
      domain: "vpc",
      networkBorderGroup: draft.region,
      publicDns: publicDns(draft),
      publicIp: address(draft),
      publicIpv4Pool: "amazon",
    }),
    absent: ["associationId", "carrierIp", "customerOwnedIp", "privateDns", "privateIp", "ptrRecord"],
  },
  {
    type: "aws:ec2/natGateway:NatGateway",
    source: sourceOf("ec2/vpc_nat_gateway"),
    replaceOn: ["allocationId", "availabilityMode", "connectivityType", "privateIp", "subnetId", "vpcId"],
    id: drawn("nat"),
    outputs: (draft) => ({
      associationId: `eipassoc-${draft.hex(17, "association")}`,
      networkInterfaceId: `eni-${draft.hex(17, "eni")}`,
      privateIp: insideAddress(draft, draft.text("subnetId")),
      publicIp: textOf(draft.find("aws:ec2/eip:Eip", draft.text("allocationId"))?.outputs["publicIp"]),
      regionalNatGatewayAddresses: [],
    }),
    absent: ["autoProvisionZones", "autoScalingIps", "regionalNatGatewayAutoMode", "routeTableId"],
  },
];

const routing: readonly Row[] = [
  {
    type: "aws:ec2/routeTable:RouteTable",
    source: sourceOf("ec2/vpc_route_table"),
    replaceOn: ["vpcId"],
    id: drawn("rtb"),
    outputs: arnAndOwner("route-table"),
  },
  {
    type: "aws:ec2/route:Route",
    source: sourceOf("ec2/vpc_route"),
    replaceOn: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
    unique: ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId", "routeTableId"],
    exists: (cidr) => `RouteAlreadyExists: The route identified by ${cidr} already exists.`,
    id: (draft) => `r-${draft.text("routeTableId")}${draft.number(4_294_967_295, "route")}`,
    outputs: () => ({ origin: "CreateRoute", state: "active" }),
    absent: ["instanceId", "instanceOwnerId"],
  },
  {
    type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    source: sourceOf("ec2/vpc_route_table_association"),
    replaceOn: ["gatewayId", "subnetId"],
    unique: ["subnetId", "gatewayId"],
    exists: () => "Resource.AlreadyAssociated: the specified association for the route table already exists",
    id: drawn("rtbassoc"),
    outputs: () => ({}),
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    source: sourceOf("ec2/vpc_endpoint"),
    replaceOn: ["resourceConfigurationArn", "serviceName", "serviceNetworkArn", "serviceRegion", "vpcEndpointType", "vpcId"],
    id: drawn("vpce"),
    outputs: (draft) => ({
      ...arnAndOwner("vpc-endpoint")(draft),
      // The addresses of S3 in Seoul, of which https://ip-ranges.amazonaws.com/ip-ranges.json lists more.
      cidrBlocks: draft.text("vpcEndpointType") === "Interface" ? [] : ["52.219.56.0/22", "3.5.140.0/22"],
      dnsEntries: dnsEntries(draft),
      networkInterfaceIds: interfaces(draft),
      prefixListId: draft.text("vpcEndpointType") === "Interface" ? undefined : `pl-${draft.hex(8, "list")}`,
      requesterManaged: false,
      state: "available",
    }),
  },
];

const rule = (type: string, file: string): Row => ({
  type,
  source: sourceOf(file),
  replaceOn: ["securityGroupId"],
  id: drawn("sgr"),
  outputs: (draft) => ({ arn: draft.arn("ec2", `security-group-rule/${draft.id}`), securityGroupRuleId: draft.id }),
});

const security: readonly Row[] = [
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    source: sourceOf("ec2/vpc_security_group"),
    replaceOn: ["description", "name", "namePrefix", "vpcId"],
    unique: ["name", "vpcId"],
    exists: (name) => `InvalidGroup.Duplicate: The security group '${name}' already exists`,
    autoname: "name",
    id: drawn("sg"),
    outputs: (draft) => ({ ...arnAndOwner("security-group")(draft), description: "Managed by Pulumi" }),
  },
  rule("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ec2/vpc_security_group_ingress_rule"),
  rule("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "ec2/vpc_security_group_egress_rule"),
  {
    type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    source: sourceOf("ec2/vpc_default_security_group"),
    replaceOn: ["vpcId"],
    // The group is there since its VPC is; the resource takes it over.
    id: (draft) => textOf(draft.find("aws:ec2/vpc:Vpc", draft.text("vpcId"))?.outputs["defaultSecurityGroupId"]) || `sg-${draft.hex(17, "sg")}`,
    outputs: (draft) => ({ ...arnAndOwner("security-group")(draft), name: "default", description: "default VPC security group", namePrefix: "" }),
  },
  {
    type: "aws:ec2/flowLog:FlowLog",
    source: sourceOf("ec2/vpc_flow_log"),
    replaceOn: ["deliverCrossAccountRole", "destinationOptions", "eniId", "iamRoleArn", "logDestination", "logDestinationType", "logFormat",
      "maxAggregationInterval", "subnetId", "trafficType", "transitGatewayAttachmentId", "transitGatewayId", "vpcId"],
    id: drawn("fl"),
    outputs: (draft) => ({ arn: draft.arn("ec2", `vpc-flow-log/${draft.id}`), logFormat: "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}" }),
  },
  {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    source: sourceOf("ec2/ec2_launch_template"),
    replaceOn: ["name", "namePrefix"],
    unique: ["name"],
    exists: () => "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.",
    autoname: "name",
    id: drawn("lt"),
    outputs: (draft) => ({ arn: draft.arn("ec2", `launch-template/${draft.id}`), latestVersion: 1, defaultVersion: 1 }),
    changing: ["latestVersion"],
    updated: (olds, draft) => {
      const latestVersion = Number(olds["latestVersion"]) + 1;
      return { latestVersion, ...(draft.flag("updateDefaultVersion") ? { defaultVersion: latestVersion } : {}) };
    },
  },
];

export const network: readonly Row[] = [...vpcParts, ...routing, ...security];
