/* An answer that is written down goes out: its parts, its letter, and that it
 * was sent. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "letter/part.h"

#include "desk/replied.h"
#include "desk/reply_part.h"

/* Seal part `j` of all files behind its head and put it. */
static enum err
send_part(struct way *w, uint32_t j, uint8_t *body, uint8_t *plain)
{
	uint32_t in_file = j;
	size_t i = 0, n;
	enum err e;

	while (in_file >= part_count(w->files[i].size))
		in_file -= part_count(w->files[i++].size);
	n = part_bytes(w->files[i].size, in_file);
	e = reply_file_read(
	    &w->files[i], plain, n, (uint64_t)in_file * PART_PLAIN);
	if (e != ERR_OK)
		return e;
	memcpy(body, w->out->id, LETTER_ID_BYTES);
	enc_put_u32(body + LETTER_ID_BYTES, j);
	e = envelope_seal(body + REACH_PART_HEAD, ENVELOPE_PART_BYTES,
	    &w->conv->reply, plain, n);
	if (e != ERR_OK)
		return e;
	return reach_put_part(w->reach, body);
}

enum err
reply_send_parts(struct way *w, struct reply_report *rep)
{
	uint8_t *body = malloc(REACH_PART_HEAD + ENVELOPE_PART_BYTES);
	uint8_t *plain = malloc(ENVELOPE_PART_PLAIN);
	bool committed = false;
	uint32_t there = 0;
	enum err e = ERR_NOMEM;

	if (body == NULL || plain == NULL)
		goto out;
	e = reach_state(w->reach, w->out->id, &there, &committed);
	if (e != ERR_OK)
		goto out;
	rep->resumed = committed ? w->parts : there;
	for (uint32_t j = there; !committed && e == ERR_OK && j < w->parts; j++)
		e = send_part(w, j, body, plain);
out:
	wipe_free(plain, ENVELOPE_PART_PLAIN);
	wipe_free(body, REACH_PART_HEAD + ENVELOPE_PART_BYTES);
	return e;
}

enum err
reply_commit(struct reach *r, const struct conv_out *o)
{
	uint8_t *body, *at;
	enum err e;

	if (o->parts == 0)
		return reach_put_letter(r, o->tag, o->envelope);
	if ((body = malloc(REACH_COMMIT_BYTES)) == NULL)
		return ERR_NOMEM;
	at = body;
	memcpy(at, o->id, sizeof o->id);
	at += sizeof o->id;
	enc_put_u32(at, o->parts);
	memcpy(at + 4, o->secret, sizeof o->secret);
	at += 4 + sizeof o->secret;
	memcpy(at, o->tag, sizeof o->tag);
	memcpy(at + sizeof o->tag, o->envelope, ENVELOPE_LETTER_BYTES);
	e = reach_commit(r, body);
	wipe_free(body, REACH_COMMIT_BYTES);
	return e;
}

static enum err
say_sent(struct desk *d, const struct conv *c, const struct conv_out *o)
{
	struct effect *f = calloc(1, sizeof *f);
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	f->kind = EFFECT_REPLY;
	memcpy(f->conversation, c->id, sizeof f->conversation);
	memcpy(f->id, o->id, sizeof f->id);
	f->day = o->day;
	f->number = o->slot;
	f->count = o->said->n;
	replied_hash(f->hash, o->said, d->vault->salt);
	f->ids_n = o->over_n;
	memcpy(f->ids, o->over, o->over_n * sizeof o->over[0]);
	e = log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}

bool
reply_was_entered(const struct desk *d, const struct conv_out *o)
{
	return registers_reply(&d->registers, d->id, o->id) != NULL;
}

enum err
reply_note_sent(struct desk *d, struct conv *c, const struct conv_out *o)
{
	struct buf items;
	enum err e = ERR_OK;

	buf_init(&items, 64);
	if (!reply_was_entered(d, o))
		e = say_sent(d, c, o);
	if (e == ERR_OK &&
	    (e = item_put(&items, ITEM_SENT, sizeof o->id)) == ERR_OK &&
	    (e = buf_put(&items, o->id, sizeof o->id)) == ERR_OK &&
	    (e = desk_keep(d, c, &items, NULL)) == ERR_OK)
		e = conv_take_record(d, c, items.at, items.len);
	buf_drop(&items);
	return e;
}
