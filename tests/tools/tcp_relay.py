# SPDX-License-Identifier: ISC
"""relay: what the scripted proxies do once two ends are joined."""

import socket


def relay(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
