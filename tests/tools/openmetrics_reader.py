#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A strict reader of OpenMetrics 1.0 text.

Says nothing and exits 0 when standard input (or each file named) is valid;
otherwise names the first bad line and exits 1.  Knows the types that the suite
writes (gauge, counter, info) and the others as far as their names go.  It is
stricter than the specification on purpose where the suite promises more: TYPE,
UNIT and HELP in this order and each family with TYPE and HELP, no timestamps,
no exemplars, no counter without _total, no number that is not finite, and, in what
comes by standard input, from a program, no sum in the family of its parts.

Rules: OpenMetrics 1.0 specification, sections "Overall Structure", "ABNF",
"Escaping", "Metric Types".
"""
import re
import sys

TYPES = ("gauge", "counter", "info", "stateset", "histogram",
         "gaugehistogram", "summary", "unknown")
# Suffixes that a sample of a type may carry behind the family's name.
SUFFIXES = {"gauge": {""}, "unknown": {""}, "counter": {"_total"},
            "info": {"_info"}, "stateset": {""}}
# Names that a family takes away from all others.
RESERVED = {"counter": ("_total", "_created"), "info": ("_info",)}
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


# Labels that say of which run a sample is, and not what is measured.
OF_THE_RUN = {"host_name", "service_name", "program"}


class Invalid(Exception):
    """The text breaks a rule."""


def unescape(text, quotes):
    """Checks the escapes of HELP (quotes may be bare) or of a label value."""
    out, at = [], 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            escape = text[at + 1:at + 2]
            if escape not in ("n", "\\", '"') or escape == "":
                raise Invalid(f"bad escape \\{escape}")
            out.append({"n": "\n"}.get(escape, escape))
            at += 2
            continue
        if char == '"' and quotes:
            raise Invalid("a quote that is not escaped")
        out.append(char)
        at += 1
    return "".join(out)


class Family:
    """One family: its metadata and the label sets that it has shown."""

    def __init__(self, name):
        self.name = name
        self.meta = []
        self.type = None
        self.series = set()

    def metadata(self, word, value):
        if self.series:
            raise Invalid(f"{word} behind samples of {self.name}")
        order = ("TYPE", "UNIT", "HELP")
        if self.meta and order.index(word) <= order.index(self.meta[-1]):
            raise Invalid(f"{word} twice or out of order for {self.name}")
        self.meta.append(word)
        if word == "TYPE":
            self.set_type(value)
        elif word == "UNIT":
            self.set_unit(value)
        else:
            unescape(value, True)

    def set_type(self, value):
        if value not in TYPES:
            raise Invalid(f"unknown type {value!r}")
        for suffix in RESERVED.get(value, ()):
            if self.name.endswith(suffix):
                raise Invalid(f"{value} family ends in {suffix}")
        self.type = value

    def set_unit(self, value):
        if not NAME.fullmatch(value) or ":" in value:
            raise Invalid(f"bad unit {value!r}")
        if self.type in ("info", "stateset"):
            raise Invalid(f"unit for {self.type}")
        if not self.name.endswith("_" + value):
            raise Invalid(f"unit {value} is no suffix of {self.name}")

    def complete(self):
        if "TYPE" not in self.meta or "HELP" not in self.meta:
            raise Invalid(f"family {self.name} lacks TYPE or HELP")

    def whole(self):
        named = {any(name not in OF_THE_RUN for name, _ in labels)
                 for _, labels in self.series}
        if len(named) > 1:
            raise Invalid(f"{self.name} has a sum beside its parts")

    def sample(self, suffix, labels, value):
        if suffix not in SUFFIXES.get(self.type, {suffix}):
            raise Invalid(f"suffix {suffix!r} for {self.type} {self.name}")
        series = (suffix, frozenset(labels.items()))
        if series in self.series:
            raise Invalid(f"series of {self.name} twice")
        self.series.add(series)
        if self.type == "counter" and value < 0:
            raise Invalid("negative counter")
        if self.type == "info" and value != 1:
            raise Invalid("info that is not 1")
        if self.type == "stateset" and (
                value not in (0, 1) or self.name not in labels):
            raise Invalid("bad stateset")


def read_labels(text):
    """Labels of '{...}rest': the dictionary and the rest."""
    labels, at = {}, 1
    while True:
        name = LABEL.match(text, at)
        if not name or text[name.end():name.end() + 2] != '="':
            raise Invalid("bad label name")
        if name[0].startswith("__"):
            raise Invalid("reserved label name")
        if name[0] in labels:
            raise Invalid(f"label {name[0]} twice")
        value = re.compile(r'(?:[^"\\\n]|\\.)*').match(text, name.end() + 2)
        labels[name[0]] = unescape(value[0], True)
        end = text[value.end():value.end() + 2]
        if end[:1] != '"':
            raise Invalid("label value without end")
        if end == '"}':
            return labels, text[value.end() + 2:]
        if end != '",':
            raise Invalid("no comma between labels")
        at = value.end() + 2


class Reader:
    """Feeds lines to the families."""

    def __init__(self):
        self.families = {}
        self.current = None
        self.sample_names = set()

    def enter(self, name):
        if self.current is None or self.current.name != name:
            if name in self.families:
                raise Invalid(f"family {name} is not in one piece")
            if self.current is not None:
                self.current.complete()
            self.current = self.families[name] = Family(name)
        return self.current

    def metadata(self, line):
        parts = line.split(" ", 3)
        if len(parts) != 4 or parts[1] not in ("TYPE", "UNIT", "HELP"):
            raise Invalid("a comment that is no metadata")
        if not NAME.fullmatch(parts[2]):
            raise Invalid(f"bad family name {parts[2]!r}")
        self.enter(parts[2]).metadata(parts[1], parts[3])

    def sample(self, line):
        name = NAME.match(line)
        if not name:
            raise Invalid("bad sample name")
        rest, labels = line[name.end():], {}
        if rest.startswith("{}"):
            rest = rest[2:]
        elif rest.startswith("{"):
            labels, rest = read_labels(rest)
        if rest[:1] != " " or not NUMBER.fullmatch(rest[1:]):
            raise Invalid(f"bad value {rest!r}")
        if self.current is None or not name[0].startswith(self.current.name):
            raise Invalid(f"sample {name[0]} outside its family")
        self.current.complete()
        self.current.sample(
            name[0][len(self.current.name):], labels, float(rest))

    def line(self, line):
        if line == "":
            raise Invalid("a blank line")
        if line.startswith("#"):
            self.metadata(line)
        else:
            self.sample(line)

    def no_sums(self):
        for family in self.families.values():
            family.whole()

    def finish(self):
        if self.current is not None:
            self.current.complete()
        for family in self.families.values():
            for suffix in RESERVED.get(family.type, ()):
                if family.name + suffix in self.families:
                    raise Invalid(f"{family.name}{suffix} clashes")


def check(data, of_a_program=False):
    """Raises Invalid, with the line's number, unless the bytes are valid."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"no UTF-8: {error}") from error
    if "\r" in text or "\0" in text:
        raise Invalid("a CR or NUL")
    if not text.endswith("# EOF\n"):
        raise Invalid("does not end in # EOF and a newline")
    reader, number = Reader(), 0
    if text != "# EOF\n" and not text.endswith("\n# EOF\n"):
        raise Invalid("# EOF does not begin a line")
    try:
        for number, line in enumerate(text.split("\n")[:-2], 1):
            reader.line(line)
        reader.finish()
        if of_a_program:
            reader.no_sums()
    except Invalid as error:
        raise Invalid(f"line {number}: {error}") from error


def main(paths):
    for path in paths or ["/dev/stdin"]:
        with open(path, "rb") as stream:
            data = stream.read()
        try:
            check(data, not paths)
        except Invalid as error:
            print(f"{path}: {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
