#!/bin/sh
# Fail if a file is over 600 lines, a function over 60, takes more than five
# things (a pointer and its length are one) or is nested more than three deep.
# clang-format keeps a tab a level, so the depth is where a word stands.  What
# libmicrohttpd calls has the form that it asks for.
files=$(find src tests fuzz bench tools -type f -name '*.*' -not -path '*/node_modules/*' \
	-not -path '*/corpus/*' -not -name '*.png' -not -name "*.html" -not -name package-lock.json)
c=$(find src tests fuzz bench -name '*.[ch]' -not -path '*/node_modules/*')
{
	wc -l $files | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines" }'
	grep -nE '^				+(} )?(else )?(if|for|while|do|switch)([^a-z_]|$)' $c |
		sed "s/^\([^:]*:[0-9]*\):.*/\1: nested more than three deep/"
	ctags -f - --languages=C --fields=+neS --kinds-C=f $c | awk -F'\t' '
	{
		first = last = 0
		split("", arg)
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) first = substr($i, 6)
			if ($i ~ /^end:/) last = substr($i, 5)
			if ($i ~ /^signature:/) n = arguments(substr($i, 12))
		}
		if (last - first >= 60)
			print $2 ":" first ": " $1 " has " last - first + 1 " lines"
		if (n > 5 && $0 !~ /struct MHD_/)
			print $2 ":" first ": " $1 " takes " n " things"
	}
	function arguments(s,    i, c, depth, word, was, n) {
		for (i = 1; i <= length(s); i++) {
			c = substr(s, i, 1)
			if (c == "(") depth++
			if (c == ")") depth--
			if (depth < 0 || (c == "," && depth == 0)) {
				if (!(word ~ /^ *size_t [a-z_0-9]+$/ && was ~ /[*\]]/)) n++
				was = word
				word = ""
			} else
				word = word c
		}
		return n
	}'
} | awk '{ print; bad = 1 } END { exit bad }'
