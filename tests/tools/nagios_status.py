#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What Nagios knows: blocks of its status.dat.

usage: nagios_status.py FILE HOST [SERVICE] FIELD   the value of one field
       nagios_status.py FILE --all                  HOST;SERVICE;STATE;TYPE lines

SERVICE left out: the host's own.  Exit code 1 when there is no such block.
"""
import sys


def blocks(path):
    kind, fields = None, {}
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.endswith(" {"):
            kind, fields = line[:-2], {}
        elif line.strip() == "}":
            yield kind, fields
        elif "=" in line:
            name, value = line.strip("\t").split("=", 1)
            fields[name] = value


def main():
    path, rest = sys.argv[1], sys.argv[2:]
    if rest == ["--all"]:
        for kind, fields in blocks(path):
            if kind in ("hoststatus", "servicestatus"):
                state = fields["current_state"] if fields["has_been_checked"] == "1" else "-"
                print(fields["host_name"], fields.get("service_description", ""),
                      state, fields["state_type"], sep=";")
        return 0
    host, service, field = rest[0], rest[1] if len(rest) == 3 else None, rest[-1]
    for kind, fields in blocks(path):
        if (kind in ("hoststatus", "servicestatus") and fields["host_name"] == host
                and fields.get("service_description") == service):
            print(fields[field])
            return 0
    return 1


sys.exit(main())
