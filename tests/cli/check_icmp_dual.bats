#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_icmp_dual between network namespaces: A asks, B answers with its own
# kernel, or routes, or lies.  Names come from tests/tools/dnsstub.py.

setup_file() {
	[ "$(id -u)" = 0 ] || return 0
	export A=rvia$BATS_ROOT_PID B=rvib$BATS_ROOT_PID
	local n
	ip netns add "$A"
	ip netns add "$B"
	ip link add veth0 netns "$A" type veth peer name veth1 netns "$B"
	for n in "$A" "$B"; do ip -n "$n" link set lo up; done
	ip -n "$A" addr add 10.65.0.1/24 dev veth0
	ip -n "$A" addr add fd00:65::1/64 dev veth0 nodad
	ip -n "$B" addr add 10.65.0.2/24 dev veth1
	ip -n "$B" addr add 10.65.0.3/24 dev veth1
	ip -n "$B" addr add fd00:65::2/64 dev veth1 nodad
	ip -n "$B" addr add fd00:65::3/64 dev veth1 nodad
	ip -n "$A" link set veth0 addrgenmode none
	ip -n "$A" addr add fe80::a/64 dev veth0 nodad
	ip -n "$A" link set veth0 up
	ip -n "$B" link set veth1 addrgenmode none
	ip -n "$B" addr add fe80::b/64 dev veth1 nodad
	ip -n "$B" link set veth1 up
	ip -n "$A" route add default via 10.65.0.2
	ip -n "$A" -6 route add default via fd00:65::2
	# B answers for these, and forwards the rest.
	ip -n "$B" route add local 10.67.0.0/16 dev lo
	ip -n "$B" -6 route add local fd00:67::/64 dev lo
	ip netns exec "$B" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0 \
		net.ipv6.icmp.ratelimit=0 net.ipv4.icmp_msgs_per_sec=100000
	ip -n "$B" route add unreachable 10.71.1.0/24
	ip -n "$B" route add prohibit 10.71.2.0/24
	ip -n "$B" route add blackhole 10.71.3.0/24
	ip -n "$B" -6 route add unreachable fd00:71:1::/64
	ip -n "$B" -6 route add prohibit fd00:71:2::/64
	ip -n "$B" -6 route add blackhole fd00:71:3::/64
	# A narrow link behind B.
	ip link add thin0 mtu 1300 netns "$B" type veth peer name thin1 netns "$B"
	ip -n "$B" link set thin0 up
	ip -n "$B" route add 10.72.0.0/24 dev thin0
	ip -n "$B" -6 route add fd00:72::/64 dev thin0
	raw_only
	start_resolver
	for n in 10.67.0.1 fd00:67::1 fe80::b%veth0; do
		until ip netns exec "$A" "${BIN:-build/release}/check_icmp_dual" \
			"$n" -n 1 -c 100,100%; do :; done
	done
}

teardown_file() {
	[ "$(id -u)" = 0 ] || return 0
	kill "$(cat "$BATS_FILE_TMPDIR/dns.pid")" || true
	ip netns del "$A"
	ip netns del "$B"
	rm -rf "/etc/netns/$A"
}

setup() {
	[ "$(id -u)" = 0 ] || skip "network namespaces need root"
	BIN=${BIN:-build/release}
}

# What a test that failed has left must not fail the next ones.
teardown() {
	[ -z "$BATS_TEST_COMPLETED" ] && [ "$(id -u)" = 0 ] || return 0
	raw_only
	ip netns exec "$A" nft flush ruleset
	ip netns exec "$B" nft flush ruleset
	ip netns exec "$B" sysctl -qw net.ipv4.icmp_echo_ignore_all=0 \
		net.ipv6.icmp.echo_ignore_all=0
	ip -n "$A" route flush 10.74.0.0/24 || true
	ip -n "$B" route flush 10.73.0.0/16 || true
	ip -n "$A" link del rv-vrf 2>/dev/null || true
	sed -i s/timeout:30/timeout:1/ "/etc/netns/$A/resolv.conf"
}

raw_only() {
	ip netns exec "$A" sysctl -qw net.ipv4.ping_group_range="1 0"
}

ping_sockets() {
	ip netns exec "$A" sysctl -qw net.ipv4.ping_group_range="0 2147483647"
}

start_resolver() {
	local fifty i
	for ((i = 1; i <= 25; i++)); do
		fifty=${fifty:+$fifty,}10.67.0.$i,$(printf 'fd00:67::%x' "$i")
	done
	mkdir -p "/etc/netns/$A"
	printf 'nameserver 10.65.0.2\noptions timeout:1 attempts:1\n' \
		>"/etc/netns/$A/resolv.conf"
	ip netns exec "$B" python3 tests/tools/dnsstub.py 10.65.0.2 \
		both.test=10.67.1.1,fd00:67::1:1 \
		no6.test=10.67.1.2,fd00:71:3::1 \
		no4.test=10.71.3.1,fd00:67::1:3 \
		none.test=10.71.3.1,fd00:71:3::1 \
		link.test=fe80::b only4.test=10.67.1.4 only6.test=fd00:67::1:5 \
		fifty.test="$fifty" empty.test=nothing \
		silent.test=drop,10.67.1.6 silent6.test=drop6,10.67.1.7 \
		broken.test=servfail refused.test=refused \
		>"$BATS_FILE_TMPDIR/dns.out" 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/dns.pid"
	wait_for ready "$BATS_FILE_TMPDIR/dns.out"
}

# wait_for WORD FILE
wait_for() {
	local i
	for ((i = 0; i < 1200; i++)); do
		grep -q "$1" "$2" && return 0
		sleep 0.05
	done
	return 1
}

# icmp ARGS...: runs the check in A.
icmp() {
	run ip netns exec "$A" "$BIN/check_icmp_dual" "$@"
	echo "$status: $output"
	[ "$status" -le 3 ]
	[ -n "$output" ]
}

# --- both families ------------------------------------------------------------

@test "an address of each family, over raw and over ping sockets" {
	local kind
	for kind in raw_only ping_sockets; do
		$kind
		icmp -H 10.67.0.1
		[ "$status" = 0 ]
		[[ "$output" = "ICMP OK - 10.67.0.1 rta "*", loss 0 %|"* ]]
		[[ "$output" = *" loss_ipv4_10.67.0.1=0%;40;80;0;100 "* ]]
		[[ "$output" = *" ttl_ipv4_10.67.0.1=64;;;0"* ]]
		icmp -H fd00:67::1
		[ "$status" = 0 ]
		[[ "$output" = *" ttl_ipv6_fd00:67:0:0:0:0:0:1=64;;;0"* ]]
		icmp -H fe80::b%veth0
		[ "$status" = 0 ]
		icmp -H fe80::dead%veth0 --wait 200ms
		[ "$status" = 2 ]
	done
	raw_only
}

@test "a name with both families" {
	icmp -H both.test -v
	[ "$status" = 0 ]
	[[ "$output" = "ICMP OK - both.test works over IPv4 and IPv6: 10.67.1.1 rta "* ]]
	[[ "$output" = *"[OK] 10.67.1.1: "*"[OK] fd00:67::1:1: "* ]]
	[[ "$output" = *" success_both.test_ipv6_fd00:67:0:0:0:0:1:1=1;"* ]]
}

@test "blackholed IPv6 is a warning, and the first line says so" {
	icmp -H no6.test --wait 300ms
	[ "$status" = 1 ]
	[[ "$output" = "ICMP WARNING - no6.test works over IPv4, IPv6 dead; fd00:71:3::1: no answer; 10.67.1.2 rta "*", loss 0 %|"* ]]
	icmp -H no6.test --wait 300ms --family any
	[ "$status" = 0 ]
	icmp -H no6.test --wait 300ms --family ipv6
	[ "$status" = 2 ]
	icmp -H no6.test --wait 300ms --one-dead-state critical
	[ "$status" = 2 ]
	icmp -H no6.test -4
	[ "$status" = 0 ]
	icmp -H no6.test -6 --wait 300ms
	[ "$status" = 2 ]
}

@test "dead IPv4, and both dead" {
	icmp -H no4.test --wait 300ms
	[ "$status" = 1 ]
	[[ "$output" = "ICMP WARNING - no4.test works over IPv6, IPv4 dead"* ]]
	icmp -H none.test --wait 300ms
	[ "$status" = 2 ]
	[[ "$output" = "ICMP CRITICAL - none.test dead over IPv4 and IPv6"* ]]
}

@test "a name with one family only" {
	icmp -H only4.test
	[ "$status" = 0 ]
	[[ "$output" = *"only4.test works over IPv4, no IPv6 address: "* ]]
	icmp -H only4.test --family both
	[ "$status" = 1 ]
	icmp -H only6.test --missing-family-state critical
	[ "$status" = 2 ]
	[[ "$output" = "ICMP CRITICAL - only6.test works over IPv6, no IPv4 address"* ]]
	icmp -H only4.test -6
	[ "$status" = 2 ]
	[[ "$output" = *"only4.test: no address"* ]]
}

@test "names that lead nowhere are told apart" {
	icmp -H nosuch.test
	[ "$status" = 2 ]
	[[ "$output" = "ICMP CRITICAL - nosuch.test: no such name"* ]]
	icmp -H empty.test --resolve-state warning
	[ "$status" = 1 ]
	[[ "$output" = "ICMP WARNING - empty.test: no address"* ]]
	icmp -H silent.test -t 3
	[ "$status" = 3 ]
	[[ "$output" = "ICMP UNKNOWN - silent.test: no resolver answered"* ]]
	icmp -H broken.test -t 5
	[ "$status" = 3 ]
}

@test "a resolver that is silent about IPv6 is no name without IPv6" {
	icmp -H silent6.test -t 4
	[ "$status" = 3 ]
	[[ "$output" = *"silent6.test works over IPv4, IPv6 not known"* ]]
}

@test "a dead resolver meets the deadline, and addresses are asked all the same" {
	local begun=$SECONDS
	# Two questions of half a minute each, if nobody ends it.
	sed -i s/timeout:1/timeout:30/ "/etc/netns/$A/resolv.conf"
	icmp -H silent.test -H 10.67.0.1 -t 3 -v
	sed -i s/timeout:30/timeout:1/ "/etc/netns/$A/resolv.conf"
	[ "$status" = 3 ]
	[[ "$output" = *"[OK] 10.67.0.1: "* ]]
	[ $((SECONDS - begun)) -lt 20 ]
}

@test "a name with fifty addresses: each is asked and named" {
	icmp -H fifty.test -v
	[ "$status" = 0 ]
	[ "$(grep -c '^\[OK\]' <<<"$output")" = 50 ]
	[[ "$output" = *" sent=250;"* ]]
	icmp -H fifty.test --addresses first -v
	[ "$(grep -c '^\[OK\]' <<<"$output")" = 2 ]
}

# --- who said what ------------------------------------------------------------

# says_who TARGET WORDS: asked until it is told.  About its routes B tells five
# errors at once and then one a second, and no namespace can change that.
says_who() {
	for _ in 1 2 3 4 5 6; do
		icmp -H "$1" -n 1 --wait 1s
		[[ "$output" = *"no answer, $2 from 10.65.0.2"* ||
			"$output" = *"no answer, $2 from fd00:65::"[23]* ]] && break
		# Nothing yet, but never something else.
		[[ "$output" != *" from "* ]] || return 1
	done
	[ "$status" = 2 ] && [[ "$output" = *"no answer, $2 from "* ]]
}

@test "ICMP errors name their kind and who sent them" {
	local kind target words
	ip netns exec "$B" nft -f - <<-END
		table inet rv { chain f { type filter hook forward priority 0
			ip daddr 10.73.0.1 reject with icmp type net-unreachable
			ip daddr 10.73.0.2 reject with icmp type prot-unreachable
			ip daddr 10.73.0.3 reject with icmp type port-unreachable
			ip daddr 10.73.0.4 reject with icmp type net-prohibited
			ip daddr 10.73.0.5 reject with icmp type host-prohibited
			ip daddr 10.73.0.6 reject with icmp type admin-prohibited
			ip6 daddr fd00:73::1 reject with icmpv6 type no-route
			ip6 daddr fd00:73::2 reject with icmpv6 type admin-prohibited
			ip6 daddr fd00:73::3 reject with icmpv6 type addr-unreachable
			ip6 daddr fd00:73::4 reject with icmpv6 type port-unreachable
			ip6 daddr fd00:73::5 reject with icmpv6 type policy-fail
			ip6 daddr fd00:73::6 reject with icmpv6 type reject-route
		}
		}
	END
	ip -n "$B" route add 10.73.0.0/24 dev thin0
	ip -n "$B" -6 route add fd00:73::/64 dev thin0
	for kind in raw_only ping_sockets; do
		$kind
		while IFS='|' read -r target words; do
			says_who "$target" "$words" || { echo "$kind: $words"; return 1; }
		done <<-END
			10.71.1.1|host unreachable
			10.71.2.1|administratively prohibited
			10.73.0.1|network unreachable
			10.73.0.2|protocol unreachable
			10.73.0.3|port unreachable
			10.73.0.4|network prohibited
			10.73.0.5|host prohibited
			10.73.0.6|administratively prohibited
			fd00:71:1::1|no route to destination
			fd00:71:2::1|administratively prohibited
			fd00:73::1|no route to destination
			fd00:73::2|administratively prohibited
			fd00:73::3|address unreachable
			fd00:73::4|port unreachable
			fd00:73::5|source address refused by policy
			fd00:73::6|route rejected
		END
		icmp -H 10.73.0.9 --ttl 1 --wait 1s
		[[ "$output" = *"TTL exceeded from 10.65.0.2"* ]]
		icmp -H fd00:73::9 --ttl 1 --wait 1s
		[[ "$output" = *"hop limit exceeded from fd00:65::"[23]* ]]
		icmp -H 10.71.3.1 --wait 200ms
		[[ "$output" != *" from "* ]]
	done
	raw_only
	ip netns exec "$B" nft delete table inet rv
}

# cpu_ms COMMAND...: processor time of it and its children.
cpu_ms() {
	local TIMEFORMAT='%U %S' spent
	spent=$({ time "$@" >/dev/null 2>&1 3>&-; } 2>&1) || true
	awk '{ print int(1000 * ($1 + $2)) }' <<<"${spent##*$'\n'}"
}

# An error that comes while a burst is sent is told to nobody but who asks.
@test "errors in a burst are all read, and nobody spins until the end" {
	local kind i many=() silent=()
	ip netns exec "$B" sysctl -qw net.ipv4.icmp_msgs_burst=100000
	ip netns exec "$B" nft -f - <<-END
		table inet rv { chain f { type filter hook forward priority 0
			ip daddr 10.73.1.0/24 reject with icmp type host-prohibited
			ip daddr 10.73.2.0/24 drop
		}
		}
	END
	ip -n "$B" route add 10.73.0.0/16 dev thin0
	for ((i = 1; i <= 60; i++)); do many+=("10.73.1.$i"); done
	for ((i = 1; i <= 30; i++)); do silent+=("10.73.2.$i"); done
	for kind in raw_only ping_sockets; do
		$kind
		icmp "${many[@]}" -n 3 --wait 300ms -v
		[ "$status" = 2 ]
		[ "$(grep -c '^\[CRITICAL\].*no answer, host prohibited from 10.65.0.2' <<<"$output")" = 60 ]
		i=$(cpu_ms ip netns exec "$A" "$BIN/check_icmp_dual" \
			"${many[@]:30}" "${silent[@]}" -n 1 --wait 3s)
		echo "$kind: $i ms"
		[ "$i" -lt 1000 ]
	done
	raw_only
	ip netns exec "$B" nft delete table inet rv
	ip -n "$B" route del 10.73.0.0/16 dev thin0
}

@test "what our own system refuses is said" {
	local route words kind target
	for kind in raw_only ping_sockets; do
		$kind
		while IFS='|' read -r route words; do
			ip -n "$A" route add "$route" 10.74.0.0/24
			icmp -H 10.74.0.1 -H 10.67.0.1 --wait 200ms
			ip -n "$A" route del "$route" 10.74.0.0/24
			[ "$status" = 2 ]
			[[ "$output" = *"10.74.0.1: no answer"*"1 of 2 targets alive"* ]]
			ip -n "$A" route add "$route" 10.74.0.0/24
			icmp -H 10.74.0.1 --wait 200ms
			ip -n "$A" route del "$route" 10.74.0.0/24
			[[ "$output" = *"no answer, $words"* ]]
		done <<-END
			unreachable|this host cannot reach it
			prohibit|prohibit route of this host, or a broadcast address
			blackhole|blackhole route of this host, or
		END
		ip netns exec "$A" nft -f - <<-END
			table inet rvlocal {
				chain o {
					type filter hook output priority 0;
					ip daddr 10.67.0.9 drop
					ip6 daddr fd00:67::9 drop
				}
			}
		END
		for target in 10.67.0.9 fd00:67::9; do
			icmp -H "$target" --wait 200ms
			[ "$status" = 2 ]
			# Of a ping socket of IPv6 the kernel does not tell.
			[ $kind-$target = ping_sockets-fd00:67::9 ] ||
				[[ "$output" = *"no answer, dropped by the firewall of this host;"* ]]
		done
		ip netns exec "$A" nft delete table inet rvlocal
	done
	raw_only
}

@test "a link-local address of a name needs an interface" {
	ping_sockets
	icmp -H link.test
	raw_only
	[ "$status" = 2 ]
	[[ "$output" = *"fe80::b: no answer, on every link, and no interface was named;"* ]]
	icmp -H link.test -I veth0
	[ "$status" = 0 ]
}

@test "--dont-fragment finds the narrow link" {
	# Else routers may, and nothing is too big for them.
	icmp -H 10.72.0.1 --size 1400 --wait 300ms
	[[ "$output" = "ICMP CRITICAL - 10.72.0.1: no answer"* ]]
	[[ "$output" != *"too big"* ]]
	icmp -H 10.72.0.1 --size 1400 --dont-fragment --wait 300ms
	[ "$status" = 2 ]
	[[ "$output" = *"too big, MTU 1300 from 10.65.0.2"* ]]
	icmp -H fd00:72::1 --size 1400 --dont-fragment --wait 300ms
	[[ "$output" = *"too big, MTU 1300 from fd00:65::"[23]* ]]
	icmp -H 10.67.0.1 --size 2000 --dont-fragment --wait 300ms
	[[ "$output" = *"no answer, too long for the interface of this host, MTU 1500"* ]]
	icmp -H 10.67.0.1 --size 1472 --dont-fragment
	[ "$status" = 0 ]
	icmp -H 10.67.0.1 -H fd00:67::1 --size 30000
	[ "$status" = 0 ]
}

@test "source, interface, TTL and DSCP reach the wire" {
	ip -n "$A" addr add 10.65.0.9/24 dev veth0
	ip netns exec "$B" nft -f - <<-END
		table inet rv { chain i { type filter hook input priority 0
			ip saddr 10.65.0.9 ip dscp 46 ip ttl 33 icmp type echo-request counter
			ip6 saddr fd00:65::1 ip6 dscp 46 ip6 hoplimit 33 icmpv6 type echo-request counter
		}
		}
	END
	icmp -H 10.67.0.1 -H fd00:67::1 -s 10.65.0.9 -s fd00:65::1 --dscp 46 --ttl 33 \
		-I veth0 -n 7
	local counters
	counters=$(ip netns exec "$B" nft list table inet rv)
	ip netns exec "$B" nft delete table inet rv
	ip -n "$A" addr del 10.65.0.9/24 dev veth0
	[ "$status" = 0 ]
	[ "$(grep -c 'packets 7 ' <<<"$counters")" = 2 ]
	icmp -H 10.67.0.1 -s 192.0.2.99
	[ "$status" = 3 ]
	[[ "$output" = *"source address 192.0.2.99: Cannot assign requested address"* ]]
	icmp -H 10.67.0.1 -I nosuch0
	[ "$status" = 3 ]
	[[ "$output" = *"interface nosuch0: No such device"* ]]
	# As check_icmp has it: the pause between two targets.
	icmp -H 10.67.0.1 -I 80ms
	[ "$status" = 3 ]
	[[ "$output" = *"-I is the interface; what check_icmp has there is --rate"* ]]
}

@test "what is bound to a device leaves by no other" {
	icmp -H 10.67.0.1 -I veth0
	[ "$status" = 0 ]
	local kind
	for kind in raw_only ping_sockets; do
		$kind
		icmp -H 10.67.0.1 -H fd00:67::1 -I lo --wait 200ms
		[ "$status" = 2 ]
		[[ "$output" = *"0 of 2 targets alive"* ]]
		# Then a link-local address needs no zone.
		icmp -H fe80::b -I veth0
		[ "$status" = 0 ]
	done
	raw_only
	icmp -H fe80::b
	[ "$status" = 3 ]
	[[ "$output" = *"fe80::b is on every link: write fe80::b%INTERFACE, or give -I"* ]]
}

@test "a VRF device is an interface like any other" {
	ip -n "$A" link add rv-vrf type vrf table 77 ||
		skip "this kernel has no VRF devices"
	ip -n "$A" link set rv-vrf up
	ip link add vrf0 netns "$A" type veth peer name vrf1 netns "$B"
	ip -n "$A" link set vrf0 master rv-vrf
	ip -n "$A" addr add 10.76.0.1/24 dev vrf0
	ip -n "$A" addr add fd00:76::1/64 dev vrf0 nodad
	ip -n "$A" link set vrf0 up
	ip -n "$B" addr add 10.76.0.2/24 dev vrf1
	ip -n "$B" addr add fd00:76::2/64 dev vrf1 nodad
	ip -n "$B" link set vrf1 up
	local kind
	for kind in raw_only ping_sockets; do
		$kind
		icmp -H 10.76.0.2 -H fd00:76::2 -I rv-vrf
		[ "$status" = 0 ]
		icmp -H 10.76.0.2 -H fd00:76::2 --wait 300ms
		[ "$status" = 2 ]
	done
	raw_only
	ip -n "$A" link del rv-vrf
}

# --- lies ---------------------------------------------------------------------

# forge FAMILY MODE TARGET WAIT: answers in place of B's kernel.
forge() {
	local fifo=$BATS_TEST_TMPDIR/in.$1.$2 out=$BATS_TEST_TMPDIR/out.$1.$2 pid
	mkfifo "$fifo"
	ip netns exec "$B" python3 tests/tools/icmpforge.py "$1" "$2" \
		"$([ "$1" = 4 ] && echo 10.65.0.3 || echo fd00:65::3)" "$3" \
		<"$fifo" >"$out" 3>&- &
	pid=$!
	exec 4>"$fifo"
	wait_for ready "$out"
	icmp -H "$3" -n 20 --interval 10ms --wait "$4" -w 9000,40% -c 9999,80% -t 60
	echo end >&4
	exec 4>&-
	wait "$pid"
	SENT=$(awk '/^sent/ { print $2 }' "$out")
	rm "$fifo" "$out" # or the next would be ready at once
	echo "sent $SENT"
}

# forge_all FAMILY TARGET: until there was time for all that was forged.
forge_all() {
	local time
	for time in 300ms 1s 4s 16s; do
		forge "$1" forged "$2" $time
		[ "$status" = 2 ] || return 1
		[[ "$output" = *"loss 100 %"*"duplicates_"*"=0;"* ]] || return 1
		[[ "$output" != *"(20 answers from other addresses ignored)"* ]] || return 0
	done
	return 1
}

@test "forged answers are ignored, all of them" {
	local kind family target
	ip netns exec "$B" sysctl -qw net.ipv4.icmp_echo_ignore_all=1 \
		net.ipv6.icmp.echo_ignore_all=1
	for kind in raw_only ping_sockets; do
		$kind
		for family in 4 6; do
			target=10.65.0.2
			[ $family = 4 ] || target=fd00:65::2
			forge $family honest $target 10s
			[ "$status" = 0 ]
			[ "$SENT" = 20 ]
			if [ $family = 4 ]; then
				forge $family options $target 10s
				[ "$status" = 0 ]
				[[ "$output" = *" received=20;"* ]]
				# The kernel tells ping sockets of advice as of an error.
				forge $family advice $target 10s
				ip -n "$A" route flush cache
				[ "$status" = 0 ]
				[[ "$output" = *"loss 0 %|"*" received=20;"* ]]
			fi
			forge_all $family $target
			[ "$SENT" = $((20 * 84)) ]
		done
	done
	raw_only
	ip netns exec "$B" sysctl -qw net.ipv4.icmp_echo_ignore_all=0 \
		net.ipv6.icmp.echo_ignore_all=0
}

@test "200 runs at once, half of them to the dead: no crossed answers" {
	local kind i
	for kind in raw_only ping_sockets; do
		$kind
		for ((i = 0; i < 200; i++)); do
			local target=10.67.2.$((i / 2 + 1))
			((i % 2)) && target=10.71.3.$((i / 2 + 1))
			ip netns exec "$A" "$BIN/check_icmp_dual" -H "$target" \
				-n 50 -i 20ms --wait 3s -w 2900,1% -c 3000,80% -t 60 \
				>"$BATS_TEST_TMPDIR/$kind.$i" 3>&- &
		done
		wait
		[ "$(cat "$BATS_TEST_TMPDIR/$kind".*[02468] | grep -c '^ICMP OK - 10.67.2.* loss 0 %')" = 100 ]
		[ "$(cat "$BATS_TEST_TMPDIR/$kind".*[13579] | grep -c '^ICMP CRITICAL - 10.71.3.*loss 100 %')" = 100 ]
	done
	raw_only
}

# --- privileges ---------------------------------------------------------------

# nobody PROGRAM ARGS...
nobody() {
	run ip netns exec "$A" setpriv --reuid=65534 --regid=65534 \
		--clear-groups "$@"
	echo "$status: $output"
}

@test "without privileges: ping socket, capability, or a message that helps" {
	local program=/tmp/check_icmp_dual.$$
	cp "$BIN/check_icmp_dual" "$program"
	chmod 755 "$program"
	raw_only
	nobody "$program" -H 10.67.0.1
	local neither=$output neither_status=$status
	ping_sockets
	nobody "$program" -H 10.67.0.1 -H fd00:67::1
	local ping_status=$status
	raw_only
	local cap_status=skipped
	if command -v setcap && setcap cap_net_raw=p "$program"; then
		nobody "$program" -H 10.67.0.1 -H fd00:67::1
		cap_status=$status
	fi
	rm -f "$program"
	[ "$neither_status" = 3 ]
	[[ "$neither" = *"net.ipv4.ping_group_range"*"CAP_NET_RAW"*"setcap"* ]]
	[ "$ping_status" = 0 ]
	[ "$cap_status" != skipped ] || skip "setcap is missing"
	[ "$cap_status" = 0 ]
}

@test "no capability is left when answers are read" {
	ip netns exec "$A" "$BIN/check_icmp_dual" -H 10.71.3.1 --wait 50s -t 60 \
		>"$BATS_TEST_TMPDIR/out" 3>&- &
	local pid=$! i worker found=$BATS_TEST_TMPDIR/status
	for ((i = 0; i < 400; i++)); do
		worker=$(cat "/proc/$pid/task/$pid/children") || true
		worker=${worker%% *}
		cat "/proc/$pid/status" "/proc/${worker:-none}/status" >"$found" 2>&1 || true
		! confined "$found" || break
		sleep 0.05
	done
	cat "$found"
	# Long before the end of what it waits for.
	kill "$pid"
	wait "$pid" || true
	confined "$found"
}

# confined FILE: it has the status of a guard and of its worker without any right.
confined() {
	[ "$(grep -cE '^Cap(Prm|Eff|Amb):[[:space:]]0+$' "$1")" = 6 ] &&
		[ "$(grep -cE '^NoNewPrivs:[[:space:]]1$' "$1")" = 2 ]
}

# --- many ---------------------------------------------------------------------

# targets N FILE
targets() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "10.67.$((i / 250)).$((1 + i % 250)) v4-$i"
		printf 'fd00:67::%x # v6\n' $((i + 1))
	done >"$2"
}

@test "a thousand targets of each family: no false loss with default options" {
	targets 1000 "$BATS_TEST_TMPDIR/list"
	local kind
	for kind in raw_only ping_sockets; do
		$kind
		icmp --targets "$BATS_TEST_TMPDIR/list"
		[ "$status" = 0 ]
		[[ "$output" = *"2000 of 2000 targets alive"*"loss 0 %|"* ]]
		[[ "$output" = *" received=10000;"* ]]
	done
	raw_only
}

@test "what our own queue loses is sent again, never called loss" {
	targets 500 "$BATS_TEST_TMPDIR/list"
	# So small a buffer that bursts must overflow it, and no way to force.
	local before
	before=$(sysctl -n net.core.rmem_max)
	sysctl -qw net.core.rmem_max=4096
	ping_sockets
	run ip netns exec "$A" setpriv --bounding-set=-net_admin \
		"$BIN/check_icmp_dual" --targets "$BATS_TEST_TMPDIR/list" --rate 500000
	sysctl -qw net.core.rmem_max="$before"
	raw_only
	echo "$status: $output"
	[ "$status" = 0 ]
	[[ "$output" = *"our own receive queue lost "*" packets sent again"* ]]
	[[ "$output" = *"loss 0 %"*" received=5000;"* ]]
}

@test "beyond --each only the faulty are listed" {
	targets 50 "$BATS_TEST_TMPDIR/list"
	echo "10.71.3.1 dead one" >>"$BATS_TEST_TMPDIR/list"
	icmp --targets "$BATS_TEST_TMPDIR/list" --wait 300ms -v
	[ "$status" = 2 ]
	[ "$(grep -c '^\[' <<<"$output")" = 1 ]
	[[ "$output" = *"100 of 101 targets alive"* ]]
	[[ "$output" = *"_dead_one_ipv4_10.71.3.1=0;"* ]]
	icmp --targets "$BATS_TEST_TMPDIR/list" --wait 300ms --each 200 -v
	[ "$(grep -c '^\[' <<<"$output")" = 101 ]
}

@test "an early end of many is the same verdict, with fewer packets" {
	local args whole early
	targets 300 "$BATS_TEST_TMPDIR/list"
	for ((i = 1; i <= 20; i++)); do echo "10.71.3.$i"; done >>"$BATS_TEST_TMPDIR/list"
	for args in "-w 9000,60% -c 9000,100%" "-w 0.00001,60%" "--alive-warning 615:" \
		"--alive-critical 601:" "--loss-warning @50:100 --rta-warning 10"; do
		# shellcheck disable=SC2086
		icmp --targets "$BATS_TEST_TMPDIR/list" --wait 300ms -n 10 $args
		whole=$status
		[[ "$output" = *" sent=6200;"* ]]
		# shellcheck disable=SC2086
		icmp --targets "$BATS_TEST_TMPDIR/list" --wait 300ms -n 10 $args --fast
		[ "$status" = "$whole" ]
		early=$(sed -n 's/.* sent=\([0-9]*\);.*/\1/p' <<<"$output")
		[ "$early" -lt 5000 ]
	done
}

@test "at least so many alive, and an early end" {
	icmp 10.67.0.1 10.67.0.2 10.71.3.1 --alive-warning 3: --alive-critical 2: --wait 300ms
	[ "$status" = 1 ]
	[[ "$output" = "ICMP WARNING - alive 2 (warning: below 3)"* ]]
	icmp 10.67.0.1 --fast --alive-critical 1: -n 100
	[ "$status" = 0 ]
	[[ "$output" = *" sent=1;"* ]]
	icmp 10.67.0.1 only4.test --family ipv6 --alive-critical 1:
	[ "$status" = 3 ]
	icmp only4.test --family ipv6 --alive-critical 1:
	[ "$status" = 2 ]
	icmp silent.test only4.test --alive-critical 2: -t 3
	[ "$status" = 3 ]
	[[ "$output" = *"1 alive, and not known of 1 more"* ]]
	# Five answers decide on the loss, and on the time what may follow.
	icmp 10.67.0.1 --fast -w 9000,60% -c 9999,80% -n 10 --wait 4s -t 60
	[ "$status" = 0 ]
	[[ "$output" = *" sent="[5-9]";"* ]]
}

@test "time that does not suffice is said before anything is sent" {
	icmp 10.67.0.1 -n 100 --interval 1s
	[ "$status" = 3 ]
	[[ "$output" = *"sending 100 packets to 1 addresses takes 99 s: raise --timeout"* ]]
	local time
	for time in 1 4 10; do # enough to send them
		icmp 10.71.3.1 --wait 50s -t $time
		[ "$status" != 2 ] || break
	done
	[ "$status" = 2 ]
	[[ "$output" = *"answers awaited for "*" s only: --timeout"* ]]
}

# --- a bad network ------------------------------------------------------------

# bad SEED LOSS DUPLICATE CORRUPT DELAY SPREAD: runs the check through it; sets
# TRUTH4 and TRUTH6 to what the forwarder saw.  With more time when the machine
# held it up for nearly as long as an answer is awaited.
bad() {
	local wait most=$((2000 * ($5 + $6)))
	for wait in 800 3000 12000; do
		bad_once $wait "$@"
		[[ ${TRUTH4##*=} -lt $((wait * 600)) && ${TRUTH6##*=} -lt $((wait * 600)) ]] || continue
		[[ "$output" != *"our own receive queue"* ]] || continue
		near "$TRUTH4" ipv4_10.66.0.2 $most
		near "$TRUTH6" ipv6_fd00:66:0:0:0:0:0:2 $most
		return
	done
	return 1
}

bad_once() {
	local out=$BATS_TEST_TMPDIR/bad.out wait=$1 pid
	shift
	: >"$out" # the last one was ready, too
	"$BATS_TEST_TMPDIR/tapforward" "$A" "$B" "$@" >"$out" 3>&- &
	pid=$!
	wait_for ready "$out"
	ip -n "$A" addr add 10.66.0.1/24 dev bad0
	ip -n "$A" addr add fd00:66::1/64 dev bad0 nodad
	ip -n "$A" link set bad0 up
	ip -n "$B" addr add 10.66.0.2/24 dev bad0
	ip -n "$B" addr add fd00:66::2/64 dev bad0 nodad
	ip -n "$B" link set bad0 up
	icmp -H 10.66.0.2 -H fd00:66::2 -n 300 --interval 2ms --wait "${wait}ms" -w 20000,100% -c 20000,100% -t 60
	kill "$pid"
	wait "$pid" || true
	TRUTH4=$(grep ipv4 "$out") TRUTH6=$(grep ipv6 "$out")
	echo "$TRUTH4 $TRUTH6"
}

# near TRUTH FAMILY-LABEL MOST: the times, if any, are those of the truth.  0.3 ms
# are the promise; a loaded machine may hold up both sides, us for about as long
# as the forwarder, of which one took longer than the MOST us that it should.
near() {
	local asked lost duplicates reordered took longest
	read -r asked lost duplicates reordered took longest < <(tr -dc "0-9 \n" <<<"${1#* }")
	[ "$lost" = 300 ] || awk -v rta="$(value "rta_$2")" -v took="$took" \
		-v held="$((longest - $3))" \
		'BEGIN { e = 1e6 * rta - took; exit !(e > -1 && e < 2000 + (held > 0 ? held : 0)) }'
}

# same FAMILY-LABEL TRUTH: reported numbers are those of the truth.
same() {
	local asked lost duplicates reordered took longest
	read -r asked lost duplicates reordered took longest < <(tr -dc "0-9 \n" <<<"${2#* }")
	[ "$asked" = 300 ]
	[ "$(value "duplicates_$1")" = "$duplicates" ]
	[ "$(value "reordered_$1")" = "$reordered" ]
	[ "$(value "loss_$1")" = "$(awk -v l="$lost" 'BEGIN { printf "%.6f", l / 3 }' |
		sed 's/0*$//; s/\.$//')%" ]
}

# value LABEL: its number and unit
value() { tr ' ' '\n' <<<"${output#*|}" | sed -n "s/^$1=\([^;]*\).*/\1/p"; }

@test "loss, duplicates and order are those that the network had" {
	[ -e /dev/net/tun ] || skip "no /dev/net/tun"
	command -v cc >/dev/null || skip "no C compiler"
	cc -std=c11 -D_GNU_SOURCE -O2 -o "$BATS_TEST_TMPDIR/tapforward" tests/tools/tapforward.c
	local seed loss duplicate corrupt delay spread kind
	for kind in raw_only ping_sockets; do
		$kind
		while read -r seed loss duplicate corrupt delay spread; do
			bad "$seed" "$loss" "$duplicate" "$corrupt" "$delay" "$spread"
			same ipv4_10.66.0.2 "$TRUTH4"
			same ipv6_fd00:66:0:0:0:0:0:2 "$TRUTH6"
		done <<-END
			1 0 0 0 20 0
			2 10 50 0 20 30
			3 100 50 20 50 100
			4 300 100 0 5 0
			5 0 0 50 1 0
			6 1000 0 0 0 0
		END
	done
	raw_only
}

# forty_ms LABEL: twice 20 ms, and what the machine needs.
forty_ms() {
	awk -v time="$(value "$1")" 'BEGIN { exit !(time + 0 >= 0.04 && time + 0 < 0.0405) }'
}

bad_until_forty_ms() {
	for _ in 1 2 3 4 5 6; do
		bad 7 0 0 0 20 0
		! forty_ms rtmin_ipv4_10.66.0.2 || ! forty_ms rtmin_ipv6_fd00:66:0:0:0:0:0:2 || return 0
	done
	return 1
}

@test "round trip times are those that the network had" {
	[ -e /dev/net/tun ] || skip "no /dev/net/tun"
	command -v cc >/dev/null || skip "no C compiler"
	cc -std=c11 -D_GNU_SOURCE -O2 -o "$BATS_TEST_TMPDIR/tapforward" tests/tools/tapforward.c
	bad_until_forty_ms
}

# --- formats ------------------------------------------------------------------

@test "each target has a memory of its own" {
	local state=$BATS_TEST_TMPDIR what
	for what in 10.71.3.1 10.71.3.2 '-I veth0 10.71.3.1' '-4 no4.test' '-6 no6.test'; do
		# shellcheck disable=SC2086 # options and target
		icmp $what -n 1 --wait 50ms --dampen on --state-dir "$state"
		[[ "$output" = *"(dampening has no history: first run)|"* ]]
	done
	# Other limits are no other target.
	icmp 10.71.3.1 -n 1 --wait 50ms -c 9,9% --dampen on --state-dir "$state"
	[[ "$output" != *"no history"* ]]
}

@test "a list on standard input is known by what it says" {
	local state=$BATS_TEST_TMPDIR target again
	for again in "(dampening has no history: first run)|" "loss 100 %|"; do
		for target in 10.71.3.1 10.71.3.2; do
			echo "$target # $again" >"$state/list"
			run ip netns exec "$A" "$BIN/check_icmp_dual" --targets - -n 1 \
				--wait 50ms --dampen on --state-dir "$state" <"$state/list"
			echo "$output"
			[[ "$output" = "ICMP CRITICAL - $target: no answer"*"$again"* ]]
		done
	done
	# A file is known by its path: what it lists may change.
	icmp --targets "$state/list" -n 1 --wait 50ms --dampen on --state-dir "$state"
	[[ "$output" = *"no history"* ]]
	echo 10.71.3.3 >"$state/list"
	icmp --targets "$state/list" -n 1 --wait 50ms --dampen on --state-dir "$state"
	[[ "$output" != *"no history"* ]]
}

@test "JSON holds to its schema, promtool and a strict reader take the rest" {
	local args
	for args in "both.test" "10.67.0.1 10.71.3.1 --mos" "nosuch.test" "only4.test fd00:67::1"; do
		# shellcheck disable=SC2086
		icmp $args --wait 200ms --format json
		if python3 -c 'import jsonschema'; then
			echo "$output" | python3 -c '
import json, jsonschema, sys
schema = json.load(open("contrib/schema/result-1.json"))
jsonschema.Draft202012Validator(schema).validate(json.load(sys.stdin))'
		fi
		# shellcheck disable=SC2086
		icmp $args --wait 200ms --format openmetrics
		echo "$output" | python3 tests/tools/openmetrics_reader.py
		if command -v promtool; then
			# shellcheck disable=SC2086
			icmp $args --wait 200ms --format prometheus
			echo "$output" | promtool check metrics
		fi
	done
	icmp both.test --format openmetrics
	[[ "$output" = *'probe_success{target="both.test",family="ipv6",address="fd00:67::1:1"} 1'* ]]
	[[ "$output" = *'probe_icmp_duration_seconds{target="both.test",family="ipv4",address="10.67.1.1"} 0.'* ]]
}

@test "it links neither libcurl nor net-snmp" {
	run ldd "$BIN/check_icmp_dual"
	[[ "$output" != *curl* ]]
	[[ "$output" != *netsnmp* ]]
}
