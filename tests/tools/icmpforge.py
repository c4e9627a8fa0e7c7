#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Answers echo requests in the kernel's place, and lies.

icmpforge.py FAMILY MODE OTHER-ADDRESS ADDRESS: FAMILY 4 or 6, MODE honest,
options, advice or forged, ADDRESS is asked and OTHER-ADDRESS another of the
host.  Honest answers are right; so are those with options in the IPv4 header,
which come after one to somebody else, and those that come a tenth of a second
after advice to the sender, a redirect and a source quench (IPv4).  Forged ones are wrong in one way each; a
request gets all of them.  Prints "ready", and at the end of its input how many were sent.
"""
import select
import socket
import struct
import sys
import time


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def message(kind, code, rest, data, v4):
    head = struct.pack("!BBH", kind, code, 0) + rest
    if v4:
        head = head[:2] + struct.pack("!H", checksum(head + data)) + head[4:]
    return head + data


def forgeries(rest, data, v4):
    """(kind, code, rest, data) with one thing wrong, source address right."""
    reply, request = (0, 8) if v4 else (129, 128)
    ident, seq = struct.unpack("!HH", rest)
    for bit in range(64):  # the cookie
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        yield reply, 0, rest, bytes(bad)
    for offset in range(8, 16):  # target and number
        bad = bytearray(data)
        bad[offset] ^= 0x40
        yield reply, 0, rest, bytes(bad)
    for wrong in (1, 5, 0x100, 0x8000):
        yield reply, 0, struct.pack("!HH", ident, seq ^ wrong), data
    yield reply, 1, rest, data
    yield request, 0, rest, data
    for length in (0, 1, 7, 8, 15):
        yield reply, 0, rest, data[:length]


def advise(mouth, header, request, peer, other):
    """Of the packet, which goes on: RFC 792, types 5 and 4."""
    for kind, code, rest in ((5, 1, socket.inet_aton(other)), (4, 0, bytes(4))):
        mouth.sendto(message(kind, code, rest, header + request, True), peer)


def main():
    v4 = sys.argv[1] == "4"
    honest = sys.argv[2] != "forged"
    family = socket.AF_INET if v4 else socket.AF_INET6
    protocol = socket.IPPROTO_ICMP if v4 else socket.IPPROTO_ICMPV6
    ear = socket.socket(family, socket.SOCK_RAW, protocol)
    mouth = socket.socket(family, socket.SOCK_RAW, protocol)
    other = socket.socket(family, socket.SOCK_RAW, protocol)
    if sys.argv[2] == "options":
        mouth.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, b"\1" * 8)
    mouth.bind((sys.argv[4], 0))
    other.bind((sys.argv[3], 0))
    sent = 0
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([ear, sys.stdin], [], [])
        if sys.stdin in ready:
            break
        packet, peer = ear.recvfrom(65536)
        header = b""
        if v4:
            length = (packet[0] & 15) * 4
            header, packet = packet[:length], packet[length:]
        if packet[0] != (8 if v4 else 128) or len(packet) < 24:
            continue
        rest, data = packet[4:8], packet[8:]
        if sys.argv[2] == "options":
            stranger = bytes([rest[0] ^ 1]) + rest[1:]
            mouth.sendto(message(0, 0, stranger, data, v4), peer)
        if sys.argv[2] == "advice":
            advise(mouth, header, packet, peer, sys.argv[3])
            time.sleep(0.1)
        if honest:
            mouth.sendto(message(0 if v4 else 129, 0, rest, data, v4), peer)
            sent += 1
            continue
        for kind, code, r, d in forgeries(rest, data, v4):
            mouth.sendto(message(kind, code, r, d, v4), peer)
            sent += 1
        other.sendto(message(0 if v4 else 129, 0, rest, data, v4), peer)
        sent += 1
    print("sent", sent, flush=True)


if __name__ == "__main__":
    main()
