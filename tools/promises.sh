#!/bin/sh
# promises: each test that doc/THREATS.md names is there.  A row names a file in
# backticks, without its ending or with a star for several, and behind it what
# of that file it means.
set -u
cd "$(dirname "$0")/.." || exit 1
doc=doc/THREATS.md
tick='`'

# "ROW:WORD" for each path and each name, in their order.
grep -noE "$tick(tests|src|fuzz)/[^$tick]*$tick|[a-z0-9]+(_[a-z0-9]+){2,}" $doc |
	tr -d "$tick" | {
	row='' files=''
	while IFS=: read -r at word; do
		[ "$at" = "$row" ] || row=$at files=''
		case $word in
		*/*)
			files=$(ls -d $word $word.* 2>/dev/null)
			[ -n "$files" ] || echo "$doc:$at: there is no $word"
			;;
		*)
			[ -n "$files" ] || echo "$doc:$at: in which file is $word?"
			[ -z "$files" ] || grep -qrw "$word" $files ||
				echo "$doc:$at: it is not there: $word"
			;;
		esac
	done
} | { ! grep . >&2; }
