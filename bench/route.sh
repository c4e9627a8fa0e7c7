#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Asking for one prefix among many: usage: route.sh [ROUNDS]; needs root, for a
# network namespace.  SIZES="10 100000 1000000" are the routes in it; DAEMONS=no
# leaves BIRD, FRR and snmpd out.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" = 0 ] || { skip "route: a network namespace needs root"; exit 0; }
OURS=$BIN/check_route
build route_floor "$BENCH/route_floor.c"
FLOOR=$WORK/route_floor
SPACE=rvbench$$
# The first and the last address of the one in HIDDEN belong to longer ones.
HIDDEN=20.0.0.0/15

within() { ip netns exec "$SPACE" "$@"; }
to() { awk -v a="$(ratio "$1")" -v b="$(ratio "$2")" 'BEGIN { printf "%.4f", a / b }'; }

# space COUNT: so many routes of a /24 each, in a namespace.
space() {
	ip netns add "$SPACE"
	ip -n "$SPACE" link set lo up
	ip -n "$SPACE" link add r0 type veth peer name r1
	ip -n "$SPACE" link set r0 up
	ip -n "$SPACE" link set r1 up
	ip -n "$SPACE" address add 192.168.77.1/24 dev r0
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "route add %d.%d.%d.0/24 via 192.168.77.2 proto static\n",
			    20 + int(i / 65536), int(i / 256) % 256, i % 256
		print "route add 20.0.0.0/15 via 192.168.77.3 proto static"
		print "route add 20.0.0.0/16 via 192.168.77.3 proto static"
		print "route add 20.1.0.0/16 via 192.168.77.3 proto static" }' |
		ip -n "$SPACE" -batch -
}
at_exit "ip netns del $SPACE 2>/dev/null"

# ready SECONDS COMMAND...: waits until it is true.
ready() {
	local tries=$(($1 * 10))
	shift
	for ((; tries > 0; tries--)); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	echo "not ready: $*"
	return 1
}

bird_has() { [ "$(within birdc -s "$WORK/bird.ctl" show route count | awk '/^[0-9]+ of/ { print $1; exit }')" -ge "$1" ]; }
# Routes in its FIB: those in its RIB alone still wait.
zebra_has() { [ "$(within vtysh --vty_socket "$WORK/frr" -c 'show ip route summary' | awk '/^Totals/ { print $3 }')" -ge "$1" ]; }

with_bird() {
	local count=$1 prefix=$2 pid
	have bird || { skip "BIRD is not installed"; return; }
	cat >"$WORK/bird.conf" <<-END
		log "$WORK/bird.log" all;
		router id 192.0.2.1;
		protocol device { }
		protocol kernel { learn; scan time 3600; ipv4 { import all; export none; }; }
	END
	ip netns exec "$SPACE" bird -f -c "$WORK/bird.conf" -s "$WORK/bird.ctl" &
	pid=$!
	at_exit "kill $pid 2>/dev/null; wait $pid 2>/dev/null"
	if ready 120 bird_has "$count"; then
		within "$WORK/run" -n "$rounds" \
		    birdc birdc -s "$WORK/bird.ctl" "show route $prefix all" \
		    vs ours "$OURS" --source bird --socket "$WORK/bird.ctl" "$prefix" | tee "$WORK/table"
		target "$count: BIRD, to birdc" "$(ratio ours)" 1.1
		target "$count: BIRD, KiB" "$(column ours KiB)" 3072
	fi
	kill "$pid"
	wait "$pid" 2>/dev/null || :
}

with_zebra() {
	local count=$1 prefix=$2 pid zebra=/usr/lib/frr/zebra
	[ -x "$zebra" ] || { skip "FRR is not installed"; return; }
	mkdir -p "$WORK/frr"
	chmod 755 "$WORK"
	: >"$WORK/frr/zebra.conf"
	chown -R frr:frr "$WORK/frr"
	ip netns exec "$SPACE" "$zebra" -K 0 -f "$WORK/frr/zebra.conf" \
	    --vty_socket "$WORK/frr" -z "$WORK/frr/zserv" -i "$WORK/frr/pid" \
	    >"$WORK/zebra.log" 2>&1 &
	pid=$!
	at_exit "kill $pid 2>/dev/null; wait $pid 2>/dev/null"
	if ready 120 zebra_has "$count"; then
		within "$WORK/run" -n "$((rounds / 3 + 3))" \
		    vtysh vtysh --vty_socket "$WORK/frr" -c "show ip route $prefix json" \
		    vs ours "$OURS" --source frr --socket "$WORK/frr" "$prefix" | tee "$WORK/table"
		target "$count: FRR, to vtysh" "$(ratio ours)" 0.1
		target "$count: FRR, KiB" "$(column ours KiB)" 3072
	fi
	kill "$pid"
	wait "$pid" 2>/dev/null || :
}

# An agent loads all of the kernel's routes for a single one: few of them.  The
# floor is a program of libnetsnmp's that asks the same.
with_agent() {
	local prefix=$1 pid
	have snmpd || { skip "snmpd is not installed"; return; }
	have snmpgetnext || { skip "snmpgetnext is not installed"; return; }
	echo "rocommunity public" >"$WORK/snmpd.conf"
	ip netns exec "$SPACE" snmpd -f -Lf "$WORK/snmpd.log" -C -c "$WORK/snmpd.conf" \
	    -p "$WORK/snmpd.pid" udp:127.0.0.1:1161 &
	pid=$!
	at_exit "kill $pid 2>/dev/null; wait $pid 2>/dev/null"
	if ready 60 within "$OURS" --source snmp -H 127.0.0.1 -p 1161 "$prefix"; then
		within "$WORK/run" -n "$rounds" \
		    snmpgetnext snmpgetnext -m '' -v2c -c public 127.0.0.1:1161 .1.3.6.1.2.1.4.24.7.1.7 \
		    vs ours "$OURS" --source snmp -H 127.0.0.1 -p 1161 "$prefix" | tee "$WORK/table"
		target "SNMP, KiB" "$(column ours KiB)" 3072
		target "SNMP, KiB, to those of snmpgetnext" "$(column ours KiB)" "$(column snmpgetnext KiB)"
	fi
	kill "$pid"
	wait "$pid" 2>/dev/null || :
}

for routes in ${SIZES:-10 100000 1000000}; do
	space "$routes"
	i=$((routes / 2 + 1))
	P=$((20 + i / 65536)).$((i / 256 % 256)).$((i % 256)).0
	rounds=$ROUNDS
	((routes > 100000)) && rounds=$((ROUNDS / 5 + 3))
	echo "$routes routes, $rounds rounds"
	within "$WORK/run" -n "$ROUNDS" floor+fork "$FLOOR" fork "$P/24" \
	    vs ours "$OURS" "$P/24" \
	    vs floor "$FLOOR" exact "$P/24" \
	    vs ip-route-get ip route get "$P" | tee "$WORK/table"
	echo "user instructions: $(counted 2 ip netns exec "$SPACE" "$OURS" "$P/24")," \
	    "of the floor: $(counted 2 ip netns exec "$SPACE" "$FLOOR" fork "$P/24")"
	target "$routes: exact, to the floor and one fork" "$(ratio ours)" 1.15
	target "$routes: exact, to ip route get" "$(to ours ip-route-get)" 0.8
	target "$routes: exact, KiB" "$(column ours KiB)" 3072
	exact=$(column ours wall-ms)
	[ "$routes" != 10 ] || small=$exact
	[ "$routes" != 1000000 ] || [ -z "${small-}" ] ||
		target "exact, 1000000 routes to 10" \
		    "$(awk -v a="$exact" -v b="$small" 'BEGIN { print a / b }')" 1.5
	within "$WORK/run" -n "$rounds" dump "$FLOOR" dump "$HIDDEN" \
	    vs fallback "$OURS" "$HIDDEN" \
	    vs count "$OURS" --count-critical ipv4=1: \
	    vs exact "$OURS" "$P/24" \
	    vs show-grep sh -c "ip route show | grep -c '^$P/24 '" | tee "$WORK/table"
	if [ "$routes" -ge 100000 ]; then
		target "$routes: fallback, to a netlink dump" "$(ratio fallback)" 1.1
		target "$routes: exact, to ip route show | grep" \
		    "$(to exact show-grep)" "$([ "$routes" = 1000000 ] && echo 0.002 || echo 0.02)"
		target "$routes: fallback, KiB" "$(column fallback KiB)" 3072
	fi
	if [ "${DAEMONS-yes}" != no ]; then
		with_bird "$routes" "$P/24"
		with_zebra "$routes" "$P/24"
		((routes > 10)) || with_agent "$P/24"
	fi
	echo
	ip netns del "$SPACE"
done
verdict
