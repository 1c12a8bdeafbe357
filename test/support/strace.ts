import { BlockList, isIPv6 } from "node:net";

/** Calls that name where data go: `strace -e trace=…`. */
export const SENDING_CALLS = "connect,sendto,sendmsg,sendmmsg";

/** An address inside a process that a traced call named. */
export interface Contact {
  readonly pid: string;
  readonly call: string;
  readonly address: string;
  readonly port: number;
}

const CALL = /^(?:\[pid +)?(\d+)\]? +(connect|sendto|sendmsg|sendmmsg)\(/;
const ADDRESS = /sin6?_port=htons\((\d+)\).*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")/g;

/**
 * The IP addresses that a log of `strace -f -s 0` names; sockets inside the machine (unix, netlink) are none. A line with an IP
 * family that is not understood is an error, so that nothing is missed in silence.
 */
export function contactsIn(log: string): readonly Contact[] {
  return log.split("\n").flatMap((line) => {
    const [, pid, call] = CALL.exec(line) ?? [];
    if (pid === undefined || call === undefined) return [];
    const found = [...line.matchAll(ADDRESS)].map(([, port, v4, v6]) => ({ pid, call, address: v4 ?? v6 ?? "", port: Number(port) }));
    const families = line.match(/sa_family=AF_INET6?\b/g)?.length ?? 0;
    if (families !== found.length) throw new Error(`an address in a line of strace is not understood: ${line}`);
    return found;
  });
}

/** Contacts off the loopback and outside `ranges` (CIDR, IPv4). */
export function foreignOf(contacts: readonly Contact[], ranges: readonly string[]): readonly Contact[] {
  const own = new BlockList();
  own.addSubnet("127.0.0.0", 8);
  own.addAddress("::1", "ipv6");
  for (const range of ranges) {
    const [net = "", bits] = range.split("/");
    own.addSubnet(net, Number(bits));
  }
  return contacts.filter(({ address }) => !own.check(address, isIPv6(address) ? "ipv6" : "ipv4"));
}
