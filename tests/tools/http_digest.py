#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A server that asks for digest authentication (RFC 7616, MD5 and SHA-256).

    http_digest.py    prints "PORT", then serves until its standard input ends

The user is "user", the password "secret".  /md5 and /sha256 name the algorithm;
/basic says what came in an Authorization field; a nonce is good for one answer.
"""

import hashlib
import re
import secrets
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALGORITHMS = {"md5": ("MD5", hashlib.md5), "sha256": ("SHA-256", hashlib.sha256)}
NONCES = set()


def fields(line):
    found = re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', line)
    return {name: quoted or plain for name, quoted, plain in found}


def is_right(method, line, function):
    def digest(*parts):
        return function(":".join(parts).encode()).hexdigest()

    given = fields(line)
    nonce = given.get("nonce", "")
    if nonce not in NONCES or given.get("username") != "user":
        return False
    NONCES.discard(nonce)
    expected = digest(
        digest("user", "realm of tests", "secret"), nonce, given.get("nc", ""),
        given.get("cnonce", ""), "auth", digest(method, given.get("uri", "")))
    return secrets.compare_digest(expected, given.get("response", ""))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, *extra):
        self.send_response(status)
        for name, value in extra:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = self.headers.get("Authorization", "")
        algorithm = ALGORITHMS.get(self.path.strip("/"))
        if algorithm is None:
            self.answer(200, b"got " + given.split(" ")[0].encode() + b".")
        elif given.startswith("Digest ") and is_right(self.command, given[7:], algorithm[1]):
            self.answer(200, b"welcome user")
        else:
            nonce = secrets.token_hex(8)
            NONCES.add(nonce)
            self.answer(401, b"who are you?", (
                "WWW-Authenticate",
                'Digest realm="realm of tests", nonce="%s", qop="auth", algorithm=%s' % (nonce, algorithm[0])))

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


def main():
    server = Server(("::", 0), Handler)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
