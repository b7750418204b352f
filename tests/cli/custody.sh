# sotto custody verify: what is right is said, what is wrong is named with its
# line, by vectors that the judges hold too.
. tests/cli/lib.sh

plain=doc/vectors/custody.txt
full=doc/vectors/custody-entries.txt
printf 'the file' >"$T/item"
printf 'the pile' >"$T/pile"
printf 'the file.' >"$T/longer"
team=$("$sotto" custody verify $plain | awk '$1 == "team" { print $2 }')
key=$("$sotto" custody verify $plain | awk '$1 == "signature" { print $NF }')

# bent PYTHON: the chain with its lines bent, in $T/bent.  `l` is the list of
# lines, `again(i)` gives line i the hash that it then has.
bent() {
	python3 - "$1" "$plain" "$T/bent" <<'END'
import hashlib, sys
what, of, to = sys.argv[1:]
l = open(of, encoding="utf8").read().split("\n")
def again(i):
    head = l[i][:l[i].rindex(',"hash":')]
    l[i] = head + ',"hash":"%s"}' % hashlib.sha256(head.encode()).hexdigest()
exec(what)
open(to, "w", encoding="utf8").write("\n".join(l))
END
}
wrong() { refused 1 "bent, line $1: .*$2" "$sotto" custody verify "$T/bent"; }

test_is "a chain that is right is said in five lines"
for f in $plain $full; do
	"$sotto" custody verify $f "$T/item" "$T/item" --team "$team" --key "$key" >"$T/says"
	[ "$(wc -l <"$T/says")" = 5 ] || fail "$(cat "$T/says")"
	for word in signature team rows file entries; do
		grep -q "^$word  " "$T/says" || fail "nothing of $word"
	done
done
grep -q "signed it too" "$T/says" || fail "the team key"
grep -q "each signed by the key beside it" "$T/says" || fail "the entries"

test_is "the rows of a chain that is right are shown as people read them"
"$sotto" custody verify $plain --rows | tail -n +6 >"$T/rows"
cat >"$T/want" <<'END'
    1  2026-11-20           received   Night desk
    2  2026-11-20           viewed     Noční směna
    3  2026-11-21           derived    Front
       e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2
    4  2026-11-22 12:34:56  disclosed  Night desk
       to Example Group,
       on a stick "B"
    5  2026-11-23           hashed     Front
END
same "$T/rows" "$T/want"
"$sotto" custody verify $full --rows --json | python3 -c '
import json, sys
a = json.load(sys.stdin)["acts"]
assert len(a) == 5 and a[3] == {"date": "2026-11-22", "time": "12:34:56", "act": "disclosed",
    "who": "Night desk", "words": "to Example Group,\non a stick \"B\""}, a'

test_is "one byte that is altered is named with its line, wherever it is"
python3 - "$plain" "$sotto" "$T/bent" <<'END'
import re, subprocess, sys
of, sotto, to = sys.argv[1:]
whole = open(of, "rb").read()
for at in range(0, len(whole), 23):
    line = whole.count(b"\n", 0, at) + 1
    b = bytearray(whole)
    b[at] ^= 1 << at % 7
    open(to, "wb").write(b)
    p = subprocess.run([sotto, "custody", "verify", to], capture_output=True, text=True)
    said = re.fullmatch(r"sotto: .*bent, line (\d+): .*\.\n", p.stderr)
    assert p.returncode == 1 and said and p.stdout == "", (at, p.stderr)
    assert int(said[1]) in (line, line + (whole[at] == 10)), (at, line, p.stderr)
END

test_is "two rows exchanged are named with their line"
bent 'l[3], l[4] = l[4], l[3]'
wrong 4 "row 3 stands where row 2 must"

test_is "a row left out is named with its line"
bent 'del l[4]'
wrong 5 "row 3 was left out"
bent 'del l[6]'
wrong 7 "row 5 was left out"

test_is "a row put in twice, or behind the last, is named with its line"
bent 'l.insert(4, l[3])'
wrong 5 "row 2 stands here once more"
bent 'l.insert(7, l[6])'
wrong 8 "a row was added behind row 5"

test_is "a row that was written anew breaks the chain behind it"
bent 'l[3] = l[3].replace("viewed", "hashed"); again(3)'
wrong 5 "row 3 does not follow"
bent 'l[6] = l[6].replace("Front", "front"); again(6)'
wrong 9 "the signature is wrong"

test_is "another key is named"
bent 'l[1] = l[1].replace("\"device\":\"6", "\"device\":\"7"); again(1)'
wrong 3 "row 1 does not follow"
other=$(echo "$key" | tr 6e e6)
refused 1 "another key" "$sotto" custody verify $plain --key "$other"
refused 1 "another team" "$sotto" custody verify $plain --team "$(echo "$team" | tr oj jo)"
bent 'del l[9]'
refused 1 "team key did not sign" "$sotto" custody verify "$T/bent" --team "$team"
"$sotto" custody verify "$T/bent" --key "$key" | grep -q "did not sign it: compare" || fail "it was not said"

test_is "another commitment, and what stands behind the end, are named"
bent 'l[1] = l[1].replace("\"salt\":\"5a", "\"salt\":\"5b"); again(1)'
wrong 2 "commitment is not of"
bent 'l.insert(10, "--")'
wrong 11 "behind the end"
bent 'l.pop(9); l.pop(8)'
wrong 9 "must stand a signature"

test_is "an entry that is not its row's is named with where it begins"
for at in 12 17 22 27 32; do
	awk -v at=$at 'NR == at + 1 { sub(/"lamport":/, "\"lamport\":1") } { print }' $full >"$T/bent"
	wrong $at "the entry that begins here is not the one"
done
head -n 31 $full >"$T/bent"
wrong 32 "must stand the entry of row 5"

test_is "the wrong file is named"
for f in pile longer; do
	refused 1 "$f: this is not the file" "$sotto" custody verify $plain "$T/item" "$T/$f"
done
refused 1 "no such thing" "$sotto" custody verify $plain "$T/nowhere"

test_is "what is no chain, or of a later version, is said as that"
refused 1 "line 1: this is not the beginning" "$sotto" custody verify README.md
refused 1 "line 1: this is not the beginning" "$sotto" custody verify /dev/null
bent 'l[0] = "sotto/2 custody"'
wrong 1 "later version"
refused 1 "no such thing" "$sotto" custody verify "$T/nowhere"
refused 2 "name the file" "$sotto" custody verify
refused 2 "say what" "$sotto" custody
refused 2 "fingerprint" "$sotto" custody verify $plain --team x
refused 2 "64 digits" "$sotto" custody verify $plain --key x

test_is "programs are told the same"
"$sotto" custody verify $full "$T/item" --json | python3 -c '
import json, sys
o = json.load(sys.stdin)
assert o["right"] and o["team_signed"] and o["rows"] == 5 and o["files"] == 1 and o["entries"], o'
bent 'l[3], l[4] = l[4], l[3]'
got=0
"$sotto" custody verify "$T/bent" --json >"$T/json" || got=$?
[ $got = 1 ] || fail "status $got"
python3 -c '
import json, sys
o = json.load(open(sys.argv[1]))
assert (o["right"], o["wrong"], o["line"], o["row"], o["other"]) == (False, "exchanged", 4, 3, 2), o' "$T/json"
test_end
