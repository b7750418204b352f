#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"

#include "desk/conv.h"

struct conv *
conv_open(const uint8_t owner[static SIGN_PUBLIC_BYTES],
    const uint8_t salt[static 32])
{
	struct conv *c = calloc(1, sizeof *c);
	uint8_t mac[SHA256_BYTES];

	if (c == NULL)
		return NULL;
	memcpy(c->box.owner, owner, SIGN_PUBLIC_BYTES);
	hmac(mac, salt, 32, owner, SIGN_PUBLIC_BYTES);
	memcpy(c->id, mac, sizeof c->id);
	handle_of(c->words, owner);
	memcpy(c->handle, c->words, sizeof c->words);
	c->since = UINT32_MAX;
	return c;
}

void
said_close(struct said *s)
{
	if (s == NULL)
		return;
	wipe_free(s->text, s->text_len + 1);
	wipe_free(s->answers, s->answers_len);
	wipe_free(s->files, s->files_n * sizeof *s->files);
	wipe_free(s, sizeof *s);
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
		said_close(c->said[i]);
	for (size_t i = 0; i < c->outs_n; i++)
		conv_out_close(c->outs[i]);
	wipe_free(c->said, c->said_room * sizeof *c->said);
	wipe_free(c->outs, c->outs_room * sizeof *c->outs);
	store_box_drop(&c->box);
	wipe_free(c, sizeof *c);
}

static void
take_file(struct said_file *f, const struct letter *l, size_t i)
{
	const struct letter_file *from = &l->files[i];
	const size_t n = strlen(from->type);

	name_file(f->name, from->name, strlen(from->name));
	memcpy(f->type, from->type, n < sizeof f->type ? n : 0);
	f->size = from->size;
	memcpy(f->sha256, from->sha256, sizeof f->sha256);
	memcpy(f->parts, l->parts, sizeof f->parts);
	letter_file_parts(l, i, &f->first, &f->count);
	f->is_text = l->more && i == 0;
}

/* One answer is no question's: that the source has had everything deleted and
 * asks the same of the team. */
static bool
is_deletion(const struct letter_answer *a)
{
	return strcmp(a->question, "deletion") == 0 &&
	    strcmp(a->answer, "asked") == 0;
}

static enum err
take_answers(struct said *s, const struct letter *l)
{
	char *at;

	for (size_t i = 0; i < l->answer_count; i++) {
		const struct letter_answer *a = &l->answers[i];

		if (is_deletion(a))
			s->asks_deletion = true;
		else
			s->answers_len +=
			    strlen(a->question) + strlen(a->answer) + 2;
	}
	if (s->answers_len == 0)
		return ERR_OK;
	if ((at = s->answers = calloc(1, s->answers_len)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < l->answer_count; i++) {
		const struct letter_answer *a = &l->answers[i];

		if (is_deletion(a))
			continue;
		at = stpcpy(at, a->question) + 1;
		at = stpcpy(at, a->answer) + 1;
	}
	return ERR_OK;
}

bool
said_answer(const struct said *s, size_t *at, const char **question,
    const char **answer)
{
	if (*at >= s->answers_len)
		return false;
	*question = s->answers + *at;
	*at += strlen(*question) + 1;
	*answer = s->answers + *at;
	*at += strlen(*answer) + 1;
	return true;
}

struct said *
said_of(const struct letter *l, uint32_t row)
{
	struct said *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->ours = l->kind == LETTER_REPLY;
	s->unread = !s->ours;
	s->row = s->ours ? 0 : row;
	s->misdated = !s->ours && letter_is_misdated(l, row);
	s->more = l->more;
	memcpy(s->id, l->id, sizeof s->id);
	s->day = l->day;
	s->n = s->ours ? l->n : l->seen;
	s->text = calloc(1, l->text_len + 1);
	if (l->file_count > 0)
		s->files = calloc(l->file_count, sizeof *s->files);
	if (s->text == NULL || (l->file_count > 0 && s->files == NULL) ||
	    take_answers(s, l) != ERR_OK) {
		said_close(s);
		return NULL;
	}
	memcpy(s->text, l->text, l->text_len);
	s->text_len = l->text_len;
	s->files_n = l->file_count;
	for (size_t i = 0; i < s->files_n; i++)
		take_file(&s->files[i], l, i);
	return s;
}

/* By day; within a day our letter number n comes before what they wrote after
 * reading it, and after what they wrote before; then by arrival. */
static bool
comes_before(const struct said *a, const struct said *b)
{
	const uint64_t a_n = 2 * (uint64_t)a->n + !a->ours;
	const uint64_t b_n = 2 * (uint64_t)b->n + !b->ours;

	if (a->day != b->day)
		return a->day < b->day;
	if (a_n != b_n)
		return a_n < b_n;
	return a->arrived < b->arrived;
}

static void
number_files(struct conv *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < c->said_n; i++)
		for (size_t j = 0; j < c->said[i]->files_n; j++)
			c->said[i]->files[j].number =
			    c->said[i]->ours || c->said[i]->files[j].is_text
			    ? 0
			    : ++n;
}

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

static enum err
insert(struct conv *c, struct said *s)
{
	void **list = (void **)c->said;
	size_t at;
	enum err e;

	if ((e = one_more(&list, c->said_n, &c->said_room)) != ERR_OK) {
		said_close(s);
		return e;
	}
	c->said = (struct said **)list;
	for (at = c->said_n; at > 0 && comes_before(s, c->said[at - 1]); at--)
		c->said[at] = c->said[at - 1];
	c->said[at] = s;
	c->said_n++;
	/* What a source says to have read is a number like any other of its:
	 * one that would leave us none is not believed. */
	if (s->n > c->n && s->n < CONV_N_MAX)
		c->n = s->n;
	number_files(c);
	return ERR_OK;
}

static bool
has_file(const struct conv *c, const struct said_file *f,
    const uint8_t id[static LETTER_ID_BYTES])
{
	for (size_t i = 0; i < c->said_n; i++) {
		const struct said *s = c->said[i];

		if (s->ours || memcmp(s->id, id, LETTER_ID_BYTES) != 0)
			continue;
		for (size_t j = 0; j < s->files_n; j++)
			if (s->files[j].size == f->size &&
			    memcmp(s->files[j].sha256, f->sha256,
				SHA256_BYTES) == 0)
				return true;
	}
	return false;
}

static bool
says_the_same(const struct said *a, const struct said *b)
{
	return a->text_len == b->text_len && a->answers_len == b->answers_len &&
	    a->asks_deletion == b->asks_deletion &&
	    memcmp(a->text, b->text, a->text_len) == 0 &&
	    (a->answers_len == 0 ||
		memcmp(a->answers, b->answers, a->answers_len) == 0);
}

/* The version of this letter with these words; *any says whether there is one
 * with others. */
static struct said *
find_version(const struct conv *c, const struct said *new, bool *any)
{
	struct said *found = NULL;

	*any = false;
	for (size_t i = 0; i < c->said_n; i++) {
		struct said *s = c->said[i];

		if (s->ours || memcmp(s->id, new->id, sizeof s->id) != 0)
			continue;
		*any = true;
		if (says_the_same(s, new))
			found = s;
	}
	return found;
}

/* Keep of `s` only the files that no version has. */
static void
drop_known_files(const struct conv *c, struct said *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->files_n; i++)
		if (!has_file(c, &s->files[i], s->id))
			s->files[kept++] = s->files[i];
	if (kept < s->files_n)
		wipe(s->files + kept, (s->files_n - kept) * sizeof *s->files);
	s->files_n = kept;
}

/* Add the files of `more` to those of `s`. */
static enum err
unite_files(struct said *s, const struct said *more)
{
	struct said_file *all;

	/* Its parts are in the later row, and may have the later key. */
	if (more->row > s->row) {
		s->row = more->row;
		for (size_t i = 0; i < s->files_n; i++)
			s->files[i].forged = false;
	}
	if (more->files_n == 0)
		return ERR_OK;
	all = calloc(s->files_n + more->files_n, sizeof *all);
	if (all == NULL)
		return ERR_NOMEM;
	if (s->files_n > 0)
		memcpy(all, s->files, s->files_n * sizeof *all);
	memcpy(all + s->files_n, more->files, more->files_n * sizeof *all);
	wipe_free(s->files, s->files_n * sizeof *all);
	s->files = all;
	s->files_n += more->files_n;
	s->newest = more->newest;
	s->unread = true;
	return ERR_OK;
}

/* The first return address counts; another is marked and not used. */
static void
take_address(struct conv *c, const struct letter *l, struct said *s)
{
	if (!c->has_address) {
		c->reply = l->reply;
		memcpy(c->k, l->k, sizeof c->k);
		c->has_address = true;
	}
	s->other_address = !age_recipient_is_same(&c->reply, &l->reply) ||
	    !crypt_same(c->k, l->k, sizeof c->k);
}

bool
conv_has(const struct conv *c, const struct letter *l)
{
	struct said *s = said_of(l, l->day);
	bool any, has = false;

	if (s == NULL)
		return false;
	if (find_version(c, s, &any) != NULL) {
		drop_known_files(c, s);
		has = s->files_n == 0;
	}
	said_close(s);
	return has;
}

enum err
conv_take(
    struct conv *c, const struct letter *l, uint32_t row, uint32_t arrived)
{
	struct said *s = said_of(l, row), *same;
	enum err e;
	bool any;

	if (s == NULL)
		return ERR_NOMEM;
	s->arrived = s->newest = arrived;
	if (arrived < c->since)
		c->since = arrived;
	take_address(c, l, s);
	if (l->name != NULL) {
		c->name_marks = name_chosen(c->name, l->name, strlen(l->name));
		name_shape(c->shape, c->name);
	}
	same = find_version(c, s, &any);
	drop_known_files(c, s);
	if (same == NULL) {
		s->other_version = any;
		return insert(c, s); /* now the conversation's */
	}
	e = unite_files(same, s);
	said_close(s);
	number_files(c);
	return e;
}

enum err
conv_took(struct conv *c, struct said *s)
{
	return insert(c, s);
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

bool
conv_waits(const struct conv *c)
{
	return c->said_n > 0 && !c->said[c->said_n - 1]->ours;
}

uint32_t
conv_first_day(const struct conv *c)
{
	return c->said_n == 0 ? 0 : c->said[0]->day;
}

uint32_t
conv_last_day(const struct conv *c)
{
	return c->said_n == 0 ? 0 : c->said[c->said_n - 1]->day;
}
