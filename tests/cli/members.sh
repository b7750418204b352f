. tests/cli/lib.sh
quickly
umask 022
echo "another horse battery staple" >"$T/pw2"
a_team
desk() { "$sotto" desk "$T/$1/desk" --passphrase-file "$T/pw" ${2+"$2"} ${3+"$3"} ${4+"$4"} ${5+"$5"} ${6+"$6"} ${7+"$7"}; }
team() { "$sotto" team "$@" --passphrase-file "$T/pw"; }
asks() { "$sotto" join "$T/$1" --name "$2" --passphrase-file "$T/pw" --json | json 'd["code"]'; }
takes() { "$sotto" join "$T/$1" --welcome "$2" --code "$3" --passphrase-file "$T/pw" ${4+"$4"}; }

test_is "a desk asks to be taken in, and says five words and its file"
"$sotto" join "$T/b" --name "Noční směna" --passphrase-file "$T/pw" >"$T/out"
night=$(sed -n 's/^  \([a-z]* [a-z]* [a-z]* [a-z]* [a-z]*\)$/\1/p' "$T/out")
[ -n "$night" ] && grep -q "^  $T/b/join-request$" "$T/out" || fail "$(cat "$T/out")"
[ -z "$(find "$T/b" -type f ! -perm 600)" ] && [ -z "$(find "$T/b" -type d ! -perm 700)" ] ||
	fail "somebody may read it"
[ "$(ls "$T/b/desk")" = waiting ] || fail "$(ls "$T/b/desk")"
! grep -rq "Noční" "$T/b/desk" || fail "it says who"
refused 1 "waits for its welcome" desk b inbox
refused 1 "waits for its welcome there already" "$sotto" join "$T/b" --name X --passphrase-file "$T/pw2"
refused 1 "Make the folder around it first" "$sotto" join "$T/none/b" --name X --passphrase-file "$T/pw2"
refused 1 "There is a desk already" "$sotto" join "$T/a" --name X --passphrase-file "$T/pw2"

test_is "an admin takes a member in, once the words are the same"
printf 'TEXT\n' >"$T/text"
head -c 1500000 /dev/urandom >"$T/file"
a_line
for i in 1 2; do "$sotto" tell "$url#$f" --new-phrase >"$T/words$i"; done
echo "What the new ones will read." |
	"$sotto" tell "$url#$f" --phrase-file "$T/words1" --attach "$T/file" >/dev/null
desk a --line "$url" sync >/dev/null
handle=$(desk a inbox --json | json 'd[0]["handle"]')
echo "What was answered before." | desk a reply "$handle" >/dev/null
desk a junk "$handle" >/dev/null
desk a junk "$handle" --undo >/dev/null
refused 1 "not its five words" team add "$T/a/desk" "$T/a/team" "$T/b/join-request" --role editor \
	--code "zoo zoo zoo zoo zoo" --to "$T/w"
echo "precious" >"$T/precious"
refused 1 "none/w: .*folder" team add "$T/a/desk" "$T/a/team" "$T/b/join-request" --role editor \
	--code "$night" --to "$T/none/w"
refused 1 "not there yet" team add "$T/a/desk" "$T/a/team" "$T/b/join-request" --role editor \
	--code "$night" --to "$T/precious"
refused 1 "not there yet" desk a request --to "$T/precious"
refused 1 "not there yet" desk a pack --for "$T/b/join-request" --to "$T/precious"
[ "$(cat "$T/precious")" = precious ] || fail "a file of another kind was replaced"
[ ! -e "$T/w" ] && [ "$(team members "$T/a/desk" --json | json 'd["serial"]')" = 1 ] ||
	fail "something was done"
team add "$T/a/desk" "$T/a/team" "$T/b/join-request" --role editor --code "$night" --to "$T/w" >"$T/out"
words=$(sed -n 's/^  \([a-z]* [a-z]* [a-z]* [a-z]* [a-z]*\)$/\1/p' "$T/out")
grep -q "1 conversation\." "$T/out" && [ -n "$words" ] || fail "$(cat "$T/out")"
[ -z "$(find "$T/w" ! -perm 600)" ] || fail "somebody may read it"
team members "$T/a/desk" --json >"$T/json"
python3 - "$T/json" <<'P' || fail "$(cat "$T/json")"
import json, sys
d = json.load(open(sys.argv[1]))
assert d["serial"] == 2 and len(d["doors"]) == 1
a, b = d["members"]
assert b["name"] == "Noční směna" and b["role"] == "editor" and b["doors"] == a["doors"]
assert [x["this"] for x in a["devices"] + b["devices"]] == [True, False]
assert a["devices"][0]["hands-out"] and not b["devices"][0]["hands-out"]
P

test_is "a welcome with other words, cut or altered is kept nothing of"
cp -r "$T/b" "$T/b-before"
refused 1 "not its five words" takes b "$T/w" "zoo zoo zoo zoo zoo"
head -c -1 "$T/w" >"$T/cut"
refused 1 "cut short|altered" takes b "$T/cut" "$words"
head -c 1000 "$T/w" >"$T/cut"
refused 1 "cut short" takes b "$T/cut" "$words"
python3 - "$T/w" "$T/bad" <<'P'
import sys
d = bytearray(open(sys.argv[1], "rb").read())
d[len(d) // 2] ^= 1
open(sys.argv[2], "wb").write(d)
P
refused 1 "altered" takes b "$T/bad" "$words"
refused 1 "no welcome" takes b "$T/pw" "$words"
refused 1 "no such|there is no" takes b "$T/none" "$words"
refused 1 "not the passphrase" "$sotto" join "$T/b" --welcome "$T/w" --code "$words" --passphrase-file "$T/pw2"
diff -r "$T/b-before" "$T/b" || fail "something was kept"

test_is "somebody else's welcome is refused"
front=$(asks c Front)
refused 1 "for another device" takes c "$T/w" "$words"
[ "$(ls "$T/c/desk")" = waiting ] || fail "$(ls "$T/c/desk")"

test_is "with the right words it is a desk that shows all that was"
takes b "$T/w" "$words" >"$T/out"
grep -q "^fingerprint  $f\$" "$T/out" && grep -q "^you are      Noční směna, editor$" "$T/out" ||
	fail "$(cat "$T/out")"
[ ! -e "$T/b/desk/waiting" ] || fail "it waits still"
desk a show "$handle" >"$T/one"
desk b show "$handle" >"$T/two"
same "$T/one" "$T/two"
grep -q "What the new ones will read" "$T/two" && grep -q "What was answered before" "$T/two" ||
	fail "$(cat "$T/two")"
desk b save "$handle" 1 --to "$T/saved" >/dev/null
same "$T/file" "$T/saved/file"
[ "$(desk b inbox --json | json '[c["junk"] for c in d]')" = "[False]" ] || fail "junk"

test_is "the new desk syncs with the line as any other"
desk b sync >/dev/null || fail "it does not"
echo "A second letter." | "$sotto" tell "$url#$f" --phrase-file "$T/words2" >/dev/null
desk b sync >/dev/null
[ "$(desk b inbox --json | json 'len(d)')" = 2 ] || fail "it was not fetched"
desk a sync >/dev/null

test_is "a welcome is taken once"
refused 1 "welcomed already" takes b "$T/w" "$words"
cp "$T/b-before/desk/waiting" "$T/b/desk/waiting" # of a run killed at its very end
refused 1 "welcomed already" takes b "$T/w" "$words"
[ ! -e "$T/b/desk/waiting" ] || fail "the old keys lie about"
cp "$T/b-before/desk/waiting" "$T/b/desk/waiting"
desk b inbox >/dev/null || fail "it does not open"
[ ! -e "$T/b/desk/waiting" ] || fail "the old keys lie about still"

test_is "an interrupted run leaves a desk that waits, and is done again"
team add "$T/a/desk" "$T/a/team" "$T/c/join-request" --role viewer --name "Front desk" --code "$front" \
	--to "$T/wc" --json >"$T/json"
words=$(json 'd["code"]' <"$T/json")
mkdir -p "$T/c/desk/a" "$T/c/desk/p" && echo left >"$T/c/desk/log" && echo x >"$T/c/desk/a/about"
takes c "$T/wc" "$words" --json >"$T/json"
[ "$(json 'd["role"], d["member"], d["conversations"]' <"$T/json")" = "('viewer', 'Front desk', 2)" ] ||
	fail "$(cat "$T/json")"
desk c show "$handle" >/dev/null || fail "it does not open"

test_is "the same request again gives the same device a new welcome"
[ "$(team members "$T/a/desk" --json | json 'd["serial"]')" = 3 ] || fail "serial"
team add "$T/a/desk" "$T/a/team" "$T/c/join-request" --role viewer --code "$front" --to "$T/wc2" >/dev/null
[ "$(team members "$T/a/desk" --json | json 'd["serial"]')" = 3 ] || fail "another roster"

test_is "add, delete, hold and restrict tell the line themselves, and the others hear of it"
tells() {
	"$@" >"$T/out" 2>"$T/err" || fail "$(cat "$T/err")"
	grep -q "^The line has it: the others hear of it when they sync.$" "$T/out" || fail "$(cat "$T/out")"
	[ ! -s "$T/err" ] || fail "$(cat "$T/err")"
	desk b sync >/dev/null
}
b_says() { desk b show "$handle" --json | json "$1"; }
[ "$(team members "$T/b/desk" --json | json 'd["serial"]')" = 2 ] || fail "it knew of Front before"
desk b sync >/dev/null
[ "$(team members "$T/b/desk" --json | json 'd["serial"]')" = 3 ] || fail "add told nobody"
tells desk a delete "$handle"
[ "$(b_says 'd["deletion_asked"]')" = True ] || fail "delete told nobody"
tells desk a delete "$handle" --undo
[ "$(b_says 'd.get("deletion_asked")')" = None ] || fail "delete --undo told nobody"
tells desk a hold "$handle"
[ "$(b_says 'd["hold"]')" = True ] || fail "hold told nobody"
tells desk a hold "$handle" --undo
tells desk a restrict "$handle" --to "first member,Noční směna"
[ "$(b_says 'd["restricted"], len(d["read_by"])')" = "(True, 2)" ] || fail "restrict told nobody"
tells desk a restrict "$handle" --undo
[ "$(b_says 'd["restricted"]')" = False ] || fail "restrict --undo told nobody"

test_is "where the line does not answer they say what to do, and have done it here"
"$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" --line "http://127.0.0.1:9" hold "$handle" \
	>"$T/out" 2>"$T/err" || fail "$(cat "$T/err")"
grep -q "^The others cannot hear of it yet; tell them soon: sotto desk $T/a/desk sync$" "$T/out" ||
	fail "$(cat "$T/out")"
grep -q "line does not answer" "$T/err" || fail "$(cat "$T/err")"
[ "$(desk a show "$handle" --json | json 'd["hold"]')" = True ] || fail "it is not held"
desk a --line "$url" hold "$handle" --undo >/dev/null

test_is "a viewer gives nothing on, and only an admin's desk admits"
third=$(asks d Archive)
refused 1 "viewer's desk gives nothing" desk c pack --for "$T/d/join-request" --to "$T/x"
refused 1 "only an admin's desk" team add "$T/c/desk" "$T/a/team" "$T/d/join-request" --role editor \
	--code "$third" --to "$T/x"
refused 1 "only an admin's desk" team leave "$T/b/desk" "$T/a/team" "Front desk"
[ ! -e "$T/x" ] || fail "something was written"

test_is "another team's key, or a device the roster does not name, is refused"
"$sotto" init "$T/o" --name Other --passphrase-file "$T/pw" >/dev/null
refused 1 "another team" team add "$T/a/desk" "$T/o/team" "$T/d/join-request" --role editor \
	--code "$third" --to "$T/x"
refused 1 "does not name that device" desk a pack --for "$T/d/join-request" --to "$T/x"
refused 1 "join-request" desk a pack --for "$T/pw" --to "$T/x"
refused 1 "role is" team add "$T/a/desk" "$T/a/team" "$T/d/join-request" --role boss --code "$third" --to "$T/x"
refused 1 "called so already" team add "$T/a/desk" "$T/a/team" "$T/d/join-request" --role editor \
	--name "noční směna" --code "$third" --to "$T/x"
refused 1 "no such door" team add "$T/a/desk" "$T/a/team" "$T/d/join-request" --role editor \
	--door Front --code "$third" --to "$T/x"
refused 1 "no such member" team add "$T/a/desk" "$T/a/team" "$T/d/join-request" --member Nobody \
	--code "$third" --to "$T/x"
[ ! -e "$T/x" ] && [ "$(team members "$T/a/desk" --json | json 'd["serial"]')" = 3 ] ||
	fail "something was done"

test_is "who reads at no door is given no conversation, and no key of one"
team add "$T/a/desk" "$T/a/team" "$T/d/join-request" --role editor --door none --code "$third" \
	--to "$T/wd" --json >"$T/json"
[ "$(json 'd["conversations"], d["left-out"], d["parts"]' <"$T/json")" = "(0, 2, 0)" ] ||
	fail "$(cat "$T/json")"
takes d "$T/wd" "$(json 'd["code"]' <"$T/json")" >/dev/null
desk d inbox | grep -q "No messages" || fail "$(desk d inbox)"

test_is "a second device of a member gets everything from the first"
"$sotto" join "$T/e" --name "Night desk's laptop" --passphrase-file "$T/pw2" --json >"$T/json"
laptop=$(json 'd["code"]' <"$T/json")
team add "$T/a/desk" "$T/a/team" "$T/e/join-request" --member "Noční směna" --code "$laptop" --to "$T/we" >/dev/null
[ "$(team members "$T/a/desk" --json | json '[len(m["devices"]) for m in d["members"]]')" = "[1, 2, 1, 1]" ] ||
	fail "$(team members "$T/a/desk")"
desk a pack --for "$T/e/join-request" --to "$T/we" --json >"$T/json"
"$sotto" desk "$T/e/desk" unpack "$T/we" --code "$(json 'd["code"]' <"$T/json")" --passphrase-file "$T/pw2" \
	>"$T/out"
grep -q "^you are      Noční směna, editor$" "$T/out" || fail "$(cat "$T/out")"
"$sotto" desk "$T/e/desk" --passphrase-file "$T/pw2" show "$handle" >"$T/two"
desk a show "$handle" >"$T/one"
same "$T/one" "$T/two"

test_is "a lost laptop is struck off, and its member stays"
lost=$(team members "$T/a/desk" --json | json '[m for m in d["members"] if len(m["devices"]) == 2][0]["devices"][1]["id"]')
refused 1 "no such member" team leave "$T/a/desk" "$T/a/team" "$(echo "$lost" | cut -c 1-7)"
team leave "$T/a/desk" "$T/a/team" "$(echo "$lost" | cut -c 1-8)" >"$T/out"
grep -q "new keys" "$T/out" || fail "$(cat "$T/out")"
[ "$(team members "$T/a/desk" --json | json '[len(m["devices"]) for m in d["members"]]')" = "[1, 1, 1, 1]" ] ||
	fail "$(team members "$T/a/desk")"
refused 1 "struck off once" team add "$T/a/desk" "$T/a/team" "$T/e/join-request" --member "Noční směna" \
	--code "$laptop" --to "$T/x"

test_is "another role and another door are signed too, and nothing is signed twice"
team role "$T/a/desk" "$T/a/team" "Front desk" --role editor >/dev/null
refused 1 "so already" team role "$T/a/desk" "$T/a/team" "Front desk" --role editor
team door "$T/a/desk" "$T/a/team" Archive "Example Group" >/dev/null
refused 1 "so already" team door "$T/a/desk" "$T/a/team" Archive "Example Group"
team door "$T/a/desk" "$T/a/team" Archive "Example Group" --undo | grep -q "new keys" || fail "no new keys"
[ "$(team members "$T/a/desk" --json | json 'd["serial"], d["members"][2]["role"], d["members"][3]["doors"]')" = \
	"(9, 'editor', [])" ] || fail "$(team members "$T/a/desk")"

test_is "who leaves is gone from the roster; the last admin and this desk stay"
team leave "$T/a/desk" "$T/a/team" "Noční směna" >"$T/out"
grep -q "new keys" "$T/out" || fail "$(cat "$T/out")"
[ "$(team members "$T/a/desk" --json | json '[m["name"] for m in d["members"]]')" = \
	"['first member', 'Front desk', 'Archive']" ] || fail "$(team members "$T/a/desk")"
refused 1 "this very desk" team leave "$T/a/desk" "$T/a/team" "first member"
refused 1 "somebody else an admin" team role "$T/a/desk" "$T/a/team" "first member" --role viewer
refused 1 "no such member" team leave "$T/a/desk" "$T/a/team" "Noční směna"
desk a log --json | json '[e["type"] for e in d].count("roster")' | grep -q '^9$' || fail "$(desk a log)"

test_is "the roster says when it must be signed again, and is"
python3 -c 'import sys; sys.stdout.buffer.write((341 * 86400).to_bytes(8, "big"))' >"$T/clock"
kill "$started"
wait "$started" || true
(
	export SOTTO_CLOCK="$T/clock"
	in_background "$sotto" serve "$T/a/line" --listen 127.0.0.1:$((port + 2)) \
		--listen-desk 127.0.0.1:$((port + 3)) >"$T/serve2" 2>&1
	until_true 20 grep -q desks "$T/serve2"
	desk a --line "http://127.0.0.1:$((port + 2))" sync >/dev/null 2>"$T/err" || fail "$(cat "$T/err")"
	grep -q "members holds for 59 more days.*sotto team renew" "$T/err" || fail "$(cat "$T/err")"
	team renew "$T/a/desk" "$T/a/team" >"$T/out"
	grep -q "^Done" "$T/out" || fail "$(cat "$T/out")"
	desk a sync --json | json 'd["roster_days"]' | grep -q '^400$' || fail "it holds no longer"
	kill "$started"
) || exit 1
refused 2 "renew wants" team renew "$T/a/desk"

test_is "misuse is said with status 2"
refused 2 "it wants a folder" "$sotto" join
refused 2 "it wants a folder" "$sotto" join "$T/n"
refused 2 "it wants a folder" "$sotto" join "$T/n" --name A --welcome B
refused 2 "name must" "$sotto" join "$T/n" --name ""
refused 2 "code goes with" "$sotto" join "$T/n" --name A --code x
refused 2 "given twice" "$sotto" join "$T/n" --name A --name B
refused 2 "one folder" "$sotto" join "$T/n" "$T/m" --name A
refused 2 "value of --nam is missing" "$sotto" join "$T/n" --nam
refused 1 "no desk waits" "$sotto" join "$T/n" --welcome "$T/w"
refused 2 "add wants" team add "$T/a/desk" "$T/a/team" "$T/b/join-request"
refused 2 "add wants" team add "$T/a/desk" "$T/a/team" "$T/b/join-request" --to "$T/x"
refused 2 "add wants" team add "$T/a/desk" "$T/a/team" "$T/b/join-request" --to "$T/x" --role editor --member A
refused 2 "role is" team role "$T/a/desk" "$T/a/team" Archive
refused 2 "role is" team role "$T/a/desk" "$T/a/team" Archive --role boss
refused 2 "goes with another" team leave "$T/a/desk" "$T/a/team" Archive --role editor
refused 2 "pack wants" "$sotto" desk "$T/a/desk" pack --to "$T/x"
refused 2 "unpack wants" "$sotto" desk "$T/a/desk" unpack
refused 2 "for goes with" "$sotto" desk "$T/a/desk" inbox --for "$T/x"
refused 2 "code goes with" "$sotto" desk "$T/a/desk" inbox --code x
[ "$("$sotto" join --help | wc -l)" -le 24 ] || fail "the help fills more than a screen"
[ ! -e "$T/n" ] && [ ! -e "$T/x" ] || fail "something was made"
test_end
