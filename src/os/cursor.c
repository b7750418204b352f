#include "os/cursor.h"
#include "base/enc.h"

void
cursor_init(struct cursor *c, const uint8_t *p, size_t n)
{
	*c = (struct cursor){ .at = p, .n = n };
}

const uint8_t *
cursor_bytes(struct cursor *c, size_t n)
{
	const uint8_t *p = c->at;

	if (c->bad || n > c->n) {
		c->bad = true;
		return NULL;
	}
	c->at = p + n;
	c->n -= n;
	return p;
}

uint8_t
cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_bytes(c, 1);

	return p == NULL ? 0 : p[0];
}

uint32_t
cursor_u32(struct cursor *c)
{
	const uint8_t *p = cursor_bytes(c, 4);

	return p == NULL ? 0 : enc_get_u32(p);
}

enum err
cursor_end(const struct cursor *c)
{
	return c->bad || c->n != 0 ? ERR_FORMAT : ERR_OK;
}
