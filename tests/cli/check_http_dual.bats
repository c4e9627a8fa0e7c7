#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_http_dual against nginx with certificates of a CA made here, in a network
# namespace with names of its own, and against tests/tools/http_hostile.py.

bats_require_minimum_version 1.5.0

. "$BATS_TEST_DIRNAME/http_lab.sh"

setup_file() {
	lab_begin http || return 0
	make_namespace
	make_certificates
	make_site
	start_servers
}

teardown_file() { lab_end; }

setup() {
	[ -n "${READY-}" ] || skip "needs root, nginx, openssl and python3"
	BIN=${BIN:-build/release}
}

# fd00:1::2 is a neighbour that never answers, 203.0.113.x are refused in the
# kernel.
make_namespace() {
	ip -n "$NSF" link add hole type veth peer name end
	ip -n "$NSF" link set hole up
	ip -n "$NSF" link set end up
	ip -n "$NSF" addr add fd00:1::1/64 dev hole nodad
	ip -n "$NSF" neigh add fd00:1::2 lladdr 02:00:00:00:00:02 dev hole
	ip -n "$NSF" route add prohibit 203.0.113.1
	ip -n "$NSF" route add unreachable 203.0.113.2
	{
		echo "127.0.0.1 dual.test other.test half.test hole.test v4.test"
		echo "::1 dual.test other.test" # the C library makes 127.0.0.1 of ::1
		echo "fd00:1::1 v6.test"
		echo "::2 half.test"
		echo "fd00:1::2 hole.test"
		for n in $(seq 50); do echo "127.0.0.$n many.test"; done
	} >"/etc/netns/$NSF/hosts"
	printf 'nameserver 127.0.0.9\noptions timeout:30\n' >"/etc/netns/$NSF/resolv.conf"
	echo "hosts: files" >"/etc/netns/$NSF/nsswitch.conf"
}

make_certificates() {
	local past now later basic="basicConstraints=critical,CA:true"
	past=$(date -u -d '-10 days' +%Y%m%d%H%M%SZ)
	now=$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)
	later=$(date -u -d '+90 days -1 hour' +%Y%m%d%H%M%SZ)
	cd "$DIR" || return 1
	make_authority
	sign good root dual.test "$past" "$later"
	sign expired root dual.test "$past" "$now"
	sign early root dual.test "$later" "$(date -u -d '+99 days' +%Y%m%d%H%M%SZ)"
	sign wrong root wrong.example "$past" "$later" "subjectAltName=DNS:wrong.example"
	sign middle root "Test Middle" "$past" "$(date -u -d '+20 days 30 minutes' +%Y%m%d%H%M%SZ)" "$basic"
	sign leaf middle dual.test "$past" "$later"
	cat leaf.pem middle.pem >chain.pem
	self self dual.test -addext subjectAltName=DNS:dual.test
	sign client root somebody "$past" "$later" "keyUsage=digitalSignature"
	cd - >/dev/null || return 1
}

make_site() {
	mkdir -p "$DIR/www" "$DIR/www6"
	echo '<title>status: ok</title>' >"$DIR/www/index.html"
	echo '<title>status: stale</title>' >"$DIR/www6/index.html"
	head -c 3000000 /dev/zero | tr '\0' x >"$DIR/www/large"
	{
		echo "daemon off; worker_processes 1; pid $DIR/nginx.pid; error_log $DIR/nginx.log;"
		echo "events { worker_connections 512; } http { access_log off;"
		echo "map \$http_authorization \$who { default some; '' none; 'Basic dXNlcjpzZWNyZXQ=' user; 'Bearer token' bearer; }"
		echo "server { listen 80; listen [::]:80; root $DIR/www;"
		echo "  location /who { return 200 \"auth=\$who key=\$http_x_key method=\$request_method host=\$host agent=\$http_user_agent\"; }"
		echo "  location /away { return 302 http://other.test/who; }"
		echo "  location /port { return 302 http://dual.test:81/who; }"
		echo "  location /stay { return 302 /who; }"
		echo "  location /secure { return 301 https://dual.test/; }"
		echo "  location /lost { return 302 /nowhere; } location /shut { return 302 http://dual.test:9/x; }"
		echo "  location /loop { return 302 /loop; } location /ftp { return 302 ftp://dual.test/x; }"
		echo "  location /expired { return 302 https://dual.test:1443/; }"
		echo "  location /idn { return 302 http://m%C3%BCnchen.test/; }"
		echo "  location /teapot { return 418; } }"
		echo "server { listen 81; listen [::]:81; location /who { return 200 \"auth=\$who key=\$http_x_key\"; } }"
		echo "server { listen 82; root $DIR/www; } server { listen [::]:82; root $DIR/www6; }"
		https 443 good good
		https 1443 expired expired
		https 2443 early early
		https 3443 wrong wrong
		https 4443 chain leaf
		https 5443 leaf leaf
		https 6443 self self
		https 7443 good good "ssl_client_certificate $DIR/root.pem; ssl_verify_client on;"
		https 8443 good good "ssl_protocols TLSv1.2;"
		echo "}"
	} >"$DIR/nginx.conf"
}

start_servers() {
	serve "$DIR/port.plain" python3 tests/tools/http_hostile.py
	serve "$DIR/port.tls" python3 tests/tools/http_hostile.py --tls "$DIR/good.pem" "$DIR/good.key"
	# A resolver that takes every question and answers none.
	serve "$DIR/silent" python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.9", 53))
print("ready", flush=True)
sys.stdin.read()'
	start_nginx
	ready "$DIR/port.plain" "$DIR/port.tls" "$DIR/silent"
}

# --- families -----------------------------------------------------------------

@test "both families answer" {
	http -u http://dual.test/ -v
	expect 0 "HTTP OK - http://dual.test/: 2 of 2 addresses answer well" \
		"[OK] 127.0.0.1: 200 OK in " "[OK] ::1: 200 OK in "
}

@test "URLs may stand without -u, beside others with it" {
	run "${BIN:-build/release}/check_http_dual" http://127.0.0.1:1/ -u http://127.0.0.2:1/
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"http://127.0.0.1:1/"* && $output == *"http://127.0.0.2:1/"* ]]
	run "${BIN:-build/release}/check_http_dual" nothing://127.0.0.1:1/
	[ "$status" -eq 3 ]
	[[ $output == *"argument 1"* ]]
}

@test "one family refused: a warning that names it" {
	http -u http://half.test/
	expect 1 "HTTP WARNING - works over IPv4, IPv6 dead; ::2: "
	http -u http://half.test/ --one-dead-state critical
	expect 2 "HTTP CRITICAL"
	http -u http://half.test/ --family any
	expect 0
	http -u http://half.test/ -4
	expect 0 "1 of 1"
	http -u http://half.test/ -6
	expect 2 "::2: "
}

@test "one family blackholed: the verdict comes in time" {
	# Linux itself gives up after two minutes.
	local begun=$SECONDS
	http -u http://hole.test/ -t 3
	expect 1 "works over IPv4, IPv6 dead; fd00:1::2: timeout after "
	[[ $output =~ 'timeout after '[12]'.' ]]
	[ $((SECONDS - begun)) -lt 20 ]
}

@test "what a browser would get, and that it falls back" {
	http -u http://hole.test/ -t 3 --addresses happy-eyeballs -v
	expect 1 "happy-eyeballs: a browser falls back to IPv4 (fd00:1::2: timeout after " "[OK] 127.0.0.1"
	http -u http://dual.test/ --addresses happy-eyeballs
	expect 0
}

@test "a name with one family only" {
	http -u http://v4.test/
	expect 0 "1 of 1"
	http -u http://v4.test/ --family both
	expect 1 "no IPv6 address"
	http -u http://v6.test/
	expect 0 "1 of 1"
	http -u http://v6.test/ -4
	expect 2 "v6.test: no "
}

@test "fifty addresses, each asked" {
	http -u http://many.test/ --format openmetrics
	expect 0 'http_addresses_well 50'
	[ "$(grep -c '^probe_success{.*} 1$' <<<"$output")" = 50 ]
	http -u http://many.test/ --addresses first
	expect 0 "1 of 1"
}

@test "a silent resolver is no verdict about the server, and no hang" {
	local begun=$SECONDS
	echo "hosts: files dns" >"/etc/netns/$NSF/nsswitch.conf"
	http -u http://nowhere.example/ -t 2
	expect 3 "nowhere.example: no resolver answered"
	[ $((SECONDS - begun)) -lt 20 ]
	http -u http://nowhere.example/ -u http://dual.test/ -t 2
	expect 3 "2 of 2 addresses answer well"
	echo "hosts: files" >"/etc/netns/$NSF/nsswitch.conf"
	http -u http://nowhere.example/
	expect 2 "nowhere.example: no such name"
}

@test "refused, prohibited, unreachable are told apart" {
	http -u http://dual.test:9/ -I 127.0.0.1
	expect 2 "127.0.0.1: connection refused"
	http -u http://x/ -I 203.0.113.1
	expect 2 "203.0.113.1: connecting is administratively prohibited"
	http -u http://x/ -I 203.0.113.2
	expect 2 "203.0.113.2: host unreachable"
	http -u http://x/ -I 198.51.100.1
	expect 2 "198.51.100.1: network unreachable"
}

@test "a stale virtual host over IPv6" {
	http -u http://dual.test:82/
	expect 0
	http -u http://dual.test:82/ --compare body
	expect 2 "body differs: 26 bytes of hash" "from 127.0.0.1" "from ::1"
	http -u http://dual.test:82/ --compare etag --compare-state warning
	expect 1 "etag differs"
	http -u http://dual.test:82/ --compare status
	expect 0
	http -u http://dual.test:82/ -r 'status: ok'
	expect 1 "::1: no match of status: ok"
}

@test "each site of an address has a memory of its own, and no secret in it" {
	local state=$BATS_TEST_TMPDIR field
	for field in 'Host: a.test' 'Host: b.test' 'X-Token: geheim'; do
		http -u http://dual.test:82/ -k "$field" --dampen on --state-dir "$state"
		[[ "$output" = *"(dampening has no history: first run)|"* ]]
	done
	# The rest of a header is no other site, and may be secret.
	http -u http://dual.test:82/ -k 'X-Token: other' --dampen on --state-dir "$state"
	[[ "$output" != *"no history"* ]]
	run ! grep -rq geheim "$state"
}

@test "URLs on standard input are known by what they say, without their secrets" {
	local state=$BATS_TEST_TMPDIR secret again=" (dampening has no history: first run)"
	for secret in geheim other; do
		echo "http://me:$secret@127.0.0.1:82/ status=299" >"$state/list"
		http --urls - --dampen on --state-dir "$state" <"$state/list"
		[[ "$output" = "HTTP CRITICAL - 127.0.0.1: status 200 OK; "*" answer well$again|"* ]]
		echo "http://me:$secret@127.0.0.1:82/missing" >"$state/list"
		http --urls - --dampen on --state-dir "$state" <"$state/list"
		[[ "$output" = "HTTP CRITICAL - 127.0.0.1: status 404 Not Found; "*" answer well$again|"* ]]
		again=""
	done
	rm "$state/list"
	run ! grep -rqE 'geheim|other' "$state"
}

# --- what is asked for --------------------------------------------------------

@test "status, strings, patterns, size" {
	http -u http://dual.test/missing
	expect 2 "127.0.0.1: status 404 Not Found"
	http -u http://dual.test/missing -e 404 -s "404 Not Found"
	expect 0
	http -u http://dual.test/teapot -e 2xx,418
	expect 0
	http -u http://dual.test/ -e 500-599
	expect 2 "status 200 OK"
	http -u http://dual.test/ -s "status: ok" -r '(?i)<TITLE>' --header-regex '(?m)^Server: nginx'
	expect 0
	http -u http://dual.test/ --no-regex ok
	expect 2 "a match of ok"
	http -u http://dual.test/ --no-header-regex nginx
	expect 2 "a match of nginx"
	http -u http://dual.test/large --size-critical 1000:
	expect 0
	http -u http://dual.test/large --size-critical 2000000:
	expect 3 "size not known beyond --body-max"
	http -u http://dual.test/large --size-critical 2000000: --body-max 4Mi
	expect 0 "size_ipv4_127.0.0.1=3000000B"
}

@test "method, headers, body, agent" {
	echo data >"$DIR/data"
	http -u http://dual.test/who -j OPTIONS -k 'X-Key: 17' -A me -s 'key=17 method=OPTIONS host=dual.test agent=me'
	expect 0
	http -u http://dual.test/who --body "$DIR/data" -s method=POST
	expect 0
	http -u http://dual.test/ -j HEAD
	expect 0 "size_ipv4_127.0.0.1=0B"
	http -u http://dual.test/who -k 'Host: forged.test' -s host=forged.test
	expect 0
	http -u http://dual.test/who -k 'X-Key'
	expect 3 "no colon"
}

@test "a list of URLs, with names, statuses and patterns of their own" {
	printf '%s\n' '# ours' 'http://dual.test/ name=front regex=status: ok' \
		'http://dual.test/missing name=gone status=404' >"$DIR/urls"
	http --urls "$DIR/urls"
	expect 0 "2 URLs: 4 of 4 addresses answer well"
	echo 'http://dual.test/ name=back regex=nothing' >>"$DIR/urls"
	http --urls "$DIR/urls"
	expect 2 "back 127.0.0.1: no match of nothing"
	echo 'ftp://x' >"$DIR/urls"
	http --urls "$DIR/urls"
	expect 3 "line 1"
}

@test "a URL is called by its name, also where it stands alone" {
	echo 'http://dual.test/who?token=canary name=front' >"$DIR/urls"
	http --urls "$DIR/urls" -v
	expect 0 "HTTP OK - front: 2 of 2 addresses answer well"
	[[ "$output" != *canary* ]]
}

@test "URLs that are shown alike have numbers of their own" {
	local format
	http -u http://one:a@dual.test/who -u http://two:b@dual.test/who -u http://dual.test:9/
	expect 2 "http://dual.test:9/ 127.0.0.1: connection refused" \
		"status_http:__dual.test_who_ipv4_127.0.0.1=200" \
		"status_http:__dual.test_who__2__ipv4_127.0.0.1=200"
	http -u http://one:a@dual.test/who -u http://two:b@dual.test/who --format openmetrics
	expect 0 'probe_success{url="http://dual.test/who",family="ipv6",address="::1"} 1' \
		'probe_success{url="http://dual.test/who (2)",family="ipv6",address="::1"} 1'
	http -u http://dual.test/who --resolve 127.0.0.1 --resolve 127.0.0.1
	expect 0 "1 of 1 addresses"
}

@test "limits of the whole and of each phase" {
	http -u http://dual.test/ -w 0.000001 -c 10
	expect 1 "(warning: above"
	http -u https://dual.test/ --tls-critical 0.000001
	expect 2 "tls "
	http -u http://dual.test/ --tls-critical 0.000001
	expect 0
}

# --- redirects and secrets ----------------------------------------------------

@test "redirects are the answer, or are followed" {
	http -u http://dual.test/stay
	expect 0 "status_ipv4_127.0.0.1=302"
	http -u http://dual.test/stay -f any -e 200
	expect 0 "redirects_ipv4_127.0.0.1=1"
	http -u http://dual.test/away -f host
	expect 2 "redirected to another host: other.test"
	http -u http://dual.test/secure -f any -e 200 -v
	expect 0 "1 redirect to https://dual.test/"
	http -u http://dual.test/loop -f any
	expect 2 "more than 5 redirects, after 5 redirects, at http://dual.test/loop"
	http -u http://dual.test/ftp -f any
	expect 2 "bad redirect to ftp://dual.test/x: the URL is not http or https"
	http -u http://dual.test/idn -f any
	expect 2 ", after 1 redirect, at http://m" # the rest is UTF-8 by now
}

@test "a fault behind a redirect says where it is" {
	http -u http://dual.test/lost -f any
	expect 2 "127.0.0.1: status 404 Not Found, after 1 redirect, at http://dual.test/nowhere; "
	http -u http://dual.test/shut -f any
	expect 2 "127.0.0.1: connection refused, after 1 redirect, at http://dual.test:9/x; "
	http -u http://dual.test/expired -f any
	expect 2 "since $(date -u -d '-1 day' +%Y)" ", after 1 redirect, at https://dual.test:1443/; "
}

@test "credentials reach the server that they are for, and no other" {
	echo user:secret >"$DIR/auth"
	echo token >"$DIR/bearer"
	echo 'X-Key: canary' >"$DIR/header"
	chmod 600 "$DIR/auth" "$DIR/bearer" "$DIR/header"
	http -u http://dual.test/who -a "$DIR/auth" -s auth=user
	expect 0
	http -u http://dual.test/who --bearer-file "$DIR/bearer" -s auth=bearer
	expect 0
	http -u http://user:secret@dual.test/who -s auth=user
	expect 0
	http -u http://dual.test/stay -f any -a "$DIR/auth" --header-file "$DIR/header" -s 'auth=user key=canary'
	expect 0
	for path in away port; do
		http -u "http://dual.test/$path" -f any -a "$DIR/auth" --header-file "$DIR/header" -s 'auth=none key= '
		[ $path = port ] || expect 0
		http -u "http://dual.test/$path" -f any -a "$DIR/auth" --header-file "$DIR/header" -s 'auth=none'
		expect 0
		http -u "http://dual.test/$path" -f any --header-file "$DIR/header" -s canary
		expect 2
		http -u "http://user:secret@dual.test/$path" -f any -s auth=none
		expect 0
		http -u "http://dual.test/$path" -f any --bearer-file "$DIR/bearer" -s auth=none
		expect 0
	done
	chmod 644 "$DIR/auth"
	http -u http://dual.test/who -a "$DIR/auth"
	expect 3
}

@test "a password in a URL is never shown" {
	for format in nagios json openmetrics; do
		http -u 'http://user:canary@dual.test/who' -vvv --format $format
		[[ "$output" != *canary* ]]
		http -u 'http://user:canary@half.test:9/' -vvv --format $format
		[[ "$output" != *canary* ]]
	done
	http -u 'http://user:canary@dual.test/ x'
	expect 3
	[[ "$output" != *canary* ]]
}

@test "a long body is sent at once, and when it is allowed where that is asked for" {
	head -c 2000000 /dev/zero >"$DIR/long"
	http -u "http://127.0.0.1:$(cat "$DIR/port.plain")/expectation" --body "$DIR/long" -s 'expects=nothing'
	expect 0
	http -u "http://127.0.0.1:$(cat "$DIR/port.plain")/expectation" --body "$DIR/long" -k 'Expect: 100-continue' \
		-s 'expects=100-continue'
	expect 0
}

# --- certificates -------------------------------------------------------------

@test "a good certificate, and the names of each fault" {
	http -u https://dual.test/ -v
	expect 0 "TLS 1.2, certificate for 89d"
	http -u https://dual.test:1443/
	expect 2 "127.0.0.1: certificate expired (dual.test, since 20"
	http -u https://dual.test:2443/
	expect 2 "certificate not yet valid (dual.test, only from 20"
	http -u https://dual.test:3443/
	expect 2 "certificate for another name (wrong.example)"
	http -u https://other.test/
	expect 2 "certificate for another name (dual.test, *.test; a wildcard is one label, with two behind it)"
	http -u https://dual.test:5443/
	expect 2 "certificate chain incomplete or issuer not trusted (dual.test)"
	http -u https://dual.test:6443/
	expect 2 "certificate self-signed (dual.test)"
}

@test "self-signed is allowed when asked, nothing else with it" {
	http -u https://dual.test:6443/ --verify self-signed
	expect 0
	http -u https://other.test:6443/ --verify self-signed
	expect 2 "certificate for another name (dual.test)"
	http -u https://dual.test:1443/ --verify self-signed
	expect 2 "certificate expired"
	http -u https://dual.test:5443/ --verify self-signed
	expect 2 "chain incomplete"
	for port in 1443 2443 3443 5443 6443; do
		http -u https://dual.test:$port/ --verify none
		expect 0
	done
}

@test "the first certificate of the chain to end is named" {
	http -u https://dual.test:4443/ --certificate-warning 30: --certificate-critical 14:
	expect 1 "127.0.0.1: certificate of Test Middle ends in 20d; ::1: certificate of Test Middle ends in 20d; https:" "certificate_ipv4_127.0.0.1=20;30:;14: "
	http -u https://dual.test:4443/ --certificate-critical 14:
	expect 0
	http -u https://dual.test:1443/ --verify none --certificate-critical 14:
	expect 2 "certificate of dual.test ended"
}

@test "client certificates, TLS floor, SNI, IPv6 literals" {
	http -u https://dual.test:7443/ -J "$DIR/client.pem" -K "$DIR/client.key"
	expect 0
	http -u https://dual.test:7443/
	expect 2 "status 400 Bad Request"
	http -u https://dual.test:7443/ -J "$DIR/missing.pem"
	expect 3 "client certificate is not usable"
	http -u https://dual.test:8443/ --min-tls 1.3
	expect 2 "TLS 1.2, older than TLS 1.3"
	http -u 'http://[::1]/' -u http://127.0.0.1/
	expect 0 "2 of 2"
	http -u https://dual.test:80/
	expect 2 "127.0.0.1: TLS handshake failed: wrong version number; "
}

# trusting DIRECTORY ARGS...: with this one as the system's own.
trusting() {
	# shellcheck disable=SC2016 # expanded by the shell that is started
	run ip netns exec "$NSF" unshare -m sh -c 'mount --bind "$0" /etc/ssl/certs && exec "$@"' \
		"$1" "$BIN/check_http_dual" -u https://dual.test/ "${@:2}"
	echo "$output"
}

@test "the CA certificates of the system, hashed or not, and none" {
	mkdir -p "$DIR/hashed" "$DIR/bundle" "$DIR/empty"
	cp "$DIR/root.pem" "$DIR/hashed/$(openssl x509 -in "$DIR/root.pem" -noout -hash).0"
	cp "$DIR/root.pem" "$DIR/bundle/ca-certificates.crt"
	chmod -R a+rX "$DIR/hashed" "$DIR/bundle" "$DIR/empty"
	trusting "$DIR/hashed"
	expect 0
	trusting "$DIR/bundle"
	expect 0
	trusting "$DIR/empty"
	expect 3 "127.0.0.1: the CA certificates cannot be read; "
	trusting "$DIR/empty" --ca-dir "$DIR/hashed"
	expect 0
	trusting "$DIR/hashed" --ca-dir "$DIR/bundle"
	expect 3 "UNKNOWN - $DIR/bundle: no certificates under their hashes are there"
	trusting "$DIR/hashed" --ca-dir "$DIR/nothing"
	expect 3 "UNKNOWN - $DIR/nothing: no certificates under their hashes are there"
	http -u https://dual.test/ --ca-file "$DIR/nothing"
	expect 3 "127.0.0.1: the CA certificates cannot be read: $DIR/nothing; "
}

@test "which file of a client certificate is not usable" {
	http -u https://dual.test:7443/ -J "$DIR/client.pem"
	expect 3 "the key of the client certificate is not usable: $DIR/client.pem; "
	http -u https://dual.test:7443/ -J "$DIR/client.pem" -K "$DIR/good.key"
	expect 3 "the key of the client certificate is not usable: $DIR/good.key; "
	http -u https://dual.test:7443/ -J "$DIR/nothing" -K "$DIR/client.key"
	expect 3 "the client certificate is not usable: $DIR/nothing; "
}

@test "options that would be left out in silence are refused" {
	echo user:secret >"$DIR/auth"
	chmod 600 "$DIR/auth"
	http -u https://dual.test/ -K "$DIR/client.key"
	expect 3 "need --client-cert"
	http -u https://dual.test/ --key-pass-file "$DIR/auth"
	expect 3 "need --client-cert"
	http -u https://dual.test/ --proxy-auth-file "$DIR/auth"
	expect 3 "--proxy-auth-file needs --proxy"
	for option in "--addresses happy-eyeballs" "--family both" "--compare body"; do
		# shellcheck disable=SC2086 # words
		http -u http://dual.test/ --proxy http://127.0.0.1:9 $option
		expect 3 "with --proxy there is one request"
	done
	http -u http://dual.test/ -4 --family ipv6
	expect 3 "-4 contradicts --family ipv6"
	# Without a body, what must not be in it is never there.
	for option in "-s ok" "-r ok" "--no-regex ok" "--size-warning 1:" "--compare body"; do
		# shellcheck disable=SC2086 # words
		http -u http://dual.test/ -j HEAD $option
		expect 3 "--method=HEAD brings no body"
	done
	http -u http://dual.test/ -j HEAD --compare status --header-regex nginx
	expect 0
}

@test "secrets that would not be sent as they were meant are refused" {
	local name
	(
		umask 077
		printf 'token\nX-Key: planted\n' >"$DIR/two"
		printf 'token\r\n' >"$DIR/dos"
		echo user:secret >"$DIR/auth"
		echo canary >"$DIR/word"
	)
	for name in two dos; do
		http -u http://dual.test/who --bearer-file "$DIR/$name"
		expect 3 "--bearer-file holds one line"
		http -u http://dual.test/who -a "$DIR/$name"
		expect 3 "hold one line"
	done
	http -u http://dual.test/who -a "$DIR/word"
	expect 3 "--auth-file holds USER:PASSWORD, with a colon"
	http -u http://user:canary@dual.test/who --bearer-file "$DIR/word"
	expect 3 "a user in a URL and --bearer-file are alternatives"
	[[ "$output" != *canary* ]]
	http -u http://user:secret@dual.test/who -u http://dual.test/who -a "$DIR/auth" -s auth=user
	expect 0
}

@test "a timeout that waiting made is no verdict" {
	local port
	port=$(cat "$DIR/port.plain")
	http -u "http://127.0.0.1:$port/silence" -u "http://127.0.0.1:$port/silence?b" --parallel 1 \
		--probe-timeout 2 -t 4
	expect 2 "silence 127.0.0.1: timeout after 2" \
		"silence?b 127.0.0.1: timeout after " "no more was left for its turn; "
	http -u "http://127.0.0.1:$port/silence" -u "http://127.0.0.1:$port/silence?b" --parallel 1 \
		--probe-timeout 2 -t 10
	expect 2 "silence 127.0.0.1: timeout after 2" "silence?b 127.0.0.1: timeout after 2"
	[[ "$output" != *"no more was left"* ]]
}

# stalled WHEN SECONDS TIMEOUT: prints what the check says, on one line; see
# tests/tools/http_stall.py
stalled() {
	within python3 tests/tools/http_stall.py "$1" "$2" \
		"$BIN/check_http_dual" --probe-timeout "$3" -t 60 2>&1 | cut -d '|' -f 1
}

@test "this machine stands still, and the server is not blamed for it" {
	local when
	for when in before behind; do
		stalled "$when" 4.5 4 >"$DIR/stalled.$when" &
	done
	stalled never 1.5 1 >"$DIR/stalled.never"
	wait
	tail "$DIR"/stalled.*
	grep 'OK - .*: 1 of 1 addresses answer well' "$DIR/stalled.before"
	grep 'OK - .*: 1 of 1 addresses answer well' "$DIR/stalled.behind"
	grep 'CRITICAL - 127.0.0.1: timeout after .* of the response, while this machine stood still for ' \
		"$DIR/stalled.never"
	[[ $(<"$DIR/stalled.never") =~ 'timeout after '([2-9]|[1-9][0-9])[.0-9]*' s ' ]]
}

@test "OpenMetrics with blackbox_exporter's names" {
	http -u https://dual.test/ --format openmetrics
	expect 0 'probe_success{url="https://dual.test/",family="ipv6",address="::1"} 1' \
		'phase="processing"}' 'probe_ssl_earliest_cert_expiry{' \
		'probe_tls_version_info{url="https://dual.test/",family="ipv4",address="127.0.0.1",version="TLS 1.2"} 1'
	python3 tests/tools/openmetrics_reader.py <<<"$output" >/dev/null
}

# --- a hostile server ---------------------------------------------------------

# hostile KIND ADDRESS: every case, eight at a time; prints those that are not as
# listed.
hostile() {
	local port name code options text
	port=$(cat "$DIR/port.$1")
	local url=http://dual.test:$port extra=(-I "$2" --ca-file "$DIR/root.pem")
	[ "$1" = plain ] || url=https://dual.test:$port
	set -f
	while IFS=$'\t' read -r name code options text; do
		[ "$options" != - ] || options=
		(
			begun=$(date +%s%N)
			# shellcheck disable=SC2086 # words
			output=$(within "$BIN/check_http_dual" -u "$url/$name" "${extra[@]}" $options 2>&1) && status=0 || status=$?
			took=$((($(date +%s%N) - begun) / 1000000))
			if [ "$status" != "$code" ] || [ $took -gt 30000 ] ||
				[[ "$output" != "HTTP "*" - "*"$text"* ]] ||
				[ "$(wc -l <<<"$output")" != 1 ] ||
				grep -q '[^ -~]' <<<"$output"; then
				echo "$1 $2 $name: $status, not $code, after $took ms: $output"
			fi
		) &
		while [ "$(jobs -rp | wc -l)" -ge 8 ]; do wait -n || true; done
	done < <(python3 tests/tools/http_hostile.py --list)
	wait
}

@test "ninety ways to misbehave, over IPv4" {
	[ "$(python3 tests/tools/http_hostile.py --list | wc -l)" -ge 90 ]
	wrong=$(hostile plain 127.0.0.1)
	echo "$wrong"
	[ -z "$wrong" ]
}

@test "the same over IPv6" {
	wrong=$(hostile plain ::1)
	echo "$wrong"
	[ -z "$wrong" ]
}

@test "the same over TLS" {
	wrong=$(hostile tls 127.0.0.1)
	echo "$wrong"
	[ -z "$wrong" ]
}

@test "the same over TLS and IPv6" {
	wrong=$(hostile tls ::1)
	echo "$wrong"
	[ -z "$wrong" ]
}
