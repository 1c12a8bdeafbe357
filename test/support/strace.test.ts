import { describe, expect, test } from "vitest";
import { contactsIn, foreignOf } from "./strace.ts";

/** Lines as strace 6.1 wrote them. */
const LOOPBACK = '8412  connect(20, {sa_family=AF_INET, sin_port=htons(21073), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress)';
const LOOPBACK_6 = '8412  connect(5, {sa_family=AF_INET6, sin6_port=htons(5432), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0';
const MAPPED = LOOPBACK_6.replace("::1", "::ffff:127.0.0.1");
const UNIX = '8412  connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT (No such file or directory)';
const NETLINK = "8412  sendto(3, [{nlmsg_len=20}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20";
const CONNECTED = '8412  sendto(7, ""..., 412, MSG_NOSIGNAL, NULL, 0) = 412';
const POD = LOOPBACK.replace("127.0.0.1", "10.244.16.9");
const AWAY = '77    connect(21, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16 <unfinished ...>';
const AWAY_6 = LOOPBACK_6.replace("::1", "2001:db8::1");
const DATAGRAM = '77    sendto(9, ""..., 40, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.53")}, 16) = 40';
const MESSAGE = '77    sendmsg(9, {msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.53")}, msg_namelen=16, msg_iov=[], msg_iovlen=1}, 0) = 40';
const RANGES = ["10.244.16.0/20", "10.96.16.0/20"];

const foreign = (...lines: readonly string[]): readonly string[] => foreignOf(contactsIn(lines.join("\n")), RANGES).map(({ address, port }) => `${address} ${port}`);

describe("a log of strace", () => {
  test("own addresses, and sockets that stay inside the machine, are no matter", () => {
    expect(contactsIn([LOOPBACK, LOOPBACK_6, MAPPED, POD].join("\n"))).toHaveLength(4);
    expect(contactsIn([UNIX, NETLINK, CONNECTED].join("\n"))).toEqual([]);
    expect(foreign(LOOPBACK, LOOPBACK_6, MAPPED, UNIX, NETLINK, CONNECTED, POD)).toEqual([]);
  });

  test.each([
    ["a connection", AWAY, "192.0.2.1 443"],
    ["one by IPv6", AWAY_6, "2001:db8::1 5432"],
    ["a datagram", DATAGRAM, "192.0.2.53 53"],
    ["a message", MESSAGE, "192.0.2.53 53"],
    ["a pod of another environment", POD.replace("10.244.16.9", "10.244.32.9"), "10.244.32.9 21073"],
  ])("%s elsewhere is found", (_, line, expected) => {
    expect(foreign(LOOPBACK, line)).toEqual([expected]);
  });

  test("an address in a form that is not known is an error", () => {
    expect(() => contactsIn("77    connect(3, {sa_family=AF_INET, sa_data=0x7ffd}, 16) = 0")).toThrow(/is not understood: 77 {4}connect/);
  });
});
