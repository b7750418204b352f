#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/inside.h"
#include "desk/words.h"

static struct effect *
effect_for(enum effect_kind kind, const struct conv *c)
{
	struct effect *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->kind = kind;
	memcpy(f->conversation, c->id, sizeof f->conversation);
	return f;
}

/* The last thing said, from which the reader knows when it was written. */
static void
last_letter(uint8_t to[static LETTER_ID_BYTES], const struct conv *c)
{
	const size_t at = c->apart > 0 ? c->apart : c->said_n;

	if (at > 0)
		memcpy(to, c->said[at - 1]->id, LETTER_ID_BYTES);
}

static enum err
keep(struct desk *d, struct conv *c, const struct conv_word *word,
    const char *text)
{
	struct buf items, tail;
	enum err e;

	buf_init(&items, 256);
	buf_init(&tail, WORDS_DRAFT_MAX);
	if ((e = conv_words_put(&items, word)) == ERR_OK &&
	    (e = buf_put(&tail, text, word->len)) == ERR_OK &&
	    (e = desk_keep(d, c, &items, &tail)) == ERR_OK)
		e = conv_take_record(d, c, items.at, items.len);
	buf_drop(&items);
	buf_drop(&tail);
	return e;
}

#define CONTENT_HEAD 2048U /* bytes of all but the text */

/* Could it be given to others?  What could not is not kept. */
static enum err
check_text(const char *text, size_t n, size_t most)
{
	size_t written = CONTENT_HEAD + n;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '"' ||
		    text[i] == '\\')
			written += (unsigned char)text[i] < ' ' ? 5 : 1;
	if (n > most || written > CONTENT_MAX)
		return ERR_TOOBIG;
	return n == 0 || text_is_blank(text, n) || !text_is_utf8(text, n) ||
		memchr(text, '\0', n) != NULL
	    ? ERR_FORMAT
	    : ERR_OK;
}

/* The words first: an entry whose words a crash took would stay without.  Of an
 * act and of a case the same words may be here already. */
static enum err
say_words(struct desk *d, struct conv *c, struct effect *f, const char *text,
    size_t n)
{
	struct conv_word word = { .kind = f->kind, .len = (uint32_t)n };
	enum err e = ERR_OK;

	content_hash(f->hash, d->vault->salt, text, n);
	memcpy(word.device, d->id, sizeof word.device);
	register_words_id(word.id, f);
	last_letter(word.to, c);
	if (conv_words_find(c, word.kind, word.device, word.id) == NULL)
		e = keep(d, c, &word, text);
	return e == ERR_OK ? log_put_effect(d, f) : e;
}

enum err
desk_say_note(struct desk *d, struct conv *c, const char *text, size_t n)
{
	struct effect *f;
	enum err e;

	if ((e = check_text(text, n, WORDS_NOTE_MAX)) != ERR_OK ||
	    (e = log_may(d, "note")) != ERR_OK)
		return e;
	if ((f = effect_for(EFFECT_NOTE, c)) == NULL)
		return ERR_NOMEM;
	crypt_random(f->id, sizeof f->id);
	e = say_words(d, c, f, text, n);
	wipe_free(f, sizeof *f);
	return e;
}

enum err
desk_draft(struct desk *d, struct conv *c, const char *text, size_t n,
    const struct words_ids *over)
{
	struct effect *f;
	enum err e;

	if ((n > 0 && (e = check_text(text, n, WORDS_DRAFT_MAX)) != ERR_OK) ||
	    (e = log_may(d, "draft")) != ERR_OK)
		return e;
	if (n == 0 && over->n == 0)
		return ERR_OK;
	if ((f = effect_for(EFFECT_DRAFT, c)) == NULL)
		return ERR_NOMEM;
	f->ids_n = over->n;
	memcpy(f->ids, over->id, over->n * sizeof over->id[0]);
	crypt_random(f->id, sizeof f->id);
	/* Without a text its hash is zeros. */
	e = n > 0 ? say_words(d, c, f, text, n) : log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}

static enum content_what
what_of(enum effect_kind kind)
{
	switch ((int)kind) {
	case EFFECT_NOTE:
		return CONTENT_NOTE;
	case EFFECT_DRAFT:
		return CONTENT_DRAFT;
	case EFFECT_EVIDENCE:
		return CONTENT_EVIDENCE;
	case EFFECT_CUSTODY:
		return CONTENT_CUSTODY;
	default:
		assert(kind == EFFECT_CASE);
		return CONTENT_CASE;
	}
}

enum err
desk_say_evidence(struct desk *d, struct conv *c, const struct effect *of,
    const char *text, size_t n)
{
	const size_t most = content_text_max(what_of(of->kind));
	struct effect *f;
	enum err e;

	if (n == 0 && of->kind == EFFECT_EVIDENCE)
		return ERR_FORMAT;
	if (of->kind == EFFECT_CASE && !text_is_line(text, n))
		return ERR_FORMAT;
	if ((n > 0 && (e = check_text(text, n, most)) != ERR_OK) ||
	    (e = log_may(d, effect_type(of->kind))) != ERR_OK)
		return e;
	if ((f = effect_for(of->kind, c)) == NULL)
		return ERR_NOMEM;
	*f = *of;
	memcpy(f->conversation, c->id, sizeof f->conversation);
	memset(f->hash, 0, sizeof f->hash);
	e = n > 0 ? say_words(d, c, f, text, n) : log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}

enum err
desk_assign(struct desk *d, struct conv *c,
    const uint8_t (*members)[MEMBER_ID_BYTES], size_t n)
{
	struct effect *f;
	enum err e;

	if (n > ROSTER_MEMBERS)
		return ERR_TOOBIG;
	for (size_t i = 0; i < n; i++)
		if (roster_member(d->roster, members[i]) == NULL)
			return ERR_NOTHING;
	if ((f = effect_for(EFFECT_ASSIGN, c)) == NULL)
		return ERR_NOMEM;
	f->members_n = n;
	if (n > 0)
		memcpy(f->members, members, n * sizeof f->members[0]);
	e = log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}

bool
words_is_line(const char *s)
{
	return text_is_line(s, strlen(s));
}

enum err
desk_set_terms(struct desk *d, struct conv *c, unsigned level,
    const char *byline, const char *label)
{
	struct effect *f = NULL;
	struct buf items;
	enum err e;

	if (strlen(byline) > CONV_BYLINE_MAX || strlen(label) > CONV_LABEL_MAX)
		return ERR_TOOBIG;
	if (!words_is_line(byline) || !words_is_line(label))
		return ERR_FORMAT;
	buf_init(&items, 1024);
	if ((e = log_may(d, "attribution")) != ERR_OK)
		goto out;
	e = ERR_NOMEM;
	if ((f = effect_for(EFFECT_ATTRIBUTION, c)) == NULL)
		goto out;
	f->number = level;
	e = conv_words_put_terms(&items, level, byline, label);
	if (e != ERR_OK)
		goto out;
	conv_words_terms_hash(f->hash, &items, d->vault->salt);
	if (conv_words_find_terms(c, f->hash) == NULL &&
	    ((e = desk_keep(d, c, &items, NULL)) != ERR_OK ||
		(e = conv_take_record(d, c, items.at, items.len)) != ERR_OK))
		goto out;
	e = log_put_effect(d, f);
out:
	wipe_free(f, sizeof *f);
	buf_drop(&items);
	return e;
}

static void
fill(struct content *c, const struct desk *d, const struct conv *conv,
    enum content_what what)
{
	content_init(c);
	c->what = what;
	memcpy(c->team, d->print, sizeof c->team);
	memcpy(c->line, d->about.line, sizeof c->line);
	memcpy(c->conversation, conv->box.owner, sizeof c->conversation);
}

static enum err
terms_content(struct content *c, struct buf *text, const struct desk *d,
    const struct effect *f)
{
	const struct conv *conv = desk_conv_by_id(d, f->conversation);
	const struct conv_term *t =
	    conv == NULL ? NULL : conv_words_find_terms(conv, f->hash);
	enum err e;

	if (t == NULL)
		return ERR_NOTHING;
	fill(c, d, conv, CONTENT_TERMS);
	register_words_id(c->id, f);
	if ((e = buf_put_str(text, t->byline)) == ERR_OK &&
	    (e = buf_put_str(text, "\n")) == ERR_OK)
		e = buf_put_str(text, t->label);
	return e;
}

enum err
words_content(struct content *c, struct buf *text, const struct desk *d,
    const struct effect *f)
{
	static const uint8_t nothing[LETTER_ID_BYTES];
	const struct conv *conv = desk_conv_by_id(d, f->conversation);
	struct desk_words w = { .entry = NULL };
	uint8_t id[EFFECT_ID_BYTES];
	enum err e;

	register_words_id(id, f);
	w.entry = register_words_find(&d->registers.words, f->kind, d->id, id);

	if (f->kind == EFFECT_ATTRIBUTION) {
		e = terms_content(c, text, d, f);
	} else {
		if (conv == NULL || w.entry == NULL || w.entry->gone ||
		    w.entry->over)
			return ERR_NOTHING;
		w.here = conv_words_find(conv, f->kind, d->id, id);
		e = desk_words_text(d, conv, &w, text);
		if (e != ERR_OK)
			return e == ERR_MISSING ? ERR_NOTHING : e;
		fill(c, d, conv, what_of(f->kind));
		memcpy(c->id, id, sizeof c->id);
		c->has_to = memcmp(w.here->to, nothing, sizeof nothing) != 0;
		memcpy(c->to, w.here->to, sizeof c->to);
	}
	c->text = text->len == 0 ? "" : (const char *)text->at;
	c->text_len = text->len;
	return e;
}
