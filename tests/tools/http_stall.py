# SPDX-License-Identifier: ISC
"""A machine that stands still in the middle of a request.

http_stall.py WHEN SECONDS PROGRAM [OPTION]...

Serves HTTP, runs the program with the URL behind its options, and stops it and
its children for so many seconds when its request has come.  WHEN the answer comes: "before" the
program goes on, a moment "behind" that, or "never".  Prints what the program
does and ends as it does.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

BEHIND = 0.3
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def of_session(session):
    """Its processes, each a number and a state: proc_pid_stat(5)."""
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="latin-1") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            yield int(entry), fields[0]


def signal_all(session, number):
    for pid, _ in of_session(session):
        os.kill(pid, number)


def stop(session):
    signal_all(session, signal.SIGSTOP)
    while not all(state in "TZ" for _, state in of_session(session)):
        time.sleep(0.01)


def stall(listener, when, seconds, session):
    client, _ = listener.accept()
    client.recv(65536)
    stop(session)
    if when == "before":
        client.sendall(ANSWER)
    time.sleep(seconds)
    signal_all(session, signal.SIGCONT)
    if when == "behind":
        time.sleep(BEHIND)
        client.sendall(ANSWER)
    try:
        client.recv(1)
    except ConnectionResetError:
        pass  # it ended with our answer unread


def main():
    when, seconds, command = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    command += ["-u", f"http://127.0.0.1:{port}/"]
    with subprocess.Popen(command, start_new_session=True) as program:
        threading.Thread(
            target=stall, args=(listener, when, seconds, program.pid), daemon=True
        ).start()
        return program.wait()


sys.exit(main())
