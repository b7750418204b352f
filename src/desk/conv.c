#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"

#include "desk/conv.h"

void
conv_id_of(uint8_t id[static CONV_ID_BYTES],
    const uint8_t owner[static SIGN_PUBLIC_BYTES],
    const uint8_t salt[static 32])
{
	uint8_t mac[SHA256_BYTES];

	hmac(mac, salt, 32, owner, SIGN_PUBLIC_BYTES);
	memcpy(id, mac, CONV_ID_BYTES);
}

struct conv *
conv_open(const uint8_t owner[static SIGN_PUBLIC_BYTES],
    const uint8_t salt[static 32])
{
	struct conv *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	memcpy(c->box.owner, owner, SIGN_PUBLIC_BYTES);
	conv_id_of(c->id, owner, salt);
	handle_of(c->words, owner);
	memcpy(c->handle, c->words, sizeof c->words);
	c->since = c->first_row = UINT32_MAX;
	c->settled = true;
	return c;
}

void
conv_out_close(struct conv_out *o)
{
	if (o == NULL)
		return;
	wipe_free(o->envelope, ENVELOPE_LETTER_BYTES);
	said_close(o->said);
	wipe_free(o, sizeof *o);
}

void
conv_close(struct conv *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->said_n; i++)
		said_close(c->all[i]);
	for (size_t i = 0; i < c->outs_n; i++)
		conv_out_close(c->outs[i]);
	wipe_free(c->said, c->said_room * sizeof *c->said);
	wipe_free(c->all, c->said_room * sizeof *c->all);
	wipe_free(c->order, 2 * c->said_room * sizeof *c->order);
	wipe_free(c->refs, c->refs_room * sizeof *c->refs);
	wipe_free(c->outs, c->outs_room * sizeof *c->outs);
	tagmap_drop(&c->known);
	conv_words_drop(&c->inside);
	store_box_drop(&c->box);
	wipe_free(c, sizeof *c);
}

/*
 * What is here already.  Ids are chosen by strangers: what is looked for is
 * hashed with something they do not know, so that none can make the table slow.
 */

enum known { KNOWN_WORDS = 1, KNOWN_FILE };

static void
known_as(uint8_t tag[static TAG_BYTES], const struct conv *c, enum known what,
    const struct conversation_item *at, const struct said_file *f)
{
	uint8_t b[CONV_ID_BYTES + 2 + LETTER_ID_BYTES + 8 + SHA256_BYTES];
	uint8_t *p = b, hash[SHA256_BYTES];

	memcpy(p, c->id, CONV_ID_BYTES);
	p += CONV_ID_BYTES;
	*p++ = (uint8_t)what;
	/* A misdated letter is no version of one that is not. */
	*p++ = at->misdated;
	memcpy(p, at->id, LETTER_ID_BYTES);
	p += LETTER_ID_BYTES;
	enc_put_u64(p, f != NULL ? f->size : 0);
	p += 8;
	memcpy(p, f != NULL ? f->sha256 : at->words, SHA256_BYTES);
	sha256(hash, b, sizeof b);
	memcpy(tag, hash, TAG_BYTES);
}

/* The letter that is known by this id and these words; NULL. */
static struct said *
find_same(const struct conv *c, const uint8_t words[static TAG_BYTES])
{
	uint32_t i;

	return tagmap_get(&c->known, words, &i) ? c->all[i] : NULL;
}

static bool
has_file(const struct conv *c, const struct said *s, const struct said_file *f)
{
	uint8_t tag[TAG_BYTES];

	known_as(tag, c, KNOWN_FILE, &s->at, f);
	return tagmap_get(&c->known, tag, NULL);
}

/* All or nothing: what is in the table must be in the list too. */
static void
note(struct conv *c, const uint8_t tag[static TAG_BYTES], uint32_t value)
{
	const enum err e = tagmap_put(&c->known, tag, value);

	assert(e == ERR_OK); /* there is room */
}

/* Numbers go by arrival: what comes later moves none.  The same file of the
 * same message has one. */
static enum err
note_files(struct conv *c, struct said *s)
{
	uint8_t tag[TAG_BYTES];
	uint32_t number;
	enum err e;

	if ((e = tagmap_reserve(&c->known, s->files_all)) != ERR_OK)
		return e;
	for (size_t i = 0; i < s->files_all; i++) {
		known_as(tag, c, KNOWN_FILE, &s->at, &s->files[i]);
		if (!tagmap_get(&c->known, tag, &number))
			number = 0;
		if (number == 0 && !s->files[i].is_text)
			number = ++c->numbered;
		s->files[i].number = s->files[i].is_text ? 0 : number;
		note(c, tag, number);
	}
	return ERR_OK;
}

/* Write down what a new one is found by, before it is at all[said_n]; what is
 * ours (`words` is NULL) is not looked for. */
static enum err
note_said(struct conv *c, struct said *s, const uint8_t *words)
{
	const uint32_t at = (uint32_t)c->said_n;
	enum err e;

	if (words == NULL)
		return ERR_OK;
	if ((e = tagmap_reserve(&c->known, 1 + s->files_all)) != ERR_OK ||
	    (e = note_files(c, s)) != ERR_OK)
		return e;
	note(c, words, at);
	return ERR_OK;
}

/*
 * Taking in.
 */

/* Make room for one more pointer in a list. */
static enum err
one_more(void ***list, size_t n, size_t *room)
{
	void **bigger;
	size_t want = *room == 0 ? 8 : *room * 2;

	if (n < *room)
		return ERR_OK;
	if ((bigger = calloc(want, sizeof *bigger)) == NULL)
		return ERR_NOMEM;
	if (n > 0)
		memcpy(bigger, *list, n * sizeof *bigger);
	wipe_free(*list, *room * sizeof *bigger);
	*list = bigger;
	*room = want;
	return ERR_OK;
}

/* Make a list of `have` hold `want`. */
static enum err
widen(void **list, size_t have, size_t want, size_t each)
{
	void *wider = calloc(want, each);

	if (wider == NULL)
		return ERR_NOMEM;
	if (have > 0)
		memcpy(wider, *list, have * each);
	wipe_free(*list, have * each);
	*list = wider;
	return ERR_OK;
}

/* Room for `files` more, of one said, while they are united. */
static enum err
make_refs(struct conv *c, size_t files)
{
	size_t want = c->refs_room == 0 ? 4 : c->refs_room;
	void *list = c->refs;
	enum err e;

	while (want < c->files_n + files)
		want *= 2;
	if (files == 0 || want == c->refs_room)
		return ERR_OK;
	e = widen(&list, c->refs_room, want, sizeof *c->refs);
	if (e == ERR_OK)
		c->refs_room = want;
	c->refs = list;
	return e;
}

/* Room for one more in all that grows with what was said, so that putting it in
 * order needs none. */
static enum err
make_room(struct conv *c)
{
	const size_t have = c->said_room, want = have == 0 ? 2 : 2 * have;
	void *said = c->said, *all = c->all, *order = c->order;
	enum err e;

	if (c->said_n < have)
		return ERR_OK;
	/* What is wider than said_room says does no harm. */
	e = widen(&order, 2 * have, 2 * want, sizeof *c->order);
	if (e == ERR_OK)
		e = widen(&all, have, want, sizeof *c->all);
	if (e == ERR_OK)
		e = widen(&said, have, want, sizeof *c->said);
	c->order = order;
	c->all = all;
	c->said = said;
	if (e == ERR_OK)
		c->said_room = want;
	return e;
}

static enum err
put(struct conv *c, struct said *s, const uint8_t *words)
{
	enum err e;

	if ((e = make_room(c)) != ERR_OK ||
	    (e = make_refs(c, s->files_all)) != ERR_OK ||
	    (e = note_said(c, s, words)) != ERR_OK) {
		said_close(s);
		return e;
	}
	c->all[c->said_n] = c->said[c->said_n] = s;
	c->said_n++;
	c->files_n += s->files_all;
	c->settled = false;
	/* What a source says to have read is a number like any other of its:
	 * one that would leave us none is not believed. */
	if (s->n > c->n && s->n < CONV_N_MAX)
		c->n = s->n;
	return ERR_OK;
}

/* Is there a file in it that no version of it has? */
static bool
has_news(const struct conv *c, const struct said *s)
{
	for (size_t i = 0; i < s->files_all; i++)
		if (!has_file(c, s, &s->files[i]))
			return true;
	return false;
}

/* Room for so many files more.  It doubles: a source that says one thing again
 * and again, each time with other files, would have all of them copied each
 * time (what_is_said_again_and_again_costs_no_more_each_time). */
static enum err
make_files(struct said *s, size_t more)
{
	size_t want = s->files_room == 0 ? 4 : s->files_room;
	void *list = s->files;
	enum err e;

	while (want < s->files_all + more)
		want *= 2;
	if (more == 0 || want == s->files_room)
		return ERR_OK;
	e = widen(&list, s->files_room, want, sizeof *s->files);
	if (e == ERR_OK)
		s->files_room = want;
	s->files = list;
	return e;
}

/* Add the files of `more`, which says the same, to those of `s`. */
static enum err
unite(struct conv *c, struct said *s, struct said *more)
{
	const bool news = has_news(c, more);
	enum err e;

	if ((e = make_files(s, more->files_all)) != ERR_OK ||
	    (e = make_refs(c, more->files_all)) != ERR_OK ||
	    (e = note_files(c, more)) != ERR_OK)
		return e;
	if (more->files_all > 0)
		memcpy(s->files + s->files_all, more->files,
		    more->files_all * sizeof *s->files);
	s->files_all += more->files_all;
	c->files_n += more->files_all;
	if (more->row > s->row)
		s->row = more->row;
	if (conversation_unite(&s->at, &more->at)) {
		s->day = s->at.day;
		s->n = s->at.n;
	}
	if (news) {
		s->newest = more->newest;
		s->unread = true;
	}
	/* Of what was said both ways, all who read at the door have one; and
	 * who may read what came to two circles no one circle says. */
	s->by_circle = s->by_circle && more->by_circle &&
	    memcmp(s->circle, more->circle, sizeof s->circle) == 0;
	s->united = true;
	c->settled = false;
	return ERR_OK;
}

bool
conv_take_address(struct conv *c, const struct age_recipient *reply,
    const uint8_t k[static SOURCE_K_BYTES])
{
	if (!c->has_address) {
		c->reply = *reply;
		memcpy(c->k, k, sizeof c->k);
		c->has_address = true;
	}
	return !age_recipient_is_same(&c->reply, reply) ||
	    !crypt_same(c->k, k, sizeof c->k);
}

bool
conv_has(const struct conv *c, const struct letter *l, uint32_t row)
{
	struct said *s = said_of(l, row);
	struct conversation_item at;
	uint8_t words[TAG_BYTES];
	const struct said *same;
	bool has = false;

	if (s == NULL)
		return false;
	known_as(words, c, KNOWN_WORDS, &s->at, NULL);
	if ((same = find_same(c, words)) != NULL && !has_news(c, s)) {
		at = same->at;
		has = !conversation_unite(&at, &s->at);
	}
	said_close(s);
	return has;
}

const struct said *
conv_same(const struct conv *c, const struct letter *l, uint32_t row)
{
	struct conversation_item at;
	uint8_t words[TAG_BYTES];

	conversation_in_row(&at, l, row);
	known_as(words, c, KNOWN_WORDS, &at, NULL);
	wipe(&at, sizeof at);
	return find_same(c, words);
}

enum err
conv_take(struct conv *c, struct said *s)
{
	uint8_t words[TAG_BYTES];
	struct said *same;
	enum err e;

	known_as(words, c, KNOWN_WORDS, &s->at, NULL);
	same = find_same(c, words);
	if (s->arrived < c->since)
		c->since = s->arrived;
	if (s->at.found < c->first_row)
		c->first_row = s->at.found;
	if (same == NULL)
		return put(c, s, words); /* now the conversation's */
	if (s->n > c->n && s->n < CONV_N_MAX)
		c->n = s->n;
	e = unite(c, same, s);
	said_close(s);
	return e;
}

enum err
conv_took(struct conv *c, struct said *s)
{
	return put(c, s, NULL);
}

enum err
conv_out_add(struct conv *c, struct conv_out *o)
{
	void **list = (void **)c->outs;
	enum err e;

	/* Sealed anew for another slot: the same letter. */
	for (size_t i = 0; i < c->outs_n; i++)
		if (memcmp(c->outs[i]->id, o->id, sizeof o->id) == 0) {
			conv_out_close(c->outs[i]);
			c->outs[i] = o;
			return ERR_OK;
		}
	if ((e = one_more(&list, c->outs_n, &c->outs_room)) != ERR_OK) {
		conv_out_close(o);
		return e;
	}
	c->outs = (struct conv_out **)list;
	c->outs[c->outs_n++] = o;
	return ERR_OK;
}

struct conv_out *
conv_out_find(const struct conv *c, const uint8_t id[static LETTER_ID_BYTES])
{
	for (size_t i = 0; i < c->outs_n; i++)
		if (memcmp(c->outs[i]->id, id, LETTER_ID_BYTES) == 0)
			return c->outs[i];
	return NULL;
}

struct said *
conv_out_take(struct conv *c, const uint8_t id[static LETTER_ID_BYTES])
{
	struct said *s = NULL;

	for (size_t i = 0; i < c->outs_n; i++) {
		struct conv_out *o = c->outs[i];

		if (memcmp(o->id, id, LETTER_ID_BYTES) != 0)
			continue;
		s = o->said;
		o->said = NULL;
		conv_out_close(o);
		c->outs[i] = c->outs[--c->outs_n];
		break;
	}
	return s;
}

const struct said_file *
conv_file(const struct conv *c, unsigned number)
{
	for (size_t i = 0; number > 0 && i < c->said_n; i++)
		for (size_t j = 0; j < c->said[i]->files_n; j++)
			if (c->said[i]->files[j].number == number)
				return &c->said[i]->files[j];
	return NULL;
}

unsigned
conv_unread(const struct conv *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < c->said_n; i++)
		n += c->said[i]->unread;
	return n;
}

bool
conv_asks_deletion(const struct conv *c)
{
	for (size_t i = 0; i < c->said_n; i++)
		if (c->said[i]->asks_deletion)
			return true;
	return false;
}

/* The misdated have no place among the others: where one came later than our
 * last word, it waits too. */
bool
conv_waits(const struct conv *c)
{
	uint32_t ours = 0;

	if (c->apart > 0 && !c->said[c->apart - 1]->ours)
		return true;
	if (c->apart > 0)
		ours = c->said[c->apart - 1]->day;
	return c->said_n > c->apart && c->said[c->said_n - 1]->row > ours;
}

uint32_t
conv_first_day(const struct conv *c)
{
	if (c->said_n == 0)
		return 0;
	return c->apart > 0 ? c->said[0]->day : c->said[0]->row;
}

uint32_t
conv_last_day(const struct conv *c)
{
	uint32_t last = c->apart > 0 ? c->said[c->apart - 1]->day : 0;

	if (c->said_n > c->apart && c->said[c->said_n - 1]->row > last)
		last = c->said[c->said_n - 1]->row;
	return last;
}
