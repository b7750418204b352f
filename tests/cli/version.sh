# What the program says of itself, and how it answers misuse.
. tests/cli/lib.sh

test_is "version names the compiler and the libraries"
"$sotto" --version >"$T/v"
grep -q '^sotto [0-9]' "$T/v"
grep -Eq '(gcc|clang) [0-9]' "$T/v"
grep -Eq 'libsodium [0-9.]+, OpenSSL [0-9]' "$T/v"

test_is "nothing of what the test build can be told is in the released program"
for word in SOTTO_CLOCK SOTTO_WORK SOTTO_CHEAP; do
	strings -a "$sotto_sim" | grep -q "$word" || fail "sotto-sim has no $word"
	! strings -a "$sotto" | grep "$word" || fail "it is in sotto"
done

test_is "what only some commands need is not loaded by all"
objdump -p "$sotto" >"$T/linked"
grep -q 'NEEDED.*libsodium' "$T/linked" || fail "objdump does not say what it is linked with"
! grep -E 'NEEDED.*(microhttpd|gnutls|curl)' "$T/linked" || fail "a room waits for it"

test_is "an unknown command is misuse and says where help is"
refused 2 "help" "$sotto" nonsense

test_is "help fits a screen for every command"
"$sotto" --help >"$T/h"
for c in $(sed -n 's/^  sotto \([a-z]*\).*/\1/p' "$T/h") desk.more; do
	more=${c#*.}
	c=${c%.*}
	"$sotto" "$c" --help "$more" >"$T/c" || fail "$c --help fails"
	[ "$(wc -l <"$T/c")" -le 40 ] || fail "$c --help is longer than a screen"
	[ "$(awk '{ if (length > 80) n++ } END { print n + 0 }' "$T/c")" = 0 ] || fail "$c --help is wider than 80"
	grep -q '^usage: sotto '"$c" "$T/c" || fail "$c --help does not begin with its usage"
done
"$sotto" desk --help more | grep -q "unpack FILE" || fail "the second screen is not there"
! "$sotto" desk --help | grep -q "unpack FILE" || fail "the second screen is the first"

test_is "misuse names the screen of the help that lists the verb"
# see VERB SCREENS: what stands behind "See: ".
see() {
	refused 2 "See: $2\$" "$sotto" desk "$T/none" $1
	"$sotto" desk "$T/none" $1 --help >"$T/c"
	grep -Eq "^  ([a-z]+, )*$1( |,|\$)" "$T/c" || fail "$1 --help is another's"
}
see show 'sotto desk --help'
for v in restrict outcome assign verify; do
	refused 2 "See: sotto desk --help more\$" "$sotto" desk "$T/none" $v --attach x a
	"$sotto" desk "$T/none" $v --help >"$T/c"
	grep -Eq "^  ([a-z]+, )*$v( |\$)" "$T/c" || fail "$v --help is another's"
	"$sotto" desk --help $v | cmp -s - "$T/c" || fail "--help $v"
done
see delete 'sotto desk --help, and sotto desk --help more'
refused 2 "no such verb. See: sotto desk --help, and sotto desk --help more\$" \
	"$sotto" desk "$T/none" colour
refused 2 "See: sotto team --help\$" "$sotto" team add

test_is "there is a man page for every command and it reads"
sh tools/man.sh "$sotto" "$T/man"
for c in $(sed -n 's/^  sotto \([a-z]*\).*/\1/p' "$T/h"); do
	[ -s "$T/man/sotto-$c.1" ] || fail "none for $c"
	! man --warnings -l "$T/man/sotto-$c.1" 2>&1 >/dev/null | grep . || fail "$c"
done
test_end
