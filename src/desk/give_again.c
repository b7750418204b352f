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

/* Who gives it: its author, and those who hand out; anybody when that device
 * asked for it before, in vain. */
static bool
is_for_us(struct giving *g, const struct teamlog_line *ask, size_t place,
    const struct teamlog_line *wanted)
{
	const struct roster *r = g->d->roster;
	struct teamlog_line line;
	bool before = false;

	if (memcmp(wanted->device, g->d->id, DEVICE_ID_BYTES) == 0 ||
	    memcmp(r->hands_out, g->d->id, DEVICE_ID_BYTES) == 0 ||
	    memcmp(r->then, g->d->id, DEVICE_ID_BYTES) == 0)
		return true;
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

	if ((it->kind != EFFECT_REPLY && it->kind != EFFECT_NOTE &&
		it->kind != EFFECT_DRAFT && it->kind != EFFECT_ATTRIBUTION) ||
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
	if (was_said_among_others(g, it))
		return give_note(g, &g->log, it->note, it->note_len);
	if (memcmp(it->device, g->d->id, DEVICE_ID_BYTES) == 0 ||
	    it->kind == EFFECT_ROSTER)
		return give_entry(g, it);
	return give_note(g, &g->log, it->note, it->note_len);
}

static enum err
answer(
    struct giving *g, const struct teamlog_line *ask, size_t place, uint32_t *n)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line it;
	enum err e;

	*n = 0;
	if (f == NULL)
		return ERR_NOMEM;
	e = effect_read(f, ask->kind, ask->body, ask->body_len);
	for (size_t i = 0; e == ERR_OK && i < f->ids_n; i++) {
		if (teamlog_find(g->d->log, &it, f->ids[i]) != ERR_OK ||
		    !it.checked || !is_for_us(g, ask, place, &it))
			continue;
		e = give_it(g, &it);
		++*n;
	}
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
	uint32_t n = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &ask);
		if (ask.standing != TEAMLOG_EFFECT || ask.kind != EFFECT_LACK ||
		    memcmp(ask.device, d->id, DEVICE_ID_BYTES) == 0 ||
		    find(rows, ask.hash) != NULL ||
		    given_to(rows, ask.device, g->today) >= A_DAY)
			continue;
		if (!begins && (e = answer(g, &ask, i, &n)) != ERR_OK)
			return e;
		e = add_row(rows, &ask, g->today, n);
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
