#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_exabgp against a real ExaBGP in each of its states.  It takes the place
# of the lab's own, which has no helpers.

lab=$BATS_TEST_DIRNAME/lab

setup_file() {
	local status=0

	LAB=$("$lab" start) || status=$?
	export LAB # empty: bats 1.8 cannot skip from here
	[ "$status" != 77 ] || return 0
	"$lab" wait
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	make -s build/release/check_exabgp
	# Somewhere that a user without rights may run it.
	TOOL_DIR=$(mktemp -d)
	chmod 755 "$TOOL_DIR"
	install -m 755 build/release/check_exabgp "$TOOL_DIR"
	export TOOL_DIR
	end_exabgp
}

setup() {
	[ -n "$LAB" ] || skip 'no lab here: root and its packages are needed'
	STATE=$BATS_TEST_TMPDIR/state
	mkdir -m 0700 "$STATE"
}

teardown_file() {
	[ -n "$LAB" ] || return 0
	rm -rf "$TOOL_DIR"
	"$lab" stop
}

pid() { cat "$LAB/exa/exabgp.pid"; }

# ends PID: ask it to end, and see that it did
ends() {
	local end=$((SECONDS + 10))

	kill -CONT "$1" 2>/dev/null && kill "$1" 2>/dev/null
	while kill -0 "$1" 2>/dev/null; do
		[ "$SECONDS" -lt "$end" ] || kill -9 "$1"
		sleep 0.05
	done
}

# daemons: those of our configuration, by their words
daemons() { pgrep -f "^/usr/bin/python3 /usr/sbin/exabgp .*$LAB/exa/exabgp.conf\$"; }

# A daemon that gives up takes its pid file away before it is gone, and may do so
# before anybody has seen it.
end_exabgp() {
	local pid

	for pid in $(cat "$LAB/exa/exabgp.pid" 2>/dev/null) $(daemons); do
		ends "$pid"
	done
	rm -f "$LAB/exa/exabgp.pid"
}

# neighbor ADDRESS: part of a configuration
neighbor() {
	cat <<-TEXT
		neighbor $1 {
			router-id 10.0.0.3;
			local-address 198.51.100.2;
			local-as 4200000003;
			peer-as 65001;
			hold-time 9;
			family { ipv4 unicast; }
			api { processes [ first, second ]; }
			static {
				route 10.3.0.0/24 next-hop self;
				route 10.3.1.0/24 next-hop self;
			}
		}
	TEXT
}

# start HELPER ADDRESS...: ExaBGP with two such helpers and these neighbors
start() {
	local helper=$1 name
	shift
	{
		for name in first second; do
			echo "process $name { run $helper; encoder text; }"
		done
		for name in "$@"; do neighbor "$name"; done
	} >"$LAB/exa/exabgp.conf"
	end_exabgp
	rm -f "$LAB/exa/exabgp.log"
	"$lab" ns exa env exabgp_daemon_daemonize=true exabgp_daemon_user=exabgp \
		exabgp_daemon_pid="$LAB/exa/exabgp.pid" \
		exabgp_log_destination="$LAB/exa/exabgp.log" \
		exabgp_api_cli=true exabgp_cache_nexthops=false \
		exabgp --root "$LAB/exa" "$LAB/exa/exabgp.conf" >/dev/null 2>&1 </dev/null 3>&-
	# It forks twice to become a daemon: who looks before its last process is
	# there sees one end and another begin, which is a restart.  One whose
	# helper fails may have given up already.
	for ((name = 0; name < 1200; name++)); do
		[ ! -s "$LAB/exa/exabgp.pid" ] || return 0
		! grep -qs 'Too many death' "$LAB/exa/exabgp.log" || return 0
		sleep 0.05
	done
	return 1
}

# stop PID: with SIGSTOP, and see that it has
stop() {
	kill -STOP "$1"
	until grep -q '^State:.T' "/proc/$1/status"; do sleep 0.05; done
}

check() {
	"$TOOL_DIR/check_exabgp" --state-dir "$STATE" --pipe "$LAB/exa/run" \
		--config "$LAB/exa/exabgp.conf" "$@"
}

# says PATTERN ARGS...: the output matches, within 90 s
says() {
	local pattern=$1 end=$((SECONDS + 90))
	shift
	until run check "$@" && grep -qE -- "$pattern" <<<"$output"; do
		[ "$SECONDS" -lt "$end" ] || { echo "$output"; return 1; }
		sleep 0.1
	done
}

@test 'healthy: it answers, holds its session, announces, has its helpers' {
	start '/bin/sleep 1000' 198.51.100.1
	says '1 of 1 session established' --skip routes
	run check --helper 'sleep 1000:2' --expect-route 10.3.1.0/24 --neighbor 198.51.100.1
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == 'EXABGP OK - exabgp 4'*' answers, up '*', 1 of 1 session established, 2 routes announced, 2 helpers'* ]]
	[[ $output == *' helpers_sleep_1000=2;'* || $output == *'helpers_sleep 1000'* ]]
}

@test 'the process by its pid file, by its pipes, and what those say of others' {
	local file=$BATS_TEST_TMPDIR/pid

	run check --pid-file "$LAB/exa/exabgp.pid"
	echo "$output"
	[ "$status" = 0 ]
	run check --pipe-owner
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"answers, up "* ]]
	# Somebody answers: then a wrong pid file is what is wrong.
	echo $$ >"$file"
	run check --pid-file "$file"
	[ "$status" = 3 ]
	[[ $output == *"names process $$, which is "* ]]
	run check --pid-file "$file" --skip answers,sessions,routes
	[ "$status" = 2 ]
	[[ $output == *"exabgp is not running"*"names process $$, which is "* ]]
	run check --unit exabgp --skip answers,sessions,routes
	[ "$status" = 3 ] || [[ $output == *'exabgp.service is '* || $output == *'no unit exabgp.service'* ]]
}

@test 'a log that only the privileges of whoever starts the check can open' {
	chmod 600 "$LAB/exa/exabgp.log"
	chmod 700 "$LAB/exa"
	run check --skip sessions,routes --log "$LAB/exa/exabgp.log"
	chmod 755 "$LAB/exa"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'is followed from now on'* ]]
}

@test 'routes that come, go and flap, and those received' {
	local i

	says ' received=[1-9]' --received --received-critical 1:
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *' family_routes_198.51.100.1_ipv4-unicast=2;'* ]]
	for i in 1 2; do
		printf 'announce route 10.33.0.0/24 next-hop 198.51.100.2\n' >"$LAB/exa/run/exabgp.in"
		says ' 3 routes announced'
		printf 'withdraw route 10.33.0.0/24 next-hop 198.51.100.2\n' >"$LAB/exa/run/exabgp.in"
		says ' 2 routes announced'
	done
	printf 'announce route 10.33.0.0/24 next-hop 198.51.100.2\n' >"$LAB/exa/run/exabgp.in"
	says 'flapping 1 \(warning: not 0\)'
	[ "$status" = 1 ]
	# Seen in passing: three came, two went.
	[[ $output == *' routes_added=3c;'* ]]
	[[ $output == *' routes_withdrawn=2c;'* ]]
	printf 'withdraw route 10.33.0.0/24 next-hop 198.51.100.2\n' >"$LAB/exa/run/exabgp.in"
	says ' 2 routes announced'
}

@test 'the journal of its unit' {
	local remote=/lib/systemd/systemd-journal-remote dir=$BATS_TEST_TMPDIR/journal
	entry() {
		printf '__REALTIME_TIMESTAMP=1700000000%06d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%032d\n' "$1" "$1" 7
		printf '_SYSTEMD_UNIT=exabgp.service\nMESSAGE=%s\n\n' "$2"
	}

	[ -x $remote ] || skip 'no systemd-journal-remote'
	mkdir "$dir"
	chmod 755 "$BATS_TEST_TMPDIR"
	entry 1 'welcome' | $remote -o "$dir/1.journal" - >/dev/null 2>&1
	run check --journal exabgp --journal-directory "$dir" --skip sessions,routes
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'the journal of the unit is followed from now on'* ]]
	entry 2 'Too many death for x (5) terminating program' |
		$remote -o "$dir/2.journal" - >/dev/null 2>&1
	run check --journal exabgp --journal-directory "$dir" --skip sessions,routes
	echo "$output"
	[ "$status" = 2 ]
	[[ $output == *'1 x helper given up: Too many death for x'* ]]
	run check --journal exabgp --journal-directory "$dir" --skip sessions,routes
	[ "$status" = 0 ]
}

@test 'what is expected and not there' {
	run check --helper 'sleep 1000:3'
	[ "$status" = 2 ]
	[[ $output == *'helper sleep 1000: 2 of 3 run'* ]]
	run check --expect-route 10.3.9.0/24
	[ "$status" = 2 ]
	[[ $output == *'10.3.9.0/24: is announced to no established neighbor'* ]]
	run check --neighbor 192.0.2.9
	[ "$status" = 2 ]
	[[ $output == *'192.0.2.9: is not configured'* ]]
}

@test 'eight at once all get their answer' {
	local i

	for i in 1 2 3 4 5 6 7 8; do
		mkdir -m 0700 "$STATE/$i"
		"$TOOL_DIR/check_exabgp" --state-dir "$STATE/$i" --pipe "$LAB/exa/run" \
			--config "$LAB/exa/exabgp.conf" >"$STATE/$i.out" 3>&- &
	done
	wait
	for i in 1 2 3 4 5 6 7 8; do
		cat "$STATE/$i.out"
		grep -q '^EXABGP OK - exabgp 4.* 1 of 1 session established, 2 routes' "$STATE/$i.out"
	done
}

# Each waits its turn, and then as long for its answer as if it were alone.
@test 'eight at once, of a daemon that answers the first one late' {
	local i

	stop "$(pid)"
	for i in 1 2 3 4 5 6 7 8; do
		mkdir -m 0700 "$STATE/$i"
		"$TOOL_DIR/check_exabgp" --state-dir "$STATE/$i" --pipe "$LAB/exa/run" -t 60s \
			--config "$LAB/exa/exabgp.conf" --answer-timeout 20s >"$STATE/$i.out" 3>&- &
	done
	sleep 1
	kill -CONT "$(pid)"
	wait
	for i in 1 2 3 4 5 6 7 8; do
		cat "$STATE/$i.out"
		grep -q ' exabgp 4[.0-9]* answers.* 1 of 1 session established, 2 routes' "$STATE/$i.out"
	done
}

@test 'what another client asked and did not read is nobody else answer' {
	printf 'show adj-rib out\nversion\nshow neighbor summary\n' >"$LAB/exa/run/exabgp.in"
	run check
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'1 of 1 session established, 2 routes'* ]]
}

@test 'who may not use the pipes is told, and sees the process' {
	chmod 777 "$STATE"
	mkdir "$STATE/nobody"
	chown nobody "$STATE/nobody"
	chmod 700 "$STATE/nobody"
	run setpriv --reuid=nobody --regid=nogroup --clear-groups "$TOOL_DIR/check_exabgp" \
		--state-dir "$STATE/nobody" --pipe "$LAB/exa/run" \
		--config "$LAB/exa/exabgp.conf" -v
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == *'[OK] process '* ]]
	[[ $output == *'[UNKNOWN] answers: '*exabgp.out* ]]
	run check --pipe "$LAB/exa/nowhere"
	[ "$status" = 3 ]
}

@test 'a helper that was killed, and replaced' {
	run check
	[ "$status" = 0 ]
	kill -9 "$(pgrep -f '^/bin/sleep 1000$' -P "$(pid)" | head -1)"
	says 'helper_restarts 1 \(warning: not 0\)' --helper 'sleep 1000'
	[ "$status" = 1 ]
}

@test 'stopped: it runs, and does not answer' {
	stop "$(pid)"
	run check --answer-timeout 200ms
	kill -CONT "$(pid)"
	echo "$output"
	[ "$status" = 2 ]
	[[ $output == *'runs but does not answer within 0.2 s'* ]]
	[[ $output == *'stopped by a signal'* ]]
	says '^EXABGP OK - exabgp 4.* answers' --skip sessions,routes
}

@test 'restarted since the last run' {
	run check --skip sessions,routes
	[ "$status" = 0 ]
	start '/bin/sleep 1000' 198.51.100.1 198.51.100.77
	says 'exabgp 4.* answers' --skip sessions,routes
	echo "$output"
	[ "$status" = 1 ]
	[[ $output == *'restarts 1 (warning: not 0)'* ]]
}

@test 'one session of two is down, then both' {
	says '1 of 2 sessions established'
	[ "$status" = 2 ]
	[[ $output == *'198.51.100.77: '* ]]
	[[ $output != *'198.51.100.1: '* ]]
	run check --down-state warning
	[ "$status" = 1 ]
	"$lab" event shutdown 198.51.100.2
	says '0 of 2 sessions established, 0 routes announced'
	says '198.51.100.1: [A-Za-z]+ for at least [1-9]'
	"$lab" event no-shutdown 198.51.100.2
	[ "$status" = 2 ]
}

@test 'a helper that crashes until the daemon gives up: its log says so' {
	start '/bin/sleep 1000' 198.51.100.1
	says 'exabgp 4.* answers' --skip sessions,routes
	until chmod 644 "$LAB/exa/exabgp.log"; do sleep 0.05; done
	run check --skip sessions,routes --log "$LAB/exa/exabgp.log"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *'is followed from now on'* ]]
	mv "$LAB/exa/exabgp.log" "$LAB/exa/exabgp.log.1"
	start '/bin/false' 198.51.100.1
	until chmod 644 "$LAB/exa/exabgp.log"; do sleep 0.05; done
	says 'x helper given up: .*Too many death for ' --skip sessions,routes --log "$LAB/exa/exabgp.log"
	[ "$status" = 2 ]
}

@test 'not running, among processes that carry its name' {
	local traps=() trap

	end_exabgp
	tail -f "$LAB/exa/exabgp.conf" >/dev/null 3>&- &
	traps+=($!)
	python3 -c 'import time; time.sleep(60)' exabgp "$LAB/exa/exabgp.conf" 3>&- &
	traps+=($!)
	sh -c 'sleep 60; :' /usr/sbin/exabgp "$LAB/exa/exabgp.conf" 3>&- &
	traps+=($!)
	pgrep -f exabgp >/dev/null
	run check
	for trap in "${traps[@]}"; do kill "$trap"; done
	echo "$output"
	[ "$status" = 2 ]
	[[ $output == "EXABGP CRITICAL - process: exabgp is not running with $LAB/exa/exabgp.conf"* ]]
	[[ $output == *'|up=0;'* ]]
}
