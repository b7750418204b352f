#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/replied.h"

#define FILE_BYTES (8U + 2 * SHA256_BYTES)

void
replied_drop(struct replied *a)
{
	wipe_free(a->list, a->room * sizeof *a->list);
	tagmap_drop(&a->by);
	*a = (struct replied){ .list = NULL };
}

void
replied_tag(uint8_t tag[static TAG_BYTES],
    const uint8_t conversation[static CONV_ID_BYTES],
    const uint8_t id[static LETTER_ID_BYTES])
{
	uint8_t hash[SHA256_BYTES];

	sha256_two(hash, conversation, CONV_ID_BYTES, id, LETTER_ID_BYTES);
	memcpy(tag, hash, TAG_BYTES);
}

static enum err
add(struct replied *a, const struct effect *f, bool effect)
{
	void *list = a->list;
	struct replied_one *one;
	uint8_t tag[TAG_BYTES];
	uint32_t before;
	enum err e = list_grow(&list, a->n, &a->room, sizeof *a->list);

	a->list = list;
	if (e != ERR_OK)
		return e;
	replied_tag(tag, f->conversation, f->id);
	one = &a->list[a->n];
	*one = (struct replied_one){
		.at = { .day = f->day, .slot = f->number, .n = f->count },
		.effect = effect,
		.next = tagmap_get(&a->by, tag, &before) ? before + 1 : 0,
	};
	memcpy(one->at.conversation, f->conversation, CONV_ID_BYTES);
	memcpy(one->at.id, f->id, sizeof one->at.id);
	memcpy(one->at.hash, f->hash, sizeof one->at.hash);
	if ((e = tagmap_put(&a->by, tag, (uint32_t)a->n)) == ERR_OK)
		a->n++;
	return e;
}

enum err
replied_take(struct replied *a, struct teamlog *l)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	enum err e = ERR_OK;

	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; e == ERR_OK && i < teamlog_count(l); i++) {
		teamlog_at(l, i, &line);
		if (line.kind != EFFECT_REPLY)
			continue;
		e = effect_read(f, line.kind, line.body, line.body_len);
		if (e == ERR_OK)
			e = add(a, f, line.standing == TEAMLOG_EFFECT);
		else if (!err_is_machine(e))
			e = ERR_OK; /* it says nothing */
	}
	wipe_free(f, sizeof *f);
	return e;
}

static bool
is_it(const struct replied_one *a, const struct said *s, const uint8_t *hash)
{
	return a->at.day == s->day && a->at.n == s->n &&
	    memcmp(a->at.id, s->id, sizeof a->at.id) == 0 &&
	    memcmp(a->at.hash, hash, SHA256_BYTES) == 0;
}

const struct replied_one *
replied_find(const struct replied *a,
    const uint8_t conversation[static CONV_ID_BYTES], const struct said *s,
    const uint8_t salt[static CONTENT_SALT_BYTES])
{
	const struct replied_one *found = NULL;
	uint8_t tag[TAG_BYTES], hash[SHA256_BYTES];
	uint32_t at;

	replied_tag(tag, conversation, s->id);
	if (!s->ours || !tagmap_get(&a->by, tag, &at))
		return NULL;
	replied_hash(hash, s, salt);
	for (uint32_t k = at + 1; k != 0; k = a->list[k - 1].next)
		if (is_it(&a->list[k - 1], s, hash) &&
		    (found == NULL || a->list[k - 1].effect))
			found = &a->list[k - 1];
	return found;
}

static void
file_bytes(uint8_t out[static FILE_BYTES], const struct said_file *f)
{
	enc_put_u64(out, f->size);
	memcpy(out + 8, f->sha256, SHA256_BYTES);
	sha256_two(out + 8 + SHA256_BYTES, f->name, strlen(f->name) + 1,
	    f->type, strlen(f->type));
}

void
replied_hash(uint8_t hash[static SHA256_BYTES], const struct said *s,
    const uint8_t salt[static CONTENT_SALT_BYTES])
{
	uint8_t all[SHA256_BYTES + LETTER_FILES_MAX * FILE_BYTES];

	assert(s->files_all <= LETTER_FILES_MAX);
	sha256(all, s->text, s->text_len);
	for (size_t i = 0; i < s->files_all; i++) {
		const struct said_file *f = &s->files[i];

		assert(f->index < s->files_all);
		file_bytes(
		    all + SHA256_BYTES + (size_t)f->index * FILE_BYTES, f);
	}
	hmac(hash, salt, CONTENT_SALT_BYTES, all,
	    SHA256_BYTES + s->files_all * FILE_BYTES);
	wipe(all, sizeof all);
}

static void
fill_place(struct letter *l, const struct desk *d, const struct conv *c,
    const struct registered_reply *at)
{
	uint8_t opening[TAG_OPENING_BYTES];
	struct tag_keys keys;

	tag_keys_init_to(&keys, c->k);
	tag_opening(opening, &keys, TAG_TO, at->day, at->slot);
	tag_of(l->tag, opening);
	tag_parts(l->parts, opening);
	tag_keys_drop(&keys);
	wipe(opening, sizeof opening);
	memcpy(l->team, d->print, sizeof l->team);
	memcpy(l->line, d->about.line, sizeof l->line);
	memcpy(l->id, at->id, sizeof l->id);
	l->day = at->day;
	l->n = at->n;
}

struct said *
replied_make(const struct desk *d, const struct conv *c,
    const struct registered_reply *at, const struct letter *words)
{
	struct letter l;
	struct said *s;

	letter_init(&l, LETTER_REPLY);
	fill_place(&l, d, c, at);
	l.text = words->text;
	l.text_len = words->text_len;
	l.file_count = words->file_count;
	memcpy(l.files, words->files, sizeof l.files);
	l.more = l.file_count > 0 &&
	    strcmp(l.files[0].name, LETTER_WHOLE_NAME) == 0 &&
	    strcmp(l.files[0].type, LETTER_WHOLE_TYPE) == 0;
	s = said_of(&l, l.day);
	letter_drop(&l);
	return s;
}

struct said *
replied_make_again(const struct desk *d, const struct conv *c,
    const struct registered_reply *at, const struct said *s)
{
	struct letter words;
	struct said *made;

	letter_init(&words, LETTER_REPLY);
	words.text = s->text;
	words.text_len = s->text_len;
	words.file_count = s->files_all;
	for (size_t i = 0; i < s->files_all; i++) {
		const struct said_file *f = &s->files[i];
		struct letter_file *to = &words.files[f->index];

		to->name = f->name;
		to->type = f->type;
		to->size = f->size;
		memcpy(to->sha256, f->sha256, sizeof to->sha256);
	}
	made = replied_make(d, c, at, &words);
	letter_drop(&words);
	return made;
}

bool
replied_has(const struct conv *c, const struct said *s)
{
	for (size_t i = 0; i < c->said_n; i++) {
		const struct said *t = c->all[i];

		if (t->ours && memcmp(t->id, s->id, sizeof t->id) == 0 &&
		    memcmp(t->at.tag, s->at.tag, TAG_BYTES) == 0 &&
		    memcmp(t->at.words, s->at.words, sizeof t->at.words) == 0)
			return true;
	}
	return conv_out_find(c, s->id) != NULL;
}

enum err
replied_is_as_said(const struct desk *d, const struct conv *c,
    const struct registered_reply *at, const struct said *s)
{
	struct said *made = replied_make_again(d, c, at, s);
	struct buf one, two;
	enum err e = ERR_NOMEM;

	buf_init(&one, RECORD_MAX);
	buf_init(&two, RECORD_MAX);
	if (made == NULL)
		goto out;
	/* What only who sent it knows, and nobody looks at here. */
	made->at.has_next = s->at.has_next;
	if ((e = said_write(&one, made)) == ERR_OK &&
	    (e = said_write(&two, s)) == ERR_OK &&
	    (one.len != two.len || memcmp(one.at, two.at, one.len) != 0))
		e = ERR_FORGED;
out:
	said_close(made);
	buf_drop(&one);
	buf_drop(&two);
	return e;
}
