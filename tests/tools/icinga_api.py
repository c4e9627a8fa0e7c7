#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The API of Icinga 2 on this machine, as the user root with the password api.

usage: icinga_api.py get HOST!SERVICE FIELD   one attribute, FIELD[.FIELD]...
       icinga_api.py all                      HOST!SERVICE STATE TYPE CHECKED lines
       icinga_api.py submit <BODY             posts a passive result
       icinga_api.py check HOST!SERVICE       checks it now

Exit code 1 when the API says no.
"""
import base64
import json
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

BASE = "https://127.0.0.1:5665/v1/"


def ask(path, body=None):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(BASE + path, data=body, headers={
        "Accept": "application/json",
        "Authorization": "Basic " + base64.b64encode(b"root:api").decode()})
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as reply:
            return json.load(reply)["results"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{error.code}: {error.read().decode()}")
    except OSError as error:
        sys.exit(str(error))


def path_of(name):
    return f"objects/{'services' if '!' in name else 'hosts'}/{urllib.parse.quote(name)}"


def get(name, field):
    value = ask(path_of(name))[0]["attrs"]
    for key in field.split("."):
        if value is None:  # not checked yet
            return
        value = value[key]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        value = " ".join(map(str, value))
    print(value)


def every():
    for kind in ("hosts", "services"):
        for item in ask("objects/" + kind):
            attrs = item["attrs"]
            checked = attrs["last_check_result"] is not None
            source = attrs["last_check_result"]["check_source"] if checked else "-"
            print(item["name"], int(attrs["state"]) if checked else "-",
                  int(attrs["state_type"]), source, sep=";")


def submit(body):
    results = ask("actions/process-check-result", body)
    print(json.dumps(results))
    sys.exit(0 if results and all(r["code"] == 200 for r in results) else 1)


def check(name):
    body = {"type": "Service", "service": name, "force": True}
    print(json.dumps(ask("actions/reschedule-check", json.dumps(body).encode())))


def main():
    verb, rest = sys.argv[1], sys.argv[2:]
    if verb == "get":
        get(*rest)
    elif verb == "all":
        every()
    elif verb == "submit":
        submit(sys.stdin.buffer.read())
    elif verb == "check":
        check(*rest)


main()
