# sotto tell: what it does before it has a line, and every wrong use.
. tests/cli/lib.sh

f=abcdefghijklmnopqrstuvwxyz234567
line=http://127.0.0.1:9#$f # nobody listens on the port of discard

test_is "fresh words are nine, on one line, and others each time"
"$sotto" tell "$line" --new-phrase >"$T/words"
[ "$(wc -l <"$T/words")" = 1 ] || fail "$(wc -l <"$T/words") lines"
[ "$(wc -w <"$T/words")" = 9 ] || fail "$(wc -w <"$T/words") words"
"$sotto" tell "$line" --new-phrase >"$T/words2"
! cmp -s "$T/words" "$T/words2" || fail "the same words twice"

test_is "the help says how to keep the file of the words from others"
"$sotto" tell --help >"$T/help"
grep -q "umask 077; sotto tell ADDRESS --new-phrase > words.txt" "$T/help" || fail "$(cat "$T/help")"

test_is "a misuse is said in one sentence"
refused 2 "address" "$sotto" tell
refused 2 "phrase-file" "$sotto" tell "$line"
refused 2 "exclude" "$sotto" tell "$line" --phrase-file "$T/words" --read --delete
refused 2 "with --read" "$sotto" tell "$line" --phrase-file "$T/words" --json
refused 2 "with --read" "$sotto" tell "$line" --questions --all
refused 2 "with a message" "$sotto" tell "$line" --questions --attach x
refused 2 "with a message" "$sotto" tell "$line" --new-phrase --name X
refused 2 "leave --phrase-file out" "$sotto" tell "$line" --questions --phrase-file "$T/words"
refused 2 "takes no file" "$sotto" tell "$line" --new-phrase --phrase-file "$T/words"
refused 2 "exclude" "$sotto" tell "$line" --questions --read --phrase-file "$T/words"
refused 2 "given twice" "$sotto" tell "$line" --name a --name b --phrase-file "$T/words"
refused 2 "with a message" "$sotto" tell "$line" --phrase-file "$T/words" --read --name X
refused 2 "with a message" "$sotto" tell "$line" --phrase-file "$T/words" --read --answer a=b
refused 2 "no such option" "$sotto" tell "$line" --loud
refused 2 "value of --attach is missing" "$sotto" tell "$line" --attach
refused 2 "one address" "$sotto" tell "$line" "$line" --new-phrase
for a in "" http:// ftp://a "http://a#short" "http://a/b#$f" "http://a b#$f" "http://u@a#$f"; do
	refused 2 "no address" "$sotto" tell "$a" --new-phrase
done

test_is "wrong words are explained"
refused 1 "no such thing" "$sotto" tell "$line" --phrase-file "$T/none" --read
echo "one two three" >"$T/three"
refused 1 "has 3 words" "$sotto" tell "$line" --phrase-file "$T/three" --read
echo "zzzz $(cut -d' ' -f2- "$T/words")" >"$T/zzzz"
refused 1 "Word 1 is not on the list" "$sotto" tell "$line" --phrase-file "$T/zzzz" --read
echo "abandonn $(cut -d' ' -f2- "$T/words")" >"$T/near"
refused 1 "abandon" "$sotto" tell "$line" --phrase-file "$T/near" --read
# Two words change places: eight bits of check find it but once in 256 times.
found=0
for i in 1 2 3 4; do
	"$sotto" tell "$line" --new-phrase | awk '{ t = $1; $1 = $2; $2 = t; print }' >"$T/swapped"
	"$sotto" tell "$line" --phrase-file "$T/swapped" --read 2>"$T/err" && fail "it read"
	! grep -q "do not belong together" "$T/err" || found=1
done
[ $found = 1 ] || fail "swapped words were taken four times"

test_is "a line that does not answer is said so, and nothing was asked of it by name"
refused 1 "cannot be reached" "$sotto" tell "$line" --phrase-file "$T/words" --read
refused 1 "cannot be reached" "$sotto" tell "$line" --phrase-file "$T/words" --delete
refused 1 "cannot be reached" "$sotto" tell "$line" --questions
refused 1 "no address|cannot be reached" "$sotto" tell "$line" --phrase-file "$T/words" --read --socks nonsense

test_is "an address without fingerprint is trusted aloud"
! "$sotto" tell http://127.0.0.1:9 --phrase-file "$T/words" --read 2>"$T/err" || fail "it read"
grep -q "trusting" "$T/err" || fail "it said: $(cat "$T/err")"

test_is "a way without Tor is said aloud"
! "$sotto" tell "http://192.0.2.1:9#$f" --phrase-file "$T/words" --read --socks 127.0.0.1:9 2>"$T/err" || fail "it read"
! grep -q "without Tor" "$T/err" || fail "it said so with Tor"
test_end
