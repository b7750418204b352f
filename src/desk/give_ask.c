/* What this desk asks the others for: hand-outs, entries, words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/give.h"
#include "desk/giving.h"
#include "desk/handing.h"
#include "desk/renewal.h"
#include "desk/restrict.h"
#include "desk/told.h"

#define WORDS_DAYS 60U /* answers so old are not asked for any more */
#define AGAIN_DAYS 7U /* what nobody gave is asked for again */

bool
give_is_on(const struct desk *d)
{
	return d->roster->devices_n > 1 &&
	    roster_device(d->roster, d->id) != NULL;
}

#define JOINED "joined" /* device (16), recipient as text, each */
#define JOINED_ROW (DEVICE_ID_BYTES + AGE_RECIPIENT_TEXT)
#define JOINED_ROWS 16U

/* Whom this desk welcomed may be handed keys before it was ever at the line. */
static enum err
joined_recipient(
    const struct desk *d, const uint8_t *device, struct age_recipient *to)
{
	struct buf rows;
	enum err e;

	buf_init(&rows, (size_t)JOINED_ROWS * JOINED_ROW);
	e = store_get(d->store, JOINED, &rows);
	if (e == ERR_OK)
		e = ERR_NOTHING;
	for (size_t at = 0; e == ERR_NOTHING && at + JOINED_ROW <= rows.len;
	     at += JOINED_ROW)
		if (memcmp(rows.at + at, device, DEVICE_ID_BYTES) == 0)
			e = age_recipient_read(to,
			    (const char *)rows.at + at + DEVICE_ID_BYTES,
			    AGE_RECIPIENT_TEXT);
	buf_drop(&rows);
	return e;
}

enum err
give_joined(struct desk *d, const uint8_t device[static DEVICE_ID_BYTES],
    const struct age_recipient *to)
{
	char text[AGE_RECIPIENT_TEXT + 1] = { 0 };
	struct buf rows;
	enum err e;

	age_recipient_write(to, text);
	buf_init(&rows, (size_t)JOINED_ROWS * JOINED_ROW);
	e = store_get(d->store, JOINED, &rows);
	if (e != ERR_OK && e != ERR_NOTHING)
		goto out;
	if (rows.len >= (JOINED_ROWS - 1) * JOINED_ROW) {
		memmove(rows.at, rows.at + JOINED_ROW, rows.len - JOINED_ROW);
		rows.len -= JOINED_ROW;
	}
	if ((e = buf_put(&rows, device, DEVICE_ID_BYTES)) == ERR_OK &&
	    (e = buf_put(&rows, text, AGE_RECIPIENT_TEXT)) == ERR_OK)
		e = store_put(d->store, JOINED, rows.at, rows.len);
out:
	buf_drop(&rows);
	return e;
}

enum err
give_recipient_of(const struct desk *d, const uint8_t *device, struct effect *f,
    struct age_recipient *to)
{
	struct teamlog_line line;

	for (size_t i = teamlog_count(d->log); i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    line.kind != EFFECT_RECIPIENT ||
		    memcmp(line.device, device, DEVICE_ID_BYTES) != 0)
			continue;
		if (effect_read(f, line.kind, line.body, line.body_len) !=
		    ERR_OK)
			return ERR_NOMEM;
		return age_recipient_read(
		    to, f->recipient, strlen(f->recipient));
	}
	return joined_recipient(d, device, to);
}

#define ASKED "asked-keys" /* on which day keys were asked for last */

/* What lacks is asked for once a day. */
static enum err
ask_for_keys(struct desk *d, struct effect *f, uint32_t today)
{
	uint32_t from, asked = 0;
	enum err e;

	f->members_n = handing_lacks(d, today, f->members, &from);
	/* The line's keys come with those of the log. */
	if (f->members_n == 0 && renewal_lacks(d)) {
		memcpy(f->members[0], ring_log, DOOR_ID_BYTES);
		f->members_n = 1;
	}
	if (f->members_n == 0)
		return ERR_OK;
	e = desk_recall_num(d, ASKED, &asked);
	if (e == ERR_OK && asked >= today)
		f->members_n = 0;
	else if (e == ERR_OK || e == ERR_NOTHING)
		return desk_remember_num(d, ASKED, today);
	return e;
}

enum err
give_recipient(struct desk *d, uint32_t today)
{
	char text[AGE_RECIPIENT_TEXT + 1];
	struct age_recipient ours, last;
	struct effect *f = calloc(1, sizeof *f);
	bool same;
	enum err e;

	e = f == NULL ? ERR_NOMEM : ERR_OK;
	if (f == NULL || !give_is_on(d))
		goto out;
	if ((e = ring_once_recipient(&d->vault->ring, &ours)) != ERR_OK)
		goto out;
	e = give_recipient_of(d, d->id, f, &last);
	if (e != ERR_OK && e != ERR_NOTHING)
		goto out;
	same = e == ERR_OK && age_recipient_is_same(&ours, &last);
	*f = (struct effect){ .kind = EFFECT_RECIPIENT };
	if ((e = ask_for_keys(d, f, today)) != ERR_OK ||
	    (same && f->members_n == 0))
		goto out;
	age_recipient_write(&ours, text);
	memcpy(f->recipient, text, sizeof f->recipient);
	e = log_put_effect(d, f);
out:
	wipe_free(f, sizeof *f);
	return e;
}

/*
 * Entries, and the words of answers.
 */

/* Names of entries of answers whose words are not here, behind those that `f`
 * has. */
static enum err
add_words(struct desk *d, struct effect *f, uint32_t today)
{
	struct effect *reply = calloc(1, sizeof *reply);
	struct teamlog_line line;
	const struct conv *c;

	if (reply == NULL)
		return ERR_NOMEM;
	for (size_t i = teamlog_count(d->log);
	     i-- > 0 && f->ids_n < EFFECT_LACKS;) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    line.kind != EFFECT_REPLY ||
		    memcmp(line.device, d->id, DEVICE_ID_BYTES) == 0 ||
		    effect_read(reply, line.kind, line.body, line.body_len) !=
			ERR_OK ||
		    reply->day + WORDS_DAYS < today)
			continue;
		c = desk_conv_by_id(d, reply->conversation);
		if (c != NULL && c->has_address &&
		    !told_has_reply(c, reply->id))
			memcpy(
			    f->ids[f->ids_n++], line.hash, TEAMLOG_NAME_BYTES);
	}
	wipe_free(reply, sizeof *reply);
	return ERR_OK;
}

static enum err
gather(struct desk *d, struct effect *f, uint32_t today)
{
	struct teamlog_lack lacks[EFFECT_LACKS];
	size_t n;
	enum err e;

	*f = (struct effect){ .kind = EFFECT_LACK };
	if ((e = teamlog_lacks(d->log, lacks, COUNT(lacks), &n)) != ERR_OK)
		return e;
	for (size_t i = 0; i < n && i < COUNT(lacks); i++)
		memcpy(f->ids[f->ids_n++], lacks[i].name, TEAMLOG_NAME_BYTES);
	restrict_lacks(d, f, today);
	return add_words(d, f, today);
}

/* Once a day at most, and what was asked for already once a week.  What is
 * remembered is the day and a hash of what was asked for. */
static enum err
is_time(bool *is, struct desk *d, const struct buf *body, uint32_t today)
{
	char now[ENC_HEX_LEN(SHA256_BYTES) + 1];
	uint8_t hash[SHA256_BYTES];
	uint32_t day = 0;
	struct buf was;
	enum err e;

	sha256(hash, body->at, body->len);
	enc_hex(now, hash, sizeof hash);
	buf_init(&was, 256);
	e = desk_recall_num(d, "asked-on", &day);
	if (e == ERR_OK)
		e = desk_recall(d, "asked", &was);
	*is = e == ERR_NOTHING ||
	    (e == ERR_OK && day < today &&
		(day + AGAIN_DAYS <= today || was.len != strlen(now) ||
		    memcmp(was.at, now, was.len) != 0));
	buf_drop(&was);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	if (!*is)
		return ERR_OK;
	e = desk_remember(d, "asked", now);
	return e == ERR_OK ? desk_remember_num(d, "asked-on", today) : e;
}

enum err
give_lack(struct desk *d, uint32_t today)
{
	struct effect *f = calloc(1, sizeof *f);
	struct buf body;
	bool is;
	enum err e;

	buf_init(&body, ENTRY_BODY_MAX);
	e = f == NULL ? ERR_NOMEM : ERR_OK;
	if (f == NULL || !give_is_on(d))
		goto out;
	if ((e = gather(d, f, today)) != ERR_OK || f->ids_n == 0 ||
	    (e = effect_write(&body, f)) != ERR_OK ||
	    (e = is_time(&is, d, &body, today)) != ERR_OK || !is)
		goto out;
	e = log_put(d, "lack", &body);
out:
	wipe_free(f, sizeof *f);
	buf_drop(&body);
	return e;
}
