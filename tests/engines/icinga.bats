#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Real Icinga 2: a master, a satellite beside the router of the lab, and an agent
# on a node, each with its package's configuration, certificates of a CA made here,
# and our CheckCommands and example as they are, given to the master alone.

# shellcheck source=tests/engines/boxes.bash
source "$BATS_TEST_DIRNAME/boxes.bash"

export BIN=${BIN:-build/release}

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LAB='' BOXES=''
	for tool in icinga2 curl nsenter unshare python3; do
		command -v $tool >/dev/null || return 0 # bats 1.8 cannot skip from here
	done
	boxes_start || return 0
	lab_mends_exabgp
	lab_admits_nagios
	box_node node1 bird 192.0.2.2 192.0.2.1
	box_node node2 exa 198.51.100.2 198.51.100.1
	box_make satellite1 frr
	box_make master1 gobgp
	box_secret satellite1 community public
	configure
	start
}

teardown_file() { boxes_stop; }

setup() {
	[ -n "$LAB" ] || skip 'needs root, the lab, icinga2-bin and curl'
	cd "$BATS_TEST_DIRNAME/../.." || return 1
}

# name_node NAME: the package's configuration with a name, the cluster and no
# objects of its own.
name_node() {
	local dir=$BOXES/$1/etc/icinga2

	cp contrib/icinga2/example/zones.conf "$dir/zones.conf"
	sed -i 's/^include_recursive "conf.d"/# &/' "$dir/icinga2.conf"
	printf 'const NodeName = "%s.example.net"\n' "$1" >>"$dir/constants.conf"
	printf 'object ApiListener "api" {\n\taccept_config = true\n\taccept_commands = true\n}\n' \
	    >"$dir/features-enabled/api.conf"
	printf '203.0.113.2 master1.example.net\n203.0.113.1 satellite1.example.net\n198.51.100.2 node2.example.net\n' \
	    >>"$BOXES/$1/etc/hosts"
	mkdir -p "$BOXES/$1"/{run,log,cache}/icinga2 "$BOXES/$1/lib/icinga2"/{api,certs,ca}
	chown -R nagios: "$BOXES/$1"/{run,log,cache,lib}/icinga2 "$dir"
}

# certify NAME: a certificate that the CA of the master has signed.
certify() {
	local certs=/var/lib/icinga2/certs cn=$1.example.net

	box master1 icinga2 pki new-cert --cn "$cn" --key /run/icinga2/key --csr /run/icinga2/csr
	box master1 icinga2 pki sign-csr --csr /run/icinga2/csr --cert /run/icinga2/crt
	cp "$BOXES/master1/run/icinga2/key" "$BOXES/$1/lib/icinga2/certs/$cn.key"
	cp "$BOXES/master1/run/icinga2/crt" "$BOXES/$1/lib/icinga2/certs/$cn.crt"
	cp "$BOXES/master1/lib/icinga2/ca/ca.crt" "$BOXES/$1/lib/icinga2/certs/ca.crt"
	box "$1" chown -R nagios: $certs
}

# What a minute is in the example is a second here; the mail is a file.
configure() {
	local zones=$BOXES/master1/etc/icinga2/zones.d node

	for node in master1 satellite1 node2; do name_node $node; done
	box master1 icinga2 pki new-ca >/dev/null
	for node in master1 satellite1 node2; do certify $node >/dev/null; done
	mkdir -p "$zones"/{master,site1,global-routevigil}
	cp contrib/icinga2/routevigil.conf "$zones/global-routevigil/"
	sed -e 's/_interval = \(1m\|[123]0s\)$/_interval = 2s/' \
	    -e "s|/etc/exabgp/exabgp.conf|$LAB/conf/exabgp.conf|" \
	    contrib/icinga2/example/site1.conf >"$zones/site1/routevigil.conf"
	sed -e 's/_interval = \(1m\|[123]0s\)$/_interval = 2s/' \
	    contrib/icinga2/example/master.conf >"$zones/master/routevigil.conf"
	printf 'object ApiUser "root" {\n\tpassword = "api"\n\tpermissions = [ "*" ]\n}\n' \
	    >>"$BOXES/master1/etc/icinga2/icinga2.conf"
	cat >"$BOXES/master1/etc/icinga2/scripts/mail-service-notification.sh" <<-'END'
		#!/bin/sh
		echo "$*" | sed 's/.* -e \(.*\) -l \(.*\) -n .* -r \(.*\) -s \(.*\) -t \(.*\) -u .*/\3 \5 \2 \1 \4/' >>/var/log/icinga2/mail
	END
	cat >"$BOXES/master1/etc/icinga2/scripts/mail-host-notification.sh" <<-'END'
		#!/bin/sh
		echo "$*" | sed 's/.* -l \(.*\) -n .* -r \(.*\) -s \(.*\) -t \(.*\)/\2 \4 \1 \3/' >>/var/log/icinga2/mail
	END
	chown -R nagios: "$zones"
}

start() {
	local node

	for node in node2 satellite1 master1; do
		box_daemon $node "$BOXES/$node/icinga2.log" icinga2 daemon
	done
}

# unit_line KEY NAME: a line of the unit that submits, for NAME.
unit_line() {
	sed -n "s/^$1=-\?//p" contrib/systemd/vigil-passive-icinga2@.service |
	    sed "s|%i|$2|g; s|%t|/run|g"
}

api() { box master1 python3 "$PWD/tests/tools/icinga_api.py" "$@"; }

all_ok() { # but for what reports by itself
	local now

	now=$(api all 2>/dev/null) && [ "$(wc -l <<<"$now")" -ge 16 ] &&
	    ! grep -v '!watchdog;' <<<"$now" | grep -v ';0;1;'
}

# reaches OBJECT STATE: a hard state, within three minutes
reaches() {
	until_true 180 state_is "$@" || {
		api get "$1" last_check_result.output
		api all
		return 1
	}
}
state_is() {
	[ "$(api get "$1" state 2>/dev/null)" = "$2" ] && [ "$(api get "$1" state_type)" = 1 ]
}
told() { grep -qxF "$1" "$BOXES/master1/log/icinga2/mail"; }
# mailed: an empty file for what is told from now on.
mailed() {
	: >"$BOXES/master1/log/icinga2/mail"
	chown nagios: "$BOXES/master1/log/icinga2/mail"
}

@test "Icinga accepts the CheckCommands and the example" {
	run box master1 icinga2 daemon -C
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *warning* ]]
	[[ $output == *'Instantiated 12 Services'* ]]
}

@test "every host and service of the example becomes OK" {
	until_true 300 all_ok >/dev/null || {
		api all
		tail -n 20 "$BOXES"/*/icinga2.log
		false
	}
}

@test "checks run where they should: on the satellite, and on the agent" {
	local at

	while IFS=';' read -r name _ _ at; do
		case $name in
		node2!exabgp | node2!clients | node2!routes) [ "$at" = node2.example.net ] ;;
		*!watchdog) ;;
		site1) [ "$at" = master1.example.net ] ;;
		*) [ "$at" = satellite1.example.net ] ;;
		esac || {
			echo "$name at $at"
			return 1
		}
	done < <(api all)
}

# as_printed OBJECT BOX COMMAND...: what the API has is what the check prints.
as_printed() {
	local name=$1 in=$2 printed

	shift 2
	printed=$(box "$in" setpriv --reuid nagios --regid nagios --clear-groups "$@")
	python3 tests/tools/same_perfdata.py "${printed#*|}" \
	    "$(api get "$name" last_check_result.performance_data)"
}

@test "the numbers are those that the checks print" {
	as_printed 'edge1!bgp anycast' satellite1 "$plugins/check_bgp_session" --hostname 192.0.2.1 \
	    --community-file /etc/routevigil/community --peer 192.0.2.2 --peer 198.51.100.2
	as_printed 'node2!clients' node2 "$plugins/check_tcp_established" --port 80 --by family -w 1000 -c 2000
	as_printed 'node1!ping both families' satellite1 "$plugins/check_icmp_dual" -H 192.0.2.2 -H 2001:db8:12::2
	as_printed 'node2!http' satellite1 "$plugins/check_http_dual" --url http://www.example.net/ \
	    --resolve 198.51.100.2 -w 1 -c 5
}

@test "Icinga reads each number, unit, limit and bound as it is" {
	local known name seen=0

	while IFS=';' read -r name _; do
		known=$(api get "$name" last_check_result.performance_data)
		[ -n "$known" ] || continue
		box master1 icinga2 console --eval "[ \"${known// /\", \"}\" ].map(d => parse_performance_data(d))" |
		    python3 tests/tools/icinga_numbers.py "$known"
		seen=$((seen + 1))
	done < <(api all | grep -v '!agent;\|^site1;') # those are numbers of Icinga's own
	[ "$seen" -ge 12 ]
}

@test "a session falls: the API shows it, and the service is WARNING" {
	mailed
	"$lab" event bird-disable frr4
	reaches 'edge1!bgp node1' 2
	reaches 'edge1!bgp anycast' 1
	state_is 'edge1!bgp node2' 0
	[[ $(api get 'edge1!bgp node1' last_check_result.output) == 'BGP CRITICAL - 192.0.2.2 AS65002 '* ]]
	[[ $(api get 'edge1!bgp node1' last_check_result.performance_data) == *' established=0;;;0 '* ]]
	until_true 90 told 'noc@example.net PROBLEM edge1 bgp node1 CRITICAL'
	until_true 90 told 'noc@example.net PROBLEM edge1 bgp anycast WARNING'
	run told 'oncall@example.net PROBLEM edge1 bgp anycast WARNING'
	[ "$status" -eq 1 ]
}

@test "the other node follows: seen from the router and by the agent" {
	"$lab" event kill exabgp
	reaches 'node2!exabgp' 2
	reaches 'edge1!bgp anycast' 2
	until_true 90 told 'oncall@example.net PROBLEM edge1 bgp anycast CRITICAL'
}

@test "both come back" {
	"$lab" event bird-enable frr4
	"$lab" event launch exabgp
	until_true 90 lab_admits_nagios
	reaches 'edge1!bgp anycast' 0
	until_true 90 told 'oncall@example.net RECOVERY edge1 bgp anycast OK'
}

@test "a router that is gone is told once, and somebody gets up" {
	mailed
	box satellite1 sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	reaches edge1 1
	# What is asked of it cannot be known either.
	mv "$BOXES/satellite1/etc/routevigil/community" "$BOXES/satellite1/etc/routevigil/away"
	reaches 'edge1!bgp anycast' 3
	reaches 'edge1!bgp node1' 3
	until_true 30 told 'noc@example.net PROBLEM edge1 DOWN'
	until_true 30 told 'oncall@example.net PROBLEM edge1 DOWN'
	run grep 'PROBLEM edge1 bgp' "$BOXES/master1/log/icinga2/mail"
	echo "$output"
	[ "$status" -eq 1 ]
	mv "$BOXES/satellite1/etc/routevigil/away" "$BOXES/satellite1/etc/routevigil/community"
	reaches 'edge1!bgp anycast' 0
	reaches 'edge1!bgp node1' 0
	box satellite1 sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	until_true 30 told 'oncall@example.net RECOVERY edge1 UP'
}

@test "a node that is gone is told once, not by the session with it" {
	mailed
	box node1 sh -c 'echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	reaches node1 1
	"$lab" event bird-disable frr4
	reaches 'edge1!bgp node1' 2
	until_true 30 told 'noc@example.net PROBLEM node1 DOWN'
	# The service as a whole is another matter.
	until_true 30 told 'noc@example.net PROBLEM edge1 bgp anycast WARNING'
	run told 'noc@example.net PROBLEM edge1 bgp node1 CRITICAL'
	[ "$status" -eq 1 ]
	box node1 sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all'
	# What is still wrong is told when the node is back.
	until_true 60 told 'noc@example.net PROBLEM edge1 bgp node1 CRITICAL'
	"$lab" event bird-enable frr4
	reaches 'edge1!bgp anycast' 0
}

@test "a passive result arrives as it was" {
	cat >"$BATS_TEST_TMPDIR/plugin" <<-'END'
		#!/bin/sh
		printf "THING CRITICAL - \\\\n \"c\" 100%%|x=1;2;3 'a b'=4%%\nsecond; line\nthird|y=2 z=3\n"
		exit 2
	END
	chmod 755 "$BATS_TEST_TMPDIR/plugin"
	"$BIN/vigil-dampen" --dampen=off --format icinga2 --host-name node2 \
	    --service-name watchdog -- "$BATS_TEST_TMPDIR/plugin" | api submit
	state_is 'node2!watchdog' 2
	[ "$(api get 'node2!watchdog' last_check_result.output)" = $'THING CRITICAL - \\n "c" 100%\nsecond; line\nthird' ]
	[ "$(api get 'node2!watchdog' last_check_result.performance_data)" = "x=1;2;3 'a b'=4% y=2 z=3" ]
}

@test "a passive result of a check: its times, its numbers" {
	local body printed

	printed=$("$BIN/check_icmp_dual" -H 127.0.0.1 -H ::1 --detail)
	body=$("$BIN/check_icmp_dual" -H 127.0.0.1 -H ::1 --detail --format icinga2 \
	    --host-name node2 --service-name watchdog)
	api submit <<<"$body"
	state_is 'node2!watchdog' 0
	# shellcheck disable=SC2001 # a pattern with a part
	[[ $(sed 's/.*"execution_start":\([0-9.]*\).*/\1/' <<<"$body") == \
	    "$(api get 'node2!watchdog' last_check_result.execution_start)"* ]]
	python3 tests/tools/same_perfdata.py "${printed#*|}" \
	    "$(api get 'node2!watchdog' last_check_result.performance_data)"
}

# With the certificate of the API checked, as a user who may do nothing else.
@test "the unit submits by itself" {
	local dir=$BOXES/master1

	printf 'object ApiUser "passive" {\n\tpassword = "password"\n\tpermissions = [ "actions/process-check-result" ]\n}\n' \
	    >>"$dir/etc/icinga2/icinga2.conf"
	sed -e 's/icinga.example.net/master1.example.net/' contrib/systemd/passive.curl >"$dir/etc/routevigil/passive.curl"
	cp "$dir/lib/icinga2/certs/ca.crt" "$dir/etc/routevigil/icinga-ca.crt"
	mkdir "$dir/run/vigil-passive-icinga2-watchdog"
	kill -HUP "$(cat "$dir/run/icinga2/icinga2.pid")"
	box master1 env CHECK=check_icmp_dual CHECK_OPTIONS='-H 127.0.0.1 --alive-critical 7:' \
	    HOST_NAME=node2 SERVICE_NAME=watchdog sh -c "$(unit_line ExecStartPre watchdog)" || [ $? = 2 ]
	until_true 90 box master1 sh -c "$(unit_line ExecStart watchdog)"
	until_true 90 state_is 'node2!watchdog' 2
	[[ $(api get 'node2!watchdog' last_check_result.output) == 'ICMP CRITICAL - alive 1 (critical: below 7)'* ]]
}

@test "a passive result for nobody is refused, and a name is never a filter" {
	run api submit < <("$BIN/check_icmp_dual" -H 127.0.0.1 --format icinga2 \
	    --host-name nowhere --service-name watchdog)
	echo "$output"
	[ "$status" -eq 1 ]
	run api submit < <("$BIN/check_icmp_dual" -H 127.0.0.1 --format icinga2 \
	    --host-name 'node2" || true || "' --service-name watchdog)
	[ "$status" -eq 1 ]
}

@test "a passive result of a host" {
	"$BIN/check_icmp_dual" -H 127.0.0.1 --format icinga2 --host-name node1 | api submit
	[[ $(api get node1 last_check_result.output) == 'ICMP OK - '* ]]
}

@test "a satellite that is gone: only the master can tell" {
	mailed
	kill "$(cat "$BOXES/satellite1/run/icinga2/icinga2.pid")"
	until_true 60 told 'oncall@example.net PROBLEM site1 DOWN'
	state_is site1 1
}
