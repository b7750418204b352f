. tests/cli/lib.sh
# Outcomes, periods and the register, with a clock that moves.
quickly
SOTTO_CLOCK=$T/clock
export SOTTO_CLOCK
days_ahead() { python3 -c 'import sys; open(sys.argv[1],"r+b").write((int(sys.argv[2])*86400).to_bytes(8,"big"))' "$T/clock" "$1"; }
head -c 8 /dev/zero >"$T/clock"
a_team
desk() { "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" "$@"; }
a_line
"$sotto" tell "$url#$f" --new-phrase >"$T/words"
echo Hello | "$sotto" tell "$url#$f" --phrase-file "$T/words" >/dev/null
desk --line "$url#$f" sync >/dev/null
handle=$(desk inbox --json | json 'd[0]["handle"]')

test_is "an outcome has a period, and the team's are chosen from templates"
refused 1 "no outcome" "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" outcome "$handle" won
refused 1 "no template" "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" periods nowhere
desk periods newsroom | grep -q '^\* newsroom' || fail "$(desk periods)"
desk outcome "$handle" irrelevant || fail "outcome"
days_ahead 1
desk sync >"$T/out"
grep -q '^1 conversation will be destroyed in 30 days' "$T/out" || fail "$(cat "$T/out")"

test_is "it is in sight, an admin's hold stops it, and lets it go again"
desk inbox | grep -q 'irrelevant .*destroyed on' || fail "$(desk inbox)"
desk hold "$handle" || fail "hold"
refused 1 "It is held" "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" delete "$handle"
desk show "$handle" | grep -q 'Held by an admin' || fail "$(desk show "$handle")"
desk hold "$handle" --undo || fail "no hold"
desk sync >/dev/null

test_is "on its day it is destroyed, and a line without words stays"
days_ahead 32
desk sync >"$T/out" 2>&1
grep -q 'destroyed: the day had come' "$T/out" || fail "$(cat "$T/out")"
[ "$(desk register --json | json 'd[0]["outcome"], d[0]["letters"], len(d)')" = "('irrelevant', 1, 1)" ] ||
	fail "$(desk register --json)"
desk log | grep -q 'announced that .* is destroyed on' || fail "$(desk log)"
[ "$(desk verify --json | json 'd["whole"], d["lacks"]')" = "(True, 0)" ] || fail "$(desk verify)"
test_end
