#include <stdio.h>
#include <string.h>

#include "base/enc.h"

#include "front/machine.h"

#define PLAIN "text/plain; charset=utf-8"
#define BINARY "application/octet-stream"
#define FETCH_MAX 32U
#define DAY_MAX (16U * 1024 * 1024) /* a million letters on one day */
#define DAYS_LINE 96U

/* The body that was asked with, and the answer that grows. */
struct growing {
	struct buf *asked;
	struct buf out;
	size_t at; /* tags fetched so far */
	uint32_t day;
};

static struct growing *
growing_new(struct front_request *r, struct buf *asked, size_t max)
{
	struct growing *g = arena_get(&r->arena, sizeof *g);

	if (g == NULL) {
		front_say(r, 503, "There is no memory for this now.\n");
		return NULL;
	}
	buf_init(&g->out, max);
	g->asked = asked;
	return g;
}

static void
growing_end(struct front_request *r, struct growing *g, enum err e)
{
	if (e == ERR_OK)
		front_answer_buf(r, 200, BINARY, &g->out);
	else
		front_say(r, 503, "There is no memory for this now.\n");
	buf_drop(&g->out);
}

/*
 * GET /v1/days: a line for every day.
 */

static void
days_came(struct front_request *r, void *with, const struct front_reply *reply)
{
	char digest[ENC_HEX_LEN(SHA256_BYTES) + 1];
	struct buf out;
	enum err e = ERR_OK;

	(void)with;
	if (machine_failed(r, reply))
		return;
	buf_init(&out, TALK_DAYS_MAX * DAYS_LINE + 1);
	for (size_t i = 0; e == ERR_OK && i < reply->n; i += TALK_DAY_BYTES) {
		const uint8_t *p = reply->p + i;

		enc_hex(digest, p + 13, SHA256_BYTES);
		e = buf_put_fmt(&out, "%u %u %s %s\n", enc_get_u32(p),
		    enc_get_u32(p + 4), digest, p[12] ? "closed" : "open");
	}
	if (e == ERR_OK)
		front_answer_buf(r, 200, PLAIN, &out);
	else
		front_say(r, 503, "There is no memory for this now.\n");
	buf_drop(&out);
}

static void
days_end(struct front_request *r, enum err how)
{
	if (how == ERR_FORGED)
		front_say(r, 403, "This is not what the desk signed.\n");
	else
		front_days(r, days_came, NULL);
}

/*
 * POST /v1/day: all tags of a day's letters; POST /v1/offered: serials.
 */

static void
day_came(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct growing *g = with;
	enum err e;

	if (machine_failed(r, reply)) {
		buf_drop(&g->out);
		return;
	}
	e = buf_put(&g->out, reply->p, reply->n);
	if (e == ERR_OK && reply->n == TALK_DAY_TAGS * FRONT_TAG_BYTES)
		front_day(r, g->day, g->out.at + g->out.len - FRONT_TAG_BYTES,
		    day_came, g);
	else
		growing_end(r, g, e);
}

static void
day_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, 4, 1);
	struct growing *g;

	if (b == NULL || (g = growing_new(r, b, DAY_MAX)) == NULL)
		return;
	g->day = enc_get_u32(b->at);
	front_day(r, g->day, NULL, day_came, g);
}

static void
offered_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, 4, 1);

	if (b != NULL)
		front_offered(r, enc_get_u32(b->at), machine_bytes, NULL);
}

/*
 * POST /v1/fetch: one after the other, each behind its length.
 */

static void
fetch_came(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct growing *g = with;
	const bool there = reply->e == ERR_OK;
	enum err e;

	if (reply->e != ERR_NOTHING && machine_failed(r, reply)) {
		buf_drop(&g->out);
		return;
	}
	e = buf_put_u32(&g->out, there ? (uint32_t)reply->n : 0);
	if (e == ERR_OK && there)
		e = buf_put(&g->out, reply->p, reply->n);
	g->at += FRONT_TAG_BYTES;
	if (e == ERR_OK && g->at < g->asked->len)
		front_fetch(r, g->asked->at + g->at, fetch_came, g);
	else
		growing_end(r, g, e);
}

static void
fetch_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, FRONT_TAG_BYTES, 1);
	struct growing *g;

	if (b == NULL ||
	    (g = growing_new(r, b,
		 FETCH_MAX * (4 + (size_t)ENVELOPE_LETTER_BYTES))) == NULL)
		return;
	front_fetch(r, b->at, fetch_came, g);
}

/*
 * Notes.
 */

static void
key_note_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, 1, 1);

	if (b != NULL)
		front_put_note(r, b, machine_done, NULL);
}

static void
purge_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, 1, 1);

	if (b != NULL)
		front_purge(r, b->at, b->len, machine_done, NULL);
}

#define ROUTE(how, where, most, what) \
	{ \
		.method = (how), .path = (where), .max = (most), \
		.begin = machine_begin, .body = machine_body, .end = (what), \
		.drop = machine_drop \
	}

static const struct front_route routes[] = {
	{ .method = HTTP_GET, .path = "/v1/days", .end = days_end },
	ROUTE(HTTP_POST, "/v1/day", 4, day_end),
	ROUTE(HTTP_POST, "/v1/offered", 4, offered_end),
	ROUTE(HTTP_POST, "/v1/fetch", FETCH_MAX *FRONT_TAG_BYTES, fetch_end),
	ROUTE(HTTP_PUT, "/v1/key-note", TALK_NOTE_MAX, key_note_end),
	ROUTE(HTTP_POST, "/v1/purge", TALK_PURGE_MAX, purge_end),
};

const struct front_route *
machine_desk_routes(size_t *n)
{
	*n = COUNT(routes);
	return routes;
}
