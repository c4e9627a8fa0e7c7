#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_exabgp under a systemd that is process 1: the daemon by its unit, its
# log from the journal.

machine=$BATS_TEST_DIRNAME/machine

setup_file() {
	why=$("$machine" check) || skip "$why"
	[ -x /usr/sbin/exabgp ] || skip "no exabgp"
	M=$BATS_FILE_TMPDIR/machine
	export M
	make -s O="${BIN:-build/release}" install PREFIX=/usr DESTDIR="$M/layer" >/dev/null
	local etc=$M/layer/etc
	install -D -m 644 "$BATS_TEST_DIRNAME/exabgp.conf" "$etc/exabgp/exabgp.conf"
	mkdir -p "$etc/systemd/system/exabgp.service.d"
	printf '[Service]\nRestart=always\nRestartSec=100ms\n' \
	    >"$etc/systemd/system/exabgp.service.d/test.conf"
	"$machine" start "$M"
	guest systemctl start exabgp.service
}

teardown_file() {
	if [ -e "${M-}/supervisor" ]; then "$machine" stop "$M"; fi
}

guest() { "$machine" run "$M" "$@"; }
property() { guest systemctl show exabgp.service -P "$1"; }
await() { # PROPERTY PATTERN
	for _ in {1..900}; do
		# shellcheck disable=SC2053 # a pattern
		[[ $(property "$1") != $2 ]] || return 0
		sleep 0.1
	done
	guest systemctl status exabgp.service --no-pager
	return 1
}
check() {
	run guest /usr/lib/nagios/plugins/check_exabgp --unit exabgp.service \
	    --skip answers,sessions,routes --state-dir /var/lib/private-check "$@"
	echo "$status: $output"
}
setup() {
	guest rm -rf /var/lib/private-check
	guest mkdir -m 700 /var/lib/private-check
}

@test "a unit that runs: its main process, and no restart" {
	await SubState running
	pid=$(property MainPID)
	check -v
	[ "$status" -eq 0 ]
	[[ $output == "EXABGP OK - exabgp"* ]]
	[[ $output == *"process $pid"* ]]
	[[ $output == *" restarts=0;"* ]]
}

@test "systemd restarts it: seen from one run to the next" {
	await SubState running
	check
	[ "$status" -eq 0 ]
	before=$(property NRestarts)
	guest systemctl kill -s KILL --kill-who=main exabgp.service
	await NRestarts $((before + 1))
	await SubState running
	check
	[ "$status" -eq 1 ]
	[[ $output == *"restarts 1 (warning: not 0)"* ]]
}

@test "stopped, and a unit that does not exist" {
	guest systemctl stop exabgp.service
	check
	[ "$status" -eq 2 ]
	[[ $output == "EXABGP CRITICAL - process: "*"exabgp.service"* ]]
	guest systemctl start exabgp.service
	run guest /usr/lib/nagios/plugins/check_exabgp --unit no-such.service \
	    --skip answers,sessions,routes --state-dir /var/lib/private-check
	echo "$status: $output"
	[ "$status" -ge 2 ]
	[[ $output == *"no-such.service"* ]]
}

# ready: since the restart it has said in the journal that it is configured.
ready() { guest journalctl -o cat -u exabgp.service --since "@$1" | grep -q 'loaded new configuration'; }

@test "its log in the journal: from where the last run stopped" {
	look=(--journal exabgp.service --restarts-warning 99
	    --log-critical 'loaded new configuration')
	since=$(guest date +%s.%N)
	for run in first second; do
		guest systemctl restart exabgp.service
		for _ in {1..900}; do
			! ready "$since" || break
			sleep 0.1
		done
		check "${look[@]}"
		if [ $run = first ]; then
			[ "$status" -eq 0 ] # there is no last run to go on from
		else
			[ "$status" -eq 2 ]
			[[ $output == "EXABGP CRITICAL - log: "*"loaded new configuration"* ]]
		fi
		since=$(guest date +%s.%N)
	done
	check "${look[@]}"
	[ "$status" -eq 0 ]
}
