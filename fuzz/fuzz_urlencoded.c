/* urlencoded: see form_twice.h. */
#define FORM_TYPE "application/x-www-form-urlencoded"
#include "form_twice.h"

static void
escape(struct buf *out, const void *p, size_t n)
{
	const uint8_t *at = p;

	for (size_t i = 0; i < n; i++)
		if (buf_put_fmt(out, "%%%02X", at[i]) != ERR_OK)
			abort();
}

static void
tell(struct buf *out, const struct form_piece *piece)
{
	enum err e = ERR_OK;

	if (piece->event == FORM_BEGIN) {
		assert(piece->filename == NULL);
		if (out->len > 0)
			e = buf_put_str(out, "&");
		escape(out, piece->name, strlen(piece->name));
		e |= buf_put_str(out, "=");
	} else if (piece->event == FORM_BYTES) {
		assert(piece->len > 0);
		escape(out, piece->at, piece->len);
	}
	if (e != ERR_OK)
		abort();
}
