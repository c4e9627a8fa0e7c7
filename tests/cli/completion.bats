#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Bash completion as a person meets it: the files where install puts them, a bash
# at a terminal, the Tab key.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export SHARE=$BATS_FILE_TMPDIR/share
	mkdir -p "$SHARE/bash-completion/completions"
	shopt -s nullglob
	for program in "$BIN"/check_* "$BIN"/vigil-*; do
		"$program" --describe=bash >"$SHARE/bash-completion/completions/${program##*/}" || [ $? -eq 3 ]
	done
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	shopt -s nullglob
	programs=("$BIN"/check_* "$BIN"/vigil-*)
	[ "${#programs[@]}" -gt 0 ]
}

# reply WORD...: what the function of the first word completes, in one line; the
# last word is where the cursor stands.
reply() {
	bash -c '. "$SHARE/bash-completion/completions/$1"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"$(complete -p "$1" | sed "s/.*-F \([^ ]*\) .*/\1/")" "$1" "${!#}" "${COMP_WORDS[-2]}"
		echo "${COMPREPLY[*]}"' - "$@"
}

# rows: NAME LETTER CHOICES of every option with choices, of $1.
rows() {
	"$1" --describe=json | python3 -c '
import json, sys
for o in json.load(sys.stdin)["options"]:
    if o.get("choices"):
        print(o["name"], o.get("letter", "-"), *o["choices"])' || :
}

@test "every program completes its options by their first letters" {
	for program in "${programs[@]}"; do
		name=${program##*/}
		[ "$(reply "$name" --versi)" = --version ]
		[ "$(reply "$name" --time)" = '--timeout --timeout-state' ]
		[ -z "$(reply "$name" --no-such)" ]
	done
}

@test "every option with choices completes them, after a space and after =" {
	command -v python3 >/dev/null || skip 'no python3'
	for program in "${programs[@]}"; do
		name=${program##*/} seen=0
		while read -r option letter choices; do
			echo "$name --$option: $choices"
			[ "$(reply "$name" "--$option" = '')" = "$choices" ]
			# What may do without its value takes none after a space.
			if "$program" --help | grep -qF -- "--${option}[="; then
				[[ $(reply "$name" "--$option" '') == --* ]]
				continue
			fi
			[ "$(reply "$name" "--$option" '')" = "$choices" ]
			[ "$letter" = - ] || [ "$(reply "$name" "-$letter" '')" = "$choices" ]
			seen=$((seen + 1))
		done < <(rows "$program")
		# At least those that all programs have.
		[ "$seen" -ge 4 ]
		[ "$(reply "$name" --format = js)" = json ]
	done
}

@test "files are completed where a file is asked for, and nothing for a number" {
	touch "$BATS_TEST_TMPDIR/state.one"
	for program in "${programs[@]}"; do
		name=${program##*/}
		[ "$(reply "$name" --output "$BATS_TEST_TMPDIR/sta")" = "$BATS_TEST_TMPDIR/state.one" ]
		[ -z "$(reply "$name" --timeout '')" ]
	done
}

@test "behind -- the wrapped command is completed" {
	dir=$BATS_TEST_TMPDIR
	printf '#!/bin/sh\n' >"$dir/check_wrapped"
	chmod +x "$dir/check_wrapped"
	[ "$(reply vigil-dampen --key x -- "$dir/check_wr")" = "$dir/check_wrapped" ]
	# Its arguments are files, unless somebody knows better.
	[ "$(reply vigil-dampen -- check_wrapped "$dir/check_wr")" = "$dir/check_wrapped" ]
	[[ " $(reply vigil-dampen --ke) " == *' --key '* ]]
}

# typed TEXT: the terminal of an interactive bash after TEXT and the Tab key.
typed() {
	HISTFILE=/dev/null TERM=dumb XDG_DATA_DIRS=$SHARE PATH=$BIN:$PATH python3 - "$1" <<-'EOT'
	import os, pty, select, sys, time
	pid, fd = pty.fork()
	if pid == 0:
	    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
	def read_until(text, seconds=30):
	    got, end = "", time.monotonic() + seconds
	    while text not in got and time.monotonic() < end:
	        if select.select([fd], [], [], 0.2)[0]:
	            got += os.read(fd, 65536).decode("utf-8", "replace")
	    return got
	os.write(fd, b"PS1=; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'\n"
	             b". /usr/share/bash-completion/bash_completion\necho re''ady\n")
	read_until("ready\r\n")
	# What the line has become is read from a comment made of it.
	os.write(fd, sys.argv[1].encode() + b"\t")
	os.write(fd, b"\x01: '\x05'; echo do''ne\n")
	got = read_until("done\r\n")
	os.write(fd, b"exit\n")
	os.waitpid(pid, 0)
	print(got)
	EOT
}

@test "the Tab key of an interactive bash" {
	[ -e /usr/share/bash-completion/bash_completion ] || skip 'no bash-completion'
	command -v python3 >/dev/null || skip 'no python3'
	for program in "${programs[@]}"; do
		name=${program##*/}
		run typed "$name --versi"
		echo "$output"
		[[ $output == *"$name --version "* ]]
	done
	run typed 'check_http_dual --format=js'
	[[ $output == *'--format=json '* ]]
	# The wrapped plugin's own completion, found by bash-completion.
	run typed 'vigil-dampen -- check_http_dual --addre'
	echo "$output"
	[[ $output == *'check_http_dual --addresses '* ]]
}
