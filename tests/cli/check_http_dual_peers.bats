#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The manual's table that translates command lines of check_http and check_curl,
# run: each row of it against the same servers, by them and by us, when all is
# well and when it is not.

bats_require_minimum_version 1.5.0

. "$BATS_TEST_DIRNAME/http_lab.sh"

PLUGINS=/usr/lib/nagios/plugins

setup_file() {
	lab_begin httpc || return 0
	[ -x $PLUGINS/check_curl ] || return 0
	make_namespace
	make_certificates
	make_site
	serve "$DIR/port.plain" python3 tests/tools/http_hostile.py
	start_nginx
	make_secrets
	! command -v tinyproxy >/dev/null || start_proxy 3128 "BasicAuth user secret"
	ready "$DIR/port.plain"
}

teardown_file() { lab_end; }

setup() {
	[ -n "${READY-}" ] || skip "needs root, nginx, openssl and python3"
	[ -x $PLUGINS/check_curl ] || skip "needs monitoring-plugins-standard"
	BIN=${BIN:-build/release}
}

make_namespace() {
	{
		echo "127.0.0.1 web.test other.test many.test"
		echo "::1 web.test"
		echo "127.0.0.2 many.test"
	} >"/etc/netns/$NSF/hosts"
	echo "hosts: files" >"/etc/netns/$NSF/nsswitch.conf"
}

make_certificates() {
	local past later names="subjectAltName=DNS:web.test,IP:127.0.0.1"
	past=$(date -u -d '-10 days' +%Y%m%d%H%M%SZ)
	later=$(date -u -d '+20 days 1 hour' +%Y%m%d%H%M%SZ)
	cd "$DIR" || return 1
	make_authority
	sign good root web.test "$past" "$later" "$names"
	sign expired root web.test "$past" "$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)" "$names"
	sign client root somebody "$past" "$later" "keyUsage=digitalSignature"
	self self web.test -addext "$names"
	cd - >/dev/null || return 1
}

make_site() {
	# shellcheck disable=SC2016 # nginx expands them
	local says='return 200 "host=$http_host method=$request_method agent=$http_user_agent key=$http_x_key type=$content_type auth=$who length=$content_length $server_protocol"'
	mkdir -p "$DIR/www"
	printf 'first line\nsecond line\n' >"$DIR/www/index.html"
	head -c 20000 /dev/zero | tr '\0' x >"$DIR/www/large"
	{
		echo "daemon off; worker_processes 1; pid $DIR/nginx.pid; error_log $DIR/nginx.log;"
		echo "events { worker_connections 512; } http { access_log off;"
		echo "map \$http_authorization \$who { default other; '' none; 'Basic dXNlcjpzZWNyZXQ=' user; }"
		for listen in "80" "81" "443 ssl" "1443 ssl" "2443 ssl"; do
			local certificate=good
			[ "$listen" != "1443 ssl" ] || certificate=expired
			[ "$listen" != "2443 ssl" ] || certificate=self
			echo "server { listen $listen; listen [::]:$listen; root $DIR/www; gzip on; gzip_types text/html;"
			echo "  server_name web.test 127.0.0.1;"
			[ "${listen%ssl}" = "$listen" ] ||
				echo "  ssl_certificate $DIR/$certificate.pem; ssl_certificate_key $DIR/$certificate.key;"
			echo "  location /say { $says; }"
			echo "  location /none { return 404; } location /fail { return 503; }"
			echo "  location /stay { return 302 /say; } location /gone { return 302 /none; }"
			echo "  location /away { return 302 http://other.test:81/say; }"
			echo "  location /loop { return 302 /loop; }"
			echo "  location /private { if (\$who != user) { return 401; } $says; } }"
		done
		https 7443 good good "ssl_client_certificate $DIR/root.pem; ssl_verify_client on;"
		https 8443 good good "ssl_protocols TLSv1.2;"
		https 9443 good good "ssl_protocols TLSv1.3;"
		https "444 http2" good good
		echo "}"
	} | sed 's/listen \(\S*\) http2 ssl/listen \1 ssl http2/g' >"$DIR/nginx.conf"
	echo data=1 >"$DIR/data"
}

make_secrets() {
	(umask 077 && echo user:secret >"$DIR/auth" && echo user:wrong >"$DIR/wrong")
}

# Rows: the manual's left cell, their arguments, ours, and the exit states of
# check_http, check_curl ("-": it does not know that option) and ours.
rows() {
	sed 's/^	*//' <<-'END'
	-H NAME -u PATH | -H web.test -u /say | -u http://web.test/say | 0 0 0
	-H NAME -u PATH | -H web.test -u /none | -u http://web.test/none | 1 1 2
	-H NAME -u PATH | -H web.test -u /fail | -u http://web.test/fail | 2 2 2
	-H NAME -u PATH | -H web.test -p 9 | -u http://web.test:9/ | 2 2 2
	-H NAME -I ADDRESS | -H web.test -I 127.0.0.1 -u /say -s host=web.test | -u http://web.test/say -I 127.0.0.1 -s host=web.test | 0 0 0
	-H NAME -I ADDRESS | -H web.test -I 127.0.0.9 -p 9 | -u http://web.test:9/ -I 127.0.0.9 | 2 2 2
	-H NAME:PORT -p PORT | -H web.test:81 -p 81 -u /say -s host=web.test:81 | -u http://web.test:81/say -s host=web.test:81 | 0 0 0
	-H NAME:PORT -p PORT | -H web.test:9 -p 9 | -u http://web.test:9/ | 2 2 2
	-I NAME | -I many.test | -u http://many.test/ | 0 0 0
	-I NAME | -I nowhere.test | -u http://nowhere.test/ | 2 2 2
	-p PORT | -H web.test -p 81 | -u http://web.test:81/ | 0 0 0
	-p PORT | -H web.test -p 9 | -u http://web.test:9/ | 2 2 2
	-4, -6 | -4 -H web.test | -4 -u http://web.test/ | 0 0 0
	-4, -6 | -6 -H web.test | -6 -u http://web.test/ | 0 0 0
	-4, -6 | -6 -H other.test | -6 -u http://other.test/ | 2 2 2
	-S, --ssl, --sni | -S --sni -H web.test | -u https://web.test/ --ca-file $DIR/root.pem | 0 0 0
	-S, --ssl, --sni | -S --sni -H web.test -p 2443 | -u https://web.test:2443/ | 0 0 2
	-S, --ssl, --sni | -S --sni -H web.test -p 81 | -u https://web.test:81/ | 2 2 2
	(certificates are not checked) | -S -H web.test -p 2443 | -u https://web.test:2443/ --verify none | 0 0 0
	-S1.2+ | -S1.2+ -H web.test -p 9443 | -u https://web.test:9443/ --verify none --min-tls 1.2 | 0 0 0
	-S1.3+ | -S1.3+ -H web.test -p 8443 | -u https://web.test:8443/ --verify none --min-tls 1.3 | - 2 2
	-S1.3+ | -S1.3+ -H web.test -p 9443 | -u https://web.test:9443/ --verify none --min-tls 1.3 | - 0 0
	-S1.2 | -S1.2 -H web.test -p 8443 | -u https://web.test:8443/ --verify none --min-tls 1.2 | 0 0 0
	-S1.2 | -S1.2 -H web.test -p 9443 | -u https://web.test:9443/ --verify none --min-tls 1.2 | 2 2 0
	-w SECONDS, -c SECONDS | -H web.test -w 9 -c 10 | -u http://web.test/ -w 9 -c 10 | 0 0 0
	-w SECONDS, -c SECONDS | -H web.test -w 0.0000001 | -u http://web.test/ -w 0.0000001 | 1 1 1
	-w SECONDS, -c SECONDS | -H web.test -c 0.0000001 | -u http://web.test/ -c 0.0000001 | 2 2 2
	-t SECONDS | -H web.test -t 9 | -u http://web.test/ -t 9 | 0 0 0
	-t SECONDS | -H 127.0.0.1 -p $port -u /silence -t 1 | -u http://127.0.0.1:$port/silence -t 1 | 2 2 2
	-e 'HTTP/1.1 302' | -H web.test -u /stay -e 'HTTP/1.1 302' | -u http://web.test/stay -e 302 | 0 0 0
	-e 'HTTP/1.1 302' | -H web.test -e 'HTTP/1.1 302' | -u http://web.test/ -e 302 | 2 2 2
	-e 200,404 | -H web.test -u /none -e 200,404 | -u http://web.test/none -e 200,404 | 0 0 0
	-e 200,404 | -H web.test -u /fail -e 200,404 | -u http://web.test/fail -e 200,404 | 2 2 2
	-e HTTP/1 | -H web.test -u /none -e HTTP/1 | -u http://web.test/none -e 100-599 | 0 0 0
	-e HTTP/1 | -H web.test -p 9 -e HTTP/1 | -u http://web.test:9/ -e 100-599 | 2 2 2
	-s TEXT | -H web.test -s 'second line' | -u http://web.test/ -s 'second line' | 0 0 0
	-s TEXT | -H web.test -s third | -u http://web.test/ -s third | 2 2 2
	-r REGEX | -H web.test -r '^second' | -u http://web.test/ -r '(?m)^second' | 0 0 0
	-r REGEX | -H web.test -r 'first.*second' | -u http://web.test/ -r '(?m)first.*second' | 2 2 2
	-R REGEX | -H web.test -R '^SECOND LINE$' | -u http://web.test/ -r '(?im)^SECOND LINE$' | 0 0 0
	-R REGEX | -H web.test -R '^LINE' | -u http://web.test/ -r '(?im)^LINE' | 2 2 2
	-l -r REGEX | -H web.test -l -r 'first.*second' | -u http://web.test/ -r '(?s)first.*second' | 0 0 0
	-l -r REGEX | -H web.test -l -r '^second' | -u http://web.test/ -r '(?s)^second' | 2 2 2
	--invert-regex -r REGEX | -H web.test --invert-regex -r third | -u http://web.test/ --no-regex '(?m)third' | 0 0 0
	--invert-regex -r REGEX | -H web.test --invert-regex -r '^second' | -u http://web.test/ --no-regex '(?m)^second' | 2 2 2
	-d TEXT | -H web.test -d 'Server: nginx' | -u http://web.test/ --header-regex '\QServer: nginx\E' | 0 0 0
	-d TEXT | -H web.test -d 'Server: apache' | -u http://web.test/ --header-regex '\QServer: apache\E' | 2 2 2
	-m MIN:MAX | -H web.test -u /large -m 19000:21000 | -u http://web.test/large --size-warning 19000:21000 | 0 0 0
	-m MIN:MAX | -H web.test -u /large -m 100:1000 | -u http://web.test/large --size-warning 100:1000 | 1 1 1
	-m MIN | -H web.test -u /large -m 19000 | -u http://web.test/large --size-warning 19000: | 0 0 0
	-m MIN | -H web.test -m 1000 | -u http://web.test/ --size-warning 1000: | 1 1 1
	-C DAYS | -H web.test -C 19 | -u https://web.test/ --ca-file $DIR/root.pem --certificate-warning 20: | 0 0 0
	-C DAYS | -H web.test -C 20 | -u https://web.test/ --ca-file $DIR/root.pem --certificate-warning 21: | 1 1 1
	-C DAYS | -H web.test -p 1443 -C 20 | -u https://web.test:1443/ --ca-file $DIR/root.pem --certificate-warning 21: | 2 2 2
	-C WARN,CRIT | -H web.test -C 19,14 | -u https://web.test/ --ca-file $DIR/root.pem --certificate-warning 20: --certificate-critical 15: | 0 0 0
	-C WARN,CRIT | -H web.test -C 30,19 | -u https://web.test/ --ca-file $DIR/root.pem --certificate-warning 31: --certificate-critical 20: | 1 1 1
	-C WARN,CRIT | -H web.test -C 30,20 | -u https://web.test/ --ca-file $DIR/root.pem --certificate-warning 31: --certificate-critical 21: | 2 2 2
	-C (the URL is not checked) | -H web.test -u /none -C 14 | -u https://web.test/none --ca-file $DIR/root.pem --certificate-warning 15: -e 100-599 | 0 0 0
	--continue-after-certificate | -H web.test -u /none -C 14 --continue-after-certificate | -u https://web.test/none --ca-file $DIR/root.pem --certificate-warning 15: | 1 1 2
	--continue-after-certificate | -H web.test -u /say -C 14 --continue-after-certificate | -u https://web.test/say --ca-file $DIR/root.pem --certificate-warning 15: | 0 0 0
	-D, --verify-cert, --ca-cert FILE | -S -H web.test -D --ca-cert $DIR/root.pem | -u https://web.test/ --ca-file $DIR/root.pem | - 0 0
	-D, --verify-cert, --ca-cert FILE | -S -H web.test -p 2443 -D --ca-cert $DIR/root.pem | -u https://web.test:2443/ --ca-file $DIR/root.pem | - 2 2
	-J CERT -K KEY | -S -H web.test -p 7443 -J $DIR/client.pem -K $DIR/client.key | -u https://web.test:7443/ --ca-file $DIR/root.pem -J $DIR/client.pem -K $DIR/client.key | 0 0 0
	-J CERT -K KEY | -S -H web.test -p 7443 | -u https://web.test:7443/ --ca-file $DIR/root.pem | 1 1 2
	-a USER:PASSWORD | -H web.test -u /private -a user:secret | -u http://web.test/private -a $DIR/auth | 0 0 0
	-a USER:PASSWORD | -H web.test -u /private -a user:wrong | -u http://web.test/private -a $DIR/wrong | 1 1 2
	-I PROXY -p PORT -u URL | -I 127.0.0.1 -p 3128 -H web.test -u http://web.test/say -b user:secret | -u http://web.test/say --proxy http://127.0.0.1:3128 --proxy-auth-file $DIR/auth | 0 0 0
	-I PROXY -p PORT -u URL | -I 127.0.0.1 -p 9 -H web.test -u http://web.test/say | -u http://web.test/say --proxy http://127.0.0.1:9 | 2 2 2
	-S -j CONNECT -I PROXY -p PORT -u URL | -S -j CONNECT -I 127.0.0.1 -p 3128 -H web.test:443 -u https://web.test/say -b user:secret | -u https://web.test/say --ca-file $DIR/root.pem --proxy http://127.0.0.1:3128 --proxy-auth-file $DIR/auth | 0 0 0
	-S -j CONNECT -I PROXY -p PORT -u URL | -S -j CONNECT -I 127.0.0.1 -p 9 -H web.test:443 -u https://web.test/say | -u https://web.test/say --proxy http://127.0.0.1:9 | 2 2 2
	-b USER:PASSWORD | -I 127.0.0.1 -p 3128 -H web.test -u http://web.test/say -b user:wrong | -u http://web.test/say --proxy http://127.0.0.1:3128 --proxy-auth-file $DIR/wrong | 1 1 2
	-k FIELD | -H web.test -u /say -k 'X-Key: 17' -s key=17 | -u http://web.test/say -k 'X-Key: 17' -s key=17 | 0 0 0
	-k FIELD | -H web.test -u /say -k 'X-Key: 18' -s key=17 | -u http://web.test/say -k 'X-Key: 18' -s key=17 | 2 2 2
	-A AGENT | -H web.test -u /say -A me -s agent=me | -u http://web.test/say -A me -s agent=me | 0 0 0
	-A AGENT | -H web.test -u /say -A me -s agent=you | -u http://web.test/say -A me -s agent=you | 2 2 2
	-j METHOD | -H web.test -u /say -j OPTIONS -s method=OPTIONS | -u http://web.test/say -j OPTIONS -s method=OPTIONS | 0 0 0
	-j METHOD | -H web.test -j DELETE | -u http://web.test/ -j DELETE | 1 1 2
	-P DATA | -H web.test -u /say -P data=1 -s 'method=POST agent=' | -u http://web.test/say --body $DIR/data -s 'method=POST agent=' | 0 0 0
	-P DATA | -H web.test -P data=1 | -u http://web.test/ --body $DIR/data | 1 1 2
	-T TYPE | -H web.test -u /say -P data=1 -T text/xml -s type=text/xml | -u http://web.test/say --body $DIR/data -k 'Content-Type: text/xml' -s type=text/xml | 0 0 0
	-T TYPE | -H web.test -u /say -P data=1 -s type=text/xml | -u http://web.test/say --body $DIR/data -s type=text/xml | 2 2 2
	-f ok | -H web.test -u /gone -f ok | -u http://web.test/gone | 0 0 0
	-f ok | -H web.test -u /none -f ok | -u http://web.test/none | 1 1 2
	-f follow | -H web.test -u /stay -f follow -s method= | -u http://web.test/stay -f any -s method= | 0 0 0
	-f follow | -H web.test -u /away -f follow -s method= | -u http://web.test/away -4 -f any -s method= | 0 0 0
	-f follow | -H web.test -u /gone -f follow | -u http://web.test/gone -f any | 1 1 2
	-f curl | -H web.test -u /stay -f curl -s method= | -u http://web.test/stay -f any -s method= | - 0 0
	-f curl | -H web.test -u /gone -f curl | -u http://web.test/gone -f any | - 1 2
	-f sticky, -f stickyport | -H web.test -I 127.0.0.1 -u /stay -f stickyport -s method= | -u http://web.test/stay -f host -s method= | 0 0 0
	-f sticky, -f stickyport | -H web.test -I 127.0.0.1 -u /away -f sticky -s host= | -u http://web.test/away -f host -s host= | 0 0 2
	-f critical | -H web.test -u /say -f critical | -u http://web.test/say -e 2xx | 0 0 0
	-f critical | -H web.test -u /stay -f critical | -u http://web.test/stay -e 2xx | 2 2 2
	-f warning | -H web.test -u /stay -f warning | -u http://web.test/stay -e 2xx --all-dead-state warning | 1 1 1
	-f warning | -H web.test -u /fail -f warning | -u http://web.test/fail -e 2xx --all-dead-state warning | 2 2 1
	--max-redirs N | -H web.test -u /stay -f follow --max-redirs 5 | -u http://web.test/stay -f any | 0 0 0
	--max-redirs N | -H web.test -u /loop -f follow --max-redirs 5 | -u http://web.test/loop -f any | 2 2 2
	-N | -H web.test -u /large -N | -u http://web.test/large --body-max 1 | 0 0 0
	-N | -H web.test -u /none -N | -u http://web.test/none --body-max 1 | 1 1 2
	--http-version 1.1, 2.0 | -S -H web.test -p 444 --http-version 2.0 | -u https://web.test:444/ --ca-file $DIR/root.pem --http-version 2 | - 0 0
	--http-version 1.1, 2.0 | -H web.test --http-version 1.1 | -u http://web.test/ --http-version 1.1 | - 0 0
	--enable-automatic-decompression | -H web.test --enable-automatic-decompression -s second | -u http://web.test/ --compressed -s second | - 0 0
	--enable-automatic-decompression | -H web.test --enable-automatic-decompression -s third | -u http://web.test/ --compressed -s third | - 2 2
	-E | -H web.test -E | -u http://web.test/ | 0 0 0
	-B, -L | -H web.test -B -L | -u http://web.test/ | 0 0 0
	END
}

# The exit state of a command line, which runs in the namespace.
state() {
	within "$@" >/dev/null 2>&1 && echo 0 || echo $?
}

@test "the exit states are those of the table" {
	local cell theirs ours states words program wrong='' compared=0 port
	# shellcheck disable=SC2034 # rows name it
	port=$(cat "$DIR/port.plain")
	while IFS='|' read -r cell theirs ours states; do
		[[ $theirs != *3128* ]] || command -v tinyproxy >/dev/null || continue
		read -ra states <<<"$states"
		for program in 0 1 2; do
			[ "${states[program]}" != - ] || continue
			case $program in
			0) eval "words=($PLUGINS/check_http $theirs)" ;;
			1) eval "words=($PLUGINS/check_curl $theirs)" ;;
			2) eval "words=($BIN/check_http_dual $ours)" ;;
			esac
			compared=$((compared + 1))
			got=$(state "${words[@]}")
			[ "$got" = "${states[program]}" ] ||
				wrong+="$cell: $got, not ${states[program]}: ${words[*]}"$'\n'
		done
	done < <(rows)
	echo "$compared runs"
	echo "$wrong"
	[ $compared -ge 250 ]
	[ -z "$wrong" ]
}

# The manual's rows: LEFT-CELL|RIGHT-CELL
manual() {
	sed -n '/^\.It Sy check_http Ta Sy here/,/^\.El/p' man/check_http_dual.8.in |
		sed -n "s/\\\\(dq/\"/g; s/\\\\(aq/'/g; s/\\\\e/\\\\/g; s/^\.It \([^S].*\) Ta /\1|/p"
}

@test "each row of the manual has been run, with the options that it names" {
	local left right word run
	[ "$(manual | wc -l)" -ge 40 ]
	while IFS='|' read -r left right; do
		run=$(rows | awk -F ' [|] ' -v cell="$left" '$1 == cell { print " " $3 " " }')
		[ -n "$run" ] || [[ $right = "(not "* ]] || {
			echo "not run: $left"
			return 1
		}
		while read -r word; do
			[[ $run = *" $word "* ]] || {
				echo "$left: $word is not run"
				return 1
			}
		done < <(grep -oE '(^| )--?[A-Za-z][a-z-]*' <<<"$right")
	done < <(manual)
	while read -r left; do
		manual | grep -qF -e "$left|" || {
			echo "not in the manual: $left"
			return 1
		}
	done < <(rows | awk -F ' [|] ' '{ print $1 }' | sort -u)
}
