#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""tcpfan: listens on a port and holds connections to it open.

usage: tcpfan.py PORT V4 V6 [MAPPED [WAITING [BACKLOG]]]

V4 connections go to 127.0.0.1, V6 to ::1, MAPPED to 127.0.0.1 through an IPv6
socket on PORT + 1.  WAITING of the V4 ones are never accepted, with a listen
backlog of BACKLOG.  Client number i connects from 127.0.(i / 10).1, so ten
clients share an address.  Both ends are this process.  Prints "ready" when all
are established; then each line on its input is a command: "more N" opens N
more V4 connections, "reopen" closes the first and opens it again from the same
address and port; after each it prints "done".  Ends at the end of its input.
"""
import resource
import socket
import sys

held = []


def listen(family, address, port, backlog, v6only):
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    server.bind((address, port))
    server.listen(backlog)
    return server


def connect(server, family, source, address, port, accept=True):
    client = socket.socket(family, socket.SOCK_STREAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if source:
        client.bind(source)
    client.connect((address, port))
    if not accept:
        held.append((client, None))
        return
    held.append((client, server.accept()[0]))


def abort(sock):
    """Closes with a reset, so that no TIME-WAIT keeps the port."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    b"\1\0\0\0\0\0\0\0")
    sock.close()


def main():
    port, v4, v6 = (int(arg) for arg in sys.argv[1:4])
    mapped, waiting, backlog = (
        int(sys.argv[i]) if len(sys.argv) > i else fallback
        for i, fallback in ((4, 0), (5, 0), (6, 4096)))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server4 = listen(socket.AF_INET, "127.0.0.1", port, backlog, 0)
    server6 = listen(socket.AF_INET6, "::1", port, backlog, 1)
    for i in range(v4):
        connect(server4, socket.AF_INET, (f"127.0.{i // 10}.1", 0),
                "127.0.0.1", port, i < v4 - waiting)
    for _ in range(v6):
        connect(server6, socket.AF_INET6, None, "::1", port)
    if mapped:
        both = listen(socket.AF_INET6, "::", port + 1, backlog, 0)
        for _ in range(mapped):
            connect(both, socket.AF_INET, None, "127.0.0.1", port + 1)
    print("ready", flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "more":
            for _ in range(int(words[1])):
                connect(server4, socket.AF_INET, None, "127.0.0.1", port)
        elif words[0] == "reopen":
            client, accepted = held.pop(0)
            source = client.getsockname()
            abort(client)
            accepted.close()
            connect(server4, socket.AF_INET, source, "127.0.0.1", port)
        print("done", flush=True)


main()
