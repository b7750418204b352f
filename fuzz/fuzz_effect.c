/*
 * The bodies of all types of entries.  The first byte is the type, the rest
 * its body.  What is accepted is written, and what was written is read and
 * written as the same bytes.
 */
#include <assert.h>
#include <string.h>

#include "note/json.h"
#include "team/effect.h"
#include "team/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct effect e, two;
	enum effect_kind kind;
	struct buf out, again;

	json_init();
	if (n == 0)
		return 0;
	kind = 1 + p[0] % (EFFECT_KINDS - 1);
	assert(effect_kind(effect_type(kind)) == kind);
	memset(&e, 0xee, sizeof e);
	two = e;
	if (effect_read(&e, kind, p + 1, n - 1) != ERR_OK) {
		assert(memcmp(&e, &two, sizeof e) == 0);
		return 0;
	}
	buf_init(&out, ENTRY_BODY_MAX);
	buf_init(&again, ENTRY_BODY_MAX);
	assert(e.kind == kind);
	assert(effect_write(&out, &e) == ERR_OK);
	assert(effect_read(&two, kind, out.at, out.len) == ERR_OK);
	assert(effect_write(&again, &two) == ERR_OK);
	assert(out.len == again.len && memcmp(out.at, again.at, out.len) == 0);
	buf_drop(&out);
	buf_drop(&again);
	return 0;
}
