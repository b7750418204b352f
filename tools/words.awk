# words: lang/words/NAME.txt as rows of C, or a refusal.  A list has 2,048
# different words of at most 15 bytes, sorted by bytes, told by their first four
# letters (a shorter word counts with its end).
BEGIN { print "/* made by tools/words.awk */" }
FNR == 1 {
	name = FILENAME; sub(/.*\//, "", name); sub(/\.txt$/, "", name)
	if (count) finish()
	printf "static const char words_%s[WORDS_COUNT][WORDS_WIDTH] = {\n", name
	count = 0; last = ""; split("", four)
}
{
	if ($0 !~ /^[a-z]+$/ && name == "english") fail("no word")
	if (length($0) > 15 || length($0) == 0) fail("too long, or empty")
	if ($0 "" <= last "") fail("not sorted")
	start = substr($0, 1, 4)
	if (start in four) fail("first four letters are not unique")
	four[start] = 1; last = $0; count++
	printf "\t\"%s\",\n", $0
}
function fail(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	bad = 1; exit 1
}
function finish() {
	if (count != 2048) fail("not 2048 words")
	print "};"
}
END { if (bad) exit 1; finish() }
