#include <string.h>

#include "base/text.h"
#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/told.h"
#include "desk/words.h"

static const enum effect_kind kinds[CONTENT_WHATS] = {
	[CONTENT_NOTE] = EFFECT_NOTE,
	[CONTENT_DRAFT] = EFFECT_DRAFT,
	[CONTENT_TERMS] = EFFECT_ATTRIBUTION,
	[CONTENT_EVIDENCE] = EFFECT_EVIDENCE,
	[CONTENT_CUSTODY] = EFFECT_CUSTODY,
	[CONTENT_CASE] = EFFECT_CASE,
};

static enum err
keep(struct desk *d, struct conv *conv, const struct buf *items,
    const struct buf *tail)
{
	const enum err e = desk_keep(d, conv, items, tail);

	return e == ERR_OK ? conv_take_record(d, conv, items->at, items->len)
			   : e;
}

static enum err
take_text(struct desk *d, struct conv *conv, const struct content *c,
    const struct registered_word *of)
{
	struct conv_word word = { .kind = of->kind,
		.len = (uint32_t)c->text_len };
	uint8_t hash[SHA256_BYTES];
	struct buf items, tail;
	enum err e;

	content_hash(hash, d->vault->salt, c->text, c->text_len);
	if (c->text_len == 0 || memcmp(hash, of->hash, sizeof hash) != 0)
		return ERR_FORGED;
	if (of->kind == EFFECT_CASE && !text_is_line(c->text, c->text_len))
		return ERR_FORMAT;
	if (conv_words_find(conv, of->kind, c->device, c->id) != NULL)
		return ERR_OK;
	memcpy(word.device, c->device, sizeof word.device);
	memcpy(word.id, c->id, sizeof word.id);
	if (c->has_to)
		memcpy(word.to, c->to, sizeof word.to);
	buf_init(&items, 256);
	buf_init(&tail, CONTENT_TEXT_MAX);
	if ((e = conv_words_put(&items, &word)) == ERR_OK &&
	    (e = buf_put(&tail, c->text, c->text_len)) == ERR_OK)
		e = keep(d, conv, &items, &tail);
	buf_drop(&items);
	buf_drop(&tail);
	return e;
}

/* The byline, a line feed, and how the source may be described; the level
 * stands in the entry. */
static enum err
split_terms(const struct content *c, char byline[static CONV_BYLINE_MAX + 1],
    char label[static CONV_LABEL_MAX + 1])
{
	const char *end = memchr(c->text, '\n', c->text_len);
	size_t n, m;

	if (end == NULL || memchr(c->text, '\0', c->text_len) != NULL)
		return ERR_FORMAT;
	n = (size_t)(end - c->text);
	m = c->text_len - n - 1;
	if (n > CONV_BYLINE_MAX || m > CONV_LABEL_MAX)
		return ERR_FORMAT;
	memcpy(byline, c->text, n);
	byline[n] = '\0';
	memcpy(label, end + 1, m);
	label[m] = '\0';
	/* Whoever says it may not make it look like lines of ours. */
	return words_is_line(byline) && words_is_line(label) ? ERR_OK
							     : ERR_FORMAT;
}

static enum err
take_terms(struct desk *d, struct conv *conv, const struct content *c,
    const struct registered_word *of)
{
	char byline[CONV_BYLINE_MAX + 1], label[CONV_LABEL_MAX + 1];
	uint8_t hash[SHA256_BYTES];
	struct buf items;
	enum err e;

	if ((e = split_terms(c, byline, label)) != ERR_OK)
		return e;
	buf_init(&items, 1024);
	e = conv_words_put_terms(&items, of->level, byline, label);
	if (e != ERR_OK)
		goto out;
	conv_words_terms_hash(hash, &items, d->vault->salt);
	if (memcmp(hash, of->hash, sizeof hash) != 0)
		e = ERR_FORGED;
	else if (conv_words_find_terms(conv, hash) == NULL)
		e = keep(d, conv, &items, NULL);
	if (e == ERR_OK)
		registers_show_fields(&d->registers, conv);
out:
	wipe(byline, sizeof byline);
	wipe(label, sizeof label);
	buf_drop(&items);
	return e;
}

enum err
told_words(struct desk *d, const struct content *c)
{
	const struct registered_word *of = register_words_find(
	    &d->registers.words, kinds[c->what], c->device, c->id);
	struct conv *conv = desk_conv_known(d, c->conversation);
	uint8_t id[CONV_ID_BYTES];

	if (of == NULL)
		return told_is_void(d, kinds[c->what], c->device, c->id)
		    ? ERR_DENIED
		    : ERR_MISSING;
	conv_id_of(id, c->conversation, d->vault->salt);
	if (of->gone || memcmp(of->conversation, id, sizeof id) != 0)
		return ERR_DENIED;
	if (c->file_count > 0)
		return ERR_FORMAT;
	if (conv == NULL)
		return ERR_MISSING;
	return of->kind == EFFECT_ATTRIBUTION ? take_terms(d, conv, c, of)
					      : take_text(d, conv, c, of);
}
