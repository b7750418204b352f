#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/key.h"
#include "front/remember.h"

struct row {
	uint64_t when; /* 0: empty */
	uint8_t page[REMEMBER_KEY_BYTES];
	uint8_t content[REMEMBER_KEY_BYTES];
};

struct remember {
	size_t next; /* the row to be written */
	struct row rows[REMEMBER_MAX];
};

struct remember *
remember_open(void)
{
	return key_memory(sizeof(struct remember));
}

void
remember_close(struct remember *m)
{
	key_memory_free(m);
}

static bool
is_live(const struct row *r, uint64_t now)
{
	return r->when != 0 && now < r->when + REMEMBER_SECONDS;
}

void
remember_put(struct remember *m, uint64_t now,
    const uint8_t page[static REMEMBER_KEY_BYTES],
    const uint8_t content[static REMEMBER_KEY_BYTES])
{
	struct row *r = &m->rows[m->next];

	m->next = (m->next + 1) % REMEMBER_MAX;
	r->when = now;
	memcpy(r->page, page, sizeof r->page);
	memcpy(r->content, content, sizeof r->content);
}

bool
remember_has(const struct remember *m, uint64_t now,
    const uint8_t page[static REMEMBER_KEY_BYTES],
    const uint8_t content[static REMEMBER_KEY_BYTES])
{
	bool has = false;

	for (size_t i = 0; i < REMEMBER_MAX; i++)
		if (is_live(&m->rows[i], now) &&
		    crypt_same(m->rows[i].page, page, REMEMBER_KEY_BYTES) &&
		    crypt_same(m->rows[i].content, content, REMEMBER_KEY_BYTES))
			has = true;
	return has;
}

void
remember_tick(struct remember *m, uint64_t now)
{
	for (size_t i = 0; i < REMEMBER_MAX; i++)
		if (m->rows[i].when != 0 && !is_live(&m->rows[i], now))
			wipe(&m->rows[i], sizeof m->rows[i]);
}

enum err
remember_export(const struct remember *m, struct buf *out)
{
	const size_t was = out->len;
	const struct row *r;
	enum err e = ERR_OK;

	for (size_t i = 0; i < REMEMBER_MAX && e == ERR_OK; i++) {
		r = &m->rows[(m->next + i) % REMEMBER_MAX];
		if (r->when == 0)
			continue;
		if ((e = buf_put_u64(out, r->when)) == ERR_OK &&
		    (e = buf_put(out, r->page, sizeof r->page)) == ERR_OK)
			e = buf_put(out, r->content, sizeof r->content);
	}
	if (e != ERR_OK) {
		wipe(out->at + was, out->len - was);
		out->len = was;
	}
	return e;
}

enum err
remember_import(struct remember *m, const uint8_t *p, size_t n)
{
	if (n % REMEMBER_ROW_BYTES != 0 ||
	    n > (size_t)REMEMBER_MAX * REMEMBER_ROW_BYTES)
		return ERR_FORMAT;
	for (; n > 0; n -= REMEMBER_ROW_BYTES, p += REMEMBER_ROW_BYTES)
		remember_put(
		    m, enc_get_u64(p), p + 8, p + 8 + REMEMBER_KEY_BYTES);
	return ERR_OK;
}
