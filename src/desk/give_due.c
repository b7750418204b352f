/* What of this desk's own is still to be given, and what that holds up. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "desk/give.h"
#include "desk/giving.h"
#include "desk/inside.h"

enum err
give_where(struct desk *d, uint32_t *put, uint32_t *all)
{
	struct teamlog_device device = { .next = 0 };
	enum err e;

	*put = 0;
	e = desk_recall_num(d, "put", put);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	e = teamlog_device(d->log, &device, d->id);
	*all = device.next;
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* From the newest entry of the log back to the first of ours that others have
 * not been given. */
struct ungiven {
	const struct desk *d;
	size_t at; /* entries before this one were not looked at */
	uint32_t put; /* as many of ours were given */
};

static enum err
ungiven_begin(struct ungiven *u, struct desk *d)
{
	uint32_t all;

	*u = (struct ungiven){ .d = d, .at = teamlog_count(d->log) };
	return give_where(d, &u->put, &all);
}

/* The next of ours; false: no more. */
static bool
ungiven_next(struct ungiven *u, struct teamlog_line *line)
{
	while (u->at > 0) {
		teamlog_at(u->d->log, --u->at, line);
		if (memcmp(line->device, u->d->id, DEVICE_ID_BYTES) == 0)
			return line->number >= u->put; /* in their order */
	}
	return false;
}

/* The first day of a chain of the log, or of any door or the log, that this
 * entry hands out; UINT32_MAX: it hands out none. */
static uint32_t
hands_out_from(
    const struct teamlog_line *line, struct effect *f, bool log_alone)
{
	if (line->kind != EFFECT_HAND_OUT ||
	    effect_read(f, line->kind, line->body, line->body_len) != ERR_OK ||
	    f->chain_n != DOOR_ID_BYTES ||
	    (log_alone && memcmp(f->chain, ring_log, DOOR_ID_BYTES) != 0))
		return UINT32_MAX;
	return f->day;
}

bool
give_is_to_come(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t first)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	struct ungiven u;
	bool is = false;

	if (f == NULL || !give_is_on(d) || ungiven_begin(&u, d) != ERR_OK)
		goto out;
	while (!is && ungiven_next(&u, &line))
		is = hands_out_from(&line, f, false) == first &&
		    memcmp(f->chain, door, DOOR_ID_BYTES) == 0;
out:
	wipe_free(f, sizeof *f);
	return is;
}

bool
give_is_kept_back(struct desk *d, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t first, uint32_t today)
{
	const bool is_log = memcmp(door, ring_log, DOOR_ID_BYTES) == 0;
	const struct ring *r = &d->vault->ring;
	bool another = false;

	if (!give_is_to_come(d, door, first))
		return false;
	for (size_t i = 0; !another && i < r->chains_n; i++) {
		const struct ring_chain *c = &r->chains[i];

		another = memcmp(c->door, door, DOOR_ID_BYTES) == 0 &&
		    c->last >= (is_log ? today : RING_OFFERED) &&
		    !give_is_to_come(d, door, c->first);
	}
	return another;
}

static enum err
oldest_to_give(struct desk *d, bool log_alone, uint32_t *from)
{
	struct effect *f;
	struct teamlog_line line;
	struct ungiven u;
	uint32_t first;
	enum err e;

	*from = UINT32_MAX;
	if (!give_is_on(d))
		return ERR_OK;
	if ((e = ungiven_begin(&u, d)) != ERR_OK)
		return e;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return ERR_NOMEM;
	while (ungiven_next(&u, &line)) {
		first = hands_out_from(&line, f, log_alone);
		if (first < *from)
			*from = first;
	}
	wipe_free(f, sizeof *f);
	return ERR_OK;
}

enum err
give_keeps_from(struct desk *d, uint32_t *from)
{
	return oldest_to_give(d, false, from);
}

enum err
give_keep_log(struct desk *d, uint32_t today)
{
	uint32_t from;
	bool changed = false;
	const enum err e = oldest_to_give(d, true, &from);

	if (e != ERR_OK || from == UINT32_MAX)
		return e;
	ring_log_begins(&d->vault->ring, from, today, &changed);
	return changed ? desk_save_keys(d) : ERR_OK;
}

bool
give_is_handed_out(struct desk *d)
{
	struct teamlog_line line;
	struct ungiven u;

	if (!give_is_on(d))
		return true;
	if (ungiven_begin(&u, d) != ERR_OK)
		return false;
	while (ungiven_next(&u, &line))
		if (line.kind == EFFECT_HAND_OUT)
			return false;
	return true;
}
