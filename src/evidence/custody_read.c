#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "note/note.h"

#include "evidence/custody.h"
#include "evidence/custody_part.h"
#include "evidence/text.h"

#define ENTRY_LINES 4U /* of a note of one JSON line and one signature */
#define VERSION_AT 6U /* of the first line: the 1 of sotto/1 */
#define TIME_LEN ((size_t)CUSTODY_TIME_BYTES - 1)

/* Where reading is, and what is found out of the chain. */
struct reader {
	const char *begin, *at, *end;
	size_t line; /* of what stands at `at` */
	struct custody *c;
	struct custody_row *rows; /* c->rows, while they are filled */
	uint8_t hash[SHA256_BYTES]; /* of the line before */
	struct custody_fault *fault;
};

/* A line with its newline. */
struct line {
	const char *p;
	size_t n;
};

/* The fault is of the line that was read last. */
static enum err
wrong(struct reader *r, enum custody_wrong what, size_t row, size_t other)
{
	*r->fault = (struct custody_fault){ what, r->line - 1, row, other };
	return ERR_FORMAT;
}

/* The next line; false when none ends here.  It counts all the same. */
static bool
next(struct reader *r, struct line *line)
{
	const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));

	r->line++;
	if (stop == NULL)
		return false;
	*line = (struct line){ r->at, (size_t)(stop - r->at) + 1 };
	r->at = stop + 1;
	return true;
}

static enum err
first_line(struct reader *r)
{
	static const char ours[] = CUSTODY_FIRST "\n";
	struct line line;
	char version;

	if (!next(r, &line) || line.n != sizeof ours - 1 ||
	    memcmp(line.p, ours, VERSION_AT) != 0 ||
	    memcmp(line.p + VERSION_AT + 1, &ours[VERSION_AT + 1],
		line.n - VERSION_AT - 1) != 0)
		return wrong(r, CUSTODY_NO_CHAIN, 0, 0);
	version = line.p[VERSION_AT];
	if (version == ours[VERSION_AT])
		return ERR_OK;
	return version >= '2' && version <= '9'
	    ? wrong(r, CUSTODY_LATER, 0, 0)
	    : wrong(r, CUSTODY_NO_CHAIN, 0, 0);
}

/* Is the line what its own hash says? */
static enum err
own_hash(struct reader *r, const struct line *line)
{
	const size_t tail = CUSTODY_HASH_TAIL;
	const size_t key = sizeof CUSTODY_HASH_KEY - 1;
	uint8_t said[SHA256_BYTES], is[SHA256_BYTES];
	size_t n;

	if (line->n <= tail || line->n > CUSTODY_LINE_MAX)
		return wrong(r, CUSTODY_FORM, 0, 0);
	n = line->n - tail;
	if (memcmp(line->p + n, CUSTODY_HASH_KEY, key) != 0 ||
	    memcmp(line->p + line->n - 3, "\"}\n", 3) != 0 ||
	    enc_hex_read(said, sizeof said, line->p + n + key,
		(size_t)SHA256_BYTES * 2) != ERR_OK)
		return wrong(r, CUSTODY_FORM, 0, 0);
	sha256(is, line->p, n);
	return memcmp(is, said, sizeof is) == 0
	    ? ERR_OK
	    : wrong(r, CUSTODY_ALTERED, 0, 0);
}

static enum err
read_date(uint32_t *day, const struct json *o)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, "date", CLOCK_DATE_BYTES - 1, &s, &n)) !=
	    ERR_OK)
		return e;
	return clock_date_read(day, s, n);
}

/* "23:59:59"; whatever else it says is written otherwise. */
static enum err
read_time(uint32_t *second, const struct json *o)
{
	static const uint32_t of[] = { 36000, 3600, 0, 600, 60, 0, 10, 1 };
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, "time", TIME_LEN, &s, &n)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	if (n != TIME_LEN)
		return ERR_FORMAT;
	*second = 1;
	for (size_t i = 0; i < TIME_LEN; i++)
		*second += of[i] * (uint32_t)(unsigned char)(s[i] - '0');
	return *second <= EFFECT_SECONDS ? ERR_OK : ERR_FORMAT;
}

/* ERR_NOTHING becomes ERR_OK, and *there says which it was. */
static enum err
maybe(enum err e, bool *there)
{
	*there = e == ERR_OK;
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
head_file(struct custody *c, const struct json *o)
{
	enum err e;

	if ((e = maybe(json_get_hex(o, "commitment", c->commitment,
			   sizeof c->commitment),
		 &c->has_commitment)) != ERR_OK)
		return e;
	e = maybe(
	    json_get_u64(o, "size", ITEM_SIZE_MAX, &c->size), &c->has_file);
	if (e != ERR_OK || !c->has_file)
		return e;
	if ((e = json_get_hex(o, "sha256", c->sha256, sizeof c->sha256)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "salt", c->salt, sizeof c->salt)) != ERR_OK)
		return e;
	return evidence_keep_str(
	    &c->hold, o, "type", LETTER_TYPE_MAX, &c->type);
}

static enum err
head_fields(struct custody *c, const struct json *o)
{
	const char *kind;
	uint32_t rows;
	enum err e;
	size_t n;

	if ((e = json_get_hex(o, "team", c->team, sizeof c->team)) != ERR_OK ||
	    (e = json_get_hex(o, "item", c->item, sizeof c->item)) != ERR_OK ||
	    (e = json_get_str(o, "kind", 16, &kind, &n)) != ERR_OK)
		return e;
	if (!effect_variant_find(&c->kind, kind))
		return ERR_FORMAT;
	if (c->kind != VARIANT_ORIGINAL &&
	    (e = json_get_hex(o, "parent", c->parent, sizeof c->parent)) !=
		ERR_OK)
		return e;
	if ((e = json_get_hex(o, "device", c->device, sizeof c->device)) !=
		ERR_OK ||
	    (e = read_date(&c->day, o)) != ERR_OK ||
	    (e = json_get_u32(o, "rows", CUSTODY_ROWS, &rows)) != ERR_OK ||
	    (e = json_get_bool(o, "entries", &c->entries)) != ERR_OK)
		return e;
	c->rows_n = rows;
	return head_file(c, o);
}

/* What the fields say is written as it stands here. */
static enum err
exact(struct reader *r, const struct line *line, const struct buf *again)
{
	return again->len == line->n && memcmp(again->at, line->p, line->n) == 0
	    ? ERR_OK
	    : wrong(r, CUSTODY_FORM, 0, 0);
}

/* An error of reading a line's fields: of the machine, or the line's. */
static enum err
of_line(struct reader *r, enum err e)
{
	return e == ERR_NOMEM ? e : wrong(r, CUSTODY_FORM, 0, 0);
}

static bool
is_commitment(const struct custody *c)
{
	uint8_t is[SHA256_BYTES];

	item_commitment(is, c->salt, c->sha256);
	return memcmp(is, c->commitment, sizeof is) == 0;
}

static enum err
take_head(struct reader *r, const struct line *line, struct buf *again)
{
	struct custody *c = r->c;
	struct json *o = NULL;
	enum err e;

	if ((e = json_open(&o, line->p, line->n - 1)) == ERR_OK)
		e = head_fields(c, o);
	json_close(o);
	if (e != ERR_OK)
		return of_line(r, e);
	if (c->has_file && c->has_commitment && !is_commitment(c))
		return wrong(r, CUSTODY_COMMITMENT, 0, 0);
	if (!custody_head_fits(c))
		return wrong(r, CUSTODY_FORM, 0, 0);
	if ((e = custody_put_head(again, r->hash, c)) != ERR_OK)
		return of_line(r, e);
	return exact(r, line, again);
}

static enum err
head(struct reader *r)
{
	struct line line;
	struct buf again;
	enum err e;

	if (!next(r, &line))
		return wrong(r, CUSTODY_FORM, 0, 0);
	if ((e = own_hash(r, &line)) != ERR_OK)
		return e;
	buf_init(&again, CUSTODY_LINE_MAX);
	e = take_head(r, &line, &again);
	buf_drop(&again);
	if (e != ERR_OK)
		return e;
	r->rows = arena_get(&r->c->hold, r->c->rows_n * sizeof *r->rows);
	r->c->rows = r->rows;
	return r->rows == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err
find_did(unsigned *did, const struct json *o)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, "act", 16, &s, &n)) != ERR_OK)
		return e;
	for (*did = 0; *did < CUSTODY_DIDS; ++*did)
		if (strcmp(s, custody_word(*did)) == 0)
			return ERR_OK;
	return ERR_FORMAT;
}

static enum err
row_fields(struct custody *c, struct custody_row *row, const struct json *o)
{
	enum err e;

	if ((e = read_date(&row->day, o)) != ERR_OK ||
	    (e = read_time(&row->second, o)) != ERR_OK ||
	    (e = find_did(&row->did, o)) != ERR_OK ||
	    (e = evidence_keep_str(
		 &c->hold, o, "who", CUSTODY_WHO_MAX, &row->who)) != ERR_OK ||
	    (e = json_get_hex(o, "entry", row->entry, sizeof row->entry)) !=
		ERR_OK)
		return e;
	if (row->did == CUSTODY_DERIVED &&
	    (e = json_get_hex(o, "item", row->item, sizeof row->item)) !=
		ERR_OK)
		return e;
	if (c->entries &&
	    (e = json_get_hex(o, "key", row->key, sizeof row->key)) != ERR_OK)
		return e;
	row->words = "";
	e = evidence_keep_str(
	    &c->hold, o, "words", CUSTODY_WORDS_MAX, &row->words);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* Does a row of this number stand further down? */
static bool
stands_below(const struct reader *r, size_t number)
{
	struct reader look = *r;
	struct line line;
	char begin[32];
	size_t n;

	n = (size_t)snprintf(begin, sizeof begin, "{\"n\":%zu,", number);
	while (next(&look, &line) && line.n > 1)
		if (line.n > n && memcmp(line.p, begin, n) == 0)
			return true;
	return false;
}

static enum err
check_number(struct reader *r, size_t want, uint32_t is)
{
	if (is == want)
		return ERR_OK;
	if (is == 0)
		return wrong(r, CUSTODY_FORM, 0, 0);
	if (is < want)
		return wrong(r, CUSTODY_TWICE, is, want);
	return stands_below(r, want) ? wrong(r, CUSTODY_EXCHANGED, is, want)
				     : wrong(r, CUSTODY_LEFT_OUT, want, is);
}

static enum err
take_row(struct reader *r, size_t i, const struct json *o)
{
	struct custody_row *row = &r->rows[i];
	uint8_t previous[SHA256_BYTES];
	uint32_t number;
	enum err e;

	if ((e = json_get_u32(o, "n", UINT32_MAX, &number)) != ERR_OK)
		return of_line(r, e);
	if ((e = check_number(r, i + 1, number)) != ERR_OK)
		return e;
	if ((e = json_get_hex(o, "previous", previous, sizeof previous)) !=
	    ERR_OK)
		return of_line(r, e);
	if (memcmp(previous, r->hash, sizeof previous) != 0)
		return wrong(r, CUSTODY_BROKEN, i + 1, 0);
	if ((e = row_fields(r->c, row, o)) != ERR_OK)
		return of_line(r, e);
	return custody_row_fits(r->c, i) ? ERR_OK
					 : wrong(r, CUSTODY_FORM, 0, 0);
}

static enum err
one_row(struct reader *r, size_t i, struct buf *again)
{
	struct json *o = NULL;
	struct line line;
	enum err e;

	if (!next(r, &line) || line.n == 1)
		return wrong(r, CUSTODY_LEFT_OUT, i + 1, 0);
	if ((e = own_hash(r, &line)) != ERR_OK)
		return e;
	if ((e = json_open(&o, line.p, line.n - 1)) != ERR_OK)
		return of_line(r, e);
	e = take_row(r, i, o);
	json_close(o);
	if (e != ERR_OK)
		return e;
	buf_clear(again);
	if ((e = custody_put_row(again, r->hash, r->c, i)) != ERR_OK)
		return of_line(r, e);
	return exact(r, &line, again);
}

static enum err
rows(struct reader *r)
{
	struct line line;
	struct buf again;
	enum err e = ERR_OK;

	buf_init(&again, CUSTODY_LINE_MAX);
	for (size_t i = 0; e == ERR_OK && i < r->c->rows_n; i++)
		e = one_row(r, i, &again);
	buf_drop(&again);
	if (e != ERR_OK)
		return e;
	if (!next(r, &line))
		return wrong(r, CUSTODY_UNSIGNED, 0, 0);
	if (line.n == 1)
		return ERR_OK;
	return line.p[0] == '{' ? wrong(r, CUSTODY_TOO_MANY, r->c->rows_n, 0)
				: wrong(r, CUSTODY_FORM, 0, 0);
}

/* Is what stands from the beginning to `end` a note whose last signature has
 * this name? */
static bool
is_signed(
    struct note *note, const struct reader *r, const char *end, const char *by)
{
	const size_t n = strlen(by);
	const struct note_signature *last;

	if (note_read(note, r->begin, (size_t)(end - r->begin)) != ERR_OK)
		return false;
	last = &note->signatures[note->count - 1];
	return last->name_len == n && memcmp(last->name, by, n) == 0;
}

static enum err
signatures(struct reader *r)
{
	struct line line;
	struct note note;

	if (!next(r, &line) || !is_signed(&note, r, r->at, "device"))
		return wrong(r, CUSTODY_UNSIGNED, 0, 0);
	if (note_check(&note, "device", r->c->device) != ERR_OK)
		return wrong(r, CUSTODY_FORGED, 0, 0);
	if (r->at == r->end || *r->at == '-')
		return ERR_OK;
	if (!next(r, &line) || !is_signed(&note, r, r->at, "team"))
		return wrong(r, CUSTODY_UNSIGNED, 0, 0);
	if (note_check(&note, "team", r->c->team) != ERR_OK)
		return wrong(r, CUSTODY_FORGED_TEAM, 0, 0);
	r->c->by_team = true;
	return ERR_OK;
}

static enum err
one_entry(struct reader *r, size_t i)
{
	struct custody_row *row = &r->rows[i];
	enum custody_wrong what = CUSTODY_RIGHT;
	struct line line;
	const char *note;
	size_t begins;
	enum err e;

	if (!next(r, &line) || line.n != 3 || memcmp(line.p, "--\n", 3) != 0)
		return wrong(r, CUSTODY_NO_ENTRY, i + 1, 0);
	begins = r->line;
	note = r->at;
	for (unsigned n = 0; what == CUSTODY_RIGHT && n < ENTRY_LINES; n++)
		if (!next(r, &line))
			what = CUSTODY_NO_ENTRY;
	r->line = begins + 1; /* the fault is of where it begins */
	if (what != CUSTODY_RIGHT)
		return wrong(r, what, i + 1, 0);
	row->note_len = (size_t)(r->at - note);
	row->note = arena_copy(&r->c->hold, note, row->note_len);
	if (row->note == NULL)
		return ERR_NOMEM;
	if ((e = custody_check_entry(&what, r->c, row)) != ERR_OK)
		return e;
	if (what != CUSTODY_RIGHT)
		return wrong(r, what, i + 1, 0);
	r->line = begins + ENTRY_LINES;
	return ERR_OK;
}

static enum err
entries(struct reader *r)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && r->c->entries && i < r->c->rows_n;
	     i++)
		e = one_entry(r, i);
	if (e != ERR_OK || r->at == r->end)
		return e;
	r->line++;
	return wrong(r, CUSTODY_OVER, 0, 0);
}

enum err
custody_read(
    struct custody *c, struct custody_fault *fault, const void *p, size_t n)
{
	struct custody got;
	struct reader r = { .begin = p,
		.at = p,
		.end = (const char *)p + n,
		.line = 1,
		.c = &got,
		.fault = fault };
	enum err e;

	*fault = (struct custody_fault){ CUSTODY_RIGHT, 0, 0, 0 };
	if (n > CUSTODY_MAX)
		return ERR_TOOBIG;
	custody_init(&got);
	if ((e = first_line(&r)) == ERR_OK && (e = head(&r)) == ERR_OK &&
	    (e = rows(&r)) == ERR_OK && (e = signatures(&r)) == ERR_OK)
		e = entries(&r);
	if (e == ERR_OK) {
		*c = got;
		custody_init(&got); /* now the caller's */
	}
	custody_drop(&got);
	return e;
}
