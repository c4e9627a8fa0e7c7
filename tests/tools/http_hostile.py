#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A scripted HTTP server that misbehaves in as many ways as there are CASES.

    http_hostile.py [--tls CERTIFICATE KEY]   prints "PORT", then serves until
                                              its standard input ends, on
                                              127.0.0.1 and ::1
    http_hostile.py --list    NAME, EXIT-CODE, OPTIONS or -, TEXT; by tabs

The path of a request names the case.  EXIT-CODE is what check_http_dual must
end with, TEXT a part of its first line, OPTIONS what it needs to be given.
"""

import gzip
import socket
import ssl
import sys
import threading
import time
import zlib

from tcp_serve import reset, serve_all

OK, CRITICAL = 0, 2
CASES = {}
SEEN = threading.local()  # the request of this thread's client


def case(code, text, options=""):
    def add(function):
        name = function.__name__.replace("_", "-")
        CASES[name] = (code, options, text, function)
        return function

    return add


def head(status="200 OK", *fields):
    lines = ["HTTP/1.1 " + status, *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def whole(body, *fields, status="200 OK"):
    return head(status, "Content-Length: %d" % len(body), *fields) + body


def forever(client, piece, pause=0.0):
    """Until the client has had enough."""
    while True:
        client.sendall(piece)
        if pause:
            time.sleep(pause)


# --- well, if strange ---------------------------------------------------------


@case(OK, "1 of 1 addresses answer well")
def well(client):
    client.sendall(whole(b"hello", "ETag: \"1\""))


@case(OK, "1 of 1")
def expectation(client):
    """Says what a body waits for, when all of it is here; lets none begin."""
    head_, _, body = SEEN.request.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head_.split(b"\r\n")[1:])
    expects = fields.get(b"expect", b"nothing")
    left = int(fields.get(b"content-length", 0)) - len(body)
    while left > 0:
        left -= len(client.recv(65536)) or left
    client.sendall(whole(b"expects=" + expects))


@case(OK, "1 of 1")
def no_length(client):
    client.sendall(head() + b"until the connection ends")


@case(OK, "1 of 1")
def chunked(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n")


@case(OK, "1 of 1")
def byte_by_byte(client):
    for byte in whole(b"slow but sure"):
        client.sendall(bytes([byte]))


@case(OK, "1 of 1")
def http_1_0(client):
    client.sendall(b"HTTP/1.0 200 OK\r\n\r\nold")


@case(OK, "1 of 1")
def bare_newlines(client):
    client.sendall(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok")


@case(OK, "1 of 1")
def no_reason(client):
    client.sendall(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")


@case(OK, "1 of 1")
def one_continue(client):
    client.sendall(head("100 Continue") + head("103 Early Hints", "Link: </x>") + whole(b"x"))


@case(OK, "1 of 1")
def trailers(client):
    client.sendall(
        head("200 OK", "Transfer-Encoding: chunked", "Trailer: X")
        + b"2\r\nok\r\n0\r\nX: y\r\n\r\n"
    )


@case(OK, "1 of 1")
def more_than_length(client):
    client.sendall(head("200 OK", "Content-Length: 2") + b"ok and a lot more")


@case(OK, "1 of 1")
def chunk_extension(client):
    client.sendall(
        head("200 OK", "Transfer-Encoding: chunked") + b"2;a=\"b\"\r\nok\r\n0\r\n\r\n"
    )


@case(OK, "1 of 1")
def no_content(client):
    client.sendall(head("204 No Content"))


# --- wrong statuses -----------------------------------------------------------


@case(CRITICAL, "status 404 Not Found")
def not_found(client):
    client.sendall(whole(b"nothing here", status="404 Not Found"))


@case(CRITICAL, "status 503 Service Unavailable", "--regex sorry")
def sorry(client):
    client.sendall(whole(b"sorry", status="503 Service Unavailable"))


@case(CRITICAL, "the answer is not HTTP")
def status_of_six_digits(client):
    client.sendall(b"HTTP/1.1 299999 Huge\r\nContent-Length: 0\r\n\r\n")


@case(CRITICAL, "is not HTTP")
def status_negative(client):
    client.sendall(b"HTTP/1.1 -200 No\r\nContent-Length: 0\r\n\r\n")


@case(CRITICAL, "is not HTTP")
def status_zero(client):
    client.sendall(b"HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n")


@case(CRITICAL, "status 999")
def status_999(client):
    client.sendall(b"HTTP/1.1 999 Out of range\r\nContent-Length: 0\r\n\r\n")


@case(CRITICAL, "closed without a response")
def only_continue(client):
    client.sendall(head("100 Continue"))


# --- no HTTP at all -----------------------------------------------------------


@case(CRITICAL, "closed without a response")
def silence_and_close(client):
    pass


@case(CRITICAL, "reset")
def reset_at_once(client):
    reset(client)


@case(CRITICAL, "timeout after", "-t 2")
def silence(client):
    time.sleep(30)


@case(CRITICAL, "is not HTTP")
def smtp_banner(client):
    client.sendall(b"220 mail.example ESMTP\r\n")
    client.recv(100)


@case(CRITICAL, "is not HTTP")
def ssh_banner(client):
    client.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


@case(CRITICAL, "is not HTTP")
def http_0_9(client):
    client.sendall(b"<html>no header</html>")


@case(CRITICAL, "is not HTTP")
def zeros(client):
    client.sendall(bytes(4096))


@case(CRITICAL, "is not HTTP")
def noise(client):
    client.sendall(bytes(range(256)) * 64)


@case(CRITICAL, "is not HTTP")
def endless_noise(client):
    forever(client, bytes(range(1, 256)) * 64)


@case(CRITICAL, "is not HTTP")
def future_version(client):
    client.sendall(b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n")


@case(CRITICAL, "is not HTTP")
def http_2_unasked(client):
    client.sendall(b"\0\0\0\4\0\0\0\0\0" * 16)


# --- headers ------------------------------------------------------------------


@case(CRITICAL, "more than 256 KiB of headers")
def endless_headers(client):
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    forever(client, b"X-Filler: " + b"a" * 1000 + b"\r\n")


@case(CRITICAL, "a header line too long")
def endless_header_line(client):
    client.sendall(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    forever(client, b"a" * 4096)


@case(CRITICAL, "a header line too long")
def endless_status_line(client):
    client.sendall(b"HTTP/1.1 200 ")
    forever(client, b"a" * 4096)


@case(CRITICAL, "more than 256 KiB of headers")
def many_headers(client):
    client.sendall(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100000 + b"\r\n")


@case(CRITICAL, "timeout after", "-t 2")
def dripping_headers(client):
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    forever(client, b"A: b\r\n", 0.1)


@case(CRITICAL, "timeout after", "-t 2")
def dripping_status(client):
    client.sendall(b"HTTP/1.1 200 ")
    forever(client, b"O", 0.3)


@case(CRITICAL, "timeout after", "-t 2")
def headers_without_end(client):
    client.sendall(b"HTTP/1.1 200 OK\r\nA: b\r\n")
    time.sleep(30)


@case(CRITICAL, "closed in the middle of the header")
def headers_cut_off(client):
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


@case(CRITICAL, "is not HTTP")
def nul_in_header(client):
    client.sendall(b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n")


@case(CRITICAL, "is not HTTP")
def nul_in_status(client):
    client.sendall(b"HTTP/1.1 2\x000 OK\r\nContent-Length: 0\r\n\r\n")


@case(OK, "1 of 1")
def ansi_in_headers(client):
    client.sendall(
        b"HTTP/1.1 200 \x1b[31mred|\xff\r\nETag: \"\x1b]0;title\x07|`$(id)\"\r\n"
        b"Content-Length: 0\r\n\r\n"
    )


@case(CRITICAL, "is not HTTP")
def header_without_colon(client):
    client.sendall(b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n")


@case(CRITICAL, "is not HTTP")
def length_not_a_number(client):
    client.sendall(head("200 OK", "Content-Length: many") + b"x")


@case(CRITICAL, "is not HTTP")
def length_negative(client):
    client.sendall(head("200 OK", "Content-Length: -1") + b"x")


@case(CRITICAL, "Content-Length is no number")
def length_overflow(client):
    client.sendall(head("200 OK", "Content-Length: 99999999999999999999999") + b"x")


@case(CRITICAL, "closed in the middle of the body")
def lengths_differ(client):
    client.sendall(head("200 OK", "Content-Length: 2", "Content-Length: 9") + b"ok")


@case(CRITICAL, "more than 256 KiB of headers")
def flood_of_1xx(client):
    forever(client, head("100 Continue"))


@case(CRITICAL, "timeout after", "-t 2")
def drip_of_1xx(client):
    forever(client, head("102 Processing"), 0.2)


# --- bodies -------------------------------------------------------------------


@case(OK, "1 of 1")
def endless_body(client):
    client.sendall(head())
    forever(client, b"x" * 16384)


@case(CRITICAL, "no match of needle in the first 1 MiB", "--regex needle")
def endless_haystack(client):
    client.sendall(head())
    forever(client, b"hay " * 4096)


@case(CRITICAL, "timeout after", "-t 2")
def dripping_body(client):
    client.sendall(head("200 OK", "Content-Length: 100000"))
    forever(client, b"x", 0.05)


@case(CRITICAL, "closed in the middle")
def body_cut_off(client):
    client.sendall(head("200 OK", "Content-Length: 100") + b"only this")


@case(CRITICAL, "reset")
def body_reset(client):
    client.sendall(head("200 OK", "Content-Length: 100") + b"only this")
    time.sleep(0.2)
    reset(client)


@case(CRITICAL, "closed in the middle of the body", "--regex only")
def cut_off_but_matching(client):
    client.sendall(head("200 OK", "Content-Length: 100") + b"only this")


@case(OK, "1 of 1", "--no-regex up")
def ansi_in_body(client):
    client.sendall(whole(b"<title>\x1b[2J\x1b]0;x\x07|</title>"))


@case(3, "too much work", "--regex ^(a|a)*$ --body-max 64Ki")
def backtracking(client):
    client.sendall(whole(b"a" * 60000 + b"b"))


@case(3, "too much work", "--no-regex ^(a|a)*$ --body-max 64Ki")
def backtracking_to_ok(client):
    client.sendall(whole(b"a" * 60000 + b"b"))


# --- chunks -------------------------------------------------------------------


@case(CRITICAL, "hexadecimal")
def chunk_size_not_hex(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked") + b"xyz\r\nhello\r\n0\r\n\r\n")


@case(CRITICAL, "hexadecimal")
def chunk_size_negative(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked") + b"-5\r\nhello\r\n0\r\n\r\n")


@case(CRITICAL, "Too long hexadecimal")
def chunk_size_overflow(client):
    client.sendall(
        head("200 OK", "Transfer-Encoding: chunked") + b"fffffffffffffffff\r\nhello"
    )


@case(CRITICAL, "closed in the middle of the body")
def chunk_size_huge(client):
    client.sendall(
        head("200 OK", "Transfer-Encoding: chunked") + b"7fffffffffffffff\r\nhello"
    )


@case(CRITICAL, "closed in the middle of the body")
def chunk_without_end(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n")


@case(CRITICAL, "Malformed encoding")
def chunk_too_long(client):
    client.sendall(
        head("200 OK", "Transfer-Encoding: chunked") + b"2\r\nhello, world\r\n0\r\n\r\n"
    )


@case(OK, "1 of 1")
def endless_chunks(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked"))
    forever(client, b"400\r\n" + b"x" * 1024 + b"\r\n")


@case(CRITICAL, "timeout after", "-t 2")
def chunks_of_one_byte(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked"))
    forever(client, b"1\r\nx\r\n", 0.05)


@case(CRITICAL, "Too long hexadecimal")
def endless_chunk_size(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked"))
    forever(client, b"0" * 4096)


@case(CRITICAL, "more than 256 KiB of headers")
def endless_trailers(client):
    client.sendall(head("200 OK", "Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\n")
    forever(client, b"X-Filler: " + b"a" * 1000 + b"\r\n")


@case(CRITICAL, "not encoded as it says")
def unknown_transfer_encoding(client):
    client.sendall(head("200 OK", "Transfer-Encoding: rot13") + b"uryyb")


# --- compression --------------------------------------------------------------


def bomb_of(size=64 << 20):
    """Zeros, a thousand times smaller than they are."""
    return gzip.compress(bytes(size), 1)


@case(OK, "1 of 1")
def bomb_unasked(client):
    client.sendall(whole(bomb_of(), "Content-Encoding: gzip"))


@case(OK, "1 of 1", "--compressed")
def bomb(client):
    client.sendall(whole(bomb_of(), "Content-Encoding: gzip"))


@case(OK, "1 of 1", "--compressed")
def bomb_deflate(client):
    client.sendall(whole(zlib.compress(bytes(64 << 20)), "Content-Encoding: deflate"))


@case(OK, "1 of 1", "--compressed")
def bomb_in_bomb(client):
    client.sendall(whole(gzip.compress(bomb_of()), "Content-Encoding: gzip, gzip"))


@case(CRITICAL, "not encoded as it says", "--compressed")
def many_encodings(client):
    client.sendall(whole(bomb_of(), "Content-Encoding: " + ", ".join(["gzip"] * 1000)))


@case(CRITICAL, "not encoded as it says", "--compressed")
def no_gzip(client):
    client.sendall(whole(b"this is no gzip at all", "Content-Encoding: gzip"))


@case(CRITICAL, "closed in the middle of the body", "--compressed")
def gzip_cut_off(client):
    data = gzip.compress(b"hello" * 1000)[:-20]
    client.sendall(head("200 OK", "Content-Encoding: gzip", "Content-Length: %d" % (len(data) + 9)) + data)


@case(CRITICAL, "not encoded as it says", "--compressed")
def unknown_encoding(client):
    client.sendall(whole(b"x", "Content-Encoding: rot13"))


# --- redirects ----------------------------------------------------------------


def to(client, location, status="302 Found"):
    client.sendall(whole(b"", "Location: " + location, status=status))


@case(OK, "1 of 1")
def redirect_not_followed(client):
    to(client, "/well")


@case(CRITICAL, "the answer has no status")
def version_for_status(client):
    client.sendall(b"HTTP/200 OK\r\nContent-Length: 2\r\n\r\nok")


@case(OK, "1 of 1", "--follow any")
def redirect_followed(client):
    to(client, "/well")


@case(CRITICAL, "more than 5 redirects", "--follow any")
def redirect_loop(client):
    to(client, "/redirect-loop")


@case(CRITICAL, "more than 5 redirects", "--follow host")
def redirect_growing(client):
    to(client, "redirect-growing?" + "a" * 1000)


@case(CRITICAL, "redirected to another host: elsewhere.invalid", "--follow host")
def redirect_to_another_host(client):
    to(client, "http://elsewhere.invalid:1/")


@case(CRITICAL, "connection refused", "--follow any")
def redirect_to_a_dead_host(client):
    to(client, "http://[::1]:1/" if client.family == socket.AF_INET6 else "http://127.0.0.1:1/")


@case(CRITICAL, "to an address of the other family: ", "--follow any")
def redirect_to_the_other_family(client):
    to(client, "http://[::1]:1/" if client.family == socket.AF_INET else "http://127.0.0.1:1/")


@case(CRITICAL, "bad redirect", "--follow any")
def redirect_to_a_file(client):
    to(client, "file:///etc/passwd")


@case(CRITICAL, "bad redirect", "--follow any")
def redirect_to_gopher(client):
    to(client, "gopher://127.0.0.1:25/_HELO")


@case(CRITICAL, "of no-such-name.invalid is known, after 1 redirect", "--follow any")
def redirect_to_an_unknown_name(client):
    to(client, "http://no-such-name.invalid/")


@case(CRITICAL, "leads nowhere", "--follow any")
def redirect_to_nowhere(client):
    to(client, "")


@case(CRITICAL, "leads nowhere", "--follow any")
def redirect_without_location(client):
    client.sendall(whole(b"", status="301 Moved Permanently"))


@case(OK, "1 of 1")
def redirect_with_ansi(client):
    to(client, "http://a/\x1b[31m|`$(id)`")


@case(CRITICAL, "a header line too long", "--follow any")
def redirect_endless(client):
    client.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://a/")
    forever(client, b"a" * 4096)


@case(CRITICAL, "timeout after", "--follow any -t 2")
def redirect_to_silence(client):
    to(client, "/silence")


@case(CRITICAL, "more than 5 redirects", "--follow any -t 5")
def redirect_slowly(client):
    time.sleep(0.1)
    to(client, "/redirect-slowly")


# --- the server ---------------------------------------------------------------


def request_of(client):
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 65536:
        piece = client.recv(4096)
        if not piece:
            break
        data += piece
    return data


def serve(client, context):
    client.settimeout(60)
    with context.wrap_socket(client, server_side=True) if context else client as client:
        request = SEEN.request = request_of(client)
        path = request.split(b" ")[1] if request.count(b" ") > 1 else b""
        name = path.decode("latin-1").lstrip("/").split("?")[0]
        if name in CASES:
            CASES[name][3](client)


def main():
    if sys.argv[1:] == ["--list"]:
        for name, (code, options, text, _) in CASES.items():
            print(name, code, options or "-", text, sep="\t")
        return
    context = None
    if sys.argv[1:2] == ["--tls"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=128)]
    port = listeners[0].getsockname()[1]
    listeners.append(socket.create_server(("::1", port), family=socket.AF_INET6, backlog=128))
    serve_all(listeners, lambda client: serve(client, context))


if __name__ == "__main__":
    main()
