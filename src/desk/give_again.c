/* What other desks lack and have asked for (`lack`) is given again. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/giving.h"

#define ANSWERED "answered" /* rows as below, the newest last */
#define ROW_BYTES (TEAMLOG_NAME_BYTES + DEVICE_ID_BYTES + 8U)
#define ROWS 512U
#define A_DAY 128U /* envelopes for one who asks, on one day */

/* A `lack` that was answered: its name, whose it is, the day, and how many
 * envelopes that took. */
static const uint8_t *
find(const struct buf *rows, const uint8_t *name)
{
	for (size_t at = 0; at < rows->len; at += ROW_BYTES)
		if (memcmp(rows->at + at, name, TEAMLOG_NAME_BYTES) == 0)
			return rows->at + at;
	return NULL;
}

static uint32_t
given_to(const struct buf *rows, const uint8_t *device, uint32_t today)
{
	uint32_t n = 0;

	for (size_t at = 0; at < rows->len; at += ROW_BYTES) {
		const uint8_t *row = rows->at + at + TEAMLOG_NAME_BYTES;

		if (memcmp(row, device, DEVICE_ID_BYTES) == 0 &&
		    enc_get_u32(row + DEVICE_ID_BYTES) == today)
			n += enc_get_u32(row + DEVICE_ID_BYTES + 4);
	}
	return n;
}

static enum err
add_row(struct buf *rows, const struct teamlog_line *ask, uint32_t today,
    uint32_t n)
{
	enum err e;

	if (rows->len >= ROWS * ROW_BYTES) {
		memmove(rows->at, rows->at + ROW_BYTES, rows->len - ROW_BYTES);
		rows->len -= ROW_BYTES;
	}
	if ((e = buf_put(rows, ask->hash, TEAMLOG_NAME_BYTES)) != ERR_OK ||
	    (e = buf_put(rows, ask->device, DEVICE_ID_BYTES)) != ERR_OK ||
	    (e = buf_put_u32(rows, today)) != ERR_OK)
		return e;
	return buf_put_u32(rows, n);
}

/* Who gives it at once: its author, and those who hand out. */
static bool
is_ours_to_give(const struct giving *g, const struct teamlog_line *wanted)
{
	const struct roster *r = g->d->roster;

	return memcmp(wanted->device, g->d->id, DEVICE_ID_BYTES) == 0 ||
	    memcmp(r->hands_out, g->d->id, DEVICE_ID_BYTES) == 0 ||
	    memcmp(r->then, g->d->id, DEVICE_ID_BYTES) == 0;
}

/* Did that device ask for it before, in vain?  Then anybody gives it. */
static bool
was_asked_for(struct giving *g, const struct teamlog_line *ask, size_t place,
    const struct teamlog_line *wanted)
{
	struct teamlog_line line;
	bool before = false;

	for (size_t i = place; !before && i-- > 0;) {
		teamlog_at(g->d->log, i, &line);
		if (line.kind != EFFECT_LACK ||
		    memcmp(line.device, ask->device, DEVICE_ID_BYTES) != 0 ||
		    effect_read(g->effect, line.kind, line.body,
			line.body_len) != ERR_OK)
			continue;
		for (size_t j = 0; j < g->effect->ids_n; j++)
			before |= memcmp(g->effect->ids[j], wanted->hash,
				      TEAMLOG_NAME_BYTES) == 0;
	}
	return before;
}

/* What was said while others read than read now is given to nobody again: not
 * at the door, nor to those who came since. */
static bool
was_said_among_others(struct giving *g, const struct teamlog_line *it)
{
	const struct registers *all = &g->d->registers;
	const struct restricted *r;
	size_t circles = 0;

	if ((it->kind != EFFECT_REPLY && !register_words_has(it->kind)) ||
	    effect_read(g->effect, it->kind, it->body, it->body_len) != ERR_OK)
		return false;
	r = registers_restricted(all, g->effect->conversation);
	for (size_t i = 0; i < all->circles_n; i++)
		circles += memcmp(all->circles[i].conversation,
			       g->effect->conversation, CONV_ID_BYTES) == 0;
	return r != NULL && r->was && (!r->is || circles > 1);
}

/* Of another's entry, what belongs to it is not ours to sign, but for a roster,
 * which the team key signed. */
static enum err
give_it(struct giving *g, const struct teamlog_line *it)
{
	enum err e;

	if (was_said_among_others(g, it))
		return give_note(g, &g->log, it->note, it->note_len);
	if (it->kind == EFFECT_ROSTER && it->standing == TEAMLOG_EFFECT &&
	    (e = give_roster(g, it)) != ERR_OK)
		return e;
	if (memcmp(it->device, g->d->id, DEVICE_ID_BYTES) == 0)
		return give_entry(g, it);
	return give_note(g, &g->log, it->note, it->note_len);
}

/* One `lack` that is answered. */
struct answer {
	const struct teamlog_line *ask;
	size_t place; /* of it in the log */
	uint32_t until; /* so many envelopes more is given behind that */
	size_t n; /* so many were given, */
	uint8_t names[EFFECT_LACKS + A_DAY][TEAMLOG_NAME_BYTES]; /* these */
	/* Behind which of them more is given, and of everybody. */
	size_t asked;
	bool all[EFFECT_LACKS];
};

static bool
has_given(const struct answer *a, const uint8_t *name)
{
	for (size_t i = 0; i < a->n; i++)
		if (memcmp(a->names[i], name, TEAMLOG_NAME_BYTES) == 0)
			return true;
	return false;
}

static enum err
give_to(struct giving *g, struct answer *a, const struct teamlog_line *it)
{
	memcpy(a->names[a->n++], it->hash, TEAMLOG_NAME_BYTES);
	return give_it(g, it);
}

static enum err
give_asked(struct giving *g, struct answer *a, const struct effect *f)
{
	struct teamlog_line it;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < f->ids_n; i++) {
		bool before;

		if (teamlog_find(g->d->log, &it, f->ids[i]) != ERR_OK ||
		    !it.checked || has_given(a, it.hash))
			continue;
		before = was_asked_for(g, a->ask, a->place, &it);
		if (!before && !is_ours_to_give(g, &it))
			continue;
		a->all[a->n] = before;
		e = give_to(g, a, &it);
	}
	a->asked = a->n;
	return e;
}

/* A hand-out is made anew for who asks for its chain, or its circle. */
static enum err
give_to_who_lacks(
    struct giving *g, struct answer *a, const struct teamlog_line *it)
{
	if (it->kind != EFFECT_HAND_OUT)
		return give_to(g, a, it);
	memcpy(a->names[a->n++], it->hash, TEAMLOG_NAME_BYTES);
	return give_note(g, &g->log, it->note, it->note_len);
}

/* A desk that lacks a stretch of a chain knows the name of its newest entry
 * alone: what that stands on, and the asker's own chain does not, is given with
 * it.  A gap would close by one entry a day. */
static enum err
give_behind(struct giving *g, struct answer *a, size_t which)
{
	uint8_t names[A_DAY][TEAMLOG_NAME_BYTES];
	const size_t n = teamlog_behind(
	    g->d->log, a->names[which], a->ask->hash, names, COUNT(names));
	struct teamlog_line it;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n && g->envelopes < a->until;
	     i++) {
		if (has_given(a, names[i]) ||
		    teamlog_find(g->d->log, &it, names[i]) != ERR_OK ||
		    (!a->all[which] && !is_ours_to_give(g, &it)))
			continue;
		e = give_to_who_lacks(g, a, &it);
	}
	return e;
}

static enum err
answer(struct giving *g, const struct teamlog_line *ask, size_t place,
    uint32_t max)
{
	struct answer a = {
		.ask = ask, .place = place, .until = g->envelopes + max
	};
	struct effect *f = calloc(1, sizeof *f);
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	e = effect_read(f, ask->kind, ask->body, ask->body_len);
	if (e == ERR_OK)
		e = give_asked(g, &a, f);
	for (size_t i = 0; e == ERR_OK && i < a.asked; i++)
		e = give_behind(g, &a, i);
	wipe_free(f, sizeof *f);
	return e;
}

/* A desk that never answered begins with what is asked from now on: the others
 * have answered what was. */
static enum err
answer_all(struct giving *g, struct buf *rows, bool begins, bool *changed)
{
	struct desk *d = g->d;
	struct teamlog_line ask;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		const uint32_t was = g->envelopes;
		uint32_t today;

		teamlog_at(d->log, i, &ask);
		if (ask.standing != TEAMLOG_EFFECT || ask.kind != EFFECT_LACK ||
		    memcmp(ask.device, d->id, DEVICE_ID_BYTES) == 0 ||
		    find(rows, ask.hash) != NULL ||
		    (today = given_to(rows, ask.device, g->today)) >= A_DAY)
			continue;
		if (!begins &&
		    (e = answer(g, &ask, i, A_DAY - today)) != ERR_OK)
			return e;
		e = add_row(rows, &ask, g->today, g->envelopes - was);
		*changed = true;
	}
	return e;
}

enum err
give_again(struct giving *g)
{
	struct buf rows;
	bool begins, changed;
	enum err e, kept;

	buf_init(&rows, (size_t)ROWS * ROW_BYTES);
	e = desk_recall(g->d, ANSWERED, &rows);
	begins = changed = e == ERR_NOTHING;
	if (e != ERR_OK && !begins)
		goto out;
	if (rows.len % ROW_BYTES != 0)
		buf_clear(&rows);
	e = answer_all(g, &rows, begins, &changed);
	if (changed) {
		kept = store_put(g->d->store, ANSWERED, rows.at, rows.len);
		e = e == ERR_OK ? kept : e;
	}
out:
	buf_drop(&rows);
	return e;
}
