#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_route of real daemons: each source, and several at once.

lab=$BATS_TEST_DIRNAME/lab

setup_file() {
	local status=0

	LAB=$("$BATS_TEST_DIRNAME/lab" start) || status=$?
	export LAB # empty: bats 1.8 cannot skip from here
	[ "$status" != 77 ] || return 0
	"$BATS_TEST_DIRNAME/lab" wait
	install -m 600 /dev/stdin "$BATS_FILE_TMPDIR/community" <<<public
}

setup() {
	[ -n "$LAB" ] || skip 'no lab here: root and its packages are needed'
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	BIN=$(realpath "${BIN:-build/release}")
	sockets=(--socket "bird=$LAB/bird/bird.ctl" --socket "frr=$LAB/frr"
		--socket "exabgp=$LAB/exa/run/exabgp")
	agent=(--source snmp -H 127.0.0.1 -p 1161 -t 60
		--community-file "$BATS_FILE_TMPDIR/community")
}

teardown_file() {
	[ -z "$LAB" ] || "$BATS_TEST_DIRNAME/lab" stop
}

# route NODE ARGS...: seen from a node.
route() {
	run "$lab" ns "$1" "$BIN/check_route" "${@:2}"
	echo "$* -> [$status] $output"
	[ "$status" -le 3 ]
}

# until NODE STATUS PATTERN ARGS...: within 120 s, since a daemon may rest.
until_says() {
	local end=$((SECONDS + 120)) node=$1 want=$2 pattern=$3
	shift 3
	until route "$node" "$@" && [ "$status" = "$want" ] && [[ "$output" =~ $pattern ]]; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

@test "a prefix in each source" {
	local node args
	while read -r node args; do
		# shellcheck disable=SC2086 # words
		route "$node" $args
		[ "$status" = 0 ]
		[[ "$output" = "ROUTE OK - 10.3.0.0/24 via "* ]]
		# shellcheck disable=SC2086
		route "$node" ${args/10.3.0.0/10.99.0.0}
		[ "$status" = 2 ]
		[[ "$output" = "ROUTE CRITICAL - 10.99.0.0/24 absent"* ]]
	done <<-END
		bird 10.3.0.0/24
		bird 10.3.0.0/24 --source bird ${sockets[*]:0:2}
		frr 10.3.0.0/24 --source frr ${sockets[*]:2:2}
		exa 10.3.0.0/24 --source exabgp ${sockets[*]:4:2}
		gobgp 10.3.0.0/24 --source gobgp
		open 10.3.0.0/24 --source openbgpd --socket $LAB/open/restricted.sock
		frr 10.3.0.0/24 ${agent[*]}
	END
}

# begins NODE ARGS...: each of the prefixes is told from those that begin alike.
begins() {
	local node=$1 said
	shift
	until_says "$node" 2 "3 of 7 prefixes present" 10.60.0.0/16 10.60.0.0/24 10.60.0.0/32 \
		10.60.0.0/15 10.60.0.0/20 10.60.0.0/28 10.61.0.0/16 "$@" --detail || return
	said=$(sed -n 's/^\[\([A-Z]*\)\] \(10[^ ]*\).*/\2 \1/p' <<<"$output")
	[ "$said" = "10.60.0.0/16 OK
10.60.0.0/24 OK
10.60.0.0/32 OK
10.60.0.0/15 CRITICAL
10.60.0.0/20 CRITICAL
10.60.0.0/28 CRITICAL
10.61.0.0/16 CRITICAL" ]
}

@test "prefixes that begin alike, in every source" {
	local prefix gobgp=("$lab" ns gobgp gobgp global rib)
	for prefix in 10.60.0.0/16 10.60.0.0/24 10.60.0.0/32 10.61.0.0/24; do
		"${gobgp[@]}" add "$prefix" nexthop 203.0.113.2
	done
	begins gobgp --source gobgp
	begins open --source openbgpd --socket "$LAB/open/restricted.sock"
	begins frr --source frr --socket "$LAB/frr"
	begins frr --source kernel
	# Not the agent, which remembers its table for a minute.
	begins bird --source bird --socket "$LAB/bird/bird.ctl"
	begins exa --source exabgp --socket "$LAB/exa/run/exabgp" --stage received
	for prefix in 10.60.0.0/16 10.60.0.0/24 10.60.0.0/32 10.61.0.0/24; do
		"${gobgp[@]}" del "$prefix" nexthop 203.0.113.2
	done
}

@test "AS path and origin, where they are known" {
	route bird 10.3.0.0/24 --source bird "${sockets[@]:0:2}" --origin-as 4200000003 --as-path '^65001 4200000003$'
	[ "$status" = 0 ]
	route bird 10.3.0.0/24 --source bird "${sockets[@]:0:2}" --origin-as 65001
	[ "$status" = 2 ]
	[[ "$output" = "ROUTE CRITICAL - 10.3.0.0/24: origin AS 4200000003 (expected: 65001); "* ]]
}

@test "from the daemon that announces into the kernel of the one that receives" {
	route frr 10.3.0.0/24 --source kernel,exabgp,frr "${sockets[@]:2}"
	[ "$status" = 0 ]
	[[ "$output" = "ROUTE OK - 10.3.0.0/24 via 198.51.100.2 dev toexa proto bgp metric 20 in kernel, exabgp and frr|"* ]]
	route frr 10.99.0.0/24 --source kernel,exabgp,frr "${sockets[@]:2}"
	[ "$status" = 2 ]
	[[ "$output" = "ROUTE CRITICAL - 10.99.0.0/24 absent in kernel, exabgp and frr"* ]]
}

@test "lost on its way: the first place is named" {
	# Here the kernel is that of a node which has not learnt it.
	route exa 10.3.0.0/24 --source kernel,frr "${sockets[@]:2:2}"
	[ "$status" = 2 ]
	[[ "$output" = "ROUTE CRITICAL - 10.3.0.0/24 lost: "*" in frr, not installed in kernel"* ]]
	# ExaBGP has received it, and does not announce it.
	route frr 10.1.0.0/24 --source exabgp,bird "${sockets[@]:0:2}" "${sockets[@]:4:2}"
	[ "$status" = 0 ]
	route frr 10.1.0.0/24 --source exabgp,bird "${sockets[@]:0:2}" "${sockets[@]:4:2}" --stage announced
	[ "$status" = 2 ]
	[[ "$output" = "ROUTE CRITICAL - 10.1.0.0/24 not announced in exabgp, yet received in "* ]]
}

@test "a session that goes takes the prefix with it" {
	"$lab" event shutdown 198.51.100.2 || skip "the lab cannot do that"
	until_says frr 2 '10.3.0.0/24 lost: announced in exabgp, not |10.3.0.0/24 absent in ' \
		10.3.0.0/24 --source exabgp,frr,kernel "${sockets[@]:2}"
}

@test "SNMP does not tell the protocol of Linux routes, and says so" {
	route frr 10.2.0.0/24 "${agent[@]}" --proto bgp
	[ "$status" = 0 ]
	[[ "$output" = *"; protocol not available from snmp|"* ]]
}

@test "numbers of routes" {
	route bird --source bird "${sockets[@]:0:2}" --count-critical ipv4,bgp=1:
	[ "$status" = 0 ]
	[[ "$output" =~ ^ROUTE\ OK\ -\ [0-9]+\ ipv4\ bgp\ routes ]]
	route frr --source kernel,frr "${sockets[@]:2:2}" --count-critical ipv4,bgp=1:
	[ "$status" = 0 ]
	[[ "$output" =~ ^ROUTE\ OK\ -\ ([0-9]+)\ ipv4\ bgp\ routes\ in\ kernel,\ [0-9]+\ ipv4\ bgp\ routes\ in\ frr ]]
}

@test "a source that may not be asked is no absence, and the others count" {
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$BIN/check_route" \
		10.3.0.0/24 --source bird --socket "$LAB/bird/bird.ctl"
	[[ "$output" != *"No such file"* && "$output" != setpriv:* ]] ||
		skip "the program is where that user may not go"
	[ "$status" = 3 ]
	[[ "$output" = "ROUTE UNKNOWN - "*"permission denied"* ]]
	route frr 10.2.0.0/24 --source bird,kernel --socket /nonexistent
	[ "$status" = 3 ]
	[[ "$output" = "ROUTE UNKNOWN - 10.2.0.0/24 not known in bird: /nonexistent does not exist"* ]]
	route frr 10.99.0.0/24 --source bird,kernel --socket /nonexistent
	[ "$status" = 2 ]
}

@test "a daemon of FRR that does not tell is named on the first line" {
	mkdir "$BATS_TEST_TMPDIR/frr"
	ln -s "$LAB/frr/bgpd.vty" "$BATS_TEST_TMPDIR/frr/bgpd.vty"
	route frr 10.2.0.0/24 --source frr --socket "$BATS_TEST_TMPDIR/frr"
	[ "$status" = 0 ]
	[[ "$output" = "ROUTE OK - 10.2.0.0/24 via 192.0.2.2 proto bgp (zebra did not tell: $BATS_TEST_TMPDIR/frr/zebra.vty does not exist"* ]]
	route frr 10.2.0.0/24 --source frr --socket "$LAB/frr/bgpd.vty"
	[[ "$output" = "ROUTE OK - 10.2.0.0/24 via 192.0.2.2 proto bgp|"* ]]
}

@test "where OpenBGPD has not chosen yet" {
	route open 10.4.0.0/24 --source openbgpd --socket "$LAB/open/restricted.sock" --table Adj-RIB-In
	[[ "$output" = "ROUTE OK - 10.4.0.0/24 via 203.0.113.2 proto bgp table Adj-RIB-In|"* ]]
	route open 10.4.0.0/24 --source openbgpd --socket "$LAB/open/restricted.sock" --table Adj-RIB-In --stage best
	[ "$status" = 3 ]
}

@test "a VRF of GoBGP" {
	local gobgp=("$lab" ns gobgp gobgp)
	"${gobgp[@]}" vrf add red rd 65000:100 rt both 65000:100
	"${gobgp[@]}" vrf red rib add 10.88.0.0/16 nexthop 192.0.2.8
	"${gobgp[@]}" vrf red rib add 10.88.0.0/24 nexthop 192.0.2.9
	route gobgp --source gobgp --vrf red 10.88.0.0/16
	[[ "$output" = "ROUTE OK - 10.88.0.0/16 via 192.0.2.8 proto bgp vrf red|"* ]]
	route gobgp --source gobgp --vrf red 10.88.0.0/24 --next-hop 192.0.2.9 --count-critical ipv4=2:2
	[ "$status" = 0 ]
	route gobgp --source gobgp --vrf red 10.88.0.0/20
	[[ "$output" = "ROUTE CRITICAL - 10.88.0.0/20 vrf red absent|"* ]]
	route gobgp --source gobgp 10.88.0.0/24
	[ "$status" = 2 ]
	route gobgp --source gobgp --vrf red 10.88.0.0/24 --stage best
	[ "$status" = 3 ]
	[[ "$output" = *"does not tell what is chosen"* ]]
	route gobgp --source gobgp --vrf red 10.88.0.0/24 --longest-match
	[ "$status" = 3 ]
	route gobgp --source gobgp --vrf blue 10.88.0.0/24
	[ "$status" = 3 ]
	[[ "$output" = *"vrf blue not found"* ]]
	route gobgp --source gobgp --table 7 10.88.0.0/24
	[ "$status" = 3 ]
	"${gobgp[@]}" vrf red rib del 10.88.0.0/16
	"${gobgp[@]}" vrf red rib del 10.88.0.0/24
	"${gobgp[@]}" vrf del red
}

@test "any command" {
	route frr 10.2.0.0/24 --source command --match 'via {address}|{prefix} .* via ' -- ip route show '{prefix}'
	[ "$status" = 0 ]
	local json=(--source command --match '"dst":"{prefix}"' --no-match '^\[ *\]'
		-- ip -j route show '{prefix}')
	route frr 10.2.0.0/24 "${json[@]}"
	[ "$status" = 0 ]
	route frr 10.99.0.0/24 "${json[@]}"
	[ "$status" = 2 ]
	route frr 10.99.0.0/24 --source command -- /bin/false
	[ "$status" = 3 ]
}
