# sotto seal and sotto open: keys, files, passphrases, and every wrong use.
. tests/cli/lib.sh

recipient() { sed -n 's/^# recipient: //p' "$1"; }
nothing_left() {
	for f in "$T"/*.part; do [ ! -e "$f" ] || fail "$f is left"; done
}
age_text="-----BEGIN AGE ENCRYPTED FILE-----"
head -c 200000 /dev/urandom >"$T/plain"

test_is "a key is made for its owner alone and never written over"
shown=$("$sotto" seal --keygen -o "$T/key")
[ "$shown" = "$(recipient "$T/key")" ] || fail "it showed $shown"
[ "$(stat -c %a "$T/key")" = 600 ] || fail "mode $(stat -c %a "$T/key")"
cp "$T/key" "$T/key.was"
refused 1 "never written over" "$sotto" seal --keygen -o "$T/key"
same "$T/key" "$T/key.was"
"$sotto" seal --keygen --hybrid >"$T/hybrid"
grep -q '^AGE-SECRET-KEY-PQ-1' "$T/hybrid" || fail "no hybrid key"
"$sotto" seal --keygen >"$T/other"
to=$(recipient "$T/key")
to_hybrid=$(recipient "$T/hybrid")

test_is "what is sealed to a key opens with it, from files and through pipes"
for r in "$to" "$to_hybrid"; do
	"$sotto" seal -r "$r" -o "$T/sealed" "$T/plain"
	"$sotto" open -i "$T/key" -i "$T/hybrid" -o "$T/back" "$T/sealed"
	same "$T/plain" "$T/back"
	"$sotto" seal -r "$r" <"$T/plain" | "$sotto" open -i "$T/hybrid" -i "$T/key" - >"$T/back"
	same "$T/plain" "$T/back"
done

test_is "a file of recipients may have comments, and armor is text"
printf '# the desk\n\n%s\n%s\r\n' "$to" "$(recipient "$T/other")" >"$T/recipients"
"$sotto" seal -a -R "$T/recipients" -o "$T/sealed" "$T/plain"
[ "$(head -n 1 "$T/sealed")" = "$age_text" ] || fail "no armor"
for k in key other; do
	"$sotto" open -i "$T/$k" "$T/sealed" >"$T/back"
	same "$T/plain" "$T/back"
done

test_is "a passphrase from a file seals and opens"
printf 'seven wet dogs\n' >"$T/words"
"$sotto" seal --passphrase-file "$T/words" --work 10 -o "$T/sealed" "$T/plain"
"$sotto" open --passphrase-file "$T/words" "$T/sealed" >"$T/back"
same "$T/plain" "$T/back"
printf 'seven wet cats\n' >"$T/wrong"
refused 1 "passphrase is wrong" "$sotto" open --passphrase-file "$T/wrong" "$T/sealed"
refused 1 "use -p" "$sotto" open -i "$T/key" "$T/sealed"
: >"$T/empty"
refused 1 "empty passphrase" "$sotto" open --passphrase-file "$T/empty" "$T/sealed"
refused 1 "no such thing" "$sotto" open --passphrase-file "$T/nowhere" "$T/sealed"

test_is "without a terminal a passphrase is not asked for"
refused 1 "no terminal" setsid -w "$sotto" seal -p "$T/plain"

test_is "no passphrase is asked for where there is nothing to seal or open"
refused 1 "no such thing" setsid -w "$sotto" seal -p "$T/nowhere"
refused 1 "plain file" setsid -w "$sotto" seal -p "$T"
refused 1 "no such thing" setsid -w "$sotto" open -p "$T/nowhere"

# typed STATUS KEYS... -- COMMAND...: at a terminal, one of KEYS a prompt; says
# afterwards whether the terminal shows again what is typed.
cat >"$T/typed.py" <<'END'
import os, select, sys, termios
want, rest = int(sys.argv[1]), sys.argv[2:]
cut = rest.index("--")
keys, command = rest[:cut], rest[cut + 1:]
leader, follower = os.openpty()
pid = os.fork()
if pid == 0:
    os.close(leader)
    os.login_tty(os.dup(follower))
    os.execvp(command[0], command)
def ready(wait):
    return select.select([leader], [], [], wait)[0]
seen = b""
while True:
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        break
    if not ready(0.05):
        continue
    seen += os.read(leader, 4096)
    if keys and seen.rstrip().endswith(b":"):
        os.write(leader, keys.pop(0).encode().decode("unicode_escape").encode("latin1"))
        seen += b"(typed)"
while ready(0):
    seen += os.read(leader, 4096)
sys.stdout.buffer.write(seen)
echo = termios.tcgetattr(follower)[3] & termios.ECHO
sys.exit(0 if os.waitstatus_to_exitcode(status) == want and echo else 1)
END
typed() { python3 "$T/typed.py" "$@" >"$T/screen" || fail "it showed: $(cat "$T/screen")"; }

test_is "a typed passphrase is not shown, may be mended, and is asked twice"
typed 0 'sevem\010n wet dogs\r' 'x y\025seven wet dogs\n' -- "$sotto" seal -p --work 10 -o "$T/typed" "$T/plain"
! grep -q 'wet' "$T/screen" || fail "the screen shows it"
"$sotto" open --passphrase-file "$T/words" "$T/typed" >"$T/back"
same "$T/plain" "$T/back"
typed 0 'seven wet dogz\303\244\177\177s\r' -- "$sotto" open -p -o "$T/back" "$T/typed"
same "$T/plain" "$T/back"
typed 1 'one\r' 'two\r' -- "$sotto" seal -p -o "$T/never" "$T/plain"
grep -q 'differ' "$T/screen" || fail "$(cat "$T/screen")"

test_is "an interrupt at the prompt does nothing and leaves the terminal as it was"
typed 1 'sev\003' -- "$sotto" seal -p -o "$T/never" "$T/plain"
grep -q 'nothing was done' "$T/screen" || fail "$(cat "$T/screen")"
[ ! -e "$T/never" ] || fail "it did something"

test_is "another key opens nothing, and says so"
"$sotto" seal -r "$to" -o "$T/sealed" "$T/plain"
refused 1 "another key" "$sotto" open -i "$T/other" "$T/sealed"
refused 1 "use -i" "$sotto" open --passphrase-file "$T/words" "$T/sealed"

test_is "of an altered or cut file no output gets its name"
echo old >"$T/back"
cp "$T/sealed" "$T/bad"
printf x | dd of="$T/bad" bs=1 seek=150000 conv=notrunc 2>/dev/null
refused 1 "altered or damaged" "$sotto" open -i "$T/key" -o "$T/back" "$T/bad"
[ "$(cat "$T/back")" = old ] || fail "the old file is gone"
head -c 150000 "$T/sealed" >"$T/bad"
refused 1 "altered or damaged|cut short" "$sotto" open -i "$T/key" -o "$T/fresh" "$T/bad"
[ ! -e "$T/fresh" ] || fail "a piece has the whole's name"
nothing_left

test_is "on standard output only authentic chunks come before the fault"
refused 1 "altered or damaged|cut short" "$sotto" open -i "$T/key" "$T/bad"
[ "$(wc -c <"$T/out")" = 131072 ] || fail "$(wc -c <"$T/out") bytes"
head -c 131072 "$T/plain" | cmp -s - "$T/out" || fail "they differ"

test_is "what is no age file is named so"
refused 1 "age file" "$sotto" open -i "$T/key" "$T/plain"
printf 'age-encryption.org/v9\n' >"$T/bad"
refused 1 "version" "$sotto" open -i "$T/key" "$T/bad"
refused 1 "cut short" "$sotto" open -i "$T/key" "$T/empty"
refused 1 "no such thing" "$sotto" open -i "$T/key" "$T/nowhere"
refused 1 "plain file" "$sotto" open -i "$T/key" "$T"
refused 1 "no such thing" "$sotto" seal -r "$to" -o "$T/no/where" "$T/plain"

test_is "bad keys are named with their line"
printf '# mine\nAGE-SECRET-KEY-1QQQQ\n' >"$T/bad"
refused 1 "line 2 of" "$sotto" open -i "$T/bad" "$T/sealed"
refused 1 "no such thing" "$sotto" open -i "$T/empty" "$T/sealed"
printf '%s\nage1nonsense\n' "$to" >"$T/bad"
refused 1 "line 2 of" "$sotto" seal -R "$T/bad" "$T/plain"
refused 1 "cannot be used" "$sotto" seal -r age1nonsense "$T/plain"
refused 1 "that is a secret key" "$sotto" seal -r "$(grep ^AGE "$T/key")" "$T/plain"
refused 1 "cannot be used" "$sotto" seal -r "$(echo "$to" | tr a-z A-Z)" "$T/plain"

test_is "misuse is misuse"
refused 2 "for whom" "$sotto" seal "$T/plain"
refused 2 "not both" "$sotto" seal -r "$to" --passphrase-file "$T/words" "$T/plain"
refused 2 "not mixed" "$sotto" seal -r "$to" -r "$to_hybrid" "$T/plain"
refused 2 "one file" "$sotto" seal -r "$to" "$T/plain" "$T/plain"
refused 2 "no such option" "$sotto" seal --frobnicate
refused 2 "value of -r is missing" "$sotto" seal -r
refused 2 "10 to 22" "$sotto" seal --work 9 --passphrase-file "$T/words" "$T/plain"
refused 2 "10 to 22" "$sotto" seal --work 12x --passphrase-file "$T/words" "$T/plain"
refused 2 "keygen" "$sotto" seal --hybrid -r "$to" "$T/plain"
refused 2 "alone" "$sotto" seal --keygen -r "$to"
refused 2 "with what" "$sotto" open "$T/sealed"
refused 2 "with what" "$sotto" open -i "$T/key" --passphrase-file "$T/words" "$T/sealed"
refused 2 "one file" "$sotto" open -i "$T/key" "$T/sealed" "$T/sealed"
refused 2 "no such option" "$sotto" open --what "$T/sealed"

test_is "a file may be sealed onto itself, and a link stays a link"
cp "$T/plain" "$T/self"
"$sotto" seal -r "$to" -o "$T/self" "$T/self"
ln -s self "$T/link"
"$sotto" open -i "$T/key" -o "$T/link" "$T/link"
[ -L "$T/link" ] || fail "the link is gone"
same "$T/plain" "$T/self"
nothing_left

test_is "an interrupted opening leaves nothing on the disk"
"$sotto" seal -r "$to" -o "$T/sealed" "$T/plain"
mkfifo "$T/slow"
mkdir "$T/dir"
"$sotto" open -i "$T/key" -o "$T/dir/fresh" "$T/slow" &
pid=$!
{
	head -c 150000 "$T/sealed"
	kill -9 $pid
	wait $pid || true
} >"$T/slow" 2>/dev/null
[ -z "$(ls -A "$T/dir")" ] || fail "there is $(ls -A "$T/dir")"

test_is "a full disk is said"
refused 1 "writing failed: there is no room" "$sotto" seal -r "$to" -o /dev/full "$T/plain"
[ -c /dev/full ] || fail "the device was replaced"

test_is "a file of any length takes constant memory"
(
	ulimit -v 150000
	head -c 400000000 /dev/zero | "$sotto" seal -r "$to" | "$sotto" open -i "$T/key" |
		cmp -n 400000000 - /dev/zero
) || fail "not the same"
test_end
