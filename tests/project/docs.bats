#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What is written about the programs is what the programs do.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	bin=${BIN:-build/release}
	shopt -s nullglob
	programs=("$bin"/check_* "$bin"/vigil-*)
	[ "${#programs[@]}" -gt 0 ]
}

# options PROGRAM: its long options, from the table that parses them.
options() {
	"$1" --describe=json | python3 -c '
import json, sys
def rows(value):
    if isinstance(value, dict):
        yield from rows(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and "name" in item:
                yield item["name"]
tables = json.load(sys.stdin)["options"]
print("\n".join(sorted("--" + name.lstrip("-") for name in rows(tables))))'
}

# long: the long options that a text on stdin mentions.
long() { grep -oE -- '--[a-z][a-z0-9-]*[a-z0-9]' | sort -u; }

# subset NAME ONE OTHER: every line of ONE is in OTHER.
subset() {
	local more
	more=$(comm -23 <(sort -u <<<"$2") <(sort -u <<<"$3"))
	[ -z "$more" ] || {
		echo "$1: $more"
		return 1
	}
}

man() { mandoc -T ascii -O width=200 "$bin/man/$1".[18] | col -b; }
needs() { command -v "$1" >/dev/null || skip "no $1"; }

@test "--help lists every option, and no other" {
	for program in "${programs[@]}"; do
		table=$(options "$program")
		[ "$(wc -l <<<"$table")" -gt 10 ]
		help=$("$program" --help || :)
		listed=$(sed -n 's/^  \(-., \|    \)\(--[a-z0-9-]*\).*/\2/p' <<<"$help")
		subset "not in --help of $program" "$table" "$listed"
		subset "only in --help of $program" "$(long <<<"$help")" "$table"
	done
}

@test "--help is at most 80 columns wide and has three examples" {
	for program in "${programs[@]}"; do
		help=$("$program" --help || :)
		[ "$(awk 'length > 80' <<<"$help" | wc -l)" -eq 0 ]
		[ "$(sed -n '/^Examples:/,/^$/p' <<<"$help" | grep -c '^  [^ ]')" -ge 3 ]
	done
}

@test "every program has a man page with every option, and no other" {
	needs mandoc
	needs col
	for program in "${programs[@]}"; do
		name=${program##*/}
		[ -s "$(echo "$bin/man/$name".[18])" ]
		table=$(options "$program")
		page=$(man "$name")
		# COMPATIBILITY speaks of other programs' options.
		page=$(sed '/^COMPATIBILITY/,/^SEE ALSO/d' <<<"$page")
		subset "not in the man page of $name" "$table" "$(long <<<"$page")"
		subset "only in the man page of $name" "$(long <<<"$page")" "$table"
	done
}

@test "the page of what is common names options that exist, and every program" {
	needs mandoc
	needs col
	page=$(mandoc -T ascii -O width=200 "$bin/man/routevigil.7" | col -b)
	all=$(for program in "${programs[@]}"; do options "$program"; done)
	subset routevigil.7 "$(long <<<"$page")" "$all"
	for program in "${programs[@]}"; do
		grep -q "${program##*/}([18])" <<<"$page"
	done
}

@test "man pages are well formed" {
	needs mandoc
	for page in "$bin"/man/*.[178]; do
		run mandoc -T lint -W warning "$page"
		echo "$output"
		[ "$status" -eq 0 ]
	done
}

@test "bash completes every option, and no other" {
	for program in "${programs[@]}"; do
		name=${program##*/}
		run bash -euc '
			source "$1"
			COMP_WORDS=("$2" --) COMP_CWORD=1
			"$(complete -p "$2" | sed "s/.*-F \([^ ]*\) .*/\1/")" "$2" -- "$2"
			printf "%s\n" "${COMPREPLY[@]}"' - "$bin/completion/$name" "$name"
		echo "$output"
		[ "$status" -eq 0 ]
		[ "$(long <<<"$output")" = "$(options "$program" | sort -u)" ]
	done
}

@test "the Icinga 2 CheckCommands are current (make contrib)" {
	diff <(scripts/mkicinga "${programs[@]}") contrib/icinga2/routevigil.conf
}

@test "no variable of Icinga 2 is the value of two arguments" {
	twice=$(awk '/^object/ { name = $3 }
		$1 == "value" && seen[name, $3]++ { print name, $3 }' contrib/icinga2/routevigil.conf)
	echo "$twice"
	[ -z "$twice" ]
}

@test "Icinga 2 accepts the CheckCommands" {
	needs icinga2
	[ "$(id -u)" = 0 ] || skip 'Icinga 2 changes its user'
	for dir in data cache log run; do mkdir "$BATS_TEST_TMPDIR/$dir"; done
	chmod -R 777 "$BATS_TEST_TMPDIR"
	chmod 755 "${BATS_TEST_TMPDIR%/*}" "${BATS_TEST_TMPDIR%/*/*}"
	cp contrib/icinga2/routevigil.conf "$BATS_TEST_TMPDIR"
	# What asks a host imports a template of the library.
	printf 'const PluginDir = "/"\ninclude <itl>\ninclude <plugins>\ninclude "routevigil.conf"\n' \
	    >"$BATS_TEST_TMPDIR/icinga2.conf"
	run icinga2 daemon -C -c "$BATS_TEST_TMPDIR/icinga2.conf" \
	    -DPluginContribDir="$PWD/$bin" -DDataDir="$BATS_TEST_TMPDIR/data" \
	    -DCacheDir="$BATS_TEST_TMPDIR/cache" -DLogDir="$BATS_TEST_TMPDIR/log" \
	    -DInitRunDir="$BATS_TEST_TMPDIR/run"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^object CheckCommand' contrib/icinga2/routevigil.conf)" = "${#programs[@]}" ]
}

@test "the Nagios commands name programs and options that exist" {
	local seen=0
	for file in contrib/nagios/{check_,vigil-}*.cfg; do
		while read -r _ command; do
			# shellcheck disable=SC2016 # a macro of Nagios
			program=$bin/$(sed -E 's,^\$USER1\$/([^ ]*).*,\1,' <<<"$command")
			[ -x "$program" ]
			subset "$file" "$(long <<<"$command")" "$(options "$program")"
			seen=$((seen + 1))
		done < <(grep -E '^[[:blank:]]*command_line' "$file")
	done
	[ "$seen" -ge "${#programs[@]}" ]
}

# The lines of habits[] in a source, two by two: an option of another program, and
# what is written here.
@test "what is offered for options of other programs exists" {
	for source in plugins/check_*.c; do
		program=$bin/$(basename "$source" .c)
		habits=$(sed -n '/ habits\[\] = {/,/};/s/^\t"\(.*\)",$/\1/p' "$source")
		[ -n "$habits" ] || continue
		table=$(options "$program")
		subset "offered by $program" "$(long <<<"$habits" | grep -vxF -f <(sed -n 'p;n' <<<"$habits") || :)" "$table"
		while read -r theirs && read -r here; do
			run "$program" "$theirs"
			echo "$output"
			[[ $output == *"unknown option $theirs, here it is $here;"* ]]
			seen=$((seen + 1))
		done <<<"$habits"
	done
	[ "$seen" -gt 20 ]
}

@test "README and changelog know every program, and no option that is none" {
	all=$(for program in "${programs[@]}"; do options "$program"; done)
	subset README.md "$(long <README.md)" "$all"
	for program in "${programs[@]}"; do
		grep -q "^| .*\`${program##*/}\`" README.md
		grep -q "\`${program##*/}\`" CHANGELOG.md
	done
	grep -q '^## \[UNRELEASED\]' CHANGELOG.md
}

@test "every program has its test, its man page and its Nagios command" {
	for source in plugins/check_*.c tools/vigil-*.c; do
		name=$(basename "$source" .c)
		[ -e "tests/plugins/test_$name.c" ] || [ -e "tests/cli/$name.bats" ]
		[ -e "$(echo "man/$name".[18].in)" ]
		[[ $name == vigil-* ]] || grep -qs "/$name " contrib/nagios/*.cfg
	done
}

# One collector may read the files of all programs, and refuses a metric that two
# of them describe in different words.
@test "programs that share a metric describe it alike" {
	for program in "${programs[@]}"; do "$program" --describe=json; done | python3 -c '
import json, sys
seen, text, at = {}, sys.stdin.read(), 0
while text[at:].strip():
    program, at = json.JSONDecoder().raw_decode(text, at)
    at += len(text[at:]) - len(text[at:].lstrip())
    first = {}
    for metric in program["metrics"]:
        first.setdefault(metric["openmetrics_family"], (metric["kind"], metric["help"]))
    for family, words in first.items():
        if family and seen.setdefault(family, (words, program["name"]))[0] != words:
            sys.exit(f"{family}: {words} in {program}, {seen[family]}")
print(len(seen))'
}

@test "files that contributors are to copy exist" {
	# shellcheck disable=SC2016 # the quotes of Markdown
	for file in $(grep -oE '`(lib|plugins|tests)/[a-z_/]+\.(c|h|bats|sh)`' CONTRIBUTING.md |
	    tr -d '`' | grep -v _x); do
		[ -e "$file" ]
	done
	[ -e plugins/check_tcp_established.c ]
}
