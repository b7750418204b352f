#include <string.h>

#include "team/paper.h"

#include "desk/circles.h"
#include "desk/days.h"
#include "desk/doors.h"
#include "desk/sync.h"
#include "desk/sync_open.h"
#include "desk/told.h"

/* With which key it opened. */
struct opened {
	struct ring_key key; /* of the ring, or else ... */
	struct circles_key circle; /* ... of this one; .of is NULL otherwise */
};

static bool is_log(const struct desk *d, const struct ring_key *key);

/* Open with any key that may; ERR_NOKEY when it is another's.  *with says with
 * which. */
static enum err
open_with(uint8_t *plain, struct desk *d, const struct sync_lying *in,
    struct opened *with)
{
	struct age_identity *id;
	size_t at = 0;
	enum err e = ERR_NOKEY;

	while (e == ERR_NOKEY &&
	    ring_next(&d->vault->ring, in->row, &at, &with->key)) {
		if (in->log_only && !is_log(d, &with->key))
			continue;
		if (!doors_opens(
			d, d->vault->ring.chains[with->key.chain].door))
			continue;
		if ((e = days_identity(d, &with->key, &id)) == ERR_OK)
			e = envelope_open(
			    plain, id, in->envelope, ENVELOPE_LETTER_BYTES);
	}
	if (e == ERR_NOKEY && !in->log_only &&
	    (e = circles_open(
		 plain, d, in->row, in->envelope, &with->circle)) != ERR_OK)
		with->circle.of = NULL;
	return e;
}

/* Sealed to a door's key it must be for that door, to a circle's of its
 * conversation. */
static bool
is_where_it_says(
    const struct desk *d, const struct letter *l, const struct opened *with)
{
	const struct ring_chain *chain =
	    &d->vault->ring.chains[with->key.chain];
	uint8_t id[CONV_ID_BYTES];

	if (with->circle.of == NULL)
		return memcmp(l->door, chain->door, sizeof l->door) == 0;
	conv_id_of(id, l->sign, d->vault->salt);
	return memcmp(id, with->circle.of, sizeof id) == 0;
}

/* A letter comes with a door's key or a circle's, and only with these. */
static enum err
take_plain(struct desk *d, const struct sync_lying *in, struct buf *plain,
    const struct opened *with, enum err *verdict)
{
	struct letter l;
	enum err e;

	*verdict = letter_again(&l, d, in->tag, plain->at, plain->len);
	if (*verdict != ERR_OK)
		return err_is_machine(*verdict) ? *verdict : ERR_OK;
	/* Only the note is kept, not what fills it up. */
	while (plain->len > 0 && plain->at[plain->len - 1] == 0)
		plain->len--;
	/* It is answered, and given to others, by the door that it says. */
	*verdict = is_where_it_says(d, &l, with) ? ERR_OK : ERR_DENIED;
	e = *verdict == ERR_OK
	    ? desk_keep_letter(d, &l, in->row, plain,
		  with->circle.of == NULL ? NULL : with->circle.circle)
	    : ERR_OK;
	letter_drop(&l);
	return e;
}

static bool
is_log(const struct desk *d, const struct ring_key *key)
{
	return memcmp(d->vault->ring.chains[key->chain].door, ring_log,
		   DOOR_ID_BYTES) == 0;
}

static enum err
take_opened(struct desk *d, const struct sync_lying *in, struct buf *plain,
    const struct opened *with, enum err *verdict)
{
	const bool by_log = with->circle.of == NULL && is_log(d, &with->key);
	enum err e;

	if (told_kind(plain->at, plain->len) == TOLD_LETTER) {
		*verdict = ERR_DENIED;
		return by_log ? ERR_OK
			      : take_plain(d, in, plain, with, verdict);
	}
	*verdict = paper_unfill(&plain->len, plain->at, plain->len);
	if (*verdict != ERR_OK)
		return ERR_OK;
	d->row = in->row;
	e = told_take(d, plain, by_log, verdict);
	d->row = 0;
	return e;
}

enum err
sync_open(struct desk *d, const struct sync_lying *in, enum err *verdict)
{
	struct opened with = { .circle = { NULL, NULL } };
	struct buf plain;
	uint8_t *to;
	enum err e;

	buf_init(&plain, ENVELOPE_LETTER_PLAIN);
	if ((e = buf_room(&plain, ENVELOPE_LETTER_PLAIN, &to)) != ERR_OK)
		goto out;
	*verdict = open_with(to, d, in, &with);
	if (*verdict != ERR_OK) {
		e = err_is_machine(*verdict) ? *verdict : ERR_OK;
		goto out;
	}
	plain.len = ENVELOPE_LETTER_PLAIN;
	e = take_opened(d, in, &plain, &with, verdict);
out:
	buf_drop(&plain);
	return e;
}
