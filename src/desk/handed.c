#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/handed.h"

static bool
is_of(const struct effect *f, const uint8_t *door)
{
	return f->chain_n == DOOR_ID_BYTES &&
	    memcmp(f->chain, door, DOOR_ID_BYTES) == 0;
}

static void
look_at_one(const struct desk *d, struct handed *h,
    const struct teamlog_line *line, const struct effect *f, size_t place)
{
	if (!h->ours && desk_is_own(d, line->device)) {
		h->ours = true;
		h->our_place = place;
		h->our_roster = f->number;
	}
	if (h->any) {
		if (f->day != h->day)
			return;
		h->twins |= memcmp(h->by, line->device, sizeof h->by) != 0;
		h->since = f->number < h->since ? f->number : h->since;
		return;
	}
	h->any = true;
	h->place = place;
	h->day = f->day;
	h->roster = h->since = f->number;
	memcpy(h->by, line->device, sizeof h->by);
}

enum err
handed_look(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], struct handed *h)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;

	*h = (struct handed){ .any = false };
	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = teamlog_count(d->log); i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    line.kind != EFFECT_HAND_OUT ||
		    effect_read(f, line.kind, line.body, line.body_len) !=
			ERR_OK ||
		    !is_of(f, door))
			continue;
		look_at_one(d, h, &line, f, i);
	}
	wipe_free(f, sizeof *f);
	return ERR_OK;
}

enum err
handed_is_said(struct desk *d, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t day, bool *said)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;

	*said = false;
	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = teamlog_count(d->log); !*said && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		*said = line.kind == EFFECT_HAND_OUT &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    is_of(f, door) && f->day == day;
	}
	wipe_free(f, sizeof *f);
	return ERR_OK;
}

/* Hand-outs of one chain: whoever asks on and on waits. */
#define AGAIN_A_DAY 4U

bool
handed_enough(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t today)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	unsigned n = 0;

	for (size_t i = teamlog_count(d->log);
	     f != NULL && n < AGAIN_A_DAY && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		n += line.kind == EFFECT_HAND_OUT &&
		    desk_is_own(d, line.device) &&
		    log_came(d, line.hash) >= today &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    is_of(f, door);
	}
	wipe_free(f, sizeof *f);
	return f == NULL || n >= AGAIN_A_DAY;
}

enum err
handed_say(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t day)
{
	struct effect *f = calloc(1, sizeof *f);
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	f->kind = EFFECT_HAND_OUT;
	f->chain_n = DOOR_ID_BYTES;
	memcpy(f->chain, door, DOOR_ID_BYTES);
	f->day = day;
	f->number = d->roster->serial;
	crypt_random(f->id, sizeof f->id);
	e = log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}
