#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Validates result files against the schema: schema_check.py SCHEMA FILE...

Each file must be one line, one object, without a key twice and without NaN.
"""
import json
import sys

from jsonschema import Draft202012Validator


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def refuse(word):
    raise ValueError(f"{word} is no JSON")


def faults(validator, path):
    with open(path, encoding="utf-8", newline="") as stream:
        text = stream.read()
    if text.count("\n") != 1 or not text.endswith("\n"):
        yield "is not one line"
    try:
        value = json.loads(
            text, object_pairs_hook=unique, parse_constant=refuse)
    except ValueError as error:
        yield str(error)
        return
    for error in validator.iter_errors(value):
        yield f"{error.json_path}: {error.message}"


def main(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as stream:
        schema = json.load(stream)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    bad = False
    for path in paths:
        for fault in faults(validator, path):
            print(f"{path}: {fault}")
            bad = True
    return 1 if bad or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
