#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A scripted resolver: dnsstub.py ADDRESS NAME=WHAT[,WHAT...] ...

WHAT is an address, or a fault: `drop` answers nothing, `drop6` nothing to AAAA,
`servfail` and `refused` answer so.  Other names do not exist.  Prints "ready",
then a line a question.
"""
import ipaddress
import socket
import struct
import sys

A, AAAA = 1, 28
NXDOMAIN, SERVFAIL, REFUSED = 3, 2, 5


def name_of(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii", "replace"))
        at += 1 + packet[at]
    return ".".join(labels).lower(), at + 1


def records(whats, kind):
    out = b""
    count = 0
    for what in whats:
        try:
            address = ipaddress.ip_address(what)
        except ValueError:
            continue
        if (address.version == 4) == (kind == A):
            data = address.packed
            out += struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data
            count += 1
    return count, out


def answer(packet, names):
    name, at = name_of(packet)
    kind = struct.unpack("!H", packet[at:at + 2])[0]
    whats = names.get(name)
    print(name, kind, flush=True)
    if whats and ("drop" in whats or ("drop6" in whats and kind == AAAA)):
        return None
    code = NXDOMAIN if whats is None else 0
    code = SERVFAIL if whats and "servfail" in whats else code
    code = REFUSED if whats and "refused" in whats else code
    count, data = records(whats or [], kind) if code == 0 else (0, b"")
    header = packet[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, count, 0, 0)
    return header + packet[12:at + 4] + data


def main():
    names = dict(arg.split("=", 1) for arg in sys.argv[2:])
    names = {name: what.split(",") for name, what in names.items()}
    family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.bind((sys.argv[1], 53))
    print("ready", flush=True)
    while True:
        packet, peer = sock.recvfrom(4096)
        reply = answer(packet, names)
        if reply is not None:
            sock.sendto(reply, peer)


if __name__ == "__main__":
    main()
