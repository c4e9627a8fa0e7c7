# SPDX-License-Identifier: ISC
"""The peers of check_bgp_session --format=json, one a line:

VERDICT VRF PEER AS STATE AGE [FAMILY:received/accepted/advertised/limit ...]

What is not told is "-"."""
import json
import sys


def number(metrics, name):
    value = metrics.get(name)
    return "-" if value is None else str(int(value))


def numbers(node):
    return {m["name"]: m["value"] for m in node["metrics"]}


def line(peer):
    labels, metrics = peer["labels"], numbers(peer)
    state = labels.get("state", "-").replace(" ", "_")
    words = [peer["state"], labels.get("vrf", "-"), labels["peer"],
             labels.get("as", "-"), state, number(metrics, "state_age")]
    for part in peer["children"]:
        counts = numbers(part)
        words.append(part["name"] + ":" + "/".join(
            number(counts, name)
            for name in ("received", "accepted", "advertised", "limit")))
    return " ".join(words)


for child in json.load(sys.stdin)["children"]:
    if "peer" in child["labels"]:
        print(line(child))
