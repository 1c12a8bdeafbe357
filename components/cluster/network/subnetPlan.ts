/** IPv4 blocks in CIDR notation, and how a VPC is cut into subnets. */

/** First address as a number, and how many addresses follow from it. */
interface Block {
  readonly start: number;
  readonly size: number;
}

const OCTETS = 2 ** 8;
const ADDRESS_BITS = 32;

const prefixSize = (prefix: number): number => 2 ** (ADDRESS_BITS - prefix);

const dotted = (address: number): string =>
  [3, 2, 1, 0].map((octet) => Math.floor(address / OCTETS ** octet) % OCTETS).join(".");

/** Reads `10.0.0.0/16`. An error tells what is wrong with it. */
export function parseCidr(cidr: string): Block {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) throw new Error(`"${cidr}" is no IPv4 CIDR block; one reads like 10.0.0.0/16`);
  const numbers = match.slice(1).map(Number);
  const octets = numbers.slice(0, 4);
  const prefix = numbers.at(4) ?? 0;
  if (octets.some((octet) => octet >= OCTETS)) throw new Error(`"${cidr}" has a number above 255`);
  if (prefix > ADDRESS_BITS) throw new Error(`"${cidr}" has a prefix above 32`);
  const start = octets.reduce((address, octet) => address * OCTETS + octet, 0);
  const size = prefixSize(prefix);
  if (start % size !== 0) {
    const around = `${dotted(start - (start % size))}/${prefix}`;
    throw new Error(`"${cidr}" does not begin at a boundary of its size; the block around it is ${around}`);
  }
  return { start, size };
}

const within = (inner: Block, outer: Block): boolean =>
  inner.start >= outer.start && inner.start + inner.size <= outer.start + outer.size;

/** Whether two blocks have an address in common. */
export function cidrsOverlap(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a.start < b.start + b.size && b.start < a.start + a.size;
}

/** Addresses that nobody has on the internet: https://www.rfc-editor.org/rfc/rfc1918 */
const PRIVATE_BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] as const;

export const SUBNET_KINDS = ["public", "private", "database"] as const;
export type SubnetKind = (typeof SUBNET_KINDS)[number];

/**
 * Where in the /16 the subnets of a kind begin (third octet) and how large each is. Pods take addresses of the private ones,
 * hence 8,187 a zone; the public ones hold NAT gateways, the database ones Aurora and the cache: 251 each, since AWS keeps five:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html. From 205 on, nothing is given out.
 */
const LAYOUT: Readonly<Record<SubnetKind, { readonly octet: number; readonly prefix: number }>> = {
  private: { octet: 0, prefix: 19 },
  public: { octet: 192, prefix: 24 },
  database: { octet: 198, prefix: 24 },
};

/** A zone's place in each kind is its letter, so the order of the list, or one more zone, moves no subnet. */
const LETTERS = "abcdef";

const VPC_PREFIX = 16;
const ZONES = 3;

export interface ZoneSubnets extends Readonly<Record<SubnetKind, string>> {
  /** E.g. `ap-northeast-2a`. */
  readonly zone: string;
  /** The zone's letter, e.g. `a`: the identity in names. */
  readonly letter: string;
}

/** The last letter of a zone's name; an error for anything that is not one of the first six zones of a region. */
export function zoneLetter(zone: string): string {
  const letter = /^[a-z]{2}(?:-[a-z]+)+-\d([a-z])$/.exec(zone)?.[1];
  if (letter === undefined || !LETTERS.includes(letter)) {
    throw new Error(`"${zone}" is no zone this network has room for: a region and one of the letters ${LETTERS}, e.g. ap-northeast-2a`);
  }
  return letter;
}

/** Those of the zones that are not of the region. */
export const zonesOutside = (region: string, zones: readonly string[]): readonly string[] =>
  zones.filter((zone) => zone.slice(0, -1) !== region);

function vpcBlock(cidr: string): Block {
  const block = parseCidr(cidr);
  if (block.size !== prefixSize(VPC_PREFIX)) throw new Error(`the VPC's block is "${cidr}"; its subnets are laid out in a /${VPC_PREFIX}`);
  if (!PRIVATE_BLOCKS.some((outer) => within(block, parseCidr(outer)))) {
    throw new Error(`the VPC's block is "${cidr}"; it has to lie in one of ${PRIVATE_BLOCKS.join(", ")}`);
  }
  return block;
}

/**
 * The subnets of a VPC, in the order of `zones`: one of each kind a zone. `cidr` is a private /16; `zones` are three names of
 * one region. Anything else is an error that says why.
 */
export function subnetPlan(cidr: string, zones: readonly string[]): readonly ZoneSubnets[] {
  const vpc = vpcBlock(cidr);
  const given = zones.join(", ");
  if (zones.length !== ZONES) throw new Error(`the network spans three zones; given: ${given === "" ? "none" : given}`);
  if (new Set(zones).size !== ZONES) throw new Error(`a zone is named twice; given: ${given}`);
  if (new Set(zones.map((zone) => zone.slice(0, -1))).size !== 1) throw new Error(`the zones are not of one region; given: ${given}`);
  return zones.map((zone) => {
    const letter = zoneLetter(zone);
    const subnet = (kind: SubnetKind): string => {
      const { octet, prefix } = LAYOUT[kind];
      return `${dotted(vpc.start + octet * OCTETS + LETTERS.indexOf(letter) * prefixSize(prefix))}/${prefix}`;
    };
    return { zone, letter, public: subnet("public"), private: subnet("private"), database: subnet("database") };
  });
}
