#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Two lots of perfdata, of two runs of one check: are they the same but for what
changes from run to run?  usage: same_perfdata.py ONE OTHER

Labels, their order, units, thresholds, minimum and maximum must be equal, and so
must values, but for times, ages, and what a run itself did.
"""
import re
import sys

DATUM = re.compile(r"('(?:[^']|'')+'|[^ =']+)=(-?[0-9.]+)([a-zA-Z%]*)((?:;[^ ;]*)*)(?: |$)")
VARIES = re.compile(r"age|uptime|rta|rtmin|rtmax|median|stddev|jitter|duration|resolve|connect_|"
                    r"processing|transfer|memory|rss|requests|varbinds|time")


def parse(text):
    data, at = [], 0
    while at < len(text):
        match = DATUM.match(text, at)
        if not match:
            sys.exit(f"no perfdata: {text[at:]!r}")
        if match[1] != "cpu":  # needs a run before, and some time since
            data.append(match.groups())
        at = match.end()
    return data


def main():
    one, other = parse(sys.argv[1].strip()), parse(sys.argv[2].strip())
    if not one or len(one) != len(other):
        sys.exit(f"{len(one)} and {len(other)} numbers:\n{sys.argv[1]}\n{sys.argv[2]}")
    for a, b in zip(one, other):
        if VARIES.search(a[0]):
            a, b = a[:1] + a[2:], b[:1] + b[2:]
        if a != b:
            sys.exit(f"{a} is not {b}")


main()
