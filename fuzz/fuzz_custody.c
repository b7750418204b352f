/*
 * A chain of custody, as it is, and as lines that are given the hashes which
 * they need and a signature of the fuzzer's key, so that what lies behind the
 * hashes is reached.  What is accepted is written again as the same bytes.
 */
#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "crypt/crypt.h"
#include "evidence/custody.h"
#include "note/json.h"
#include "note/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define PREVIOUS "\"previous\":\""
#define HEX (SHA256_BYTES * 2)

static const uint8_t seed[32] = { 1 };

static void
one(const void *p, size_t n, bool mine)
{
	struct custody_fault fault;
	struct custody got;
	struct buf again;

	if (custody_read(&got, &fault, p, n) != ERR_OK) {
		assert(fault.wrong != CUSTODY_RIGHT && fault.line > 0);
		return;
	}
	assert(fault.wrong == CUSTODY_RIGHT);
	buf_init(&again, CUSTODY_MAX);
	if (mine && !got.by_team) {
		assert(custody_write(&again, &got, seed) == ERR_OK);
		assert(again.len == n && memcmp(again.at, p, n) == 0);
	}
	custody_drop(&got);
	buf_drop(&again);
}

/* Write a line with its hash, and with that of the one before where it names
 * one. */
static enum err
put_line(struct buf *out, char hex[static HEX + 1], const uint8_t *p, size_t n)
{
	const size_t start = out->len;
	uint8_t hash[SHA256_BYTES], *at;
	enum err e;

	if ((e = buf_put(out, p, n)) != ERR_OK)
		return e;
	at = n == 0 ? NULL
		    : memmem(out->at + start, n, PREVIOUS, strlen(PREVIOUS));
	if (at != NULL &&
	    (size_t)(out->at + out->len - at) > strlen(PREVIOUS) + HEX)
		memcpy(at + strlen(PREVIOUS), hex, HEX);
	sha256(hash, out->at + start, n);
	enc_hex(hex, hash, sizeof hash);
	return buf_put_fmt(out, ",\"hash\":\"%s\"}\n", hex);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char hex[HEX + 1] = "";
	struct buf text, note;
	enum err e;

	assert(crypt_init() == ERR_OK);
	json_init();
	one(p, n, false);
	memset(hex, '0', HEX);
	buf_init(&text, CUSTODY_MAX);
	buf_init(&note, CUSTODY_MAX);
	e = buf_put_str(&text, "sotto/1 custody\n");
	while (e == ERR_OK && n > 0) {
		const uint8_t *stop = memchr(p, '\n', n);
		const size_t len = stop == NULL ? n : (size_t)(stop - p);

		e = put_line(&text, hex, p, len);
		p += len + (stop != NULL);
		n -= len + (stop != NULL);
	}
	if (e == ERR_OK &&
	    note_sign(&note, (const char *)text.at, text.len, "device", seed) ==
		ERR_OK)
		one(note.at, note.len, true);
	buf_drop(&text);
	buf_drop(&note);
	return 0;
}
