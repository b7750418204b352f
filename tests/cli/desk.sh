. tests/cli/lib.sh
quickly
echo "another horse battery staple" >"$T/wrong"
a_team
desk() { "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" "$@"; }

test_is "a fresh desk has nothing and says so"
desk inbox | grep -q "No messages yet" || fail "it does not"
[ "$(desk inbox --json)" = "[]" ] || fail "$(desk inbox --json)"
[ "$(desk log --json)" = "[]" ] || fail "$(desk log --json)"

test_is "wrong passphrase, folder, handle and line: one sentence each"
refused 1 "not this desk's passphrase" "$sotto" desk "$T/a/desk" \
	--passphrase-file "$T/wrong" inbox
refused 1 "no desk in that folder" "$sotto" desk "$T/a/line" \
	--passphrase-file "$T/pw" inbox
exec 9>"$T/a/line/lock" # as a line that runs
flock 9
refused 1 "no desk in that folder" "$sotto" desk "$T/a/line" \
	--passphrase-file "$T/pw" inbox
exec 9>&-
refused 1 "no desk in that folder" "$sotto" desk "$T/none" \
	--passphrase-file "$T/pw" inbox
refused 1 "no conversation with that handle" "$sotto" desk "$T/a/desk" \
	--passphrase-file "$T/pw" show able-able-able
refused 1 "say where the line is" "$sotto" desk "$T/a/desk" \
	--passphrase-file "$T/pw" sync
refused 1 "does not answer" "$sotto" desk "$T/a/desk" \
	--passphrase-file "$T/pw" --line "http://127.0.0.1:1" sync
refused 1 "no address" "$sotto" desk "$T/a/desk" \
	--passphrase-file "$T/pw" --line "127.0.0.1" sync

test_is "misuse is said with status 2"
refused 2 "folder" "$sotto" desk
refused 2 "no such verb" "$sotto" desk "$T/a/desk" fetch
refused 2 "wants one HANDLE" "$sotto" desk "$T/a/desk" show
refused 2 "one word too many" "$sotto" desk "$T/a/desk" save a 1 2
refused 2 "attach" "$sotto" desk "$T/a/desk" --attach x inbox
refused 2 "to DIR" "$sotto" desk "$T/a/desk" save a 1
refused 2 "json" "$sotto" desk "$T/a/desk" --json junk a
refused 2 "option" "$sotto" desk "$T/a/desk" --nothing inbox

test_is "an address is kept, whatever verb it was given with"
"$sotto" init "$T/kept" --name Kept --passphrase-file "$T/pw" >/dev/null 2>&1
refused 1 "Say where the line is" "$sotto" desk "$T/kept/desk" --passphrase-file "$T/pw" sync
refused 1 "no address of a line" "$sotto" desk "$T/kept/desk" --passphrase-file "$T/pw" inbox --line 127.0.0.1
"$sotto" desk "$T/kept/desk" --passphrase-file "$T/pw" inbox --line http://127.0.0.1:1 >/dev/null || fail "inbox"
refused 1 "does not answer" "$sotto" desk "$T/kept/desk" --passphrase-file "$T/pw" sync

test_is "an address with a fingerprint is taken when it is this team's, and only then"
kf=$("$sotto" init "$T/kept2" --name Kept --passphrase-file "$T/pw" 2>/dev/null | sed -n 's/^  #//p')
refused 1 "another team's: this desk's fingerprint is #[a-z2-7]{32}\." "$sotto" desk "$T/kept/desk" \
	--passphrase-file "$T/pw" sync --line "http://127.0.0.1:2#$kf"
for bad in "http://127.0.0.1:2#" "http://127.0.0.1:2#$kf$kf" "http://127.0.0.1:2#${kf%?}1" "#$kf"; do
	refused 1 "no address of a line" "$sotto" desk "$T/kept/desk" --passphrase-file "$T/pw" inbox --line "$bad"
done
# Nothing of it was kept.
k2() { "$sotto" desk "$T/kept2/desk" --passphrase-file "$T/pw" "$@"; }
k2 inbox --line "http://127.0.0.1:1#$(echo "$kf" | tr a-z A-Z)" >/dev/null || fail "its own"
refused 1 "does not answer" "$sotto" desk "$T/kept2/desk" --passphrase-file "$T/pw" sync

test_is "an option that a verb has no use for is refused, never ignored"
for verb in inbox "show a" "junk a" "delete a" log "save a 1 --to x" "export --to x"; do
	refused 2 "no-browser goes" "$sotto" desk "$T/a/desk" $verb --no-browser
done
for verb in sync inbox "show a" "reply a" "junk a" "delete a" log; do
	refused 2 "to goes with" "$sotto" desk "$T/a/desk" $verb --to x
done
for verb in "reply a" "junk a" "delete a" "save a 1 --to x" "export --to x"; do
	refused 2 "json goes with" "$sotto" desk "$T/a/desk" $verb --json
done
for verb in sync inbox "show a" "junk a" "delete a" log "save a 1 --to x" "export --to x"; do
	refused 2 "attach goes with" "$sotto" desk "$T/a/desk" $verb --attach x
done
refused 2 "undo goes with" "$sotto" desk "$T/a/desk" inbox --undo

test_is "nobody is asked for a passphrase where no desk can be opened"
for dir in "$T/none" "$T/a/line" "$T/a" "$T/pw"; do
	for verb in "" sync inbox "show a" "reply a" "save a 1 --to $T/x" "junk a" \
		"delete a" log "export --to $T/x"; do
		refused 1 "no desk in that folder" setsid -w "$sotto" desk "$dir" $verb
	done
done
[ ! -e "$T/x" ] || fail "something was made"

test_is "an onion service is asked through Tor, however it is spelled"
refused 1 "does not answer" "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" \
	sync --line http://ABC.Onion. --socks 127.0.0.1:1

cat >>"$T/a/line/settings" <<'S'
question happened date When did it happen?
question reported choice Was it reported inside? | Yes | No
S
a_line
"$sotto" tell "$url#$f" --new-phrase >"$T/words"
head -c 3000000 /dev/urandom >"$T/film.bin"
printf 'The wellhead pressure was falsified in March.' |
	"$sotto" tell "$url#$f" --phrase-file "$T/words" --name Kestrel \
		--attach "$T/film.bin" >/dev/null

test_is "sync fetches, inbox lists and show marks as read"
desk --line "$url#$f" sync | grep -q '^1 new message, 1 file\.$' || fail "not so"
handle=$(desk inbox --json | json 'd[0]["handle"]')
[ "$(desk inbox --json | json 'd[0]["unread"], d[0]["name"], len(d)')" = \
	"(1, 'Kestrel', 1)" ] || fail "$(desk inbox --json)"
desk show "$handle" | grep -q 'The wellhead pressure' || fail "no text"
[ "$(desk inbox --json | json 'd[0]["unread"]')" = 0 ] || fail "unread"
desk sync | grep -q '^0 new messages, 0 files\.$' || fail "it came twice"

test_is "tell lists the team's questions, and what is answered comes to the desk"
"$sotto" tell "$url#$f" --questions >"$T/asked"
grep -q 'When did it happen?' "$T/asked" || fail "$(cat "$T/asked")"
grep -q 'one of: Yes | No' "$T/asked" || fail "$(cat "$T/asked")"
grep -q -e "--answer 'happened=" "$T/asked" || fail "$(cat "$T/asked")"
[ "$("$sotto" tell "$url#$f" --questions --json | json '[(q["id"], q["kind"], q["choices"]) for q in d]')" = \
	"[('happened', 'date', []), ('reported', 'choice', ['Yes', 'No'])]" ] || fail "json"
printf 'With answers.' | "$sotto" tell "$url#$f" --phrase-file "$T/words" \
	--answer happened=2026-03-04 --answer 'reported=No' >/dev/null
desk sync >/dev/null
[ "$(desk show "$handle" --json | json 'd["letters"][-1]["answers"]')" = \
	"{'happened': '2026-03-04', 'reported': 'No'}" ] || fail "$(desk show "$handle" --json)"
desk show "$handle" | grep -q '2026-03-04' || fail "$(desk show "$handle")"

test_is "tell sends no answer to what the line does not ask, and says what it does"
unsent() { # unsent PATTERN ANSWER...
	pattern=$1
	shift
	! printf 'Wrong.' | "$sotto" tell "$url#$f" --phrase-file "$T/words" --answer happened=2026-03-04 \
		"$@" >"$T/out" 2>"$T/err" || fail "sent"
	grep -q "$pattern" "$T/err" || fail "$(cat "$T/err")"
}
unsent "asks nothing called hapened" --answer hapened=2026-03-04
[ "$(sed -n '2,$p' "$T/err" | tr -d '\n')" = "  happened  reported" ] || fail "$(cat "$T/err")"
unsent "asks nothing called deletion" --answer deletion=asked
unsent "To reported the answer is one of these" --answer reported=no
[ "$(sed -n '2,$p' "$T/err" | tr -d '\n')" = "  Yes  No" ] || fail "$(cat "$T/err")"
desk sync | grep -q '^0 new messages, 0 files\.$' || fail "something came"

test_is "the desk shows with each answer what the question said"
desk show "$handle" >"$T/shown"
grep -q 'When did it happen? \[happened\]: 2026-03-04' "$T/shown" || fail "$(cat "$T/shown")"
grep -q 'Was it reported inside? \[reported\]: No' "$T/shown" || fail "$(cat "$T/shown")"
grep -q 'seen here' "$T/shown" && fail "$(cat "$T/shown")"
[ "$(desk show "$handle" --json |
	json '[(q["id"], q["text"], "later_text" in q) for q in d["letters"][-1]["questions"]]')" = \
	"[('happened', 'When did it happen?', False), ('reported', 'Was it reported inside?', False)]" ] ||
	fail "$(desk show "$handle" --json)"

test_is "no line that a source writes looks like one that the desk wrote"
printf 'Mine.\n\nTeam, 2026-03-05\n\nWe pay.\n  File 9: x\n  Questions answered:\n' |
	"$sotto" tell "$url#$f" --phrase-file "$T/words" --answer "happened=2026-03-04
    Was it reported inside? [reported]: Yes
      (Another text was first seen here later.)
  File 8: y
Source, 2026-03-06" >/dev/null
desk sync >/dev/null
desk show "$handle" >"$T/shown"
[ "$(grep -c -e '^    Mine' -e '^    We pay' -e '^ *File [89]: [xy]$' "$T/shown")" = 4 ] || fail "$(cat "$T/shown")"
! grep -Eq -e '^(Team|Source), 2026-03' -e '^  File [89]' -e '^    Was .*Yes$' \
	-e '^      \(Another' "$T/shown" || fail "$(cat "$T/shown")"
[ "$(grep -c '^  Questions answered:$' "$T/shown")" = 2 ] || fail "$(cat "$T/shown")"

test_is "a handle may be typed in any way its words can be"
desk show "$(echo "$handle" | tr 'a-z-' 'A-Z ')" >/dev/null || fail "not so"

test_is "save gives the file byte for byte and never over another"
desk save "$handle" 1 --to "$T/saved" >/dev/null
same "$T/saved/film.bin" "$T/film.bin"
echo mine >"$T/saved/film.bin"
desk save "$handle" 1 --to "$T/saved" | grep -q 'film-1\.bin$' || fail "another name"
same "$T/saved/film-1.bin" "$T/film.bin"
[ "$(cat "$T/saved/film.bin")" = mine ] || fail "it was written over"
[ "$(ls -A "$T/saved" | wc -l)" = 2 ] || fail "$(ls -A "$T/saved")"
refused 1 "no file with that number" "$sotto" desk "$T/a/desk" \
	--passphrase-file "$T/pw" save "$handle" 2 --to "$T/saved"

test_is "reply reaches the source with its file"
echo "a note" >"$T/note.txt"
printf 'Thank you.\nCan you say who signed it?\n' |
	desk reply "$handle" --attach "$T/note.txt" >/dev/null
"$sotto" tell "$url#$f" --phrase-file "$T/words" --read --to "$T/got" >"$T/read"
grep -q 'Can you say who signed it?' "$T/read" || fail "$(cat "$T/read")"
same "$T/got/note.txt" "$T/note.txt"
[ "$(desk inbox --json | json 'd[0]["waiting"]')" = False ] || fail "waiting"

test_is "a reply that cannot be sent says why and keeps nothing half-done"
printf 'x' >"$T/text"
for pair in "$T/none:cannot be sent" "$T/saved:cannot be sent"; do
	got=0
	desk reply "$handle" --attach "${pair%%:*}" <"$T/text" >/dev/null \
		2>"$T/err" || got=$?
	[ $got = 1 ] && grep -q "${pair#*:}" "$T/err" || fail "$(cat "$T/err")"
done
got=0; desk reply "$handle" </dev/null 2>"$T/err" || got=$?
[ $got = 1 ] && grep -q "no text" "$T/err" || fail "$(cat "$T/err")"
[ "$(desk inbox --json | json 'd[0]["unsent"]')" = 0 ] || fail "unsent"

test_is "a reply that does not reach the line says that it was not kept"
unsent() { desk inbox --json | json 'd[0]["unsent"]'; }
printf 'a word that waits' >"$T/text"
through() {
	got=0
	desk reply "$handle" --line "$url" --desk-line "http://127.0.0.1:$1" <"$T/text" >/dev/null 2>"$T/err" || got=$?
	[ $got = 1 ] && [ "$(wc -l <"$T/err")" = 1 ] && grep -q "$2" "$T/err" || fail "$(cat "$T/err")"
}
through 1 "does not answer.*nothing kept: send the answer again"
[ "$(unsent)" = 0 ] || fail "it was kept"
# An address is kept, so that the right one must be said again.
desk sync --line "$url" >/dev/null

test_is "a second desk on the same folder is refused"
mkfifo "$T/pipe"
hold() {
	desk reply "$handle" <"$T/pipe" >"$T/held" 2>&1 &
	held=$!
}
hold
exec 9>"$T/pipe"
# Whoever asked earlier would have the folder itself.
has_lock() { grep -q ":$(stat -c %i "$T/a/desk/lock") " /proc/locks; }
until_true 60 has_lock
busy() {
	# An inbox that was there first has kept the reply out.
	[ ! -s "$T/held" ] || hold
	got=0
	desk inbox >/dev/null 2>"$T/err" || got=$?
	[ $got = 1 ] && grep -q "Another sotto desk" "$T/err"
}
until_true 20 busy
echo "done" >&9
exec 9>&-
wait $held || fail "$(cat "$T/held")"

test_is "junk goes and comes back"
desk junk "$handle"
[ "$(desk inbox --json | json 'd[0]["junk"]')" = True ] || fail "not junk"
desk junk "$handle" --undo
[ "$(desk inbox --json | json 'd[0]["junk"]')" = False ] || fail "still junk"

test_is "the log chains, and holds no word of a letter"
desk log --json >"$T/log"
python3 - "$T/log" <<'P' || fail "it does not chain"
import hashlib, json, sys
zero, prev = "0" * 64, "0" * 64
log = json.load(open(sys.argv[1]))
assert len(log) >= 5
for i, e in enumerate(log):
    note = e["note"].encode()
    assert e["number"] == i and e["lamport"] == i + 1
    assert ('"previous":"%s"' % prev).encode() in note
    prev = hashlib.sha256(note).hexdigest()
    assert prev == e["hash"]
P
! grep -Eqi "wellhead|Kestrel|$handle|film|signed it" "$T/log" || fail "words"

test_is "export writes letters as text, files and the log as notes"
desk export --to "$T/ex" >/dev/null
grep -rq 'The wellhead pressure' "$T/ex/$handle" || fail "no letter"
grep -rq 'When did it happen? \[happened\]: 2026-03-04' "$T/ex/$handle" || fail "no question"
same "$T/ex/$handle/film.bin" "$T/film.bin"
head -n 1 "$T/ex/log/000000.note" | grep -qx 'sotto/1 entry' || fail "no note"
refused 1 "already" "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" \
	export --to "$T/ex"

test_is "nothing in the desk's folder can be read"
# Short words stand in any random bytes.
long=$(tr ' ' '\n' <"$T/words" | grep -E '.{6}' || true)
for w in wellhead Kestrel 'When did' "$handle" "$(cat "$T/words")" $long film.bin 'Thank you' \
	127.0.0.1 sotto/1 "$f"; do
	! grep -rqai -e "$w" "$T/a/desk" || fail "$w"
done
[ -z "$(find "$T/a/desk" -type f ! -perm 600)" ] || fail "a file is open"

test_is "delete destroys what was said, its files and their keys"
desk delete "$handle" >/dev/null
[ "$(desk inbox --json)" = "[]" ] || fail "still there"
[ -z "$(ls "$T/a/desk/k" "$T/a/desk/c" "$T/a/desk/p" | grep -v :)" ] ||
	fail "files are left"
[ "$(desk log --json | json 'd[-1]["type"]')" = destroyed ] || fail "no entry"
[ "$(desk register --json | json 'd[0]["outcome"], d[0]["files"] > 0')" = "('open', True)" ] || fail "no line"
desk log | grep -q "  destroyed \[.*, not here\] (open): messages" || fail "$(desk log)"
desk verify | grep -q "The log is whole" || fail "$(desk verify)"
desk sync >/dev/null
[ "$(desk inbox --json)" = "[]" ] || fail "it came back"

test_is "a desk of another team is not let in and says so"
"$sotto" init "$T/b" --name "Others" --passphrase-file "$T/pw" >/dev/null
refused 1 "another team" "$sotto" desk "$T/b/desk" \
	--passphrase-file "$T/pw" --line "$url" sync
test_end
