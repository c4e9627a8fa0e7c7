#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_exabgp without a daemon: pipes that others hold.

setup() {
	BIN=$(realpath "${BIN:-build/release}")
	D=$(mktemp -d)
	mkfifo "$D/exabgp.in" "$D/exabgp.out"
	# a reader of .in, so that it can be opened; one of .out would be told
	exec 7<>"$D/exabgp.in"
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
	exec 8<>"$D/exabgp.out"
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

@test "another client takes the answers" {
	local daemon rival

	# What reads the commands, by its name and words, is the daemon.
	bash -c 'exec -a exabgp sleep 100.5' 3>&- &
	daemon=$!
	sleep 100 8<>"$D/exabgp.out" 7<&- 3>&- &
	rival=$!
	run "$BIN/check_exabgp" --pipe "$D" --pipe-owner --state-dir "$D" -t 20 \
	    --answer-timeout 500ms 7<&-
	kill "$rival" "$daemon"
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"and process $rival (sleep) reads $D.out, too"* ]]
}

@test "silence for the time to answer is critical" {
	check -t 20 --answer-timeout 500ms
	[ "$status" -eq 2 ]
	[[ $output == *'runs but does not answer within 0.5 s'* ]]
}

@test "a log of a like name is no rotated part of ours" {
	local log=(--log "$D/exabgp.log" --skip "process,answers,sessions,routes")

	echo first >"$D/exabgp.log"
	check "${log[@]}"
	mv "$D/exabgp.log" "$D/exabgp.log.1"
	echo 'EXABGP MISBEHAVED' >"$D/exabgp.log.debug"
	touch -d '1 minute' "$D/exabgp.log.debug"
	echo last >>"$D/exabgp.log.1"
	echo next >"$D/exabgp.log"
	check "${log[@]}"
	[ "$status" -eq 0 ]
	[[ $output == *log_lines=0* ]]
	# nobody was asked whether it is up
	[[ $output != *'|up='* ]]
}
