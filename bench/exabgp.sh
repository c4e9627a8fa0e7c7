#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Finding ExaBGP among PROCESSES=2000 processes, and following its log of
# MIB=1024: usage: exabgp.sh [ROUNDS].
. "$(dirname "$0")/lib.sh"

OURS=$BIN/check_exabgp
build exabgp_floor "$BENCH/exabgp_floor.c" -I"$BENCH/../lib" "$BIN/libroutevigil.a"
FLOOR=$WORK/exabgp_floor
STATE=$WORK/state
LOG=$WORK/log
mkdir -m 0700 "$STATE"

to() { awk -v a="$(ratio "$1")" -v b="$(ratio "$2")" 'BEGIN { printf "%.3f", a / b }'; }

# --- the process ---
crowd=()
# shellcheck disable=SC2016 # expanded at the end
at_exit 'kill "${crowd[@]}" 2>/dev/null; wait "${crowd[@]}" 2>/dev/null'
for ((i = 0; i < ${PROCESSES:-2000}; i++)); do
	sleep 3600 >/dev/null &
	crowd+=("$!")
done
commands=(floor "$FLOOR" scan
    vs ours "$OURS" --skip 'answers,sessions,routes' --state-dir "$STATE"
    vs pgrep pgrep -f 'no such exabgp')
if [ -x "$PEERS/check_procs" ]; then
	commands+=(vs check_procs "$PEERS/check_procs" -a 'no such exabgp')
else
	skip "check_procs is not installed"
fi
run "${commands[@]}"
target "scan, to reading every cmdline and one fork" "$(ratio ours)" 1.15
target "scan, to pgrep -f" "$(to ours pgrep)" 0.25
[ ! -x "$PEERS/check_procs" ] ||
	target "scan, to check_procs" "$(to ours check_procs)" 0.25
kill "${crowd[@]}"
wait "${crowd[@]}" 2>/dev/null || :
crowd=()
echo

# --- the log ---
awk -v mib="${MIB:-1024}" 'BEGIN {
	line = "Sat, 21 Nov 2026 07:24:13 29427  api           route added to neighbor 127.0.0.2 : 100.10.%d.%d/32 next-hop self\n"
	while (written < mib * 1048576)
		for (i = 0; i < 10000; i++) {
			s = sprintf(line, i / 250, i % 250)
			printf "%s", s
			written += length(s)
		}
	print "Too many death for x (5) terminating program"
}' >"$LOG"
((ROUNDS = ROUNDS / 5 + 3))
run floor "$FLOOR" memmem "$LOG" 'Too many death' \
    vs follow "$FLOOR" follow "$LOG" 'Too many death' \
    vs grep sh -c "grep -cF 'Too many death' '$LOG' | cat"
target "one rare literal, to memmem" "$(ratio follow)" 1.2
target "one rare literal, to grep -cF" "$(to follow grep)" 0.5
target "KiB" "$(column follow KiB)" 3072
verdict
