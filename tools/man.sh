#!/bin/sh
# man SOTTO DIR: write a man page for the program and one for every command
# into DIR, from what the commands say of themselves, so that the two cannot
# disagree.
set -eu
sotto=$1
dir=$2
mkdir -p "$dir"
version=$("$sotto" --version | sed -n 's/^sotto //p')
list=$(mktemp)
trap 'rm -f "$list"' EXIT
"$sotto" --help >"$list"

page() { # NAME WHAT < help
	printf '.TH %s 1 "" "sotto %s"\n' "$(echo "$1" | tr a-z A-Z)" "$version"
	printf '.SH NAME\n%s \\- %s\n.SH DESCRIPTION\n.nf\n' "$1" "$2"
	sed -e 's/\\/\\e/g' -e "s/^\([.']\)/\\\\\&\1/" -e 's/-/\\-/g'
	printf '.fi\n.SH EXIT STATUS\n0 done, 1 failed, 2 misuse.\n'
}

what=$(head -n 1 "$list" | sed 's/^sotto //; s/\.$//')
page sotto "$what" <"$list" >"$dir/sotto.1"
sed -n 's/^  sotto \([a-z]*\)  *\(.*\)/\1 \2/p' "$list" | while read -r name say; do
	{
		"$sotto" "$name" --help
		! "$sotto" "$name" --help | grep -q -e '--help more' ||
			{ echo && "$sotto" "$name" --help more; }
	} | page "sotto-$name" "$say" >"$dir/sotto-$name.1"
done
