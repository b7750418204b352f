/* Words whose entry has no effect, and never will. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "desk/register_words.h"
#include "desk/told.h"

/* Was the device's role at this number fixed by a row that no roster to come
 * may change? */
static bool
is_fixed(const struct roster *r, const struct teamlog_line *line)
{
	const uint8_t *key = roster_key(r, line->device);

	for (size_t i = 0; key != NULL && i < r->past_n; i++)
		if (memcmp(r->past[i].key, key, SIGN_PUBLIC_BYTES) == 0 &&
		    r->past[i].number > line->number)
			return true;
	return false;
}

static bool
is_void(const struct roster *r, const struct teamlog_line *line)
{
	return line->standing == TEAMLOG_FORKED ||
	    line->standing == TEAMLOG_GONE ||
	    (line->standing == TEAMLOG_ROLE && is_fixed(r, line));
}

static bool
is_id_of(const struct effect *f, const uint8_t *id)
{
	uint8_t of[EFFECT_ID_BYTES];

	register_words_id(of, f);
	return memcmp(of, id, sizeof of) == 0;
}

bool
told_is_void(struct desk *d, enum effect_kind kind,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static EFFECT_ID_BYTES])
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	bool is = false;

	for (size_t i = teamlog_count(d->log); f != NULL && !is && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		is = line.kind == kind && is_void(d->roster, &line) &&
		    memcmp(line.device, device, DEVICE_ID_BYTES) == 0 &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    is_id_of(f, id);
	}
	wipe_free(f, sizeof *f);
	return is;
}
