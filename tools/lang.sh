#!/bin/sh
# lang OUT: write the catalogues of lang/*.po as one C header, each a .mo file
# byte for byte.  A catalogue is named by its BCP 47 code; the header field
# "X-Name:" has the language's own name, "X-Dir: rtl" its direction.
set -eu
out=$1
rows=
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
field() { sed -n "s/^\"$1: *\\(.*\\)\\\\n\"\$/\\1/p" "$2" | head -n 1; }
{
	echo '/* Made by tools/lang.sh from lang/. */'
	for po in lang/*.po; do
		[ -e "$po" ] || continue
		code=$(basename "$po" .po)
		id=$(echo "$code" | tr -c 'a-zA-Z0-9\n' _)
		msgfmt --check --endianness=little --no-hash -o "$tmp/mo" "$po"
		echo "static const unsigned char mo_$id[] = {"
		od -An -v -tu1 "$tmp/mo" | sed 's/\([0-9][0-9]*\)/\1,/g'
		echo '};'
		rtl=false
		[ "$(field X-Dir "$po")" = rtl ] && rtl=true
		rows="$rows { \"$code\", \"$(field X-Name "$po")\", $rtl, mo_$id, sizeof mo_$id },"
	done
	echo "#define LANG_COMPILED_IN $rows"
} >"$tmp/h"
cmp -s "$tmp/h" "$out" || cp "$tmp/h" "$out"
touch "$out"
