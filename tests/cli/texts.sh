. tests/cli/lib.sh

test_is "the sentences for translators are those of the pages"
sh tools/pot.sh "$T/sotto.pot"
same lang/sotto.pot "$T/sotto.pot"

test_is "every test and tool that the documents name is there"
grep -ohE '`(tests|tools|fuzz|bench|examples|src)/[^` ]*`' README.md doc/*.md doc/protocol/*.md | tr -d '`' | sort -u >"$T/named"
while read -r name; do
	ls -d $name* >/dev/null 2>&1 || fail "$name is not there"
done <"$T/named"

test_is "a catalogue becomes a header, and a wrong one is refused"
mkdir "$T/lang" "$T/tools"
awk -f tests/lang/pseudo.awk lang/sotto.pot >"$T/lang/qps.po"
(cd "$T" && sh "$OLDPWD/tools/lang.sh" "$T/out.h")
grep -q 'mo_qps' "$T/out.h" || fail "it is not there"
echo 'msgid "x' >>"$T/lang/qps.po"
rm "$T/out.h"
! (cd "$T" && sh "$OLDPWD/tools/lang.sh" "$T/out.h" 2>/dev/null) || fail "it was taken"
[ ! -e "$T/out.h" ] || fail "something was written"
test_end
