#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What the linker and the compiler were asked for is in every program.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	bin=${BIN:-build/release}
	shopt -s nullglob
	programs=("$bin"/check_* "$bin"/vigil-*)
	[ "${#programs[@]}" -gt 0 ]
}

# each COMMAND [ARG]...: the command holds for every program.
each() {
	local program
	for program in "${programs[@]}"; do
		"$@" "$program" || {
			echo "$program: $*"
			return 1
		}
	done
}

# has PATTERN READELF-OPTION PROGRAM, and lacks.
has() { readelf -W "$2" "$3" | grep -qE -- "$1"; }
lacks() { ! has "$@"; }

@test "position independent, with immediate binding" {
	each has 'Type: +DYN' -h
	each has '\(FLAGS_1\).* NOW.* PIE' -d
}

@test "read-only after relocation, no executable stack or writable code" {
	each has 'GNU_RELRO' -l
	each has 'GNU_STACK .* RW +0x' -l
	each lacks 'LOAD .* RWE ' -l
}

# jansson has a json_object, too: one that a program exports would be called by
# the library itself.
@test "no function of a program takes the place of a library's" {
	each lacks '(FUNC|IFUNC) +GLOBAL +DEFAULT +[0-9]' --dyn-syms
}

@test "no library path of a build machine" {
	each lacks '\((RPATH|RUNPATH)\)' -d
}

# The C library in a program that is linked with it uses them anyway: there, the
# program's own object has to ask for them.
has_static() { ! readelf -W -l "$1" | grep -q INTERP; }
asks_for() { # PATTERN PROGRAM
	if has_static "$2"; then
		has "UND $1" -s "$bin/obj/tools/${2##*/}.o"
	else
		has "$1" --dyn-syms "$2"
	fi
}

@test "stack protector and checked functions of the C library" {
	each asks_for '__stack_chk_fail'
	for program in "${programs[@]}"; do
		has_static "$program" || has '__[a-z]+_chk' --dyn-syms "$program"
	done
	has 'UND __[a-z]+_chk' -s "$bin/obj/lib/base/text.o"
}

@test "a program that has the C library in itself loads nothing" {
	for program in "${programs[@]}"; do
		! has_static "$program" || [ "$(scripts/needs "$program")" = 'contained libc.so.6' ]
	done
}

@test "objects carry the marks of control flow integrity" {
	[ "$(uname -m)" = x86_64 ] || skip 'other marks on this processor'
	for object in "$bin"/obj/lib/*/*.o; do
		has 'IBT, SHSTK' -n "$object"
	done
}

plain_mode() { [ ! -u "$1" ] && [ ! -g "$1" ] && [ -x "$1" ]; }

@test "no set-user-ID, no set-group-ID" {
	each plain_mode
}

# Linking is what a start costs: libc, and a netlink library where it is used.
light() { ! readelf -d "$1" | grep NEEDED | grep -vqE '\[(libc|libm|libmnl|ld-linux[^.]*)\.so'; }

@test "check_tcp_established loads the C library and libmnl at most" {
	light "$bin/check_tcp_established"
}

# What dlopen is given is a literal of its own; what is linked is one, too.
literals() { strings -a "$1" | grep -xE 'lib[A-Za-z0-9+._-]+\.so\.[0-9.]+' | sort -u; }

@test "what a program loads at run time is noted in it, for packagers" {
	local noted=0
	for program in "${programs[@]}"; do
		! has_static "$program" || continue
		needs=$(scripts/needs "$program")
		echo "$program: $needs"
		[ "$(awk '$2 ~ /^lib/ { print $2 }' <<<"$needs" | sort -u)" = "$(literals "$program")" ]
		noted=$((noted + $(grep -c -v '^linked ' <<<"$needs" || :)))
	done
	[ "$noted" -gt 0 ]
	[ -x "$bin/check_http_dual" ] || skip 'no check_http_dual'
	run scripts/needs "$bin/check_http_dual"
	[[ $'\n'$output == *$'\nrequired libcurl.so.4 HTTP'* ]]
}
