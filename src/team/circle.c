#include <string.h>

#include "crypt/crypt.h"

#include "team/circle.h"

uint32_t
circle_term(uint32_t day)
{
	return day - day % CIRCLE_DAYS;
}

void
circle_make(struct circle *c, uint32_t day,
    const uint8_t device[static DEVICE_ID_BYTES])
{
	crypt_random(c->id, sizeof c->id);
	memcpy(c->id, device, CIRCLE_BY_BYTES);
	chain_make(&c->chain, circle_term(day));
}

bool
circle_is_by(const uint8_t id[static CIRCLE_ID_BYTES],
    const uint8_t device[static DEVICE_ID_BYTES])
{
	return memcmp(id, device, CIRCLE_BY_BYTES) == 0;
}

void
circle_drop(struct circle *c)
{
	chain_drop(&c->chain);
}

enum err
circle_recipient(struct age_recipient *to, const struct circle *c, uint32_t day)
{
	return chain_recipients(to, circle_term(day), 1, &c->chain);
}

bool
circle_next(const struct circle *c, uint32_t row, uint32_t *at, uint32_t *term)
{
	const uint32_t newest = circle_term(row);

	if (newest < c->chain.day ||
	    *at > (newest - c->chain.day) / CIRCLE_DAYS)
		return false;
	*term = newest - *at * CIRCLE_DAYS;
	++*at;
	return true;
}

enum err
circle_identity(struct age_identity **id, const struct circle *c, uint32_t term)
{
	return chain_identity(id, &c->chain, term);
}

/* An answer of a term's last day lies in the file of that day or the next.  It
 * can be read as long as the line has that file, and a letter to it comes a
 * little later.  A line that lists old days for ever holds no key for ever. */
static bool
is_needed(uint32_t term, const struct circle_line *line)
{
	const uint64_t last = (uint64_t)term + CIRCLE_DAYS;
	const uint64_t usual = last + CIRCLE_LIES + CIRCLE_LATE;
	const uint64_t most = last + CIRCLE_LIES_MAX + CIRCLE_LATE;

	return line->finished <= usual ||
	    (line->oldest <= last && line->finished <= most);
}

enum err
circle_finish(struct circle *c, const struct circle_line *line, bool *changed)
{
	uint32_t day = c->chain.day;

	while (!is_needed(day, line))
		day += CIRCLE_DAYS;
	*changed = day != c->chain.day;
	return *changed ? chain_advance(&c->chain, day) : ERR_OK;
}
