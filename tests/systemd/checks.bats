#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The units that run checks without an engine, as they are installed, under a
# systemd that is process 1: hardened as they are, each check still works in them,
# and results reach a command file and an API.

machine=$BATS_TEST_DIRNAME/machine

setup_file() {
	why=$("$machine" check) || skip "$why"
	command -v curl >/dev/null || skip 'no curl'
	command -v openssl >/dev/null || skip 'no openssl'
	M=$BATS_FILE_TMPDIR/machine
	export M
	make -s O="${BIN:-build/release}" install PREFIX=/usr DESTDIR="$M/layer" >/dev/null
	mkdir -p "$M/layer/etc/routevigil" "$M/layer/srv"
	write_api >"$M/layer/srv/api.py"
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
	    -addext subjectAltName=DNS:localhost -keyout "$M/layer/srv/key.pem" \
	    -out "$M/layer/srv/crt.pem" 2>/dev/null
	"$machine" start "$M"
	guest systemd-sysusers
	guest id -u routevigil >/dev/null 2>&1 || guest useradd --system routevigil
	guest ip link set lo up
}

teardown_file() {
	if [ -e "${M-}/supervisor" ]; then "$machine" stop "$M"; fi
}

guest() { "$machine" run "$M" "$@"; }

# An API that keeps what is posted to it, and knows one user.
write_api() {
	cat <<-'END'
		import base64, http.server, ssl
		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        body = self.rfile.read(int(self.headers["Content-Length"]))
		        known = "Basic " + base64.b64encode(b"passive:word").decode()
		        good = self.headers["Authorization"] == known and self.path == "/v1/actions/process-check-result"
		        if good:
		            open("/srv/body", "wb").write(body)
		        self.send_response(200 if good else 403)
		        self.end_headers()
		server = http.server.HTTPServer(("127.0.0.1", 5665), Handler)
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
		context.load_cert_chain("/srv/crt.pem", "/srv/key.pem")
		server.socket = context.wrap_socket(server.socket, server_side=True)
		server.serve_forever()
	END
}

# names NAME LINE...: /etc/routevigil/NAME.env
names() {
	local name=$1

	shift
	printf '%s\n' "$@" | guest tee "/etc/routevigil/$name.env" >/dev/null
}

# starts UNIT: it ends well.
starts() {
	guest systemctl start "$1" || {
		guest journalctl -q -n 20 -o cat -u "$1"
		return 1
	}
}

metrics() { guest cat "/var/lib/routevigil/textfile/$1.prom"; }

@test "vigil-check@ keeps a textfile of any check" {
	names clients CHECK=check_tcp_established 'CHECK_OPTIONS=--listening --by family'
	starts vigil-check@clients.service
	metrics clients | grep '^routevigil_state{service_name="clients",program="check_tcp_established"} 0$'
	metrics clients | promtool check metrics
	[ "$(guest stat -c '%U %a' /var/lib/routevigil/textfile/clients.prom)" = 'routevigil 644' ]

	names ping CHECK=check_icmp_dual 'CHECK_OPTIONS=-H 127.0.0.1 -H ::1'
	guest sysctl -qw net.ipv4.ping_group_range='0 2147483647'
	starts vigil-check@ping.service
	metrics ping | grep -c '^probe_success{service_name="ping",family="ipv[46]",.*} 1$' | grep -x 2

	names routes CHECK=check_route 'CHECK_OPTIONS=127.0.0.0/8 --table local --kind any'
	starts vigil-check@routes.service
	metrics routes | grep '^route_present{service_name="routes",.*prefix="127.0.0.0/8",family="ipv4"} 1$'
}

@test "a fault is a result of vigil-check@, and not its failure" {
	names www CHECK=check_http_dual 'CHECK_OPTIONS=--url http://127.0.0.1:9/'
	starts vigil-check@www.service
	metrics www | grep '^routevigil_state{service_name="www",program="check_http_dual"} 2$'
	names snmp CHECK=check_bgp_session 'CHECK_OPTIONS=-H 127.0.0.1 --retries 0 --snmp-timeout 100ms'
	starts vigil-check@snmp.service
	metrics snmp | grep '^routevigil_state{service_name="snmp",program="check_bgp_session"} 3$'
}

@test "what a check remembers is there in the next run of vigil-check@" {
	names flaps CHECK=check_tcp_established 'CHECK_OPTIONS=--port 1 --dampen on'
	starts vigil-check@flaps.service
	[ "$(guest sh -c 'cd /var/lib/routevigil && stat -c "%U %a" check_tcp_established-* | sort -u')" = 'routevigil 600' ]
	metrics flaps | grep '^routevigil_dampening_penalty_points{.*} 0$'
}

@test "the timer of vigil-check@ starts it" {
	guest systemctl start vigil-check@clients.timer
	[ "$(guest systemctl show vigil-check@clients.timer -P Unit)" = vigil-check@clients.service ]
	guest systemctl list-timers --all | grep -q vigil-check@clients.service
	guest systemctl stop vigil-check@clients.timer
}

@test "a check that does not exist fails the unit" {
	names nothing CHECK=check_nothing
	run guest systemctl start vigil-check@nothing.service
	[ "$status" -ne 0 ]
}

@test "vigil-passive-nagios@ writes into the command file, and creates none" {
	local cmd=/var/lib/nagios4/rw/nagios.cmd

	names node CHECK=check_tcp_established 'CHECK_OPTIONS=--port 1 --critical 5:' \
	    HOST_NAME=node2 'SERVICE_NAME=Web clients'
	# As Debian has it.
	guest install -d -m 750 -o root -g www-data /var/lib/nagios4
	guest install -d -m 2710 -o root -g www-data /var/lib/nagios4/rw
	run guest systemctl start vigil-passive-nagios@node.service
	[ "$status" -ne 0 ]
	run guest test -e $cmd
	[ "$status" -ne 0 ]
	guest mkfifo -m 660 $cmd
	run guest systemctl start vigil-passive-nagios@node.service # nobody reads
	[ "$status" -ne 0 ]
	guest systemd-run -q --unit reader sh -c "exec cat <$cmd >/srv/command"
	for _ in {1..600}; do # until it reads
		! guest systemctl start vigil-passive-nagios@node.service || break
		guest systemctl reset-failed vigil-passive-nagios@node.service
		sleep 0.1
	done
	for _ in {1..600}; do
		! guest grep -qs PROCESS /srv/command || break
		sleep 0.1
	done
	guest cat /srv/command
	guest grep -qE '^\[[0-9]+\] PROCESS_SERVICE_CHECK_RESULT;node2;Web clients;2;TCP CRITICAL - ' /srv/command
}

@test "vigil-passive-icinga2@ posts, with a secret that only its user can read" {
	names api CHECK=check_icmp_dual 'CHECK_OPTIONS=-H 127.0.0.1' HOST_NAME=node2 SERVICE_NAME=ping
	guest systemd-run -q --unit api /usr/bin/python3 /srv/api.py
	guest cp /srv/crt.pem /etc/routevigil/icinga-ca.crt
	sed -e 's|icinga.example.net|localhost|' -e 's|passive:password|passive:word|' \
	    contrib/systemd/passive.curl |
	    guest sh -c 'umask 077; cat >/etc/routevigil/passive.curl; chown routevigil: /etc/routevigil/passive.curl'
	for _ in {1..600}; do
		! guest systemctl start vigil-passive-icinga2@api.service 2>/dev/null || break
		guest systemctl reset-failed vigil-passive-icinga2@api.service
		sleep 0.1
	done
	guest journalctl -q -n 5 -o cat -u vigil-passive-icinga2@api.service -u api
	guest cat /srv/body | python3 -c '
import json, sys
body = json.load(sys.stdin)
assert body["filter_vars"] == {"host_name": "node2", "service_name": "ping"}
assert body["exit_status"] == 0 and body["plugin_output"].startswith("ICMP OK - ")'
	guest sed -i 's/passive:word/passive:other/' /etc/routevigil/passive.curl
	run guest systemctl start vigil-passive-icinga2@api.service
	[ "$status" -ne 0 ]
}
