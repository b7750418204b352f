# Rows of documents that nobody trusts.

# A room, and a program that does nothing in it.
row_worker() {
	set -- $("$B/rooms")
	say "a room, and /bin/true run in it, ms" "$1" - "at most" 5
	say "  its end" "$3" - - ""
	say "  another run in a room that is there" "$2" "$("$M" wall /bin/true)" - ""
}
