#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# tests/run itself: what it counts, and what it does once more.

setup() {
	TREE=$BATS_TEST_TMPDIR/tree
	mkdir -p "$TREE/tests/cli"
	cp "$BATS_TEST_DIRNAME/../run" "$TREE/tests/run"
	export MARK=$BATS_TEST_TMPDIR/mark
}

# test_file FILE BODY: of one test that holds, and one that does BODY
test_file() {
	printf '@%s "steady" {\n\ttrue\n}\n@%s "the other" {\n\t%s\n}\n' test test "$2" >"$TREE/tests/$1"
}

outer() { env -u BATS_TEST_FILENAME -u BATS_RUN_TMPDIR "$TREE/tests/run" "$@"; }

# Fails the first time, and then no more.
ONCE="[ -e \"\$MARK\" ] || { touch \"\$MARK\"; false; }"

@test 'what fails once is told, and counts as unsteady' {
	test_file cli/a.bats "$ONCE"
	run outer tests/cli/a.bats
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *'not ok 2 the other'*'once more:'* ]]
	[[ $output == *$'\n1 unsteady: they failed, and passed when run once more\n2 passed, 0 failed, 0 skipped' ]]
}

@test 'what fails twice failed' {
	test_file cli/a.bats false
	run outer tests/cli/a.bats
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *'once more:'*$'\n1 passed, 1 failed, 0 skipped' ]]
	[[ $output != *unsteady* ]]
}

@test 'a libcheck program is tried again like any file' {
	cat >"$TREE/tests/prog" <<-'END'
		#!/bin/sh
		[ -e "$MARK" ] && { echo "100%: Checks: 2, Failures: 0, Errors: 0"; exit 0; }
		touch "$MARK"
		echo "50%: Checks: 2, Failures: 1, Errors: 0"
		exit 1
	END
	chmod +x "$TREE/tests/prog"
	run outer tests/prog
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *$'\n1 unsteady: they failed, and passed when run once more\n2 passed, 0 failed, 0 skipped' ]]
}

@test 'a file that ends without its tests, and nothing at all, failed' {
	printf 'exit 1\n' >"$TREE/tests/cli/a.bats"
	run outer tests/cli/a.bats
	[ "$status" -eq 1 ]
	run outer
	[ "$status" -eq 1 ]
	[ "$output" = '0 passed, 0 failed, 0 skipped' ]
}
