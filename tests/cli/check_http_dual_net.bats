#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_http_dual against what lies between it and a server: resolvers, proxies,
# routers that refuse, link-local addresses, versions of HTTP, OCSP staples.

bats_require_minimum_version 1.5.0

. "$BATS_TEST_DIRNAME/http_lab.sh"

setup_file() {
	lab_begin httpn nft || return 0
	export NSP=${NSF}p DNS="$DIR/dns" PROXY=http://127.0.0.1:3128
	make_namespaces
	make_certificates
	make_site
	start_servers
}

teardown_file() {
	lab_end
	[ -z "${READY-}" ] || ip netns del "$NSP"
}

setup() {
	[ -n "${READY-}" ] || skip "needs root, nginx, openssl, nftables and python3"
	BIN=${BIN:-build/release}
}

# A router behind "wire" that refuses what is sent to its ports.
make_namespaces() {
	ip netns add "$NSP"
	ip -n "$NSP" link set lo up
	ip -n "$NSF" link add wire type veth peer name wire netns "$NSP"
	ip -n "$NSF" link set wire up
	ip -n "$NSP" link set wire up
	ip -n "$NSF" addr add 10.77.0.1/24 dev wire
	ip -n "$NSP" addr add 10.77.0.2/24 dev wire
	ip -n "$NSF" addr add fd00:77::1/64 dev wire nodad
	ip -n "$NSP" addr add fd00:77::2/64 dev wire nodad
	ip -n "$NSF" addr add fe80::77:1/64 dev wire nodad
	ip -n "$NSP" addr add fe80::77:2/64 dev wire nodad
	ip -n "$NSF" addr add fd00:78::1/128 dev lo nodad
	# Errors of the kernel are rationed.
	ip netns exec "$NSP" sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	ip netns exec "$NSP" nft -f - <<-'END'
		table inet refuse { chain input { type filter hook input priority 0;
		meta nfproto ipv4 tcp dport 1 reject with icmp type net-unreachable
		meta nfproto ipv4 tcp dport 2 reject with icmp type host-unreachable
		meta nfproto ipv4 tcp dport 3 reject with icmp type prot-unreachable
		meta nfproto ipv4 tcp dport 4 reject with icmp type port-unreachable
		meta nfproto ipv4 tcp dport 5 reject with icmp type net-prohibited
		meta nfproto ipv4 tcp dport 6 reject with icmp type host-prohibited
		meta nfproto ipv4 tcp dport 7 reject with icmp type admin-prohibited
		meta nfproto ipv6 tcp dport 1 reject with icmpv6 type no-route
		meta nfproto ipv6 tcp dport 2 reject with icmpv6 type addr-unreachable
		meta nfproto ipv6 tcp dport 4 reject with icmpv6 type port-unreachable
		meta nfproto ipv6 tcp dport 7 reject with icmpv6 type admin-prohibited
		tcp dport 8 reject with tcp reset
		tcp dport 9 drop
		}
		}
	END
	echo "127.0.0.1 localhost" >"/etc/netns/$NSF/hosts"
	printf 'nameserver 127.0.0.53\noptions timeout:20 attempts:1\n' >"/etc/netns/$NSF/resolv.conf"
	echo "hosts: files dns" >"/etc/netns/$NSF/nsswitch.conf"
}

# staple NAME INDEX SERIAL SIGNER
staple() {
	openssl ocsp -index "$2" -CA root.pem -issuer root.pem -serial "0x$3" \
		-rsigner "$4.pem" -rkey "$4.key" -ndays 1 -respout "$1.der" >/dev/null 2>&1
	[ -s "$1.der" ]
}

make_certificates() {
	local past later serial
	past=$(date -u -d '-10 days' +%Y%m%d%H%M%SZ)
	later=$(date -u -d '+80 days' +%Y%m%d%H%M%SZ)
	cd "$DIR" || return 1
	make_authority
	# up.test has no address.
	sign good root dual.test "$past" "$later" subjectAltName=DNS:dual.test,DNS:v4.test,DNS:up.test
	sign revoked root dual.test "$past" "$later"
	sign address root "a common name" "$past" "$later" subjectAltName=IP:127.0.0.1,IP:::1
	sign expired root dual.test "$past" "$past"
	sign client root somebody "$past" "$later" "keyUsage=digitalSignature"
	self other "Other Root"
	openssl pkey -in client.key -aes256 -passout 'pass:open sesame' -out locked.key
	openssl ca -config ca.conf -cert root.pem -keyfile root.key -revoke revoked.pem 2>/dev/null
	: >empty
	serial=$(openssl x509 -in good.pem -noout -serial)
	staple good index "${serial#*=}" root
	staple unknown empty "${serial#*=}" root
	staple forged index "${serial#*=}" other
	serial=$(openssl x509 -in revoked.pem -noout -serial)
	staple revoked index "${serial#*=}" root
	staple another index "${serial#*=}" root
	cd - >/dev/null || return 1
}

stapled() { # PORT CERTIFICATE STAPLE
	https "$1" "$2" "$2" "ssl_stapling on; ssl_stapling_file $DIR/$3.der;"
}

make_site() {
	# shellcheck disable=SC2016 # nginx expands them
	local says='return 200 "id=$arg_id; from=$remote_addr; $server_protocol $request_method auth=$http_authorization cookie=$http_cookie key=$http_x_key"'
	local client="ssl_client_certificate $DIR/root.pem; ssl_verify_client on;"
	mkdir -p "$DIR/www"
	echo hello >"$DIR/www/index.html"
	{
		echo "daemon off; worker_processes 1; pid $DIR/nginx.pid; error_log $DIR/nginx.log;"
		echo "events { worker_connections 1024; } http { access_log off;"
		echo "server { listen 80 backlog=1024; listen [::]:80 backlog=1024; root $DIR/www;"
		echo "  location /say { $says; }"
		echo "  location /four { return 302 http://v4.test/say; }"
		echo "  location /secure { return 301 https://dual.test/say; }"
		echo "  location /upgrade { return 301 https://\$host/say; }"
		echo "  location /put { return 307 http://dual.test:81/say; }"
		echo "  location /see { return 303 /put; } }"
		echo "server { listen 81; listen [::]:81; location / { $says; } }"
		echo "server { listen 83 http2; listen [::]:83 http2; location / { $says; } }"
		https 443 good good "location /say { $says; } location /plain { return 302 http://dual.test/; } location /down { return 302 http://dual.test/say; } location /cookie { add_header Set-Cookie planted=1; return 302 /say; }"
		https 1443 expired expired
		https 7443 good good "$client"
		https 4413 address address
		stapled 4401 good good
		stapled 4402 revoked revoked
		stapled 4403 good unknown
		stapled 4404 good forged
		stapled 4405 good another
		# A listener's protocols hold for all that share its address.
		https "444 http2" good good "location / { $says; }"
		echo "}"
	} | sed 's/listen \(\S*\) http2 ssl/listen \1 ssl http2/g' >"$DIR/nginx.conf"
}

# wary PORT OPTION: wants a certificate of ours
wary() {
	serve "$DIR/port.$1" openssl s_server -4 -accept "$1" "$2" -www -CAfile "$DIR/root.pem" \
		-cert "$DIR/good.pem" -key "$DIR/good.key" -Verify 2 -verify_return_error
}

start_servers() {
	wary 4411 -tls1_2
	wary 4412 -tls1_3
	serve "$DIR/port.tls" python3 tests/tools/tls_hostile.py
	serve "$DIR/port.h2" python3 tests/tools/h2_hostile.py
	serve "$DIR/port.digest" python3 tests/tools/http_digest.py
	serve "$DIR/port.proxy" python3 tests/tools/tls_proxy.py "$DIR/good.pem" "$DIR/good.key"
	serve "$DIR/port.socks" python3 tests/tools/socks_proxy.py dual.test=127.0.0.1 v6.test=::1
	serve "$DNS" python3 tests/tools/dnsstub.py 127.0.0.53 \
		dual.test=127.0.0.1,::1 v4.test=127.0.0.1 v6.test=::1 empty.test=none \
		smtp.test=127.0.0.1 \
		"fifty.test=$(seq -s, -f '127.0.0.%g' 25),$(seq -s, -f 'fd00:78::%g' 25)" \
		silent.test=drop half.test=127.0.0.1,drop6 broken.test=servfail no.test=refused
	for n in $(seq 2 25); do ip -n "$NSF" addr add "fd00:78::$n/128" dev lo nodad; done
	ip netns exec "$NSP" python3 -c '
import http.server, socket, sys, threading
class Server(http.server.ThreadingHTTPServer): address_family = socket.AF_INET6
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        body = ("from=%s host=%s" % (self.client_address[0], self.headers["Host"])).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = Server(("::", 80), Handler)
print("ready", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()' <"$DIR/hold" >"$DIR/router" 2>/dev/null 3>&- &
	echo $! >>"$PIDS"
	start_nginx
	ready "$DIR/port.4411" "$DIR/port.4412" "$DIR/port.tls" "$DIR/port.h2" "$DIR/port.digest" "$DIR/port.proxy" "$DIR/port.socks" "$DNS" "$DIR/router"
}

secret() { (umask 077 && printf '%s\n' "$2" >"$DIR/$1"); }

# --- names --------------------------------------------------------------------

@test "what the resolver says of each family" {
	http -u http://dual.test/
	expect 0 "2 of 2"
	grep -q '^dual.test 28' "$DNS"
	http -u http://v4.test/
	expect 0 "1 of 1"
	http -u http://v4.test/ --family both
	expect 1 "no IPv6 address"
	http -u http://v6.test/ --family ipv4
	expect 2 "no IPv4 address"
	http -u http://empty.test/
	expect 2 "empty.test: no address"
	http -u http://nothing.test/
	expect 2 "nothing.test: no such name"
	http -u http://smtp.test/ -u smtp.test
	expect 0 "2 of 2"
}

@test "fifty addresses, 25 of each family" {
	http -u http://fifty.test/ --format openmetrics
	expect 0 "http_addresses_well 50"
	[ "$(grep -c '^probe_success{.*family="ipv6".*} 1$' <<<"$output")" = 25 ]
	http -u http://fifty.test/ --addresses first
	expect 0 "2 of 2"
}

@test "a resolver that is silent, broken or refuses is no verdict, and no hang" {
	local begun=$SECONDS
	http -u http://silent.test/ -t 2
	expect 3 "silent.test: no resolver answered"
	http -u http://half.test/ -t 2
	expect 3 "works over IPv4, IPv6 not known" "1 of 1"
	http -u http://half.test/ -t 2 --family any
	expect 0 "1 of 1"
	[ $((SECONDS - begun)) -lt 20 ]
	http -u http://broken.test/ -t 2
	expect 3 "broken.test: "
	http -u http://no.test/ -t 2
	expect 3 "no.test: "
	http -u http://silent.test/ -I 127.0.0.1 -I ::1
	expect 0 "2 of 2"
}

@test "a family that is forced, and an address of the other" {
	http -u http://127.0.0.1/ -6
	expect 3 "no address of the family that is to be asked"
	http -u http://dual.test/ -I 127.0.0.1 -6
	expect 3 "no address of the family that is to be asked"
	http -u http://127.0.0.1/ --family both
	expect 1 "works over IPv4, no IPv6 address"
	http -u http://v4.test:1/
	[[ "$output" = "HTTP CRITICAL - 127.0.0.1: connection refused; http://v4.test:1/: 0 of 1 addresses"* ]]
}

# --- routers and handshakes ---------------------------------------------------

@test "every kind of unreachable" {
	local port text
	while read -r port text; do
		http -u "http://10.77.0.2:$port/"
		expect 2 "CRITICAL - 10.77.0.2: $text"
	done <<-'END'
		1 network unreachable
		2 host unreachable
		3 protocol unreachable
		4 connection refused
		5 network unreachable
		6 host unreachable
		7 host unreachable
		8 connection refused
	END
	while read -r port text; do
		http -u "http://[fd00:77::2]:$port/"
		expect 2 "CRITICAL - fd00:77::2: $text"
	done <<-'END'
		1 network unreachable
		2 host unreachable
		4 connection refused
		7 connecting is administratively prohibited
		8 connection refused
	END
	http -u http://10.77.0.2:9/ -u 'http://[fd00:77::2]:9/' -t 1
	expect 2 "10.77.0.2: timeout after" "fd00:77::2: timeout after" "while connecting"
}

@test "a blackhole route of this host is no invalid argument" {
	ip -n "$NSF" route add blackhole 10.77.9.0/24
	ip -n "$NSF" -6 route add blackhole fd00:77:9::/48
	http -u http://10.77.9.1/ -u 'http://[fd00:77:9::1]/'
	expect 2 "10.77.9.1: a blackhole route of this host, or a source that does not lead there" \
		"fd00:77:9::1: a blackhole route of this host"
}

@test "a dozen ways to spoil a handshake" {
	local address text urls=()
	while IFS=$'\t' read -r address text; do
		urls+=(-u "https://$address:$(cat "$DIR/port.tls")/")
	done < <(python3 tests/tools/tls_hostile.py --list)
	[ ${#urls[@]} -ge 24 ]
	http "${urls[@]}" -t 3 -v
	expect 2 "0 of $((${#urls[@]} / 2)) addresses answer well"
	while IFS=$'\t' read -r address text; do
		expect 2 "[CRITICAL] $address: "
		grep -F "[CRITICAL] $address: " <<<"$output" | grep -qF "$text"
	done < <(python3 tests/tools/tls_hostile.py --list)
}

@test "a server that does not like our certificate says why" {
	for port in 4411 4412; do
		http -4 -u "https://dual.test:$port/" -J "$DIR/client.pem" -K "$DIR/client.key"
		expect 0
	done
	http -4 -u https://dual.test:4411/
	expect 2 "127.0.0.1: TLS handshake failed: the server says: handshake failure; "
	http -4 -u https://dual.test:4411/ -J "$DIR/other.pem" -K "$DIR/other.key"
	expect 2 "127.0.0.1: TLS handshake failed: the server says: unknown ca; "
	# Its words may be overtaken by a reset, as it leaves our request unread.
	for _ in $(seq 50); do
		http -4 -u https://dual.test:4412/
		expect 2
		[[ "$output" != *"127.0.0.1: TLS failed: the server says: certificate required; "* ]] || return 0
	done
	false
}

@test "the addresses that a certificate is for are named" {
	http -4 -u https://dual.test:4413/
	expect 2 "127.0.0.1: certificate for another name (127.0.0.1, ::1); "
	http -u https://127.0.0.1:4413/ -u 'https://[::1]:4413/'
	expect 0
}

@test "sources and interfaces" {
	http -u http://dual.test/say --source 127.0.0.77 --source fd00:78::1 -r 'from=(127.0.0.77|fd00:78::1);'
	expect 0 "2 of 2"
	http -u http://dual.test/say --source 127.0.0.77 -s 'from=127.0.0.77;' --family ipv4
	expect 0
	http -u http://dual.test/say --source 192.0.2.1
	expect 3 "127.0.0.1: the source address 192.0.2.1 is not usable here; "
	http -u http://10.77.0.2/ -u 'http://[fd00:77::2]/' --interface wire -r 'from=(::ffff:10.77.0.1|fd00:77::1) '
	expect 0 "2 of 2"
	http -u http://10.77.0.2/ --interface lo -t 2
	[ "$status" != 0 ]
	http -u http://10.77.0.2/ --interface nosuch0
	expect 3 "the interface nosuch0 is not usable"
}

@test "link-local addresses have a zone" {
	http -u 'http://[fe80::77:2%25wire]/' -s 'host=[fe80::77:2]'
	expect 0 "1 of 1"
	http -u http://dual.test/ -I 'fe80::77:2%wire' -s 'from=fe80::77:1' -s 'host=dual.test'
	expect 0 "1 of 1"
	http -u 'http://[fe80::77:2%25wire]/' --source 'fe80::77:1%wire'
	expect 0 "1 of 1"
	http -u 'http://[fe80::77:2%25wire]:8/'
	expect 2 "fe80::77:2%wire: connection refused"
	http -u 'http://[fe80::77:2%25nosuch0]/'
	expect 3 nosuch0
	http -u http://dual.test/say --source 127.0.0.77 --source fd00:78::1 --addresses happy-eyeballs -s 'from=fd00:78::1;' --no-regex 127
	expect 0 "addresses answer well"
}

# --- proxies ------------------------------------------------------------------

@test "through a proxy: plain, and by CONNECT" {
	command -v tinyproxy >/dev/null || skip "needs tinyproxy"
	start_proxy 3128
	start_proxy 3129 "BasicAuth user secret"
	http -u http://dual.test/say --proxy "$PROXY" -s 'HTTP/1.' -v
	expect 0 "[OK] proxy: 200 OK"
	http -u https://dual.test/say --proxy "$PROXY" -s 'from=' -v
	expect 0 "[OK] proxy: 200 OK" "certificate for"
	http -u https://dual.test:1443/ --proxy "$PROXY"
	expect 2 "proxy: certificate expired"
	http -u http://dual.test/missing --proxy "$PROXY"
	expect 2 "proxy: status 404"
	http -u http://dual.test:9/ --proxy "$PROXY"
	expect 2 "proxy: status 50"
	http -u https://dual.test:9/ --proxy "$PROXY"
	expect 2 "proxy: "
	http -u http://dual.test/say --proxy "$PROXY" --source 127.0.0.77
	expect 0
	within grep -q "127.0.0.77" "$DIR/proxy.3128.log"
	# What the environment says counts neither for nor against it.
	NO_PROXY='*' no_proxy='*' http -u http://silent.test.invalid/ --proxy http://127.0.0.1:1/
	expect 2 "proxy: connection refused"
	http_proxy=http://127.0.0.1:1/ http -u http://dual.test/
	expect 0 "2 of 2"
}

@test "a proxy that wants a password, is not there, or has no name" {
	command -v tinyproxy >/dev/null || skip "needs tinyproxy"
	secret proxyauth user:secret
	secret wrongauth user:canary
	http -u https://dual.test/say --proxy http://127.0.0.1:3129 --proxy-auth-file "$DIR/proxyauth"
	expect 0
	for url in http://dual.test/ https://dual.test/; do
		http -u $url --proxy http://127.0.0.1:3129 --proxy-auth-file "$DIR/wrongauth" -vvv
		expect 2 "proxy: "
		[[ "$output" != *canary* ]]
		http -u $url --proxy http://user:canary@127.0.0.1:3129 -vvv --format json
		expect 2
		[[ "$output" != *canary* ]]
	done
	# Nor when libcurl would show the proxy that it does not like.
	for proxy in ftp://user:canary@p http://user:canary@p:99999 'http://user:canary@[::1' 'http://user:can ary@p'; do
		http -u http://dual.test/ --proxy "$proxy" -vvv
		[ "$status" -ge 2 ]
		[[ "$output" != *canary* && "$output" != *"can ary"* ]]
	done
	http -u http://dual.test/ --proxy http://nothing.test:3128
	expect 2 "the proxy cannot be resolved"
	http -u http://dual.test/ --proxy "$PROXY" -4
	expect 3 "the proxy resolves the name"
}

@test "a proxy that is reached through TLS is not the server" {
	local proxy
	proxy=https://dual.test:$(cat "$DIR/port.proxy")
	http -u https://dual.test/say --proxy "$proxy" -v --certificate-critical 14:
	expect 0 "[OK] proxy: 200 OK" "certificate for 79d"
	http -u https://dual.test:1443/ --proxy "$proxy"
	expect 2 "certificate expired (dual.test"
	http -u http://dual.test/say --proxy "$proxy"
	expect 2 "status 405"
	[[ "$output" != *certificate* ]]
	http -u https://dual.test/say --proxy "${proxy/dual/v4}" --ca-file "$DIR/other.pem"
	expect 2 "certificate of the proxy not accepted"
}

socks() { # SCHEME ADDRESS
	echo "$1://$2:$(cat "$DIR/port.socks")"
}

@test "SOCKS proxies of either family resolve names, log in, go on with TLS" {
	local scheme address
	secret proxyauth user:secret
	secret wrongauth user:canary
	ip -n "$NSF" addr replace fd00:88::1:1/128 dev lo nodad
	for scheme in socks4a socks5h; do
		for address in 127.0.0.1 '[::1]'; do
			# No resolver here knows up.test.
			http -u http://dual.test/say --proxy "$(socks $scheme "$address")" -s 'from=127.0.0.1' -v
			expect 0 "[OK] proxy: 200 OK"
			http -u http://v6.test/say --proxy "$(socks $scheme "$address")" -s 'from=::1'
			expect 0
			http -u https://dual.test/say --proxy "$(socks $scheme "$address")" -v --certificate-critical 14:
			expect 0 "certificate for 79d"
			http -u https://dual.test:1443/ --proxy "$(socks $scheme "$address")"
			expect 2 "proxy: certificate expired"
			http -u http://up.test/ --proxy "$(socks $scheme "$address")"
			expect 2 "says the proxy"
			http -u http://dual.test:9/ --proxy "$(socks $scheme "$address")"
			expect 2 "says the proxy"
		done
	done
	for address in 127.0.1.1 '[fd00:88::1:1]'; do
		http -u http://dual.test/say --proxy "$(socks socks5h "$address")" --proxy-auth-file "$DIR/proxyauth"
		expect 0
		http -u http://dual.test/say --proxy "$(socks socks5h "user:secret@$address")"
		expect 0
		http -u http://dual.test/say --proxy "$(socks socks4a "user@$address")"
		expect 0
		http -u http://dual.test/say --proxy "$(socks socks5h "$address")" --proxy-auth-file "$DIR/wrongauth" -vvv
		expect 2 "the proxy rejects the user or the password"
		[[ "$output" != *canary* ]]
		http -u http://dual.test/say --proxy "$(socks socks5h "user:canary@$address")" -vvv --format json
		expect 2 "the proxy rejects the user or the password"
		[[ "$output" != *canary* ]]
		http -u http://dual.test/say --proxy "$(socks socks5h "$address")"
		expect 2 "the proxy takes no login of ours"
		http -u http://dual.test/say --proxy "$(socks socks4a "$address")"
		expect 2 "the proxy wants another user"
	done
	http -u http://dual.test/ --proxy socks5h://127.0.0.1:9
	expect 2 "proxy: connection refused"
}

@test "socks4 and socks5 resolve the name here" {
	http -u http://dual.test/say --proxy "$(socks socks4 127.0.0.1)" -s 'from=127.0.0.1'
	expect 0
	http -u http://v6.test/say --proxy "$(socks socks5 '[::1]')" -s 'from=::1'
	expect 0
	http -u http://v6.test/say --proxy "$(socks socks4 127.0.0.1)"
	expect 3 "no address here that the proxy takes"
	http -u http://nothing.test/ --proxy "$(socks socks5 127.0.0.1)"
	expect 3 "no address here that the proxy takes"
}

@test "a SOCKS proxy of another make, over either family" {
	command -v microsocks >/dev/null || skip 'needs microsocks'
	local scheme address
	secret proxyauth user:secret
	secret wrongauth user:canary
	start_microsocks 127.0.0.1 1080
	start_microsocks ::1 1080
	start_microsocks 127.0.0.1 1081 -u user -P secret
	start_microsocks ::1 1081 -u user -P secret
	for address in 127.0.0.1 '[::1]'; do
		for scheme in socks5 socks5h; do
			local at=$scheme://$address
			http -u http://v4.test/say --proxy "$at:1080" -s from=127.0.0.1
			expect 0
			http -u http://v6.test/say --proxy "$at:1080" -s from=::1
			expect 0
			http -u http://127.0.0.1/say -u 'http://[::1]/say' --proxy "$at:1080"
			expect 0 "2 URLs: 2 of 2"
			http -u https://dual.test/say --proxy "$at:1080" -s from= -v
			expect 0 "certificate for 79d"
			http -u https://dual.test:1443/say --proxy "$at:1080"
			expect 2 "proxy: certificate expired"
			http -u http://v4.test:9/ --proxy "$at:1080"
			expect 2 "proxy: connection refused, says the proxy"
			http -u http://v4.test/say --proxy "$at:1081" --proxy-auth-file "$DIR/proxyauth"
			expect 0
			http -u http://v4.test/say --proxy "$at:1081" --proxy-auth-file "$DIR/wrongauth" -vvv
			expect 2 "proxy: "
			[[ "$output" != *canary* ]]
			http -u http://v4.test/say --proxy "$at:1081"
			expect 2 "the proxy takes no login of ours"
		done
		# Only one of the two asks the resolver here.
		http -u http://nothing.test/ --proxy "socks5://$address:1080"
		expect 3 "no address here that the proxy takes"
		http -u http://nothing.test/ --proxy "socks5h://$address:1080"
		expect 2 "proxy: the proxy says that it failed"
		http -u http://v4.test/ --proxy "socks4a://$address:1080"
		expect 2 "proxy: "
	done
}

# misbehaving CASE SCHEME TEXT: over both families; prints what is not as listed.
misbehaving() {
	local address
	for address in "127.0.2.$1" "[fd00:88::2:$1]"; do
		listed 2 "HTTP CRITICAL - proxy: *$3*; http*" -u http://dual.test/ -t 3 \
			--proxy "$(socks "$2" "$address")"
	done
}

@test "thirty ways of a SOCKS proxy to misbehave" {
	local number scheme text wrong
	[ "$(python3 tests/tools/socks_proxy.py --list | wc -l)" -ge 30 ]
	wrong=$(while IFS=$'\t' read -r number scheme text; do
		ip -n "$NSF" addr replace "fd00:88::2:$number/128" dev lo nodad
		misbehaving "$number" "$scheme" "$text" &
		while [ "$(jobs -rp | wc -l)" -ge 8 ]; do wait -n || true; done
	done < <(python3 tests/tools/socks_proxy.py --list)
	wait)
	echo "$wrong"
	[ -z "$wrong" ]
}

# --- versions of HTTP ---------------------------------------------------------

@test "HTTP/1.0, 1.1 and 2, and what is not spoken" {
	http -u http://dual.test/say --http-version 1.0 -s 'HTTP/1.0'
	expect 0
	http -u http://dual.test/say --http-version 1.1 -s 'HTTP/1.1'
	expect 0 'http_version_ipv4_127.0.0.1=1.1'
	http -u https://dual.test:444/say -s 'HTTP/2.0' -v
	expect 0 ", HTTP/2, TLS 1." 'http_version_ipv6_0:0:0:0:0:0:0:1=2'
	http -u https://dual.test:444/say --http-version 2 -s 'HTTP/2.0'
	expect 0
	http -u https://dual.test:444/say --http-version 1.1 -s 'HTTP/1.1'
	expect 0
	http -u http://dual.test:83/say --http-version 2-prior -s 'HTTP/2.0'
	expect 0
	http -u https://dual.test/say --http-version 2
	expect 2 "answered in HTTP/1.1, not HTTP/2"
	http -u http://dual.test/say --http-version 2-prior
	expect 2
	http -u http://dual.test:83/say --http-version 1.1
	expect 2
	curl -V | grep -q HTTP3 || {
		http -u https://dual.test/say --http-version 3
		expect 3 "--http-version 3: libcurl" "has no HTTP/3"
	}
}

# A server that goes on in HTTP/2 when it is asked to (RFC 7540 3.2).
upgrader() {
	serve "$DIR/port.upgrade" python3 -c '
import socket, sys, threading
def frame(kind, flags, stream, data=b""):
    return len(data).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + data
def serve():
    while True:
        client, _ = listener.accept()
        request = client.recv(4096)
        if b"Upgrade: h2c" in request:
            client.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
                + frame(4, 0, 0) + frame(1, 4, 1, b"\x88") + frame(0, 1, 1, b"upgraded"))
            client.settimeout(5)
            try:
                while client.recv(4096):
                    pass
            except OSError:
                pass
        client.close()
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
threading.Thread(target=serve, daemon=True).start()
sys.stdin.read()'
	ready "$DIR/port.upgrade"
}

@test "HTTP/2 by an upgrade" {
	upgrader
	http -u "http://v4.test:$(cat "$DIR/port.upgrade")/" --http-version 2 -s upgraded -v
	expect 0 ", HTTP/2"
	http -u http://v4.test/ --http-version 2
	expect 2 "answered in HTTP/1.1, not HTTP/2"
}

@test "HTTP/2 that is refused, reset, broken off, flooded" {
	local address code text wrong port
	port=$(cat "$DIR/port.h2")
	[ "$(python3 tests/tools/h2_hostile.py --list | wc -l)" -ge 15 ]
	wrong=$(while IFS=$'\t' read -r address code text; do
		listed "$code" "HTTP *$text*" -u "http://$address:$port/" --http-version 2-prior -t 8 &
		while [ "$(jobs -rp | wc -l)" -ge 8 ]; do wait -n || true; done
	done < <(python3 tests/tools/h2_hostile.py --list)
	wait)
	echo "$wrong"
	[ -z "$wrong" ]
}

@test "HTTP/2 of another make" {
	command -v nghttpd >/dev/null || skip "needs nghttpd"
	ip netns exec "$NSF" nghttpd -d "$DIR/www" 8443 "$DIR/good.key" "$DIR/good.pem" >/dev/null 2>&1 3>&- &
	echo $! >>"$PIDS"
	ip netns exec "$NSF" nghttpd --no-tls -d "$DIR/www" 8080 >/dev/null 2>&1 3>&- &
	echo $! >>"$PIDS"
	for port in 8443 8080; do
		for _ in $(seq 1200); do
			! within bash -c ": </dev/tcp/127.0.0.1/$port" 2>/dev/null || break
			sleep 0.05
		done
	done
	http -u https://dual.test:8443/index.html -I 127.0.0.1 -s hello -v
	expect 0 ", HTTP/2, "
	http -u http://dual.test:8080/index.html -I 127.0.0.1 --http-version 2-prior -s hello
	expect 0
	http -u https://dual.test:8443/missing -I 127.0.0.1 -s hello
	expect 2 "status 404"
}

# --- who we are, who they are -------------------------------------------------

@test "OCSP staples" {
	http -u https://dual.test:4401/ --format json
	expect 0 '"ocsp_staple":"good"'
	http -u https://dual.test:4402/
	expect 2 "certificate revoked, says its issuer"
	http -u https://dual.test:4403/
	expect 1 "does not know the certificate"
	http -u https://dual.test:4404/
	expect 1 "stale, unreadable or not of the issuer"
	http -u https://dual.test:4405/
	expect 1 "stale, unreadable or not of the issuer"
	http -u https://dual.test:4402/ --verify none
	expect 0
	http -u https://dual.test/ --format json
	[[ "$output" != *ocsp* ]]
}

@test "digest authentication, of either kind" {
	local url
	url=http://dual.test:$(cat "$DIR/port.digest")
	secret auth user:secret
	secret wrong user:canary
	echo data >"$DIR/data"
	http -u "$url/md5" -a "$DIR/auth" --auth digest -s 'welcome user'
	expect 0 "2 of 2"
	http -u "$url/sha256" -a "$DIR/auth" --auth digest -s 'welcome user'
	expect 0
	http -u "$url/md5" -a "$DIR/auth" --auth digest --body "$DIR/data" -s 'welcome user'
	expect 0
	http -u "$url/md5" -a "$DIR/wrong" --auth digest
	expect 2 "status 401"
	http -u "$url/md5" -a "$DIR/auth" -s welcome
	expect 2 "status 401"
	http -u "$url/md5"
	expect 2 "status 401"
	# Not in clear before it was asked how, and none for who is not asked.
	http -u "${url/dual/user:secret@dual}/basic" --auth digest -s 'got .'
	expect 0
	http -u "${url/dual/user:secret@dual}/md5" --auth digest -s welcome
	expect 0
	http -u "${url/dual/user:secret@dual}/basic" -s 'got Basic.'
	expect 0
}

@test "client certificates, with a key under a pass phrase" {
	secret pass "open sesame"
	secret nopass wrong
	http -u https://dual.test:7443/ -J "$DIR/client.pem" -K "$DIR/locked.key" --key-pass-file "$DIR/pass"
	expect 0
	http -u https://dual.test:7443/ -J "$DIR/client.pem" -K "$DIR/locked.key" --key-pass-file "$DIR/nopass"
	expect 3 "client certificate is not usable"
	http -u https://dual.test:7443/ -J "$DIR/other.pem" -K "$DIR/other.key"
	expect 2 "status 400"
}

@test "what a redirect leaves behind" {
	echo data >"$DIR/data"
	: >"$DIR/nothing"
	http -u http://dual.test/put -f any --body "$DIR/data"
	expect 2 "asks for the body to be sent elsewhere"
	http -u http://dual.test/see -f any --body "$DIR/data" -s 'HTTP/1.1 GET'
	expect 0
	http -u http://dual.test/say --body "$DIR/nothing" -s 'HTTP/1.1 POST'
	expect 0
	http -u https://dual.test/plain -f any
	expect 0
	http -u https://dual.test/plain -f any --min-tls 1.2
	expect 2 "answered without TLS"
	http -u https://dual.test/plain -f any --certificate-critical 14:
	expect 2 "answered without TLS"
	http -u http://dual.test/ --certificate-critical 14:
	expect 3 "need an https URL"
	http -u http://dual.test/secure -f any --certificate-critical 14: -e 200
	expect 0
	# A race that goes on elsewhere keeps to the addresses it was given.
	http -u http://nothing.test/secure -f any -e 200 -I 127.0.0.1 -I ::1
	expect 0 "2 of 2"
	http -u http://up.test/upgrade -f any -e 200 -I 127.0.0.1 -I ::1 --addresses happy-eyeballs
	expect 0 "2 of 2"
}

@test "https to http on the same host takes no secret along, and nobody plants a cookie" {
	local secrets
	secret auth user:secret
	secret token canary
	secret header 'X-Key: canary'
	for secrets in "-a $DIR/auth" "--bearer-file $DIR/token" "--header-file $DIR/header"; do
		# shellcheck disable=SC2086 # words
		http -u https://dual.test/down -f any $secrets -k 'Cookie: mine=1' -e 200 -s 'auth= cookie= key='
		expect 0 "2 of 2"
		# shellcheck disable=SC2086 # words
		http -u https://dual.test/say -f any $secrets -k 'Cookie: mine=1' -r 'cookie=mine=1'
		expect 0
	done
	http -u https://user:secret@dual.test/down -f any -e 200 -s 'auth= cookie= key='
	expect 0
	http -u https://dual.test/cookie -f any -e 200 -s 'cookie= '
	expect 0
}

@test "a redirect to a host of the other family only" {
	http -u http://dual.test/four -f any
	expect 1 "::1: no IPv6 address of v4.test is known, after 1 redirect, at http://v4.test/say; "
	http -u http://dual.test/four -f any -4 -e 200
	expect 0
}

@test "what was not read is not known to be absent" {
	head -c 100000 /dev/zero | tr '\0' x >"$DIR/www/long"
	echo ERROR >>"$DIR/www/long"
	http -u http://dual.test/long --no-regex ERROR --body-max 1000
	expect 3 "no match yet of ERROR in the first"
	http -u http://dual.test/long --no-regex ERROR
	expect 2 "a match of ERROR"
	http -u http://dual.test/long --no-regex ERROR -r y --body-max 1000
	expect 2 "no match of y in the first"
	http -u http://dual.test/long --compare body --body-max 1000
	expect 3 "body is the same in the first 1000 B, and not known beyond --body-max"
	http -u http://dual.test/long --compare body
	expect 0
	http -u http://dual.test/long --size-warning 2000: --body-max 1000
	expect 3 "size not known beyond --body-max"
	http -u http://dual.test/long --size-warning 500: --body-max 1000 -v
	expect 0 "more than 1000 B"
	http -u http://dual.test/say --compare etag
	expect 3 "no ETag to compare"
}

@test "two hundred runs at once, each with its own answer" {
	local wrong
	# shellcheck disable=SC2016 # expanded by the shell that is started
	wrong=$(seq 200 | within xargs -P 200 -I {} sh -c '
		output=$("$0" -u "http://dual.test/say?id={}" -s "id={};" --no-regex "id=(?!{};)" -t 60) ||
			echo "{}: $output"' "$BIN/check_http_dual")
	echo "$wrong"
	[ -z "$wrong" ]
}
