#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"

#include "desk/seek.h"

#define WIDE 16U
#define WORDS_MAX 8U
#define TF_MAX 255U
#define LOG_BITS 10U /* behind the point */

typedef uint8_t lanes __attribute__((vector_size(WIDE)));

/* Where a letter of either case makes no difference, the bit that tells. */
static uint8_t
case_bit(char c)
{
	return text_lower(c) >= 'a' && text_lower(c) <= 'z' ? 0x20 : 0;
}

static bool
is_here(const char *text, const char *word, size_t len)
{
	for (size_t k = 0; k < len; k++)
		if (text_lower(text[k]) != text_lower(word[k]))
			return false;
	return true;
}

/* A word's first and last character, and what in them does not count. */
struct ends {
	uint8_t first, last, first_bit, last_bit;
};

static struct ends
ends_of(const char *word, size_t len)
{
	return (struct ends){
		.first = (uint8_t)text_lower(word[0]),
		.last = (uint8_t)text_lower(word[len - 1]),
		.first_bit = case_bit(word[0]),
		.last_bit = case_bit(word[len - 1]),
	};
}

/* Which of WIDE places have the word's first character there, and its last as
 * far behind as it must be?  All ones for those. */
static inline lanes
may_begin(const char *text, const struct ends *is, size_t len)
{
	lanes a, b;

	memcpy(&a, text, WIDE);
	memcpy(&b, text + len - 1, WIDE);
	return (lanes)((a | is->first_bit) == is->first) &
	    (lanes)((b | is->last_bit) == is->last);
}

static inline bool
has_any(lanes l)
{
	uint64_t x[2];

	memcpy(x, &l, sizeof x);
	return (x[0] | x[1]) != 0;
}

/* The first place from `i` on; `n` when there is none. */
static size_t
next_place(const char *text, size_t n, size_t i, const char *word, size_t len)
{
	const struct ends is = ends_of(word, len);

	for (; i + len - 1 + WIDE <= n; i += WIDE) {
		const lanes may = may_begin(text + i, &is, len);

		if (!has_any(may))
			continue;
		for (unsigned k = 0; k < WIDE; k++)
			if (may[k] && is_here(text + i + k, word, len))
				return i + k;
	}
	for (; i + len <= n; i++)
		if (is_here(text + i, word, len))
			return i;
	return n;
}

size_t
seek_count(
    const char *text, size_t n, const char *word, size_t len, size_t most)
{
	size_t found = 0, i = 0;

	while (found < most && (i = next_place(text, n, i, word, len)) < n) {
		found++;
		i += len;
	}
	return found;
}

static bool
has(const char *text, size_t n, const char *word, size_t len)
{
	return next_place(text, n, 0, word, len) < n;
}

/* Beside its text. */
static bool
said_has(const struct said *s, const char *word, size_t len)
{
	if (s->answers_len > 0 && has(s->answers, s->answers_len, word, len))
		return true;
	for (size_t k = 0; k < s->files_n; k++)
		if (has(s->files[k].name, strlen(s->files[k].name), word, len))
			return true;
	return false;
}

static bool
is_named(const struct conv *c, const char *word, size_t len)
{
	return has(c->handle, strlen(c->handle), word, len) ||
	    has(c->name, strlen(c->name), word, len);
}

static bool
conv_has_word(const struct conv *c, const char *word, size_t len)
{
	if (is_named(c, word, len))
		return true;
	for (size_t i = 0; i < c->said_n; i++) {
		const struct said *s = c->said[i];

		if (has(s->text, s->text_len, word, len) ||
		    said_has(s, word, len))
			return true;
	}
	return false;
}

/* The next of the words; `*len` 0 when there is none. */
static const char *
next_word(const char *words, size_t *len)
{
	words += strspn(words, " ");
	*len = strcspn(words, " ");
	return words;
}

bool
seek_has(const struct conv *c, const char *words)
{
	size_t len;

	for (words = next_word(words, &len); len > 0;
	     words = next_word(words + len, &len))
		if (!conv_has_word(c, words, len))
			return false;
	return true;
}

/* A letter with some of the words, and how often each. */
struct hit {
	size_t place;
	uint32_t len;
	uint8_t tf[WORDS_MAX];
};

struct ranking {
	const char *word[WORDS_MAX];
	size_t len[WORDS_MAX];
	size_t words;
	struct hit *hits;
	size_t hits_n, room;
	double letters, bytes; /* all of them */
	double df[WORDS_MAX]; /* letters with this word */
};

/* A conversation, with the score of its best letter. */
struct scored {
	size_t place;
	double score;
};

static enum err
put_hit(struct ranking *r, const struct hit *h)
{
	const size_t want = r->room == 0 ? 64 : 2 * r->room;
	struct hit *wider;

	if (r->hits_n == r->room) {
		if ((wider = realloc(r->hits, want * sizeof *wider)) == NULL)
			return ERR_NOMEM;
		r->hits = wider;
		r->room = want;
	}
	r->hits[r->hits_n++] = *h;
	return ERR_OK;
}

/* Count one letter; `*seen` gets a bit for each word that is in it. */
static enum err
count_said(
    struct ranking *r, size_t place, const struct said *s, unsigned *seen)
{
	struct hit h = { .place = place, .len = (uint32_t)s->text_len };
	bool any = false;

	r->letters++;
	r->bytes += (double)s->text_len;
	for (size_t w = 0; w < r->words; w++) {
		h.tf[w] = (uint8_t)seek_count(
		    s->text, s->text_len, r->word[w], r->len[w], TF_MAX);
		r->df[w] += h.tf[w] > 0;
		any |= h.tf[w] > 0;
		if (h.tf[w] > 0 || said_has(s, r->word[w], r->len[w]))
			*seen |= 1U << w;
	}
	return any ? put_hit(r, &h) : ERR_OK;
}

/* The letters of one conversation; those of one that lacks a word do not
 * stay.  One that has all stays, if only by its name. */
static enum err
count_conv(struct ranking *r, size_t place, const struct conv *c)
{
	const size_t had = r->hits_n;
	unsigned seen = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < c->said_n; i++)
		e = count_said(r, place, c->said[i], &seen);
	for (size_t w = 0; w < r->words; w++)
		if (is_named(c, r->word[w], r->len[w]))
			seen |= 1U << w;
	if (e != ERR_OK)
		return e;
	if (seen != (1U << r->words) - 1)
		r->hits_n = had;
	else if (r->hits_n == had)
		return put_hit(r, &(struct hit){ .place = place, .len = 1 });
	return ERR_OK;
}

/* To three places, which will do; `x` is at least 1. */
static double
log_2(double x)
{
	double is = 0, bit = 1;

	while (x >= 2) {
		x /= 2;
		is++;
	}
	for (unsigned i = 0; i < LOG_BITS; i++) {
		bit /= 2;
		x *= x;
		if (x >= 2) {
			x /= 2;
			is += bit;
		}
	}
	return is;
}

static double
score(const struct ranking *r, const struct hit *h)
{
	const double usual = r->bytes / (r->letters > 0 ? r->letters : 1);
	const double long_by = 0.25 + 0.75 * h->len / (usual > 0 ? usual : 1);
	double sum = 0;

	for (size_t w = 0; w < r->words; w++) {
		const double rare =
		    1 + (r->letters - r->df[w] + 0.5) / (r->df[w] + 0.5);

		sum +=
		    log_2(rare) * h->tf[w] * 2.2 / (h->tf[w] + 1.2 * long_by);
	}
	return sum;
}

/* The best first; of equals the one that came last. */
static int
by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score < y->score || x->score > y->score)
		return x->score < y->score ? 1 : -1;
	return (x->place < y->place) - (x->place > y->place);
}

static enum err
sort_out(const struct ranking *r, size_t **places, size_t *n)
{
	struct scored *all = calloc(r->hits_n + 1, sizeof *all);
	size_t *list = calloc(r->hits_n + 1, sizeof *list), m = 0;
	enum err e = ERR_NOMEM;

	if (all == NULL || list == NULL)
		goto out;
	for (size_t i = 0; i < r->hits_n; i++) {
		const double is = score(r, &r->hits[i]);

		if (m == 0 || all[m - 1].place != r->hits[i].place)
			all[m++] = (struct scored){ r->hits[i].place, is };
		else if (is > all[m - 1].score)
			all[m - 1].score = is;
	}
	qsort(all, m, sizeof *all, by_score);
	for (size_t i = 0; i < m; i++)
		list[i] = all[i].place;
	*n = m;
	*places = list;
	list = NULL; /* now the caller's */
	e = ERR_OK;
out:
	free(list);
	free(all);
	return e;
}

enum err
seek_ranked(const struct desk *d, const char *words, size_t **places, size_t *n)
{
	struct ranking r = { .hits = NULL };
	enum err e = ERR_OK;
	size_t len;

	for (words = next_word(words, &len); len > 0 && r.words < WORDS_MAX;
	     words = next_word(words + len, &len)) {
		r.word[r.words] = words;
		r.len[r.words++] = len;
	}
	for (size_t i = 0; e == ERR_OK && r.words > 0 && i < desk_count(d); i++)
		e = count_conv(&r, i, desk_at(d, i));
	if (e == ERR_OK)
		e = sort_out(&r, places, n);
	wipe_free(r.hits, r.room * sizeof *r.hits);
	return e;
}
