# A conversation over some days, with the clock moved: letters and answers, days
# that close, keys that go and keys that come.
. tests/cli/lib.sh
clock() { printf '%016x' "$1" | python3 -c 'import sys
open(sys.argv[1], "r+b").write(bytes.fromhex(sys.stdin.read()))' "$T/clock"; }
head -c 8 /dev/zero >"$T/clock"
export SOTTO_CLOCK="$T/clock"
hour=3600
day=86400
# Midday, so that a slow run does not pass midnight by itself.
base=$(python3 -c 'import time; t = int(time.time()); print((43200 - t) % 86400)')
clock "$base"
echo "correct horse battery staple" >"$T/pw"
"$sotto_sim" init "$T/a" --name "Example Group" --passphrase-file "$T/pw" >"$T/said"
f=$(sed -n 's/^  #//p' "$T/said")
port=$(free_port)
url=http://127.0.0.1:$port
in_background "$sotto_sim" serve "$T/a/line" --listen "127.0.0.1:$port" \
	--listen-desk "127.0.0.1:$((port + 1))" >"$T/serve" 2>&1
until_true 20 grep -q desks "$T/serve"
desk() { "$sotto_sim" desk "$T/a/desk" --passphrase-file "$T/pw" --line "$url" "$@"; }
tell() { "$sotto_sim" tell "$url#$f" --phrase-file "$T/words" "$@"; }
"$sotto_sim" tell "$url#$f" --new-phrase >"$T/words"

test_is "a letter, an answer, a letter: both sides see all of it in order"
echo "The first day." | tell >/dev/null
desk sync >/dev/null
handle=$(desk inbox --json | json 'd[0]["handle"]')
echo "We read you." | desk reply "$handle" >/dev/null
tell --read | grep -q "We read you." || fail "no answer"
echo "And this." | tell >/dev/null
desk sync >/dev/null
[ "$(desk show "$handle" --json | json '[l["text"].strip() for l in d["letters"]]')" = \
	"['The first day.', 'We read you.', 'And this.']" ] || fail "another order"

test_is "the next day goes on, and the day before is read until the line closed it"
clock $((base + day))
echo "The second day." | tell >/dev/null
echo "Day two here." | desk reply "$handle" >/dev/null
desk sync >/dev/null
[ "$(desk show "$handle" --json | json 'len(d["letters"])')" = 5 ] || fail "not five"

test_is "days that are closed and read are finished, and their keys go"
clock $((base + 4 * day))
finished() { [ "$(desk sync --json | json 'd["finished_days"]')" -ge 1 ]; }
until_true 60 finished
desk log | grep -q ' finished ' || fail "no entry"
[ "$(desk show "$handle" --json | json 'len(d["letters"])')" = 5 ] || fail "letters lack"
echo "The fifth day." | tell >/dev/null
desk sync >/dev/null
[ "$(desk show "$handle" --json | json 'len(d["letters"])')" = 6 ] || fail "not six"

test_is "keys are renewed before they run out, and sources seal to them"
clock $((base + 30 * day))
renewed() { desk sync --json >"$T/report" && [ "$(json 'd["renewed"]' <"$T/report")" = True ]; }
until_true 60 renewed
clock $((base + 70 * day))
echo "After seventy days." | tell >/dev/null
desk sync >/dev/null
[ "$(desk show "$handle" --json | json 'd["letters"][-1]["text"].strip()')" = \
	"After seventy days." ] || fail "it did not come"

test_is "a line that nobody gave keys to closes and says so"
clock $((base + 140 * day))
if echo "Too late." | tell >"$T/out" 2>"$T/err"; then fail "it was taken"; fi
[ -s "$T/err" ] || fail "nothing was said"

test_is "a desk that comes back opens it again"
desk sync >/dev/null
echo "Open again." | tell >/dev/null
desk sync >/dev/null
[ "$(desk show "$handle" --json | json 'd["letters"][-1]["text"].strip()')" = \
	"Open again." ] || fail "it did not come"

test_is "what lies on the line's disk says nothing"
# A single word may stand in the settings or in random bytes; two do not.
awk '{ for (i = 1; i < NF; i++) print $i " " $(i + 1) }' "$T/words" >"$T/pairs"
printf '%s\n' "first day" "We read you" "$handle" >>"$T/pairs"
[ "$(wc -l <"$T/pairs")" = 11 ] || fail "the words are not nine"
! grep -rqaiF -f "$T/pairs" "$T/a/line" || fail "something of it lies there"
test_end
