# Rows of documents that nobody trusts.

# A room, a program that does nothing in it, and the end of both.
row_worker() {
	set -- $("$B/rooms")
	say "a room, /bin/true in it, all ended, ms" "$1" - "at most" 5
	say "  another run in a room that is there" "$2" "$("$M" wall /bin/true)" - ""
}
