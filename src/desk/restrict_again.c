/* Keys of circles that did not come are asked for, and given once more
 * (doc/protocol/70-team.md, "Circles"). */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/hash.h"

#include "desk/circles.h"
#include "desk/restrict.h"

/* One that only letters of long ago were sealed to is not asked for. */
static bool
is_of_use(const struct desk *d, const struct registered_circle *c,
    const struct restricted *r, uint32_t today)
{
	return c->has_key && registers_names(c, d->about.member) &&
	    circles_find(d, c->id) == NULL &&
	    (memcmp(c->id, r->circle, sizeof c->id) == 0 ||
		(uint64_t)c->day + CIRCLE_DAYS + CIRCLE_LIES >= today);
}

void
restrict_lacks(struct desk *d, struct effect *f, uint32_t today)
{
	for (size_t i = d->registers.circles_n;
	     i-- > 0 && f->ids_n < EFFECT_LACKS;) {
		const struct registered_circle *c = &d->registers.circles[i];
		const struct restricted *r =
		    registers_restricted(&d->registers, c->conversation);

		if (r != NULL && r->is && restricted_has(r, d->about.member) &&
		    is_of_use(d, c, r, today))
			memcpy(f->ids[f->ids_n++], c->name, TEAMLOG_NAME_BYTES);
	}
}

/* What the log says that was asked for, and given. */
struct again {
	struct desk *d;
	struct effect *f;
	struct tagmap asked; /* device and entry: it asked before */
	struct tagmap given; /* circle: place + 1 of the last hand-out */
	struct tagmap by_us; /* the same of ours */
};

static enum err
note_given(struct again *a)
{
	struct teamlog_line line;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(a->d->log); i++) {
		teamlog_at(a->d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    line.kind != EFFECT_HAND_OUT ||
		    effect_read(a->f, line.kind, line.body, line.body_len) !=
			ERR_OK ||
		    a->f->chain_n != CIRCLE_ID_BYTES)
			continue;
		e = tagmap_put(&a->given, a->f->chain, (uint32_t)i + 1);
		if (e == ERR_OK &&
		    memcmp(line.device, a->d->id, DEVICE_ID_BYTES) == 0)
			e = tagmap_put(&a->by_us, a->f->chain, (uint32_t)i + 1);
	}
	return e;
}

/* Did this device ask for it before? */
static enum err
asked_before(
    struct again *a, const uint8_t *device, const uint8_t *name, bool *before)
{
	uint8_t b[DEVICE_ID_BYTES + TEAMLOG_NAME_BYTES], hash[SHA256_BYTES];

	memcpy(b, device, DEVICE_ID_BYTES);
	memcpy(b + DEVICE_ID_BYTES, name, TEAMLOG_NAME_BYTES);
	sha256(hash, b, sizeof b);
	*before = tagmap_get(&a->asked, hash, NULL);
	return *before ? ERR_OK : tagmap_put(&a->asked, hash, 0);
}

/* Its maker gives it; another who has it when the maker does not, or is gone.
 * Who reads the conversation no more has no use for it. */
static bool
is_for_us(struct again *a, const struct registered_circle *c,
    const struct teamlog_line *ask, bool before)
{
	const struct restricted *r =
	    registers_restricted(&a->d->registers, c->conversation);

	return c->has_key && ask->member != NULL && r != NULL && r->is &&
	    registers_names(c, ask->member) && restricted_has(r, ask->member) &&
	    registers_names(c, a->d->about.member) &&
	    circles_find(a->d, c->id) != NULL &&
	    (before || memcmp(c->device, a->d->id, DEVICE_ID_BYTES) == 0 ||
		roster_device(a->d->roster, c->device) == NULL);
}

/* Once for each time that it is asked for, and once a day. */
static bool
is_given(struct again *a, const struct registered_circle *c, size_t place,
    uint32_t today)
{
	const bool ours = memcmp(c->device, a->d->id, DEVICE_ID_BYTES) == 0;
	struct teamlog_line line;
	uint32_t at;

	if (tagmap_get(ours ? &a->by_us : &a->given, c->id, &at) && at > place)
		return true;
	if (!tagmap_get(&a->by_us, c->id, &at))
		return false;
	teamlog_at(a->d->log, at - 1, &line);
	return log_came(a->d, line.hash) >= today;
}

/* The circles that are to be given, by their places, in `out`. */
static enum err
look_at(struct again *a, const struct teamlog_line *ask, size_t place,
    uint32_t today, struct tagmap *out)
{
	const struct registered_circle *c;
	bool before;
	enum err e;

	e = effect_read(a->f, ask->kind, ask->body, ask->body_len);
	for (size_t i = 0; e == ERR_OK && i < a->f->ids_n; i++) {
		c = registers_restrict(&a->d->registers, a->f->ids[i]);
		if (c == NULL)
			continue;
		e = asked_before(a, ask->device, c->name, &before);
		if (e == ERR_OK && is_for_us(a, c, ask, before) &&
		    !is_given(a, c, place, today))
			e = tagmap_put(out, c->id, 0);
	}
	return e;
}

static enum err
look(struct again *a, uint32_t today, struct tagmap *out)
{
	struct teamlog_line line;
	enum err e = note_given(a);

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(a->d->log); i++) {
		teamlog_at(a->d->log, i, &line);
		if (line.standing == TEAMLOG_EFFECT &&
		    line.kind == EFFECT_LACK &&
		    memcmp(line.device, a->d->id, DEVICE_ID_BYTES) != 0)
			e = look_at(a, &line, i, today, out);
	}
	return e;
}

enum err
restrict_again(struct desk *d, uint32_t today)
{
	struct again a = { .d = d };
	struct tagmap out = { .slots = NULL };
	enum err e = ERR_NOMEM;

	if (circles_count(d) == 0 || log_may(d, "restrict") != ERR_OK)
		return ERR_OK;
	if ((a.f = calloc(1, sizeof *a.f)) != NULL)
		e = look(&a, today, &out);
	for (size_t i = 0; e == ERR_OK && i < circles_count(d); i++)
		if (tagmap_get(&out, circles_at(d, i)->id, NULL))
			e = restrict_hand_out(d, a.f, circles_at(d, i));
	wipe_free(a.f, sizeof *a.f);
	tagmap_drop(&a.asked);
	tagmap_drop(&a.given);
	tagmap_drop(&a.by_us);
	tagmap_drop(&out);
	return e;
}
