/* desk_look_pages: what sources see, as test_desk_pages draws it. */
#ifndef UNIT_DESK_LOOK_PAGES_H
#define UNIT_DESK_LOOK_PAGES_H

static const struct seen_line set_to = { .name = "Example Group",
	.title = "Write to us",
	.about = "Who we are, and <b>why</b> we ask.",
	.readers = "Two of us.",
	.file_max = (uint64_t)2 << 30,
	.days = 90 };

static enum err
look_well(struct buf *b)
{
	return desk_view_look(
	    b, &frame, &(struct desk_look){ .day = 20800, .line = &set_to });
}

static enum err
look_first(struct buf *b)
{
	return desk_view_look(b, &frame, &(struct desk_look){ .day = 0 });
}

static enum err
look_odd(struct buf *b)
{
	static const struct seen_found found[] = {
		{ .what = SEEN_ALIEN,
		    .page = SEEN_PHRASE,
		    .since = 20790,
		    .sees = "<script src=\"//example.org/x.js\">" },
		{ .what = SEEN_WORDS,
		    .page = SEEN_WRITE,
		    .since = 20700,
		    .sees = "Only we can open them, and the ministry.",
		    .ours = "Then only we can open them." },
		{ .what = SEEN_DAYS,
		    .page = SEEN_START,
		    .since = 20700,
		    .sees = "9",
		    .ours = "90" },
	};
	static const uint32_t gone[] = { 0, 20795, 0 };

	return desk_view_look(b, &frame,
	    &(struct desk_look){ .day = 20800,
		.found = found,
		.gone = gone,
		.n = COUNT(found),
		.more = true,
		.line = &set_to });
}

#endif
