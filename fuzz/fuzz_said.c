/*
 * What a desk keeps of a conversation, as a pack or a damaged folder brings it.
 * The first byte says what the rest is: 0 what was said, which has one
 * spelling; 1 a record's items; 2 those of a pack, which are checked first; 3
 * items about days.  Whatever is taken in can be written, put in order and
 * shown: no text steers a terminal, and no file has parts that its size does
 * not make.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "desk/inside.h"
#include "desk/packed.h"
#include "letter/part.h"
#include "note/json.h"

#include "cmd/plain.c"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

static const uint8_t seed[SIGN_SEED_BYTES] = { 1 };
static uint8_t owner[SIGN_PUBLIC_BYTES];
static struct vault *vault; /* its memory is locked: made once */

static void
show(const char *text, size_t n)
{
	struct buf out;
	uint32_t c;
	size_t step;

	buf_init(&out, 4 * n + 1);
	assert(plain_put_under(&out, "    ", text, n) == ERR_OK || n > 0);
	for (size_t i = 0; i < out.len; i += step) {
		step = text_char(&c, (const char *)out.at + i, out.len - i);
		assert(step > 0 && !text_is_control(c));
	}
	buf_drop(&out);
}

static void
check_said(const struct said *s)
{
	const char *question, *answer;
	size_t at = 0;

	assert(strlen(s->text) == s->text_len && s->files_n <= s->files_all);
	while (said_answer(s, &at, &question, &answer))
		assert(answer > question);
	assert(at == s->answers_len);
	for (size_t i = 0; i < s->files_all; i++)
		assert(s->files[i].count == part_count(s->files[i].size));
	show(s->text, s->text_len);
}

static void
one_said(const uint8_t *p, size_t n)
{
	struct said *s;
	struct buf again;
	size_t used;

	if (said_read(&s, p, n, &used) != ERR_OK)
		return;
	check_said(s);
	buf_init(&again, n + 1);
	assert(said_write(&again, s) == ERR_OK);
	assert(used <= n && again.len == used);
	assert(memcmp(again.at, p, used) == 0);
	buf_drop(&again);
	said_close(s);
}

static void
check_conversation(struct conv *c)
{
	conv_settle(c);
	assert(c->said_n >= c->apart && conv_unread(c) <= c->said_n);
	for (size_t i = 0; i < c->said_n; i++)
		check_said(c->said[i]);
	for (unsigned i = 1; i <= c->numbered; i++)
		assert(conv_file(c, i) != NULL);
	show(c->name, strlen(c->name));
	show(c->byline, strlen(c->byline));
}

/* As a pack is taken in, and as the file is read at the next start. */
static void
items(struct desk *d, const uint8_t *p, size_t n)
{
	struct conv *c = conv_open(owner, vault->salt);
	enum err e;

	assert(c != NULL);
	for (unsigned i = 0; i < 2; i++) {
		e = conv_take_record(d, c, p, n);
		assert(e == ERR_OK || e == ERR_FORMAT || e == ERR_VERSION ||
		    e == ERR_FORGED || e == ERR_NOKEY || e == ERR_DENIED ||
		    e == ERR_TAKEN || e == ERR_TOOBIG);
		check_conversation(c);
	}
	conv_close(c);
}

static void
pack_items(struct desk *d, const uint8_t *p, size_t n)
{
	struct pack_said s;

	if (packed_said(&s, d, owner, p, n) == ERR_OK)
		items(d, s.head, s.head_n);
}

static void
begin(struct desk *d)
{
	if (vault == NULL) {
		assert(crypt_init() == ERR_OK);
		json_init();
		sign_public(owner, seed);
		vault = vault_new();
		assert(vault != NULL);
	}
	*d = (struct desk){ .vault = vault, .print = TEAM };
}

static void
end(struct desk *d)
{
	tagmap_drop(&d->tried);
	tagmap_drop(&d->nokey);
	tagmap_drop(&d->parts);
	wipe_free(d->part, d->part_room * sizeof *d->part);
	wipe_free(d->whole, d->whole_room * sizeof *d->whole);
	wipe_free(d->clears, d->clears_room * sizeof *d->clears);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct desk d;

	if (n == 0)
		return 0;
	begin(&d);
	switch (p[0] % 4) {
	case 0:
		one_said(p + 1, n - 1);
		break;
	case 1:
		items(&d, p + 1, n - 1);
		break;
	case 2:
		pack_items(&d, p + 1, n - 1);
		break;
	default:
		(void)!desk_take_days(&d, p + 1, n - 1);
	}
	end(&d);
	return 0;
}
