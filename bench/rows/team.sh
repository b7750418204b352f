# Rows of a team's desks that need no running line.

row_merge() {
	say "10,000 entries of another desk merged, CPU s" "$("$M" merge 10000)" - "at most" 1
}
