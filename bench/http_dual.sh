#!/bin/bash
# SPDX-License-Identifier: ISC
#
# One page of 4 KiB from a local nginx, over IPv4, over both families, and with
# TLS: usage: http_dual.sh [ROUNDS].  The floor is libcurl in a program that does
# nothing else.
. "$(dirname "$0")/lib.sh"

if ! have nginx || ! have openssl || ! have valgrind; then
	skip "http_dual: nginx, openssl and valgrind are needed"
	exit 0
fi
OURS=$BIN/check_http_dual
[ -x "$OURS" ] || { skip "http_dual: check_http_dual is not built"; exit 0; }
build httpfloor "$BENCH/httpfloor.c" -lcurl
FLOOR=$WORK/httpfloor
HTTP=$PEERS/check_http
CURL=$PEERS/check_curl
P=28080
S=28443

chmod 755 "$WORK"
head -c 4096 /dev/zero | tr '\0' x >"$WORK/index.html"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 \
    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' \
    -keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
export CA=$WORK/cert.pem
mkdir "$WORK/ca"
cp "$CA" "$WORK/ca/$(openssl x509 -in "$CA" -noout -hash).0"
cat >"$WORK/nginx.conf" <<-END
	daemon off; worker_processes 1; pid $WORK/nginx.pid; error_log $WORK/nginx.log;
	events { worker_connections 256; }
	http { access_log off; server {
		listen 127.0.0.1:$P; listen [::1]:$P;
		listen 127.0.0.1:$S ssl; listen [::1]:$S ssl;
		ssl_certificate $CA; ssl_certificate_key $WORK/key.pem; root $WORK; } }
END
nginx -c "$WORK/nginx.conf" >/dev/null 2>&1 &
at_exit "kill $! 2>/dev/null; wait $! 2>/dev/null"
until [ -s "$WORK/nginx.pid" ]; do sleep 0.1; done

BOTH=(-I 127.0.0.1 -I ::1)
to() { awk -v a="$(ratio "$1")" -v b="$(ratio "$2")" 'BEGIN { printf "%.3f", a / b }'; }

# peer NAME COMMAND...: where it is installed; twice: over both families.
peer() {
	[ -x "$2" ] || { skip "$1 is not installed"; return; }
	"$2" -V >/dev/null 2>&1 || [ $? -le 3 ] || { skip "$1 does not start"; return; }
	commands+=(vs "$@")
}
twice() { # NAME PROGRAM OPTION...
	local name=$1 program=$2
	shift 2
	[ -x "$program" ] || return 0
	commands+=(vs "$name" sh -c "$program $* -I 127.0.0.1; $program $* -I ::1")
}

echo "start, $ROUNDS rounds"
run init "$FLOOR" init vs ours-V "$OURS" -V vs curl-V "$CURL" -V
target "-V, to libcurl started" "$(ratio ours-V)" 1.05
target "-V, to check_curl -V" "$(to ours-V curl-V)" 0.9

echo "http, $ROUNDS rounds"
U4="http://127.0.0.1:$P/" U6="http://[::1]:$P/"
commands=(floor "$FLOOR" plain "$U4"
    vs floor+fork "$FLOOR" fork "$U4"
    vs floor-both "$FLOOR" plain "$U4" "$U6"
    vs ours-4 "$OURS" -u "$U4"
    vs ours-6 "$OURS" -u "$U6"
    vs ours-both "$OURS" -u "http://localhost:$P/" "${BOTH[@]}")
peer check_curl "$CURL" -I 127.0.0.1 -p $P
peer check_http "$HTTP" -I 127.0.0.1 -p $P
twice two_check_curl "$CURL" -p $P
twice two_check_http "$HTTP" -p $P
run "${commands[@]}"
target "http: one, to the floor and one fork" "$(to ours-4 floor+fork)" 1.08
target "http: both, to the floor for one" "$(ratio ours-both)" 1.15
[ ! -x "$CURL" ] || {
	target "http: one, to check_curl" "$(to ours-4 check_curl)" 0.88
	target "http: both, to two check_curl" "$(to ours-both two_check_curl)" 0.45
}
[ ! -x "$HTTP" ] || target "http: both, to two check_http" "$(to ours-both two_check_http)" 1.25
target "http: KiB, both" "$(column ours-both KiB)" 14336

echo "https, $ROUNDS rounds"
U4="https://127.0.0.1:$S/" U6="https://[::1]:$S/"
commands=(floor "$FLOOR" plain "$U4"
    vs floor+fork "$FLOOR" fork "$U4"
    vs floor-both "$FLOOR" plain "$U4" "$U6"
    vs floor-verify "$FLOOR" verify "$U4"
    vs ours-none "$OURS" -u "$U4" --verify none
    vs ours-verify "$OURS" -u "$U4" --ca-dir "$WORK/ca"
    vs ours-both "$OURS" -u "https://localhost:$S/" --ca-dir "$WORK/ca" "${BOTH[@]}")
peer check_curl "$CURL" -S -I 127.0.0.1 -p $S
peer check_http "$HTTP" -S -I 127.0.0.1 -p $S
twice two_check_curl "$CURL" -S -p $S
twice two_check_http "$HTTP" -S -p $S
run "${commands[@]}"
target "https: one, to the floor and one fork" "$(to ours-none floor+fork)" 1.08
target "https: both, verified, to the floor for one" "$(ratio ours-both)" 1.2
target "https: one, verified, to the floor without" "$(ratio ours-verify)" 1.15
[ ! -x "$CURL" ] || target "https: both, to two check_curl" "$(to ours-both two_check_curl)" 0.55
[ ! -x "$HTTP" ] || target "https: both, to two check_http" "$(to ours-both two_check_http)" 0.9
target "https: KiB, both" "$(column ours-both KiB)" 14336

# User instructions, which do not mind what else the machine does.
U4="http://127.0.0.1:$P/" S4="https://127.0.0.1:$S/"
declare -A million
million() { # NAME PROCESSES COMMAND...
	local name=$1
	shift
	million[$name]=$(counted "$@" | awk '{ printf "%.2f", $1 / 1e6 }')
	printf '%-16s %8s million\n' "$name" "${million[$name]}"
}
by() { awk -v a="${million[$1]}" -v b="${million[$2]}" 'BEGIN { printf "%.3f", a / b }'; }
echo "user instructions"
million floor 1 "$FLOOR" plain "$U4"
million ours 2 "$OURS" -u "$U4"
million ours-both 2 "$OURS" -u "http://localhost:$P/" "${BOTH[@]}"
million floor-tls 1 "$FLOOR" plain "$S4"
million floor-verify 1 "$FLOOR" verify "$S4"
million ours-tls 2 "$OURS" -u "$S4" --verify none
million ours-verify 2 "$OURS" -u "$S4" --ca-dir "$WORK/ca"
million ours-tls-both 2 "$OURS" -u "https://localhost:$S/" --ca-dir "$WORK/ca" "${BOTH[@]}"
target "http: one, instructions, to the floor" "$(by ours floor)" 1.08
target "http: both, instructions, to the floor for one" "$(by ours-both floor)" 1.15
target "https: one, instructions, to the floor" "$(by ours-tls floor-tls)" 1.08
target "https: one, verified, instructions, to the floor without" "$(by ours-verify floor-tls)" 1.15
target "https: both, verified, instructions, to the floor for one" "$(by ours-tls-both floor-tls)" 1.2
if [ -x "$CURL" ]; then
	million check_curl 1 "$CURL" -I 127.0.0.1 -p $P
	million check_curl-tls 1 "$CURL" -S -I 127.0.0.1 -p $S
	target "http: one, instructions, to check_curl" "$(by ours check_curl)" 0.88
	halved() { awk -v a="${million[$1]}" -v b="${million[$2]}" 'BEGIN { printf "%.3f", a / b / 2 }'; }
	target "http: both, instructions, to two check_curl" "$(halved ours-both check_curl)" 0.45
	target "https: both, instructions, to two check_curl" "$(halved ours-tls-both check_curl-tls)" 0.55
fi
verdict
