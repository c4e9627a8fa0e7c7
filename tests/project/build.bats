#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Building and installing: two builds of the same source, the second by another
# user (when the first is root), elsewhere, with another umask, time zone and
# locale; then what the Makefile does with files and libraries that it never
# heard of.

# sources: of a clone, or of an unpacked archive.
sources() {
	if [ -e .git ]; then
		git ls-files --cached --others --exclude-standard
	else
		find . -type f ! -path './build/*'
	fi | while read -r file; do
		[ ! -e "$file" ] || echo "$file"
	done
}

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	# The other user must be able to walk there.
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/routevigil-build.XXXXXX")
	chmod 755 "$WORK"
	export WORK ONE=$WORK/one TWO=$WORK/a/longer/path/two
	mkdir -p "$ONE" "$TWO"
	for copy in "$ONE" "$TWO"; do
		sources | tar -c -T - | tar -x -C "$copy"
	done
	# What a make around this one has set must not leak in.
	unset MAKEFLAGS MAKELEVEL MFLAGS VARIANT CI WERROR
	[ "$(id -u)" != 0 ] || chown -R 65534:65534 "$TWO"
	(umask 022 && TZ=UTC LC_ALL=C make -s -j2 V= -C "$ONE" all)
	# shellcheck disable=SC2016 # TWO is exported
	other sh -c 'umask 077 && TZ=Asia/Kathmandu LC_ALL=C.UTF-8 make -s -j1 -C "$TWO" all'
}

teardown_file() {
	rm -rf "$WORK"
}

# other COMMAND [ARG]...: as an ordinary user.
other() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

@test "two builds have the same bits" {
	for file in "$ONE"/build/release/check_* "$ONE"/build/release/man/* \
	    "$ONE"/build/release/completion/* "$ONE"/build/release/libroutevigil.a; do
		cmp "$file" "$TWO${file#"$ONE"}"
	done
}

@test "no path of the build in the programs" {
	run grep -lF -e "$ONE" "$ONE"/build/release/check_*
	[ "$status" -eq 1 ]
}

@test "a second make has nothing to do" {
	run make -C "$ONE" all
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *' CC '* && $output != *' LINK '* ]]
}

# installed DIR: every file below it, without DIR.
installed() { (cd "$1" && find . ! -type d | LC_ALL=C sort); }

@test "an ordinary user installs a complete tree, and removes it whole" {
	root=$TWO/root
	run other make -s -C "$TWO" install DESTDIR="$root" PREFIX=/usr
	echo "$output"
	[ "$status" -eq 0 ]
	run installed "$root"
	echo "$output"
	for file in usr/lib/nagios/plugins/check_tcp_established \
	    usr/share/man/man8/check_tcp_established.8 \
	    usr/share/bash-completion/completions/check_tcp_established \
	    usr/share/routevigil/icinga2/routevigil.conf \
	    usr/share/routevigil/nagios/check_tcp_established.cfg \
	    usr/share/routevigil/schema/result-1.json \
	    usr/share/doc/routevigil/README.md; do
		[[ $output == *"./$file"* ]]
	done
	for program in "$TWO"/build/release/check_*; do
		[ -x "$root/usr/lib/nagios/plugins/${program##*/}" ]
	done
	[ -z "$(find "$root" -perm /6000)" ]
	# Whoever's umask it was, all may read it.
	[ -z "$(find "$root" ! -perm -004 ! -path "$root")" ]
	"$root/usr/lib/nagios/plugins/check_tcp_established" -V || [ $? -eq 3 ]

	echo mine >"$root/usr/lib/nagios/plugins/check_mine"
	other make -s -C "$TWO" uninstall DESTDIR="$root" PREFIX=/usr
	[ "$(installed "$root")" = ./usr/lib/nagios/plugins/check_mine ]
	[ ! -e "$root/usr/share/routevigil" ]
}

@test "install puts things where it is told" {
	root=$WORK/places
	make -s -C "$ONE" install DESTDIR="$root" PREFIX=/opt/x PLUGINDIR=/p MANDIR=/m \
	    NAGIOSDIR=/n ICINGADIR=/i DOCDIR=/d
	[ -x "$root/p/check_tcp_established" ]
	[ -e "$root/m/man8/check_tcp_established.8" ]
	[ -e "$root/opt/x/share/routevigil/schema/result-1.json" ]
	[ -e "$root/n/check_tcp_established.cfg" ]
	[ "$(ls "$root/i")" = routevigil.conf ]
	[ -e "$root/d/README.md" ]
	[ -e "$root/d/examples/polkit/50-vigil-watchdog.rules" ]
}

@test "engines are given commands; what is to be adapted is an example" {
	root=$WORK/examples
	make -s -C "$ONE" install DESTDIR="$root" PREFIX=/usr
	for file in "$root"/usr/share/routevigil/nagios/*; do
		name=${file##*/}
		[ -e "$ONE/build/release/${name%.cfg}" ]
	done
	# Everything of contrib/ is somewhere, save recipes for packages.
	for file in $(cd "$ONE" && find contrib -type f ! -path 'contrib/rpm/*' \
	    ! -path 'contrib/container/*'); do
		[ -n "$(find "$root" -name "${file##*/}")" ]
	done
}

@test "units and examples name the places of this installation" {
	root=$WORK/units
	make -s -C "$ONE" install DESTDIR="$root" PREFIX=/opt/x SYSCONFDIR=/opt/etc
	cd "$root/opt/x"
	grep -q '^ExecStart=/opt/x/bin/vigil-watchdog ' lib/systemd/system/vigil-watchdog@.service
	grep -q '^ExecStart=/usr/bin/env /opt/x/lib/nagios/plugins/' lib/systemd/system/vigil-check@.service
	grep -q '=/opt/etc/routevigil/' lib/systemd/system/vigil-check@.service
	grep -q ' /opt/x/bin/vigil-watchdog ' share/doc/routevigil/examples/cron/vigil-watchdog
	run grep -rE '/usr/(bin/vigil|lib/nagios)|[^t]/etc/routevigil' lib/systemd share/doc/routevigil/examples
	echo "$output"
	[ "$status" -eq 1 ]
}

@test "the tools are installed once, and found beside the checks" {
	root=$WORK/links
	make -s -C "$ONE" install DESTDIR="$root" PREFIX=/usr PLUGINDIR=/usr/lib/x/plugins
	for tool in "$ONE"/build/release/vigil-*; do
		name=${tool##*/}
		[ "$(realpath "$root/usr/lib/x/plugins/$name")" = "$(realpath "$root/usr/bin/$name")" ]
		[ -L "$root/usr/lib/x/plugins/$name" ]
	done
	make -s -C "$ONE" install DESTDIR="$WORK/flat" PREFIX=/usr PLUGINDIR=/usr/bin
	[ ! -L "$WORK/flat/usr/bin/vigil-dampen" ]
	make -s -C "$ONE" uninstall DESTDIR="$root" PREFIX=/usr PLUGINDIR=/usr/lib/x/plugins
	[ -z "$(installed "$root")" ]
}

@test "a packager's flags are used, and last" {
	object=build/release/obj/lib/base/num.o
	cp -r "$ONE/Makefile" "$ONE/lib" "$ONE/scripts" "$ONE/plugins" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	export CPPFLAGS='-DMINE=1 -D_FORTIFY_SOURCE=2' CFLAGS='-O1 -g1' LDFLAGS='-Wl,-z,mine'
	run make V=1 WERROR=1 $object
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *'-O2 -g '*'-DMINE=1 -D_FORTIFY_SOURCE=2 -O1 -g1 '* ]]
	[[ $output != *_FORTIFY_SOURCE=3* ]]
	run make -n V=1 programs
	[[ $output == *'-Wl,-z,mine -o build/release/check_tcp_established'* ]]
	run env -u CPPFLAGS make -n V=1 $object
	[[ $output == *_FORTIFY_SOURCE=3* ]]
}

@test "capabilities are a step of their own, for what declares them" {
	cp -r "$ONE/Makefile" "$ONE/lib" "$ONE/scripts" "$ONE/plugins" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	run make -s install-caps SETCAP='echo would set'
	[ "$status" -eq 0 ]
	before=$output
	printf '/*\n * capability: cap_net_raw\n */\n' >plugins/check_new.c
	run make -s install-caps SETCAP='echo would set' DESTDIR=/d PLUGINDIR=/p
	# The program alone, whatever else is named after it.
	grep -qx 'would set cap_net_raw=p /d/p/check_new' <<<"$output"
	[[ $before != *check_new* ]]
	run make -s capabilities
	[[ $output == *'check_new cap_net_raw'* ]]
}

@test "a new file is built without an edit of the Makefile" {
	cp -r "$ONE/Makefile" "$ONE/lib" "$ONE/scripts" "$ONE/plugins" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	mkdir -p tests/unit tools
	touch plugins/check_new.c tools/vigil-new.c lib/base/new.c tests/unit/test_new.c
	run make -n V=1 all tests
	for made in obj/lib/base/new.o obj/plugins/check_new.o release/vigil-new \
	    release/tests/unit/test_new; do
		[[ $output == *"-o build/"*"$made"* ]]
	done
}

# A pkg-config that knows no libmnl.
stub() {
	cat >"$BATS_TEST_TMPDIR/pkg-config" <<-'EOT'
	#!/bin/sh
	case "$*" in *--exists*libmnl*) exit 1 ;; esac
	exec pkg-config "$@"
	EOT
	chmod +x "$BATS_TEST_TMPDIR/pkg-config"
	echo "$BATS_TEST_TMPDIR/pkg-config"
}

@test "a missing library drops what needs it, says so, and builds the rest" {
	cp -r "$ONE/Makefile" "$ONE/lib" "$ONE/scripts" "$ONE/plugins" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	cat >plugins/check_plain.c <<-'EOT'
	#include "base/num.h"
	int main(void) { return 0; }
	EOT
	run make -j2 programs PKG_CONFIG="$(stub)"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *'left out:'*'check_tcp_established'*'(missing: libmnl)'* ]]
	[ -x build/release/check_plain ]
	[ ! -e build/release/check_tcp_established ]
}

@test "what is dropped is followed through headers" {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p lib/a plugins tests
	printf '/* pkg-config: there gone (why not) */\n' >lib/a/one.c
	printf '#include "a/one.h"\n' >lib/a/two.h
	printf '#include "a/two.h"\n' >plugins/check_far.c
	printf '#include "../plugins/check_far.c"\n' >tests/test_far.c
	printf '#include "a/three.h"\n' >plugins/check_near.c
	: >lib/a/two.c
	run awk -v missing='gone why' -f "$ONE/scripts/dropped.awk" \
	    lib/a/one.c lib/a/two.h lib/a/two.c plugins/*.c tests/*.c
	echo "$output"
	for file in lib/a/one.c lib/a/two.c plugins/check_far.c tests/test_far.c; do
		[[ $output == *"$file"* ]]
	done
	[[ $output != *check_near* ]]
	[ -z "$(awk -v missing=why -f "$ONE/scripts/dropped.awk" lib/a/one.c)" ]
}

@test "a variant that is none is refused" {
	run make -C "$ONE" VARIANT=fast
	[ "$status" -ne 0 ]
	[[ $output == *'VARIANT must be release, asan, cov or fuzz'* ]]
}

@test "the runner counts failures, crashes, short plans and absent programs" {
	cd "$BATS_TEST_TMPDIR"
	printf '@test a { true; }\n@test b { skip why; }\n@test c { false; }\n' >some.bats
	printf '#!/bin/sh\nkill -SEGV $$\n' >crashes
	printf '#!/bin/sh\necho skipped: no such thing; exit 77\n' >skips
	printf '#!/bin/sh\necho "50%%: Checks: 4, Failures: 1, Errors: 1"; exit 1\n' >half
	printf '#!/bin/sh\necho "100%%: Checks: 4, Failures: 0, Errors: 0"; exit 1\n' >liar
	chmod +x crashes skips half liar
	run "$BATS_TEST_DIRNAME/../run" "$PWD"/{some.bats,crashes,skips,half,liar,absent}
	echo "$output"
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = '7 passed, 5 failed, 3 skipped' ]
	[[ $output == *'why'* && $output == *'no such thing'* ]]
	run "$BATS_TEST_DIRNAME/../run" "$PWD/skips"
	[ "$status" -eq 0 ]
	run "$BATS_TEST_DIRNAME/../run"
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = '0 passed, 0 failed, 0 skipped' ]
}
