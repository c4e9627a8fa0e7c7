#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A SOCKS proxy (4, 4a, 5), which behaves or not, as its client's choice of
address says.

    socks_proxy.py NAME=ADDRESS...   prints "PORT", then serves until its
                                     standard input ends; knows these names
    socks_proxy.py --list            NUMBER, SCHEME, TEXT of each case; by tabs

At 127.0.0.1 and ::1 it serves anybody, at 127.0.1.1 and fd00:88::1:1 only
user:secret, at 127.0.2.NUMBER and fd00:88::2:NUMBER it does what CASES says.
TEXT is a part of the first line of check_http_dual, which must be CRITICAL.
Source: RFC 1928, RFC 1929; the SOCKS 4 and 4A memos.
"""

import ipaddress
import socket
import sys
import threading
import time

from tcp_relay import relay
from tcp_serve import serve_all

NAMES = {}
CASES = []


def case(scheme, text):
    def add(function):
        CASES.append((scheme, text, function))
        return function

    return add


def exactly(client, count):
    data = b""
    while len(data) < count:
        piece = client.recv(count - len(data))
        if not piece:
            raise OSError("closed")
        data += piece
    return data


def until_zero(client):
    data = b""
    while not data.endswith(b"\0"):
        data += exactly(client, 1)
    return data[:-1]


# --- a proxy ------------------------------------------------------------------


def greet5(client):
    """What the client offers."""
    version, count = exactly(client, 2)
    if version != 5:
        raise OSError("not SOCKS 5")
    return exactly(client, count)


def request5(client):
    _, _, _, kind = exactly(client, 4)
    if kind == 3:
        host = exactly(client, exactly(client, 1)[0]).decode()
    else:
        host = str(ipaddress.ip_address(exactly(client, 4 if kind == 1 else 16)))
    return host, int.from_bytes(exactly(client, 2), "big")


def request4(client):
    """Behind the version."""
    _, port, address = exactly(client, 1), exactly(client, 2), exactly(client, 4)
    user = until_zero(client)
    host = str(ipaddress.ip_address(address))
    if host.startswith("0.0.0.") and host != "0.0.0.0":
        host = until_zero(client).decode()
    return host, int.from_bytes(port, "big"), user


def join(client, host, port, good, bad):
    """bad: what to say, by what failed."""
    host = NAMES.get(host, host)
    if host.endswith(".test"):
        client.sendall(bad(4))
        return
    try:
        server = socket.create_connection((host, port), 10)
    except ConnectionRefusedError:
        client.sendall(bad(5))
        return
    except OSError:
        client.sendall(bad(3))
        return
    client.sendall(good)
    threading.Thread(target=relay, args=(client, server), daemon=True).start()
    relay(server, client)
    server.close()


def reply5(code):
    return bytes([5, code, 0, 1]) + bytes(6)


def reply4(code):
    return bytes([0, code]) + bytes(6)


def behave(client, closed):
    version = client.recv(1, socket.MSG_PEEK)
    if version == b"\4":
        exactly(client, 1)
        host, port, user = request4(client)
        if closed and user != b"user":
            client.sendall(reply4(93))
            return
        join(client, host, port, reply4(90), lambda _: reply4(91))
        return
    offered = greet5(client)
    if closed and 2 not in offered:
        client.sendall(b"\5\377")
        return
    client.sendall(b"\5\2" if closed else b"\5\0")
    if closed:
        exactly(client, 1)
        pair = [exactly(client, exactly(client, 1)[0]) for _ in range(2)]
        client.sendall(b"\1\0" if pair == [b"user", b"secret"] else b"\1\1")
        if pair != [b"user", b"secret"]:
            return
    host, port = request5(client)
    join(client, host, port, reply5(0), reply5)


# --- not behaving -------------------------------------------------------------


def asked5(client):
    greet5(client)
    client.sendall(b"\5\0")
    return request5(client)


def asked4(client):
    exactly(client, 1)
    return request4(client)


def answer5(code, text):
    @case("socks5h", text)
    def answer(client):
        asked5(client)
        client.sendall(reply5(code))


def answer4(code, text):
    @case("socks4a", text)
    def answer(client):
        asked4(client)
        client.sendall(reply4(code))


answer5(1, "the proxy says that it failed")
answer5(2, "not allowed, says the proxy")
answer5(3, "network unreachable, says the proxy")
answer5(4, "host unreachable, says the proxy")
answer5(5, "connection refused, says the proxy")
answer5(6, "TTL expired, says the proxy")
answer5(7, "command not supported, says the proxy")
answer5(8, "address type not supported, says the proxy")
answer5(255, "a reason that RFC 1928 does not know")
answer4(91, "rejected or failed, says the proxy")
answer4(92, "the proxy finds no identd here")
answer4(93, "the proxy wants another user")
answer4(0, "a reason that nobody knows")


@case("socks5h", "connection to the proxy lost")
def closes_at_once(client):
    pass


@case("socks5h", "timeout after")
def silence(client):
    time.sleep(20)


@case("socks5h", "does not speak this version of SOCKS")
def speaks_http(client):
    client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    client.recv(100)


@case("socks5h", "does not speak SOCKS as it should")
def method_never_offered(client):
    greet5(client)
    client.sendall(b"\5\x42")
    client.recv(100)


@case("socks5h", "the proxy wants GSSAPI")
def method_kerberos(client):
    greet5(client)
    client.sendall(b"\5\1")
    client.recv(100)


@case("socks5h", "the proxy takes no login of ours")
def no_method(client):
    greet5(client)
    client.sendall(b"\5\377")
    client.recv(100)


@case("socks5h", "connection to the proxy lost")
def password_unasked(client):
    greet5(client)
    client.sendall(b"\5\2")
    client.recv(100)


@case("socks5h", "connection to the proxy lost")
def closes_after_greeting(client):
    greet5(client)
    client.sendall(b"\5\0")


@case("socks5h", "connection to the proxy lost")
def half_a_reply(client):
    asked5(client)
    client.sendall(b"\5\0\0")


@case("socks5h", "does not speak this version of SOCKS")
def reply_of_another_version(client):
    asked5(client)
    client.sendall(b"\4\0\0\1" + bytes(6))


@case("socks5h", "does not speak SOCKS as it should")
def address_of_no_kind(client):
    asked5(client)
    client.sendall(b"\5\0\0\11" + bytes(6))
    time.sleep(20)


@case("socks5h", "timeout after")
def name_that_does_not_end(client):
    asked5(client)
    client.sendall(b"\5\0\0\3\377" + b"a" * 200)
    time.sleep(20)


@case("socks5h", "timeout after")
def dripping(client):
    asked5(client)
    for byte in b"\5\0\0\3\377" + b"a" * 255 + b"\0\0":
        client.sendall(bytes([byte]))
        time.sleep(0.1)


@case("socks5h", "connection closed without a response")
def joined_to_nobody(client):
    asked5(client)
    client.sendall(reply5(0))
    client.recv(65536)


@case("socks5h", "the answer is not HTTP")
def joined_to_noise(client):
    asked5(client)
    client.sendall(b"\5\0\0\3\377" + b"\x1b" * 255 + b"\0\0")
    while True:
        client.sendall(b"\377\0|" * 1000)


@case("socks5h", "does not speak SOCKS as it should")
def endless(client):
    greet5(client)
    while True:
        client.sendall(b"\5" * 4096)


@case("socks4a", "connection to the proxy lost")
def closes_at_once_4(client):
    pass


@case("socks4a", "timeout after")
def silence_4(client):
    time.sleep(20)


@case("socks4a", "does not speak this version of SOCKS")
def speaks_http_4(client):
    client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    client.recv(100)


@case("socks4a", "connection to the proxy lost")
def half_a_reply_4(client):
    asked4(client)
    client.sendall(b"\0\x5a\0")


@case("socks4a", "connection closed without a response")
def joined_to_nobody_4(client):
    asked4(client)
    client.sendall(reply4(90))
    client.recv(65536)


# --- the server ---------------------------------------------------------------


def serve(client):
    client.settimeout(30)
    local = client.getsockname()[0].replace(":", ".").split(".")
    group, number = local[-2], int(local[-1])
    if group == "2":
        CASES[number - 1][2](client)
    else:
        behave(client, group == "1")


def main():
    if sys.argv[1:] == ["--list"]:
        for number, (scheme, text, _) in enumerate(CASES, 1):
            print(number, scheme, text, sep="\t")
        return
    NAMES.update(argument.split("=") for argument in sys.argv[1:])
    serve_all([socket.create_server(("::", 0), family=socket.AF_INET6, backlog=128, dualstack_ipv6=True)], serve)


if __name__ == "__main__":
    main()
