#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/ct.h"
#include "crypt/hash.h"

#include "team/sheet.h"

#define VERSION 1U
#define HEAD_BYTES 11U /* what stands before the share */
#define SUM_AT (SHEET_BYTES - 1)
#define LINE_BITS 44U
#define DATA_WORDS (SHEET_LINE_WORDS - 1)
#define SUM_LABEL "sotto/1 sheet"
#define LINE_LABEL "sotto/1 sheet line"
#define HEADED_LINE 3U /* from here on a line is bound to its sheet */

/* The 44 bits of line `line`. */
static uint64_t
line_bits(const uint8_t bytes[static SHEET_BYTES], unsigned line)
{
	const unsigned at = (line - 1) * LINE_BITS;
	uint64_t v = 0;

	for (unsigned i = 0; i < 6; i++)
		v = v << 8 |
		    (at / 8 + i < SHEET_BYTES ? bytes[at / 8 + i] : 0U);
	return v >> (48 - LINE_BITS - at % 8) & ((1ULL << LINE_BITS) - 1);
}

static void
put_line_bits(uint8_t bytes[static SHEET_BYTES], unsigned line, uint64_t bits)
{
	const unsigned at = (line - 1) * LINE_BITS;
	const uint64_t v = bits << (48 - LINE_BITS - at % 8);

	for (unsigned i = 0; i < 6 && at / 8 + i < SHEET_BYTES; i++)
		bytes[at / 8 + i] |= (uint8_t)(v >> (40 - 8 * i));
}

/* The number of the fifth word. */
static uint32_t
line_check(
    const uint8_t bytes[static SHEET_BYTES], unsigned line, uint64_t bits)
{
	uint8_t in[1 + HEAD_BYTES + 6], hash[SHA256_BYTES];
	size_t n = 0;
	uint32_t check;

	in[n++] = (uint8_t)line;
	if (line >= HEADED_LINE) {
		memcpy(in + n, bytes, HEAD_BYTES);
		n += HEAD_BYTES;
	}
	bits <<= 48 - LINE_BITS;
	for (unsigned i = 0; i < 6; i++)
		in[n++] = (uint8_t)(bits >> (40 - 8 * i));
	sha256_two(hash, LINE_LABEL, sizeof LINE_LABEL - 1, in, n);
	check = (uint32_t)hash[0] << 3 | hash[1] >> 5;
	wipe(in, sizeof in);
	wipe(hash, sizeof hash);
	return check;
}

static uint8_t
sum_of(const uint8_t bytes[static SHEET_BYTES])
{
	uint8_t hash[SHA256_BYTES], sum;

	sha256_two(hash, SUM_LABEL, sizeof SUM_LABEL - 1, bytes, SUM_AT);
	sum = hash[0];
	wipe(hash, sizeof hash);
	return sum;
}

static void
to_bytes(uint8_t bytes[static SHEET_BYTES], const struct sheet *s)
{
	uint8_t *at = bytes;

	*at++ = VERSION;
	*at++ = s->share.index;
	memcpy(at, s->split, sizeof s->split);
	at += sizeof s->split;
	memcpy(at, s->team, sizeof s->team);
	at += sizeof s->team;
	assert(at == bytes + HEAD_BYTES);
	memcpy(at, s->share.at, SHARE_BYTES);
	bytes[SUM_AT] = sum_of(bytes);
}

/* Copy row `number` of the list, looking at every row: which cache lines were
 * read says nothing. */
static void
take_row(char out[static WORDS_WIDTH], uint32_t number)
{
	const struct words *list = words_default();
	uint8_t row[WORDS_WIDTH] = { 0 };
	uint32_t mask;

	for (uint32_t i = 0; i < WORDS_COUNT; i++) {
		mask = ct_hide((((i ^ number) - 1) >> 31) * 0xffU);
		for (unsigned j = 0; j < WORDS_WIDTH; j++)
			row[j] |= (uint8_t)(mask & (uint8_t)list->rows[i][j]);
	}
	memcpy(out, row, sizeof row);
	wipe(row, sizeof row);
}

void
sheet_line(
    char out[static SHEET_LINE_BYTES], const struct sheet *s, unsigned line)
{
	uint8_t bytes[SHEET_BYTES];
	char word[WORDS_WIDTH];
	uint32_t number;
	size_t at = 0, n;
	uint64_t bits;

	assert(line >= 1 && line <= SHEET_LINES);
	to_bytes(bytes, s);
	bits = line_bits(bytes, line);
	for (unsigned i = 0; i < SHEET_LINE_WORDS; i++) {
		number = i == DATA_WORDS
		    ? line_check(bytes, line, bits)
		    : (uint32_t)(bits >> (33 - 11 * i)) & (WORDS_COUNT - 1);
		take_row(word, number);
		n = strlen(word);
		if (i > 0)
			out[at++] = ' ';
		memcpy(out + at, word, n);
		at += n;
	}
	out[at] = '\0';
	wipe(word, sizeof word);
	wipe(bytes, sizeof bytes);
}

static void
team_of(uint8_t team[static SHEET_TEAM_BYTES],
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	uint8_t pub[SIGN_PUBLIC_BYTES], hash[SHA256_BYTES];

	sign_public(pub, seed);
	sha256(hash, pub, sizeof pub);
	memcpy(team, hash, SHEET_TEAM_BYTES);
}

void
sheet_split(struct sheet out[static SHARE_COUNT],
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	struct share shares[SHARE_COUNT];
	uint8_t split[SHEET_SPLIT_BYTES], team[SHEET_TEAM_BYTES];

	crypt_random(split, sizeof split);
	team_of(team, seed);
	share_split(shares, seed);
	for (size_t i = 0; i < SHARE_COUNT; i++) {
		memcpy(out[i].split, split, sizeof split);
		memcpy(out[i].team, team, sizeof team);
		out[i].share = shares[i];
		share_drop(&shares[i]);
	}
}

enum err
sheet_join(uint8_t seed[static SIGN_SEED_BYTES], const struct sheet *a,
    const struct sheet *b)
{
	uint8_t got[SHARE_BYTES], team[SHEET_TEAM_BYTES];
	enum err e;

	if (memcmp(a->team, b->team, sizeof a->team) != 0)
		return ERR_DENIED;
	if (memcmp(a->split, b->split, sizeof a->split) != 0)
		return ERR_EXPIRED;
	if (a->share.index == b->share.index)
		return ERR_TAKEN;
	if ((e = share_join(got, &a->share, &b->share)) != ERR_OK)
		goto out;
	team_of(team, got);
	e = memcmp(team, a->team, sizeof team) == 0 ? ERR_OK : ERR_FORGED;
	if (e == ERR_OK)
		memcpy(seed, got, sizeof got);
out:
	wipe(got, sizeof got);
	return e;
}

void
sheet_drop(struct sheet *s)
{
	wipe(s, sizeof *s);
}

void
sheet_typed_drop(struct sheet_typed *t)
{
	wipe(t, sizeof *t);
}

void
sheet_fault_drop(struct sheet_fault *f)
{
	wipe(f, sizeof *f);
}

/* What is no plain letter separates words; what is no ASCII counts as a letter,
 * so that it makes its word wrong and is not passed over. */
static bool
is_letter(char c)
{
	const char low = text_lower(c);

	return (low >= 'a' && low <= 'z') || (unsigned char)c >= 0x80;
}

static enum err
wrong(struct sheet_fault *f, enum sheet_wrong what, unsigned line)
{
	f->wrong = what;
	f->line = line;
	return what == SHEET_OTHER ? ERR_VERSION : ERR_FORMAT;
}

/* One typed word in lower case, cut where no word is so long. */
struct typed {
	char text[SHEET_TYPED_BYTES];
	size_t n;
};

static bool
next_word(struct typed *w, const char **at, const char *end)
{
	const char *p = *at;

	while (p < end && !is_letter(*p))
		p++;
	for (w->n = 0; p < end && is_letter(*p); p++)
		if (w->n < sizeof w->text - 1)
			w->text[w->n++] = text_lower(*p);
	w->text[w->n] = '\0';
	*at = p;
	return w->n > 0;
}

static enum err
word_wrong(
    struct sheet_fault *f, unsigned line, unsigned word, const struct typed *w)
{
	const struct words *list = words_default();
	uint32_t near[WORDS_NEAREST];
	/* A cut character is not shown. */
	size_t n = text_is_utf8(w->text, w->n) ? w->n : 0;

	f->word = word;
	memcpy(f->typed, w->text, n);
	f->typed[n] = '\0';
	f->nearest_n = words_nearest(list, w->text, w->n, near);
	for (size_t i = 0; i < f->nearest_n; i++)
		f->nearest[i] = list->rows[near[i]];
	wipe(near, sizeof near);
	return wrong(f, SHEET_WORD_WRONG, line);
}

/* The numbers of exactly five words. */
static enum err
read_words(uint32_t numbers[static SHEET_LINE_WORDS], unsigned line,
    const char *p, size_t n, struct sheet_fault *f)
{
	const char *at = p;
	struct typed w, bad = { .n = 0 };
	unsigned count = 0, bad_at = 0;
	enum err e = ERR_OK;

	for (; next_word(&w, &at, p + n); count++) {
		if (count == SHEET_LINE_WORDS) {
			count++; /* one too many; how many more is the same */
			break;
		}
		numbers[count] = words_number(words_default(), w.text, w.n);
		if (numbers[count] == WORDS_COUNT && bad_at == 0) {
			bad = w;
			bad_at = count + 1;
		}
	}
	if (count != SHEET_LINE_WORDS)
		e = wrong(f, SHEET_WORDS_WRONG, line);
	else if (bad_at > 0)
		e = word_wrong(f, line, bad_at, &bad);
	wipe(&w, sizeof w);
	wipe(&bad, sizeof bad);
	return e;
}

enum err
sheet_type(struct sheet_typed *t, const char *line, size_t n,
    struct sheet_fault *fault)
{
	const unsigned number = t->have + 1;
	uint32_t numbers[SHEET_LINE_WORDS];
	struct sheet_typed next = *t;
	uint64_t bits = 0;
	enum err e;

	assert(t->have < SHEET_LINES);
	*fault = (struct sheet_fault){ .wrong = SHEET_RIGHT };
	if ((e = read_words(numbers, number, line, n, fault)) != ERR_OK)
		goto out;
	for (unsigned i = 0; i < DATA_WORDS; i++)
		bits = bits << WORDS_BITS | numbers[i];
	put_line_bits(next.bytes, number, bits);
	if (line_check(next.bytes, number, bits) != numbers[DATA_WORDS]) {
		e = wrong(fault, SHEET_CHECK_WRONG, number);
		goto out;
	}
	next.have = number;
	*t = next;
out:
	wipe(numbers, sizeof numbers);
	wipe(&bits, sizeof bits);
	sheet_typed_drop(&next);
	return e;
}

enum err
sheet_end(
    struct sheet *s, const struct sheet_typed *t, struct sheet_fault *fault)
{
	const uint8_t *at = t->bytes;

	assert(t->have == SHEET_LINES);
	*fault = (struct sheet_fault){ .wrong = SHEET_RIGHT };
	if (sum_of(t->bytes) != t->bytes[SUM_AT])
		return wrong(fault, SHEET_SUM_WRONG, 0);
	if (at[0] != VERSION || at[1] < 1 || at[1] > SHARE_COUNT)
		return wrong(fault, SHEET_OTHER, 0);
	s->share.index = at[1];
	at += 2;
	memcpy(s->split, at, sizeof s->split);
	at += sizeof s->split;
	memcpy(s->team, at, sizeof s->team);
	at += sizeof s->team;
	memcpy(s->share.at, at, SHARE_BYTES);
	return ERR_OK;
}

/* Does a line begin with a number from 1 to 8 alone?  Returns it, or 0, and
 * where the rest begins. */
static unsigned
numbered(const char **rest, const char *p, const char *end)
{
	unsigned number;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (p == end || *p < '1' || *p > '8')
		return 0;
	number = (unsigned)(*p++ - '0');
	if (p < end && (*p == '.' || *p == ':' || *p == ')'))
		p++;
	else if (p < end && *p != ' ' && *p != '\t')
		return 0;
	*rest = p;
	return number;
}

/* Where each line stands in a text. */
struct found {
	const char *at[SHEET_LINES];
	size_t n[SHEET_LINES];
};

static enum err
find_lines(
    struct found *f, const char *text, size_t n, struct sheet_fault *fault)
{
	const char *end = text + n, *line, *stop, *rest;
	unsigned number, found = 0;

	for (line = text; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		if (stop == NULL)
			stop = end;
		if ((number = numbered(&rest, line, stop)) == 0)
			continue;
		if (f->at[number - 1] != NULL)
			return wrong(fault, SHEET_LINE_TWICE, number);
		f->at[number - 1] = rest;
		f->n[number - 1] = (size_t)(stop - rest);
		found++;
	}
	if (found == 0)
		return wrong(fault, SHEET_NO_LINES, 0);
	for (unsigned i = 0; i < SHEET_LINES; i++)
		if (f->at[i] == NULL)
			return wrong(fault, SHEET_LINE_LACKS, i + 1);
	return ERR_OK;
}

enum err
sheet_read(
    struct sheet *s, const char *text, size_t n, struct sheet_fault *fault)
{
	struct sheet_typed t = { .have = 0 };
	struct found f = { .n = { 0 } };
	enum err e;

	*fault = (struct sheet_fault){ .wrong = SHEET_RIGHT };
	if (n > SHEET_TEXT_MAX)
		return ERR_TOOBIG;
	e = find_lines(&f, text, n, fault);
	while (e == ERR_OK && t.have < SHEET_LINES)
		e = sheet_type(&t, f.at[t.have], f.n[t.have], fault);
	if (e == ERR_OK)
		e = sheet_end(s, &t, fault);
	sheet_typed_drop(&t);
	return e;
}
