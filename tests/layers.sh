#!/bin/sh
# SPDX-License-Identifier: ISC
#
# layers.sh [ROOT]: does every source keep to its layer?  One line for each
# breach; exit code not 0 when there is one.
#
# A directory is a layer.  Who may include whom stands in the tables below; a
# header that is neither ours nor of the C library or the kernel belongs to a
# third party and may be included by one source of lib/ only, which names its
# package in a `pkg-config:` line.  Where a module has several sources, a header
# that says `private: MODULE` may do so for them: it is for MODULE.c and
# MODULE_*.c beside it, and nobody else.
set -eu
cd "${1:-.}"

# shellcheck disable=SC2016 # the $ are awk's
find lib plugins tools -name '*.[ch]' 2>/dev/null | LC_ALL=C sort | xargs awk '
BEGIN {
	# layer: layers it may include
	may["lib/base"] = "base"
	may["lib/model"] = "base model"
	may["lib/source"] = "base source model"
	may["lib/frame"] = "base model frame"
	may["plugins"] = "base model source frame"
	may["tools"] = "base model source frame"

	# layer: what it may not include although the rule above allows it.  A
	# source has no opinion; what is pure does no input, output or waiting.
	never["lib/source"] = "model/result.h model/limits.h model/range.h " \
	    "model/verdict.h model/dampen.h"
	never["lib/model"] = "stdio.h time.h unistd.h fcntl.h poll.h signal.h " \
	    "sys/socket.h sys/time.h sys/stat.h netdb.h"
	never["lib/frame"] = "netinet/in.h sys/socket.h"
	never["plugins"] = "stdio.h unistd.h signal.h sys/socket.h"

	# layer: what it may not call (a source may end a child that it
	# has forked)
	mute = "printf|puts|putchar|perror|fputs|fprintf|exit|abort|setlocale|" \
	    "getenv"
	quiet = "(" mute "|_exit|signal|sigaction)"
	calls["lib/base"] = "(printf|puts|putchar|perror|exit|_exit|setlocale)"
	calls["lib/model"] = quiet
	calls["lib/source"] = "(" mute ")"
	calls["lib/frame"] = "(printf|puts|perror|setlocale|socket|connect|" \
	    "getaddrinfo|getnameinfo)"
	calls["plugins"] = quiet
	# A child between fork and exec is no part of the program.
	excused["lib/source/command.c"] = "signal|_exit"
	calls["lib/model", 2] = "clock_(monotonic|boottime|wall)_ns|clock_gettime|" \
	    "moment_now"

	ours = "^(base|model|source|frame)/"
	standard = "^(arpa|asm|asm-generic|bits|linux|net|netinet|netpacket|sys)/|" \
	    "^(assert|ctype|dirent|dlfcn|elf|endian|err|errno|fcntl|features|" \
	    "float|fnmatch|getopt|glob|grp|ifaddrs|inttypes|iso646|libgen|" \
	    "limits|link|locale|malloc|math|mntent|netdb|paths|poll|pthread|" \
	    "pwd|regex|resolv|sched|semaphore|setjmp|signal|spawn|stdalign|" \
	    "stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|" \
	    "string|strings|syslog|termios|threads|time|ucontext|unistd|utime|" \
	    "wchar|wctype)\\.h$"
}
function breach(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	found = 1
}
function listed(word, list) {
	return index(" " list " ", " " word " ") > 0
}
function twin(header) {
	sub(/\.h$/, ".c", header)
	return header
}
function third_party(header) {
	if (FILENAME in module && owner[header] == "")
		expected[FILENAME] = header
	else if (FILENAME !~ /^lib\/.*\.c$/)
		breach("<" header "> belongs into one source of lib/")
	else if (owner[header] != "" && owner[header] != FILENAME)
		breach("<" header "> is already included by " owner[header])
	else if (!named_package)
		breach("<" header "> without a pkg-config: line")
	owner[header] = FILENAME
}
FNR == 1 {
	layer = FILENAME
	sub(/\/[^\/]*$/, "", layer)
	named_package = 0
	comment = 0
}
$1 ~ /^\/?\*$/ && $2 == "pkg-config:" {
	named_package = 1
	packaged[FILENAME] = 1
}
$1 ~ /^\/?\*$/ && $2 == "private:" && FILENAME ~ /^lib\/.*\.h$/ {
	module[FILENAME] = layer "/" $3
}
/^#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	target = part[2]
	if (target !~ ours)
		breach("\"" target "\" is not of the form \"layer/module.h\"")
	else if (!listed(substr(target, 1, index(target, "/") - 1), may[layer]))
		breach(layer " may not include " target)
	if (listed(target, never[layer]))
		breach(layer " may not include " target)
	used[++uses] = "lib/" target
	user[uses] = FILENAME
}
/^#[ \t]*include[ \t]*</ {
	split($0, part, "[<>]")
	if (listed(part[2], never[layer]))
		breach(layer " may not include <" part[2] ">")
	if (part[2] !~ standard)
		third_party(part[2])
}
{
	code = $0
	gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
	gsub(/\/\*[^*]*\*\//, "", code)
	if (comment || code ~ /^[ \t]*\/?\*/)
		code = ""
	for (n = 1; n <= 2; n++) {
		pattern = n == 1 ? calls[layer] : calls[layer, 2]
		if (FILENAME in excused)
			gsub("(^|[^a-zA-Z0-9_])(" excused[FILENAME] ")\\(", " (", code)
		if (pattern != "" && code ~ "(^|[^a-zA-Z0-9_])(" pattern ")\\(")
			breach(layer " may not call this: " $0)
	}
	if (layer == "plugins" && code ~ /^static [^(=]*;/)
		breach("a static that can change: " $0)
}
function is_of(file, name) {
	return index(file, name ".") == 1 || index(file, name "_") == 1
}
END {
	for (n = 1; n <= uses; n++)
		if (used[n] in module && !is_of(user[n], module[used[n]])) {
			print user[n] ": " used[n] " is private to " module[used[n]]
			found = 1
		}
	for (file in expected)
		if (!(twin(file) in packaged)) {
			print file ": <" expected[file] "> and no pkg-config: line in " \
			    twin(file)
			found = 1
		}
	exit found
}
'
