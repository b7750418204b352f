#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/access.h"

#define UNDER "access-under" /* a roster's serial */

enum err
access_came(struct desk *d, uint32_t roster)
{
	return desk_remember_num(d, UNDER, roster);
}

bool
access_make(struct vault *v)
{
	if (v->has_next)
		return false;
	crypt_random(v->next_access, sizeof v->next_access);
	v->has_next = true;
	return true;
}

bool
access_made_under(struct desk *d, uint32_t *roster)
{
	return !d->vault->has_next &&
	    desk_recall_num(d, UNDER, roster) == ERR_OK;
}

/* The place in the log of the last effect of this kind, of that device (NULL:
 * of any); of hand-outs, those of the log's chain.  False: none. */
static bool
last_of(struct desk *d, enum effect_kind kind, const uint8_t *device,
    size_t *at, struct effect *f)
{
	struct teamlog_line line;

	for (size_t i = teamlog_count(d->log); i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT || line.kind != kind ||
		    (device != NULL &&
			memcmp(line.device, device, DEVICE_ID_BYTES) != 0) ||
		    effect_read(f, kind, line.body, line.body_len) != ERR_OK)
			continue;
		*at = i;
		if (kind == EFFECT_RECIPIENT && f->members_n > 0)
			return false; /* it asks for keys */
		if (kind != EFFECT_HAND_OUT ||
		    (f->chain_n == DOOR_ID_BYTES &&
			memcmp(f->chain, ring_log, DOOR_ID_BYTES) == 0))
			return true;
	}
	return false;
}

/* Has every other device published a recipient behind place `since`? */
static bool
all_have(struct desk *d, size_t since, struct effect *f)
{
	uint8_t id[DEVICE_ID_BYTES];
	size_t at;

	for (size_t i = 0; i < d->roster->devices_n; i++) {
		device_id(id, d->roster->devices[i].key);
		if (memcmp(id, d->id, sizeof id) == 0)
			continue;
		if (!last_of(d, EFFECT_RECIPIENT, id, &at, f) || at < since)
			return false;
	}
	return true;
}

bool
access_is_due(struct desk *d, uint32_t today)
{
	struct effect *f;
	size_t since;
	bool due = false;

	if (!d->vault->has_next || (f = calloc(1, sizeof *f)) == NULL)
		return false;
	if (last_of(d, EFFECT_HAND_OUT, NULL, &since, f))
		due =
		    today >= f->day + ACCESS_WAIT_DAYS || all_have(d, since, f);
	wipe_free(f, sizeof *f);
	return due;
}

enum err
access_turn(struct desk *d)
{
	struct vault *v = d->vault;

	memcpy(v->access, v->next_access, sizeof v->access);
	wipe(v->next_access, sizeof v->next_access);
	v->has_next = v->turns = false;
	return desk_save_keys(d);
}

static bool
is_public_of(const uint8_t *key, const uint8_t *seed)
{
	uint8_t is[SIGN_PUBLIC_BYTES];

	sign_public(is, seed);
	return memcmp(is, key, sizeof is) == 0;
}

const uint8_t *
access_seed_of(
    const struct desk *d, const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	const struct vault *v = d->vault;

	if (is_public_of(key, v->access))
		return v->access;
	return v->has_next && is_public_of(key, v->next_access) ? v->next_access
								: NULL;
}

enum err
access_offered(struct desk *d, const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	return access_seed_of(d, key) == d->vault->next_access ? access_turn(d)
							       : ERR_OK;
}
