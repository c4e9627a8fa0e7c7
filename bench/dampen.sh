#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What vigil-dampen adds to the plugin it wraps: usage: dampen.sh [ROUNDS]
. "$(dirname "$0")/lib.sh"

OURS=$BIN/vigil-dampen
STATE=$WORK/state
mkdir -m 0700 "$STATE"
build floor "$BENCH/dampen_floor.c"
cat >"$WORK/plugin.c" <<'C'
#include <stdio.h>
int main(void) { puts("OK - fine|a=1;2;3;0;10"); return 0; }
C
build plugin "$WORK/plugin.c"

PLUGIN=$WORK/plugin
wrap=("$OURS" --state-dir "$STATE" --key bench --)
"${wrap[@]}" "$PLUGIN" >/dev/null

echo "a plugin that prints one line, alone and wrapped, $ROUNDS rounds"
commands=(alone "$PLUGIN" vs floor "$WORK/floor" "$PLUGIN" vs dampened "${wrap[@]}" "$PLUGIN"
    vs undampened "$OURS" --dampen off -- "$PLUGIN")
if [ -x "$PEERS/negate" ]; then
	commands+=(vs negate "$PEERS/negate" -o OK "$PLUGIN")
else
	skip "$PEERS/negate is not installed"
fi
run "${commands[@]}"

echo
echo "user instructions and system calls, children included"
for name in empty alone floor dampened undampened; do
	case $name in
	empty) set -- "$EMPTY" ;;
	alone) set -- "$PLUGIN" ;;
	floor) set -- "$WORK/floor" "$PLUGIN" ;;
	dampened) set -- "${wrap[@]}" "$PLUGIN" ;;
	undampened) set -- "$OURS" --dampen off -- "$PLUGIN" ;;
	esac
	declare "count_$name=$(instructions "$@")"
	value=count_$name
	printf '%-12s %9s instructions %5s calls\n' "$name" "${!value}" "$(syscalls "$@")"
done

# By the median of the ratios: the difference of two medians would drift.
added=$(awk -v a="$(column alone wall-ms)" -v r="$(ratio dampened)" \
    'BEGIN { printf "%.2f", a * (r - 1) }')
# shellcheck disable=SC2154 # declared above
share=$(awk -v a="$count_alone" -v f="$count_floor" -v d="$count_dampened" \
    'BEGIN { printf "%.2f", (d - a) / (f - a) }')
echo
target "wall time that it adds, ms" "$added" 1.5
target "instructions that it adds, to those of the floor" "$share" 1.3
verdict
