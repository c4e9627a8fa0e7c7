#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_route where a prefix is lost in the lab: what covers it, which place on
# its way it did not get to, and what could not be looked at.

# shellcheck source=tests/lab/lab.bash
source "$BATS_TEST_DIRNAME/lab.bash"

setup_file() {
	lab_begin
	[ -n "$LAB" ] || return 0
	(umask 077 && echo public >"$BATS_FILE_TMPDIR/public" && echo blind >"$BATS_FILE_TMPDIR/blind")
}

teardown_file() { lab_end; }

setup() {
	lab_needed
	check=$(realpath "${BIN:-build/release}")/check_route
	exabgp_pipes=$LAB/exa/run/exabgp
	bird_socket=$LAB/bird/bird.ctl
}

# One source each.  Programs run inside of a namespace need a whole path.
snmp() { "$lab" ns frr "$check" --source snmp -H 127.0.0.1 -p 1161 --community-file "$BATS_FILE_TMPDIR/public" "$@"; }
frr() { "$check" --source frr --socket "$LAB/frr" "$@"; }
bird() { "$check" --source bird --socket "$bird_socket" "$@"; }
exabgp() { "$check" --source exabgp --socket "$exabgp_pipes" "$@"; }
gobgp() { "$lab" ns gobgp "$check" --source gobgp "$@"; }
openbgpd() { "$check" --source openbgpd --socket "$LAB/open/restricted.sock" "$@"; }
# What a command prints; ip-route stands for a router that is asked over ssh.
command_of() { "$lab" ns frr "$check" --source command "$@" -- ip route show exact '{prefix}'; }
# From the daemon that announces to the kernel of the router that hears of it.
to_frr() { "$lab" ns frr "$check" --source exabgp,frr,kernel --socket "exabgp=$exabgp_pipes" --socket "frr=$LAB/frr" "$@"; }
to_bird() { "$lab" ns bird "$check" --source exabgp,bird,kernel --socket "exabgp=$exabgp_pipes" --socket "bird=$bird_socket" "$@"; }

in_frr() { # in_frr LINE...: in its configuration
	local args=() line

	for line; do args+=(-c "$line"); done
	vtysh --vty_socket "$LAB/frr" -c 'configure terminal' "${args[@]}"
}

# within CODE TEXT COMMAND...: in 120 s the command ends so, with that text.
within() {
	local code=$1 text=$2 end=$((SECONDS + 120))

	shift 2
	while run "$@" && { [ "$status" != "$code" ] || [[ $output != *"$text"* ]]; }; do
		[ "$SECONDS" -lt "$end" ] || { echo "$status: $output"; return 1; }
		sleep 0.1
	done
}

@test 'each source lacks a prefix, and says what covers it' {
	local source

	for source in snmp frr bird gobgp openbgpd; do
		within 2 '10.2.2.0/24 absent, covered by 10.2.2.0/23' $source 10.2.2.0/24
		run $source 10.99.0.0/24
		[ "$status" = 2 ]
		[[ $output == *'10.99.0.0/24 absent, and no other route covers it'* ]]
		run $source 10.99.0.0/24 --absent
		[ "$status" = 0 ]
	done
	run exabgp 10.99.0.0/24
	[ "$status" = 2 ]
	[[ $output == *'10.99.0.0/24 absent'* ]]
}

@test 'what a source does not tell is said, and is no fault of the route' {
	run snmp 10.2.0.0/24 --proto bgp
	[ "$status" = 0 ]
	[[ $output == *protocol* ]]
	# an AS path that it does tell, and that is another one
	run snmp 10.2.0.0/24 --origin-as 65009
	[ "$status" = 2 ]
	[[ $output == *'origin AS 65002 (expected: 65009)'* ]]
	# a command that prints nothing has not said that there is nothing
	run command_of 10.99.0.0/24
	[ "$status" = 3 ]
	[[ $output == *'the command prints nothing'* ]]
}

@test 'a blackhole is no way, whoever tells of it' {
	within 2 '10.1.0.0/24 is a blackhole (proto static)' frr 10.1.0.0/24
	within 2 '10.2.0.0/24 lost: best, not installed, where it is a blackhole (proto static)' bird 10.2.0.0/24
	within 2 '10.1.0.0/24 is a blackhole' snmp 10.1.0.0/24
	within 0 '10.1.0.0/24 blackhole' frr 10.1.0.0/24 --kind blackhole
}

@test 'all along its way' {
	within 0 'ROUTE OK - 10.3.0.0/24 via 198.51.100.2 proto bgp in exabgp, frr and kernel' to_frr 10.3.0.0/24
	within 0 'in exabgp, bird and kernel' to_bird 10.3.0.0/24
	run "$lab" ns frr "$check" --source snmp,frr,kernel -H 127.0.0.1 -p 1161 --community-file "$BATS_FILE_TMPDIR/public" --socket "$LAB/frr" 10.2.2.0/23
	[ "$status" = 0 ]
	[[ $output == *'in snmp, frr and kernel'* ]]
}

@test 'lost before the router: announced, and not received' {
	in_frr 'ip prefix-list nothing seq 5 deny any' 'router bgp 65001' 'address-family ipv4 unicast' \
	    'neighbor 198.51.100.2 prefix-list nothing in'
	"$lab" event clear 198.51.100.2
	within 2 '10.3.0.0/24 lost: announced in exabgp, not received in frr' to_frr 10.3.0.0/24
	in_frr 'router bgp 65001' 'address-family ipv4 unicast' 'no neighbor 198.51.100.2 prefix-list nothing in'
	"$lab" event clear 198.51.100.2
	within 0 'in exabgp, frr and kernel' to_frr 10.3.0.0/24
}

@test 'lost in the router: best, and not installed' {
	within 0 'in exabgp, bird and kernel' to_bird 10.3.0.0/24
	"$lab" event bird-disable kernel4
	within 2 '10.3.0.0/24 lost: best in bird, not installed in kernel' to_bird 10.3.0.0/24
	"$lab" event bird-enable kernel4
	within 0 'in exabgp, bird and kernel' to_bird 10.3.0.0/24
}

@test 'lost in the router: received, and not best' {
	# An inbound filter of BIRD that keeps what it refuses.
	sed -i '/protocol bgp frr4 from quick/,/^}/ s/import all;/import keep filtered on; import filter { if net = 10.3.1.0\/24 then reject; accept; };/' "$LAB/conf/bird.conf"
	sed -i '/protocol bgp ll0 from quick/,/^}/ s/import all;/import none;/' "$LAB/conf/bird.conf"
	birdc -s "$bird_socket" configure
	within 2 '10.3.1.0/24 lost: received in bird, not best in bird' to_bird 10.3.1.0/24
	run bird 10.3.1.0/24
	[ "$status" = 2 ]
	within 0 'in exabgp, bird and kernel' to_bird 10.3.0.0/24
}

@test 'what the first one does not announce is not announced' {
	"$lab" event shutdown 198.51.100.2
	within 2 '10.3.0.0/24 absent in exabgp, frr and kernel' to_frr 10.3.0.0/24
	"$lab" event no-shutdown 198.51.100.2
	within 0 'in exabgp, frr and kernel' to_frr 10.3.0.0/24
}

@test 'the numbers of routes' {
	within 0 '6 ipv4 bgp routes' frr --count-critical ipv4,bgp=6:
	run frr --count-critical ipv4,bgp=7:
	[ "$status" = 2 ]
	within 0 '8 ipv4 routes' gobgp --count-critical ipv4=8:8
	within 0 '3 ipv4 static routes' bird --count-critical ipv4,static=3:3
	# an agent has one number, of everything together
	run snmp --count-critical 20:
	[ "$status" = 0 ]
	run snmp --count-critical ipv4,bgp=6:
	[ "$status" = 3 ]
}

@test 'what cannot be looked at is UNKNOWN, and the others are told all the same' {
	run "$lab" ns frr "$check" --source snmp -H 127.0.0.1 -p 1161 --community-file "$BATS_FILE_TMPDIR/blind" 10.2.0.0/24
	[ "$status" = 3 ]
	[[ $output == *'the agent serves no table of them'* ]]
	run bird --table nosuch 10.1.0.0/24
	[ "$status" = 3 ]
	[[ $output == *'bird has no table nosuch'* ]]
	run frr --vrf nosuch 10.1.0.0/24
	[ "$status" = 3 ]
	[[ $output == *'VRF nosuch not found'* ]]
	"$lab" event freeze bird
	run bird -t 2 10.1.0.0/24
	[ "$status" = 3 ]
	run to_bird -t 4 10.3.0.0/24
	[ "$status" = 3 ]
	[[ $output == *'not known in bird'* ]]
	"$lab" event thaw bird
	"$lab" event freeze snmpd
	run snmp -t 2 10.2.0.0/24
	[ "$status" = 3 ]
	[[ $output != *absent* ]]
	"$lab" event thaw snmpd
	"$lab" event kill exabgp
	run exabgp 10.3.0.0/24
	[ "$status" = 3 ]
	[[ $output == *'exabgp is not running'* ]]
	"$lab" event kill gobgpd
	run gobgp 10.4.0.0/24
	[ "$status" = 3 ]
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$check" --source openbgpd --socket "$LAB/open/control.sock" 10.4.0.0/24
	[ "$status" = 3 ]
}
