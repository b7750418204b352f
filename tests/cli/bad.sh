# Every command with every bad input: one sentence that says what to do, the
# status that the manual names, and nothing half-made.
. tests/cli/lib.sh
quickly
a_team
line=$url#$f
mkdir "$T/folder"
printf 'caf\351' >"$T/latin"
printf 'a\000b' >"$T/nul"
printf ' \n\t \302\240\n\342\200\213\n' >"$T/blank"
head -c 400001 /dev/zero | tr '\0' x >"$T/huge"
head -c 100001 "$T/huge" >"$T/long"
desk() { "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" "$@"; }
tell() { "$sotto" tell "$line" --phrase-file "$T/words" "$@"; }

# with INPUT STATUS PATTERN COMMAND...: refused, with that on standard input.
with() {
	input=$1 want=$2 pattern=$3 got=0
	shift 3
	"$@" <"$input" >"$T/out" 2>"$T/err" || got=$?
	[ "$got" = "$want" ] || fail "status $got, not $want: $(cat "$T/err")"
	grep -Eqi -- "$pattern" "$T/err" || fail "it said: $(cat "$T/err")"
	[ "$(wc -l <"$T/err")" = 1 ] || fail "more than one line: $(cat "$T/err")"
}
no_reader='import os, subprocess, sys
r, w = os.pipe(); os.close(r)
sys.exit(subprocess.call(sys.argv[1:], stdout=w))'
# closed COMMAND...: it fails with a sentence when its output is full, closed,
# or has no reader any more.
closed() {
	for to in full none gone; do
		got=0
		case $to in
		full) "$@" >/dev/full 2>"$T/err" || got=$? ;;
		none) "$@" >&- 2>"$T/err" || got=$? ;;
		gone) python3 -c "$no_reader" "$@" 2>"$T/err" || got=$? ;;
		esac
		[ $got = 1 ] && grep -Eq "written|standard output|writing" "$T/err" ||
			fail "$to: $got, $(cat "$T/err")"
	done
}

test_is "every help fits a terminal of 80 columns and says what to type"
for c in demo serve init desk tell team seal open version; do
	"$sotto" $c --help >"$T/help"
	awk 'length($0) > 80 { exit 1 }' "$T/help" || fail "$c is too wide"
	[ "$(wc -l <"$T/help")" -le 45 ] || fail "$c is too long"
	head -n 1 "$T/help" | grep -q "^usage: sotto $c" || fail "$c: no usage"
	[ $c = version ] || grep -Eq "^  sotto $c( |\$)" "$T/help" || fail "$c: no example"
	"$sotto" --help | grep -q "^  sotto $c  *[a-z]" || fail "$c is not listed"
done

test_is "misuse of any command is one sentence and status 2"
for c in serve init desk tell team seal open; do
	refused 2 "see: sotto $c --help" "$sotto" $c
done
for c in demo serve init desk tell team seal open version; do
	refused 2 "see: sotto $c --help" "$sotto" $c a b c d e f
	[ $c = version ] || refused 2 "see: sotto $c --help" "$sotto" $c --no-such-thing
done
refused 2 "no such command" "$sotto" sing
refused 2 "given twice" "$sotto" init "$T/b" --name a --name b
refused 2 "one folder" "$sotto" init "$T/b" "$T/c" --name a
refused 2 "value" "$sotto" init "$T/b" --name
for name in " a" "a " "" "  " "$(printf 'a\nb')" "$(printf 'x\377')" "$(head -c 101 "$T/huge")"; do
	refused 2 "1 to 100 bytes" "$sotto" init "$T/b" --name "$name"
	case $name in ?a | a?) continue ;; esac # tell takes these
	refused 2 "1 to 100 bytes" "$sotto" tell "$line" --phrase-file x --name "$name"
done
[ ! -e "$T/b" ] || fail "something was made"

test_is "an option that is none is named as typed, and so is one without value"
for c in demo serve init join desk tell team seal open; do
	for typed in --no-such-thing -z -zebra; do
		refused 2 "^sotto $c: there is no such option: $typed\\. See" "$sotto" $c "$T/b" $typed
	done
	refused 2 "no such option: --secretly\\. See" "$sotto" $c --secretly=this "$T/b"
	for typed in "$(printf -- '--\033[31m\n\tred')" "$(printf -- '--\377')" "--$(head -c 999 "$T/huge")"; do
		refused 2 "no such option: --" "$sotto" $c "$typed"
		tr -d '\n' <"$T/err" | LC_ALL=C grep -q "$(printf '[\001-\037\377]')" && fail "it steers: $c"
		[ "$(wc -c <"$T/err")" -lt 160 ] || fail "it is as long as it likes: $c"
	done
done
while read -r c typed; do
	refused 2 "^sotto $c: the value of $typed is missing\\. See" "$sotto" $c "$T/b" "$typed"
done <<'L'
demo --port
serve --listen-desk
init --name
join --code
desk --line
tell --phrase-file
team --to
seal --recipient
seal -r
open -i
L
refused 2 "^sotto seal: the value of -ar is missing" "$sotto" seal -ar
refused 2 "^sotto seal: there is no such option: -axp\\." "$sotto" seal -o x -axp
refused 2 "^sotto desk: --json takes no value\\." "$sotto" desk "$T/b" --json=yes
refused 2 "^sotto open: there is no such option: -q\\." "$sotto" open --output=x -q
[ ! -e "$T/b" ] || fail "something was made"

test_is "no passphrase is asked for where no team can be made"
refused 1 "no team, desk or line yet" setsid -w "$sotto" init "$T/a" --name x
refused 1 "no team, desk or line yet" setsid -w "$sotto" init "$T/pw" --name x
refused 1 "around it" setsid -w "$sotto" init "$T/none/b" --name x
for p in "$T/folder" "$T/none" /dev/zero; do
	refused 1 "passphrase" "$sotto" init "$T/b" --name x --passphrase-file "$p"
	refused 1 "passphrase" "$sotto" desk "$T/a/desk" --passphrase-file "$p" inbox
	refused 1 "passphrase" "$sotto" seal --passphrase-file "$p" "$T/pw"
done
[ ! -e "$T/b" ] || fail "something was made"

test_is "a folder in the place of a file, and a file in that of a folder"
refused 1 "keys" "$sotto" open -i "$T/folder" "$T/pw"
refused 1 "recipients" "$sotto" seal -R "$T/folder" "$T/pw"
refused 1 "plain file" "$sotto" seal -r "$("$sotto" seal --keygen | sed -n 's/^# recipient: //p')" "$T/folder"
refused 1 "nine words" "$sotto" tell "$line" --phrase-file "$T/folder" --read
refused 1 "nine words" "$sotto" tell "$line" --phrase-file /dev/zero --read
refused 1 "folder" "$sotto" serve "$T/pw"
refused 1 "folder" "$sotto" demo --dir "$T/pw"
refused 1 "folder" "$sotto" demo --dir "$T/none/b"

a_line
"$sotto" tell "$line" --new-phrase >"$T/words"

test_is "a message that is none is not sent"
with "$T/blank" 1 "nothing to send" tell
with "$T/latin" 1 "UTF-8" tell
with "$T/nul" 1 "UTF-8" tell
with "$T/long" 1 "100,000 characters" tell
with "$T/folder" 1 "standard input" tell
with "$T/pw" 1 "ID=TEXT" tell --answer "Q=x"
with "$T/pw" 1 "ID=TEXT" tell --answer "q=$(cat "$T/latin")"
with "$T/pw" 1 "ID=TEXT" tell --answer "q=$(cat "$T/blank")"
with "$T/pw" 1 "no such thing" tell --attach "$T/none"
with "$T/pw" 1 "cannot be attached" tell --attach "$T/folder"
got=0
tell <&- 2>"$T/err" || got=$?
[ $got = 1 ] && grep -q "standard input" "$T/err" || fail "$(cat "$T/err")"
refused 1 "name a folder" tell --read --to "$T/pw"
refused 1 "name a folder" tell --read --to "$T/none/b"
case $line in *aa) other=${line%??}bb ;; *) other=${line%??}aa ;; esac
refused 1 "does not belong" "$sotto" tell "$other" --phrase-file "$T/words" --read

test_is "a clock that is wrong is said on both sides"
printf '\000\000\000\000\000\003\364\200' >"$T/clock" # three days
export SOTTO_CLOCK="$T/clock"
refused 1 "clock" "$sotto_sim" tell "$line" --phrase-file "$T/words" --read
refused 1 "clock|day" "$sotto_sim" desk "$T/a/desk" --passphrase-file "$T/pw" --line "$url" sync
export SOTTO_CLOCK=

test_is "nothing of all that came to the line"
echo "the first that is one" | tell >/dev/null
desk sync --line "$url" | grep -q '^1 new message, 0 files\.$' || fail "more came"
handle=$(desk inbox --json | sed -n 's/.*"handle":"\([a-z-]*\)".*/\1/p')

test_is "an answer that is none is not sent"
with "$T/blank" 1 "no text" desk reply "$handle"
with "$T/latin" 1 "UTF-8" desk reply "$handle"
with "$T/huge" 1 "400,000 bytes" desk reply "$handle"
with "$T/folder" 1 "standard input" desk reply "$handle"
[ "$(tell --read --json | tr -d '\n')" = "[]" ] || fail "something was sent"

test_is "an output that cannot be written is said"
closed "$sotto" version
closed "$sotto" --help
closed "$sotto" tell --help
closed "$sotto" seal --keygen
closed "$sotto" tell "$line" --phrase-file "$T/words" --read
closed "$sotto" tell "$line" --questions
closed "$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" show "$handle"

test_is "what was killed while it held a lock is in nobody's way"
mkfifo "$T/pipe"
hold() {
	"$sotto" desk "$T/a/desk" --passphrase-file "$T/pw" reply "$handle" \
		<"$T/pipe" >/dev/null 2>&1 &
	held=$!
}
hold
exec 9>"$T/pipe"
busy() {
	got=0
	# The other may have been the first to hold it.
	kill -0 "$held" 2>/dev/null || hold
	desk log >/dev/null 2>"$T/err" || got=$?
	[ $got = 1 ] && grep -q "Another sotto desk" "$T/err"
}
until_true 20 busy
kill -9 $held
wait $held 2>/dev/null || true
exec 9>&-
[ -e "$T/a/desk/lock" ] || fail "there is no lock"
desk log >/dev/null || fail "the lock is stale"
refused 1 "another .sotto serve." "$sotto" serve "$T/a/line" --listen 127.0.0.1:0
test_end
