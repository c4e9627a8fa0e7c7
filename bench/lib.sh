# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# What the benchmarks share; they source it.  bench/README.md has the method.
#
#	BIN     directory of the programs (build/release)
#	WORK    scratch directory, removed at the end
#	ROUNDS  rounds of a comparison: the script's first argument, else $ROUNDS
#	run     the interleaving runner, bench/run.c
#	$EMPTY  an empty, dynamically linked C program: the floor of a start-up

set -euo pipefail
export LC_ALL=C

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=${BIN:-$BENCH/../build/release}
PEERS=${PEERS:-/usr/lib/nagios/plugins} # the Monitoring Plugins
ROUNDS=${1:-${ROUNDS:-51}}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/routevigil-bench.XXXXXX")
EMPTY=$WORK/empty
missed=0
export BENCH BIN PEERS ROUNDS WORK EMPTY

# A script adds what else must be undone: at_exit 'COMMAND'.
undo=()
at_exit() { undo+=("$1"); }
cleanup() {
	local i
	for ((i = ${#undo[@]} - 1; i >= 0; i--)); do eval "${undo[i]}" || :; done
	rm -rf "$WORK"
}
trap cleanup EXIT

# build NAME SOURCE [FLAG]...: a helper program of a benchmark, in $WORK.
build() {
	local name=$1 source=$2
	shift 2
	${CC:-gcc} -std=c11 -D_GNU_SOURCE -O2 -o "$WORK/$name" "$source" "$@"
}
# Static, hence small: a child's peak memory counts from its parent's size.
build run "$BENCH/run.c" -static
echo 'int main(void) { return 0; }' >"$WORK/empty.c"
build empty "$WORK/empty.c"

# run NAME COMMAND [ARG]... [vs NAME COMMAND ...]: the table, also in $WORK/table.
run() { "$WORK/run" -n "$ROUNDS" "$@" | tee "$WORK/table"; }

# column NAME HEADING: a figure of the last table.
column() {
	awk -v name="$1" -v heading="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == heading) n = i }
		$1 == name { print $n }' "$WORK/table"
}
ratio() { column "$1" ratio; }

# instructions COMMAND [ARG]...: user instructions, loader and children included,
# but for a confined worker's (see counted).  They repeat to 0.1 %, whatever else
# the machine does.
instructions() {
	valgrind --tool=callgrind --trace-children=yes --callgrind-out-file=/dev/null \
	    --log-file="$WORK/callgrind.%p" "$@" </dev/null >/dev/null 2>&1 || :
	awk '/Collected/ { n += $4 } END { print n + 0 }' "$WORK"/callgrind.*
	rm -f "$WORK"/callgrind.*
}

# counted PROCESSES COMMAND [ARG]...: the same of a program whose worker may write
# no file, so that callgrind cannot tell of it.  What was done before a fork counts
# in both, ours and floor's alike.  A worker that is done is ended by its guard,
# sometimes before it has told: then once more.
counted() {
	local processes=$1 try told
	shift
	for ((try = 0; try < 50; try++)); do
		told=$(valgrind --tool=lackey --trace-children=yes "$@" 2>&1 </dev/null |
			tr -d , | awk '/guest instrs:/ { n += $NF; k++ } END { printf "%d %d", k, n }')
		[ "${told% *}" != "$processes" ] || break
	done
	echo "${told#* }"
}

# syscalls COMMAND [ARG]...: calls of all its processes.
syscalls() {
	strace -f -qq -c -o "$WORK/calls" "$@" </dev/null >/dev/null 2>&1 || :
	awk '$NF == "total" { print $4 }' "$WORK/calls"
}

# without_capabilities FILE: prints the path of a copy; valgrind and strace
# cannot run a program that gains privileges.
without_capabilities() {
	cp "$1" "$WORK/$(basename "$1").plain"
	echo "$WORK/$(basename "$1").plain"
}

have() { command -v "$1" >/dev/null; }
skip() {
	echo "left out: $1"
}

# target WHAT VALUE LIMIT: VALUE is to be LIMIT or less; what is no number (nothing
# was measured) is not.
target() {
	if awk -v value="$2" -v limit="$3" 'BEGIN {
		exit !(value ~ /^-?[0-9.]+$/ && value + 0 <= limit + 0) }'; then
		printf 'met     %-56s %10s <= %s\n' "$1" "$2" "$3"
	else
		printf 'MISSED  %-56s %10s >  %s\n' "$1" "$2" "$3"
		missed=$((missed + 1))
	fi
}

# The last line of each script.
verdict() { ((missed == 0)); }
