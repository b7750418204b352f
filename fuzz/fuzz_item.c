/* The words of an item of evidence.  What is accepted has one spelling. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "evidence/item.h"
#include "note/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enum item_judged j;
	struct item got;
	struct buf again;
	size_t why;

	assert(crypt_init() == ERR_OK);
	json_init();
	if (item_judged_read(&j, &why, (const char *)p, n) == ERR_OK) {
		assert(why <= n && p[why - 1] == '\n');
		assert(memcmp(p, item_judged_word(j), why - 1) == 0);
	}
	if (item_read(&got, p, n) != ERR_OK)
		return 0;
	buf_init(&again, ITEM_MAX);
	assert(item_write(&again, &got) == ERR_OK);
	assert(again.len == n && memcmp(again.at, p, n) == 0);
	item_drop(&got);
	buf_drop(&again);
	return 0;
}
