#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "team/offer.h"

#include "tell/wire.h"

#define WORD_MAX 256U /* of an answer in words */
#define PAUSE_MS 250U
#define PAUSE_MAX_MS 8000U

/* What a status says, when it is not 200. */
static enum err
status_err(unsigned status)
{
	static const struct {
		unsigned status;
		enum err e;
	} says[] = {
		{ 200, ERR_OK },
		{ 400, ERR_DENIED },
		{ 403, ERR_DENIED },
		{ 404, ERR_NOTHING },
		{ 408, ERR_EXPIRED },
		{ 409, ERR_TAKEN },
		{ 413, ERR_TOOBIG },
		{ 421, ERR_DENIED },
		{ 503, ERR_BUSY },
		{ 507, ERR_FULL },
	};

	for (size_t i = 0; i < COUNT(says); i++)
		if (says[i].status == status)
			return says[i].e;
	return ERR_FORMAT;
}

static bool
worth_another_try(enum err e)
{
	return e == ERR_CLOSED || e == ERR_EXPIRED || e == ERR_BUSY;
}

/* Send until there is an answer; what a status other than 200 says is left in
 * `*status` for whoever wants to know more. */
static enum err
ask_often(struct http_client *c, const struct http_call *call, struct buf *body,
    unsigned tries)
{
	const size_t was = body->len;
	unsigned pause = PAUSE_MS, slow = 0;
	enum err e = ERR_CLOSED;

	for (unsigned i = 0; i < tries && slow < WIRE_SLOW; i++) {
		struct http_reply reply = { .body = body };

		if (i > 1) { /* a lost connection is often but stale */
			clock_sleep(pause);
			pause = pause < PAUSE_MAX_MS ? 2 * pause : pause;
		}
		body->len = was;
		e = http_client_do(c, call, &reply);
		if (e == ERR_OK)
			e = status_err(reply.status);
		if (!worth_another_try(e))
			break;
		slow += e == ERR_EXPIRED;
	}
	return e;
}

static enum err
ask(struct http_client *c, const struct http_call *call, struct buf *body)
{
	return ask_often(c, call, body, WIRE_TRIES);
}

/* The same for an answer in words, which must then be `word`. */
static enum err
ask_for_word(
    struct http_client *c, const struct http_call *call, struct buf *said)
{
	enum err e;

	buf_init(said, WORD_MAX);
	if ((e = ask(c, call, said)) != ERR_OK)
		return e;
	while (said->len > 0 && said->at[said->len - 1] == '\n')
		said->len--;
	return buf_str(said) == NULL ? ERR_FORMAT : ERR_OK;
}

/* A request whose only good answer is "done"; a conflict is told by its word.
 */
static enum err
ask_to_do(struct http_client *c, const char *method, const char *path,
    const void *body, size_t n)
{
	struct http_call call = {
		.method = method, .path = path, .body = body, .n = n
	};
	struct buf said;
	enum err e;

	e = ask_for_word(c, &call, &said);
	if (e == ERR_OK && strcmp(buf_str(&said), "done") != 0)
		e = ERR_FORMAT;
	if (e == ERR_TAKEN) {
		while (said.len > 0 && said.at[said.len - 1] == '\n')
			said.len--;
		if (buf_str(&said) != NULL &&
		    strcmp(buf_str(&said), "missing") == 0)
			e = ERR_MISSING;
	}
	buf_drop(&said);
	return e;
}

/* An answer of exactly `want` bytes. */
static enum err
ask_for_bytes(struct http_client *c, const struct http_call *call,
    struct buf *out, size_t want)
{
	const size_t was = out->len;
	enum err e = ask(c, call, out);

	if (e == ERR_OK && out->len - was != want)
		e = ERR_FORMAT;
	if (e != ERR_OK)
		out->len = was;
	return e;
}

enum err
wire_line(struct http_client *c, struct buf *out)
{
	const struct http_call call = { .method = "GET", .path = "/v1/line" };

	/* A wrong address should not take long to be found out. */
	return ask_often(c, &call, out, WIRE_TRIES / 2);
}

enum err
wire_questions(struct http_client *c, struct buf *out)
{
	const struct http_call call = { .method = "GET",
		.path = "/v1/questions" };

	return ask(c, &call, out);
}

enum err
wire_look(struct http_client *c, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *bits)
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/look",
		.body = tags,
		.n = n * TAG_BYTES };

	return ask_for_bytes(c, &call, bits, (n + 7) / 8);
}

enum err
wire_get(struct http_client *c, const uint8_t tags[WIRE_GET][TAG_BYTES],
    struct buf *letters)
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/get",
		.body = tags,
		.n = (size_t)WIRE_GET * TAG_BYTES };

	return ask_for_bytes(
	    c, &call, letters, (size_t)WIRE_GET * ENVELOPE_LETTER_BYTES);
}

enum err
wire_part_get(struct http_client *c, const uint8_t tag[static TAG_BYTES],
    struct buf *part)
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/part-get",
		.body = tag,
		.n = TAG_BYTES };

	return ask_for_bytes(c, &call, part, ENVELOPE_PART_BYTES);
}

enum err
wire_put_letter(struct http_client *c, const uint8_t tag[static TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES])
{
	uint8_t body[TAG_BYTES + ENVELOPE_LETTER_BYTES];

	memcpy(body, tag, TAG_BYTES);
	memcpy(body + TAG_BYTES, letter, ENVELOPE_LETTER_BYTES);
	return ask_to_do(c, "PUT", "/v1/letter", body, sizeof(body));
}

enum err
wire_state(struct http_client *c, const uint8_t u[static UPLOAD_BYTES],
    uint32_t *parts, bool *committed)
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/state",
		.body = u,
		.n = UPLOAD_BYTES };
	struct buf said;
	enum err e;

	if ((e = ask_for_word(c, &call, &said)) == ERR_OK)
		e = upload_state_read(
		    parts, committed, (const char *)said.at, said.len);
	buf_drop(&said);
	return e;
}

enum err
wire_put_part(struct http_client *c,
    const uint8_t body[static WIRE_PART_HEAD + ENVELOPE_PART_BYTES])
{
	return ask_to_do(
	    c, "PUT", "/v1/part", body, WIRE_PART_HEAD + ENVELOPE_PART_BYTES);
}

enum err
wire_commit(struct http_client *c, const struct wire_commit *what)
{
	struct buf body;
	enum err e;

	buf_init(&body,
	    UPLOAD_BYTES + 4 + TAG_PARTS_BYTES + TAG_BYTES +
		ENVELOPE_LETTER_BYTES);
	if ((e = buf_put(&body, what->u, UPLOAD_BYTES)) == ERR_OK &&
	    (e = buf_put_u32(&body, what->n)) == ERR_OK &&
	    (e = buf_put(&body, what->parts, TAG_PARTS_BYTES)) == ERR_OK &&
	    (e = buf_put(&body, what->tag, TAG_BYTES)) == ERR_OK &&
	    (e = buf_put(&body, what->letter, ENVELOPE_LETTER_BYTES)) == ERR_OK)
		e = ask_to_do(c, "POST", "/v1/commit", body.at, body.len);
	if (e == ERR_NOTHING)
		e = ERR_MISSING; /* it forgot the whole upload */
	buf_drop(&body);
	return e;
}

enum err
wire_delete(struct http_client *c,
    const uint8_t openings[WIRE_DELETE][TAG_OPENING_BYTES])
{
	return ask_to_do(c, "POST", "/v1/delete", openings,
	    (size_t)WIRE_DELETE * TAG_OPENING_BYTES);
}
