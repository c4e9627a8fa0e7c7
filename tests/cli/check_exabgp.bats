#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_exabgp without a daemon: pipes that others hold.

setup() {
	BIN=$(realpath "${BIN:-build/release}")
	D=$(mktemp -d)
	mkfifo "$D/exabgp.in" "$D/exabgp.out"
	# a reader of .in, so that it can be opened
	exec 7<>"$D/exabgp.in" 8<>"$D/exabgp.out"
}

teardown() {
	exec 7<&- 8<&-
	rm -rf "$D"
}

check() {
	run "$BIN/check_exabgp" --pipe "$D" --skip process \
	    --state-dir "$D" "$@" 7<&- 8<&-
}

@test "the deadline holds also while another check holds the pipes" {
	flock 8
	SECONDS=0
	check -t 2 --answer-timeout 60s
	[ "$SECONDS" -lt 20 ]
	[ "$status" -eq 3 ]
	[[ $output == *'another check holds the pipe'* ]]
}

@test "silence for less than the time to answer is no verdict" {
	check -t 2 --answer-timeout 60s
	[ "$status" -eq 3 ]
	[[ $output == *'all that --timeout left of --answer-timeout'* ]]
}

@test "silence for the time to answer is critical" {
	check -t 20 --answer-timeout 500ms
	[ "$status" -eq 2 ]
	[[ $output == *'runs but does not answer within 0.5 s'* ]]
}
