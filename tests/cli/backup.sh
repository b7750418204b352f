# A desk's backup, the desk that is made of it, another passphrase, and a desk
# that asks another to hand over.
. tests/cli/lib.sh
quickly
echo "another horse battery staple" >"$T/pw2"
echo "the cupboard has a copper lantern" >"$T/pw3"
a_team
desk() { "$sotto" desk "$T/$1/desk" --passphrase-file "$T/pw" ${2+"$2"} ${3+"$3"} ${4+"$4"} ${5+"$5"} ${6+"$6"} ${7+"$7"}; }
team() { "$sotto" team "$@" --passphrase-file "$T/pw"; }
backup() { "$sotto" backup "$@" --passphrase-file "$T/pw"; }
a_line
head -c 1500000 /dev/urandom >"$T/file"
"$sotto" tell "$url#$f" --new-phrase >"$T/words"
echo "What only one desk has." | "$sotto" tell "$url#$f" --phrase-file "$T/words" --attach "$T/file" >/dev/null
desk a --line "$url" sync >/dev/null
handle=$(desk a inbox --json | json 'd[0]["handle"]')

test_is "a backup is an age file with everything and no key, and is verified"
backup "$T/a/desk" --to "$T/b1" --new-passphrase-file "$T/pw3" >"$T/out"
grep -q "1 conversation," "$T/out" && grep -q "no key" "$T/out" || fail "$(cat "$T/out")"
[ -z "$(find "$T/b1" ! -perm 600)" ] || fail "somebody may read it"
"$sotto" backup --verify "$T/b1" --passphrase-file "$T/pw3" >"$T/out"
grep -q "^fingerprint  $f\$" "$T/out" && grep -q "no key" "$T/out" || fail "$(cat "$T/out")"
"$sotto" open --passphrase-file "$T/pw3" "$T/b1" 2>/dev/null | head -n 1 | grep -qx "sotto/1 backup" || fail "not age"
refused 1 "not the passphrase" "$sotto" backup --verify "$T/b1" --passphrase-file "$T/pw2"
head -c -1000 "$T/b1" >"$T/cut"
refused 1 "cut short|damaged" "$sotto" backup --verify "$T/cut" --passphrase-file "$T/pw3"
refused 1 "no backup" "$sotto" backup --verify "$T/pw" --passphrase-file "$T/pw3"

test_is "a backup to a recipient is opened with the identity alone"
r=$("$sotto" seal --keygen --hybrid -o "$T/id")
"$sotto" backup "$T/a/desk" --to "$T/b2" --recipient "$r" --alone --passphrase-file "$T/pw" --json >"$T/json"
[ "$(json 'd["alone"], d["conversations"], d["parts"]' <"$T/json")" = "(True, 1, 2)" ] || fail "$(cat "$T/json")"
"$sotto" backup --verify "$T/b2" --identity "$T/id" --json | json 'd["alone"], d["fingerprint"]' |
	grep -qx "(True, '$f')" || fail "verify"

test_is "a full disk or an interrupted run leaves the old backup"
before=$(sha256sum <"$T/b1")
(ulimit -f 1500 && trap '' XFSZ && refused 1 "." backup "$T/a/desk" --to "$T/b1" --new-passphrase-file "$T/pw3") ||
	fail "no disk is that small"
[ "$(sha256sum <"$T/b1")" = "$before" ] && [ "$(find "$T" -maxdepth 1 -name 'b1*' | wc -l)" = 1 ] || fail "$(ls "$T")"

test_is "a team of one goes on from it, the old device off the roster"
refused 1 "not made with --alone" "$sotto" restore "$T/b1" "$T/r" --team "$T/a/team" --passphrase-file "$T/pw" \
	--backup-passphrase-file "$T/pw3" --new-passphrase-file "$T/pw2"
[ ! -e "$T/r" ] || fail "something was made"
"$sotto" restore "$T/b2" "$T/r" --team "$T/a/team" --passphrase-file "$T/pw" --identity "$T/id" \
	--new-passphrase-file "$T/pw2" >"$T/out"
grep -q "off its roster" "$T/out" && [ "$(ls "$T/r")" = desk ] || fail "$(cat "$T/out")"
[ -z "$(find "$T/r" -type f ! -perm 600)" ] && [ -z "$(find "$T/r" -type d ! -perm 700)" ] || fail "modes"
again() { "$sotto" desk "$T/r/desk" --passphrase-file "$T/pw2" "$@"; }
again show "$handle" | grep -q "What only one desk has" || fail "it does not have it"
again save "$handle" 1 --to "$T/saved" >/dev/null
same "$T/file" "$T/saved/file"
[ "$(again inbox --json | json 'len(d)')" = 1 ] || fail "inbox"
again sync >/dev/null && again sync >/dev/null || fail "it does not sync"
echo "To the new keys." | "$sotto" tell "$url#$f" --phrase-file "$T/words" >/dev/null
again sync >/dev/null
again show "$handle" | grep -q "To the new keys" || fail "it reads nothing new"
refused 1 "There is a desk already" "$sotto" restore "$T/b2" "$T/r" --identity "$T/id"

test_is "another passphrase opens the desk, the old one no more"
"$sotto" desk "$T/r/desk" passphrase --passphrase-file "$T/pw2" --new-passphrase-file "$T/pw" | grep -q "Copies" ||
	fail "not changed"
refused 1 "not this desk's passphrase" again inbox
desk r inbox | grep -q "$handle" || fail "the new one does not open"

test_is "in a team of several a restored desk waits for its welcome, and has what only the backup had"
"$sotto" join "$T/n" --name "Night desk" --passphrase-file "$T/pw" --json >"$T/json"
team add "$T/r/desk" "$T/a/team" "$T/n/join-request" --role editor --code "$(json 'd["code"]' <"$T/json")" \
	--to "$T/w" --json >"$T/json"
"$sotto" join "$T/n" --welcome "$T/w" --code "$(json 'd["code"]' <"$T/json")" --passphrase-file "$T/pw" >/dev/null
refused 1 "only device of a team" backup "$T/n/desk" --to "$T/b3" --alone --new-passphrase-file "$T/pw3"
backup "$T/n/desk" --to "$T/b3" --recipient "$r" >/dev/null
"$sotto" restore "$T/b3" "$T/m" --identity "$T/id" --new-passphrase-file "$T/pw2" --json >"$T/json"
[ "$(ls "$T/m")" = "$(printf 'desk\njoin-request')" ] && [ "$(ls "$T/m/desk")" = "$(printf 'restore\nwaiting')" ] ||
	fail "$(ls -R "$T/m")"
refused 1 "waits for its welcome" "$sotto" desk "$T/m/desk" inbox --passphrase-file "$T/pw2"
old=$(team members "$T/r/desk" --json | json '[m for m in d["members"] if m["name"] == "Night desk"][0]["devices"][0]["id"]')
team leave "$T/r/desk" "$T/a/team" "$(echo "$old" | cut -c 1-8)" >/dev/null
desk r sync >/dev/null
team add "$T/r/desk" "$T/a/team" "$T/m/join-request" --member "Night desk" --code "$(json 'd["code"]' <"$T/json")" \
	--to "$T/w" --json >"$T/json"
"$sotto" join "$T/m" --welcome "$T/w" --code "$(json 'd["code"]' <"$T/json")" --passphrase-file "$T/pw2" >/dev/null
"$sotto" desk "$T/m/desk" --passphrase-file "$T/pw2" show "$handle" | grep -q "What only one desk has" || fail "lost"
[ ! -e "$T/m/desk/restore" ] || fail "the backup lies about"
"$sotto" desk "$T/m/desk" --passphrase-file "$T/pw2" sync >/dev/null || fail "it does not sync"

test_is "a desk that is there asks another to hand over, and takes it in once; a full disk is said"
desk r sync >/dev/null
"$sotto" desk "$T/m/desk" request --to "$T/request" --passphrase-file "$T/pw2" >/dev/null
desk r pack --for "$T/request" --to "$T/pack" --json >"$T/json"
code=$(json 'd["code"]' <"$T/json")
refused 1 "written: there is no room" desk r pack --for "$T/request" --to /dev/full
if mkdir "$T/small" && mount -t tmpfs -o size="$(($(du -sk "$T/m/desk" | cut -f 1) + 16))k",mode=700 none "$T/small" 2>/dev/null; then
	got=0
	cp -r "$T/m/desk" "$T/small"
	head -c 20000 /dev/zero >"$T/small/ballast" 2>/dev/null || true
	"$sotto" desk "$T/small/desk" unpack "$T/pack" --code "$code" --passphrase-file "$T/pw2" >"$T/out" 2>&1 || got=$?
	left=$(find "$T/small/desk" -name 'unpack*')
	umount "$T/small"
	[ $got = 1 ] && [ -z "$left" ] && grep -q "disk is full. Nothing was kept" "$T/out" || fail "status $got, left: $left, $(cat "$T/out")"
fi
refused 1 "not its five words" "$sotto" desk "$T/m/desk" unpack "$T/pack" --code "zoo zoo zoo zoo zoo" --passphrase-file "$T/pw2"
refused 1 "another device" desk r unpack "$T/pack" --code "$code"
"$sotto" desk "$T/m/desk" unpack "$T/pack" --code "$code" --passphrase-file "$T/pw2" --json >"$T/json"
[ "$(json 'd["conversations"], d["parts"]' <"$T/json")" = "(1, 0)" ] || fail "$(cat "$T/json")"
[ -z "$(find "$T/m/desk" -name 'unpack*')" ] || fail "it lies about"

test_is "misuse is said with status 2"
refused 2 "wants the desk" "$sotto" backup
refused 2 "wants the desk" "$sotto" backup "$T/a/desk"
refused 2 "alone" "$sotto" backup --verify "$T/b1" --to "$T/x"
refused 2 "not both" "$sotto" backup "$T/a/desk" --to "$T/x" --recipient "$r" --new-passphrase-file "$T/pw"
refused 2 "wants a backup" "$sotto" restore "$T/b1"
refused 2 "goes with --team" "$sotto" restore "$T/b1" "$T/x" --passphrase-file "$T/pw"
refused 2 "goes with passphrase" "$sotto" desk "$T/a/desk" inbox --new-passphrase-file "$T/pw"
refused 1 "no such|there is no" "$sotto" restore "$T/none" "$T/x" --backup-passphrase-file "$T/pw"
[ ! -e "$T/x" ] || fail "something was made"
test_end
