#include <string.h>

#include "base/wipe.h"
#include "team/content.h"

#include "desk/clocks.h"
#include "desk/told.h"
#include "desk/words.h"

/* The letter that the source got, as the desk that sent it has it. */
static void
fill(struct letter *l, const struct desk *d, const struct conv *conv,
    const struct content *c, const struct registered_reply *by)
{
	uint8_t opening[TAG_OPENING_BYTES];
	struct tag_keys keys;

	letter_init(l, LETTER_REPLY);
	tag_keys_init_to(&keys, conv->k);
	tag_opening(opening, &keys, TAG_TO, by->day, by->slot);
	tag_of(l->tag, opening);
	tag_parts(l->parts, opening);
	tag_keys_drop(&keys);
	wipe(opening, sizeof opening);
	memcpy(l->team, d->print, sizeof l->team);
	memcpy(l->line, d->about.line, sizeof l->line);
	memcpy(l->id, c->id, sizeof l->id);
	l->day = by->day;
	l->n = by->n;
	l->text = c->text;
	l->text_len = c->text_len;
	l->file_count = c->file_count;
	memcpy(l->files, c->files, sizeof l->files);
	l->more = l->file_count > 0 &&
	    strcmp(l->files[0].name, LETTER_WHOLE_NAME) == 0 &&
	    strcmp(l->files[0].type, LETTER_WHOLE_TYPE) == 0;
}

static enum err
keep(struct desk *d, struct conv *conv, const struct letter *l)
{
	struct said *s = said_of(l, l->day);
	struct buf items, said;
	enum err e;

	buf_init(&items, RECORD_MAX);
	buf_init(&said, RECORD_MAX);
	e = ERR_NOMEM;
	if (s == NULL)
		goto out;
	if ((e = said_write(&said, s)) == ERR_OK &&
	    (e = item_put(&items, ITEM_TOLD, said.len)) == ERR_OK &&
	    (e = buf_put(&items, said.at, said.len)) == ERR_OK &&
	    (e = desk_keep(d, conv, &items, NULL)) == ERR_OK)
		e = conv_take_record(d, conv, items.at, items.len);
out:
	said_close(s);
	buf_drop(&items);
	buf_drop(&said);
	return e;
}

bool
told_has_reply(
    const struct conv *conv, const uint8_t id[static LETTER_ID_BYTES])
{
	for (size_t i = 0; i < conv->said_n; i++)
		if (conv->all[i]->ours &&
		    memcmp(conv->all[i]->id, id, LETTER_ID_BYTES) == 0)
			return true;
	return conv_out_find(conv, id) != NULL;
}

static enum err
take(struct desk *d, const struct content *c)
{
	const struct registered_reply *by =
	    registers_reply(&d->registers, c->device, c->id);
	struct conv *conv = desk_conv_known(d, c->conversation);
	struct letter l;
	enum err e;

	if (memcmp(c->team, d->print, sizeof d->print) != 0 ||
	    memcmp(c->line, d->about.line, sizeof c->line) != 0)
		return ERR_DENIED;
	if (c->what != CONTENT_REPLY)
		return told_words(d, c);
	if (by != NULL && clocks_is_destroyed(d, by->conversation, by->day))
		return ERR_DENIED;
	if (by == NULL && told_is_void(d, EFFECT_REPLY, c->device, c->id))
		return ERR_DENIED;
	if (by == NULL || conv == NULL || !conv->has_address)
		return ERR_MISSING;
	if (memcmp(by->conversation, conv->id, sizeof conv->id) != 0)
		return ERR_DENIED;
	if (told_has_reply(conv, c->id))
		return ERR_OK;
	fill(&l, d, conv, c, by);
	/* Parts elsewhere than the letter says are none of it. */
	e = c->file_count > 0 && memcmp(c->parts, l.parts, sizeof l.parts) != 0
	    ? ERR_FORMAT
	    : ERR_OK;
	if (e == ERR_OK)
		e = keep(d, conv, &l);
	letter_drop(&l);
	return e;
}

enum err
told_reply(struct desk *d, const struct buf *note)
{
	uint8_t by[DEVICE_ID_BYTES];
	const uint8_t *key;
	struct content c;
	enum err e;

	content_init(&c);
	if ((e = content_by(by, note->at, note->len)) != ERR_OK)
		goto out;
	e = ERR_MISSING; /* of a device that a roster to come may name */
	if ((key = roster_key(d->roster, by)) == NULL)
		goto out;
	e = content_read(&c, note->at, note->len, key);
	if (e == ERR_OK)
		e = take(d, &c);
out:
	content_drop(&c);
	return e;
}
