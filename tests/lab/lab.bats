#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The lab itself: every session where its README says, and nothing left behind.

# shellcheck source=tests/lab/lab.bash
source "$BATS_TEST_DIRNAME/lab.bash"

setup_file() { lab_begin; }

setup() { lab_needed; }

teardown_file() { lab_end; }

frr() { vtysh --vty_socket "$LAB/frr" -c "$1"; }

state() { frr "show bgp neighbors $1 json" | sed -n 's/.*"bgpState":"\([A-Za-z]*\)".*/\1/p'; }

becomes() { # becomes PEER STATE: within 120 s
	local end=$((SECONDS + 120))

	until [ "$(state "$1")" = "$2" ]; do
		[ "$SECONDS" -lt "$end" ] || { echo "$1 is $(state "$1")"; return 1; }
		sleep 0.1
	done
}

@test 'SNMP serves the seven IPv4 peers, to those who may see them' {
	run "$lab" ns frr snmpwalk -v2c -c public -Oqv udp:127.0.0.1:1161 1.3.6.1.2.1.15.3.1.9
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 7 ]
	run "$lab" ns frr snmpwalk -v2c -c blind -Oqv udp:127.0.0.1:1161 1.3.6.1.2.1.15.3.1.9
	[[ $output != *65002* ]]
	run "$lab" ns frr snmpget -v3 -u sealed -l authPriv -a SHA -A signed-password \
	    -x AES -X sealed-password -Oqv udp:127.0.0.1:1161 1.3.6.1.2.1.15.3.1.2.192.0.2.2
	[[ $output =~ ^(6|established)$ ]]
}

@test 'each daemon answers on its own socket' {
	run birdc -r -s "$LAB/bird/bird.ctl" show protocols frr4
	[[ $output == *Established* ]]
	run timeout 10 exabgpcli --root "$LAB/exa" show neighbor summary
	[[ $output == *198.51.100.1*established* ]]
	run "$lab" ns gobgp gobgp neighbor
	[[ $output == *203.0.113.1*Establ* ]]
	run bgpctl -s "$LAB/open/restricted.sock" show neighbor 198.18.5.1
	[[ $output == *Established* ]]
}

@test 'events change a session and change it back' {
	[ "$(state 192.0.2.2)" = Established ]
	"$lab" event shutdown 192.0.2.2
	becomes 192.0.2.2 Idle
	"$lab" event no-shutdown 192.0.2.2
	becomes 192.0.2.2 Established
	"$lab" event kill exabgp
	becomes 198.51.100.2 Active
	"$lab" event launch exabgp
	becomes 198.51.100.2 Established
}

@test 'an unknown event or daemon is refused' {
	run "$lab" event kill nobody
	[ "$status" != 0 ]
	run "$lab" event explode
	[ "$status" != 0 ]
}

@test 'a second lab runs beside the first and leaves nothing' {
	local second

	second=$("$lab" start)
	[ "$second" != "$LAB" ]
	LAB=$second "$lab" stop
	[ ! -e "$second" ]
	[[ $(ip netns) != *"rv${second##*.}"* ]]
	[ "$(state 192.0.2.2)" = Established ]
}
