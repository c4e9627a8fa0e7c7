# SPDX-License-Identifier: ISC
#
# Which sources cannot be built when the packages in -v missing="a b" are not
# there: those that name one (`pkg-config: a`), those that include the header of
# such a source or the source itself, and so on.  Reads all sources and headers.

function include(quoted) {
	gsub(/^(\.\.\/)+/, "", quoted)
	if (quoted ~ /\.c$/)
		return quoted ~ /^lib\// || quoted ~ /^plugins\// ? quoted : "lib/" quoted
	return "lib/" quoted
}
# A header stands for the source beside it.
function source_of(file) {
	sub(/\.h$/, ".c", file)
	return file
}

BEGIN {
	count = split(missing, names)
	for (i = 1; i <= count; i++)
		absent[names[i]] = 1
}
$1 ~ /^\/?\*$/ && $2 == "pkg-config:" {
	for (i = 3; i <= NF && $i ~ /^[A-Za-z]/; i++)
		if ($i in absent)
			dropped[FILENAME] = 1
}
/^#include "/ {
	edges++
	split($0, parts, "\"")
	from[edges] = FILENAME
	to[edges] = source_of(include(parts[2]))
}
END {
	do {
		before = length(dropped)
		for (i = 1; i <= edges; i++)
			if (to[i] in dropped)
				dropped[source_of(from[i])] = 1
	} while (length(dropped) > before)
	for (file in dropped)
		print file
}
