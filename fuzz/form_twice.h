/*
 * form_twice: what is fuzzed of a kind of form.  The first byte of the input
 * says where the rest is cut in two.  What was told must not depend on it; what
 * was taken is written again and read as the same.
 */
#ifndef FORM_TWICE_H
#define FORM_TWICE_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "http/form.h"

/* The target's own, and FORM_TYPE: what was told, in one spelling. */
static void tell(struct buf *out, const struct form_piece *piece);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err
feed(struct form *f, struct buf *out, const uint8_t *p, size_t n)
{
	struct form_piece piece;
	enum err e;

	do {
		if ((e = form_next(f, &p, &n, &piece)) != ERR_OK)
			return e;
		tell(out, &piece);
	} while (piece.event != FORM_MORE);
	assert(n == 0);
	return ERR_OK;
}

static enum err
read_form(struct buf *out, const uint8_t *p, size_t n, size_t cut)
{
	struct form_piece piece;
	struct form *f;
	enum err e;

	buf_init(out, 64 << 20);
	if (form_open(&f, FORM_TYPE) != ERR_OK)
		abort();
	e = feed(f, out, p, cut);
	if (e == ERR_OK)
		e = feed(f, out, p + cut, n - cut);
	do {
		if (e == ERR_OK)
			e = form_end(f, &piece);
		if (e == ERR_OK && piece.event != FORM_DONE)
			tell(out, &piece);
	} while (e == ERR_OK && piece.event != FORM_DONE);
	form_close(f);
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, cut, again;
	enum err e;

	if (size == 0)
		return 0;
	e = read_form(&whole, data + 1, size - 1, size - 1);
	if (read_form(&cut, data + 1, size - 1, data[0] % size) != e)
		abort();
	if (e == ERR_OK && whole.len > 0) {
		if (cut.len != whole.len ||
		    memcmp(cut.at, whole.at, cut.len) != 0)
			abort();
		if (read_form(&again, whole.at, whole.len, whole.len / 2) !=
			ERR_OK ||
		    again.len != whole.len ||
		    memcmp(again.at, whole.at, whole.len) != 0)
			abort();
		buf_drop(&again);
	}
	buf_drop(&whole);
	buf_drop(&cut);
	return 0;
}

#endif
