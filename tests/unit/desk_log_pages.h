/* desk_log_pages: the log, the check of it and the periods as they may look,
 * for test_desk_pages.c, which has what stands in them. */
#ifndef UNIT_DESK_LOG_PAGES_H
#define UNIT_DESK_LOG_PAGES_H

#include "desk/periods.h"
#include "desk/view_log.h"

#define ENTRIES 6U

static struct said *one_said[1];
static struct conv here = {
	.handle = "orbit-velvet-canyon", .said = one_said, .said_n = 1
};

static void
log_rows(struct desk_log_row *rows)
{
	const struct logbook_act acts[ENTRIES] = {
		{ .says = LANG_N("answered {1}"),
		    .conv = &here,
		    .has_conv = true },
		{ .says = LANG_N("assigned {1} to {7}"),
		    .id = { 0x9f, 0x3a, 0x1b, 0x2c },
		    .has_conv = true },
		{ .says = LANG_N("announced that {1} is destroyed on {5}"),
		    .conv = &here,
		    .has_conv = true,
		    .day = TODAY + 7 },
		{ .says = LANG_N("set the outcome of {1} to {6}"),
		    .conv = &here,
		    .has_conv = true,
		    .outcome = OUTCOME_IRRELEVANT },
		{ .says = LANG_N("set the periods, in days: junk {2}, "
				 "irrelevant {3}, closed {4}"),
		    .numbers = { 30, 60, 1095 } },
		{ .says = NULL },
	};

	for (unsigned i = 0; i < ENTRIES; i++)
		rows[i] = (struct desk_log_row){ .came = i == 4 ? 0 : TODAY - i,
			.who = i == 3    ? NULL
			    : i % 2 == 0 ? "Night desk"
					 : "No\xc4\x8dn\xc3\xad sm\xc4\x9bna",
			.device = "1a2b3c4d",
			.number = 40 - i,
			.type = "foretold",
			.members = "Front, Night desk",
			.act = acts[i] };
	rows[5].standing = TEAMLOG_TYPE;
}

static enum err
log_with(struct buf *b, struct desk_log *v)
{
	static struct desk_log_row rows[ENTRIES];

	log_rows(rows);
	v->rows = rows;
	v->row_count = ENTRIES;
	v->odd = 1;
	v->members = team;
	v->member_count = 3;
	return desk_view_log(b, &frame, v);
}

static enum err
log_page(struct buf *b)
{
	struct desk_log v = { .key = "", .older = true };

	return log_with(b, &v);
}

static enum err
log_of_one(struct buf *b)
{
	struct desk_log v = { .part = DESK_LOG_ALL,
		.key = "talk.orbit-velvet-canyon",
		.handle = "orbit-velvet-canyon",
		.newer = 50 };

	return log_with(b, &v);
}

/* Every reason why an entry may have no effect. */
static enum err
log_odd(struct buf *b)
{
	static struct desk_log_row rows[TEAMLOG_STANDINGS];
	const struct desk_log v = { .part = DESK_LOG_ODD,
		.key = "odd",
		.odd = TEAMLOG_STANDINGS,
		.rows = rows,
		.row_count = TEAMLOG_STANDINGS };

	for (unsigned i = 0; i < TEAMLOG_STANDINGS; i++)
		rows[i] = (struct desk_log_row){ .came = TODAY,
			.who = i == TEAMLOG_STRANGER ? NULL : "Front",
			.device = "9e8d7c6b",
			.number = i,
			.type = "reply",
			.act = { .says = "answered {1}",
			    .conv = &here,
			    .has_conv = true },
			.standing = i,
			.twin = i == TEAMLOG_EFFECT,
			.lacks = i == TEAMLOG_GAP,
			.waits_for = "00d1c2b3" };
	return desk_view_log(b, &frame, &v);
}

static enum err
log_empty(struct buf *b)
{
	const struct desk_log v = { .part = DESK_LOG_ODD, .key = "odd" };

	return desk_view_log(b, &frame, &v);
}

static enum err
verify_well(struct buf *b)
{
	static struct logbook_device list[] = {
		{ .member = "Night desk",
		    .next = 214,
		    .kept = 214,
		    .named = true,
		    .id = { 0x1a, 0x2b, 0x3c, 0x4d } },
		{ .member = "",
		    .next = 12,
		    .kept = 12,
		    .without = 1,
		    .named = true },
	};
	const struct logbook_check v = {
		.list = list, .n = 2, .at = 226, .all = 226
	};

	return desk_view_verify(b, &frame, &v);
}

static enum err
verify_odd(struct buf *b)
{
	static struct logbook_device list[] = {
		{ .member = "Night desk",
		    .next = 214,
		    .kept = 219,
		    .waiting = 5,
		    .named = true },
		{ .member = "Front",
		    .next = 31,
		    .kept = 40,
		    .odd = 2,
		    .forged = 1,
		    .forked = true,
		    .fork = 17,
		    .named = true },
		{ .member = "", .kept = 1, .waiting = 1 },
	};
	const struct logbook_check v = {
		.list = list, .n = 3, .lacks = 2, .at = 260, .all = 260
	};

	return desk_view_verify(b, &frame, &v);
}

static enum err
verify_going(struct buf *b)
{
	const struct logbook_check v = { .at = 4100, .all = 10000 };

	return desk_view_verify(b, &frame, &v);
}

static enum err
periods_with(struct buf *b, bool admin)
{
	struct desk_template list[8];
	const struct desk_periods v = { .junk = 30,
		.irrelevant = 60,
		.closed = 0,
		.templates = list,
		.template_count = periods_count(),
		.now = 1,
		.admin = admin };

	OK(periods_count() <= COUNT(list));
	for (size_t i = 0; i < periods_count(); i++)
		list[i] = (struct desk_template){ periods_at(i)->name,
			periods_at(i)->means };
	return desk_view_periods(b, &frame, &v);
}

static enum err
periods_admin(struct buf *b)
{
	return periods_with(b, true);
}

static enum err
periods_viewer(struct buf *b)
{
	return periods_with(b, false);
}

#endif
