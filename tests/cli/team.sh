. tests/cli/lib.sh
quickly
umask 022
echo "correct horse battery staple" >"$T/pw"
echo "another horse battery staple" >"$T/pw2"
echo "aaaaaaaaaaaaaaaaaaaaaaaaaaaa" >"$T/weak"
"$sotto" init "$T/a" --name "Zwei & Söhne" --passphrase-file "$T/pw" >"$T/said"
f=$(sed -n 's/^  #\([a-z2-7]*\)$/\1/p' "$T/said")
key() { "$sotto" open --passphrase-file "$2" "$1" | sed -n 2p; }
seed=$(key "$T/a/team/key" "$T/pw")
[ ${#seed} = 64 ] || fail "no seed"
recover() { "$sotto" team recover --new-passphrase-file "$T/pw2" "$@"; }

test_is "show says the fingerprint that sources are given, and no secret"
"$sotto" team show "$T/a/team" >"$T/out"
grep -q "^fingerprint  $f\$" "$T/out" && grep -q "^team         Zwei & Söhne$" "$T/out" ||
	fail "$(cat "$T/out")"
grep -q "^sheets       none" "$T/out" || fail "$(cat "$T/out")"
"$sotto" team show "$T/a/team" --json >"$T/json"
python3 - "$T/json" "$f" <<'P' || fail "$(cat "$T/json")"
import json, sys
d = json.load(open(sys.argv[1]))
assert d == {"fingerprint": sys.argv[2], "name": "Zwei & Söhne", "key": True}
P

test_is "split writes three sheets that nobody else may read"
"$sotto" team split "$T/a/team" --to "$T/s" --passphrase-file "$T/pw" >"$T/out"
[ "$(ls "$T/s" | tr '\n' ' ')" = "sheet-1.txt sheet-2.txt sheet-3.txt " ] || fail "$(ls "$T/s")"
[ -z "$(find "$T/s" -type f ! -perm 600)" ] && [ -z "$(find "$T/s" -type d ! -perm 700)" ] ||
	fail "somebody may"
for i in 1 2 3; do
	grep -q "SHEET $i OF 3" "$T/s/sheet-$i.txt" && grep -q "$f" "$T/s/sheet-$i.txt" &&
		grep -q "^Team:  *Zwei & Söhne$" "$T/s/sheet-$i.txt" || fail "sheet $i"
	[ "$(grep -c '^ *[1-8]  [a-z ]*$' "$T/s/sheet-$i.txt")" = 8 ] || fail "lines of sheet $i"
	awk 'length > 80 { exit 1 }' "$T/s/sheet-$i.txt" || fail "sheet $i is too wide"
done
! grep -rq "$seed" "$T/s" "$T/a" || fail "the seed lies about"
[ ! -e "$T/s.new" ] || fail "something is left over"
"$sotto" team show "$T/a/team" --json | grep -q '"split":"[0-9a-f]\{8\}","made":"20' || fail "not noted"

test_is "any two sheets restore the key, under a new passphrase"
recover --to "$T/r1" "$T/s/sheet-3.txt" "$T/s/sheet-1.txt" >"$T/out"
grep -q "^  $f\$" "$T/out" || fail "$(cat "$T/out")"
[ "$(key "$T/r1/key" "$T/pw2")" = "$seed" ] || fail "another key"
[ "$("$sotto" team show "$T/r1" | sed -n 's/^team *//p')" = "Zwei & Söhne" ] || fail "no name"

test_is "by hand of the documentation, twenty lines of Python join any two"
for pair in "1 2" "2 3" "3 1" "2 1"; do
	set -- $pair
	got=$(python3 tests/judges/lib_sheets.py "$T/s/sheet-$1.txt" "$T/s/sheet-$2.txt")
	[ "$got" = "$seed" ] || fail "another key from $pair: $got"
done

test_is "sheets of another split or team, or the same twice, are refused"
"$sotto" team split "$T/a/team" --to "$T/s2" --passphrase-file "$T/pw" >/dev/null
"$sotto" init "$T/b" --name B --passphrase-file "$T/pw" >/dev/null
"$sotto" team split "$T/b/team" --to "$T/s3" --passphrase-file "$T/pw" >/dev/null
refused 1 "different times" recover --to "$T/n" "$T/s/sheet-1.txt" "$T/s2/sheet-2.txt"
refused 1 "different teams" recover --to "$T/n" "$T/s/sheet-1.txt" "$T/s3/sheet-2.txt"
refused 1 "same sheet twice" recover --to "$T/n" "$T/s/sheet-1.txt" "$T/s/sheet-1.txt"
sed "s/$f/$(echo "$f" | tr a-y b-z)/" "$T/s/sheet-2.txt" >"$T/other"
refused 1 "another fingerprint" recover --to "$T/n" "$T/s/sheet-1.txt" "$T/other"
[ ! -e "$T/n" ] && [ ! -e "$T/n.new" ] || fail "something was made"

test_is "a mistake is named by its file and line"
# A word of line 4 that is on the list but not there; then one that is on none.
python3 - "$T/s/sheet-1.txt" "$T" <<'P'
import re, sys
text = open(sys.argv[1]).read()
words = open("lang/words/english.txt").read().split()
line = re.search(r"(?m)^    4  (.*)$", text).group(1).split()
for name, put in (("typo", words[(words.index(line[2]) + 7) % 2048]), ("slip", line[2][:3] + "qq")):
    wrong = line[:2] + [put] + line[3:]
    open(f"{sys.argv[2]}/{name}", "w").write(text.replace(" ".join(line), " ".join(wrong)))
open(sys.argv[2] + "/lacks", "w").write(re.sub(r"(?m)^    7  .*\n", "", text))
open(sys.argv[2] + "/four", "w").write(re.sub(r"(?m)^    ([1-8])  (.*)$",
    lambda m: m.group(1) + ". " + " ".join(w[:4].upper() for w in m.group(2).split()), text))
P
refused 1 "typo, line 4: .*another one" recover --to "$T/n" "$T/typo" "$T/s/sheet-2.txt"
refused 1 "slip, line 4: word 3.*not on the list" recover --to "$T/n" "$T/slip" "$T/s/sheet-2.txt"
refused 1 "lacks, line 7: it is not there" recover --to "$T/n" "$T/s/sheet-2.txt" "$T/lacks"
refused 1 "there is no such" recover --to "$T/n" "$T/none" "$T/s/sheet-2.txt"
refused 1 "pw, that is no sheet of sotto" recover --to "$T/n" "$T/pw" "$T/s/sheet-2.txt"
: >"$T/empty"
refused 1 "empty, that is no sheet of sotto" recover --to "$T/n" "$T/s/sheet-2.txt" "$T/empty"
head -c 20000 /dev/zero >"$T/long"
refused 1 "larger than allowed" recover --to "$T/n" "$T/long" "$T/s/sheet-2.txt"
[ ! -e "$T/n" ] && [ ! -e "$T/n.new" ] || fail "something was made"

test_is "four letters of each word, in capitals, are enough"
mkdir "$T/r4.new" && echo left >"$T/r4.new/key" # of one that was killed
recover --to "$T/r4" "$T/four" "$T/s/sheet-2.txt" >/dev/null
"$sotto" team show "$T/r4" | grep -q "$f" || fail "another key"
[ ! -e "$T/r4.new" ] && [ "$(ls "$T/r4" | tr '\n' ' ')" = "about key " ] || fail "$(ls "$T/r4")"

test_is "a folder of somebody else's, or with something else in it, stays"
mkdir "$T/papers.new" "$T/elsewhere" && echo mine >"$T/papers.new/letter" && echo mine >"$T/elsewhere/key"
refused 1 "papers.new" "$sotto" team split "$T/a/team" --to "$T/papers" --passphrase-file "$T/pw"
[ "$(cat "$T/papers.new/letter")" = mine ] || fail "it was deleted"
ln -s elsewhere "$T/notes.new"
refused 1 "notes.new" "$sotto" team split "$T/a/team" --to "$T/notes" --passphrase-file "$T/pw"
[ "$(cat "$T/elsewhere/key")" = mine ] && [ -L "$T/notes.new" ] || fail "behind a link"
[ ! -e "$T/papers" ] && [ ! -e "$T/notes" ] || fail "something was made"

test_is "sheets are typed at the terminal, line by line, mistakes asked again"
python3 - "$sotto" "$T" <<'P' >"$T/typed" || fail "$(cat "$T/typed")"
import os, pty, re, sys
sotto, T = sys.argv[1:]
sheets = [re.findall(r"(?m)^    [1-8]  (.*)$", open(f"{T}/s/sheet-{i}.txt").read()) for i in (2, 3)]
pid, fd = pty.fork()
if pid == 0:
    os.execv(sotto, [sotto, "team", "recover", "--to", f"{T}/typed-key"])
out = b""
def wait(what):
    global out
    while what not in out:
        d = os.read(fd, 4096)
        assert d, out
        out += d
    was, out = out.split(what, 1)
    return was + what
said = b""
for s, lines in enumerate(sheets, 1):
    for n, line in enumerate(lines, 1):
        said += wait(b"Sheet %d of 2, line %d: " % (s, n))
        if n == 5:
            os.write(fd, b"zoo zoo zoo zoo zoq\r")
            said += wait(b"line 5: word 5, \"zoq\", is not on the list")
            said += wait(b"Sheet %d of 2, line %d: " % (s, n))
            # Typed wrong, then taken back.
            os.write(fd, b"zoo" + b"\x7f" * 3)
        os.write(fd, " ".join(w[:4] for w in line.split()).encode() + b"\r")
        said += wait(b"Sheet %d of 2, line %d is right." % (s, n))
said += wait(b"New passphrase: ")
os.write(fd, b"another horse battery staple\r")
said += wait(b"The same again: ")
os.write(fd, b"another horse battery staple\r")
try:
    while True:
        d = os.read(fd, 4096)
        if not d: break
        out += d
except OSError:
    pass
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, said + out
# Every line that was seen went from the screen again.
assert said.count(b"\r\x1b[K") == 18, said
assert b"another horse" not in said + out
P
[ "$(key "$T/typed-key/key" "$T/pw2")" = "$seed" ] || fail "another key"

test_is "another passphrase opens the key, and the old one no more"
cp -r "$T/a/team" "$T/before"
refused 1 "not the passphrase" "$sotto" team passphrase "$T/a/team" --passphrase-file "$T/pw2" \
	--new-passphrase-file "$T/pw"
refused 1 "too easy to guess" "$sotto" team passphrase "$T/a/team" --passphrase-file "$T/pw" \
	--new-passphrase-file "$T/weak"
diff -r "$T/before" "$T/a/team" || fail "it was changed"
ln "$T/a/team/key" "$T/old"
"$sotto" team passphrase "$T/a/team" --passphrase-file "$T/pw" --new-passphrase-file "$T/pw2" >/dev/null
[ "$(key "$T/a/team/key" "$T/pw2")" = "$seed" ] || fail "another key"
refused 1 "." "$sotto" open --passphrase-file "$T/pw" "$T/a/team/key"
! grep -q age-encryption "$T/old" && ! grep -q AGE "$T/old" || fail "the old file was not overwritten"
[ -z "$(find "$T/a/team" -type f ! -perm 600)" ] || fail "somebody may read it"

test_is "a key that is not the one its folder says is refused"
cp -r "$T/a/team" "$T/swapped"
cp "$T/b/team/about" "$T/swapped/about"
refused 1 "not the one" "$sotto" team split "$T/swapped" --to "$T/n" --passphrase-file "$T/pw2"
[ ! -e "$T/n" ] || fail "sheets were made"

test_is "a folder of before, with a certificate alone, is shown and split"
cp -r "$T/a/team" "$T/older" && rm "$T/older/about"
"$sotto" team show "$T/older" | grep -q "$f" || fail "no fingerprint"
"$sotto" team split "$T/older" --to "$T/s5" --passphrase-file "$T/pw2" >/dev/null
grep -q '^Team:  *\.\.\.' "$T/s5/sheet-1.txt" && [ -e "$T/older/about" ] || fail "not so"
recover --to "$T/r5" "$T/s5/sheet-1.txt" "$T/s5/sheet-3.txt" >/dev/null
! "$sotto" team show "$T/r5" | grep -q ^team || fail "it has a name"

test_is "what is there is never written over"
for to in "$T/a/team" "$T/s" "$T/pw" "$T/s/"; do
	refused 1 "not there yet" "$sotto" team split "$T/b/team" --to "$to" --passphrase-file "$T/pw"
	refused 1 "not there yet" recover --to "$to" "$T/s/sheet-1.txt" "$T/s/sheet-2.txt"
done
refused 1 "can be made" recover --to "$T/none/deep" "$T/s/sheet-1.txt" "$T/s/sheet-2.txt"
refused 1 "too easy" "$sotto" team recover --to "$T/n" "$T/s/sheet-1.txt" "$T/s/sheet-2.txt" \
	--new-passphrase-file "$T/weak"
[ ! -e "$T/n" ] && [ ! -e "$T/n.new" ] || fail "something was made"

test_is "a folder that holds no team key is said"
for d in "$T/s" "$T/none" "$T/a/desk" "$T/a/line/settings"; do
	refused 1 "folder of the team key" "$sotto" team show "$d"
done
rm "$T/swapped/key" && cp "$T/a/team/about" "$T/swapped/about"
"$sotto" team show "$T/swapped" | grep -q "^key  *not in this folder" || fail "it says otherwise"
refused 1 "not in that folder" "$sotto" team split "$T/swapped" --to "$T/n" --passphrase-file "$T/pw"
head -c 300 "$T/a/team/key" >"$T/swapped/key"
refused 1 "cannot be opened" "$sotto" team split "$T/swapped" --to "$T/n" --passphrase-file "$T/pw2"

test_is "a full disk leaves no sheet half made"
if mkdir "$T/small" && mount -t tmpfs -o size=4k,mode=700 none "$T/small" 2>/dev/null; then
	got=0
	"$sotto" team split "$T/b/team" --to "$T/small/s" --passphrase-file "$T/pw" >"$T/out" 2>&1 || got=1
	left=$(ls -A "$T/small")
	umount "$T/small"
	[ $got = 1 ] && [ -z "$left" ] || fail "status $got, left: $left"
fi

test_is "misuse of team is said with status 2"
refused 2 "say what to do" "$sotto" team
refused 2 "say what to do" "$sotto" team shew "$T/a/team"
refused 2 "folder of the team key" "$sotto" team show
refused 2 "folder of the team key" "$sotto" team show "$T/a/team" "$T/b/team"
refused 2 "split wants" "$sotto" team split "$T/a/team"
refused 2 "recover wants" "$sotto" team recover "$T/s/sheet-1.txt"
refused 2 "recover wants" "$sotto" team recover --to "$T/n" a b c
refused 2 "goes with another" "$sotto" team show "$T/a/team" --to "$T/n"
refused 2 "given twice" "$sotto" team split "$T/a/team" --to "$T/n" --to "$T/m"
refused 2 "no such option" "$sotto" team show "$T/a/team" --jason
[ "$("$sotto" team --help | wc -l)" -le 40 ] || fail "the help fills more than a screen"
test_end
