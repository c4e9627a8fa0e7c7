#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What each source knows of a prefix, asked of real daemons through the same
# calls that a check makes: there, absent, covered, best or merely received,
# withdrawn, and what could not be looked at.

# shellcheck source=tests/lab/lab.bash
source "$BATS_TEST_DIRNAME/lab.bash"

setup_file() {
	lab_begin
	[ -z "$LAB" ] || lab_tool tests/tools/route_views
}

setup() { lab_needed; }

teardown_file() { lab_end; }

views() { # views SOURCE ARGUMENT...
	local source=$1

	shift
	case $source in
	bird) "$TOOL_DIR/route_views" bird "$LAB/bird/bird.ctl" "$@" ;;
	frr) "$TOOL_DIR/route_views" frr "$LAB/frr" "$@" ;;
	exabgp) "$TOOL_DIR/route_views" exabgp "$LAB/exa/run/exabgp" "$@" ;;
	gobgp) "$lab" ns gobgp "$TOOL_DIR/route_views" gobgp - "$@" ;;
	openbgpd) "$TOOL_DIR/route_views" openbgpd "$LAB/open/restricted.sock" "$@" ;;
	snmp) "$lab" ns frr "$TOOL_DIR/route_views" snmp public@1161 "$@" ;;
	esac
}

# As somebody in no group that matters.
stranger() { setpriv --reuid=65534 --regid=65534 --clear-groups "$TOOL_DIR/route_views" "$@"; }

# shows SOURCE PATTERN ARGUMENT...: a line of its answer matches, within 120 s,
# since a daemon may rest 30 s before it calls again
shows() {
	local end=$((SECONDS + 120)) source=$1 pattern=$2

	shift 2
	until output=$(views "$source" "$@") && grep -qE -- "$pattern" <<<"$output"; do
		[ "$SECONDS" -lt "$end" ] || { echo "$output"; return 1; }
		sleep 0.1
	done
}

@test 'BIRD: there, and by whom; absent; covered; another table' {
	shows bird '^# BIRD .* tells \[received best installed\]' 10.1.0.0/24
	shows bird '^\+ 10\.1\.0\.0/24 via 192\.0\.2\.1 dev tofrr proto bgp \[received best installed\] from=frr4 table=master4 path="65001" origin=65001$' 10.1.0.0/24
	# the same path over the unnumbered session is received, and not best
	shows bird '^\+ 10\.1\.0\.0/24 via fe80::[0-9a-f:]+ dev ll0 proto bgp \[received\] from=llpeer1 ' 10.1.0.0/24
	# its own blackhole is best, but not for the kernel
	shows bird '^\+ 10\.2\.0\.0/24 blackhole proto static \[received best\] from=static4 ' 10.2.0.0/24
	run views bird cover 10.99.0.0/24 10.2.2.0/24 2001:db8:1000::/48
	[[ $output == *$'\n10.99.0.0/24 absent\ncover none\n'* ]]
	[[ $output == *$'\n10.2.2.0/24 absent\ncover 10.2.2.0/23 blackhole '* ]]
	[[ $output == *$'\n2001:db8:1000::/48 present\n'* ]]
	run views bird table=nosuch 10.1.0.0/24
	[[ $output == *'10.1.0.0/24 unseen: bird has no table nosuch' ]]
}

@test 'FRR: zebra and bgpd agree on one path' {
	shows frr '^# FRRouting .* tells \[received best installed\]' 10.2.0.0/24
	shows frr '^\+ 10\.2\.0\.0/24 via 192\.0\.2\.2 dev tobird proto bgp .*\[received best installed\] from=192\.0\.2\.2 table=main path="65002" origin=65002$' 10.2.0.0/24
	shows frr '^\+ 2001:db8:2000::/48 via fe80::[0-9a-f:]+ dev tobird proto bgp .* path="65002"' 2001:db8:2000::/48
	# BGP has it, too, but the static route is in
	run views frr cover 10.1.0.0/24 10.99.0.0/24 10.2.2.0/24 0.0.0.0/0
	[[ $output == *$'\n+ 10.1.0.0/24 blackhole proto static '*'[received best installed]'* ]]
	[[ $output == *$'\n+ 10.1.0.0/24 proto bgp [received best] '* ]]
	[[ $output == *$'\n10.99.0.0/24 absent\ncover none'* ]]
	[[ $output == *$'\n10.2.2.0/24 absent\ncover 10.2.2.0/23 via 192.0.2.2 dev tobird proto bgp '* ]]
	run views frr vrf=nosuch 10.1.0.0/24
	[[ $output == *'10.1.0.0/24 unseen: zebra says: VRF nosuch not found' ]]
}

@test 'ExaBGP: announced to whom, received from whom' {
	shows exabgp '^# exabgp .* tells \[announced received\]$' 10.3.0.0/24
	shows exabgp '^\+ 10\.3\.0\.0/24 via 198\.51\.100\.2 proto bgp \[announced\] from=198\.51\.100\.1$' 10.3.0.0/24
	shows exabgp '^\+ 10\.2\.0\.0/24 via 198\.51\.100\.1 proto bgp \[received\] from=198\.51\.100\.1 path="65001 65002" origin=65002$' 10.2.0.0/24
	# what should go to a peer that is down is not announced
	run views exabgp 2001:db8:3000::/48 10.99.0.0/24
	[[ $output == *$'\n2001:db8:3000::/48 absent\n10.99.0.0/24 absent' ]]
}

@test 'GoBGP and OpenBGPD: received and best, AS paths, what covers' {
	shows gobgp '^\+ 10\.2\.0\.0/24 via 192\.0\.2\.2 proto bgp \[received best\] from=203\.0\.113\.1 path="65002" origin=65002$' 10.2.0.0/24
	run views gobgp cover 10.4.0.0/24 10.99.0.0/24 10.2.2.0/24
	[[ $output == *$'\n+ 10.4.0.0/24 via 203.0.113.2 proto bgp [received best] path="" origin=0'* ]]
	[[ $output == *$'\n10.99.0.0/24 absent\ncover none\n'* ]]
	[[ $output == *$'\n10.2.2.0/24 absent\ncover 10.2.2.0/23 '* ]]
	shows openbgpd '^\+ 10\.4\.0\.0/24 .*proto bgp \[received best\] from=198\.18\.5\.1 path="65001" origin=65001$' 10.4.0.0/24
	run views openbgpd cover 10.99.0.0/24 10.2.2.0/24
	[[ $output == *$'\n10.99.0.0/24 absent\ncover none\n'* ]]
	[[ $output == *$'\n10.2.2.0/24 absent\ncover 10.2.2.0/23 '* ]]
	run views openbgpd table=nosuch 10.4.0.0/24
	[[ $output == *'unseen: bgpctl says: no such RIB' ]]
	run views openbgpd table=Adj-RIB-In 10.4.0.0/24
	[[ $output == *' [received] from=198.18.5.1 '* ]]
}

@test 'SNMP: there, absent, covered, BGP beside it, and no protocol' {
	run views snmp cover paths 10.2.2.0/23 10.2.2.0/24 10.1.0.0/24 10.99.0.0/24
	[[ $output == *'tells [received best installed]'* ]]
	[[ $output == *$'\n+ 10.2.2.0/23 via 192.0.2.2 dev tobird metric 20 [received best installed] from=192.0.2.2 path="65002" origin=65002'* ]]
	[[ $output == *$'\n10.2.2.0/24 absent\ncover 10.2.2.0/23 via 192.0.2.2 dev tobird '* ]]
	[[ $output == *$'\n+ 10.1.0.0/24 blackhole '* ]]
	[[ $output == *$'\n10.99.0.0/24 absent\ncover none' ]]
	run views snmp cover 2001:db8:2000::/48 2001:db8:2000:1::/64
	[[ $output == *$'\n+ 2001:db8:2000::/48 via fe80::'*' dev tobird '* ]]
	[[ $output == *$'\n2001:db8:2000:1::/64 absent\ncover 2001:db8:2000::/48 '* ]]
	# what a view hides is not absent
	run "$lab" ns frr "$TOOL_DIR/route_views" snmp blind@1161 10.2.0.0/24
	[[ $output == *'10.2.0.0/24 unseen: IPv4 routes: the agent serves no table of them'* ]]
	run views snmp vrf=red 10.2.0.0/24
	[[ $output == *'10.2.0.0/24 unseen: mplsL3VpnVrfRteTable has no route of this VRF'* ]]
}

@test 'SNMP over ten thousand routes, the default route among them' {
	# shellcheck disable=SC2016 # the inner shell expands it
	"$lab" ns frr sh -c '
		i=0
		while [ $i -lt 10000 ]; do
			echo "route add 20.$((i / 256)).$((i % 256)).0/24 via 192.0.2.2 proto static"
			i=$((i + 1))
		done >"$1"
		echo "route add default via 192.0.2.2" >>"$1"
		ip -batch "$1"' sh "$BATS_TEST_TMPDIR/batch"
	# A fresh one has not kept what it loaded before.
	"$lab" event kill snmpd
	"$lab" event launch snmpd
	end=$((SECONDS + 240))
	until run views snmp cover 20.10.10.0/24 && [[ $output == *'20.10.10.0/24 present'* ]]; do
		[ "$SECONDS" -lt "$end" ] || { echo "$output"; return 1; }
		sleep 0.3
	done
	run views snmp cover counts 20.39.15.0/24 20.39.16.0/24 20.10.10.0/25 0.0.0.0/0
	[[ $output == *$'\n+ 20.39.15.0/24 via 192.0.2.2 dev tobird '* ]]
	[[ $output == *$'\n20.39.16.0/24 absent\ncover 0.0.0.0/0 via 192.0.2.2 dev tobird '* ]]
	[[ $output == *$'\n20.10.10.0/25 absent\ncover 20.10.10.0/24 via 192.0.2.2 '* ]]
	[[ $output == *$'\n0.0.0.0/0 present\n'* ]]
	[[ $output =~ none\ table=\ proto=\ 100[0-9][0-9] ]]
	# shellcheck disable=SC2016 # the inner shell expands it
	"$lab" ns frr sh -c 'sed s/add/del/ "$1" | ip -batch -' sh "$BATS_TEST_TMPDIR/batch"
}

@test 'counts come from summaries' {
	run views bird counts 10.1.0.0/24
	[[ $output == *$'\nipv4 table=master4 proto=static 3\n'* ]]
	[[ $output == *$'\nipv4 table=master4 proto=bgp 5\n'* ]]
	run views frr counts 10.1.0.0/24
	[[ $output == *$'\nipv4 table= proto=static 2\n'* ]]
	[[ $output == *$'\nipv4 table= proto=bgp 6\n'* ]]
	run views gobgp counts 10.4.0.0/24
	[[ $output == *$'\nipv4 table= proto=bgp 8\nipv6 table= proto=bgp 2' ]]
	run views openbgpd counts 10.4.0.0/24
	[[ $output == *$'\nipv4 table= proto=bgp 8\n'* ]]
	run views exabgp counts 10.3.0.0/24
	[[ $output == *$'\nipv4 table= proto=bgp 2' ]]
}

@test 'what is withdrawn goes away everywhere, and comes back' {
	local source

	"$lab" event withdraw 10.4.0.0/24
	for source in gobgp openbgpd frr bird; do
		shows $source '^10\.4\.0\.0/24 absent$' 10.4.0.0/24
	done
	shows exabgp '^10\.4\.0\.0/24 absent$' 10.4.0.0/24
	"$lab" event announce 10.4.0.0/24
	for source in gobgp openbgpd frr bird exabgp; do
		shows $source '^10\.4\.0\.0/24 present$' 10.4.0.0/24
	done
}

@test 'a session that is down announces nothing' {
	"$lab" event shutdown 198.51.100.2
	shows exabgp 'tells .* \(no peer of exabgp is established\)$' 10.3.0.0/24
	shows exabgp '^10\.3\.0\.0/24 absent$' 10.3.0.0/24
	shows frr '^10\.3\.0\.0/24 absent$' 10.3.0.0/24
	"$lab" event no-shutdown 198.51.100.2
	shows exabgp '^10\.3\.0\.0/24 present$' 10.3.0.0/24
	shows frr '^10\.3\.0\.0/24 present$' 10.3.0.0/24
}

@test 'a route that a better protocol beats is best of BGP, and not installed' {
	shows frr '^\+ 10\.2\.1\.0/24 .* \[received best installed\]' 10.2.1.0/24
	vtysh --vty_socket "$LAB/frr" -c 'configure terminal' -c 'ip route 10.2.1.0/24 Null0 5'
	# the static route wins: BGP's is received and best of BGP, but not in
	shows frr '^\+ 10\.2\.1\.0/24 blackhole proto static .*\[received best installed\]' 10.2.1.0/24
	shows frr '^\+ 10\.2\.1\.0/24 via 192\.0\.2\.2 .*proto bgp .*\[received best\] from=192\.0\.2\.2' 10.2.1.0/24
	vtysh --vty_socket "$LAB/frr" -c 'configure terminal' -c 'no ip route 10.2.1.0/24 Null0 5'
	shows frr '^\+ 10\.2\.1\.0/24 via 192\.0\.2\.2 .*proto bgp .*\[received best installed\]' 10.2.1.0/24
}

@test 'a stranger is told which group or mode is missing, and no prefix is absent' {
	run stranger bird "$LAB/bird/bird.ctl" 10.1.0.0/24
	[ "$status" = 2 ]
	[[ $output == *'add user nobody to group bird' ]]
	run stranger frr "$LAB/frr" 10.1.0.0/24
	[ "$status" = 2 ]
	[[ $output == *'add user nobody to group frrvty' ]]
	run stranger exabgp "$LAB/exa/run" 10.1.0.0/24
	[ "$status" = 2 ]
	[[ $output == *'(mode 0600, user exabgp, group exabgp)'* ]]
	run stranger openbgpd "$LAB/open/control.sock" 10.1.0.0/24
	[ "$status" = 2 ]
	[[ $output == *'10.1.0.0/24 unseen: '* ]]
}

@test 'one of FRR is of use without the other, and what is missing is said' {
	"$lab" event kill bgpd
	shows frr 'tells \[best installed\] \(bgpd did not tell: .*is bgpd running\?\)' 10.1.0.0/24
	shows frr '^\+ 10\.1\.0\.0/24 blackhole proto static ' 10.1.0.0/24
	"$lab" event kill zebra
	run views frr 10.1.0.0/24
	[ "$status" = 2 ]
	[[ $output == *'is zebra running?' ]]
}

@test 'a daemon that is frozen or gone is no absence' {
	local source

	"$lab" event freeze bird
	"$lab" event freeze exabgp
	"$lab" event freeze snmpd
	for source in bird exabgp snmp; do
		run views $source 10.99.0.0/24
		[ "$status" = 2 ]
		[[ $output == *timeout:* ]]
		[[ $output == *$'\n10.99.0.0/24 unseen: '* ]]
		[[ $output != *absent* ]]
	done
	"$lab" event thaw bird
	"$lab" event thaw exabgp
	"$lab" event kill exabgp
	"$lab" event kill bird
	"$lab" event kill gobgpd
	"$lab" event kill openbgpd
	for source in bird exabgp gobgp openbgpd; do
		run views $source 10.99.0.0/24
		[ "$status" = 2 ]
		[[ $output != *absent* ]]
	done
}
