#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A proxy that is itself reached through TLS; it knows CONNECT and nothing else.

    tls_proxy.py CERTIFICATE KEY   prints "PORT", then serves until its standard
                                   input ends
"""

import socket
import ssl
import sys
import threading

from tcp_relay import relay
from tcp_serve import serve_all


def serve(client, context):
    with context.wrap_socket(client, server_side=True) as client:
        data = b""
        while b"\r\n\r\n" not in data:
            data += client.recv(4096)
        method, target, _ = data.split(b"\r\n")[0].split(b" ")
        if method != b"CONNECT":
            client.sendall(b"HTTP/1.1 405 Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        host, port = target.decode().rsplit(":", 1)
        server = socket.create_connection((host.strip("[]"), int(port)), 10)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=relay, args=(client, server), daemon=True).start()
        relay(server, client)


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    serve_all([socket.create_server(("127.0.0.1", 0), backlog=16)], lambda client: serve(client, context))


if __name__ == "__main__":
    main()
