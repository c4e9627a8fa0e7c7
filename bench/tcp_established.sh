#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Counting the connections to one port among many: usage: tcp_established.sh
# [ROUNDS]; needs root, for a network namespace.  SIZES="240 20000 200000" are
# the sockets in it, of which 20 match; with --duration, half of them.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" = 0 ] || { skip "tcp_established: a network namespace needs root"; exit 0; }
OURS=$BIN/check_tcp_established
build tcpfloor "$BENCH/tcpfloor.c"
build tcpfan "$BENCH/tcpfan.c"
FLOOR=$WORK/tcpfloor
SS=(ss -Htn state established "( sport = :1790 )")
STATE=$WORK/state
mkdir -m 0700 "$STATE"

within() { ip netns exec "$SPACE" "$@"; }

# A namespace for each size: what was closed lingers in TIME-WAIT.
space() {
	SPACE=rvbench$$.$1
	ip netns add "$SPACE"
	at_exit "ip netns del $SPACE"
	ip -n "$SPACE" link set lo up
	within sysctl -qw net.ipv4.ip_local_port_range="2048 65000"
}

# fan COUNT PORT: holds connections.
fan() {
	local pid
	# Not by within: $! would be a shell, and the fan survive it.
	ip netns exec "$SPACE" "$WORK/tcpfan" "$1" "$2" >"$WORK/fan.$2" &
	pid=$!
	at_exit "kill $pid 2>/dev/null; wait $pid 2>/dev/null"
	fans+=("$pid")
	until grep -q ready "$WORK/fan.$2"; do
		kill -0 "$pid" || exit 1
		sleep 0.1
	done
}

# Both ratios are to the same floor in the same rounds.
to() { awk -v a="$(ratio "$1")" -v b="$(ratio "$2")" 'BEGIN { printf "%.3f", a / b }'; }

for sockets in ${SIZES:-240 20000 200000}; do
	fans=()
	space "$sockets"
	fan 20 1790
	fan $(((sockets - 40) / 2)) 8080
	rounds=$ROUNDS
	((sockets > 100000)) && rounds=$((ROUNDS / 5 + 3))
	# shellcheck disable=SC2054 # the comma is an argument
	commands=(floor+fork "$FLOOR" fork 1790
	    vs ours "$OURS" -p 1790
	    vs floor "$FLOOR" diag 1790
	    vs ss "${SS[@]}"
	    vs proc "$FLOOR" proc 1790
	    vs ours-no-port "$OURS"
	    vs ours-every "$OURS" --exact
	    vs ours-duration "$OURS" -p 8080 -d 6s --state-dir "$STATE"
	    vs ours-listening "$OURS" --listening --by port,family)
	if [ -x "$PEERS/check_tcpcount" ]; then
		commands+=(vs check_tcpcount "$PEERS/check_tcpcount" -t -6)
	else
		skip "check_tcpcount is not installed"
	fi
	echo "$sockets sockets, $rounds rounds"
	within "$WORK/run" -n "$rounds" "${commands[@]}" | tee "$WORK/table"
	counted=$(counted 2 ip netns exec "$SPACE" "$OURS" -p 1790)
	echo "user instructions with a port: $counted"
	echo
	target "$sockets: with a port, to the floor and one fork" "$(ratio ours)" 1.1
	case $sockets in
	240) target "$sockets: to ss" "$(to ours ss)" 0.7 ;;
	*) target "$sockets: to ss" "$(to ours ss)" 1.08 ;;
	esac
	target "$sockets: to reading /proc/net/tcp" "$(to ours proc)" 0.15
	[ ! -x "$PEERS/check_tcpcount" ] ||
		target "$sockets: to check_tcpcount" "$(to ours check_tcpcount)" 0.15
	target "$sockets: KiB with a port" "$(column ours KiB)" 3072
	target "$sockets: KiB, every socket" "$(column ours-every KiB)" 3072
	target "$sockets: KiB, --listening --by" "$(column ours-listening KiB)" 3072
	target "$sockets: KiB with --duration" "$(column ours-duration KiB)" 16384
	echo
	kill "${fans[@]}"
	wait "${fans[@]}" 2>/dev/null || :
done
verdict
