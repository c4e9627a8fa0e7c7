# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# lab: what the tests of the lab share; they source it.  A file has the lab of
# its own in $LAB, which is empty where there can be none, and $lab to act in it.

lab=$BATS_TEST_DIRNAME/lab

# lab_begin: once a file.
lab_begin() {
	local status=0

	LAB=$("$lab" start) || status=$?
	export LAB # empty: bats 1.8 cannot skip from here
	[ "$status" != 77 ] || return 0
	"$lab" wait
}

# lab_tool NAME: makes build/release/NAME, and puts it into $TOOL_DIR, where a
# user without rights may run it.
lab_tool() {
	make -s -C "$BATS_TEST_DIRNAME/../.." "build/release/$1"
	TOOL_DIR=$(mktemp -d)
	export TOOL_DIR
	chmod 755 "$TOOL_DIR"
	install -m 755 "$BATS_TEST_DIRNAME/../../build/release/$1" "$TOOL_DIR"
}

# lab_needed: first thing in each test.
lab_needed() {
	[ -n "$LAB" ] || skip 'no lab here: root and its packages are needed'
}

lab_end() {
	rm -rf "${TOOL_DIR:-}"
	[ -z "$LAB" ] || "$lab" stop
}
