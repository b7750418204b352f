# The team's questions over some days, with the clock moved: the settings change
# what one asks, and what a source answered stays beside what it was asked.
. tests/cli/lib.sh
clock() { printf '%016x' "$1" | python3 -c 'import sys
open(sys.argv[1], "r+b").write(bytes.fromhex(sys.stdin.read()))' "$T/clock"; }
head -c 8 /dev/zero >"$T/clock"
export SOTTO_CLOCK="$T/clock"
day=86400
# Midday, so that a slow run does not pass midnight by itself.
base=$(python3 -c 'import time; t = int(time.time()); print((43200 - t) % 86400)')
clock "$base"
date_of() { python3 -c 'import sys,time; print(time.strftime("%Y-%m-%d", time.gmtime(time.time() + int(sys.argv[1]))))' "$1"; }
echo "correct horse battery staple" >"$T/pw"
"$sotto_sim" init "$T/a" --name "Example Group" --passphrase-file "$T/pw" >"$T/said"
f=$(sed -n 's/^  #//p' "$T/said")
port=$(free_port)
url=http://127.0.0.1:$port
cp "$T/a/line/settings" "$T/settings"

# serve [QUESTION...]: the line, begun anew with these questions.
serve() {
	if [ -n "${line:-}" ]; then
		kill "$line" && wait "$line" || true
	fi
	{
		cat "$T/settings"
		for q; do echo "question $q"; done
	} >"$T/a/line/settings"
	in_background "$sotto_sim" serve "$T/a/line" --listen "127.0.0.1:$port" \
		--listen-desk "127.0.0.1:$((port + 1))" >"$T/serve" 2>&1
	line=$started
	until_true 20 grep -q desks "$T/serve"
}
desk() { "$sotto_sim" desk "$T/a/desk" --passphrase-file "$T/pw" --line "$url" "$@"; }
tell() { "$sotto_sim" tell "$url#$f" --phrase-file "$T/words" "$@" >/dev/null; }
# Every command of a desk waits for its passphrase, so few are run.
fetch() {
	desk sync >/dev/null
	: "${handle:=$(desk inbox --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["handle"])')}"
	desk show "$handle" --json >"$T/json"
}
# is LETTER EXPRESSION WANTED: of the first question that it answered, q.
is() {
	got=$(python3 -c 'import json,sys
q = json.load(open(sys.argv[1]))["letters"][int(sys.argv[2])]["questions"][0]
print(eval(sys.argv[3]))' "$T/json" "$1" "$2")
	[ "$got" = "$3" ] || fail "letter $1, $2: $got"
}

serve "call choice May we call you? | Yes | No"
"$sotto_sim" tell "$url#$f" --new-phrase >"$T/words"

test_is "a message stands with what its source was asked"
echo "One." | tell --answer call=No
fetch
is 0 'q["text"]' "May we call you?"
is 0 'q["first_seen"]' "$(date_of "$base")"
is 0 '"later_text" in q or q["seen_after"]' False

test_is "another text under the same name changes nothing of it, and is named"
clock $((base + 2 * day))
serve "call choice Shall we leave you alone? | Yes | No"
echo "Two." | tell --answer call=No
fetch
is 0 'q["text"]' "May we call you?"
is 0 'q["later_text"], q["later_first_seen"]' "('Shall we leave you alone?', '$(date_of $((base + 2 * day)))')"
is 1 'q["text"], q["earlier_text"]' "('Shall we leave you alone?', 'May we call you?')"
desk show "$handle" >"$T/shown"
grep -q 'May we call you? \[call\]: No' "$T/shown" || fail "$(cat "$T/shown")"
grep -q "(Another text was first seen here later, on [0-9-]*: Shall we leave you alone?)" "$T/shown" ||
	fail "$(cat "$T/shown")"

test_is "a message of a later day is sure, and a question that goes leaves its text"
clock $((base + 4 * day))
echo "Three." | tell --answer call=Yes
serve
fetch
is 2 'q["text"], "earlier_text" in q, "later_text" in q' "('Shall we leave you alone?', False, False)"
is 0 'q["text"]' "May we call you?"

test_is "a question that this desk never saw stands by its short name, which is said"
serve "other text And else?"
echo "Four." | tell --answer other=Maybe
serve
fetch
is 3 '"text" in q, q["id"]' "(False, 'other')"
desk show "$handle" >"$T/shown"
grep -A 1 ' other: Maybe' "$T/shown" | grep -q 'never seen here' || fail "$(cat "$T/shown")"
test_end
