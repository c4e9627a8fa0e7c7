# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# http_lab: what the tests of check_http_dual share; they source it.  A file has
# a scratch directory $DIR and a network namespace $NSF, and names in $PIDS the
# processes that it started.

# lab_begin NAME TOOL...: false when something is missing.
lab_begin() {
	local tool
	[ "$(id -u)" = 0 ] || return 1
	export DIR=$BATS_FILE_TMPDIR NSF=rv$1$BATS_ROOT_PID PIDS=$BATS_FILE_TMPDIR/pids
	for tool in ip nginx openssl python3 "${@:2}"; do
		command -v "$tool" >/dev/null || return 1
	done
	chmod 755 "$BATS_RUN_TMPDIR" "$DIR"
	: >"$PIDS"
	mkfifo "$DIR/hold"
	sleep 900 >"$DIR/hold" 3>&- &
	echo $! >>"$PIDS"
	ip netns add "$NSF"
	ip -n "$NSF" link set lo up
	mkdir -p "/etc/netns/$NSF"
	export READY=yes PYTHONDONTWRITEBYTECODE=1
}

lab_end() {
	local pid
	[ -n "${READY-}" ] || return 0
	while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$PIDS"
	ip netns del "$NSF" || true
	rm -rf "/etc/netns/$NSF"
}

# in the namespace
within() { ip netns exec "$NSF" "$@"; }

# serve FILE COMMAND...: in the namespace, until the end; its first line in FILE.
# Its standard input ends with the lab.
serve() {
	local file=$1
	shift
	ip netns exec "$NSF" "$@" <"$DIR/hold" >"$file" 2>/dev/null 3>&- &
	echo $! >>"$PIDS"
}

# ready FILE...: waits until each has something in it.
ready() {
	local file
	for file; do
		for _ in $(seq 1200); do
			[ ! -s "$file" ] || continue 2
			sleep 0.05
		done
		echo "not ready: $file" >&2
		return 1
	done
}

# start_nginx: with $DIR/nginx.conf
start_nginx() {
	chmod -R a+rX "$DIR"
	ip netns exec "$NSF" nginx -c "$DIR/nginx.conf" >/dev/null 2>&1 3>&- &
	echo $! >>"$PIDS"
	ready "$DIR/nginx.pid"
}

EC=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)

# sign NAME ISSUER SUBJECT FROM UNTIL [EXTENSION]: NAME.pem and NAME.key
sign() {
	local ca=(-config ca.conf -batch -notext -in "$1.csr" -out "$1.pem"
	    -startdate "$4" -enddate "$5" -cert "$2.pem" -keyfile "$2.key")
	openssl req -new "${EC[@]}" -subj "/CN=$3" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	printf '%s\n' "${6:-subjectAltName=DNS:dual.test,DNS:*.test}" >"$1.ext"
	openssl ca "${ca[@]}" -extfile "$1.ext" 2>/dev/null
}

# self NAME SUBJECT [OPTION...]
self() {
	openssl req -x509 "${EC[@]}" -days 90 -subj "/CN=$2" "${@:3}" \
		-keyout "$1.key" -out "$1.pem" 2>/dev/null
}

# make_authority: root.pem, in the current directory
make_authority() {
	: >index
	echo 01 >serial
	printf '%s\n' '[ca]' 'default_ca=c' '[c]' 'database=index' 'serial=serial' \
		'new_certs_dir=.' 'default_md=sha256' 'policy=p' \
		'unique_subject=no' '[p]' 'commonName=supplied' >ca.conf
	self root "Test Root"
}

# https "PORT [http2]" CERTIFICATE KEY [MORE]: a server block
https() {
	echo "server { listen $1 ssl; listen [::]:$1 ssl;"
	echo "ssl_certificate $DIR/$2.pem; ssl_certificate_key $DIR/$3.key;"
	echo "root $DIR/www; ${4-} }"
}

# answering ADDRESS PORT: waits until somebody takes connections there
answering() {
	for _ in $(seq 1200); do
		! within bash -c ": </dev/tcp/$1/$2" 2>/dev/null || return 0
		sleep 0.05
	done
	echo "nobody at $1 port $2" >&2
	return 1
}

# start_proxy PORT [LINE]: an HTTP proxy, with these lines in its configuration
start_proxy() {
	local conf=$DIR/proxy.$1
	printf '%s\n' "Port $1" "Listen 127.0.0.1" "Timeout 60" "ConnectPort 443" \
		"ConnectPort 1443" "ConnectPort 9" "LogLevel Connect" "LogFile \"$conf.log\"" "${@:2}" >"$conf"
	ip netns exec "$NSF" tinyproxy -d -c "$conf" >/dev/null 2>&1 3>&- &
	echo $! >>"$PIDS"
	answering 127.0.0.1 "$1"
}

# start_microsocks ADDRESS PORT [OPTION]...: a SOCKS 5 proxy
start_microsocks() {
	serve "$DIR/microsocks.$2" microsocks -i "$1" -p "$2" "${@:3}"
	answering "$1" "$2"
}

# http ARGS...: runs the check; the contract holds whatever happens.
http() {
	run --separate-stderr ip netns exec "$NSF" "$BIN/check_http_dual" \
		--ca-file "$DIR/root.pem" "$@"
	echo "${output:0:600}"
	# shellcheck disable=SC2154 # run sets it
	[ "$status" -le 3 ]
	[ -n "$output" ]
	[ -z "$stderr" ]
	[ "$(grep -c '|' <<<"$output")" -le 1 ] || [[ " $* " = *format* ]]
}

# listed CODE PATTERN ARGS...: runs the check too, beside others; prints what is
# not as it must be.
listed() {
	local output status
	output=$(within "$BIN/check_http_dual" "${@:3}" 2>&1) && status=0 || status=$?
	# shellcheck disable=SC2053 # a pattern
	[ "$status" = "$1" ] && [[ $output = $2 ]] && ! grep -q '[^ -~]' <<<"$output" ||
		echo "${*:3}: $status: $output"
}

# expect CODE PART...
expect() {
	local part
	[ "$status" = "$1" ]
	shift
	for part; do [[ "$output" = *"$part"* ]]; done
}
