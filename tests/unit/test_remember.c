#include <string.h>

#include "alloc.h"
#include "crypt/crypt.h"
#include "front/remember.h"
#include "t.h"

static const uint8_t page[REMEMBER_KEY_BYTES] = "page";
static const uint8_t other[REMEMBER_KEY_BYTES] = "other";
static const uint8_t content[REMEMBER_KEY_BYTES] = "content";

static void
what_was_committed_is_remembered_for_two_hours(void)
{
	struct remember *m = remember_open();

	OK(m != NULL && !remember_has(m, 1000, page, content));
	remember_put(m, 1000, page, content);
	OK(remember_has(m, 1000, page, content));
	OK(remember_has(m, 1000 + REMEMBER_SECONDS - 1, page, content));
	OK(!remember_has(m, 1000 + REMEMBER_SECONDS, page, content));
	OK(!remember_has(m, 1000, other, content));
	OK(!remember_has(m, 1000, page, other));
	/* Once forgotten, no clock brings it back. */
	remember_tick(m, 1000 + REMEMBER_SECONDS);
	OK(!remember_has(m, 1000, page, content));
	remember_close(m);
}

static void
the_oldest_goes_first_and_the_rest_is_handed_over(void)
{
	struct remember *m = remember_open(), *next = remember_open();
	uint8_t key[REMEMBER_KEY_BYTES] = { 0 };
	struct buf b;

	buf_init(&b, 65536);
	for (unsigned i = 0; i < REMEMBER_MAX + 1; i++) {
		memcpy(key, &i, sizeof i);
		remember_put(m, 1000, key, content);
	}
	OK(remember_has(m, 1000, key, content));
	memset(key, 0, sizeof key);
	OK(!remember_has(m, 1000, key, content));
	OK(remember_export(m, &b) == ERR_OK);
	OK(b.len == (size_t)REMEMBER_MAX * REMEMBER_ROW_BYTES);
	OK(remember_import(next, b.at, b.len - 1) == ERR_FORMAT);
	OK(remember_import(next, b.at, b.len) == ERR_OK);
	key[0] = 1;
	OK(remember_has(next, 1000, key, content));
	buf_drop(&b);
	buf_init(&b, 100);
	OK(remember_export(m, &b) == ERR_TOOBIG && b.len == 0);
	buf_drop(&b);
	remember_close(m);
	remember_close(next);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(what_was_committed_is_remembered_for_two_hours)
T(the_oldest_goes_first_and_the_rest_is_handed_over)
T_END
