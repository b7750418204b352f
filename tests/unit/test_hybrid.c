#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "crypt/hybrid.h"
#include "t.h"

#define INFO "age-encryption.org/mlkem768x25519"

/* The next line of `*at` as exactly `n` bytes; comments are skipped. */
static void
line(const char **at, uint8_t *out, size_t n)
{
	size_t len;

	while (**at == '#')
		*at = strchr(*at, '\n') + 1;
	len = strcspn(*at, "\n");
	OK(enc_hex_read(out, n, *at, len) == ERR_OK);
	*at += len + 1;
}

static void
what_others_sealed_opens(void)
{
	uint8_t seed[32], hash[32], got[32], box[HYBRID_ENC_BYTES + 32],
	    key[16], out[16];
	struct buf b;
	struct hybrid *h;
	const char *at;
	unsigned rows = 0;

	buf_init(&b, 1 << 20);
	OK(file_read(&b, "doc/vectors/hybrid.txt") == ERR_OK);
	for (at = buf_str(&b); *at != '\0'; rows++) {
		line(&at, seed, sizeof seed);
		line(&at, hash, sizeof hash);
		line(&at, box, sizeof box);
		line(&at, key, sizeof key);
		OK((h = hybrid_open(seed)) != NULL);
		sha256(got, hybrid_public(h), HYBRID_PUBLIC_BYTES);
		OK(memcmp(got, hash, sizeof hash) == 0);
		OK(hybrid_unseal(out, h, INFO, box, box + HYBRID_ENC_BYTES) ==
		    ERR_OK);
		OK(memcmp(out, key, sizeof key) == 0);
		OK(hybrid_unseal(out, h, "another info", box,
		       box + HYBRID_ENC_BYTES) == ERR_FORGED);
		hybrid_close(h);
	}
	OK(rows == 3);
	buf_drop(&b);
}

static void
what_is_sealed_opens_for_its_recipient_alone(void)
{
	uint8_t seed[32] = { 1 }, enc[HYBRID_ENC_BYTES], enc2[sizeof enc],
		sealed[32], sealed2[32], key[16] = "a file key", out[16];
	struct hybrid *mine, *other;

	OK((mine = hybrid_open(seed)) != NULL);
	seed[31] = 1;
	OK((other = hybrid_open(seed)) != NULL);
	OK(hybrid_seal(enc, sealed, hybrid_public(mine), INFO, key) == ERR_OK);
	OK(hybrid_seal(enc2, sealed2, hybrid_public(mine), INFO, key) ==
	    ERR_OK);
	OK(memcmp(enc, enc2, 32) != 0 && memcmp(enc + 1088, enc2 + 1088, 32));
	OK(memcmp(sealed, sealed2, 32) != 0);
	OK(hybrid_unseal(out, mine, INFO, enc, sealed) == ERR_OK);
	OK(memcmp(out, key, 16) == 0);
	OK(hybrid_unseal(out, other, INFO, enc, sealed) == ERR_FORGED);
	hybrid_close(mine);
	hybrid_close(other);
	hybrid_close(NULL);
}

static void
a_changed_byte_anywhere_opens_nothing(void)
{
	uint8_t seed[32] = { 2 }, box[HYBRID_ENC_BYTES + 32], key[16] = { 3 },
		out[16];
	struct hybrid *h;

	OK((h = hybrid_open(seed)) != NULL);
	OK(hybrid_seal(box, box + HYBRID_ENC_BYTES, hybrid_public(h), INFO,
	       key) == ERR_OK);
	for (size_t i = 0; i < sizeof box; i++) {
		memset(out, 'x', sizeof out);
		box[i] ^= 1;
		/* The X25519 of old knows a point by two spellings, but the
		 * spelling is bound too. */
		OK(hybrid_unseal(out, h, INFO, box, box + HYBRID_ENC_BYTES) ==
		    ERR_FORGED);
		OK(memcmp(out, key, sizeof out) != 0);
		box[i] ^= 1;
	}
	box[HYBRID_ENC_BYTES - 1] ^= 0x80;
	OK(hybrid_unseal(out, h, INFO, box, box + HYBRID_ENC_BYTES) ==
	    ERR_FORGED);
	hybrid_close(h);
}

static void
a_recipient_that_is_no_key_is_refused(void)
{
	uint8_t seed[32] = { 2 }, pub[HYBRID_PUBLIC_BYTES],
		enc[HYBRID_ENC_BYTES], sealed[32], key[16] = { 3 }, out[16];
	struct hybrid *h;

	OK((h = hybrid_open(seed)) != NULL);
	memcpy(pub, hybrid_public(h), sizeof pub);
	memset(pub + 1184, 0, 32);
	OK(hybrid_seal(enc, sealed, pub, INFO, key) == ERR_FORMAT);
	memcpy(pub, hybrid_public(h), sizeof pub);
	pub[0] = 0xff; /* a coefficient of 4,095 */
	pub[1] |= 0x0f;
	OK(hybrid_seal(enc, sealed, pub, INFO, key) == ERR_FORMAT);
	OK(hybrid_seal(enc, sealed, hybrid_public(h), INFO, key) == ERR_OK);
	memset(enc + 1088, 0, 32);
	OK(hybrid_unseal(out, h, INFO, enc, sealed) == ERR_FORMAT);
	hybrid_close(h);
}

int
main(void)
{
	OK(crypt_init() == ERR_OK);
	T(what_others_sealed_opens)
	T(what_is_sealed_opens_for_its_recipient_alone)
	T(a_changed_byte_anywhere_opens_nothing)
	T(a_recipient_that_is_no_key_is_refused)
	return 0;
}
