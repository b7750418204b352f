#include <string.h>

#include "alloc.h"
#include "base/enc.h"
#include "crypt/crypt.h"
#include "desk/tagmap.h"
#include "t.h"

#define MANY 4096U

static void
tag_number(uint8_t tag[static TAG_BYTES], uint32_t n)
{
	memset(tag, 0, TAG_BYTES);
	enc_put_u32(tag + TAG_BYTES - 4, n);
}

static void
what_is_put_is_found_and_nothing_else(void)
{
	struct tagmap m = { .slots = NULL };
	uint8_t tag[TAG_BYTES];
	uint32_t got;

	tag_number(tag, 1);
	OK(!tagmap_get(&m, tag, NULL));
	for (uint32_t i = 0; i < MANY; i++) {
		tag_number(tag, i);
		OK(tagmap_put(&m, tag, i) == ERR_OK);
		OK(tagmap_put(&m, tag, 7 * i) == ERR_OK);
	}
	OK(m.n == MANY);
	for (uint32_t i = 0; i < 2 * MANY; i++) {
		tag_number(tag, i);
		OK(tagmap_get(&m, tag, &got) == (i < MANY));
		OK(i >= MANY || got == 7 * i);
	}
	tagmap_drop(&m);
	tagmap_drop(&m);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* These differ in their last bytes only, as a hostile line would choose them:
 * in one run a desk would look at each for each. */
static void
tags_chosen_by_a_line_do_not_crowd_one_place(void)
{
	struct tagmap m = { .slots = NULL };
	uint8_t tag[TAG_BYTES];
	size_t run = 0, longest = 0;

	for (uint32_t i = 0; i < MANY; i++) {
		tag_number(tag, i);
		OK(tagmap_put(&m, tag, i) == ERR_OK);
	}
	for (size_t i = 0; i < m.room; i++) {
		run = m.slots[i].used ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	OK(longest < MANY / 8);
	tagmap_drop(&m);
}

static void
refused_memory_changes_nothing(void)
{
	struct tagmap m = { .slots = NULL };
	uint8_t tag[TAG_BYTES];
	enum err e = ERR_OK;
	uint32_t n = 0;

	alloc_refuse(2);
	for (; e == ERR_OK; n++) {
		tag_number(tag, n);
		e = tagmap_put(&m, tag, n);
	}
	alloc_refuse(0);
	OK(e == ERR_NOMEM && m.n == n - 1 && m.n > 0);
	OK(!tagmap_get(&m, tag, NULL));
	OK(tagmap_put(&m, tag, 3) == ERR_OK);
	tagmap_drop(&m);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(what_is_put_is_found_and_nothing_else)
T(tags_chosen_by_a_line_do_not_crowd_one_place)
T(refused_memory_changes_nothing)
T_END
