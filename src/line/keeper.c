#include <string.h>

#include "age/envelope.h"
#include "base/clock.h"
#include "base/log.h"
#include "crypt/crypt.h"
#include "line/child.h"
#include "line/keep.h"
#include "line/keeper.h"

#define TICK_MS 60000U
/* Requests between two looks at the clock and the warden. */
#define ROUND 512U

static void
keeper_init(struct keeper *k)
{
	memset(k, 0, sizeof(*k));
	keep_lease_init(k);
	service_init(&k->service, ROLE_KEEPER);
	key_note_init(&k->keys);
	key_note_init(&k->offered_keys);
	buf_init(&k->certificate_note, TALK_FILE_MAX);
	buf_init(&k->first.buf, TALK_NOTE_MAX);
	buf_init(&k->offered, TALK_NOTE_MAX);
	for (unsigned i = 0; i < SERVICE_CLIENTS; i++)
		buf_init(&k->coming[i].buf, TALK_NOTE_MAX);
}

static void
keeper_drop(struct keeper *k)
{
	keep_lease_drop(k);
	pool_close(k->pool);
	service_drop(&k->service);
	key_note_drop(&k->keys);
	key_note_drop(&k->offered_keys);
	buf_drop(&k->certificate_note);
	buf_drop(&k->first.buf);
	buf_drop(&k->offered);
	for (unsigned i = 0; i < SERVICE_CLIENTS; i++)
		buf_drop(&k->coming[i].buf);
	keeper_init(k);
}

static enum err
take_note(struct keeper *k, const struct talk *t)
{
	bool done = false;
	enum err e = talk_piece(&k->first, &done, t);

	if (e != ERR_OK || !done)
		return e;
	e = keep_take_pair(k, &k->first.buf);
	buf_drop(&k->first.buf);
	return e;
}

/* Everything up to START.  `*lock` is never closed again: the folder stays
 * locked as long as anybody writes in it. */
static enum err
take_all(struct keeper *k, int *lock)
{
	struct talk t;
	enum err e = ERR_OK;

	while (e == ERR_OK) {
		e = child_hear(k->service.warden, ROLE_KEEPER, &t);
		if (e != ERR_OK || t.kind == TALK_START)
			return e;
		if (t.kind == TALK_SETTINGS) {
			e = settings_read(&k->settings, t.bytes, t.n, NULL);
		} else if (t.kind == TALK_CERTIFICATE) {
			buf_clear(&k->certificate_note);
			e = buf_put(&k->certificate_note, t.bytes, t.n);
			if (e == ERR_OK)
				e = certificate_read(
				    &k->certificate, t.bytes, t.n);
			k->has_certificate = e == ERR_OK;
		} else if (t.kind == TALK_KEY_NOTE) {
			e = take_note(k, &t);
		} else if (t.kind == TALK_LOCK) {
			*lock = t.fd;
		} else {
			e = ERR_FORMAT;
		}
	}
	return e;
}

static enum err
open_pool(struct keeper *k, const char *dir, bool mend)
{
	const struct pool_settings settings = {
		.capacity = k->settings.quota,
		.retention = k->settings.retention,
		.fill_letters = k->settings.floor_letters,
		.fill_parts = k->settings.floor_parts,
		.check = envelope_check_header,
		.nobody = envelope_nobody,
		.mend = mend,
	};
	enum err e = pool_open(&k->pool, dir, &settings, clock_now());

	if (e == ERR_MISSING)
		log_say(ERR_OK,
		    "files of the pool are gone, and what lay in them; put "
		    "them back, or go on without by sotto serve --mend");
	if (e != ERR_OK)
		return e;
	/* Makes the forgotten recipient and everything that sealing loads. */
	return envelope_nobody(k->out, ENVELOPE_LETTER_BYTES);
}

/* What the warden says after START. */
static enum err
hear_warden(struct keeper *k)
{
	struct talk t;
	enum err e;

	while ((e = service_warden(&k->service, &t)) == ERR_OK) {
		if (t.kind != TALK_NOTE_KEPT)
			return ERR_FORMAT;
		if ((e = keep_note_kept(k, t.status)) != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* What a front sealed after midnight must not come to lie in the day before,
 * where no desk tries its key; so the day is looked at before every message
 * (commit_after_midnight_is_shown in tests/road/days.py). */
static enum err
keep_day(struct keeper *k)
{
	enum err e;

	if (clock_day() == pool_today(k->pool))
		return ERR_OK;
	if ((e = keep_end_batch(k)) == ERR_OK)
		pool_now(k->pool, clock_now());
	return e;
}

/* Answer what is there; put what is there to put with one sync. */
static enum err
round_of_answers(struct keeper *k)
{
	struct asker who;
	struct talk t;
	enum err e = ERR_OK;

	for (unsigned i = 0; e == ERR_OK && i < ROUND; i++) {
		if (service_next(&k->service, &t, &who) != ERR_OK)
			break;
		if ((e = keep_day(k)) == ERR_OK)
			e = keep_answer(k, &who, &t);
	}
	return e == ERR_OK ? keep_end_batch(k) : e;
}

/* What time brings: days, file times, a little of the long work. */
static enum err
housekeeping(struct keeper *k, bool *more)
{
	enum err e;

	pool_now(k->pool, clock_now());
	if ((e = keep_offer(k)) != ERR_OK || (e = keep_look(k)) != ERR_OK)
		return e;
	if (clock_ms() >= k->next_tick) {
		k->next_tick = clock_ms() + TICK_MS;
		if ((e = keep_fatal(pool_tick(k->pool))) != ERR_OK)
			return e;
	}
	return keep_fatal(pool_step(k->pool, more));
}

static enum err
serve(struct keeper *k)
{
	bool more = false;
	enum err e;

	for (;;) {
		e = service_wait(&k->service, more ? 0 : 1000);
		if (e != ERR_OK)
			return e;
		/* Requests that came before the warden went are answered. */
		if ((e = round_of_answers(k)) != ERR_OK ||
		    (e = hear_warden(k)) != ERR_OK ||
		    (e = housekeeping(k, &more)) != ERR_OK)
			return e;
	}
}

int
keeper_main(const char *dir, bool mend)
{
	const struct child_sandbox sandbox = {
		.which = SANDBOX_KEEPER,
		.paths = { .folder = dir },
	};
	static struct keeper k;
	int lock = -1;
	enum err e;

	keeper_init(&k);
	if ((e = child_warden(&k.service.warden)) != ERR_OK)
		goto out;
	if ((e = crypt_init()) != ERR_OK)
		goto out;
	if ((e = take_all(&k, &lock)) != ERR_OK)
		goto out;
	if ((e = open_pool(&k, dir, mend)) != ERR_OK)
		goto out;
	e = child_ready(k.service.warden, ROLE_KEEPER, &sandbox);
	if (e != ERR_OK)
		goto out;
	e = serve(&k);
out:
	if (e != ERR_CLOSED)
		log_say(e, "ended");
	keeper_drop(&k);
	return child_status(e);
}
