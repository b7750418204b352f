#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "base/file.h"

#include "front/machine.h"
#include "front/part.h"

#define BINARY "application/octet-stream"

enum stage {
	STAGE_HEAD, /* id, number and the envelope's header come */
	STAGE_ASKING, /* may it be appended? */
	STAGE_WRITING,
	STAGE_IDLE /* the rest is forgotten; `result` is known */
};

struct part {
	enum stage stage;
	enum err result;
	bool there; /* it is there already, which is as good */
	int fd; /* the front's */
	size_t head_n;
	uint64_t written;
	uint8_t last; /* the last byte of the envelope */
	uint8_t head[PART_HEAD + ENVELOPE_HEADER_BYTES];
};

void
part_begin(struct front_request *r)
{
	struct part *p;

	if (r->http->length != PART_BODY) {
		front_say(r, 400, "The body is not of the right length.\n");
		return;
	}
	if ((p = arena_get(&r->arena, sizeof *p)) == NULL) {
		front_say(r, 503, "There is no memory for this now.\n");
		return;
	}
	p->fd = -1;
	r->mine = p;
}

static void
stop(struct part *p, enum err result)
{
	p->stage = STAGE_IDLE;
	p->result = result;
}

/* Write what is the envelope's, all but its last byte. */
static void
write_some(struct part *p, const uint8_t *at, size_t n)
{
	enum err e;

	p->written += n;
	assert(p->written <= ENVELOPE_PART_BYTES);
	if (p->written == ENVELOPE_PART_BYTES)
		p->last = at[--n];
	if ((e = file_write_fd(p->fd, at, n)) != ERR_OK)
		stop(p, e);
}

static void
upload_came(
    struct front_request *r, void *with, const struct front_reply *reply)
{
	struct part *p = with;
	const uint32_t number = enc_get_u32(p->head + FRONT_UPLOAD_ID_BYTES);

	p->there =
	    reply->e == ERR_OK && (reply->committed || number < reply->parts);
	p->fd = reply->fd;
	if (reply->e != ERR_OK)
		stop(p, reply->e);
	else if (p->there)
		stop(p, ERR_OK);
	else if (number > reply->parts)
		stop(p, ERR_MISSING);
	else if (reply->room == 0)
		stop(p, ERR_FULL);
	else
		p->stage = STAGE_WRITING;
	if (p->stage == STAGE_WRITING)
		write_some(p, p->head + PART_HEAD, ENVELOPE_HEADER_BYTES);
	front_resume(r);
}

static size_t
head_body(struct front_request *r, struct part *p, const uint8_t *at, size_t n)
{
	if (n > sizeof p->head - p->head_n)
		n = sizeof p->head - p->head_n;
	memcpy(p->head + p->head_n, at, n);
	p->head_n += n;
	if (p->head_n < sizeof p->head)
		return n;
	if (envelope_check_header(p->head + PART_HEAD) != ERR_OK) {
		stop(p, ERR_FORMAT);
		return n;
	}
	p->stage = STAGE_ASKING;
	front_upload(r, p->head, upload_came, p);
	return n;
}

size_t
part_body(struct front_request *r, const uint8_t *at, size_t n)
{
	struct part *p = r->mine;
	size_t took = 0;

	if (p->stage == STAGE_HEAD)
		took = head_body(r, p, at, n);
	if (p->stage == STAGE_ASKING)
		return took;
	if (p->stage == STAGE_WRITING && took < n)
		write_some(p, at + took, n - took);
	return n;
}

void
part_end(struct front_request *r, enum err how)
{
	struct part *p = r->mine;

	if (p->stage == STAGE_ASKING)
		how = ERR_SHORT;
	if (how == ERR_FORGED) {
		front_say(r, 403, "This is not what the desk signed.\n");
		return;
	}
	if (how == ERR_OK && p->stage == STAGE_WRITING) {
		p->result = file_write_fd(p->fd, &p->last, 1);
		p->there = p->result == ERR_OK;
	}
	/* The keeper hears that the descriptor is closed before anything that
	 * the client can ask after this answer. */
	front_upload_close(r);
	machine_done(
	    r, NULL, &(struct front_reply){ .e = p->result, .fd = -1 });
}

/*
 * From the line: sixteen pieces, the next asked for when one is used up.
 */

struct part_out {
	uint8_t tag[FRONT_TAG_BYTES];
	size_t tag_n;
	bool begun;
	bool broken;
	unsigned pieces; /* that came or are asked for */
	size_t at, n; /* of the piece that is here */
	uint8_t piece[FRONT_PIECE_BYTES];
};

static void ask_piece(struct front_request *r, struct part_out *out);

static size_t
part_give(struct front_request *r, uint8_t *to, size_t room)
{
	struct part_out *out = r->mine;
	size_t n;

	if (out->broken)
		return HTTP_BROKEN;
	n = out->n - out->at < room ? out->n - out->at : room;
	memcpy(to, out->piece + out->at, n);
	out->at += n;
	if (n > 0 && out->at == out->n && out->pieces < FRONT_PIECES)
		ask_piece(r, out);
	return n;
}

static void
piece_came(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct part_out *out = with;

	if (!out->begun && machine_failed(r, reply))
		return;
	out->broken = reply->e != ERR_OK || reply->n != sizeof out->piece;
	if (!out->broken) {
		memcpy(out->piece, reply->p, sizeof out->piece);
		out->at = 0;
		out->n = sizeof out->piece;
	}
	if (out->begun)
		front_resume(r);
	else
		front_answer_stream(
		    r, 200, BINARY, ENVELOPE_PART_BYTES, part_give);
	out->begun = true;
}

static void
ask_piece(struct front_request *r, struct part_out *out)
{
	front_part_get(r, out->tag, out->pieces++, piece_came, out);
}

void
part_get_begin(struct front_request *r)
{
	r->mine = arena_get(&r->arena, sizeof(struct part_out));
	if (r->mine == NULL)
		front_say(r, 503, "There is no memory for this now.\n");
}

size_t
part_get_body(struct front_request *r, const uint8_t *p, size_t n)
{
	struct part_out *out = r->mine;

	assert(n <= sizeof out->tag - out->tag_n);
	memcpy(out->tag + out->tag_n, p, n);
	out->tag_n += n;
	return n;
}

void
part_get_end(struct front_request *r, enum err how)
{
	struct part_out *out = r->mine;

	if (how == ERR_FORGED)
		front_say(r, 403, "This is not what the desk signed.\n");
	else if (how == ERR_OK && out->tag_n != sizeof out->tag)
		front_say(r, 400, "The body is not of the right length.\n");
	else if (how == ERR_OK)
		ask_piece(r, out);
}
