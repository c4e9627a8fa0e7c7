#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""rtnl_capture: what rtnetlink answers, for tests/fixtures/rtnetlink.

usage: rtnl_capture.py DIRECTORY [vrf|hidden]

Asks the kernel of the network namespace that it runs in, with sequence number
1, and leaves each answer as it was received in DIRECTORY/NAME.bin.
"""
import os
import socket
import struct
import sys

REQUEST, DUMP = 1, 0x300
NEWROUTE_GET, GETLINK, GETRULE, GETNEXTHOP = 26, 18, 34, 106
GETADDR, GETNETCONF = 22, 82
FIB_MATCH, LOOKUP_TABLE = 0x2000, 0x1000
SOL_NETLINK, STRICT = 270, 12


def attr(kind, data):
    length = 4 + len(data)
    return struct.pack("=HH", length, kind) + data + bytes(-length % 4)


def u32(value):
    return struct.pack("=I", value)


def ask(kind, flags, body):
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    sock.setsockopt(SOL_NETLINK, STRICT, 1)
    sock.settimeout(2)
    sock.send(struct.pack("=IHHII", 16 + len(body), kind, REQUEST | flags, 1, 0) + body)
    answer = b""
    while True:
        part = sock.recv(65536)
        answer += part
        at = 0
        while at + 16 <= len(part):
            length, what = struct.unpack_from("=IH", part, at)
            if what in (2, 3) or not flags:
                return answer
            at += (length + 3) & ~3


def route(family, length=0, table=0, flags=0, kind=0, attrs=b""):
    return struct.pack("=BBBBBBBBI", family, length, 0, 0, table, 0, 0, kind, flags) + attrs


def lookup(address):
    v6 = ":" in address
    family = socket.AF_INET6 if v6 else socket.AF_INET
    return ask(NEWROUTE_GET, 0,
               route(family, 128 if v6 else 32,
                     flags=FIB_MATCH | (0 if v6 else LOOKUP_TABLE),
                     attrs=attr(1, socket.inet_pton(family, address))))


def dump(family, table, kind=0):
    return ask(NEWROUTE_GET, DUMP, route(family, kind=kind, attrs=attr(15, u32(table))))


def link(name=None):
    return ask(GETLINK, 0, struct.pack("=BxHiII", 0, 0, 0, 0, 0) +
               attr(3, name.encode() + b"\0") + attr(29, u32(8)))


def rules(family):
    return ask(GETRULE, DUMP, struct.pack("=BBBBBBBBI", family, 0, 0, 0, 0, 0, 0, 0, 0))


def nexthop(number):
    return ask(GETNEXTHOP, 0, struct.pack("=BBBBI", 0, 0, 0, 0, 0) + attr(1, u32(number)))


def addresses(family):
    return ask(GETADDR, DUMP, struct.pack("=BBBBI", family, 0, 0, 0, 0))


def netconf(family):
    return ask(GETNETCONF, DUMP, struct.pack("=Bxxx", family))


def main():
    v4, v6 = socket.AF_INET, socket.AF_INET6
    captures = {
        "lookup4": lambda: lookup("10.5.0.0"),
        "lookup6": lambda: lookup("2001:db8:6::"),
        "lookup-ecmp6": lambda: lookup("2001:db8:8::"),
        "lookup-none": lambda: lookup("2001:db9::"),
        "lookup-blackhole": lambda: lookup("10.1.0.0"),
        "lookup-unreachable": lambda: lookup("10.2.0.0"),
        "lookup-prohibit": lambda: lookup("10.3.0.0"),
        "main4": lambda: dump(v4, 254),
        "main6": lambda: dump(v6, 254),
        "local4": lambda: dump(v4, 255),
        "table100": lambda: dump(v4, 100),
        "table999": lambda: dump(v4, 999),
        "blackholes4": lambda: dump(v4, 254, kind=6),
        "rules4": lambda: rules(v4),
        "link": lambda: link("v0"),
        "link-none": lambda: link("v9"),
        "nexthop": lambda: nexthop(1),
        "nexthop-group": lambda: nexthop(3),
        "nexthop-blackhole": lambda: nexthop(5),
        "nexthop-none": lambda: nexthop(99),
    }
    if sys.argv[2:] == ["hidden"]:
        captures = {
            "linkdown4": lambda: dump(v4, 254),
            "source6": lambda: dump(v6, 254),
            "netconf4": lambda: netconf(v4),
            "addresses6": lambda: addresses(v6),
        }
    if sys.argv[2:] == ["vrf"]:  # a kernel with VRF and MPLS
        captures = {
            "mpls4": lambda: dump(v4, 254),
            "mpls6": lambda: dump(v6, 254),
            "vrf": lambda: link("red"),
            "rules-vrf": lambda: rules(v4),
        }
    for name, capture in captures.items():
        with open(os.path.join(sys.argv[1], name + ".bin"), "wb") as file:
            file.write(capture())


main()
