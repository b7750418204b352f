/* Notes of the team.  The first byte says which kind; the rest is the JSON, as
 * somebody who holds the right key could sign it, or a whole note.  What is
 * accepted is written again and must read the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "crypt/crypt.h"
#include "team/entry.h"
#include "team/keynote.h"
#include "team/offer.h"
#include "team/paper.h"
#include "team/purge.h"
#include "team/request.h"
#include "team/roster.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const uint8_t seed[32] = { 1 };
static uint8_t pub[32];

static void
same(const struct buf *a, const struct buf *b)
{
	assert(a->len == b->len);
	assert(a->len == 0 || memcmp(a->at, b->at, a->len) == 0);
}

static void
certificates(const struct buf *in, struct buf *out, struct buf *again)
{
	struct certificate c;

	if (certificate_read(&c, in->at, in->len) != ERR_OK ||
	    memcmp(c.team, pub, sizeof pub) != 0)
		return;
	assert(certificate_write(out, &c, seed) == ERR_OK);
	assert(certificate_read(&c, out->at, out->len) == ERR_OK);
	assert(certificate_write(again, &c, seed) == ERR_OK);
}

static void
requests(const struct buf *in, struct buf *out, struct buf *again)
{
	struct request r;
	char text[REQUEST_MAX * 2];

	(void)request_read(&r, (const char *)in->at, in->len, pub);
	if (in->len > REQUEST_MAX / 4 * 3)
		return;
	enc_base64(text, in->at, in->len);
	if (request_read(&r, text, strlen(text), pub) != ERR_OK)
		return;
	if (request_write(out, &r, seed) != ERR_OK)
		return;
	assert(
	    request_read(&r, (const char *)out->at, out->len, pub) == ERR_OK);
	assert(request_write(again, &r, seed) == ERR_OK);
}

static void
entries(const struct buf *in, struct buf *out, struct buf *again)
{
	struct entry e, two;

	if (entry_read(&e, in->at, in->len, pub) != ERR_OK)
		return;
	assert(entry_write(out, &e, seed) == ERR_OK);
	assert(entry_read(&two, out->at, out->len, pub) == ERR_OK);
	assert(entry_write(again, &two, seed) == ERR_OK);
	entry_drop(&e);
	entry_drop(&two);
}

static void
key_notes(const struct buf *in, struct buf *out, struct buf *again)
{
	struct certificate by = { .serial = 1 };
	struct key_note k, two;

	memcpy(by.key, pub, sizeof pub);
	memset(by.line, 0xab, sizeof by.line);
	if (key_note_read(&k, in->at, in->len, &by) != ERR_OK)
		return;
	assert(key_note_write(out, &k, seed) == ERR_OK);
	assert(key_note_read(&two, out->at, out->len, &by) == ERR_OK);
	assert(key_note_write(again, &two, seed) == ERR_OK);
	key_note_drop(&k);
	key_note_drop(&two);
}

static void
rosters(const struct buf *in, struct buf *out, struct buf *again)
{
	static struct roster r;

	if (roster_read(&r, in->at, in->len, pub) != ERR_OK)
		return;
	assert(roster_write(out, &r, seed) == ERR_OK);
	assert(roster_read(&r, out->at, out->len, pub) == ERR_OK);
	assert(roster_write(again, &r, seed) == ERR_OK);
}

static void
purges(const struct buf *in, struct buf *out, struct buf *again)
{
	struct key_note keys = { .purges_n = 1 };
	struct purge a, b;

	memcpy(keys.purges[0], pub, sizeof pub);
	memset(keys.line, 0xab, sizeof keys.line);
	if (purge_read(&a, in->at, in->len, &keys) != ERR_OK)
		return;
	assert(purge_write(out, &a, seed) == ERR_OK);
	assert(purge_read(&b, out->at, out->len, &keys) == ERR_OK);
	assert(purge_write(again, &b, seed) == ERR_OK);
	purge_drop(&a);
	purge_drop(&b);
}

static void
offers(const struct buf *in, struct buf *out, struct buf *again)
{
	struct offer o;

	(void)out;
	(void)again;
	if (offer_read(&o, in->at, in->len, NULL, 0) == ERR_OK)
		offer_drop(&o);
}

static const struct {
	struct paper_kind kind;
	void (*run)(const struct buf *in, struct buf *out, struct buf *again);
} kinds[] = {
	{ { "certificate", "team", CERTIFICATE_MAX }, certificates },
	{ { "request", "access", REQUEST_MAX }, requests },
	{ { "entry", "device", ENTRY_MAX }, entries },
	{ { "key-note", "line", KEY_NOTE_MAX }, key_notes },
	{ { "roster", "team", ROSTER_MAX }, rosters },
	{ { "purge", "purge", PURGE_MAX }, purges },
	{ { "offer", "line", KEY_NOTE_MAX }, offers },
};

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf raw, note, out, again;

	if (n == 0)
		return 0;
	assert(crypt_init() == ERR_OK);
	json_init();
	sign_public(pub, seed);
	buf_init(&raw, KEY_NOTE_MAX);
	buf_init(&note, KEY_NOTE_MAX);
	buf_init(&out, KEY_NOTE_MAX);
	buf_init(&again, KEY_NOTE_MAX);
	if (buf_put(&raw, p + 1, n - 1) == ERR_OK) {
		kinds[p[0] % COUNT(kinds)].run(&raw, &out, &again);
		same(&out, &again);
		buf_clear(&out);
		buf_clear(&again);
		if (paper_sign(&note, &kinds[p[0] % COUNT(kinds)].kind, &raw,
			seed) == ERR_OK)
			kinds[p[0] % COUNT(kinds)].run(&note, &out, &again);
		same(&out, &again);
	}
	buf_drop(&raw);
	buf_drop(&note);
	buf_drop(&out);
	buf_drop(&again);
	return 0;
}
