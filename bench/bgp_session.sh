#!/bin/bash
# SPDX-License-Identifier: ISC
#
# BGP sessions over SNMP: one that is named, whole tables of 10 to 10,000 peers,
# and a table that is 20 ms away.  The floor is libnetsnmp itself, linked, with
# nothing else in the program; a user would pick check_snmp or snmpbulkwalk.
#
#	bench/bgp_session.sh [ROUNDS]

. "$(dirname "$0")/lib.sh"
ROOT=$BENCH/..
LIBRARY=$BIN/libroutevigil.a
STATES=.1.3.6.1.2.1.15.3.1.2
build agent "$BENCH/snmp_agent.c" "-I$ROOT" "-I$ROOT/lib" "$LIBRARY"
build floor "$BENCH/snmp_floor.c" -lnetsnmp
build read "$BENCH/bgp_read.c" "-I$ROOT/lib" "$LIBRARY"
read=$WORK/read floor=$WORK/floor agent=

stop_agent() { [ -z "$agent" ] || kill "$agent" 2>/dev/null || :; }
at_exit stop_agent

# start_agent [OPTION]...: its port is in $port.
start_agent() {
	stop_agent
	: >"$WORK/agent.out"
	"$WORK/agent" "$@" >"$WORK/agent.out" &
	agent=$!
	for _ in $(seq 100); do
		[ ! -s "$WORK/agent.out" ] || break
		sleep 0.02
	done
	port=$(head -n 1 "$WORK/agent.out")
}

# requests COMMAND [ARG]...: how many the agent answered meanwhile.
requests() {
	local lines
	kill -USR1 "$agent"
	lines=$(wc -l <"$WORK/agent.out")
	"$@" >/dev/null || :
	kill -USR1 "$agent"
	for _ in $(seq 100); do
		[ "$(wc -l <"$WORK/agent.out")" -le "$lines" ] || break
		sleep 0.02
	done
	tail -n 1 "$WORK/agent.out" | cut -d ' ' -f 1
}

echo "== one session whose place is known"
start_agent -n 10
peer=10.1.0.1
others=()
if [ -x "$PEERS/check_snmp" ] && have snmpget; then
	others=(vs check_snmp "$PEERS/check_snmp" -H 127.0.0.1 -p "$port" -C public
	    -P 2c -o "$STATES.$peer" -c 6:6)
else
	skip "check_snmp (monitoring-plugins-standard, snmp)"
fi
run floor "$floor" "$port" get $peer vs routevigil "$read" "$port" one $peer "${others[@]}"
target "requests for one session" "$(requests "$read" "$port" one $peer)" 1
target "one session, wall time against the library itself" "$(ratio routevigil)" 1.15
if [ ${#others[@]} -gt 0 ]; then
	target "one session, wall time against check_snmp" \
	    "$(awk -v a="$(ratio routevigil)" -v b="$(ratio check_snmp)" 'BEGIN { print a / b }')" 0.5
fi
if have valgrind; then
	target "one session, million user instructions" \
	    "$(awk -v n="$(instructions "$read" "$port" one $peer)" 'BEGIN { print n / 1e6 }')" 5
fi

for peers in 10 100 1000 10000; do
	echo "== the states of $peers peers"
	start_agent -n $peers
	others=()
	if have snmpbulkwalk; then
		others=(vs snmpbulkwalk snmpbulkwalk -v2c -c public -Cr50 -Oqn
		    "127.0.0.1:$port" "$STATES")
	else
		skip "snmpbulkwalk (snmp)"
	fi
	run floor "$floor" "$port" walk 50 vs routevigil "$read" "$port" states "${others[@]}"
	target "$peers states, requests" "$(requests "$read" "$port" states)" \
	    "$(requests "$floor" "$port" walk 50)"
	target "$peers states, wall time against the library itself" "$(ratio routevigil)" 1.2
	[ ${#others[@]} -eq 0 ] || target "$peers states, wall time against snmpbulkwalk" \
	    "$(awk -v a="$(ratio routevigil)" -v b="$(ratio snmpbulkwalk)" 'BEGIN { print a / b }')" 0.6
done

echo "== five columns of 1000 peers, 20 ms away"
start_agent -n 1000 -d 20000
start=$(date +%s%N)
"$read" "$port" five
target "five columns of 1000 peers, ms" "$((($(date +%s%N) - start) / 1000000))" 400
verdict
