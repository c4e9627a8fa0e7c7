# SPDX-License-Identifier: ISC
"""What the scripted servers of TCP have in common."""

import socket
import sys
import threading


def reset(client):
    """Closing it is then a reset."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def serve_all(listeners, serve):
    """Prints the port, then serves until standard input ends: serve(client), in
    a thread of the client's own, which it closes."""
    print(listeners[0].getsockname()[1], flush=True)

    def attend(client):
        try:
            serve(client)
        except (OSError, ValueError, IndexError):
            pass
        finally:
            try:
                client.close()
            except OSError:
                pass

    def accept(listener):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=attend, args=(client,), daemon=True).start()

    for listener in listeners:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
    sys.stdin.read()
