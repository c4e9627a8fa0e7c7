#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# vigil-watchdog with real processes: each of the invariants W1 to W6, then what
# a user sees.  The service is a copy of sleep(1) of a user of its own, so that
# other processes of this machine are no candidates; its directory is root's, as
# the program asks of what it runs.

setup() {
	[ "$(id -u)" = 0 ] || skip "processes of other users need root"
	BIN=$(realpath "${BIN:-build/release}")
	D=$(mktemp -d /run/rvwatchdog.XXXXXX)
	chmod 755 "$D"
	mkdir -m 700 "$D/state"
	cp "$(command -v sleep)" "$D/service"
	restarter ''
}

teardown() {
	[ -n "${D-}" ] || return 0
	local pid
	for pid in $(service_pids); do
		kill -9 "$pid" || true
	done
	rm -rf "$D"
}

UID_OF_SERVICE=64999

# none COMMAND...: it must fail; bats does not look at "! COMMAND".
none() { if "$@"; then return 1; fi; }

# restarter COMMAND [SECONDS]: what it does before, how long the service runs.
restarter() {
	cat >"$D/restart" <<-EOT
	#!/bin/sh
	echo start >>$D/starts
	$1
	setpriv --reuid=$UID_OF_SERVICE --clear-groups $D/service ${2:-600} &
	echo \$! >$D/pid
	EOT
	chmod 755 "$D/restart"
}

plugin() { # EXIT-CODE [COMMAND]
	printf '#!/bin/sh\n%s\necho "said %s"\nexit %s\n' "${2-}" "$1" "$1" >"$D/plugin"
	chmod 755 "$D/plugin"
}

service_pids() {
	find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$D/service" 2>/dev/null |
	    cut -d/ -f3
}

# soon COMMAND...: until it succeeds.
soon() {
	for _ in {1..400}; do
		! "$@" || return 0
		sleep 0.05
	done
	return 1
}

# What was started is itself only when setpriv has executed it.
runs() { [ -n "$(service_pids)" ]; }

start_service() {
	"$D/restart" 3>&-
	soon runs
	rm -f "$D/starts"
}

starts() { if [ -e "$D/starts" ]; then wc -l <"$D/starts"; else echo 0; fi; }
attempts() { # in what is on disk
	cat "$D"/state/vigil-watchdog-*[0-9a-f] 2>/dev/null |
	    sed -n 's/^attempts//p' | wc -w
}

# watchdog [OPTION]...: of the process; `look` without acting.
look() {
	run "$BIN/vigil-watchdog" --exe "$D/service" --user $UID_OF_SERVICE \
	    --state-dir "$D/state" --boot-grace 0 "$@"
	echo "$output"
}
watchdog() { look --act --restart "$D/restart" --audit "$D/audit" --proof 100ms "$@"; }

forget() { rm -rf "$D/state" "$D/starts"; mkdir -m 700 "$D/state"; }

@test "W1: another process in the pid file is not signalled" {
	plugin 2
	setpriv --reuid=64998 --clear-groups "$D/service" 600 3>&- &
	other=$!
	soon runs
	echo "$other" >"$D/pid"
	for _ in 1 2 3; do
		watchdog --pid-file "$D/pid" --failures 1 --failing 0 --process-grace 0 -- "$D/plugin"
		[ "$status" -eq 3 ]
	done
	[[ $output == *"names process $other"* ]]
	kill -0 "$other"
	kill "$other"
	[ "$(starts)" = 0 ]
}

@test "W1: signals go through a pidfd, and to the service alone" {
	plugin 2
	command -v strace >/dev/null || skip "no strace"
	start_service
	old=$(cat "$D/pid")
	restarter '' 1 # strace follows it to its end
	strace -f -o "$D/trace" -e trace=kill,tgkill,tkill,pidfd_send_signal,pidfd_open \
	    "$BIN/vigil-watchdog" --exe "$D/service" --user $UID_OF_SERVICE --state-dir "$D/state" \
	    --boot-grace 0 --act --restart "$D/restart" --failures 1 --failing 0 \
	    --process-grace 0 --proof 100ms -- "$D/plugin" || true
	grep -q 'pidfd_send_signal(.*SIGTERM.* = 0' "$D/trace"
	[ "$(grep -c 'pidfd_send_signal' "$D/trace")" -eq 1 ]
	none grep -qE "[^_](kill|tgkill|tkill)\(-?$old," "$D/trace"
	[[ " $(service_pids | xargs) " != *" $old "* ]]
	[ "$(starts)" = 1 ]
}

# namesake UNSHARE-OPTION...: another file at the service's path, in mounts of its own
namesake() {
	cp "$(command -v sleep)" "$D/other"
	unshare --mount "$@" sh -c "mount --bind $D/other $D/service &&
	    exec setpriv --reuid=$UID_OF_SERVICE --clear-groups $D/service 600" 3>&- &
	soon runs
}

@test "W1: a process of a container is neither the service, nor signalled" {
	unshare --mount --pid --fork true 2>/dev/null || skip "no namespaces here"
	plugin 2
	namesake --pid --fork --kill-child
	local pid
	pid=$(service_pids)
	look
	[ "$status" -eq 2 ]
	[[ $output == *"no process of $D/service"* ]]
	watchdog --failures 1 --failing 0 --process-grace 0 -- "$D/plugin"
	kill -0 "$pid"
}

@test "W1: another file of the same path is doubt" {
	unshare --mount true 2>/dev/null || skip "no namespaces here"
	namesake
	look
	[ "$status" -eq 3 ]
	[[ $output == *"runs another file of the path $D/service"* ]]
	watchdog
	[ "$status" -eq 3 ]
	[ "$(starts)" = 0 ]
}

@test "W2: killed at any step, no restart is without an attempt on disk" {
	command -v strace >/dev/null || skip "no strace"
	total=0
	restarter '' 1 # strace follows it to its end
	for ((k = 1; k <= 34; k += ${TORTURE:+-2}+3)); do
		forget
		strace -f -qq -o /dev/null \
		    -e trace=openat,write,fsync,renameat,flock,clone,clone3,execve,pipe2,dup2 \
		    -e inject=openat,write,fsync,renameat,flock,clone,clone3,execve,pipe2,dup2:signal=KILL:when=$k \
		    "$BIN/vigil-watchdog" --exe "$D/service" --user $UID_OF_SERVICE \
		    --state-dir "$D/state" --boot-grace 0 --act --restart "$D/restart" \
		    --proof 100ms -t 2s >/dev/null 2>&1 || true
		[ "$(starts)" -le "$(attempts)" ]
		# what follows does not make it up
		for pid in $(service_pids); do kill -9 "$pid"; done
		watchdog -t 2s >/dev/null
		[ "$(starts)" -le "$(attempts)" ]
		[ "$(starts)" -le 1 ]
		total=$((total + $(starts)))
		[ "$(find "$D/state" -type f | wc -l)" -le 3 ]
	done
	[ "$total" -ge 4 ] # or it proves nothing
}

# gives_up OPTION...: when the one attempt of this hour must have ended.
gives_up() {
	watchdog --per-hour 1 "$@"
	[[ $output == *'gave up'* ]]
}

@test "W2: the budget holds, and is given back by --reset" {
	watchdog --per-hour 1 -t 5s
	for pid in $(service_pids); do kill -9 "$pid"; done
	watchdog --per-hour 1 -t 5s
	[[ $output == *'a restart may still be under way'* || $output == *'gave up'* ]]
	soon gives_up -t 5s
	watchdog --per-hour 1 -t 5s
	[ "$status" -eq 2 ]
	[[ $output == *'gave up after 1 restart, needs a human'* ]]
	[[ $output == *'budget_left=0'* ]]
	[ "$(starts)" = 1 ]
	look --reset
	[ "$status" -eq 0 ]
	[[ $output == *"the budget is whole again; the restarts kept in $D/state are forgotten"* ]]
	watchdog --per-hour 1
	[ "$(starts)" = 2 ]
}

@test "--reset says where it found nothing, and needs no plugin" {
	look --reset
	[ "$status" -eq 0 ]
	[[ $output == *"there is no history in $D/state, so nothing was forgotten"* ]]
	plugin 0
	run "$BIN/vigil-watchdog" --name x --state-dir "$D/state" --act --restart /bin/true -- "$D/plugin"
	[ "$status" -eq 0 ]
	run "$BIN/vigil-watchdog" --name x --state-dir "$D/state" --reset
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"the history in $D/state had no restart to forget"* ]]
	plugin 2
	run "$BIN/vigil-watchdog" --name x --state-dir "$D/state" --failures 1 --failing 0 \
	    --boot-grace 0 --act --restart /bin/true -- "$D/plugin"
	[ "$status" -eq 2 ]
	for words in 'the restarts kept in %s are forgotten' 'the history in %s had no restart to forget'; do
		run "$BIN/vigil-watchdog" --name x --state-dir "$D/state" --reset
		[[ $output == *"${words/\%s/$D/state}"* ]]
	done
}

@test "W2: without a history that can be trusted, no restart" {
	watchdog
	[ "$(starts)" = 1 ]
	for pid in $(service_pids); do kill -9 "$pid"; done
	for file in "$D"/state/vigil-watchdog-*[0-9a-f]; do
		printf 'x' | dd of="$file" bs=1 seek=30 conv=notrunc status=none
	done
	watchdog
	[ "$status" -eq 2 ]
	[[ $output == *'dead; restart failed: no restart without its history'* ]]
	[[ $output == *"no process of $D/service"* ]]
	[[ $output == *'budget_left=0'* ]]
	[ "$(starts)" = 1 ]
	chmod 777 "$D/state"
	watchdog
	[ "$status" -eq 2 ]
	[[ $output == *'dead; restart failed: no restart without a budget'* ]]
	[ "$(starts)" = 1 ]
	# what is not dead is in doubt: who would restart it?
	start_service
	watchdog
	[ "$status" -eq 3 ]
	[[ $output == "WATCHDOG UNKNOWN - $D/service: no restart without a budget: "* ]]
	look --reset
	[ "$status" -eq 3 ]
}

@test "W3: a second run at the same time does nothing" {
	restarter "while [ ! -e $D/go ]; do sleep 0.05; done"
	"$BIN/vigil-watchdog" --exe "$D/service" --user $UID_OF_SERVICE --state-dir "$D/state" \
	    --boot-grace 0 --act --restart "$D/restart" -t 60s 3>&- >"$D/first" &
	first=$!
	soon test -e "$D/starts"
	watchdog
	touch "$D/go"
	[ "$status" -eq 0 ]
	[[ $output == *'another run since'*'nothing done'* ]]
	wait "$first" || true
	[ "$(starts)" = 1 ]
	# a lock that is held for too long is told
	lock=$(echo "$D"/state/*.lock)
	flock "$lock" sleep 300 3>&- &
	holder=$!
	soon none flock -n "$lock" true
	touch -d '-1 minute' "$lock"
	watchdog -t 5s
	pkill -P "$holder" || true
	[ "$status" -eq 1 ]
	[[ $output == *'another run has not ended for'* ]]
}

@test "W4: maintenance, and doubt, start nothing" {
	touch "$D/maintenance"
	watchdog --maintenance "$D/maintenance"
	[ "$status" -eq 1 ]
	[[ $output == *'left alone'*maintenance* ]]
	watchdog --maintenance "$D/maintenance" --stopped-state ok
	[ "$status" -eq 0 ]
	# one that was forgotten is told by its age
	touch -d '-49 hours' "$D/maintenance"
	watchdog --maintenance "$D/maintenance"
	[[ $output == *"maintenance: $D/maintenance exists and is 2"*' old'* ]]
	# a link that leads nowhere is there; what cannot be looked for may be
	ln -sf /no/such/file "$D/maintenance"
	watchdog --maintenance "$D/maintenance"
	[ "$status" -eq 1 ]
	watchdog --maintenance "$D/service/maintenance"
	[ "$status" -eq 3 ]
	[[ $output == *'cannot be looked for: Not a directory'* ]]
	[ "$(starts)" = 0 ]
	# a process that runs although its pid file is gone: no second copy
	start_service
	rm "$D/pid"
	watchdog --pid-file "$D/pid"
	[ "$status" -eq 3 ]
	[[ $output == *'the pid file does not say so'* ]]
	[ "$(starts)" = 0 ]
	[ "$(service_pids | wc -l)" -eq 1 ]
}

@test "W4: what is stopped while its test fails stays stopped" {
	start_service
	# it fails because of the operator, who is at work by now
	plugin 2 "touch $D/asked; while [ ! -e $D/maintenance ]; do sleep 0.1; done"
	{ soon test -e "$D/asked"; touch "$D/maintenance"; } 3>&- &
	watchdog --failures 1 --failing 0 --process-grace 0 -t 60s \
	    --maintenance "$D/maintenance" -- "$D/plugin"
	[ -e "$D/asked" ]
	[ "$status" -eq 1 ]
	[[ $output == *'left alone'*maintenance* ]]
	[ "$(starts)" = 0 ]
}

@test "what was replaced while its test failed is in doubt" {
	start_service
	local old
	old=$(service_pids)
	plugin 2 "touch $D/asked; while kill -0 $old || [ ! -e $D/again ]; do sleep 0.1; done 2>/dev/null"
	{
		soon test -e "$D/asked"
		kill -9 "$old"
		start_service
		touch "$D/again"
	} 3>&- &
	watchdog --failures 1 --failing 0 --process-grace 0 -t 60s -- "$D/plugin"
	[ "$status" -eq 3 ]
	[[ $output == *'another process came while the test failed'* ]]
	[ "$(starts)" = 0 ]
}

@test "the hook is told once that the budget is spent" {
	cat >"$D/hook" <<-EOT
	#!/bin/sh
	echo "\$1" >>$D/events
	EOT
	chmod 755 "$D/hook"
	watchdog --per-hour 1 -t 5s --hook "$D/hook"
	for pid in $(service_pids); do kill -9 "$pid"; done
	soon gives_up -t 5s --hook "$D/hook"
	for _ in 1 2; do watchdog --per-hour 1 -t 5s --hook "$D/hook"; done
	[[ $output == *'gave up after 1 restart, needs a human'* ]]
	[ "$(cat "$D/events")" = $'restart\ngave-up' ]
}

@test "a test that fails is critical where nobody counts" {
	plugin 2
	start_service
	look --process-grace 0 -- "$D/plugin"
	[ "$status" -eq 2 ]
	[[ $output == *'without --act nothing counts how often'* ]]
}

# in_time COMMAND...: what hangs here does so for a hundred seconds.
in_time() {
	local begun=$SECONDS
	"$@"
	echo "took $((SECONDS - begun)) s"
	[ $((SECONDS - begun)) -le 30 ]
}

@test "W5: a plugin that hangs" {
	start_service
	plugin 0 'sleep 100'
	in_time watchdog -t 2s -- "$D/plugin"
	[ "$status" -eq 3 ]
	[ "$(starts)" = 0 ]
}

# With a deadline of its own: the run is not cut off, but says who was late, and
# no grandchild is left, as where only the plugin itself dies with our worker.
@test "W5: a plugin that hangs is told as that, with what it has said, and all of it ends" {
	start_service
	mark=78.$$
	plugin 0 "trap '' TERM; echo 'asking 192.0.2.1'; sleep $mark; :"
	watchdog -t 4s -- "$D/plugin"
	[ "$status" -eq 3 ]
	[[ $output == *"the test failed to tell: $D/plugin did not end in time; so far it said: asking 192.0.2.1|"* ]]
	[[ $(tail -n 1 "$D/audit") == *'"decision":"doubt"'*'did not end in time'* ]]
	soon none pgrep -fx "sleep $mark"
}

@test "W5: a restart command that hangs, and its children" {
	restarter "sleep 100.$$"
	in_time watchdog -t 3s
	[ "$status" -ne 0 ]
	soon none pgrep -fx "sleep 100.$$"
	[ "$(attempts)" = 1 ]
}

@test "W5: a hook that hangs changes nothing" {
	printf '#!/bin/sh\nsleep 100\n' >"$D/hook"
	chmod 755 "$D/hook"
	in_time watchdog -t 7s --hook "$D/hook"
	[[ $output == *'hook: '*'did not end in time'* ]]
	[[ $output == *'done: restart by'* ]]
	# and leaves time to see what came of the restart
	[ "$status" -eq 1 ]
	[[ $output == *'restarted, not settled yet'* ]]
}

@test "W5: a system bus that hangs" {
	command -v python3 >/dev/null || skip "no python3"
	python3 - "$D/bus" 3>&- <<-'EOT' &
	import socket, sys, time
	s = socket.socket(socket.AF_UNIX)
	s.bind(sys.argv[1])
	s.listen(5)
	time.sleep(100)
	EOT
	bus=$!
	soon test -e "$D/bus"
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$D/bus
	run in_time sh -c "'$BIN/vigil-watchdog' --unit exabgp.service --act --state-dir '$D/state' -t 2s || :"
	kill "$bus"
	echo "$output"
	[ "$status" -eq 0 ] # in time
	[[ $output == *'WATCHDOG UNKNOWN'* ]]
	[[ $output == *'did not answer in time'* || $output == *'timed out'* ]]
}

@test "W6: a dry run changes nothing at all" {
	command -v strace >/dev/null || skip "no strace"
	rm -r "$D/state"
	export HOME=$D/home
	mkdir "$HOME"
	strace -f -o "$D/trace" -e trace=%process,%file,%signal,pidfd_send_signal,write,flock,fsync \
	    "$BIN/vigil-watchdog" --exe "$D/service" --user $UID_OF_SERVICE --boot-grace 0 \
	    --restart "$D/restart" --audit "$D/audit" --hook "$D/restart" >"$D/out" || true
	cat "$D/out"
	grep -q 'without --act not done: restart by' "$D/out"
	[ "$(grep -c 'execve(' "$D/trace")" -eq 1 ]
	# calls: any process of this machine may be named in what is read
	none grep -qE '^[0-9]+ +(pidfd_send_signal|flock|fsync|rename|mkdir|unlink|sendto)[a-z0-9]*\(|O_CREAT' "$D/trace"
	# the guard ends its own worker, and nobody else
	grep -oE 'kill\(-?[0-9]+' "$D/trace" | grep -oE '[0-9]+' | while read -r killed; do
		grep -qE "^[0-9]+ .*clone.* = $killed\$" "$D/trace"
	done
	grep -q 'restarts=0;' "$D/out"
	[ ! -e "$D/audit" ]
	[ ! -e "$D/state" ]
	[ -z "$(ls -A "$HOME")" ]
	[ "$(starts)" = 0 ]
}

@test "a dead process is restarted, proven, and settles" {
	watchdog
	[ "$status" -eq 1 ]
	[[ $output == *'restarted, not settled yet'*'done: restart by'*restarts=1* ]]
	[ "$(starts)" = 1 ]
	watchdog --settle 0
	[ "$status" -eq 0 ]
	[[ $output == *'process '*' of user '*' runs|'* ]]
	# the check beside it shows what the acting one did
	look
	[[ $output == *'restarts=1;'*'budget_left=2;'*'since_restart='* ]]
}

@test "the service that was started holds nothing of ours" {
	exec 7<"$D/restart"
	watchdog 7<&-
	pid=$(service_pids)
	ls -l "/proc/$pid/fd"
	for fd in "/proc/$pid/fd"/*; do
		[ "$(readlink "$fd")" = /dev/null ]
	done
	[ "$(readlink "/proc/$pid/cwd")" = / ]
	[ "$(tr '\0' '\n' <"/proc/$pid/environ" | grep -cvE '^(PATH|LC_ALL|PWD|OLDPWD|SHLVL|_)=')" -eq 0 ]
	grep -q '^NoNewPrivs:.*0$' "/proc/$pid/status"
	grep -q '^Seccomp:.*0$' "/proc/$pid/status"
}

@test "a service that does not serve is restarted after three failures" {
	plugin 2
	start_service
	old=$(service_pids)
	options=(--failing 0 --process-grace 0)
	watchdog "${options[@]}" -- "$D/plugin"
	[ "$status" -eq 1 ]
	[[ $output == *'fails, not long enough yet (1 failed test)'* ]]
	watchdog "${options[@]}" -- "$D/plugin"
	[ "$(service_pids)" = "$old" ]
	watchdog "${options[@]}" -- "$D/plugin"
	[ "$status" -eq 2 ]
	[ "$(service_pids)" != "$old" ]
	[ "$(starts)" = 1 ]
}

@test "a process that does not end is killed only with --force" {
	plugin 2
	# What is ignored stays ignored over exec.
	setpriv --reuid=$UID_OF_SERVICE --clear-groups \
	    sh -c "trap '' TERM; exec $D/service 600" 3>&- &
	soon runs
	old=$(service_pids)
	options=(--failures 1 --failing 0 --process-grace 0 --stop-timeout 200ms)
	watchdog "${options[@]}" -- "$D/plugin"
	[ "$status" -eq 2 ]
	[[ $output == *'did not end when asked to'* ]]
	[ "$(service_pids)" = "$old" ]
	[ "$(starts)" = 0 ]
	look --reset
	watchdog "${options[@]}" --force -- "$D/plugin"
	[ "$(starts)" = 1 ]
	[[ " $(service_pids | xargs) " != *" $old "* ]]
}

@test "UNKNOWN of the plugin is doubt, WARNING is none" {
	start_service
	plugin 3
	for _ in 1 2 3 4; do
		watchdog --failing 0 --process-grace 0 -- "$D/plugin"
		[ "$status" -eq 3 ]
	done
	[[ $output == *'in doubt nothing is done'*'the test says UNKNOWN: said 3'* ]]
	plugin 1
	watchdog -- "$D/plugin"
	[ "$status" -eq 0 ]
	[ "$(starts)" = 0 ]
}

@test "an end that no plugin has is doubt, and told as that" {
	start_service
	plugin 7
	watchdog --failures 1 --failing 0 --process-grace 0 -- "$D/plugin"
	[ "$status" -eq 3 ]
	[[ $output == *'the test ends with code 7, which no plugin has: said 7'* ]]
	plugin 2 'kill -SEGV $$'
	watchdog --failures 1 --failing 0 --process-grace 0 -- "$D/plugin"
	[ "$status" -eq 3 ]
	[[ $output == *'the test was ended by signal 11 (Segmentation fault)'* ]]
	for code in 3 127; do
		watchdog --failures 1 --failing 0 --process-grace 0 -- /bin/sh -c "exit $code"
		[ "$status" -eq 3 ]
		[[ $output == *': it said nothing|'* ]]
	done
	[ "$(starts)" = 0 ]
}

@test "a process that somebody has stopped is neither well nor dead" {
	start_service
	kill -STOP "$(service_pids)"
	soon grep -q '^State:.*T' "/proc/$(service_pids)/status"
	watchdog
	[ "$status" -eq 3 ]
	[[ $output == *"process $(service_pids) of user $UID_OF_SERVICE is stopped, as by kill -STOP"* ]]
	[ "$(starts)" = 0 ]
	kill -CONT "$(service_pids)"
	soon none grep -q '^State:.*T' "/proc/$(service_pids)/status"
	watchdog
	[ "$status" -eq 0 ]
}

@test "each decision is one line of JSON" {
	watchdog
	start=$(wc -l <"$D/audit")
	[ "$start" -eq 2 ] # the attempt, and its proof
	watchdog
	[ "$(wc -l <"$D/audit")" -eq 3 ]
	python3 - "$D/audit" <<-'EOT'
	import json, sys
	lines = [json.loads(line) for line in open(sys.argv[1])]
	assert [l["decision"] for l in lines] == ["restart", "settling", "settling"], lines
	assert lines[0]["sight"] == "absent" and lines[0]["restarts_hour"] == 1
	assert lines[0]["budget_left"] == 2 and lines[1]["identity"]
	assert all(len(json.dumps(l)) < 4096 for l in lines)
	EOT
	[ "$(stat -c %a "$D/audit")" = 640 ]
}

@test "a restart program that others could have written is not run" {
	chmod 777 "$D/restart"
	watchdog
	[ "$status" -eq 2 ]
	[[ $output == *'can be written by others'* ]]
	[ "$(starts)" = 0 ]
}

@test "a program of many names is run by the name that was given" {
	mkdir "$D/bin"
	cp "$(command -v bash)" "$D/bin/many"
	ln -s many "$D/bin/one"
	look --act --restart "$D/bin/one" --restart -c --restart "echo \$0 >$D/name" --proof 100ms
	[ "$(cat "$D/name")" = "$D/bin/one" ]
	# what is run is what was checked: the file, not the name
	mkdir "$D/others"
	chown $UID_OF_SERVICE "$D/others"
	ln -s ../bin/many "$D/others/one"
	forget
	look --act --restart "$D/others/one" --restart -c --restart "echo \$0 >$D/name2" --proof 100ms
	[[ $output == *"$D/others belongs to user $UID_OF_SERVICE"* ]]
	[ ! -e "$D/name2" ]
}

@test "wrong command lines are told apart" {
	for args in '' '--unit nothing' '--unit a.service --exe /x' '--pid-file /x' \
	    '--exe relative' '--exe /x --act' '--name x' '--unit -x.service' \
	    '--unit ../x.service' '--exe /x --act --restart relative'; do
		# shellcheck disable=SC2086 # words
		run "$BIN/vigil-watchdog" $args
		echo "$args: $output"
		[ "$status" -eq 3 ]
		[[ $output == 'WATCHDOG UNKNOWN - '* ]]
	done
}

@test "two services of one host are two series, with the same perfdata" {
	for name in one two; do
		run "$BIN/vigil-watchdog" --name $name --state-dir "$D/state" --format prometheus -- /bin/true
		[ "$status" -eq 0 ]
		[[ $output == *"vigil_watchdog_restarts{service=\"$name\"} 0"* ]]
		run "$BIN/vigil-watchdog" --name $name --state-dir "$D/state" -- /bin/true
		[[ $output == *'|restarts=0;;;0 restarts_day=0;;;0 '* ]]
	done
}

@test "a test that says nothing is told by its code" {
	run "$BIN/vigil-watchdog" --name x --state-dir "$D/state" -- /bin/true
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == 'WATCHDOG OK - x: the test ends with code 0, without a word'* ]]
}
