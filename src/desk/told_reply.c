#include <string.h>

#include "base/wipe.h"
#include "team/content.h"

#include "desk/clocks.h"
#include "desk/replied.h"
#include "desk/told.h"
#include "desk/words.h"

static enum err
keep(struct desk *d, struct conv *conv, const struct said *s)
{
	struct buf items, said;
	enum err e;

	buf_init(&items, RECORD_MAX);
	buf_init(&said, RECORD_MAX);
	if ((e = said_write(&said, s)) == ERR_OK &&
	    (e = item_put(&items, ITEM_TOLD, said.len)) == ERR_OK &&
	    (e = buf_put(&items, said.at, said.len)) == ERR_OK &&
	    (e = desk_keep(d, conv, &items, NULL)) == ERR_OK)
		e = conv_take_record(d, conv, items.at, items.len);
	buf_drop(&items);
	buf_drop(&said);
	return e;
}

/* Its device signed it, and may have given others something else under the same
 * entry: words that are not what that says are refused, and parts elsewhere
 * than the letter says are none of it. */
static enum err
keep_words(struct desk *d, struct conv *conv, const struct content *c,
    const struct registered_reply *by)
{
	uint8_t hash[SHA256_BYTES];
	struct letter words;
	struct said *s;
	enum err e = ERR_NOMEM;

	letter_init(&words, LETTER_REPLY);
	words.text = c->text;
	words.text_len = c->text_len;
	words.file_count = c->file_count;
	memcpy(words.files, c->files, sizeof words.files);
	if ((s = replied_make(d, conv, by, &words)) == NULL)
		goto out;
	replied_hash(hash, s, d->vault->salt);
	e = ERR_FORGED;
	if (memcmp(hash, by->hash, sizeof hash) != 0)
		goto out;
	e = ERR_OK;
	if (replied_has(conv, s))
		goto out;
	e = c->file_count > 0 &&
		memcmp(c->parts, s->files[0].parts, sizeof c->parts) != 0
	    ? ERR_FORMAT
	    : keep(d, conv, s);
out:
	said_close(s);
	letter_drop(&words);
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
	return keep_words(d, conv, c, by);
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
