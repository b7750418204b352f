/* desk_chance_line: a line that lies to the desks of desk_chance.h. */
#ifndef UNIT_DESK_CHANCE_LINE_H
#define UNIT_DESK_CHANCE_LINE_H

#include "desk_chance.h"

/* What the line does in this schedule, and to whom. */
static struct {
	bool shuffles, repeats, withholds, forges;
	struct one *asks;
	uint64_t hidden[FAKE_ROWS / 64];
	size_t altered; /* this row, once; 0: none */
	bool lied;
} line;

static inline bool
hides(const struct fake_row *row)
{
	const size_t i = (size_t)(row - fake.rows);

	return line.hidden[i / 64] >> (i % 64) & 1;
}

static inline void
lists(struct buf *tags)
{
	const uint32_t n = (uint32_t)(tags->len / TAG_BYTES);
	uint8_t keep[TAG_BYTES];

	for (uint32_t i = n; line.shuffles && i > 1; i--) {
		uint8_t *a = tags->at + (size_t)(i - 1) * TAG_BYTES;
		uint8_t *b = tags->at + (size_t)roll(i) * TAG_BYTES;

		memcpy(keep, a, TAG_BYTES);
		memmove(a, b, TAG_BYTES);
		memcpy(b, keep, TAG_BYTES);
	}
	if (line.repeats && n > 0) {
		memcpy(keep, tags->at + (size_t)roll(n) * TAG_BYTES, TAG_BYTES);
		OK(buf_put(tags, keep, TAG_BYTES) == ERR_OK);
	}
}

/* Whoever gets it so counts it as looked at: it has it never. */
static inline void
gives(const struct fake_row *row, uint8_t *bytes)
{
	if (line.altered == 0 || (size_t)(row - fake.rows) != line.altered)
		return;
	bytes[roll(ENVELOPE_LETTER_BYTES)] ^= (uint8_t)(1 + roll(255));
	line.asks->cheated = line.lied = true;
	line.altered = 0;
}

static const struct fake_lies lies = { hides, lists, gives, NULL };

#endif
