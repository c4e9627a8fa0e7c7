#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A server of HTTP/2 without TLS that misbehaves.

    h2_hostile.py           prints "PORT", then serves until its standard input
                            ends
    h2_hostile.py --list    ADDRESS, EXIT-CODE, TEXT; by tabs

The address of 127.0.2.0/24 that is connected to names the case; EXIT-CODE is
what check_http_dual must end with, TEXT a part of its first line.
Source: RFC 9113 6 (frames), RFC 7541 (8x is an entry of the static table).
"""

import socket
import struct
import sys
import threading

from tcp_serve import reset, serve_all

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, END_HEADERS = 1, 4
OK_200, GONE_404 = b"\x88", b"\x8d"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def goaway(last, code):
    return frame(GOAWAY, 0, 0, struct.pack(">II", last, code))


def rst(code):
    return frame(RST_STREAM, 0, 1, struct.pack(">I", code))


HELLO = frame(SETTINGS, 0, 0)
HEAD = frame(HEADERS, END_HEADERS, 1, OK_200)
BODY = frame(DATA, END_STREAM, 1, b"ok")
OPEN, RESET, WAIT = "open", "reset", "wait"

# What is sent, how it goes on, the exit code and the text.
CASES = [
    (HELLO + HEAD + BODY, OPEN, 0, "1 of 1"),
    (HELLO + HEAD + goaway(1, 0) + BODY, OPEN, 0, "1 of 1"),
    (HELLO + frame(HEADERS, END_HEADERS | END_STREAM, 1, OK_200), OPEN, 0, "1 of 1"),
    (HELLO + frame(HEADERS, END_HEADERS, 1, GONE_404) + BODY, OPEN, 2, "status 404 Not Found"),
    (HELLO + goaway(0, 0), OPEN, 2, "the server ended or broke the HTTP/2 connection"),
    (HELLO + goaway(0, 11), OPEN, 2, "the server ended or broke the HTTP/2 connection"),
    (HELLO + HEAD + rst(2), OPEN, 2, "INTERNAL_ERROR"),
    (HELLO + HEAD + frame(DATA, 0, 1, b"o") + rst(8), OPEN, 2, "not closed cleanly"),
    (HELLO + rst(7), OPEN, 2, "before giving up"),
    (HELLO + HEAD + frame(DATA, 0, 1, b"o"), RESET, 2, "127.0.2."),
    (frame(DATA, END_STREAM, 1, b"x"), OPEN, 2, "127.0.2."),
    (HELLO + frame(HEADERS, END_HEADERS, 1, b"\xff" * 9), OPEN, 2, "127.0.2."),
    (HELLO + frame(PING, 0, 0, b"12345678") * 100000, OPEN, 2, "127.0.2."),
    (HELLO + frame(SETTINGS, 0, 0, b"odd"), OPEN, 2, "127.0.2."),
    (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", OPEN, 2, "127.0.2."),
    (HELLO, WAIT, 2, "timeout after"),
    (HELLO + HEAD, WAIT, 2, "while the response was read"),
]


def serve(client):
    client.settimeout(60)
    sent, then, _, _ = CASES[int(client.getsockname()[0].split(".")[3]) - 1]
    client.recv(65536)
    # The client may stop reading before it stops writing.
    sender = threading.Thread(target=client.sendall, args=(sent,), daemon=True)
    sender.start()
    if then == RESET:
        sender.join()
        reset(client)
        return
    while client.recv(65536):
        pass


def main():
    if sys.argv[1:] == ["--list"]:
        for number, (_, _, code, text) in enumerate(CASES, 1):
            print("127.0.2.%d" % number, code, text, sep="\t")
        return
    serve_all([socket.create_server(("0.0.0.0", 0), backlog=128)], serve)


if __name__ == "__main__":
    main()
