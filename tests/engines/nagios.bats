#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# A real Nagios beside the router of the lab, with the configuration of its package
# and our command files and example as they are: it asks the router by SNMP, the
# nodes by ICMP and HTTP, and from inside by a real NRPE.

# shellcheck source=tests/engines/boxes.bash
source "$BATS_TEST_DIRNAME/boxes.bash"

export BIN=${BIN:-build/release}

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LAB='' BOXES=''
	for tool in nagios4 nrpe nsenter unshare python3; do
		command -v $tool >/dev/null || return 0 # bats 1.8 cannot skip from here
	done
	[ -x "$plugins/check_nrpe" ] || return 0
	boxes_start || return 0
	lab_mends_exabgp
	lab_admits_nagios
	box_node node1 bird 192.0.2.2 192.0.2.1
	box_node node2 exa 198.51.100.2 198.51.100.1
	box_nrpe node1
	box_nrpe node2
	box_make engine frr
	box_secret engine community public
	configure
}

teardown_file() { boxes_stop; }

setup() {
	[ -n "$LAB" ] || skip 'needs root, the lab, nagios4-core, nagios-nrpe-server and -plugin'
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	status_file=$BOXES/engine/lib/nagios4/status.dat
	log=$BOXES/engine/log/nagios4/nagios.log
}

# The package's own configuration but for its pace, a host of its own and the mail.
configure() {
	local etc=$BOXES/engine/etc

	cp contrib/nagios/{check_,vigil-}*.cfg "$etc/nagios-plugins/config/"
	cp contrib/nagios/example.cfg "$etc/nagios4/conf.d/"
	sed -i 's/3000,80% --critical 5000,/300,80% --critical 500,/' \
	    "$etc/nagios-plugins/config/check_icmp_dual.cfg"
	sed -i -e '/localhost.cfg/d' -e 's/^\(interval_length\)=.*/\1=2/' \
	    -e 's/^\(cached_host_check_horizon\)=.*/\1=0/' \
	    -e 's/^\(status_update_interval\|check_result_reaper_frequency\)=.*/\1=1/' \
	    -e 's/^\(check_for_updates\|enable_flap_detection\)=.*/\1=0/' "$etc/nagios4/nagios.cfg"
	mails host "\$HOSTSTATE\$"
	mails service "\$SERVICEDESC\$ \$SERVICESTATE\$"
	mkdir -p "$BOXES/engine/lib/nagios4"/{rw,spool/checkresults} \
	    "$BOXES/engine/log/nagios4/archives" "$BOXES/engine/run/nagios4"
	chown -R nagios: "$BOXES/engine"/{lib,log,run}/nagios4
}

# mails WHAT MACROS: the command that mails of it writes a line instead.
mails() {
	sed -i "/notify-$1-by-email/,/}/s#\(command_line[[:blank:]]*\).*bin/mail.*#\1/usr/bin/printf '%s\\\\n' '\$CONTACTNAME\$ \$NOTIFICATIONTYPE\$ \$HOSTNAME\$ $2' >>/var/log/nagios4/mail#" \
	    "$BOXES/engine/etc/nagios4/objects/commands.cfg"
}

status() { python3 tests/tools/nagios_status.py "$status_file" "$@"; }

# reaches HOST SERVICE STATE: a hard state, within three minutes
reaches() {
	until_true 180 state_is "$@" || {
		status "$1" "$2" plugin_output
		status --all
		return 1
	}
}
state_is() {
	[ "$(status "$1" "$2" current_state)" = "$3" ] && [ "$(status "$1" "$2" state_type)" = 1 ]
}
all_ok() { ! status --all | grep -v 'Watchdog' | grep -v ';0;1$'; }

# told LINE: the mail says so
told() { grep -qxF "$1" "$BOXES/engine/log/nagios4/mail"; }
# mailed: an empty file for what is told from now on.
mailed() {
	: >"$BOXES/engine/log/nagios4/mail"
	chown nagios: "$BOXES/engine/log/nagios4/mail"
}

@test "Nagios accepts the command files and the example without a warning" {
	run box engine nagios4 -v /etc/nagios4/nagios.cfg
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *'Total Warnings: 0'*'Total Errors:   0'* ]]
	[[ $output == *'Checked 14 service dependencies'* ]]
}

@test "every service of the example becomes OK" {
	box_daemon engine "$BOXES/engine/nagios.log" nagios4 /etc/nagios4/nagios.cfg
	until_true 90 test -s "$status_file"
	until_true 90 all_ok >/dev/null || {
		all_ok
		cat "$BOXES/engine/nagios.log"
		false
	}
	[ "$(status --all | wc -l)" = 20 ]
	[[ $(status edge1 'BGP anycast' plugin_output) == 'BGP OK - 2 of 2 peers established' ]]
	[[ $(status node1 'BIRD' plugin_output) == 'BGP OK - 192.0.2.1 AS65001'* ]]
	[[ $(status node2 'ExaBGP' plugin_output) == 'EXABGP OK - '* ]]
}

# as_printed SERVICE HOST COMMAND...: what the status has is what the check prints.
as_printed() {
	local host=$1 service=$2 printed

	shift 2
	printed=$(box engine setpriv --reuid nagios --regid nagios --clear-groups "$@")
	python3 tests/tools/same_perfdata.py "${printed#*|}" "$(status "$host" "$service" performance_data)"
}

@test "the numbers are those that the checks print" {
	as_printed edge1 'BGP anycast' "$plugins/check_bgp_session" --hostname 192.0.2.1 \
	    --community-file /etc/routevigil/community --peer 192.0.2.2 --peer 198.51.100.2
	as_printed edge1 'BGP node1' "$plugins/check_bgp_session" --hostname 192.0.2.1 \
	    --community-file /etc/routevigil/community --peer 192.0.2.2
	as_printed node1 'Ping both families' "$plugins/check_icmp_dual" -H 192.0.2.2 -H 2001:db8:12::2
	as_printed node2 HTTP "$plugins/check_http_dual" --url http://www.example.net/ \
	    --resolve 198.51.100.2 -w 1 -c 5
	as_printed node1 BIRD "$plugins/check_nrpe" -H 192.0.2.2 -c routevigil_bird
	# Rates and shares are there from the second look on.
	until_true 90 as_printed node2 ExaBGP "$plugins/check_nrpe" -H 198.51.100.2 -c routevigil_exabgp
}

# The lines of MRPE: a name, options in brackets, a command.
@test "Checkmk: every line of mrpe.cfg runs, and its numbers are numbers for it" {
	local name command seen=0

	sed "s|/etc/exabgp/exabgp.conf|$LAB/conf/exabgp.conf|" contrib/checkmk/mrpe.cfg >"$BATS_TEST_TMPDIR/mrpe.cfg"
	while read -r name command; do
		[[ $name != '#'* && -n $name ]] || continue
		[[ $name =~ ^[A-Za-z0-9%]+$ ]]
		command=${command#(interval=60) }
		case $name in
		ExaBGP) run box node2 sh -c "$command" ;;
		*) run box node1 sh -c "$command" ;;
		esac
		echo "$name: $output"
		[ "$status" -eq 0 ]
		# It cuts at the first bar, then at blanks, and each is VARIABLE=NUMBER...
		[[ ${output#*|} != *'|'* ]]
		for datum in ${output#*|}; do
			[[ $datum =~ ^[^=]+=-?[0-9.]+(s|B|c|%)?(\;[^\;]*)*$ ]]
		done
		seen=$((seen + 1))
	done <"$BATS_TEST_TMPDIR/mrpe.cfg"
	[ "$seen" -eq 5 ]
}

@test "Sensu: every definition is complete, and its command runs" {
	local name command

	python3 - <<-'END' >"$BATS_TEST_TMPDIR/checks"
		import json
		text, at = open("contrib/sensu/routevigil.json").read(), 0
		while text[at:].strip():
		    check, at = json.JSONDecoder().raw_decode(text, at)
		    at += len(text[at:]) - len(text[at:].lstrip())
		    spec = check["spec"]
		    assert check["type"] == "CheckConfig" and check["api_version"] == "core/v2"
		    assert spec["output_metric_format"] == "nagios_perfdata"
		    assert spec["timeout"] < spec["interval"] < spec["ttl"] and spec["subscriptions"]
		    print(check["metadata"]["name"], spec["command"])
	END
	[ "$(wc -l <"$BATS_TEST_TMPDIR/checks")" -eq 3 ]
	while read -r name command; do
		case $name in
		exabgp) run box node2 sh -c "${command//\/etc\/exabgp\/exabgp.conf/$LAB/conf/exabgp.conf}" ;;
		*) run box node1 sh -c "$command" ;;
		esac
		echo "$name: $output"
		[ "$status" -eq 0 ]
		# Its agent splits at bars and wants two parts, then at blanks, and of each
		# what is before the first semicolon is LABEL=NUMBER.
		[ "$(tr -dc '|' <<<"$output")" = '|' ]
		for datum in ${output#*|}; do
			[[ ${datum%%;*} =~ ^[^=\']+=-?[0-9.]+(s|B|c|%)?$ ]]
		done
	done <"$BATS_TEST_TMPDIR/checks"
}

@test "a session falls: CRITICAL for its router, WARNING for the service and for BIRD" {
	mailed
	"$lab" event bird-disable frr4
	reaches edge1 'BGP node1' 2
	reaches node1 BIRD 1
	reaches edge1 'BGP anycast' 1
	[[ $(status edge1 'BGP node1' plugin_output) == 'BGP CRITICAL - 192.0.2.2 AS65002 '* ]]
	[[ $(status edge1 'BGP node1' performance_data) == *' established=0;;;0 '* ]]
	[[ $(status edge1 'BGP anycast' performance_data) == *' established=1;'* ]]
	state_is edge1 'BGP node2' 0
	state_is node2 ExaBGP 0
	until_true 90 told 'noc PROBLEM edge1 BGP anycast WARNING'
	until_true 90 told 'noc PROBLEM node1 BIRD WARNING'
	run told 'oncall PROBLEM edge1 BGP anycast WARNING'
	[ "$status" -eq 1 ]
}

@test "the other node follows: the service is CRITICAL, and somebody gets up" {
	"$lab" event kill exabgp
	reaches node2 ExaBGP 2
	reaches edge1 'BGP anycast' 2
	until_true 90 told 'oncall PROBLEM edge1 BGP anycast CRITICAL'
}

@test "both come back" {
	"$lab" event bird-enable frr4
	"$lab" event launch exabgp
	until_true 90 lab_admits_nagios
	reaches edge1 'BGP anycast' 0
	reaches node1 BIRD 0
	until_true 90 told 'oncall RECOVERY edge1 BGP anycast OK'
}

@test "a router that is gone is told once, and somebody gets up" {
	mailed
	box engine sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	until_true 60 grep -q 'HOST ALERT: edge1;DOWN;HARD' "$log"
	# What is asked of it cannot be known either.
	mv "$BOXES/engine/etc/routevigil/community" "$BOXES/engine/etc/routevigil/away"
	reaches edge1 'BGP anycast' 3
	reaches edge1 'BGP node1' 3
	until_true 30 told 'noc PROBLEM edge1 DOWN'
	until_true 30 told 'oncall PROBLEM edge1 DOWN'
	run grep 'PROBLEM edge1 BGP' "$BOXES/engine/log/nagios4/mail"
	echo "$output"
	[ "$status" -eq 1 ]
	mv "$BOXES/engine/etc/routevigil/away" "$BOXES/engine/etc/routevigil/community"
	reaches edge1 'BGP anycast' 0
	reaches edge1 'BGP node1' 0
	box engine sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	until_true 60 told 'oncall RECOVERY edge1 UP'
}

@test "a node that is gone is told once, not by the session with it" {
	mailed
	box node1 sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	reaches node1 Up 2
	"$lab" event bird-disable frr4
	reaches edge1 'BGP node1' 2
	until_true 60 told 'noc PROBLEM node1 DOWN'
	# The service as a whole is another matter.
	until_true 60 told 'noc PROBLEM edge1 BGP anycast WARNING'
	run told 'noc PROBLEM edge1 BGP node1 CRITICAL'
	[ "$status" -eq 1 ]
	"$lab" event bird-enable frr4
	box node1 sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	reaches edge1 'BGP anycast' 0
	reaches node1 Up 0
	reaches node1 BIRD 0
}

# checked_since HOST SERVICE TIME
checked_since() { [ "$(status "$1" "$2" last_check)" -gt "$3" ]; }

@test "without the agent nobody asks what only it can tell" {
	local before

	kill "$(cat "$BOXES/node1/nrpe.pid")"
	reaches node1 Agent 2
	before=$(status node1 Agent last_check)
	until_true 90 checked_since node1 Agent $((before + 5))
	run checked_since node1 BIRD "$before"
	[ "$status" -eq 1 ]
	box_nrpe node1
	reaches node1 Agent 0
	until_true 90 checked_since node1 BIRD "$before"
}

# unit_line KEY NAME: a line of the unit that submits, for NAME.
unit_line() {
	sed -n "s/^$1=-\?//p" contrib/systemd/vigil-passive-nagios@.service |
	    sed "s|%i|$2|g; s|%t|$BOXES/run|g"
}

# submit: what is on stdin, as the unit does it.
submit() {
	mkdir -p "$BOXES/run/vigil-passive-nagios-x"
	cat >"$BOXES/run/vigil-passive-nagios-x/result"
	COMMAND_FILE=$BOXES/engine/lib/nagios4/rw/nagios.cmd sh -c "$(unit_line ExecStart x)"
}
# shellcheck disable=SC2053 # a pattern
is_watchdog() { [[ $(status node2 Watchdog plugin_output) == $1 ]]; }

@test "a passive result arrives as it was" {
	cat >"$BATS_TEST_TMPDIR/plugin" <<-'END'
		#!/bin/sh
		printf 'THING CRITICAL - \\n c\\\\d 100%%|x=1;2;3\nsecond \\ line\nthird|y=2 z=3\n'
		exit 2
	END
	chmod 755 "$BATS_TEST_TMPDIR/plugin"
	"$BIN/vigil-dampen" --dampen=off --format nagios-passive --host-name node2 \
	    --service-name Watchdog -- "$BATS_TEST_TMPDIR/plugin" >"$BATS_TEST_TMPDIR/line" || :
	submit <"$BATS_TEST_TMPDIR/line"
	until_true 90 is_watchdog 'THING *'
	[ "$(status node2 Watchdog plugin_output)" = 'THING CRITICAL - \n c\\d 100%' ]
	state_is node2 Watchdog 2
	[ "$(status node2 Watchdog long_plugin_output)" = 'second \\ line\nthird' ]
	[ "$(status node2 Watchdog performance_data)" = 'x=1;2;3 y=2 z=3' ]
}

@test "passive results of a check, with details and numbers, without loss" {
	local at printed

	at=$(date +%s)
	printed=$(box node2 "$plugins/check_bgp_session" --source exabgp --detail \
	    --socket /run/exabgp/exabgp) || :
	box node2 "$plugins/check_bgp_session" --source exabgp --detail --socket /run/exabgp/exabgp \
	    --format nagios-passive --host-name node2 --service-name Watchdog | submit
	until_true 90 is_watchdog 'BGP *'
	[ "$(status node2 Watchdog last_check)" -ge "$at" ]
	python3 tests/tools/same_perfdata.py "${printed#*|}" "$(status node2 Watchdog performance_data)"
	[[ $(status node2 Watchdog long_plugin_output) == *'198.51.100.1 AS65001'*'\n'*'2001:db8:13::1'* ]]
}

@test "the unit submits by itself, and waits for no reader" {
	local cmd=$BOXES/engine/lib/nagios4/rw/nagios.cmd

	mkdir -p "$BOXES/run/vigil-passive-nagios-x"
	box engine env CHECK=check_tcp_established CHECK_OPTIONS='--port 1 --critical 5:' \
	    HOST_NAME=node2 SERVICE_NAME=Watchdog sh -c "$(unit_line ExecStartPre x)" || [ $? = 2 ]
	COMMAND_FILE=$cmd sh -c "$(unit_line ExecStart x)"
	until_true 90 is_watchdog 'TCP CRITICAL *'
	mkfifo "$BOXES/nobody"
	COMMAND_FILE=$BOXES/nobody run timeout 10 sh -c "$(unit_line ExecStart x)"
	[[ $status = 1 && $output == *'No such device'* ]]
	COMMAND_FILE=$BOXES/nowhere run sh -c "$(unit_line ExecStart x)"
	[ "$status" = 1 ]
	[ ! -e "$BOXES/nowhere" ]
}

@test "a passive result of a host" {
	"$BIN/check_icmp_dual" --format nagios-passive --host-name node1 -H 127.0.0.1 \
	    --alive-critical 5: | submit
	until_true 90 grep -q 'HOST ALERT: node1;DOWN;HARD;1;ICMP CRITICAL' "$log" || {
		grep -v wproc "$log" | tail
		false
	}
}
