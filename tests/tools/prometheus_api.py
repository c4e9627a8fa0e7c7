#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Prometheus on this machine, and what dashboards and rules ask it.

usage: prometheus_api.py query EXPR         LABELS VALUE lines
       prometheus_api.py firing             the alerts that fire: NAME {LABELS}
       prometheus_api.py dashboard FILE     asks every query; exit code 1 when one
                                            fails or has no answer
       prometheus_api.py names FILE         the metrics that a dashboard (.json) or a
                                            rule file names
"""
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

BASE = "http://127.0.0.1:9090/api/v1/"
# What may stand before a bracket or alone in an expression, and is no metric.
WORDS = {"and", "or", "by", "without", "count", "vector", "time", "avg", "max", "increase"}


def ask(path, **arguments):
    url = BASE + path + "?" + urllib.parse.urlencode(arguments)
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return json.load(reply)["data"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{arguments}: {error.read().decode()}")
    except OSError as error:
        sys.exit(str(error))


def expressions(path):
    text = open(path, encoding="utf-8").read()
    if path.endswith(".json"):
        for panel in json.loads(text)["panels"]:
            for target in panel.get("targets", []):
                yield target["expr"]
    else:
        yield from re.findall(r"^ *expr: (.*)$", text, re.MULTILINE)


def names(expression):
    bare = re.sub(r"(by|without) \([^)]*\)", "", re.sub(r"\{[^}]*\}|\[[^]]*\]", "", expression))
    return set(re.findall(r"[a-z_][a-z_0-9]*", bare)) - WORDS


def dashboard(path):
    bad = 0
    for expression in expressions(path):
        concrete = re.sub(r"\$[a-z_]+", ".*", expression)
        result = ask("query", query=concrete)["result"]
        if not result:
            print(f"no answer to {concrete}")
            bad = 1
    sys.exit(bad)


def main():
    verb, rest = sys.argv[1], sys.argv[2:]
    if verb == "query":
        for series in ask("query", query=rest[0])["result"]:
            print(json.dumps(series["metric"], sort_keys=True), series["value"][1])
    elif verb == "firing":
        for alert in ask("alerts")["alerts"]:
            if alert["state"] == "firing":
                print(alert["labels"].pop("alertname"), json.dumps(alert["labels"], sort_keys=True))
    elif verb == "dashboard":
        dashboard(rest[0])
    elif verb == "names":
        found = set()
        for expression in expressions(rest[0]):
            found |= names(expression)
        print("\n".join(sorted(found)))


main()
