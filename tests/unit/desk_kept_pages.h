/* desk_kept_pages: conversations that only some read, or that are kept in some
 * way, for test_desk_pages.c, which has what stands in them. */
#ifndef UNIT_DESK_KEPT_PAGES_H
#define UNIT_DESK_KEPT_PAGES_H

#include "desk/readers.h"

/* Only two of three read it; its source does not know yet, and somebody who
 * does not read it tried to change that. */
static enum err
talk_restricted(struct buf *b)
{
	static const uint8_t ids[3][MEMBER_ID_BYTES] = { { 1 }, { 2 }, { 3 } };
	static const struct readers r = {
		.restricted = true,
		.may_change = true,
		.n = 3,
		.list = { { .id = ids[0], .name = "Night desk", .reads = true },
		    { .id = ids[1], .name = "Front" },
		    { .id = ids[2],
			.name = "No\xc4\x8dn\xc3\xad sm\xc4\x9bna",
			.reads = true } },
		.hints_n = 2,
		.hints = { "Its source does not know yet: until it has read an "
			   "answer of yours, what it writes can be read as "
			   "before. Answer it now.",
		    "Somebody who does not read this conversation tried to "
		    "change who reads it; that had no effect. See the log." },
	};
	struct desk_talk v = base;

	v.readers = &r;
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_held(struct buf *b)
{
	struct desk_talk v = base;

	v.kept = (struct desk_kept){ .outcome = OUTCOME_CLOSED,
		.hold = true,
		.stays = true,
		.ends = TODAY + 400,
		.several = true,
		.editor = true,
		.admin = true };
	v.level = DESK_LEVEL_OFF_RECORD;
	return desk_view_talk(b, &frame, &v);
}

static enum err
delete_held(struct buf *b)
{
	const struct desk_kept kept = { .hold = true, .editor = true };

	return desk_view_delete(b, &frame, base.handle, &kept);
}

static enum err
delete_alone(struct buf *b)
{
	const struct desk_kept kept = { .editor = true, .admin = true };

	return desk_view_delete(b, &frame, base.handle, &kept);
}

#endif
