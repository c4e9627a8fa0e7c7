#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_route against real routes of the kernel, in a network namespace of its
# own.

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	export NSF=rvroute$BATS_ROOT_PID
	ip netns add "$NSF"
	ip -n "$NSF" -batch - <<-'END'
		link set lo up
		link add eth0 type veth peer name far0
		link set eth0 up
		link set far0 up
		link add eth1 type veth peer name far1
		link set eth1 up
		link set far1 up
		address add 192.0.2.1/24 dev eth0
		address add 198.51.100.1/24 dev eth1
		address add 2001:db8::1/64 dev eth0 nodad
		nexthop add id 1 via 192.0.2.2 dev eth0
		nexthop add id 2 via 198.51.100.2 dev eth1
		nexthop add id 3 group 1/2
		nexthop add id 5 blackhole
		route add default via 192.0.2.254
		route add 10.0.1.0/24 nhid 1 proto bgp
		route add 10.0.2.0/24 nhid 3 proto bgp metric 20
		route add 10.0.3.0/24 nhid 5
		route add 10.0.4.0/24 nexthop via 192.0.2.2 nexthop via 198.51.100.2 weight 3
		route add 10.0.5.0/24 via inet6 fe80::2 dev eth0
		route add blackhole 10.1.0.0/16 proto static
		route add unreachable 10.2.0.0/16
		route add prohibit 10.3.0.0/16
		route add throw 10.4.0.0/16
		route add 10.5.0.0/16 via 192.0.2.2 proto bgp
		route add 10.5.0.0/24 via 192.0.2.3 proto static
		route add 10.5.255.0/24 via 192.0.2.3 proto static
		route add 10.6.0.0/24 via 192.0.2.2
		route add 10.7.0.0/16 via 192.0.2.2 metric 50 proto bgp
		route add 10.7.0.0/16 via 192.0.2.3 metric 10 proto static
		route add 10.7.0.0/24 via 192.0.2.9
		route add 10.9.0.0/24 via 192.0.2.7 table 100 proto bgp
		rule add from 192.0.2.77 lookup 101
		route add 2001:db8:6::/48 via fe80::5 dev eth0 proto bgp
		route add 2001:db8:6::/64 via fe80::6 dev eth0
		route add blackhole 2001:db8:7::/48
		route add 2001:db8:8::/48 nexthop via fe80::5 dev eth0 nexthop via fe80::6 dev eth1
	END
}

teardown_file() {
	[ "$(id -u)" = 0 ] || return 0
	ip netns del "$NSF"
}

setup() {
	[ "$(id -u)" = 0 ] || skip "network namespaces need root"
	BIN=${BIN:-build/release}
	STATE=$BATS_TEST_TMPDIR/state
	mkdir -m 0700 "$STATE"
}

# own: another namespace, for a test that changes routes.
own() {
	OWN=rvroute$BATS_ROOT_PID.$BATS_TEST_NUMBER
	ip netns add "$OWN"
	ip -n "$OWN" -batch - <<-'END'
		link set lo up
		link add eth0 type veth peer name far0
		link set eth0 up
		link set far0 up
		address add 192.0.2.1/24 dev eth0
		address add 2001:db8::1/64 dev eth0 nodad
	END
}

teardown() {
	[ -z "${OWN-}" ] || ip netns del "$OWN"
}

# route ARGS...: runs the check in the namespace.
route() {
	run ip netns exec "${OWN:-$NSF}" "$BIN/check_route" \
		--state-dir "$STATE" "$@"
	echo "$* -> [$status] $output"
	[ "$status" -le 3 ]
	[ -n "$output" ]
}

# says STATUS LINE ARGS...: the first line, without its numbers.
says() {
	local want=$1 line=$2
	shift 2
	route "$@"
	[ "$status" = "$want" ]
	[ "${lines[0]%%|*}" = "$line" ]
}

# --- prefixes -----------------------------------------------------------------

@test "present, with its way" {
	says 0 "ROUTE OK - 10.0.1.0/24 via 192.0.2.2 dev eth0 proto bgp" 10.0.1.0/24
	[[ "$output" = *"present_10.0.1.0_24=1;;;0 metric_10.0.1.0_24=0;;;0 next_hops_10.0.1.0_24=1;;;0" ]]
	says 0 "ROUTE OK - 192.0.2.0/24 dev eth0 proto kernel" 192.0.2.0/24
	says 0 "ROUTE OK - 2001:db8::/64 dev eth0 proto kernel metric 256" 2001:db8::/64
	says 0 "ROUTE OK - 0.0.0.0/0 via 192.0.2.254 dev eth0 proto boot" default
	says 0 "ROUTE OK - 3 of 3 prefixes present" 10.0.1.0/24 -r default 2001:db8::/64
}

@test "a protocol that nobody knows is not counted as none" {
	route --count-critical ipv5=5
	[ "$status" -eq 3 ]
	[[ $output == 'ROUTE UNKNOWN - '*ipv5*'rt_protos'* ]]
	route 10.0.1.0/24 --proto bpg
	[ "$status" -eq 3 ]
	# Nor is one that the kernel's routes have by another name.
	says 3 "ROUTE UNKNOWN - the routing protocol 186 is called bgp here: use that name" --count-critical ipv4,bgp=1: --count-critical 186=~:1
	says 3 "ROUTE UNKNOWN - the routing protocol 2 is called kernel here: use that name" 192.0.2.0/24 --proto 2
	route --count-critical ipv4,bgp=1: --count-critical 199=~:1
	[ "$status" -ne 3 ]
}

@test "a prefix has no zone" {
	route "fe80::%eth0/64"
	[ "$status" -eq 3 ]
	[[ $output == *"a route has no zone: --device says where it leads"* ]]
}

# Who types a router and gets the kernel of this host is told so; Icinga gives
# every check the address of its host, which may be this one.
@test "a host that is not asked is named, if it is another" {
	route 10.0.1.0/24 -H 203.0.113.7
	[[ $output == *' (203.0.113.7 is not asked without --source=snmp)|'* ]]
	route 10.0.1.0/24 -H router.example.net
	[[ $output == *' (router.example.net is not asked '* ]]
	for own in 192.0.2.1 2001:db8::1; do
		route 10.0.1.0/24 -H $own
		[[ $output != *'not asked'* ]]
	done
	# Also where any address can be had for the asking.
	own
	ip -n "$OWN" route add 10.0.1.0/24 via 192.0.2.2
	ip netns exec "$OWN" sysctl -qw net.ipv4.ip_nonlocal_bind=1 net.ipv6.ip_nonlocal_bind=1
	for other in 203.0.113.7 2001:db8:77::1; do
		route 10.0.1.0/24 -H $other
		[[ $output == *" ($other is not asked without --source=snmp)|"* ]]
	done
	for own in 192.0.2.1 127.1.2.3 2001:db8::1; do
		route 10.0.1.0/24 -H $own
		[[ $output != *'not asked'* ]]
	done
}

@test "absent, with what covers it" {
	says 2 "ROUTE CRITICAL - 10.88.0.0/24 absent, covered by 0.0.0.0/0 via 192.0.2.254 dev eth0 proto boot" 10.88.0.0/24
	says 2 "ROUTE CRITICAL - ::/0 absent, and no other route covers it" default6
	says 2 "ROUTE CRITICAL - 10.1.7.0/24 absent, covered by 10.1.0.0/16 blackhole proto static" 10.1.7.0/24
	says 1 "ROUTE WARNING - ::/0 absent, and no other route covers it" default6 --absent-state warning
	says 0 "ROUTE OK - 10.88.0.0/24 absent, as it should be" 10.88.0.0/24 --absent
	says 2 "ROUTE CRITICAL - 10.6.0.0/24 should be absent, and is there: 10.6.0.0/24 via 192.0.2.2 dev eth0 proto boot" 10.6.0.0/24 --absent
}

# The first address of one is that of the other.
@test "a prefix that begins where a longer one does, both ways" {
	says 0 "ROUTE OK - 10.5.0.0/16 via 192.0.2.2 dev eth0 proto bgp" 10.5.0.0/16
	says 0 "ROUTE OK - 10.5.0.0/24 via 192.0.2.3 dev eth0 proto static" 10.5.0.0/24
	says 2 "ROUTE CRITICAL - 10.5.0.0/25 absent, covered by 10.5.0.0/24 via 192.0.2.3 dev eth0 proto static" 10.5.0.0/25
	says 2 "ROUTE CRITICAL - 10.6.0.0/16 absent, covered by 0.0.0.0/0 via 192.0.2.254 dev eth0 proto boot" 10.6.0.0/16
	says 0 "ROUTE OK - 10.6.0.0/24 via 192.0.2.2 dev eth0 proto boot" 10.6.0.0/24
	says 0 "ROUTE OK - 2001:db8:6::/48 via fe80::5 dev eth0 proto bgp metric 1024" 2001:db8:6::/48
	says 0 "ROUTE OK - 2001:db8:6::/64 via fe80::6 dev eth0 proto boot metric 1024" 2001:db8:6::/64
	says 2 "ROUTE CRITICAL - 2001:db8:6::/56 absent, covered by 2001:db8:6::/48 via fe80::5 dev eth0 proto bgp metric 1024" 2001:db8:6::/56
}

# Neither its first nor its last nor an address between is its own.
@test "a prefix whose every half is another one" {
	own
	ip -n "$OWN" route add 10.0.0.0/8 via 192.0.2.2
	ip -n "$OWN" route add 10.0.0.0/9 via 192.0.2.3
	ip -n "$OWN" route add 10.128.0.0/9 via 192.0.2.3
	says 0 "ROUTE OK - 10.0.0.0/8 via 192.0.2.2 dev eth0 proto boot" 10.0.0.0/8
	ip -n "$OWN" route del 10.0.0.0/8
	says 2 "ROUTE CRITICAL - 10.0.0.0/8 absent, and no other route covers it" 10.0.0.0/8
	ip -n "$OWN" route add 10.0.0.0/7 via 192.0.2.4
	says 2 "ROUTE CRITICAL - 10.0.0.0/8 absent, covered by 10.0.0.0/7 via 192.0.2.4 dev eth0 proto boot" 10.0.0.0/8
}

@test "of several metrics the one in use, and never another as the better one" {
	says 0 "ROUTE OK - 10.7.0.0/16 via 192.0.2.3 dev eth0 proto static metric 10" 10.7.0.0/16
	route 10.7.0.0/16 --metric-warning 9
	[[ "$output" = "ROUTE WARNING - 10.7.0.0/16: metric 10 (warning: above 9);"* ]]
	# By a dump, too: both ends of it belong to longer prefixes.
	own
	ip -n "$OWN" -batch - <<-'END'
		route add 10.7.0.0/16 via 192.0.2.2 metric 50
		route add 10.7.0.0/16 via 192.0.2.3 metric 10
		route add 10.7.0.0/17 via 192.0.2.9
		route add 10.7.128.0/17 via 192.0.2.9
	END
	says 0 "ROUTE OK - 10.7.0.0/16 via 192.0.2.3 dev eth0 proto boot metric 10" 10.7.0.0/16
}

@test "of several of one metric the first, since IPv4 takes no other" {
	own
	ip -n "$OWN" route add 10.9.0.0/24 via 192.0.2.2
	ip -n "$OWN" route append 10.9.0.0/24 via 192.0.2.3
	says 2 "ROUTE CRITICAL - 10.9.0.0/24: next hop 192.0.2.2 (expected: 192.0.2.3); 10.9.0.0/24 via 192.0.2.2 dev eth0 proto boot" 10.9.0.0/24 --next-hop 192.0.2.3
	# Where but a dump has it.
	ip -n "$OWN" route add 10.9.0.0/25 via 192.0.2.9
	ip -n "$OWN" route add 10.9.0.128/25 via 192.0.2.9
	says 2 "ROUTE CRITICAL - 10.9.0.0/24: next hop 192.0.2.2 (expected: 192.0.2.3); 10.9.0.0/24 via 192.0.2.2 dev eth0 proto boot" 10.9.0.0/24 --next-hop 192.0.2.3
	says 0 "ROUTE OK - 10.9.0.0/24 via 192.0.2.2 dev eth0 proto boot" 10.9.0.0/24 --next-hop 192.0.2.2
}

# Without a rule, IPv4 looks into local and main at once.
@test "what table local has is not in main" {
	own
	ip -n "$OWN" route add local 10.31.0.0/24 dev lo
	ip -n "$OWN" route add local 10.32.0.0/24 dev lo table main
	local rule
	for rule in no some; do
		[ "$rule" = no ] || ip -n "$OWN" rule add from 192.0.2.77 lookup 101
		says 2 "ROUTE CRITICAL - 192.0.2.1/32 absent (but for table local, which has it), covered by 192.0.2.0/24 dev eth0 proto kernel" 192.0.2.1
		says 2 "ROUTE CRITICAL - 10.31.0.0/24 absent (but for table local, which has it), and no other route covers it" 10.31.0.0/24
		says 0 "ROUTE OK - 10.31.0.0/24 local dev lo proto boot table local" 10.31.0.0/24 --table local
		says 0 "ROUTE OK - 10.32.0.0/24 local dev lo proto boot" 10.32.0.0/24
		says 0 "ROUTE OK - 192.0.2.1 by 192.0.2.0/24 dev eth0 proto kernel" 192.0.2.1 --longest-match
		says 2 "ROUTE CRITICAL - 2001:db8::1/128 absent (but for table local, which has it), covered by 2001:db8::/64 dev eth0 proto kernel metric 256" 2001:db8::1
		says 0 "ROUTE OK - 2001:db8::1/128 absent, as it should be (but for table local, which has it)" 2001:db8::1 --absent
	done
}

# A lookup tells what the packet is there.
@test "what carries multicast and broadcast is the route that it is" {
	own
	ip -n "$OWN" route add 128.0.0.0/1 via 192.0.2.8
	says 2 "ROUTE CRITICAL - 224.0.0.0/4 absent, covered by 128.0.0.0/1 via 192.0.2.8 dev eth0 proto boot" 224.0.0.0/4
	says 0 "ROUTE OK - 255.255.255.255 by 128.0.0.0/1 via 192.0.2.8 dev eth0 proto boot" 255.255.255.255 --longest-match
	ip -n "$OWN" route add 224.0.0.0/4 dev eth0
	says 0 "ROUTE OK - 224.0.0.0/4 dev eth0 proto boot" 224.0.0.0/4
}

@test "blackholes and the like carry nothing" {
	says 2 "ROUTE CRITICAL - 10.1.0.0/16 is a blackhole (proto static)" 10.1.0.0/16
	says 2 "ROUTE CRITICAL - 10.2.0.0/16 is an unreachable route (proto boot)" 10.2.0.0/16
	says 2 "ROUTE CRITICAL - 10.3.0.0/16 is a prohibit route (proto boot)" 10.3.0.0/16
	says 2 "ROUTE CRITICAL - 10.0.3.0/24 is a blackhole (proto boot)" 10.0.3.0/24
	says 2 "ROUTE CRITICAL - 2001:db8:7::/48 is a blackhole (proto boot)" 2001:db8:7::/48
	route 10.4.0.0/16
	[ "$status" = 2 ]
	says 0 "ROUTE OK - 10.1.0.0/16 blackhole proto static" 10.1.0.0/16 --kind blackhole
	says 0 "ROUTE OK - 10.2.0.0/16 unreachable proto boot" 10.2.0.0/16 --kind any
	says 0 "ROUTE OK - 10.1.0.0/16 absent, as it should be" 10.1.0.0/16 --absent
	route 10.6.0.0/24 --kind blackhole
	[ "$status" = 2 ]
	# An address below a blackhole of the kernel does not make a prefix absent.
	says 2 "ROUTE CRITICAL - 10.1.0.0/17 absent, covered by 10.1.0.0/16 blackhole proto static" 10.1.0.0/17
}

@test "next hops: several, objects, link-local ones, of another family" {
	says 0 "ROUTE OK - 10.0.2.0/24 via 192.0.2.2 dev eth0 and via 198.51.100.2 dev eth1 proto bgp metric 20" 10.0.2.0/24 --next-hops-critical 2:
	says 0 "ROUTE OK - 10.0.4.0/24 via 192.0.2.2 dev eth0 and via 198.51.100.2 dev eth1 proto boot" 10.0.4.0/24 --next-hop 192.0.2.2,198.51.100.0/24
	route 10.0.4.0/24 --next-hop 192.0.2.2
	[ "$status" = 2 ]
	[[ "$output" = "ROUTE CRITICAL - 10.0.4.0/24: next hop 198.51.100.2 (expected: 192.0.2.2); "* ]]
	route 10.0.4.0/24 --device eth0
	[[ "$output" = "ROUTE CRITICAL - 10.0.4.0/24: device eth1 (expected: eth0); "* ]]
	route 10.0.1.0/24 --next-hops-critical 2: --mismatch-state warning
	[[ "$output" = "ROUTE CRITICAL - 10.0.1.0/24: next_hops 1 (critical: below 2); "* ]]
	says 0 "ROUTE OK - 10.0.5.0/24 via fe80::2 dev eth0 proto boot" 10.0.5.0/24 --next-hop fe80::2
	route 2001:db8:8::/48 --next-hop fe80::5,fe80::6 --next-hops-critical 2:2
	[ "$status" = 0 ]
	route 2001:db8:8::/48 --next-hop fe80::5
	[ "$status" = 2 ]
	route 192.0.2.0/24 --next-hop 192.0.2.2
	[[ "$output" = *"directly connected (expected: 192.0.2.2)"* ]]
}

@test "next hop objects that the routes do not spell out" {
	own
	ip netns exec "$OWN" sysctl -qw net.ipv4.nexthop_compat_mode=0 ||
		skip "this kernel always spells them out"
	ip -n "$OWN" -batch - <<-'END'
		nexthop add id 1 via 192.0.2.2 dev eth0
		nexthop add id 2 via 192.0.2.3 dev eth0
		nexthop add id 3 group 1/2
		nexthop add id 5 blackhole
		route add 10.0.1.0/24 nhid 1
		route add 10.0.2.0/24 nhid 3
		route add 10.0.3.0/24 nhid 5
	END
	says 0 "ROUTE OK - 10.0.1.0/24 via 192.0.2.2 dev eth0 proto boot" 10.0.1.0/24
	says 0 "ROUTE OK - 10.0.2.0/24 via 192.0.2.2 dev eth0 and via 192.0.2.3 dev eth0 proto boot" 10.0.2.0/24
	says 2 "ROUTE CRITICAL - 10.0.3.0/24 is a blackhole (proto boot)" 10.0.3.0/24
}

@test "a next hop whose link is down" {
	own
	ip -n "$OWN" -batch - <<-'END'
		link add eth1 type veth peer name far1
		link set eth1 up
		link set far1 up
		address add 198.51.100.1/24 dev eth1
		route add 10.0.1.0/24 via 198.51.100.2
		route add 10.0.2.0/24 nexthop via 192.0.2.2 nexthop via 198.51.100.2
	END
	says 0 "ROUTE OK - 10.0.2.0/24 via 192.0.2.2 dev eth0 and via 198.51.100.2 dev eth1 proto boot" 10.0.2.0/24 --next-hops-critical 2:
	ip -n "$OWN" link set far1 down
	for _ in $(seq 400); do
		[[ $(ip -n "$OWN" route show 10.0.1.0/24) != *linkdown* ]] || break
		sleep 0.05
	done
	says 2 "ROUTE CRITICAL - 10.0.1.0/24 has no next hop that is up: via 198.51.100.2 dev eth1 down (proto boot)" 10.0.1.0/24
	route 10.0.2.0/24 --next-hops-critical 2:
	[[ "$output" = "ROUTE CRITICAL - 10.0.2.0/24: next_hops 1 (critical: below 2); 10.0.2.0/24 via 192.0.2.2 dev eth0 and via 198.51.100.2 dev eth1 down proto boot|"* ]]
}

# linkdown FAR DEVICE ROUTE: takes the far end down; the kernel notices later.
linkdown() {
	ip -n "$OWN" link set "$1" down
	for _ in $(seq 400); do
		[[ $(ip -n "$OWN" -6 route show dev "$2"; ip -n "$OWN" route show "$3") != *linkdown*linkdown* ]] || break
		sleep 0.05
	done
}

@test "a route that the kernel passes over, since its link is down" {
	own
	ip netns exec "$OWN" sysctl -qw net.ipv4.conf.default.ignore_routes_with_linkdown=1 \
		net.ipv6.conf.default.ignore_routes_with_linkdown=1
	ip -n "$OWN" -batch - <<-'END'
		link add eth1 type veth peer name far1
		link set eth1 up
		link set far1 up
		address add 198.51.100.1/24 dev eth1
		address add 2001:db8:1::1/64 dev eth1 nodad
		route add 10.0.0.0/8 via 192.0.2.2
		route add 10.0.1.0/24 via 198.51.100.2
		route add 10.0.2.0/24 nexthop via 192.0.2.2 nexthop via 198.51.100.2
		route add 10.0.3.0/24 via 198.51.100.2 metric 10
		route add 10.0.3.0/24 via 192.0.2.3 metric 20
		route add 2001:db8:a::/48 via 2001:db8:1::2
	END
	says 0 "ROUTE OK - 10.0.1.0/24 via 198.51.100.2 dev eth1 proto boot" 10.0.1.0/24
	linkdown far1 eth1 10.0.1.0/24
	says 2 "ROUTE CRITICAL - 10.0.1.0/24 present, not used: link down on eth1 (proto boot), covered by 10.0.0.0/8 via 192.0.2.2 dev eth0 proto boot" 10.0.1.0/24
	[[ "$output" = *"present_10.0.1.0_24=0;"* ]]
	says 2 "ROUTE CRITICAL - 2001:db8:a::/48 present, not used: link down on eth1 (proto boot), and no other route covers it" 2001:db8:a::/48
	says 0 "ROUTE OK - 10.0.1.0/24 absent, as it should be; there is one, not used: link down on eth1 (proto boot)" 10.0.1.0/24 --absent
	says 0 "ROUTE OK - 10.0.1.0/24 by 10.0.0.0/8 via 192.0.2.2 dev eth0 proto boot" 10.0.1.0/24 --longest-match
	says 0 "ROUTE OK - 10.0.2.0/24 via 192.0.2.2 dev eth0 and via 198.51.100.2 dev eth1 down proto boot" 10.0.2.0/24
	# The next metric takes over, in a dump as in a lookup.
	says 0 "ROUTE OK - 10.0.3.0/24 via 192.0.2.3 dev eth0 proto boot metric 20" 10.0.3.0/24
	ip -n "$OWN" route add 10.0.3.0/25 via 192.0.2.9
	ip -n "$OWN" route add 10.0.3.128/25 via 192.0.2.9
	says 0 "ROUTE OK - 10.0.3.0/24 via 192.0.2.3 dev eth0 proto boot metric 20" 10.0.3.0/24
	# One that is not there at all.
	says 2 "ROUTE CRITICAL - 10.0.4.0/24 absent, covered by 10.0.0.0/8 via 192.0.2.2 dev eth0 proto boot" 10.0.4.0/24
}

@test "a link that is down, where that is told of all devices" {
	own
	ip netns exec "$OWN" sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1
	ip -n "$OWN" -batch - <<-'END'
		link add eth1 type veth peer name far1
		link set eth1 up
		link set far1 up
		address add 198.51.100.1/24 dev eth1
		address add 2001:db8:1::1/64 dev eth1 nodad
		route add 10.0.1.0/24 via 198.51.100.2
	END
	linkdown far1 eth1 10.0.1.0/24
	[ "$(ip netns exec "$OWN" sysctl -n net.ipv4.conf.eth1.ignore_routes_with_linkdown)" = 0 ]
	ip -n "$OWN" route get fibmatch 10.0.1.1 &&
		skip "this kernel does not heed what is told of all devices"
	says 2 "ROUTE CRITICAL - 10.0.1.0/24 present, not used: link down on eth1 (proto boot), and no other route covers it" 10.0.1.0/24
}

# What is thrown ends with "no route", as what is not there.
@test "a route that throws hides none that is there" {
	own
	ip -n "$OWN" -batch - <<-'END'
		route add 10.30.0.0/15 via 192.0.2.2
		route add throw 10.30.0.0/24
		route add throw 10.31.255.0/24
		route add throw 10.30.170.0/24
		route add 10.32.0.0/15 via 192.0.2.2
		route add throw 10.32.0.0/24
		route add throw 10.33.255.0/24
		route add throw 10.33.85.0/24
		route add 2001:db8:30::/44 via 2001:db8::2
		route add throw 2001:db8:30::/64
	END
	says 0 "ROUTE OK - 10.30.0.0/15 via 192.0.2.2 dev eth0 proto boot" 10.30.0.0/15
	says 0 "ROUTE OK - 10.32.0.0/15 via 192.0.2.2 dev eth0 proto boot" 10.32.0.0/15
	says 2 "ROUTE CRITICAL - 10.30.0.0/15 should be absent, and is there: 10.30.0.0/15 via 192.0.2.2 dev eth0 proto boot" 10.30.0.0/15 --absent
	says 0 "ROUTE OK - 2001:db8:30::/44 via 2001:db8::2 dev eth0 proto boot metric 1024" 2001:db8:30::/44
	says 2 "ROUTE CRITICAL - 10.30.0.0/24 is a throw route (proto boot)" 10.30.0.0/24
	says 2 "ROUTE CRITICAL - 10.30.0.0/25 absent, covered by 10.30.0.0/24 throw proto boot" 10.30.0.0/25
	says 2 "ROUTE CRITICAL - 10.30.0.1 has no way: 10.30.0.0/24 throw proto boot" 10.30.0.1 --longest-match
	says 0 "ROUTE OK - 10.30.1.1 by 10.30.0.0/15 via 192.0.2.2 dev eth0 proto boot" 10.30.1.1 --longest-match
	says 2 "ROUTE CRITICAL - 10.40.0.0/24 absent, and no other route covers it" 10.40.0.0/24
}

# Each needs a dump to tell, and there is no time for all of them.
@test "many absent prefixes while a link is down are absent in time" {
	own
	ip -n "$OWN" -batch - <<-'END'
		link add eth1 type veth peer name far1
		link set eth1 up
		link set far1 up
		address add 198.51.100.1/24 dev eth1
		route add 10.0.1.0/24 via 198.51.100.2
	END
	ip netns exec "$OWN" sysctl -qw net.ipv4.conf.eth1.ignore_routes_with_linkdown=1
	awk 'BEGIN { for (i = 0; i < 30000; i++)
		printf "route add 20.%d.%d.0/24 via 192.0.2.2\n", int(i / 256), i % 256 }' |
		ip -n "$OWN" -batch -
	linkdown far1 eth1 10.0.1.0/24
	awk 'BEGIN { print "10.0.1.0/24"; for (i = 0; i < 1000; i++)
		printf "99.%d.%d.0/24\n", int(i / 256), i % 256 }' >"$BATS_TEST_TMPDIR/file"
	route --expect "$BATS_TEST_TMPDIR/file" -t 3
	[ "$status" = 2 ]
	[[ "$output" = "ROUTE CRITICAL - 10.0.1.0/24 present, not used: link down on eth1 (proto boot), "*"; 0 of 1001 prefixes present|"* ]]
}

@test "a route for some packets alone is named, and is none" {
	own
	ip -n "$OWN" -batch - <<-'END'
		route add 10.3.0.0/24 tos 0x10 via 192.0.2.3
		route add 10.4.0.0/24 tos 0x08 via 192.0.2.3
		route add 10.4.0.0/24 via 192.0.2.2
	END
	says 2 "ROUTE CRITICAL - 10.3.0.0/24 absent (but for packets of TOS 0x10), and no other route covers it" 10.3.0.0/24
	says 0 "ROUTE OK - 10.3.0.0/24 absent, as it should be (but for packets of TOS 0x10)" 10.3.0.0/24 --absent
	says 2 "ROUTE CRITICAL - 10.3.0.0/25 absent, and no other route covers it (but for packets of TOS 0x10)" 10.3.0.0/25
	says 0 "ROUTE OK - 10.4.0.0/24 via 192.0.2.2 dev eth0 proto boot" 10.4.0.0/24
	ip -n "$OWN" -6 route add default from 2001:db8::/48 via 2001:db8::2 ||
		skip "this kernel has no routes of a source prefix"
	says 2 "ROUTE CRITICAL - ::/0 absent (but for packets from 2001:db8::/48), and no other route covers it" default6
	says 2 "ROUTE CRITICAL - 2001:db9::1 has no route (but for packets from 2001:db8::/48)" 2001:db9::1 --longest-match
	ip -n "$OWN" -6 route add default via 2001:db8::3
	says 0 "ROUTE OK - ::/0 via 2001:db8::3 dev eth0 proto boot metric 1024" default6
}

@test "MPLS encapsulation" {
	own
	ip -n "$OWN" route add 10.7.0.0/16 encap mpls 100/200 via 192.0.2.2 ||
		skip "this kernel has no MPLS"
	says 0 "ROUTE OK - 10.7.0.0/16 encap mpls 100/200 via 192.0.2.2 dev eth0 proto boot" 10.7.0.0/16
}

@test "protocol" {
	says 0 "ROUTE OK - 10.5.0.0/16 via 192.0.2.2 dev eth0 proto bgp" 10.5.0.0/16 --proto bgp --proto static
	route 10.6.0.0/24 --proto bgp
	[[ "$output" = "ROUTE CRITICAL - 10.6.0.0/24: protocol boot (expected: bgp); "* ]]
}

@test "what the kernel does not know is said, and no fault" {
	says 0 "ROUTE OK - 10.6.0.0/24 via 192.0.2.2 dev eth0 proto boot; AS path and origin AS not available from kernel" 10.6.0.0/24 --as-path 65001 --origin-as 65001
}

@test "the longest match" {
	says 0 "ROUTE OK - 10.5.0.7 by 10.5.0.0/24 via 192.0.2.3 dev eth0 proto static" 10.5.0.7 --longest-match
	says 2 "ROUTE CRITICAL - 10.5.1.7: the longest match is 10.5.0.0/16 via 192.0.2.2 dev eth0 proto bgp (expected: at least /24)" 10.5.1.7 --longest-match --match-length 24
	says 2 "ROUTE CRITICAL - 10.5.1.7: the longest match is 10.5.0.0/16 via 192.0.2.2 dev eth0 proto bgp (expected: 10.5.1.0/24)" 10.5.1.7 --longest-match --match-prefix 10.5.1.0/24
	says 0 "ROUTE OK - 10.5.1.7 by 10.5.0.0/16 via 192.0.2.2 dev eth0 proto bgp" 10.5.1.7 --longest-match --match-prefix 10.5.0.0/16
	says 2 "ROUTE CRITICAL - 2001:db9::1 has no route" 2001:db9::1 --longest-match
	says 2 "ROUTE CRITICAL - 10.1.2.3 has no way: 10.1.0.0/16 blackhole proto static" 10.1.2.3 --longest-match
	says 0 "ROUTE OK - 10.1.2.3 has no way, as it should be" 10.1.2.3 --longest-match --absent
	says 2 "ROUTE CRITICAL - 10.5.0.7 should have no way, and has one: 10.5.0.0/24 via 192.0.2.3 dev eth0 proto static" 10.5.0.7 --longest-match --absent
}

@test "a file of prefixes" {
	printf '%s\n' '10.0.4.0/24 next-hop=192.0.2.2,198.51.100.2 next-hops=2' \
		'10.88.0.0/16 absent' 'default proto=boot' >"$BATS_TEST_TMPDIR/file"
	says 0 "ROUTE OK - 3 of 3 prefixes as they should be" --expect "$BATS_TEST_TMPDIR/file"
	echo '10.0.1.0/24 next-hops=2' >>"$BATS_TEST_TMPDIR/file"
	says 2 "ROUTE CRITICAL - 10.0.1.0/24: 1 next hop up (expected: at least 2); 4 of 4 prefixes as they should be" --expect "$BATS_TEST_TMPDIR/file"
	echo '10.0.1.0/24 hops=2' >>"$BATS_TEST_TMPDIR/file"
	route --expect "$BATS_TEST_TMPDIR/file"
	[ "$status" = 3 ]
	[[ "$output" = *"line 5"* ]]
}

# --- tables and namespaces ----------------------------------------------------

@test "another table, by number and by name" {
	says 0 "ROUTE OK - 10.9.0.0/24 via 192.0.2.7 dev eth0 proto bgp table 100" --table 100 10.9.0.0/24
	says 2 "ROUTE CRITICAL - 10.9.1.0/24 table 100 absent, and no other route covers it" --table 100 10.9.1.0/24
	says 2 "ROUTE CRITICAL - 10.9.0.0/24 absent, covered by 0.0.0.0/0 via 192.0.2.254 dev eth0 proto boot" 10.9.0.0/24
	says 0 "ROUTE OK - 192.0.2.1/32 local dev eth0 proto kernel table local" --table local 192.0.2.1
}

@test "an unknown table is no absence" {
	says 3 "ROUTE UNKNOWN - 10.9.0.0/24 table 999 not known: there is no such routing table, no rule for one, and no route in it" --table 999 10.9.0.0/24
	route --table 999 --absent 10.9.0.0/24
	[ "$status" = 3 ]
	route --table blue 10.9.0.0/24
	[ "$status" = 3 ]
	[[ "$output" = "ROUTE UNKNOWN - there is no routing table called blue"* ]]
	# A rule leads there: it is known, and empty.
	says 2 "ROUTE CRITICAL - 10.9.0.0/24 table 101 absent, and no other route covers it" --table 101 10.9.0.0/24
	# It has routes of the other family.
	says 2 "ROUTE CRITICAL - 2001:db8::/32 table 100 absent, and no other route covers it" --table 100 2001:db8::/32
}

@test "policy rules in the way do not change what the table has" {
	own
	ip -n "$OWN" route add 10.5.0.0/16 via 192.0.2.2
	ip -n "$OWN" route add default via 192.0.2.77 table 100
	ip -n "$OWN" rule add from all lookup 100 prio 100
	says 0 "ROUTE OK - 10.5.0.0/16 via 192.0.2.2 dev eth0 proto boot" 10.5.0.0/16
	says 2 "ROUTE CRITICAL - 10.6.0.0/16 absent, and no other route covers it" 10.6.0.0/16
	says 2 "ROUTE CRITICAL - 10.6.0.0/16 table 100 absent, covered by 0.0.0.0/0 via 192.0.2.77 dev eth0 proto boot" 10.6.0.0/16 --table 100
	ip -n "$OWN" rule add unreachable prio 50
	says 0 "ROUTE OK - 10.5.0.0/16 via 192.0.2.2 dev eth0 proto boot" 10.5.0.0/16
	says 2 "ROUTE CRITICAL - 10.6.0.0/16 absent, and no other route covers it" 10.6.0.0/16
	ip -n "$OWN" rule del unreachable
	ip -n "$OWN" rule add blackhole prio 50
	says 0 "ROUTE OK - 10.5.0.0/16 via 192.0.2.2 dev eth0 proto boot" 10.5.0.0/16
	ip -n "$OWN" rule del blackhole
	ip -n "$OWN" rule del lookup main
	says 0 "ROUTE OK - 10.5.0.0/16 via 192.0.2.2 dev eth0 proto boot" 10.5.0.0/16
}

@test "a route for multicast has a device" {
	own
	ip -n "$OWN" route add 224.0.0.0/4 dev eth0
	says 0 "ROUTE OK - 224.0.0.0/4 dev eth0 proto boot" 224.0.0.0/4 --device eth0
	says 2 "ROUTE CRITICAL - 224.0.0.0/4: device eth0 (expected: eth9); 224.0.0.0/4 dev eth0 proto boot" 224.0.0.0/4 --device eth9
}

@test "a route of a higher metric is not the one in use" {
	own
	ip -n "$OWN" -batch - <<-'END'
		route add 10.7.0.0/16 via 192.0.2.2 metric 50 proto bgp
		route add 10.7.0.0/16 via 192.0.2.3 metric 10 proto static
		route add 10.8.0.0/24 via 192.0.2.2 metric 20 proto bgp
		route add blackhole 10.8.0.0/24 metric 200
		route add blackhole 10.8.0.0/32
		route add 2001:db8:8::/48 via fe80::5 dev eth0 metric 20 proto bgp
		route add blackhole 2001:db8:8::/48 metric 200
		route add blackhole 2001:db8:8::/128
	END
	says 2 "ROUTE CRITICAL - 10.7.0.0/16: protocol static (expected: bgp); 10.7.0.0/16 via 192.0.2.3 dev eth0 proto static metric 10" 10.7.0.0/16 --proto bgp
	# No lookup gets there: it takes a dump.
	for longer in 10.7.0.0/24 10.7.255.0/24 10.7.170.0/24; do
		ip -n "$OWN" route add "$longer" via 192.0.2.9
	done
	says 2 "ROUTE CRITICAL - 10.7.0.0/16: protocol static (expected: bgp); 10.7.0.0/16 via 192.0.2.3 dev eth0 proto static metric 10" 10.7.0.0/16 --proto bgp
	# The blackhole that is hit is a longer one, the prefix has a better route.
	says 0 "ROUTE OK - 10.8.0.0/24 via 192.0.2.2 dev eth0 proto bgp metric 20" 10.8.0.0/24
	says 0 "ROUTE OK - 2001:db8:8::/48 via fe80::5 dev eth0 proto bgp metric 20" 2001:db8:8::/48
	ip -n "$OWN" route del 10.8.0.0/32
	ip -n "$OWN" rule add blackhole prio 50
	says 0 "ROUTE OK - 10.8.0.0/24 via 192.0.2.2 dev eth0 proto bgp metric 20" 10.8.0.0/24
	ip -n "$OWN" route del 10.8.0.0/24 metric 20
	says 2 "ROUTE CRITICAL - 10.8.0.0/24 is a blackhole (proto boot)" 10.8.0.0/24
}

@test "checks of different routes have memories of their own" {
	own
	for i in 1 2 3 4; do
		ip -n "$OWN" route add "10.$i.0.0/16" via 192.0.2.2 proto bgp
	done
	route --count-warning ipv4,bgp=1: --count-drop-critical 10%
	route --count-warning ipv6=1: --count-drop-critical 10%
	ip -n "$OWN" route del 10.2.0.0/16
	says 2 "ROUTE CRITICAL - ipv4 bgp: fell from 4 to 3 routes, by 25 % (critical: 10 %); 3 ipv4 bgp routes" --count-warning ipv4,bgp=1: --count-drop-critical 10%
	ip -n "$OWN" route add blackhole 10.2.0.0/16
	route 10.2.0.0/16 --flaps-warning :0
	route 10.2.0.0/16 --flaps-warning :0 --kind any
	route 10.2.0.0/16 --flaps-warning :0 --kind any
	[ "$status" = 0 ]
}

@test "an unknown VRF is no absence" {
	says 3 "ROUTE UNKNOWN - there is no VRF red" --vrf red 10.0.0.0/8
	says 3 "ROUTE UNKNOWN - the device eth0 is no VRF" --vrf eth0 10.0.0.0/8
}

@test "a VRF" {
	own
	ip -n "$OWN" link add red type vrf table 100 || skip "this kernel has no VRF"
	ip -n "$OWN" -batch - <<-'END'
		link set red up
		link add eth1 type veth peer name far1
		link set eth1 master red up
		link set far1 up
		address add 198.51.100.1/24 dev eth1
		route add 10.0.0.0/8 via 198.51.100.2 vrf red proto bgp
		route add blackhole 10.30.0.0/16 vrf red
	END
	says 0 "ROUTE OK - 10.0.0.0/8 via 198.51.100.2 dev eth1 proto bgp vrf red" --vrf red 10.0.0.0/8
	says 2 "ROUTE CRITICAL - 10.0.0.0/9 vrf red absent, covered by 10.0.0.0/8 via 198.51.100.2 dev eth1 proto bgp" --vrf red 10.0.0.0/9
	says 2 "ROUTE CRITICAL - 10.30.0.0/16 vrf red is a blackhole (proto boot)" --vrf red 10.30.0.0/16
	says 2 "ROUTE CRITICAL - 2001:db8::/32 vrf red absent, and no other route covers it" --vrf red 2001:db8::/32
	says 2 "ROUTE CRITICAL - 10.0.0.0/8 absent, and no other route covers it" 10.0.0.0/8
}

@test "--netns looks elsewhere" {
	run "$BIN/check_route" --netns "/run/netns/$NSF" 10.6.0.0/24
	[ "$status" = 0 ]
	[[ "$output" = "ROUTE OK - 10.6.0.0/24 via 192.0.2.2 dev eth0 proto boot|"* ]]
	run "$BIN/check_route" --netns /nonexistent 10.6.0.0/24
	[ "$status" = 3 ]
}

@test "needs no privilege" {
	run ip netns exec "$NSF" setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$BIN/check_route" 10.0.2.0/24 10.5.0.0/16 2001:db8:8::/48 --count-critical 1:
	if [[ "$output" = *"No such file"* || "$output" = *"Permission denied"* ]]; then
		skip "the program is where that user may not go"
	fi
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" = "ROUTE OK - 3 of 3 prefixes present, "* ]]
}

# --- numbers ------------------------------------------------------------------

@test "counts agree with ip-route" {
	local family protocol number expected
	for family in 4 6; do
		expected=$(ip -n "$NSF" -"$family" route show | grep -vc '^[[:space:]]')
		route --count-warning "ipv$family=1:"
		[[ "$output" = *"routes_ipv$family=$expected;"* ]]
	done
	for protocol in bgp static boot kernel; do
		number=$(ip -n "$NSF" -4 route show proto "$protocol" | grep -vc '^[[:space:]]')
		route --count-critical "ipv4,$protocol=$number:$number"
		[ "$status" = 0 ]
	done
	route --count-critical table:100=1:1 --count-critical ipv4,bgp,table:100=1:1
	[ "$status" = 0 ]
	# A table with a number that the fixed part of a message has no room for.
	ip -n "$NSF" route add 10.9.1.0/24 via 192.0.2.7 table 1000 proto bgp
	ip -n "$NSF" route add 10.9.1.0/25 via 192.0.2.8 table 1000
	ip -n "$NSF" route add 10.9.1.0/24 via 192.0.2.7 table 252
	route --count-critical table:1000=2:2 --count-critical ipv4,bgp,table:1000=1:1 --count-critical table:252=1:1
	[ "$status" = 0 ]
	says 0 "ROUTE OK - 10.9.1.0/24 via 192.0.2.7 dev eth0 proto bgp table 1000" --table 1000 10.9.1.0/24
	says 0 "ROUTE OK - 10.9.1.0/24 via 192.0.2.7 dev eth0 proto boot table 252" --table 252 10.9.1.0/24
	route --count-critical table:999=0:
	[ "$status" = 3 ]
	[[ "$output" = *"not counted: there is no such table"* ]]
}

@test "a loss of routes, and what changes" {
	own
	for i in $(seq 100); do echo "route add 10.0.$i.0/24 via 192.0.2.2 proto bgp"; done |
		ip -n "$OWN" -batch -
	route --count-warning ipv4,bgp=1: --count-drop-critical 10%
	[ "$status" = 0 ]
	[[ "$output" = *"(no history: first run)"* ]]
	for i in $(seq 20); do echo "route del 10.0.$i.0/24"; done | ip -n "$OWN" -batch -
	route --count-warning ipv4,bgp=1: --count-drop-critical 10%
	[ "$status" = 2 ]
	[[ "$output" = "ROUTE CRITICAL - ipv4 bgp: fell from 100 to 80 routes, by 20 % (critical: 10 %); 80 ipv4 bgp routes|"* ]]
	route --count-warning ipv4,bgp=1: --count-drop-critical 10%
	[ "$status" = 0 ]
	sleep 1.1
	ip -n "$OWN" route del 10.0.21.0/24
	route --count-warning ipv4,bgp=1: --changes-warning 0.001
	[ "$status" = 1 ]
	[[ "$output" = *"changes "*"(warning: above 0.001)"* ]]
}

@test "a prefix that flaps" {
	own
	local flap=(10.0.0.0/8 --flaps-warning 2)
	route "${flap[@]}"
	[ "$status" = 2 ]
	ip -n "$OWN" route add 10.0.0.0/8 via 192.0.2.2
	route "${flap[@]}"
	[ "$status" = 0 ]
	ip -n "$OWN" route del 10.0.0.0/8
	route "${flap[@]}"
	ip -n "$OWN" route add 10.0.0.0/8 via 192.0.2.2
	route "${flap[@]}"
	[ "$status" = 1 ]
	[[ "$output" = "ROUTE WARNING - 10.0.0.0/8: flaps 3 (warning: above 2); "* ]]
}

# Ten, and a hundred thousand; with TORTURE a million.
@test "any number of routes: found, missed, hidden behind longer ones" {
	local n i prefix
	for n in 10 "1${TORTURE:+0}00000"; do
		own
		awk -v n="$n" 'BEGIN { for (i = 0; i < n; i++)
			printf "route add %d.%d.%d.0/24 via 192.0.2.2 proto bgp\n", 20 + int(i / 65536), int(i / 256) % 256, i % 256 }' |
			ip -n "$OWN" -batch -
		i=$((n / 2))
		prefix=$((20 + i / 65536)).$((i / 256 % 256)).$((i % 256)).0/24
		says 0 "ROUTE OK - $prefix via 192.0.2.2 dev eth0 proto bgp" "$prefix"
		says 2 "ROUTE CRITICAL - 99.0.0.0/24 absent, and no other route covers it" 99.0.0.0/24
		says 2 "ROUTE CRITICAL - 20.0.0.0/16 absent, and no other route covers it" 20.0.0.0/16 -t 60
		ip -n "$OWN" route add 20.0.0.0/16 via 192.0.2.3
		says 0 "ROUTE OK - 20.0.0.0/16 via 192.0.2.3 dev eth0 proto boot" 20.0.0.0/16 -t 60
		route --count-critical "ipv4,bgp=$n:$n" -t 60
		[ "$status" = 0 ]
		ip netns del "$OWN"
	done
	OWN=
}

# The kernel says so when a dump was interrupted; what was missed is unknown.
@test "while routes come and go" {
	own
	ip -n "$OWN" route add 10.0.0.0/8 via 192.0.2.2
	ip -n "$OWN" route add 10.0.0.0/9 via 192.0.2.3
	ip -n "$OWN" route add 10.128.0.0/9 via 192.0.2.3
	awk 'BEGIN { for (i = 0; i < 20000; i++) {
		printf "route add 11.%d.%d.0/24 via 192.0.2.2\n", int(i / 256) % 256, i % 256
		printf "route del 11.%d.%d.0/24\n", int(i / 256) % 256, i % 256 } }' |
		ip -n "$OWN" -batch - 3>&- &
	local pid=$!
	for _ in $(seq 20); do
		route 10.0.0.0/8
		[ "$status" = 0 ]
		route 10.0.0.0/8 --absent
		[ "$status" = 2 ]
		route 12.0.0.0/8
		[[ $status = 2 || "$output" = *"changed during every dump"* ]]
	done
	kill "$pid" 2>/dev/null || true
	wait "$pid" || true
}

# IPv6 goes on by number after a change, and marks nothing: what stays may be
# missing from what it tells.
@test "a prefix that stays is never absent while others go" {
	own
	awk 'BEGIN { for (i = 0; i < 1500; i++) {
		p = sprintf("2001:db8:%x:%x", 1 + int(i / 256), i % 256)
		printf "route add %s::/64 via 2001:db8::2\n", p
		if (i % 30 == 0)
			printf "route add %s::/65 via 2001:db8::3\nroute add %s:8000::/65 via 2001:db8::3\n", p, p } }' |
		ip -n "$OWN" -batch -
	awk 'BEGIN { for (i = 0; i < 1500; i += 30)
		printf "2001:db8:%x:%x::/64\n", 1 + int(i / 256), i % 256 }' >"$BATS_TEST_TMPDIR/stay"
	awk 'BEGIN { for (n = 0; n < 2000; n++) {
		for (i = 1; i <= 30; i++) printf "route add 2001:db8:0:%x::/64 via 2001:db8::2\n", i
		for (i = 1; i <= 30; i++) printf "route del 2001:db8:0:%x::/64\n", i } }' |
		ip -n "$OWN" -batch - 3>&- &
	local pid=$!
	for _ in $(seq 3); do
		route -t 60 --expect "$BATS_TEST_TMPDIR/stay"
		[[ $status = 0 || "$output" = *"changed during every dump"* ]]
		[[ "$output" != *absent* ]]
	done
	kill "$pid" 2>/dev/null || true
	wait "$pid" || true
	says 0 "ROUTE OK - 50 of 50 prefixes present" -t 60 --expect "$BATS_TEST_TMPDIR/stay"
}

@test "a source that is not there, beside one that is" {
	says 3 "ROUTE UNKNOWN - 10.6.0.0/24 not known in bird: /nonexistent does not exist: is bird running?; 10.6.0.0/24 via 192.0.2.2 dev eth0 proto boot in kernel" 10.6.0.0/24 --source bird,kernel --socket /nonexistent
	says 3 "ROUTE UNKNOWN - /nonexistent does not exist: is bird running?" 10.6.0.0/24 --source bird --socket /nonexistent
}

# --- commands -----------------------------------------------------------------

@test "a command that prints nothing, and one that does not end" {
	local command=(--source command -t 20 -- ip route show '{prefix}')
	says 0 "ROUTE OK - 10.6.0.0/24" 10.6.0.0/24 "${command[@]}"
	route 10.88.0.0/24 "${command[@]}"
	[ "$status" = 3 ]
	[[ "$output" = *"the command prints nothing: if that says absent, "* ]]
	says 0 "ROUTE OK - 10.6.0.0/24" 10.6.0.0/24 --no-match '^$' "${command[@]}"
	says 2 "ROUTE CRITICAL - 10.88.0.0/24 absent" 10.88.0.0/24 --no-match '^$' "${command[@]}"
	route default --source command --timeout-state warning -t 1 -- sleep 60
	[ "$status" = 1 ]
	route default --source command --error-state warning -- /nonexistent/ssh
	[ "$status" = 1 ]
}

# --- usage --------------------------------------------------------------------

@test "usage" {
	local args
	for args in "" "10.0.0.1/8" "--table 1 --vrf x default" "default --source snmpd"; do
		# shellcheck disable=SC2086
		route $args
		[ "$status" = 3 ]
	done
	route 10.0.0.1/8
	[[ "$output" = *"use 10.0.0.0/8"* ]]
}
