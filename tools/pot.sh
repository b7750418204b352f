#!/bin/sh
# pot: write lang/sotto.pot, the sentences that translators find.
set -eu
out=${1:-lang/sotto.pot}
xgettext --language=C --from-code=UTF-8 --keyword --keyword=LANG_N:1 \
	--keyword=lang_text:2 --keyword=view_text:5 --keyword=page_sorry:4 \
	--keyword=page_say:2 --keyword=mark:4 \
	--add-comments=translators --omit-header --sort-output --no-location -o "$out" \
	$(find src -name '*.c' | sort)
head=$(mktemp)
cat >"$head" <<'H'
# The sentences of sotto's pages.  {1} and {2} stand for what is put in.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"X-Name: \n"
"X-Dir: ltr\n"

H
cat "$head" "$out" >"$head.new"
cp "$head.new" "$out"
rm -f "$head" "$head.new"
