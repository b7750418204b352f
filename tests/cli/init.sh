. tests/cli/lib.sh
umask 022
echo "correct horse battery staple" >"$T/pw"

test_is "init makes three folders that nobody else may read"
"$sotto" init "$T/a" --name "Example Group" --passphrase-file "$T/pw" >"$T/said"
for f in team desk line; do [ -d "$T/a/$f" ] || fail "no $f"; done
[ -z "$(find "$T/a" -type d ! -perm 700)" ] || fail "a folder is open"
[ -z "$(find "$T/a" -type f ! -perm 600)" ] || fail "a file is open"
grep -q '^  #[a-z2-7]\{32\}$' "$T/said" || fail "no address"
[ ! -e "$T/a/.new" ] || fail "something is left over"

test_is "a passphrase costs whoever guesses it scrypt of 2^18 a try, whatever the environment says"
SOTTO_CHEAP=4 "$sotto" init "$T/slow" --name "Example Group" --passphrase-file "$T/pw" >/dev/null
grep -aq '^-> scrypt .* 18$' "$T/slow/desk/key" || fail "the desk's"
sed '1d;$d' "$T/slow/team/key" | base64 -d | grep -aq '^-> scrypt .* 18$' || fail "the team's"

test_is "the line's folder holds no secret of the team"
[ "$(ls "$T/a/line" | tr '\n' ' ')" = "certificate key-note settings " ] ||
	fail "$(ls "$T/a/line")"
! grep -rq 'AGE-SECRET\|age-encryption.org' "$T/a/line" || fail "a secret"

test_is "the desk's folder says nothing of the team"
! grep -rq 'Example\|first member\|sotto/1' "$T/a/desk" || fail "it does"
! grep -rq "$(sed -n 's/^line //p' "$T/a/line/settings")" "$T/a/desk" ||
	fail "the line's id is there"

if command -v age >/dev/null && command -v python3 >/dev/null; then
test_is "age opens the team key with the passphrase"
python3 - "$T/a/team/key" >"$T/key" <<'P'
import os, pty, select, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp("age", ["age", "-d", sys.argv[1]])
out, sent = b"", False
while True:
    try:
        d = os.read(fd, 4096)
    except OSError:
        break
    if not d:
        break
    out += d
    if not sent and b"passphrase" in out.lower():
        os.write(fd, b"correct horse battery staple\n"); sent = True
os.waitpid(pid, 0)
sys.stdout.write(out.decode())
P
tr -d '\r' <"$T/key" | grep -q '^[0-9a-f]\{64\}$' || fail "$(cat "$T/key")"
fi

test_is "the first member has the name that was given"
"$sotto" init "$T/named" --name X --member "Night desk" --passphrase-file "$T/pw" >/dev/null
"$sotto" team members "$T/named/desk" --passphrase-file "$T/pw" | grep -q "^Night desk, admin" || fail "it has not"
refused 2 "member must" "$sotto" init "$T/c" --name X --member "$(printf 'two\nlines')"

test_is "a second team does not go where one is"
cp -r "$T/a" "$T/before"
refused 1 "no team can be made there" "$sotto" init "$T/a" --name X \
	--passphrase-file "$T/pw"
diff -r "$T/a" "$T/before" >/dev/null || fail "it was changed"

test_is "a folder that is there and holds other things is used"
mkdir "$T/b" && echo keep >"$T/b/other"
"$sotto" init "$T/b/" --name "Zwei & Söhne" --passphrase-file "$T/pw" >/dev/null
[ "$(cat "$T/b/other")" = keep ] && [ -d "$T/b/line" ] || fail "not so"
grep -q '^name Zwei & Söhne$' "$T/b/line/settings" || fail "another name"

test_is "weak and empty passphrases are refused and nothing is made"
for p in '' 'short' 'aaaaaaaaaaaaaaaaaaaa' 'abababababababab'; do
	echo "$p" >"$T/weak"
	refused 1 "passphrase" "$sotto" init "$T/c" --name X --passphrase-file "$T/weak"
	[ ! -e "$T/c" ] || fail "something was made"
done
refused 1 "." "$sotto" init "$T/c" --name X --passphrase-file "$T/none"
[ ! -e "$T/c" ] || fail "something was made"

test_is "misuse is said with status 2"
refused 2 "folder" "$sotto" init
refused 2 "folder" "$sotto" init "$T/c"
refused 2 "value" "$sotto" init "$T/c" --name
refused 2 "folder" "$sotto" init "$T/c" "$T/d" --name X
refused 2 "name must" "$sotto" init "$T/c" --name ''
refused 2 "name must" "$sotto" init "$T/c" --name "$(printf 'two\nlines')"

test_is "--readers alone are those of the only door, and stand behind a --door's"
"$sotto" init "$T/one" --name "Example Group" --readers "Two of the night" \
	--passphrase-file "$T/pw" >/dev/null
grep -aq "Two of the night" "$T/one/line/key-note" || fail "sources are not told"
refused 2 "readers goes behind the --door" "$sotto" init "$T/c" --name X \
	--readers "A" --door "Lab"
refused 2 "readers is given twice for one door" "$sotto" init "$T/c" --name X \
	--door "Lab" --readers "A" --readers "B"
[ ! -e "$T/c" ] || fail "something was made"

test_is "a folder that cannot be written to is said"
refused 1 "no team can be made there" "$sotto" init "$T/none/deep" --name X \
	--passphrase-file "$T/pw"
refused 1 "no team can be made there" "$sotto" init /proc/x --name X \
	--passphrase-file "$T/pw"

test_is "a full disk leaves nothing half made"
if mkdir "$T/small" && mount -t tmpfs -o size=100k,mode=700 none "$T/small" 2>/dev/null; then
	got=0
	"$sotto" init "$T/small/a" --name X --passphrase-file "$T/pw" >"$T/out" 2>&1 || got=1
	left=$(ls -A "$T/small")
	umount "$T/small"
	[ $got = 1 ] && [ -z "$left" ] || fail "status $got, left: $left"
fi
test_end
