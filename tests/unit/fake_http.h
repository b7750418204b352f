/*
 * fake_http: a line for tests of `tell`, without a network: it takes the place
 * of http/client.h, keeps envelopes in memory, counts what is asked, and fails
 * on demand.
 */
#ifndef FAKE_HTTP_H
#define FAKE_HTTP_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "age/envelope.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "http/client.h"
#include "letter/letter.h"
#include "letter/part.h"
#include "letter/tag.h"
#include "letter/upload.h"
#include "team/offer.h"

#define FAKE_ENVELOPES 64U
#define FAKE_PARTS 16U

struct fake_envelope {
	uint8_t tag[TAG_BYTES];
	uint8_t bytes[ENVELOPE_PART_BYTES];
	size_t n;
};

static struct fake {
	/* Who it is. */
	uint8_t team[32], line_key[32], voice[32]; /* seeds */
	uint8_t line[16];
	struct age_identity *door[2]; /* of two doors, for all days */
	uint32_t day;
	uint32_t voice_days; /* how far back it knows its voice */
	uint32_t voice_gone; /* days since the voice's last; 0: it goes on */
	struct buf offer;

	/* What lies there. */
	struct fake_envelope at[FAKE_ENVELOPES];
	size_t count;
	uint8_t u[UPLOAD_BYTES];
	uint8_t parts[FAKE_PARTS][ENVELOPE_PART_BYTES];
	uint32_t parts_n;
	bool committed;

	/* What was asked. */
	unsigned looks, fetches, stores, commits, deletes, requests;
	size_t look_bytes, delete_bytes;

	/* What goes wrong. */
	unsigned cut; /* every so manieth request is lost on the way */
	bool cut_after; /* and its answer only */
	unsigned taken, missing, busy; /* so many times */
	bool full;
} fake;

struct http_client {
	struct http_client_opts opts;
};

static inline struct fake_envelope *
fake_find(const uint8_t *tag)
{
	for (size_t i = 0; i < fake.count; i++)
		if (memcmp(fake.at[i].tag, tag, TAG_BYTES) == 0)
			return fake.at + i;
	return NULL;
}

static inline void
fake_put(const uint8_t *tag, const uint8_t *p, size_t n)
{
	struct fake_envelope *at = fake.at + fake.count++;

	if (fake.count > FAKE_ENVELOPES || envelope_check(p, n) != ERR_OK)
		abort();
	memcpy(at->tag, tag, TAG_BYTES);
	memcpy(at->bytes, p, n);
	at->n = n;
}

static inline unsigned
fake_say(struct buf *body, unsigned status, const char *word)
{
	return buf_put_str(body, word) == ERR_OK ? status : 0;
}

/* The answer to a put under this tag. */
static inline unsigned
fake_take(const uint8_t *tag, const uint8_t *p, struct buf *body)
{
	const struct fake_envelope *there = fake_find(tag);

	if (fake.full)
		return fake_say(body, 507, "full\n");
	if (fake.taken > 0) {
		fake.taken--;
		return fake_say(body, 409, "taken\n");
	}
	if (there != NULL)
		return memcmp(there->bytes, p, there->n) == 0
		    ? fake_say(body, 200, "done\n")
		    : fake_say(body, 409, "taken\n");
	if (fake_say(body, 200, "done\n") == 0)
		return 0;
	fake_put(tag, p, ENVELOPE_LETTER_BYTES);
	return 200;
}

static inline unsigned
fake_put_part(const uint8_t *p, size_t n, struct buf *body)
{
	uint32_t j = enc_get_u32(p + UPLOAD_BYTES);

	fake.stores++;
	if (n != UPLOAD_BYTES + 4 + ENVELOPE_PART_BYTES)
		return fake_say(body, 400, "refused\n");
	if (memcmp(fake.u, p, UPLOAD_BYTES) != 0) {
		memcpy(fake.u, p, UPLOAD_BYTES);
		fake.parts_n = 0;
		fake.committed = false;
	}
	if (j < fake.parts_n)
		return fake_say(body, 200, "done\n");
	if (j > fake.parts_n || j >= FAKE_PARTS)
		abort();
	memcpy(fake.parts[j], p + UPLOAD_BYTES + 4, ENVELOPE_PART_BYTES);
	fake.parts_n++;
	return fake_say(body, 200, "done\n");
}

static inline unsigned
fake_commit(const uint8_t *p, size_t n, struct buf *body)
{
	const uint8_t *t = p + UPLOAD_BYTES + 4, *tag = t + TAG_PARTS_BYTES;
	uint8_t part[TAG_BYTES];
	unsigned status;

	fake.commits++;
	if (n !=
	    UPLOAD_BYTES + 4 + TAG_PARTS_BYTES + TAG_BYTES +
		ENVELOPE_LETTER_BYTES)
		return fake_say(body, 400, "refused\n");
	if (fake.committed)
		return fake_say(body, 200, "done\n");
	if (fake.missing > 0) {
		fake.missing--;
		fake.parts_n--;
	}
	if (memcmp(fake.u, p, UPLOAD_BYTES) != 0 ||
	    enc_get_u32(p + UPLOAD_BYTES) != fake.parts_n)
		return fake_say(body, 409, "missing\n");
	status = fake_take(tag, tag + TAG_BYTES, body);
	if (status != 200)
		return status;
	for (uint32_t j = 0; j < fake.parts_n; j++) {
		tag_part(part, t, j);
		fake_put(part, fake.parts[j], ENVELOPE_PART_BYTES);
	}
	fake.parts_n = 0;
	fake.committed = true;
	return status;
}

static inline unsigned
fake_look(const uint8_t *p, size_t n, struct buf *body)
{
	uint8_t bits[1024] = { 0 };

	fake.looks++;
	fake.look_bytes = n;
	if (n / TAG_BYTES > sizeof(bits) * 8)
		return fake_say(body, 400, "refused\n");
	for (size_t i = 0; i < n / TAG_BYTES; i++)
		if (fake_find(p + i * TAG_BYTES) != NULL)
			bits[i / 8] |= (uint8_t)(1U << (i % 8));
	return buf_put(body, bits, (n / TAG_BYTES + 7) / 8) == ERR_OK ? 200 : 0;
}

/* What fills a request up must not show where it begins: no two of `n` are
 * alike, and none is zeros. */
static inline bool
fake_alike(const uint8_t *p, size_t n, size_t size)
{
	static const uint8_t zeros[TAG_OPENING_BYTES];

	for (size_t i = 0; i < n; i++) {
		if (memcmp(p + i * size, zeros, size) == 0)
			return true;
		for (size_t k = 0; k < i; k++)
			if (memcmp(p + i * size, p + k * size, size) == 0)
				return true;
	}
	return false;
}

static inline unsigned
fake_get(const uint8_t *p, size_t n, struct buf *body)
{
	uint8_t nobody[ENVELOPE_LETTER_BYTES];

	fake.fetches++;
	if (n != (size_t)6 * TAG_BYTES || fake_alike(p, 6, TAG_BYTES))
		return fake_say(body, 400, "refused\n");
	for (size_t i = 0; i < 6; i++) {
		const struct fake_envelope *e = fake_find(p + i * TAG_BYTES);

		if (envelope_nobody(nobody, sizeof(nobody)) != ERR_OK ||
		    buf_put(body, e == NULL ? nobody : e->bytes,
			sizeof(nobody)) != ERR_OK)
			return 0;
	}
	return 200;
}

static inline unsigned
fake_part_get(const uint8_t *p, struct buf *body)
{
	const struct fake_envelope *e = fake_find(p);

	if (e == NULL)
		return fake_say(body, 404, "There is no such part.\n");
	return buf_put(body, e->bytes, e->n) == ERR_OK ? 200 : 0;
}

static inline unsigned
fake_state(const uint8_t *p, struct buf *body)
{
	if (memcmp(fake.u, p, UPLOAD_BYTES) != 0)
		return fake_say(body, 200, "unknown\n");
	if (fake.committed)
		return fake_say(body, 200, "committed\n");
	return buf_put_fmt(body, "parts %u\n", fake.parts_n) == ERR_OK ? 200
								       : 0;
}

/* In the place of each comes one sealed to nobody. */
static inline unsigned
fake_delete(const uint8_t *p, size_t n, struct buf *body)
{
	uint8_t tag[TAG_BYTES];

	fake.deletes++;
	fake.delete_bytes = n;
	if (fake_alike(p, n / TAG_OPENING_BYTES, TAG_OPENING_BYTES))
		return fake_say(body, 400, "refused\n");
	for (size_t i = 0; i < n / TAG_OPENING_BYTES; i++) {
		struct fake_envelope *e;

		tag_of(tag, p + i * TAG_OPENING_BYTES);
		if ((e = fake_find(tag)) != NULL &&
		    envelope_nobody(e->bytes, e->n) != ERR_OK)
			return 0;
	}
	return fake_say(body, 200, "done\n");
}

static inline unsigned
fake_answer(const struct http_call *call, struct buf *body)
{
	const uint8_t *p = call->body;
	size_t n = (size_t)call->n;

	if (strcmp(call->path, "/v1/line") == 0)
		return buf_put(body, fake.offer.at, fake.offer.len) == ERR_OK
		    ? 200
		    : 0;
	if (strcmp(call->path, "/v1/look") == 0)
		return fake_look(p, n, body);
	if (strcmp(call->path, "/v1/get") == 0)
		return fake_get(p, n, body);
	if (strcmp(call->path, "/v1/part-get") == 0)
		return fake_part_get(p, body);
	if (strcmp(call->path, "/v1/letter") == 0)
		return fake_take(p, p + TAG_BYTES, body);
	if (strcmp(call->path, "/v1/part") == 0)
		return fake_put_part(p, n, body);
	if (strcmp(call->path, "/v1/state") == 0)
		return fake_state(p, body);
	if (strcmp(call->path, "/v1/commit") == 0)
		return fake_commit(p, n, body);
	if (strcmp(call->path, "/v1/delete") == 0)
		return fake_delete(p, n, body);
	return fake_say(body, 404, "There is nothing here.\n");
}

enum err
http_client_open(struct http_client **c, const struct http_client_opts *opts)
{
	if ((*c = calloc(1, sizeof(**c))) == NULL)
		return ERR_NOMEM;
	(*c)->opts = *opts;
	return ERR_OK;
}

void
http_client_close(struct http_client *c)
{
	wipe_free(c, sizeof(*c));
}

enum err
http_client_do(struct http_client *c, const struct http_call *call,
    struct http_reply *reply)
{
	bool cut = fake.cut > 0 && ++fake.requests % fake.cut == 0;

	(void)c;
	if (cut && !fake.cut_after)
		return ERR_CLOSED;
	if (fake.busy > 0) {
		fake.busy--;
		reply->status = fake_say(reply->body, 503, "Busy.\n");
		return ERR_OK;
	}
	reply->status = fake_answer(call, reply->body);
	if (reply->status == 0)
		return ERR_NOMEM;
	return cut ? ERR_CLOSED : ERR_OK;
}

/* Sign what the line offers today. */
static inline void
fake_offer(void)
{
	struct certificate c = { .serial = 1, .until = fake.day + 400 };
	struct buf cert, note;
	static struct age_recipient to[2][KEY_NOTE_DAYS];
	struct key_note k;

	key_note_init(&k);
	buf_init(&cert, CERTIFICATE_MAX);
	buf_init(&note, KEY_NOTE_MAX);
	memcpy(c.line, fake.line, sizeof(c.line));
	sign_public(c.key, fake.line_key);
	memcpy(k.line, fake.line, sizeof(k.line));
	k.serial = 1;
	k.issued = fake.day;
	k.doors_n = 2;
	for (unsigned d = 0; d < 2; d++) {
		struct key_note_door *door = k.doors + d;

		door->id[0] = (uint8_t)(d + 1);
		(void)snprintf(door->name, sizeof(door->name), "%s",
		    d == 0 ? "News" : "Complaints");
		memcpy(door->readers, "two of us", 10);
		door->first = fake.day - 1;
		door->recipients_n = 3;
		for (unsigned i = 0; i < 3; i++)
			age_identity_recipient(fake.door[d], &to[d][i]);
		door->recipients = to[d];
		door->voices_n = 1;
		sign_public(door->voices[0].key, fake.voice);
		door->voices[0].first = fake.day - fake.voice_days;
		door->voices[0].last = fake.voice_gone > 0
		    ? fake.day - fake.voice_gone
		    : fake.day + 3;
	}
	k.purges_n = 1;
	if (certificate_write(&cert, &c, fake.team) != ERR_OK ||
	    key_note_write(&note, &k, fake.line_key) != ERR_OK)
		abort();
	buf_drop(&fake.offer);
	buf_init(&fake.offer, OFFER_MAX);
	if (offer_write(&fake.offer, &cert, &note, fake.day) != ERR_OK)
		abort();
	buf_drop(&cert);
	buf_drop(&note);
}

static inline void
fake_open(void)
{
	memset(&fake, 0, sizeof(fake));
	crypt_random(fake.team, 3 * 32 + sizeof(fake.line));
	fake.day = clock_day();
	fake.voice_days = 80;
	for (unsigned d = 0; d < 2; d++)
		if (age_identity_random(&fake.door[d], AGE_HYBRID) != ERR_OK)
			abort();
	fake_offer();
}

static inline void
fake_close(void)
{
	for (unsigned d = 0; d < 2; d++)
		age_identity_close(fake.door[d]);
	buf_drop(&fake.offer);
}

/* The address that sources get. */
static inline void
fake_address(char out[static 128])
{
	uint8_t team[SIGN_PUBLIC_BYTES];
	char f[TEAM_PRINT_BYTES];

	sign_public(team, fake.team);
	team_print(f, team);
	(void)snprintf(out, 128, "http://127.0.0.1:8440#%s", f);
}

#endif
