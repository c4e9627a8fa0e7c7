#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# What README and man pages show is what happens.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	[ "$(id -u)" = 0 ] || skip 'needs root for namespaces'
	command -v python3 >/dev/null || skip 'needs python3'
}

page() {
	run python3 tests/examples/examples.py "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ( |^)[1-9][0-9]*\ examples\ ran ]] || skip "${output%%$'\n'*}"
}

@test "README" { page README.md; }
@test "check_bgp_session" { page man/check_bgp_session.8.in; }
@test "check_exabgp" { page man/check_exabgp.8.in; }
@test "check_http_dual" { page man/check_http_dual.8.in; }
@test "check_icmp_dual" { page man/check_icmp_dual.8.in; }
@test "check_route" { page man/check_route.8.in; }
@test "check_tcp_established" { page man/check_tcp_established.8.in; }
@test "vigil-dampen" { page man/vigil-dampen.1.in; }
@test "vigil-watchdog" { page man/vigil-watchdog.8.in; }
@test "what is common" { page man/routevigil.7.in; }

@test "a wrong example is found" {
	printf '%s\n' '<!-- example: nothing -->' '' \
	    '    $ check_tcp_established -p 1' \
	    '    TCP OK - 1 established connection on port 1 from 0 clients|...' \
	    >"$BATS_TEST_TMPDIR/wrong.md"
	run python3 tests/examples/examples.py "$BATS_TEST_TMPDIR/wrong.md"
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"another output"* ]]
	sed -i 's/OK - 1 established connection/CRITICAL - 0 established connections/' "$BATS_TEST_TMPDIR/wrong.md"
	run python3 tests/examples/examples.py "$BATS_TEST_TMPDIR/wrong.md"
	[ "$status" -ne 0 ]
	sed -i 's/CRITICAL/OK/' "$BATS_TEST_TMPDIR/wrong.md"
	page "$BATS_TEST_TMPDIR/wrong.md"
}

@test "no command is shown that is not run" {
	run python3 tests/examples/examples.py --list README.md man/*.in
	[ "$status" -eq 0 ]
	for file in README.md man/*.in; do
		[ "$(grep -cE '^(    )?(\$ |# (vigil-|check_))' "$file")" -eq "$(grep -c "^$file:" <<<"$output")" ]
	done
}
