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
	until grep -qz '^exabgp$' "/proc/$daemon/cmdline"; do sleep 0.05; done
	until grep -qx sleep "/proc/$rival/comm"; do sleep 0.05; done
	run "$BIN/check_exabgp" --pipe "$D" --pipe-owner --state-dir "$D" -t 20 \
	    --answer-timeout 500ms 7<&-
	kill "$rival" "$daemon"
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"and process $rival (sleep) reads $D/exabgp.out, too"* ]]
}

@test "who may have taken the answer is named by its words" {
	tail -f "$D/exabgp.out" 7<&- 3>&- &
	until grep -qx tail "/proc/$!/comm"; do sleep 0.05; done
	check -t 20 --answer-timeout 500ms
	kill $!
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output =~ 'answer within 0.5 s; process '[0-9]+' ('[^\)]*') may have taken the answer' ]]
}

# answer_once: to the version, and to nothing after it
answer_once() {
	local command=

	until [ "$command" = version ]; do read -r command <&7; done
	printf 'exabgp 4.2.21\ndone\n' >"$D/exabgp.out"
}

@test "an answer that is taken after others came" {
	local rival

	answer_once 3>&- &
	# its words tell
	sh -c 'kill -STOP $$' - "$D/exabgp.out" 7<&- 3>&- &
	rival=$!
	run "$BIN/check_exabgp" --pipe "$D/exabgp.in" --skip process --state-dir "$D" \
	    -t 8 --answer-timeout 8s 7<&-
	kill -KILL "$rival"
	echo "$output"
	[ "$status" -eq 3 ]
	[[ $output == *"sessions: no whole answer to show neighbor extensive in time: it may need a longer --timeout; process $rival (sh) may have taken the answer: end it"* ]]
}

# Its parent does not take note of its end: a zombie, which has no words.
@test "a daemon that is a zombie, seen before and not" {
	local parent zombie process=(--skip "answers,sessions,routes" --config "1000.$$" -t 20)

	cp "$(command -v sleep)" "$D/exabgp"
	mkdir -m 700 "$D/other"
	python3 -c 'if True:
		import subprocess, sys, time
		print(subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL).pid, flush=True)
		time.sleep(1000)' "$D/exabgp" "1000.$$" >"$D/pid" 7<&- 3>&- &
	parent=$!
	until [ -s "$D/pid" ]; do sleep 0.05; done
	zombie=$(<"$D/pid")
	run "$BIN/check_exabgp" --state-dir "$D" "${process[@]}"
	echo "$output"
	[ "$status" -eq 0 ]
	kill -9 "$zombie"
	until grep -q '^State:.Z' "/proc/$zombie/status"; do sleep 0.05; done
	run "$BIN/check_exabgp" --state-dir "$D" "${process[@]}"
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == "EXABGP CRITICAL - process: exabgp is a zombie: process $zombie has ended, and its parent $parent "* ]]
	# Without a memory its name is all that is left of it.
	run "$BIN/check_exabgp" --state-dir "$D/other" "${process[@]}"
	[ "$status" -eq 2 ]
	[[ $output == *'exabgp is not running with '*' of that name has ended and is a zombie'* ]]
	run "$BIN/check_exabgp" --state-dir "$D/other" "${process[@]}" --pid-file "$D/pid"
	kill "$parent"
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"exabgp is a zombie: process $zombie has ended"* ]]
}

# Its client, which reads the commands, is started after it.
@test "a daemon that has just been started is given time to read its pipe" {
	local daemon by=(--pipe "$D" --skip "sessions,routes" --state-dir "$D")

	exec 7<&-
	bash -c 'exec -a exabgp sleep "$1"' - "101.$$" 3>&- &
	daemon=$!
	until grep -qz '^exabgp$' "/proc/$daemon/cmdline"; do sleep 0.05; done
	(
		sleep 1
		exec 7<>"$D/exabgp.in"
		answer_once
		exec sleep 100
	) 3>&- >/dev/null &
	run "$BIN/check_exabgp" "${by[@]}" --config "101.$$" -t 120 --answer-timeout 60s
	echo "$output"
	kill $!
	[ "$status" -eq 0 ]
	[[ $output == *'exabgp 4.2.21 answers'* ]]
	rm "$D/exabgp.in"
	mkfifo "$D/exabgp.in"
	# One that has had its time has no more, nor has one that is not there.
	run "$BIN/check_exabgp" "${by[@]}" --config "101.$$" --answer-timeout 1ms
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"nobody reads its command pipe $D/exabgp"* ]]
	SECONDS=0
	run "$BIN/check_exabgp" "${by[@]}" --config "102.$$" -t 300 --answer-timeout 100s
	echo "$output"
	[ "$SECONDS" -lt 60 ]
	[ "$status" -eq 2 ]
	kill "$daemon"
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

@test "what is wrong is the whole of the first line where nothing else is known" {
	check --skip answers,sessions,routes --log "$D/none"
	[ "$status" -eq 3 ]
	[[ $output == "EXABGP UNKNOWN - log: $D/none does not exist: is there another log? (no history: first run)|"* ]]
}

@test "processes that are hidden are not said to have ended" {
	# shellcheck disable=SC2016 # for the inner shell
	local daemon hide='mount -t proc -o hidepid=$1 proc /proc && shift && exec "$@"'
	local as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	local process=(--skip "answers,sessions,routes")

	[ "$(id -u)" = 0 ] || skip 'needs root to mount /proc'
	unshare -m sh -c "$hide" - 2 true || skip 'no /proc can be mounted here'
	chmod 755 "$D"
	install -m 755 "$BIN/check_exabgp" "$D/check"
	bash -c 'exec -a exabgp sleep 100.7' 3>&- &
	daemon=$!
	until grep -qz '^exabgp$' "/proc/$daemon/cmdline"; do sleep 0.05; done
	echo "$daemon" >"$D/pid"
	mkdir -m 777 "$D/state"
	for hidepid in 1 2; do
		for by in '--config 100.7' "--pid-file $D/pid" "--pipe-owner --pipe $D"; do
			# shellcheck disable=SC2086 # two words
			run unshare -m sh -c "$hide" - "$hidepid" "${as[@]}" "$D/check" \
			    --state-dir "$D/state" "${process[@]}" $by
			echo "$output"
			[ "$status" -eq 3 ]
			[[ $output == *'run the check as root'* ]]
		done
		# To root nothing is hidden.
		run unshare -m sh -c "$hide" - "$hidepid" "$D/check" --state-dir "$D" \
		    "${process[@]}" --config 100.7
		echo "$output"
		[ "$status" -eq 0 ]
	done
	kill "$daemon"
}

@test "a configuration that was typed in another way is shown" {
	local daemon

	bash -c 'exec -a exabgp sleep 100.8' 3>&- &
	daemon=$!
	until grep -qz '^exabgp$' "/proc/$daemon/cmdline"; do sleep 0.05; done
	run "$BIN/check_exabgp" --state-dir "$D" --skip answers,sessions,routes \
	    --config /etc/exabgp/100.8
	kill "$daemon"
	echo "$output"
	[ "$status" -eq 2 ]
	# Other daemons may run here, but one is named.
	[[ $output =~ 'exabgp is not running with /etc/exabgp/100.8: '.*process\ [0-9]+ ]]
}
