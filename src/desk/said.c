#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"

#include "desk/said.h"
#include "letter/part.h"

/* Flags of what is kept. */
#define OURS 1U
#define MORE 2U
#define ASKS_DELETION 4U
#define OTHER_ADDRESS 8U
#define MISDATED 16U
#define HAS_NEXT 32U
#define HAS_DOOR 64U
#define BY_CIRCLE 128U
#define FLAGS 255U

void
said_close(struct said *s)
{
	if (s == NULL)
		return;
	wipe_free(s->text, s->text_len + 1);
	wipe_free(s->answers, s->answers_len);
	wipe_free(s->name, s->name == NULL ? 0 : strlen(s->name) + 1);
	wipe_free(s->files, s->files_room * sizeof *s->files);
	wipe_free(s, sizeof *s);
}

static void
take_file(struct said_file *f, const struct letter *l, size_t i, uint32_t row)
{
	const struct letter_file *from = &l->files[i];
	const size_t n = strlen(from->type);

	name_file(f->name, from->name, strlen(from->name));
	memcpy(f->type, from->type, n < sizeof f->type ? n : 0);
	f->size = from->size;
	memcpy(f->sha256, from->sha256, sizeof f->sha256);
	memcpy(f->parts, l->parts, sizeof f->parts);
	f->day = l->day;
	f->slot = l->slot;
	f->index = (uint8_t)i;
	f->row = row;
	letter_file_parts(l, i, &f->first, &f->count);
	f->is_text = l->more && i == 0;
}

/* One answer is no question's: that the source has had everything deleted and
 * asks the same of the team. */
static bool
is_deletion(const struct letter_answer *a)
{
	return strcmp(a->question, LETTER_DELETION) == 0 &&
	    strcmp(a->answer, LETTER_DELETION_ASKED) == 0;
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

/* What follows from where it stands, which is read or made. */
static void
follow(struct said *s, uint32_t row)
{
	memcpy(s->id, s->at.id, sizeof s->id);
	s->day = s->at.day;
	s->n = s->at.n;
	s->ours = s->at.kind == LETTER_REPLY;
	s->unread = !s->ours;
	s->row = s->ours ? 0 : row;
	s->misdated = s->at.misdated;
}

/* A copy that ends with NUL. */
static char *
copy(const void *p, size_t n)
{
	char *s = calloc(1, n + 1);

	if (s == NULL)
		return NULL;
	if (n > 0)
		memcpy(s, p, n);
	return s;
}

struct said *
said_of(const struct letter *l, uint32_t row)
{
	struct said *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	conversation_in_row(&s->at, l, row);
	follow(s, row);
	s->more = l->more;
	if (l->kind == LETTER_FROM)
		memcpy(s->door, l->door, sizeof s->door);
	s->text = copy(l->text, l->text_len);
	s->text_len = s->text == NULL ? 0 : l->text_len;
	if (l->name != NULL)
		s->name = copy(l->name, strlen(l->name));
	if (l->file_count > 0)
		s->files = calloc(l->file_count, sizeof *s->files);
	if (s->text == NULL || (l->name != NULL && s->name == NULL) ||
	    (l->file_count > 0 && s->files == NULL) ||
	    take_answers(s, l) != ERR_OK) {
		said_close(s);
		return NULL;
	}
	s->files_n = s->files_all = s->files_room = l->file_count;
	for (size_t i = 0; i < s->files_n; i++)
		take_file(&s->files[i], l, i, s->row);
	return s;
}

/*
 * Its bytes.
 */

static enum err
write_file(struct buf *out, const struct said_file *f)
{
	const size_t n = strlen(f->name), m = strlen(f->type);
	enum err e;

	if ((e = buf_put_u8(out, (uint8_t)n)) != ERR_OK ||
	    (e = buf_put(out, f->name, n)) != ERR_OK ||
	    (e = buf_put_u8(out, (uint8_t)m)) != ERR_OK ||
	    (e = buf_put(out, f->type, m)) != ERR_OK ||
	    (e = buf_put_u64(out, f->size)) != ERR_OK ||
	    (e = buf_put(out, f->sha256, sizeof f->sha256)) != ERR_OK ||
	    (e = buf_put_u32(out, f->first)) != ERR_OK ||
	    (e = buf_put_u32(out, f->count)) != ERR_OK)
		return e;
	return buf_put_u8(out, f->is_text);
}

/* Earlier versions did not keep it. */
static bool
has_door(const struct said *s)
{
	static const uint8_t none[LETTER_DOOR_BYTES];

	return memcmp(s->door, none, sizeof none) != 0;
}

static enum err
write_head(struct buf *out, const struct said *s)
{
	const struct conversation_item *at = &s->at;
	enum err e;

	if ((e = buf_put_u8(out,
		 (uint8_t)((s->ours ? OURS : 0) | (s->more ? MORE : 0) |
		     (s->asks_deletion ? ASKS_DELETION : 0) |
		     (s->other_address ? OTHER_ADDRESS : 0) |
		     (at->misdated ? MISDATED : 0) |
		     (at->has_next ? HAS_NEXT : 0) |
		     (has_door(s) ? HAS_DOOR : 0) |
		     (s->by_circle ? BY_CIRCLE : 0)))) != ERR_OK ||
	    (e = buf_put(out, at->id, sizeof at->id)) != ERR_OK ||
	    (e = buf_put(out, at->tag, sizeof at->tag)) != ERR_OK ||
	    (e = buf_put(out, at->words, sizeof at->words)) != ERR_OK ||
	    (e = buf_put_u32(out, at->day)) != ERR_OK ||
	    (e = buf_put_u32(out, at->slot)) != ERR_OK ||
	    (e = buf_put_u32(out, at->found)) != ERR_OK ||
	    (e = buf_put_u32(out, at->n)) != ERR_OK ||
	    (e = buf_put_u32(out, s->arrived)) != ERR_OK)
		return e;
	return has_door(s) ? buf_put(out, s->door, sizeof s->door) : ERR_OK;
}

enum err
said_write(struct buf *out, const struct said *s)
{
	const size_t name = s->name == NULL ? 0 : strlen(s->name);
	enum err e;

	if ((e = write_head(out, s)) != ERR_OK ||
	    (e = buf_put_u32(out, (uint32_t)s->text_len)) != ERR_OK ||
	    (e = buf_put_u32(out, (uint32_t)s->answers_len)) != ERR_OK ||
	    (e = buf_put_u32(out, (uint32_t)name)) != ERR_OK ||
	    (e = buf_put_u8(out, (uint8_t)s->files_all)) != ERR_OK ||
	    (e = buf_put(out, s->text, s->text_len)) != ERR_OK ||
	    (e = buf_put(out, s->answers, s->answers_len)) != ERR_OK ||
	    (e = buf_put(out, s->name, name)) != ERR_OK)
		return e;
	if (s->files_all > 0)
		e = buf_put(out, s->files[0].parts, TAG_PARTS_BYTES);
	for (size_t i = 0; e == ERR_OK && i < s->files_all; i++)
		e = write_file(out, &s->files[i]);
	return e;
}

/* Bytes that are read from the front; once some lack, all do. */
struct rest {
	const uint8_t *p;
	size_t n;
	bool lacks;
};

/* The next `n` bytes, or as many zeros when they are not there. */
static const uint8_t *
take(struct rest *r, size_t n)
{
	static const uint8_t zeros[64];
	const uint8_t *p = r->p;

	if (r->lacks || n > r->n) {
		r->lacks = true;
		return n <= sizeof zeros ? zeros : NULL;
	}
	r->p += n;
	r->n -= n;
	return p;
}

static uint32_t
take_u32(struct rest *r)
{
	return enc_get_u32(take(r, 4));
}

/* A string of `n` bytes of UTF-8 into room for `room`; one that does not fit
 * lacks. */
static void
take_string(struct rest *r, char *out, size_t room, size_t n)
{
	const uint8_t *p = n < room ? take(r, n) : NULL;

	if (p == NULL || r->lacks || !text_is_utf8((const char *)p, n)) {
		r->lacks = true;
		return;
	}
	memcpy(out, p, n);
	out[n] = '\0';
}

static bool
take_bool(struct rest *r)
{
	const uint8_t v = *take(r, 1);

	r->lacks |= v > 1;
	return v == 1;
}

/* `*parts` are those of the files before it: they follow from the sizes, and
 * whoever counts parts may rely on it. */
static void
read_file(struct rest *r, struct said_file *f, uint32_t *parts)
{
	take_string(r, f->name, sizeof f->name, *take(r, 1));
	take_string(r, f->type, sizeof f->type, *take(r, 1));
	f->size = enc_get_u64(take(r, 8));
	memcpy(f->sha256, take(r, sizeof f->sha256), sizeof f->sha256);
	f->first = take_u32(r);
	f->count = take_u32(r);
	f->is_text = take_bool(r);
	if (f->size > LETTER_FILE_BYTES_MAX || f->first != *parts ||
	    f->count != part_count(f->size))
		r->lacks = true;
	else
		*parts += f->count;
}

static void
read_head(struct rest *r, struct said *s)
{
	struct conversation_item *at = &s->at;
	const unsigned flags = *take(r, 1);

	if ((flags & ~FLAGS) != 0)
		r->lacks = true;
	at->kind = (flags & OURS) != 0 ? LETTER_REPLY : LETTER_FROM;
	s->more = (flags & MORE) != 0;
	s->asks_deletion = (flags & ASKS_DELETION) != 0;
	s->other_address = (flags & OTHER_ADDRESS) != 0;
	at->misdated = (flags & MISDATED) != 0;
	at->has_next = (flags & HAS_NEXT) != 0;
	s->by_circle = (flags & BY_CIRCLE) != 0;
	memcpy(at->id, take(r, sizeof at->id), sizeof at->id);
	memcpy(at->tag, take(r, sizeof at->tag), sizeof at->tag);
	memcpy(at->words, take(r, sizeof at->words), sizeof at->words);
	at->day = take_u32(r);
	at->slot = take_u32(r);
	at->found = take_u32(r);
	at->n = take_u32(r);
	s->arrived = s->newest = take_u32(r);
	if ((flags & HAS_DOOR) != 0) {
		memcpy(s->door, take(r, sizeof s->door), sizeof s->door);
		r->lacks |= !has_door(s);
	}
	follow(s, at->found);
}

static enum err
read_files(struct rest *r, struct said *s, size_t n)
{
	const uint8_t *parts = take(r, TAG_PARTS_BYTES);
	uint32_t before = 0;

	if (r->lacks || n > LETTER_FILES_MAX)
		return ERR_FORMAT;
	if ((s->files = calloc(n, sizeof *s->files)) == NULL)
		return ERR_NOMEM;
	s->files_n = s->files_all = s->files_room = n;
	for (size_t i = 0; i < n; i++) {
		struct said_file *f = &s->files[i];

		memcpy(f->parts, parts, sizeof f->parts);
		f->day = s->at.day;
		f->slot = s->at.slot;
		f->index = (uint8_t)i;
		f->row = s->row;
		read_file(r, f, &before);
		r->lacks |= f->is_text != (s->more && i == 0);
	}
	return ERR_OK;
}

/* Questions and answers in pairs, each of UTF-8 and with its NUL. */
static bool
are_pairs(const char *p, size_t n)
{
	const char *end = p;
	size_t ends = 0;

	for (size_t at = 0; at < n; at += (size_t)(end - (p + at)) + 1) {
		end = memchr(p + at, '\0', n - at);
		if (end == NULL ||
		    !text_is_utf8(p + at, (size_t)(end - (p + at))))
			return false;
		ends++;
	}
	return ends % 2 == 0;
}

static enum err
read_words(struct rest *r, struct said *s)
{
	const size_t text = take_u32(r), answers = take_u32(r);
	const size_t name = take_u32(r), files = *take(r, 1);
	const uint8_t *p = take(r, text), *q = take(r, answers);
	const uint8_t *o = take(r, name);

	if (r->lacks || !text_is_utf8((const char *)p, text) ||
	    !text_is_utf8((const char *)o, name) ||
	    !are_pairs((const char *)q, answers))
		return ERR_FORMAT;
	if ((s->text = copy(p, text)) == NULL)
		return ERR_NOMEM;
	s->text_len = text;
	if (answers > 0 && (s->answers = copy(q, answers)) == NULL)
		return ERR_NOMEM;
	s->answers_len = answers;
	if (name > 0 && (s->name = copy(o, name)) == NULL)
		return ERR_NOMEM;
	return files == 0 ? ERR_OK : read_files(r, s, files);
}

enum err
said_read(struct said **s, const uint8_t *p, size_t n, size_t *used)
{
	struct said *got = calloc(1, sizeof *got);
	struct rest r = { p, n, false };
	enum err e;

	if (got == NULL)
		return ERR_NOMEM;
	read_head(&r, got);
	if ((e = read_words(&r, got)) == ERR_OK && r.lacks)
		e = ERR_FORMAT;
	if (e != ERR_OK) {
		said_close(got);
		return e;
	}
	*used = n - r.n;
	*s = got;
	return ERR_OK;
}
