/* What an entry of the log did, as a sentence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "lang/lang.h"

#include "desk/inside.h"
#include "desk/logbook.h"

/* The second sentence holds when the entry's yes or no is no, its day is none,
 * or it names nobody. */
static const struct row {
	const char *yes, *no;
	bool of_conv; /* it is about a conversation */
	bool upkeep; /* made without a member's doing */
} rows[EFFECT_KINDS] = {
	[EFFECT_READ] = { LANG_N("read messages of {1}"), NULL, true, false },
	[EFFECT_REPLY] = { LANG_N("answered {1}"), NULL, true, false },
	[EFFECT_SAVED] = { LANG_N("saved file {2} of {1}"), NULL, true, false },
	[EFFECT_JUNK] = { LANG_N("marked {1} as junk"),
	    LANG_N("marked {1} as not junk"), true, false },
	[EFFECT_ATTRIBUTION] = { LANG_N("set how the words of {1} may be used"),
	    NULL, true, false },
	[EFFECT_DELETE] = { LANG_N("deleted {1} on that desk"), NULL, true,
	    false },
	[EFFECT_KEY_NOTE] = { LANG_N("gave the line keys (key note {2})"), NULL,
	    false, true },
	[EFFECT_FINISHED] = { LANG_N("finished the days before {5}"), NULL,
	    false, true },
	[EFFECT_ROSTER] = { LANG_N("put roster {2} in force"), NULL, false,
	    false },
	[EFFECT_RECIPIENT] = { LANG_N("published its next one-time key"), NULL,
	    false, true },
	[EFFECT_HAND_OUT] = { LANG_N("handed out keys from {5} on"), NULL,
	    false, true },
	[EFFECT_ASSIGN] = { LANG_N("assigned {1} to {7}"),
	    LANG_N("assigned {1} to nobody"), true, false },
	[EFFECT_NOTE] = { LANG_N("wrote a note on {1}"), NULL, true, false },
	[EFFECT_DRAFT] = { LANG_N("wrote a draft for {1}"), NULL, true, false },
	[EFFECT_OUTCOME] = { LANG_N("set the outcome of {1} to {6}"), NULL,
	    true, false },
	[EFFECT_HOLD] = { LANG_N("holds {1}"),
	    LANG_N("let {1} go, which was held"), true, false },
	[EFFECT_RESTRICT] = { LANG_N("restricted {1} to {7}"),
	    LANG_N("let all who read at its door read {1} again"), true,
	    false },
	[EFFECT_ANNOUNCE] = { LANG_N("announced that {1} is destroyed on {5}"),
	    LANG_N("took back that {1} is to be destroyed"), true, false },
	[EFFECT_DESTROYED] = { LANG_N("destroyed {1} ({6}): messages {2}, "
				      "files {3}"),
	    NULL, true, false },
	[EFFECT_LACK] = { LANG_N("asked for entries that it lacks"), NULL,
	    false, true },
	[EFFECT_PURGE] = { LANG_N("had the line overwrite envelopes of {5}"),
	    NULL, false, true },
	[EFFECT_GIVEN_UP] = { LANG_N("let go of {2} envelopes of {5} that the "
				     "line never gave"),
	    LANG_N("let {5} go, which the line never closed"), false, false },
	[EFFECT_PERIODS] = { LANG_N("set the periods, in days: junk {2}, "
				    "irrelevant {3}, closed {4}"),
	    NULL, false, false },
	[EFFECT_CASE] = { LANG_N("put {1} under a case"),
	    LANG_N("took {1} out of its case"), true, false },
	[EFFECT_EVIDENCE] = { LANG_N("kept as evidence what came with {1}"),
	    LANG_N("kept what was made of evidence of {1}"), true, false },
	[EFFECT_VIEWED] = { LANG_N("looked at evidence of {1}"), NULL, true,
	    false },
	[EFFECT_CUSTODY] = { NULL, NULL, true, false }, /* by its act */
};

static const char *const acts[ACTS] = {
	[ACT_HASHED] = LANG_N("read evidence of {1} and found it unaltered"),
	[ACT_DISCLOSED] = LANG_N("disclosed evidence of {1}"),
	[ACT_EXPORTED] = LANG_N("exported evidence of {1}"),
	[ACT_ATTESTED] = LANG_N("had evidence of {1} attested"),
	[ACT_JUDGED] = LANG_N("judged whether evidence of {1} is genuine"),
	[ACT_COMMITTED] = LANG_N("committed to evidence of {1}"),
	[ACT_PUBLISHED] = LANG_N("published evidence of {1}"),
	[ACT_SEALED] = LANG_N("sealed evidence of {1}"),
	[ACT_DELETED] = LANG_N("deleted evidence of {1}"),
	[ACT_OPENED] = LANG_N("opened evidence of {1} with a password"),
	[ACT_JOINED] = LANG_N("joined the pieces of evidence of {1}"),
};

bool
logbook_is_upkeep(enum effect_kind kind)
{
	return (unsigned)kind < EFFECT_KINDS && rows[kind].upkeep;
}

static const char *
sentence(const struct row *row, const struct effect *f)
{
	static const uint8_t none[EFFECT_ID_BYTES];
	const bool no =
	    (f->kind == EFFECT_CASE && memcmp(f->id, none, sizeof none) == 0) ||
	    (f->kind == EFFECT_EVIDENCE && f->number != VARIANT_ORIGINAL) ||
	    ((f->kind == EFFECT_JUNK || f->kind == EFFECT_HOLD) && !f->on) ||
	    (f->kind == EFFECT_ANNOUNCE && f->day == 0) ||
	    (f->kind == EFFECT_GIVEN_UP && f->number == 0) ||
	    ((f->kind == EFFECT_ASSIGN || f->kind == EFFECT_RESTRICT) &&
		f->members_n == 0);

	if (f->kind == EFFECT_CUSTODY)
		return acts[f->number];
	return no ? row->no : row->yes;
}

static void
fill(struct logbook_act *a, const struct desk *d, const struct effect *f)
{
	const struct row *row = &rows[f->kind];
	const bool periods = f->kind == EFFECT_PERIODS;

	*a = (struct logbook_act){
		.says = sentence(row, f),
		.has_conv = row->of_conv,
		.numbers = { f->number, periods ? f->count : f->files,
		    f->last },
		.day = f->day,
		.outcome = f->outcome,
		.members_n = f->members_n,
	};
	memcpy(a->members, f->members, sizeof a->members);
	if (!row->of_conv)
		return;
	memcpy(a->id, f->conversation, sizeof a->id);
	a->conv = desk_conv_by_id(d, a->id);
}

enum err
logbook_read(
    struct logbook_act *a, struct desk *d, const struct teamlog_line *line)
{
	struct effect *f = calloc(1, sizeof *f);
	enum err e = ERR_OK;

	if (f == NULL)
		return ERR_NOMEM;
	if (line->kind != EFFECT_UNKNOWN)
		e = effect_read(f, line->kind, line->body, line->body_len);
	if (e == ERR_OK && line->kind != EFFECT_UNKNOWN) {
		f->kind = line->kind;
		fill(a, d, f);
	} else if (e != ERR_NOMEM) {
		*a = (struct logbook_act){ .says = NULL };
		e = ERR_OK;
	}
	wipe_free(f, sizeof *f);
	return e;
}

/* Its handle, or what the log calls it when it is not here. */
static enum err
put_conv(struct buf *out, const struct logbook_act *a)
{
	return a->conv != NULL
	    ? buf_put_str(out, a->conv->handle)
	    : buf_put_fmt(out, "[%02x%02x%02x%02x, not here]", a->id[0],
		  a->id[1], a->id[2], a->id[3]);
}

static enum err
put_day(struct buf *out, uint32_t day)
{
	char date[CLOCK_DATE_BYTES];

	clock_date(date, day);
	return buf_put_str(out, date);
}

static enum err
put_members(struct buf *out, const struct desk *d, const struct logbook_act *a)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < a->members_n; i++) {
		const char *name = logbook_name(d, a->members[i]);

		e = buf_put_fmt(out, "%s%s", i == 0 ? "" : ", ",
		    name[0] == '\0' ? "somebody who left" : name);
	}
	return e;
}

static enum err
put_hole(struct buf *out, const struct desk *d, const struct logbook_act *a,
    char hole)
{
	switch (hole) {
	case '1':
		return put_conv(out, a);
	case '5':
		return put_day(out, a->day);
	case '6':
		return buf_put_str(out, effect_outcome_word(a->outcome));
	case '7':
		return put_members(out, d, a);
	default:
		return buf_put_fmt(out, "%u", a->numbers[hole - '2']);
	}
}

static enum err
put_act(struct buf *out, const struct desk *d, const struct logbook_act *a)
{
	const char *at = a->says, *hole;
	enum err e = ERR_OK;

	while (e == ERR_OK && (hole = strchr(at, '{')) != NULL) {
		if ((e = buf_put(out, at, (size_t)(hole - at))) == ERR_OK)
			e = put_hole(out, d, a, hole[1]);
		at = hole + 3;
	}
	return e == ERR_OK ? buf_put_str(out, at) : e;
}

enum err
logbook_say(struct buf *out, struct desk *d, const struct teamlog_line *line)
{
	struct logbook_act *a = calloc(1, sizeof *a);
	enum err e;

	if (a == NULL)
		return ERR_NOMEM;
	if ((e = logbook_read(a, d, line)) == ERR_OK)
		e = a->says == NULL ? buf_put_str(out, line->type)
				    : put_act(out, d, a);
	wipe_free(a, sizeof *a);
	return e;
}
