#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A server that misbehaves before and in the TLS handshake.

    tls_hostile.py          prints "PORT", then serves until its standard input
                            ends
    tls_hostile.py --list   ADDRESS, TEXT; by a tab

The address of 127.0.1.0/24 that is connected to names the case; TEXT is a part
of check_http_dual's first line, which must be CRITICAL.
"""

import socket
import sys
import time

from tcp_serve import reset, serve_all

ALERT = 21
HANDSHAKE = 22
CASES = []


def case(text):
    def add(function):
        CASES.append((text, function))
        return function

    return add


def record(kind, data):
    return bytes([kind, 3, 3]) + len(data).to_bytes(2, "big") + data


@case("in the TLS handshake")
def silence(client):
    client.recv(4096)
    time.sleep(30)


@case("reset")
def reset_at_once(client):
    reset(client)


@case("handshake failed: ")
def close_at_once(client):
    pass


@case("reset")
def reset_after_hello(client):
    client.recv(4096)
    reset(client)


@case("handshake failed: ")
def close_after_hello(client):
    client.recv(4096)


@case("handshake failed: ")
def plain_http(client):
    client.recv(4096)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@case("handshake failed: ")
def noise(client):
    client.recv(4096)
    client.sendall(bytes(range(256)) * 16)


@case("handshake failed: the server says: handshake failure")
def alert_failure(client):
    client.recv(4096)
    client.sendall(record(ALERT, bytes([2, 40])))


@case("handshake failed: the server says: unrecognized name")
def alert_unknown_name(client):
    client.recv(4096)
    client.sendall(record(ALERT, bytes([2, 112])))


@case("handshake failed: ")
def half_a_hello(client):
    client.recv(4096)
    client.sendall(record(HANDSHAKE, bytes([2, 0, 0, 80]) + bytes(40)))


@case("handshake failed: ")
def hello_of_nothing(client):
    client.recv(4096)
    client.sendall(record(HANDSHAKE, bytes([2, 0, 0, 0])))


@case("handshake failed: ")
def certificate_first(client):
    client.recv(4096)
    client.sendall(record(HANDSHAKE, bytes([11, 0, 0, 3, 0, 0, 0])))


@case("handshake failed: ")
def endless_warnings(client):
    client.recv(4096)
    while True:
        client.sendall(record(ALERT, bytes([1, 90])) * 64)


@case("handshake failed: ")
def oversized_record(client):
    client.recv(4096)
    client.sendall(bytes([HANDSHAKE, 3, 3, 0xFF, 0xFF]) + bytes(70000))


@case("in the TLS handshake")
def drip(client):
    client.recv(4096)
    for byte in record(HANDSHAKE, bytes([2, 0, 3, 232]) + bytes(1000)):
        client.sendall(bytes([byte]))
        time.sleep(0.1)


def serve(client):
    client.settimeout(60)
    number = int(client.getsockname()[0].split(".")[3])
    if 1 <= number <= len(CASES):
        CASES[number - 1][1](client)


def main():
    if sys.argv[1:] == ["--list"]:
        for number, (text, _) in enumerate(CASES):
            print("127.0.1.%d" % (number + 1), text, sep="\t")
        return
    serve_all([socket.create_server(("0.0.0.0", 0), backlog=128)], serve)


if __name__ == "__main__":
    main()
