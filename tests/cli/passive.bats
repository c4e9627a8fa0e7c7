#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Passive results of real programs: usage, files, and NRDP by the command of
# contrib/README.md.  tests/engines has Nagios and Icinga themselves.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	BIN=$(realpath "${BIN:-build/release}")
	check=$BIN/check_tcp_established
}

@test "every program names what is missing" {
	for program in "$BIN"/check_* "$BIN"/vigil-*; do
		for format in nagios-passive nrdp icinga2; do
			run "$program" --format $format --service-name x
			echo "$output"
			[ "$status" -eq 3 ]
			[[ $output == *"--format=$format needs --host-name"* ]]
			[ "${#lines[@]}" -eq 1 ]
		done
	done
}

@test "a name that would end the command is refused" {
	for name in 'a;b' $'a\nb' '' $'\xff'; do
		run "$check" --format nagios-passive --host-name "$name"
		echo "$output"
		[ "$status" -eq 3 ]
		[[ $output == 'TCP UNKNOWN - argument '*': --host-name='* ]]
	done
}

@test "the submission goes to the file, the words to who looks" {
	run "$check" --format icinga2 --host-name h --service-name s --output "$BATS_TEST_TMPDIR/x"
	[ "$status" -eq 0 ]
	[[ $output == 'TCP OK - '*'|established='* ]]
	python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["exit_status"] == 0' "$BATS_TEST_TMPDIR/x"
}

@test "what could not be looked at is submitted too, with the state of the program" {
	run "$BIN/check_bgp_session" --source bird --socket /nowhere --format nagios-passive --host-name h --service-name s
	[ "$status" -eq 3 ]
	[[ $output =~ ^\[[0-9]{10}\]\ 'PROCESS_SERVICE_CHECK_RESULT;h;s;3;BGP UNKNOWN - ' ]]
	run "$BIN/check_bgp_session" --source bird --socket /nowhere --format nagios-passive --host-name h --error-state warning
	[ "$status" -eq 1 ]
	[[ $output == *'PROCESS_HOST_CHECK_RESULT;h;0;BGP WARNING - '* ]]
}

# Reads one request and prints its form; answers as NRDP does.
@test "NRDP gets its form by the documented command" {
	command -v curl >/dev/null || skip 'no curl'
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >server.py <<-'END'
		import http.server, urllib.parse
		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
		        for name in sorted(form):
		            print(name, *form[name], flush=True)
		        self.send_response(200)
		        self.end_headers()
		        self.wfile.write(b'{"result":{"status":0,"message":"OK","meta":{"output":"1 checks processed."}}}')
		server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
		open("port", "w").write(str(server.server_port))
		server.handle_request()
	END
	python3 server.py >form 2>/dev/null 3>&- &
	server=$!
	for ((i = 0; i < 600; i++)); do
		[ ! -s port ] || break
		sleep 0.1
	done
	printf 'to&ken' >token
	command=$(sed -n '/--format nrdp |/,/json@-$/p' "$BATS_TEST_DIRNAME/../../contrib/README.md" |
	    sed -e "s|check_x \.\.\.|$check --port 1 --critical 5: --host-name h --service-name 's \& +'|" \
	        -e "s|https://nagios.example.net/nrdp/|http://127.0.0.1:$(cat port)/|" -e "s|@/etc/routevigil/nrdp-token|@token|")
	run bash -c "$command"
	wait "$server"
	echo "$output"
	cat form
	[[ $output == *'"message":"OK"'* ]]
	[ "$(sed -n 's/^cmd //p' form)" = submitcheck ]
	[ "$(sed -n 's/^token //p' form)" = 'to&ken' ]
	sed -n 's/^json //p' form | python3 -c '
import json, sys
[result] = json.load(sys.stdin)["checkresults"]
assert result["checkresult"] == {"type": "service", "checktype": "1"}
assert (result["hostname"], result["servicename"], result["state"]) == ("h", "s & +", "2"), result
assert result["output"].startswith("TCP CRITICAL - ") and "|established=0;;5:;0 " in result["output"]'
}
