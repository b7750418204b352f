#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/wipe.h"

#include "letter/words.h"
#include "words_gen.h"

#define STEPS_MAX 3U /* a word farther away is no neighbour */

static const struct words lists[] = { { "english", words_english } };

const struct words *
words_default(void)
{
	return &lists[0];
}

const struct words *
words_find(const char *name)
{
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (strcmp(lists[i].name, name) == 0)
			return &lists[i];
	return NULL;
}

/* All ones when the sixteen bytes agree wherever `mask` has ones. */
static uint32_t
same_under(const char row[static WORDS_WIDTH],
    const uint8_t typed[static WORDS_WIDTH],
    const uint8_t mask[static WORDS_WIDTH])
{
	uint64_t a[2], b[2], m[2], differs;

	memcpy(a, row, sizeof a);
	memcpy(b, typed, sizeof b);
	memcpy(m, mask, sizeof m);
	differs = ((a[0] ^ b[0]) & m[0]) | ((a[1] ^ b[1]) & m[1]);
	differs |= differs >> 32;
	return (uint32_t)(((differs & 0xffffffffU) - 1) >> 32);
}

uint32_t
words_number(const struct words *list, const char *p, size_t n)
{
	uint8_t typed[WORDS_WIDTH] = { 0 }, mask[WORDS_WIDTH] = { 0 };
	uint32_t number = WORDS_COUNT, hit;

	if (n == 0 || n >= WORDS_WIDTH)
		return WORDS_COUNT;
	memcpy(typed, p, n);
	/* Under four letters the end counts too: "add" is not "addict". */
	memset(mask, 0xff, n < WORDS_PREFIX ? n + 1 : n);
	for (uint32_t i = 0; i < WORDS_COUNT; i++) {
		hit = same_under(list->rows[i], typed, mask);
		number = (i & hit) | (number & ~hit);
	}
	wipe(typed, sizeof typed);
	return number;
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Damerau's distance, neighbours swapped at most once (optimal string
 * alignment), by rows of the table. */
static unsigned
steps_between(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned row[3][WORDS_WIDTH + 1], *last, *here, *before;

	assert(b_len <= WORDS_WIDTH);
	for (size_t j = 0; j <= b_len; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		here = row[i % 3];
		last = row[(i + 2) % 3];
		before = row[(i + 1) % 3];
		here[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			here[j] = least(least(last[j], here[j - 1]) + 1,
			    last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				here[j] = least(here[j], before[j - 2] + 1);
		}
	}
	return row[a_len % 3][b_len];
}

/* How far row i is, less for one that begins alike, since the first letters
 * are the ones people get right. */
static unsigned
distance(const char *row, const char *p, size_t n)
{
	const size_t len = strlen(row);
	unsigned same = 0, steps = steps_between(p, n, row, len);

	while (same < n && same < len && row[same] == p[same])
		same++;
	return steps * WORDS_WIDTH + (WORDS_WIDTH - 1 - same);
}

/* Lengths farther apart than the steps need no table: a stranger's words must
 * not cost much. */
static bool
may_be_near(size_t a, size_t b)
{
	return a <= b + STEPS_MAX && b <= a + STEPS_MAX;
}

size_t
words_nearest(const struct words *list, const char *p, size_t n,
    uint32_t out[static WORDS_NEAREST])
{
	unsigned far[WORDS_NEAREST], d;
	size_t count = 0, at;

	if (n == 0)
		return 0;
	for (uint32_t i = 0; i < WORDS_COUNT; i++) {
		if (!may_be_near(strlen(list->rows[i]), n) ||
		    (d = distance(list->rows[i], p, n)) >=
			(STEPS_MAX + 1) * WORDS_WIDTH)
			continue;
		for (at = count; at > 0 && far[at - 1] > d; at--)
			if (at < WORDS_NEAREST) {
				far[at] = far[at - 1];
				out[at] = out[at - 1];
			}
		if (at == WORDS_NEAREST)
			continue;
		far[at] = d;
		out[at] = i;
		count += count < WORDS_NEAREST;
	}
	return count;
}
