/*
 * cursor: reading a payload from front to back.  Reading past its end marks
 * the cursor bad, once and for all, and gives zeros; cursor_end() says whether
 * everything was there and nothing is left over.
 */
#ifndef OS_CURSOR_H
#define OS_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct cursor {
	const uint8_t *at;
	size_t n;
	bool bad;
};

void cursor_init(struct cursor *c, const uint8_t *p, size_t n);
uint8_t cursor_u8(struct cursor *c);
uint32_t cursor_u32(struct cursor *c);
/* `n` bytes, borrowed; NULL when there are not so many. */
const uint8_t *cursor_bytes(struct cursor *c, size_t n);
/* ERR_FORMAT unless exactly everything was read. */
enum err cursor_end(const struct cursor *c) MUST_USE;

#endif
