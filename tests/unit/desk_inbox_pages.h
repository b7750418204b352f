/* desk_inbox_pages: the inbox as it may look, for test_desk_pages.c, which has
 * what stands in it. */
#ifndef UNIT_DESK_INBOX_PAGES_H
#define UNIT_DESK_INBOX_PAGES_H

static enum err
inbox(struct buf *b)
{
	static struct desk_row rows[ROWS];
	const struct desk_inbox v = { .count = { ROWS, 2, 5, 4, 3 },
		.rows = rows,
		.row_count = ROWS,
		.watch = { "/changes", "/", 7 },
		.synced = say("There were new messages."),
		.fetched = TODAY,
		.today = TODAY };

	for (unsigned i = 0; i < ROWS; i++)
		rows[i] = (struct desk_row){ .handle = "orbit-velvet-canyon",
			.name = i % 3 == 0 ? "north crane" : NULL,
			.excerpt = i % 4 == 3 ? ARABIC : FIRST,
			.excerpt_len = i % 4 == 3 ? sizeof ARABIC - 1 : 150,
			.day = TODAY - i,
			.unread = i < 2 ? i + 1 : 0,
			.files = i % 2,
			.waiting = i < 5,
			.asks_deletion = i == 4,
			.has_draft = i % 5 == 1,
			.assigned = i % 2 == 1 ? "Night desk, Front" : NULL };
	rows[1].handle = "spectacular-spectacular-spectacular-12";
	rows[1].name = "somebody-with-a-name-of-sixty-letters-and-no-space-"
		       "anywhere-x";
	return desk_view_inbox(b, &frame, &v);
}

/* A sentence with its number, as the desk says it. */
static const char *
say_number(char out[static 300], const char *sentence, unsigned n)
{
	const char *text = say(sentence), *at = strstr(text, "{1}");

	OK(at != NULL);
	(void)snprintf(out, 300, "%.*s%u%s", (int)(at - text), text, n, at + 3);
	return out;
}

static enum err
inbox_warned(struct buf *b)
{
	char said[2][300];
	const char *const warnings[] = {
		say_number(said[0], renewal_text(RENEWAL_ENDS), 12),
		say_number(said[1],
		    "Answers that were cut off need their files again: {1}. "
		    "Each waits in its conversation: choose the same files "
		    "there, and send it.",
		    3),
	};
	struct desk_frame f = frame;
	enum err e;

	f.warnings = warnings;
	f.warning_count = 2;
	f.said = say("Marked as junk. It lies under Junk now.");
	frame = f;
	e = inbox(b);
	frame = (struct desk_frame){ .team = f.team, .lang = f.lang };
	return e;
}

static enum err
inbox_of(struct buf *b, enum desk_filter filter, const char *search)
{
	const struct desk_inbox v = { .filter = filter,
		.search = search,
		.fetched = TODAY - 4,
		.today = TODAY,
		.synced = say("The line took too long. Nothing is lost; this "
			      "desk tries again by itself.") };

	return desk_view_inbox(b, &frame, &v);
}

static enum err
inbox_empty(struct buf *b)
{
	return inbox_of(b, DESK_ALL, NULL);
}

static enum err
inbox_first(struct buf *b)
{
	const struct desk_inbox v = { .today = TODAY };

	return desk_view_inbox(b, &frame, &v);
}

static enum err
inbox_junk(struct buf *b)
{
	return inbox_of(b, DESK_JUNK, NULL);
}

/* A team of several doors: a row names its own, and one can be looked at. */
static enum err
inbox_doors(struct buf *b)
{
	static const struct desk_door doors[] = {
		{ "00000001", "Front", 4 },
		{ "00000002", "Those who know machines & <parts>", 1 },
	};
	static const struct desk_row row = {
		.handle = "orbit-velvet-canyon",
		.excerpt = FIRST,
		.excerpt_len = 150,
		.day = TODAY,
		.door = "Those who know machines & <parts>",
	};
	const struct desk_inbox v = { .doors = doors,
		.door_count = COUNT(doors),
		.door = &doors[1],
		.rows = &row,
		.row_count = 1,
		.fetched = TODAY,
		.today = TODAY };

	return desk_view_inbox(b, &frame, &v);
}

static enum err
inbox_not_found(struct buf *b)
{
	return inbox_of(b, DESK_ALL, "inspection book");
}

static enum err
inbox_fetching(struct buf *b)
{
	const struct desk_inbox v = { .fetching = true };

	return desk_view_inbox(b, &frame, &v);
}

#endif
