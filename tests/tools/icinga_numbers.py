#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What Icinga read of perfdata, against the perfdata.

usage: icinga_numbers.py PERFDATA <READ

READ is what `icinga2 console` prints of a list of parse_performance_data: objects
with the numbers in the base unit, null where there is none and where a range is no
plain number, which Icinga leaves out.
"""
import json
import re
import sys

UNITS = {"": "", "s": "seconds", "B": "bytes", "%": "percent", "c": ""}


def number(text):
    return float(text) if re.fullmatch(r"-?[0-9.]+", text) else None


def expected(datum):
    label, rest = datum.rsplit("=", 1)
    fields = (rest.split(";") + [""] * 5)[:5]
    value, unit = re.fullmatch(r"(-?[0-9.]+)([a-zA-Z%]*)", fields[0]).groups()
    known = dict(zip(("warn", "crit", "min", "max"), map(number, fields[1:])))
    return dict(known, label=label, value=float(value), unit=UNITS[unit])


def main():
    data, read = sys.argv[1].split(" "), json.load(sys.stdin)
    if len(read) != len(data):
        sys.exit(f"{len(read)} read of {len(data)}")
    for datum, found in zip(data, read):
        del found["type"], found["counter"]
        if found != expected(datum):
            sys.exit(f"{datum}: {found} is not {expected(datum)}")


main()
