#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""examples: runs what a README or man page shows, and compares.

usage: examples.py [--list | --show | --update] FILE...

--update writes the real output where the shown one is wrong, performance data
as "..." where it was so; read what it did.

An example is a literal block that begins with "$ command", and belongs to a
world of tests/examples/world that the line before the block names:

    .\\" example: WORLD            in a man page, before .Bd
    <!-- example: WORLD -->       in Markdown

Lines behind a command, up to the next "$ ", are its output.  A backslash at the
end of a line joins it with the next one.  "..." stands for anything.  What
varies from run to run (times, dates, hashes) is masked on both sides; all else
must be equal.  The exit code must be that of the state on the first line; where
no output is shown, the command must not fail to look (3).

Every block with a command needs a world: "none, REASON" is one where nothing
can be run, and its reason is printed.
"""
import os
import re
import subprocess
import sys
import tempfile
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
STATES = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}
MASKS = [
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d( ?[+-]\d{4}|Z)?", "<date>"),
    (r"(?<![\w:])\d\d:\d\d(?![\w:])", "<clock>"),
    (r"\bhash [0-9a-f]{16}\b", "hash <hash>"),
    (r"=[\d.]+(e-\d+)?s(?=[; |]|$)", "=<time>"),
    (r"(?<![\w.])[\d.]+ ?(ns|us|ms|s|min|[mhdw])( \d+[smhd])?(?=[\W_]|$)", "<time>"),
    (r"(?<![\w.:])\d+\.\d+(?![.\w])", "<decimal>"),
    (r"(varbinds|requests)=\d+", r"\1=<count>"),
    (r"\b(Idle|Connect|Active|OpenSent)\b", "<trying>"),
    (r"[ \t]+", " "),
]


class Example:
    def __init__(self, world, command, line):
        self.world, self.command, self.line = world, command, line
        self.output = []  # the lines behind the command

    def expected(self):
        return join(self.output)


def join(lines):
    text, result = "", []
    for line in lines:
        if line.endswith("\\"):
            text += line[:-1]
        else:
            result.append(text + line)
            text = ""
    return "\n".join(result + ([text] if text else [])).strip("\n")


def unescape(line):
    """What mandoc makes of a literal line."""
    line = re.sub(r"^\\&", "", line)
    for escape, text in (("\\e", "\\"), ("\\(dq", '"'), ("\\-", "-"),
                         ("\\(ti", "~"), ("\\(ha", "^"), ("\\&", "")):
        line = line.replace(escape, text)
    return line


def blocks_of_man(lines):
    world = inside = None
    for number, line in enumerate(lines, 1):
        tag = re.match(r'\.\\" example: (.*)', line)
        if tag:
            world = tag.group(1)
        elif line.startswith(".Bd -literal"):
            inside = []
        elif line.startswith(".Ed"):
            yield world, inside
            world = inside = None
        elif inside is not None:
            inside.append((number, unescape(line)))


def blocks_of_markdown(lines):
    world, inside = None, []
    for number, line in enumerate(lines + [""], 1):
        tag = re.match(r"<!-- example: (.*) -->", line)
        if tag:
            world = tag.group(1)
        elif line.startswith("    "):
            inside.append((number, line[4:]))
        elif inside and line.strip() == "":
            yield world, inside
            world, inside = None, []
        elif line.strip():
            inside = []


def examples_of(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    blocks = blocks_of_markdown if path.endswith(".md") else blocks_of_man
    for world, block in blocks(lines):
        example = None
        pending = ""
        for number, line in block:
            prompt = re.match(r"(?:\$ |# (?=vigil-|check_))(.*)", line)
            if prompt or pending:
                text = pending + (prompt.group(1) if prompt else line.strip())
                pending = text[:-1] if text.endswith("\\") else ""
                if pending:
                    continue
                if example:
                    yield example
                if world is None:
                    sys.exit(f"{path}:{number}: no world is named before: {text}")
                example = Example(world, text, number)
            elif example:
                example.output.append(line)
        if example:
            yield example


def masked(text):
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def matches(expected, real):
    pattern = ".*".join(re.escape(part) for part in masked(expected).split("..."))
    return re.fullmatch(pattern, masked(real), re.DOTALL) is not None


def state_of(text):
    word = re.match(r"\S+ (OK|WARNING|CRITICAL|UNKNOWN)\b", text)
    return STATES[word.group(1)] if word else None


def wrong(example, code, real):
    """Why the example is not what it says, or None."""
    expected = example.expected()
    if not expected:
        return None if code < 3 else f"it cannot look (exit code {code})"
    if not matches(expected, real):
        return "another output"
    state = state_of(expected)
    if state is not None and state != code:
        return f"exit code {code}"
    return None


def run(world, examples):
    """Pairs of exit code and output; None with the reason of a skip."""
    with tempfile.TemporaryDirectory(prefix="rvex.") as directory:
        os.chmod(directory, 0o755)
        for number, example in enumerate(examples):
            with open(f"{directory}/{number}.cmd", "w", encoding="utf-8") as file:
                file.write(example.command + "\n")
        done = subprocess.run([f"{HERE}/world", world, directory, str(len(examples))],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", check=False)
        if done.returncode == 77:
            return None, done.stderr.strip()
        if done.returncode:
            sys.exit(f"world {world}: {done.stdout}{done.stderr}")
        results = []
        for number in range(len(examples)):
            with open(f"{directory}/{number}.out", encoding="utf-8",
                      errors="replace") as file:
                text = file.read()
            with open(f"{directory}/{number}.code", encoding="ascii") as file:
                results.append((int(file.read()), text.strip("\n")))
        return results, None


def shown(example, real, manual):
    """Lines of the page for a real output."""
    if "..." in example.expected() and "|" in real:
        real = real[:real.index("|") + 1] + "..."
    lines = []
    for line in real.split("\n") if real else []:
        if not manual:
            lines.append(line)
            continue
        width = len(line) if len(line) < 100 and "|" not in line else 76
        parts = textwrap.wrap(line, width, drop_whitespace=False,
                              break_long_words=False, break_on_hyphens=False)
        lines += [part + "\\" for part in parts[:-1]] + parts[-1:]
    if manual:
        lines = [re.sub(r"^([.'])", r"\\&\1", line.replace("\\", "\\e"))
                 for line in lines]
        return lines
    return ["    " + line for line in lines]


def update(path, results):
    """Rewrites the examples of (example, real), from the last to the first."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for example, real in sorted(results, key=lambda pair: -pair[0].line):
        lines[example.line:example.line + len(example.output)] = \
            shown(example, real, not path.endswith(".md"))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def check(path, options):
    worlds, bad, ran, updates = {}, 0, 0, []
    for example in examples_of(path):
        worlds.setdefault(example.world, []).append(example)
    for world, examples in worlds.items():
        if world.startswith("none, "):
            for example in examples:
                print(f"not run: {example.command} ({world[6:]})")
            continue
        results, why = run(world, examples)
        if results is None:
            print(f"skipped: world {world}: {why}")
            continue
        for example, (code, real) in zip(examples, results):
            ran += 1
            reason = wrong(example, code, real)
            if reason and "--update" in options:
                updates.append((example, real))
                print(f"{path}:{example.line}: updated: {reason}")
                continue
            if reason or "--show" in options:
                print(f"{path}:{example.line}: $ {example.command}\n{real}\n[{code}]\n")
            if reason:
                print(f"{reason}; expected:\n{example.expected()}\n"
                      f"masked:\n{masked(example.expected())}\n{masked(real)}\n")
                bad += 1
    if updates:
        update(path, updates)
    print(f"{path}: {ran} examples ran, {bad} wrong")
    return bad


def main():
    options = [arg for arg in sys.argv[1:] if arg.startswith("--")]
    paths = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    if "--list" in options:
        for path in paths:
            for example in examples_of(path):
                print(f"{path}:{example.line}: {example.world}: {example.command}")
        return
    if sum([check(path, options) for path in paths]):
        sys.exit(1)


main()
