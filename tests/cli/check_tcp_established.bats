#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_tcp_established against real connections in a network namespace of its
# own, made by tests/tools/tcpfan.py.

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	export NSF=rvtcp$BATS_ROOT_PID
	ip netns add "$NSF"
	ip -n "$NSF" link set lo up
	start_fan 8080 600 400 5
}

teardown_file() {
	[ "$(id -u)" = 0 ] || return 0
	stop_fan
	ip netns del "$NSF"
}

setup() {
	[ "$(id -u)" = 0 ] || skip "network namespaces need root"
	BIN=${BIN:-build/release}
	STATE=$BATS_TEST_TMPDIR/state
	mkdir -m 0700 "$STATE"
}

# start_fan ARGS...: connections in the namespace; its input stays open.
start_fan() {
	local dir=$BATS_FILE_TMPDIR
	mkfifo "$dir/fan.in"
	ip netns exec "$NSF" python3 tests/tools/tcpfan.py "$@" \
		<"$dir/fan.in" >"$dir/fan.out" 3>&- &
	echo $! >"$dir/fan.pid"
	sleep 600 >"$dir/fan.in" 3>&- &
	echo $! >"$dir/hold.pid"
	wait_for ready 1
}

stop_fan() {
	kill "$(cat "$BATS_FILE_TMPDIR/hold.pid")" || true
	wait "$(cat "$BATS_FILE_TMPDIR/fan.pid")" || true
}

# wait_for WORD N: until the fan has said it N times.
wait_for() {
	local i
	for ((i = 0; i < 1200; i++)); do
		[ "$(grep -c "$1" "$BATS_FILE_TMPDIR/fan.out")" -ge "$2" ] &&
			return 0
		sleep 0.05
	done
	return 1
}

# tell COMMAND: and wait until the fan has done it.
tell() {
	local done_before
	done_before=$(grep -c "done" "$BATS_FILE_TMPDIR/fan.out") || true
	echo "$1" >"$BATS_FILE_TMPDIR/fan.in"
	wait_for "done" $((done_before + 1))
}

# tcp ARGS...: runs the check in the namespace, with a state directory.
tcp() {
	run ip netns exec "${IN:-$NSF}" "$BIN/check_tcp_established" \
		--state-dir "$STATE" "$@"
	# One line unless asked otherwise, one bar, no other exit code.
	[ "$status" -le 3 ]
	[ -n "$output" ]
}

# --- counting -----------------------------------------------------------------

@test "the kernel's own count says what it is" {
	tcp
	[ "$status" = 0 ]
	[[ "$output" = "TCP OK - 2010 connections ESTABLISHED or CLOSE-WAIT, as the kernel counts them|established=2010;;;0" ]]
}

@test "a thousand connections over both families" {
	tcp -p 8080
	[ "$status" = 0 ]
	[[ "$output" = "TCP OK - 1000 established connections on port 8080 from 61 clients|established=1000;;;0 clients=61;;;0" ]]
}

@test "IPv4 and IPv6 are not mixed up, mapped addresses are IPv4" {
	tcp -p 8080 -4
	[[ "$output" = *"established=600;"* ]]
	tcp -p 8080 -6
	[[ "$output" = *"established=400;"* ]]
	tcp -p 8081 -4
	[[ "$output" = *"established=5;"* ]]
	tcp -p 8081 -6
	[[ "$output" = *"established=0;"* ]]
	tcp --remote ::/0 -p 8080,8081
	[[ "$output" = *"established=400;"* ]]
}

@test "--exact agrees with the kernel's count" {
	tcp --exact
	[[ "$output" = *"established=2010;"* ]]
}

@test "nobody connected alerts with -c 1:" {
	tcp -p 9999 -c 1:
	[ "$status" = 2 ]
	[[ "$output" = "TCP CRITICAL - established 0 (critical: below 1); 0 established connections on port 9999 from 0 clients|established=0;"* ]]
}

@test "one connection" {
	tcp -p 8080 --remote 127.0.0.1 -r "$(some_client_port)" -c 1:1
	[ "$status" = 0 ]
	[[ "$output" = *"1 established connection on port 8080 from 1 client|"* ]]
}

some_client_port() {
	ip netns exec "$NSF" ss -Htn state established \
		'( sport = :8080 )' dst 127.0.0.1 |
		awk 'NR == 1 { sub(/.*:/, "", $4); print $4 }'
}

@test "thresholds in each state" {
	tcp -p 8080 -w 2000 -c 3000
	[ "$status" = 0 ]
	tcp -p 8080 -w 900 -c 3000
	[ "$status" = 1 ]
	[[ "$output" = "TCP WARNING - established 1000 (warning: above 900)"* ]]
	tcp -p 8080 -w 800 -c 900
	[ "$status" = 2 ]
	tcp -p 8080 --clients-warning 60
	[ "$status" = 1 ]
	[[ "$output" = *"clients 61 (warning: above 60)"* ]]
	tcp -p 8080 -d 1m -w 900
	[ "$status" = 3 ]
	[[ "$output" = "TCP UNKNOWN - age of 1000 connections not known yet"* ]]
}

# --- selecting ----------------------------------------------------------------

@test "selection agrees with ss" {
	local filter expected args
	while IFS='|' read -r args filter; do
		expected=$(ip netns exec "$NSF" ss -Htn state established \
			"$filter" | wc -l)
		# shellcheck disable=SC2086
		tcp $args
		echo "$args: $output, ss: $expected"
		[[ "$output" = *"established=$expected;"* ]]
		[ "$expected" -gt 0 ]
	done <<-END
		-r 8080|dport = :8080
		-p 8080-8081|sport >= :8080 and sport <= :8081
		-p http-alt --remote 127.0.3.0/24|sport = :8080 and dst 127.0.3.0/24
		--exclude-port 8080 --exclude-remote-port 8080|sport != :8080 and dport != :8080
		-p 8080 --exclude-remote 127.0.0.0/20|sport = :8080 and not dst 127.0.0.0/20
		--local 127.0.5.1|src 127.0.5.1
		--local ::1 -r 8080|src [::1] and dport = :8080
		--exclude-local 127.0.0.0/8 -p 8080|sport = :8080 and not src 127.0.0.0/8
	END
}

@test "--listening leaves out the ends of clients" {
	tcp --listening --by port
	[[ "$output" = *"1005 established connections"* ]]
	[[ "$output" = *" established_8080=1000;"* ]]
	[[ "$output" = *" established_8081=5;"* ]]
	tcp --listening -p 4444
	[ "$status" = 0 ]
	[[ "$output" = *"; nobody listens|"* ]]
}

@test "--state takes any, repeated" {
	tcp -s LISTEN
	[[ "$output" = "TCP OK - 3 LISTEN connections from 0 clients|listen=3;"* ]]
	tcp -s established -s close_wait -p 8080
	[[ "$output" = *"|connections=1000;;;0 clients=61;;;0 established=1000;;;0 close_wait=0;;;0" ]]
}

@test "--uid" {
	tcp -p 8080 --uid 0
	[[ "$output" = *"established=1000;"* ]]
	tcp -p 8080 --uid 12345
	[[ "$output" = *"established=0;"* ]]
}

@test "--cgroup counts a group and those below it" {
	local group mount=$BATS_TEST_TMPDIR/cgroup fan i
	mkdir "$mount"
	mount -t cgroup2 none "$mount" || skip "no cgroup v2"
	group=$mount/rvtcp$$
	mkdir "$group" "$group/below"
	mkfifo "$BATS_TEST_TMPDIR/in"
	sh -c "echo \$\$ >$group/below/cgroup.procs && exec ip netns exec \
		$NSF python3 tests/tools/tcpfan.py 7070 3 2" \
		<>"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
	fan=$!
	for ((i = 0; i < 400; i++)); do
		grep -q ready "$BATS_TEST_TMPDIR/out" && break
		sleep 0.05
	done
	tcp --cgroup "$group" -l
	local inside=$output
	tcp --cgroup "$group/below" -p 7070
	local below=$output
	tcp --cgroup "$group" -p 8080
	local other=$output
	kill $fan
	wait $fan || true
	rmdir "$group/below" "$group"
	tcp --cgroup "$group" -p 8080
	umount "$mount"
	echo "$inside; $below; $other; $output"
	[[ "$inside" = *"established=5;"* ]]
	[[ "$below" = *"established=5;"* ]]
	[[ "$other" = *"established=0;"* ]]
	[ "$status" = 3 ]
	[[ "$output" = *"cgroup $group: No such file or directory"* ]]
	tcp --cgroup /etc -p 8080
	[ "$status" = 3 ]
	[[ "$output" = *"cgroup"* ]]
}

@test "--by is sorted, cut at --top and the same every time" {
	tcp --listening --by port,family --top 2 -v
	local first=$output
	[[ "$output" = *"2 largest of 3 groups"* ]]
	[[ "$output" = *"[OK] port 8080 ipv4: 600 connections"*"[OK] port 8080 ipv6: 400 connections"* ]]
	tcp --listening --by port,family --top 2 -v
	[ "$output" = "$first" ]
	tcp -p 8080 --by remote --top 1
	[[ "$output" = *"established_0:0:0:0:0:0:0:1=400;"* ]]
}

# --- namespaces ---------------------------------------------------------------

@test "--netns PATH and PID see what is in there" {
	run "$BIN/check_tcp_established" --netns "/run/netns/$NSF" -p 8080
	[[ "$output" = *"established=1000;"* ]]
	run "$BIN/check_tcp_established" --netns "/run/netns/$NSF"
	[[ "$output" = *"established=2010;"* ]]
	run "$BIN/check_tcp_established" -p 8080 \
		--netns "$(pgrep -f "tcpfan.py 8080 600 400" | tail -1)"
	[[ "$output" = *"established=1000;"* ]]
}

@test "a missing namespace is named" {
	run "$BIN/check_tcp_established" --netns /run/netns/none$$ -p 80
	[ "$status" = 3 ]
	[[ "$output" = "TCP UNKNOWN - network namespace /run/netns/none$$: No such file or directory"* ]]
	run "$BIN/check_tcp_established" --netns 4194999 -p 80
	[ "$status" = 3 ]
	[[ "$output" = *"there is no process 4194999"* ]]
	run "$BIN/check_tcp_established" --netns blue -p 80
	[[ "$output" = *"give a path such as /run/netns/blue, or a process id"* ]]
	run "$BIN/check_tcp_established" --netns /etc/passwd -p 80
	[[ "$output" = *"/etc/passwd is no network namespace"* ]]
}

@test "no permission to enter a namespace names the capability" {
	chmod 755 "$BATS_FILE_TMPDIR"
	cp "$BIN/check_tcp_established" /tmp/rvtcp$$.bin
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
		/tmp/rvtcp$$.bin --netns "/run/netns/$NSF" -p 80
	rm -f /tmp/rvtcp$$.bin
	[ "$status" = 3 ]
	[[ "$output" = *"/run/netns/$NSF: entering it needs CAP_SYS_ADMIN"* ]]
}

# --- ages ---------------------------------------------------------------------

@test "the first run knows no age and says so" {
	tcp -p 8080 -d 1s
	[ "$status" = 0 ]
	[[ "$output" = *"(0 younger, 1000 of unknown age); no earlier look to tell ages from (no history: first run)|"* ]]
	[[ "$output" = *" age_unknown=1000;"* ]]
}

@test "long-lived and young ones together" {
	tcp -p 8080 -d 1s
	sleep 1.1
	tell "more 7"
	# Each remembers the first look, and nothing since.
	local n
	for n in 2 3 4; do cp -a "$STATE" "$STATE.$n"; done
	tcp -p 8080 -d 1s -w 500
	[ "$status" = 1 ]
	[[ "$output" = *"established=1000;500;"* ]]
	[[ "$output" = *" age_unknown=7;"* ]]
	[[ "$output" = *"; ages from earlier runs|"* ]]
	# The seven were not there at the first look, less than 1 min ago.
	STATE=$STATE.2 tcp -p 8080 -d 1m
	[[ "$output" = *"(7 younger, 1000 of unknown age)"* ]]
	STATE=$STATE.3 tcp -p 8080 -d 1s -c 1003
	[ "$status" = 3 ]
	[[ "$output" = "TCP UNKNOWN - age of 7 connections not known yet"* ]]
	STATE=$STATE.4 tcp -p 8080 -d 1s --settle -c 1003
	[ "$status" = 2 ]
	[[ "$output" = *"established=1007;"*" age_unknown=0;"* ]]
	[[ "$output" = *"; ages from two looks|"* ]]
}

@test "--settle without history looks twice" {
	tcp -p 8080 -d 1s --settle
	[ "$status" = 0 ]
	[[ "$output" = *" age_unknown=0;"*" younger=0;"* ]]
	[[ "$output" = *"; ages from two looks"*"(no history: first run)|"* ]]
}

@test "a reused address and port is another connection" {
	tcp -p 8080 -d 1s
	sleep 1.1
	tell reopen
	tcp -p 8080 -d 1s
	[[ "$output" = *" age_unknown=1;"* ]]
}

@test "another namespace or another boot has no history" {
	tcp -p 8081 -d 1s
	run "$BIN/check_tcp_established" --state-dir "$STATE" -p 8081 -d 1s
	[[ "$output" = *"(no history: the network namespace is another one)"* ]]
	local file
	file=$(find "$STATE" -name 'check_tcp*' ! -name '*.lock')
	# The checksum of the file notices what is changed by hand.
	sed -i 's/ diag [0-9a-f]/ diag x/' "$file"
	tcp -p 8081 -d 1s
	[ "$status" = 0 ]
	[[ "$output" = *"(no history: "*"|"* ]]
}

# --- state that cannot be had -------------------------------------------------

@test "state directory missing, unwritable, foreign, full" {
	tcp -p 8081 -d 1s --state-dir "$STATE/none/at/all"
	[ "$status" = 0 ]
	[[ "$output" = *"(no history: "* ]]
	mkdir -m 0777 "$STATE/open"
	chmod 0777 "$STATE/open"
	tcp -p 8081 -d 1s --state-dir "$STATE/open"
	[[ "$output" = *"(no history: "* ]]
	mkdir -m 0700 "$STATE/theirs"
	chown 65534 "$STATE/theirs"
	tcp -p 8081 -d 1s --state-dir "$STATE/theirs"
	[[ "$output" = *"(no history: "* ]]
	touch "$STATE/file"
	tcp -p 8081 -d 1s --state-dir "$STATE/file"
	[[ "$output" = *"(no history: "* ]]
}

@test "a full state directory keeps the verdict" {
	mkdir "$STATE/small"
	mount -t tmpfs -o size=4k,nr_inodes=64,mode=0700 none "$STATE/small"
	head -c 4096 /dev/zero >"$STATE/small/filler" || true
	tcp -p 8080 -d 1s --state-dir "$STATE/small"
	umount "$STATE/small"
	[ "$status" = 0 ]
	[[ "$output" = *"history not kept"* ]]
}

# --- accept queues ------------------------------------------------------------

@test "a full accept queue is why users cannot connect" {
	local IN=${NSF}q
	ip netns add "$IN"
	ip -n "$IN" link set lo up
	mkfifo "$BATS_TEST_TMPDIR/in"
	ip netns exec "$IN" python3 tests/tools/tcpfan.py 8080 8 0 0 7 7 \
		<>"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" 3>&- &
	local fan=$! i
	for ((i = 0; i < 400; i++)); do
		grep -q ready "$BATS_TEST_TMPDIR/out" && break
		sleep 0.05
	done
	tcp -p 8080 --backlog-warning 50 --backlog-critical 90
	local full=$output full_status=$status
	tcp -p 4444 --backlog-critical 90
	ip netns del "$IN"
	kill $fan
	[ "$full_status" = 2 ]
	[[ "$full" = "TCP CRITICAL - 7 of 7 wait in the accept queue of 127.0.0.1 port 8080; backlog 100 % (critical: above 90 %)"* ]]
	[[ "$full" = *" backlog=100%;50;90;0;100"* ]]
	[ "$status" = 2 ]
	[[ "$output" = "TCP CRITICAL - nobody listens"* ]]
}

# --- bad input ----------------------------------------------------------------

@test "bad input is a usage error that names option and value" {
	local args words
	while IFS='|' read -r args words; do
		# shellcheck disable=SC2086
		run "$BIN/check_tcp_established" $args
		echo "$args: $output"
		[ "$status" = 3 ]
		[[ "$output" = *"$words"* ]]
	done <<-END
		-p nosuchservice|no port number, and no service of that name
		-p 8010-8000|range 8010-8000 is reversed: use 8000-8010
		-p 70000|a port is 1 to 65535
		--remote 10.0.0.1/8|use 10.0.0.0/8
		--remote 10.0.0.0/33|--remote
		--local 10.0.0|--local
		-s SLEEPING|no TCP state
		-b port,colour|not port, family or remote, at character 6
		-u root|-u root
		-d -5s|-d -5s
		--settle|--settle needs --duration
		--settle -d 60s -p 80|--settle: --duration does not fit in --timeout
		--top 0|--top
		-w 20:10|-w
		--cgroup /nonexistent|/nonexistent
		--nosuch|--nosuch
	END
}

# --- formats ------------------------------------------------------------------

@test "JSON holds to its schema" {
	python3 -c 'import jsonschema' || skip "python3-jsonschema is missing"
	local args
	for args in "-p 9999 -c 1:" "-p 8080 -d 1s" "-l --by port,family,remote" ""; do
		# shellcheck disable=SC2086
		tcp $args --format json
		echo "$output" | python3 -c '
import json, jsonschema, sys
schema = json.load(open("contrib/schema/result-1.json"))
jsonschema.Draft202012Validator(schema).validate(json.load(sys.stdin))'
	done
}

@test "promtool takes the prometheus form" {
	command -v promtool || skip "promtool is missing"
	local args
	for args in "-p 9999 -c 1:" "-p 8080 -d 1s" "-l --by port,family,remote" ""; do
		# shellcheck disable=SC2086
		tcp $args --format prometheus
		echo "$output" | promtool check metrics
	done
}

@test "a strict reader takes the OpenMetrics form" {
	[ -e tests/tools/openmetrics_reader.py ] || skip "no reader"
	local args
	for args in "-p 9999 -c 1:" "-p 8080 -d 1s" "-l --by port,family,remote" ""; do
		# shellcheck disable=SC2086
		tcp $args --format openmetrics
		echo "$output" | python3 tests/tools/openmetrics_reader.py
	done
	tcp -l --by port,family --format openmetrics
	[[ "$output" = *'tcp_group_established_connections{port="8080",family="ipv6"} 400'* ]]
}

# --- without netlink ----------------------------------------------------------

@test "/proc/net/tcp is the fallback, and it is said" {
	command -v strace || skip "strace is missing"
	# A leak checker cannot work under ptrace.
	ASAN_OPTIONS=detect_leaks=0 run ip netns exec "$NSF" \
		strace -f -qq -o /dev/null \
		-e inject=socket:error=EPROTONOSUPPORT \
		"$BIN/check_tcp_established" -p 8080 --by family
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" = *"(read from /proc/net/tcp: this kernel has no sock_diag)"* ]]
	[[ "$output" = *" established_ipv6=400;"* ]]
}

@test "without /proc connections are counted all the same" {
	[[ $BIN != */asan ]] || skip "a sanitizer needs /proc itself"
	run unshare -m sh -c 'mount -t tmpfs none /proc; exec "$@"' sh \
		"$BIN/check_tcp_established" -p 8080
	[ "$status" = 0 ]
	[[ $output == "TCP OK - "* ]]
}

@test "without /proc ages are not guessed" {
	[[ $BIN != */asan ]] || skip "a sanitizer needs /proc itself"
	run unshare -m sh -c 'mount -t tmpfs none /proc; exec "$@"' sh \
		"$BIN/check_tcp_established" -p 8080 --duration 1s \
		--state-dir "$STATE"
	[ "$status" = 3 ]
	[[ $output == "TCP UNKNOWN - "*"/proc"* ]]
}

@test "an empty namespace is a usage error" {
	run "$BIN/check_tcp_established" --netns ''
	[ "$status" = 3 ]
	[[ $output == *"--netns=: must not be empty"* ]]
}

@test "a limit that was violated clears inside the range of --recover-at" {
	held() { tcp -p 8080 --dampen=on --confirm 1 --recover-at "$@"; }
	held established=100 -w 500
	[ "$status" -eq 1 ]
	held established=100 -w 10000
	[ "$status" -eq 1 ]
	[[ $output == *"not recovered: established_8080 above 100, held WARNING"* ]] ||
		[[ $output == *"not recovered: established above 100, held WARNING"* ]]
	held established=9000 -w 10000
	[ "$status" -eq 0 ]
}
