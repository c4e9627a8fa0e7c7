#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_exabgp against a real ExaBGP 5.0, in the place of the lab's own 4.2.
# scripts/setup installs it from PyPI into build/.

lab=$BATS_TEST_DIRNAME/lab

setup_file() {
	local status=0

	cd "$BATS_TEST_DIRNAME/../.." || return 1
	EXABGP5=$PWD/build/exabgp-5.0
	export EXABGP5
	[ -x "$EXABGP5/bin/exabgp" ] || return 0
	LAB=$("$lab" start) || status=$?
	export LAB # empty: bats 1.8 cannot skip from here
	[ "$status" != 77 ] || return 0
	"$lab" wait
	make -s build/release/check_exabgp
	kill "$(cat "$LAB/exa/exabgp.pid")"
	# It looks for its pipes below its own prefix.
	PIPE=$EXABGP5/run/exabgp/lab.${LAB##*.}
	export PIPE
	mkdir -p "${PIPE%/*}"
	mkfifo -m 600 "$PIPE.in" "$PIPE.out"
}

setup() {
	[ -x "$EXABGP5/bin/exabgp" ] || skip 'no ExaBGP 5.0 in build/: no registry to install it from'
	[ -n "$LAB" ] || skip 'no lab here: root and its packages are needed'
	STATE=$BATS_TEST_TMPDIR/state
	mkdir -m 0700 "$STATE"
}

teardown_file() {
	[ -n "$LAB" ] || return 0
	end_exabgp
	rm -f "$PIPE.in" "$PIPE.out"
	"$lab" stop
}

pid() { cat "$LAB/exa/five.pid"; }

# ends PID: ask it to end, and see that it did
ends() {
	local end=$((SECONDS + 10))

	kill -CONT "$1" 2>/dev/null && kill "$1" 2>/dev/null
	while kill -0 "$1" 2>/dev/null; do
		[ "$SECONDS" -lt "$end" ] || kill -9 "$1"
		sleep 0.05
	done
}

# A daemon that gives up takes its pid file away before it is gone.
end_exabgp() {
	local pid

	for pid in $(pid 2>/dev/null) $(pgrep -f "exabgp server $LAB/exa/five.conf\$"); do
		ends "$pid"
	done
	rm -f "$LAB/exa/five.pid"
}

# start HELPER
start() {
	end_exabgp
	rm -f "$LAB/exa/five.log"
	cat >"$LAB/exa/five.conf" <<-TEXT
		process first { run $1; encoder text; }
		neighbor 198.51.100.1 {
			router-id 10.0.0.3;
			local-address 198.51.100.2;
			local-as 4200000003;
			peer-as 65001;
			hold-time 9;
			family { ipv4 unicast; }
			api { processes [ first ]; }
			static {
				route 10.3.0.0/24 next-hop self;
				route 10.3.1.0/24 next-hop self;
			}
		}
	TEXT
	"$lab" ns exa env exabgp_daemon_user=root exabgp_daemon_pid="$LAB/exa/five.pid" \
		exabgp_api_cli=true exabgp_api_pipename="${PIPE##*/}" exabgp_log_short=false \
		exabgp_cache_nexthops=false "$EXABGP5/bin/exabgp" server "$LAB/exa/five.conf" \
		>"$LAB/exa/five.log" 2>&1 </dev/null 3>&- &
	for ((i = 0; i < 1200; i++)); do
		[ ! -s "$LAB/exa/five.pid" ] || return 0
		# One whose helper fails may have given up already.
		! grep -qs 'Too many death' "$LAB/exa/five.log" || return 0
		sleep 0.05
	done
	cat "$LAB/exa/five.log"
	return 1
}

check() {
	build/release/check_exabgp --state-dir "$STATE" --pipe "$PIPE" \
		--config "$LAB/exa/five.conf" "$@"
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

@test 'healthy: it answers, holds its session, announces, receives, has its helper' {
	start '/bin/sleep 1000'
	says '1 of 1 session established' --skip routes
	says ' received=[1-9]' --received
	rm -rf "${STATE:?}"/*
	run check --helper 'sleep 1000' --expect-route 10.3.1.0/24 --neighbor 198.51.100.1
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == 'EXABGP OK - exabgp 5.0'*' answers, up '*', 1 of 1 session established, 2 routes announced, 1 helper'* ]]
	[[ $output == *' family_routes_198.51.100.1_ipv4-unicast=2;'* ]]
}

@test 'by its pid file, and by its pipes' {
	run check --pid-file "$LAB/exa/five.pid"
	[ "$status" = 0 ]
	run check --pipe-owner
	echo "$output"
	[ "$status" = 0 ]
}

@test 'stopped: it runs, and does not answer' {
	kill -STOP "$(pid)"
	until grep -q '^State:.T' "/proc/$(pid)/status"; do sleep 0.05; done
	run check --answer-timeout 300ms
	kill -CONT "$(pid)"
	echo "$output"
	[ "$status" = 2 ]
	[[ $output == *'stopped by a signal'* ]]
	# Its client answers for itself what it cannot ask.
	[[ $output == *'does not answer within 0.3 s'* || $output == *'answers'* ]]
	says '^EXABGP [A-Z]+ - .*exabgp 5.0[.0-9]* answers' --skip sessions,routes
}

@test 'its session is down' {
	"$lab" event shutdown 198.51.100.2
	says '0 of 1 session established, 0 routes announced'
	[ "$status" = 2 ]
	"$lab" event no-shutdown 198.51.100.2
}

@test 'a helper that crashes until the daemon gives up: its log says so' {
	start '/bin/sleep 1000'
	run check --skip sessions,routes --log "$LAB/exa/five.log"
	[[ $output == *'is followed from now on'* ]]
	mv "$LAB/exa/five.log" "$LAB/exa/five.log.1"
	start '/bin/false'
	says 'x helper given up: .*Too many death for ' --skip sessions,routes --log "$LAB/exa/five.log"
	[ "$status" = 2 ]
	says 'exabgp is not running with '
	[ "$status" = 2 ]
}
