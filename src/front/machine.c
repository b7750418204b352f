#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "line/settings.h"
#include "team/offer.h"

#include "front/machine.h"
#include "front/part.h"

#define PLAIN "text/plain; charset=utf-8"
#define BINARY "application/octet-stream"
#define LETTER_BODY (FRONT_TAG_BYTES + ENVELOPE_LETTER_BYTES)
#define COMMIT_BODY \
	(FRONT_UPLOAD_ID_BYTES + 4U + FRONT_SECRET_BYTES + LETTER_BODY)

/*
 * Bodies and answers.
 */

void
machine_begin(struct front_request *r)
{
	struct buf *b = arena_get(&r->arena, sizeof *b);

	if (b == NULL) {
		front_say(r, 503, "There is no memory for this now.\n");
		return;
	}
	buf_init(b, (size_t)r->route->max);
	r->mine = b;
}

size_t
machine_body(struct front_request *r, const uint8_t *p, size_t n)
{
	if (buf_put(r->mine, p, n) != ERR_OK)
		front_say(r, 503, "There is no memory for this now.\n");
	return n;
}

void
machine_drop(struct front_request *r)
{
	if (r->mine != NULL)
		buf_drop(r->mine);
}

void
machine_word(struct front_request *r, unsigned status, const char *word)
{
	front_answer(r, status, PLAIN, word, strlen(word));
}

struct buf *
machine_whole(struct front_request *r, enum err how, size_t step, size_t least)
{
	struct buf *b = r->mine;

	if (how == ERR_FORGED) {
		front_say(r, 403, "This is not what the desk signed.\n");
		return NULL;
	}
	if (how != ERR_OK)
		return NULL; /* nobody is there to hear it */
	if (b->len < least || b->len % step != 0) {
		front_say(r, 400, "The body is not of the right length.\n");
		return NULL;
	}
	return b;
}

bool
machine_failed(struct front_request *r, const struct front_reply *reply)
{
	if (reply->e == ERR_OK)
		return false;
	if (reply->e == ERR_NOTHING)
		front_say(r, 404, "That is not here.\n");
	else
		front_say(r, 503, "The line is busy; try again.\n");
	return true;
}

void
machine_done(
    struct front_request *r, void *with, const struct front_reply *reply)
{
	static const struct {
		enum err e;
		unsigned status;
		const char *word;
	} rows[] = {
		{ ERR_OK, 200, "done" },
		{ ERR_TAKEN, 409, "taken" },
		{ ERR_MISSING, 409, "missing" },
		{ ERR_EXPIRED, 409, "old" },
		{ ERR_FULL, 507, "full" },
		{ ERR_FORMAT, 400, "refused" },
		{ ERR_TOOBIG, 400, "refused" },
		{ ERR_VERSION, 400, "refused" },
		{ ERR_FORGED, 403, "refused" },
		{ ERR_DENIED, 403, "refused" },
		{ ERR_NOTHING, 404, "unknown" },
	};

	(void)with;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].e == reply->e) {
			machine_word(r, rows[i].status, rows[i].word);
			return;
		}
	(void)machine_failed(r, reply);
}

/*
 * Reading.
 */

static void
line_end(struct front_request *r, enum err how)
{
	struct buf out;

	if (how == ERR_FORGED) {
		front_say(r, 403, "This is not what the desk signed.\n");
		return;
	}
	buf_init(&out, OFFER_MAX);
	if (offer_write(&out, &r->line->certificate_note, &r->line->key_note,
		clock_day()) == ERR_OK)
		front_answer_buf(r, 200, PLAIN, &out);
	else
		front_say(r, 503, "There is no memory for this now.\n");
	buf_drop(&out);
}

/* GET /v1/questions: the team's own, as the pages ask them. */
static void
questions_end(struct front_request *r, enum err how)
{
	const struct settings *s = r->line->settings;
	struct buf out;
	enum err e = ERR_OK;

	if (how == ERR_FORGED) {
		front_say(r, 403, "This is not what the desk signed.\n");
		return;
	}
	buf_init(&out, QUESTIONS_TEXT_MAX);
	for (unsigned i = 0; e == ERR_OK && i < s->questions; i++)
		if ((e = question_write(&out, &s->question[i])) == ERR_OK)
			e = buf_put_str(&out, "\n");
	if (e == ERR_OK)
		front_answer_buf(r, 200, PLAIN, &out);
	else
		front_say(r, 503, "There is no memory for this now.\n");
	buf_drop(&out);
}

void
machine_bytes(
    struct front_request *r, void *with, const struct front_reply *reply)
{
	(void)with;
	if (!machine_failed(r, reply))
		front_answer(r, 200, BINARY, reply->p, reply->n);
}

static void
look_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, FRONT_TAG_BYTES, 1);

	if (b != NULL)
		front_look(
		    r, b->at, b->len / FRONT_TAG_BYTES, machine_bytes, NULL);
}

static void
get_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, FRONT_GET * FRONT_TAG_BYTES, 1);

	if (b != NULL)
		front_get(r, b->at, machine_bytes, NULL);
}

static void
state_came(struct front_request *r, void *with, const struct front_reply *reply)
{
	char word[32] = "committed";

	(void)with;
	if (reply->e == ERR_NOTHING)
		machine_word(r, 200, "unknown");
	else if (!machine_failed(r, reply)) {
		if (!reply->committed)
			snprintf(word, sizeof word, "parts %u", reply->parts);
		machine_word(r, 200, word);
	}
}

static void
state_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, FRONT_UPLOAD_ID_BYTES, 1);

	if (b != NULL)
		front_state(r, b->at, state_came, NULL);
}

/*
 * Writing.
 */

static void
letter_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, LETTER_BODY, 1);
	const uint8_t *letter;

	if (b == NULL)
		return;
	letter = b->at + FRONT_TAG_BYTES;
	if (envelope_check(letter, ENVELOPE_LETTER_BYTES) != ERR_OK)
		machine_word(r, 400, "refused");
	else
		front_put(r, b->at, letter, machine_done, NULL);
}

static void
commit_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, COMMIT_BODY, 1);
	struct front_commit c;
	const uint8_t *p;

	if (b == NULL)
		return;
	p = b->at;
	memcpy(c.id, p, sizeof c.id);
	p += sizeof c.id;
	c.parts = enc_get_u32(p);
	p += 4;
	memcpy(c.secret, p, sizeof c.secret);
	p += sizeof c.secret;
	memcpy(c.tag, p, sizeof c.tag);
	c.letter = p + sizeof c.tag;
	if (envelope_check(c.letter, ENVELOPE_LETTER_BYTES) != ERR_OK)
		machine_word(r, 400, "refused");
	else
		front_commit(r, &c, machine_done, NULL);
	wipe(&c, sizeof c);
}

static void
delete_end(struct front_request *r, enum err how)
{
	struct buf *b = machine_whole(r, how, FRONT_OPENING_BYTES, 1);

	if (b != NULL)
		front_delete(
		    r, b->at, b->len / FRONT_OPENING_BYTES, machine_done, NULL);
}

#define ROUTE(how, where, most, what) \
	{ \
		.method = (how), .path = (where), .max = (most), \
		.begin = machine_begin, .body = machine_body, .end = (what), \
		.drop = machine_drop \
	}

static const struct front_route routes[] = {
	{ .method = HTTP_GET, .path = "/v1/line", .end = line_end },
	{ .method = HTTP_GET, .path = "/v1/questions", .end = questions_end },
	ROUTE(HTTP_POST, "/v1/look", FRONT_LOOK_MAX *FRONT_TAG_BYTES, look_end),
	ROUTE(HTTP_POST, "/v1/get", FRONT_GET *FRONT_TAG_BYTES, get_end),
	ROUTE(HTTP_POST, "/v1/state", FRONT_UPLOAD_ID_BYTES, state_end),
	ROUTE(HTTP_PUT, "/v1/letter", LETTER_BODY, letter_end),
	ROUTE(HTTP_POST, "/v1/commit", COMMIT_BODY, commit_end),
	ROUTE(HTTP_POST, "/v1/delete", FRONT_DELETE_MAX *FRONT_OPENING_BYTES,
	    delete_end),
	{ .method = HTTP_PUT,
	    .path = "/v1/part",
	    .max = PART_BODY,
	    .begin = part_begin,
	    .body = part_body,
	    .end = part_end },
	{ .method = HTTP_POST,
	    .path = "/v1/part-get",
	    .max = FRONT_TAG_BYTES,
	    .begin = part_get_begin,
	    .body = part_get_body,
	    .end = part_get_end },
};

const struct front_route *
machine_routes(size_t *n)
{
	*n = COUNT(routes);
	return routes;
}
