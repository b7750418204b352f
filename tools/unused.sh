#!/bin/sh
# unused: fail where a macro is defined, or a function declared in a header, that
# nothing names.  A word in a comment is no use of it, one in a string is; what
# only tests call is used.  (The compiler finds static functions.)
set -u
cd "$(dirname "$0")/.." || exit 1
files=$(find src tests fuzz bench -name '*.[ch]' -not -path '*/node_modules/*' | sort)
{
	ctags -x --language-force=C --kinds-C=fp $(find src -name '*.[ch]' ! -name ban.h) | awk '{ print $1, $2, $4 }'
	echo "behind this: code"
	cat tools/*.awk $files
} | awk '
/^behind this: code$/ { code = 1; next }
!code {
	named[$1]++
	if ($3 ~ /h$/) where[$1] = $3
	next
}
{ words(without_comments($0)) }

# Strings go first: there is one that looks like the beginning of a comment.
function without_comments(line,    at, code, said) {
	gsub(/\047"\047/, "", line)
	while (!comment && match(line, /"([^"\\]|\\.)*"/)) {
		said = said " " substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, 1, RSTART - 1) " " substr(line, RSTART + RLENGTH)
	}
	for (; line != ""; comment = !comment) {
		at = index(line, comment ? "*/" : "/*")
		if (!comment)
			code = code (at ? substr(line, 1, at - 1) : line)
		if (!at) break
		line = substr(line, at + 2)
	}
	return code " " said
}
function words(text,    n, i, list) {
	if (match(text, /^#[ \t]*(define|undef)[ \t]+[A-Za-z_0-9]+/)) {
		n = split(substr(text, 1, RLENGTH), list, /[ \t]+/)
		macro[list[n]] = 1
		text = substr(text, RLENGTH + 1)
	}
	n = split(text, list, /[^A-Za-z_0-9]+/)
	for (i = 1; i <= n; i++) used[list[i]]++
}
END {
	for (m in macro)
		if (!used[m] && !(m in named)) { print "nothing uses the macro " m; bad = 1 }
	for (f in where)
		if (used[f] <= named[f]) { print where[f] ": nothing calls " f; bad = 1 }
	exit bad
}'
