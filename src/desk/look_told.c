/* What the line told desks, at every sync; and whether it told a source the
 * same. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"

#include "desk/inside.h"
#include "desk/look.h"
#include "desk/look_told.h"

#define NAME "look-told"
#define HEX ENC_HEX_LEN(SHA256_BYTES)
#define TEXT_MAX (12U + 2 * (HEX + 1))

enum err
look_told_load(struct desk *d, struct look_heard *h)
{
	struct look_heard got;
	struct buf raw;
	const char *p;
	uint64_t v;
	size_t n;
	enum err e;

	buf_init(&raw, TEXT_MAX);
	if ((e = desk_recall(d, NAME, &raw)) != ERR_OK)
		goto out;
	e = ERR_FORMAT;
	if (raw.len < 2 * (HEX + 1) + 1)
		goto out;
	p = (const char *)raw.at;
	n = raw.len - 2 * (HEX + 1);
	if (p[n] != ' ' || p[n + 1 + HEX] != ' ' ||
	    enc_decimal_read(&v, UINT32_MAX, p, n) != ERR_OK ||
	    enc_hex_read(got.keys, sizeof got.keys, p + n + 1, HEX) != ERR_OK ||
	    enc_hex_read(got.questions, sizeof got.questions, p + n + 2 + HEX,
		HEX) != ERR_OK)
		goto out;
	got.serial = (uint32_t)v;
	*h = got;
	e = ERR_OK;
out:
	buf_drop(&raw);
	return e;
}

static enum err
keep(struct desk *d, const struct look_heard *h)
{
	char keys[HEX + 1], questions[HEX + 1], text[TEXT_MAX + 1];

	enc_hex(keys, h->keys, sizeof h->keys);
	enc_hex(questions, h->questions, sizeof h->questions);
	(void)snprintf(
	    text, sizeof text, "%u %s %s", h->serial, keys, questions);
	return desk_remember(d, NAME, text);
}

static bool
same(const uint8_t a[static SHA256_BYTES], const uint8_t b[static SHA256_BYTES])
{
	return memcmp(a, b, SHA256_BYTES) == 0;
}

void
look_told_keys(struct seen_list *l, const struct look_heard *told,
    uint32_t serial, const uint8_t keys[static SHA256_BYTES])
{
	char sees[16], ours[16];

	(void)snprintf(sees, sizeof sees, "%u", serial);
	(void)snprintf(ours, sizeof ours, "%u", told->serial);
	if (serial == told->serial && !same(keys, told->keys))
		seen_put(
		    l, SEEN_KEYS, SEEN_START, seen_text(sees), seen_text(ours));
}

/* Told desks before and after alike, and a source otherwise in between. */
static void
judge(struct look_state *s, const struct look_heard *was,
    const struct look_heard *is)
{
	struct seen_list now = { .n = 0 };

	look_told_keys(&now, is, s->serial, s->keys);
	if (is->serial < s->serial)
		seen_put(&now, SEEN_KEYS, SEEN_START, seen_text("newer"),
		    seen_text("older"));
	if (same(was->questions, is->questions) &&
	    !same(is->questions, s->questions))
		seen_put(&now, SEEN_TELL_QUESTIONS, SEEN_START, seen_text(""),
		    seen_text(""));
	look_merge(s, &now, clock_day(), false);
	s->waits = false;
}

enum err
look_told(struct desk *d, const struct offer *o, const struct buf *questions)
{
	struct look_heard was, is = { .serial = o->note.serial };
	struct look_state *s = NULL;
	enum err e;

	memcpy(is.keys, o->hash, sizeof is.keys);
	if (questions != NULL)
		sha256(is.questions, questions->at, questions->len);
	e = look_told_load(d, &was);
	if (e == ERR_NOTHING || e == ERR_FORMAT)
		return keep(d, &is);
	if (e != ERR_OK || (e = look_load(d, &s)) != ERR_OK)
		return e;
	if (s->waits) {
		judge(s, &was, &is);
		e = look_keep(d, s);
	}
	if (e == ERR_OK &&
	    (was.serial != is.serial || !same(was.keys, is.keys) ||
		!same(was.questions, is.questions)))
		e = keep(d, &is);
	look_free(s);
	return e;
}
