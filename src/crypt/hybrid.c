#include <assert.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "crypt/hybrid.h"
#include "crypt/keccak.h"
#include "crypt/key.h"
#include "crypt/mlkem.h"
#include "crypt/x25519.h"

#define SHARED_BYTES 32U
#define INFO_MAX 64U
#define CONTEXT_BYTES (1U + 2 * SHA256_BYTES)
#define LABELED_MAX (2U + 17 + 16 + CONTEXT_BYTES)

static_assert(MLKEM_EK_BYTES + X25519_BYTES == HYBRID_PUBLIC_BYTES,
    "a recipient is two keys");
static_assert(MLKEM_CT_BYTES + X25519_BYTES == HYBRID_ENC_BYTES,
    "an encapsulation is two");

struct hybrid {
	uint8_t dk[MLKEM_DK_BYTES];
	uint8_t x25519[X25519_BYTES];
	uint8_t pub[HYBRID_PUBLIC_BYTES];
};

/* X-Wing, section 5.2: one seed expands to the seeds of both keys. */
struct hybrid *
hybrid_open(const uint8_t seed[static HYBRID_SEED_BYTES])
{
	uint8_t both[MLKEM_SEED_BYTES + X25519_BYTES];
	struct hybrid *h;

	if ((h = key_memory(sizeof *h)) == NULL)
		return NULL;
	shake256(both, sizeof both, seed, HYBRID_SEED_BYTES);
	mlkem_keys(h->pub, h->dk, both);
	memcpy(h->x25519, both + MLKEM_SEED_BYTES, X25519_BYTES);
	x25519_public(h->pub + MLKEM_EK_BYTES, h->x25519);
	wipe(both, sizeof both);
	return h;
}

void
hybrid_close(struct hybrid *h)
{
	key_memory_free(h);
}

const uint8_t *
hybrid_public(const struct hybrid *h)
{
	return h->pub;
}

/* X-Wing, section 5.3: what both keys agreed on, bound to the X25519 part;
 * ML-KEM binds its own ciphertext and key. */
static void
combine(uint8_t shared[static SHARED_BYTES], const uint8_t *from_mlkem,
    const uint8_t *from_x25519, const uint8_t *ct, const uint8_t *pub)
{
	static const char label[6] = { '\\', '.', '/', '/', '^', '\\' };
	uint8_t in[4 * 32 + sizeof label];

	memcpy(in, from_mlkem, 32);
	memcpy(in + 32, from_x25519, 32);
	memcpy(in + 64, ct, 32);
	memcpy(in + 96, pub, 32);
	memcpy(in + 128, label, sizeof label);
	sha3_256(shared, in, sizeof in);
	wipe(in, sizeof in);
}

/* RFC 9180 section 4: behind "HPKE-v1", the suite and a label. */
static size_t
labeled(uint8_t *out, size_t at, const char *label, const void *p, size_t n)
{
	static const uint8_t suite[] = { 'H', 'P', 'K', 'E', '-', 'v', '1', 'H',
		'P', 'K', 'E', 0x64, 0x7a, 0x00, 0x01, 0x00, 0x03 };

	memcpy(out + at, suite, sizeof suite);
	at += sizeof suite;
	memcpy(out + at, label, strlen(label));
	at += strlen(label);
	if (n > 0)
		memcpy(out + at, p, n);
	return at + n;
}

static void
labeled_extract(uint8_t out[static SHA256_BYTES], const char *label,
    const void *p, size_t n)
{
	uint8_t in[LABELED_MAX];

	n = labeled(in, 0, label, p, n);
	hmac(out, NULL, 0, in, n);
}

static void
labeled_expand(const struct hkdf *h, const char *label, const uint8_t *context,
    uint8_t *out, uint8_t out_len)
{
	uint8_t in[LABELED_MAX] = { 0, out_len };

	hkdf_expand(
	    h, in, labeled(in, 2, label, context, CONTEXT_BYTES), out, out_len);
}

/* RFC 9180 section 5.1 in base mode: key and first nonce of a shared secret. */
static void
schedule(uint8_t key[static AEAD_KEY_BYTES],
    uint8_t nonce[static AEAD_NONCE_BYTES],
    const uint8_t shared[static SHARED_BYTES], const char *info)
{
	uint8_t context[CONTEXT_BYTES] = { 0 }, in[LABELED_MAX];
	struct hkdf h;

	assert(strlen(info) <= INFO_MAX);
	labeled_extract(context + 1, "psk_id_hash", NULL, 0);
	labeled_extract(
	    context + 1 + SHA256_BYTES, "info_hash", info, strlen(info));
	hkdf_init(
	    &h, shared, SHARED_BYTES, in, labeled(in, 0, "secret", NULL, 0));
	labeled_expand(&h, "key", context, key, AEAD_KEY_BYTES);
	labeled_expand(&h, "base_nonce", context, nonce, AEAD_NONCE_BYTES);
	hkdf_drop(&h);
}

struct secrets {
	uint8_t m[32];
	uint8_t x25519[X25519_BYTES];
	uint8_t from_mlkem[MLKEM_SHARED_BYTES];
	uint8_t from_x25519[X25519_BYTES];
	uint8_t shared[SHARED_BYTES];
	uint8_t key[AEAD_KEY_BYTES];
	uint8_t nonce[AEAD_NONCE_BYTES];
};

enum err
hybrid_seal(uint8_t enc[static HYBRID_ENC_BYTES],
    uint8_t sealed[static HYBRID_SEALED_BYTES],
    const uint8_t pub[static HYBRID_PUBLIC_BYTES], const char *info,
    const uint8_t file_key[static HYBRID_FILE_KEY_BYTES])
{
	struct secrets s;
	uint8_t *share = enc + MLKEM_CT_BYTES;
	enum err e = ERR_FORMAT;

	crypt_random(s.m, sizeof s.m);
	crypt_random(s.x25519, sizeof s.x25519);
	if (mlkem_encaps(enc, s.from_mlkem, pub, s.m) != ERR_OK)
		goto out;
	if (x25519_shared(s.from_x25519, s.x25519, pub + MLKEM_EK_BYTES) !=
	    ERR_OK)
		goto out;
	x25519_public(share, s.x25519);
	combine(
	    s.shared, s.from_mlkem, s.from_x25519, share, pub + MLKEM_EK_BYTES);
	schedule(s.key, s.nonce, s.shared, info);
	aead_seal_once(sealed, s.key, s.nonce, file_key, HYBRID_FILE_KEY_BYTES);
	e = ERR_OK;
out:
	wipe(&s, sizeof s);
	return e;
}

bool
hybrid_is_public(const uint8_t pub[static HYBRID_PUBLIC_BYTES])
{
	static const uint8_t nothing[HYBRID_FILE_KEY_BYTES];
	uint8_t enc[HYBRID_ENC_BYTES], sealed[HYBRID_SEALED_BYTES];

	return hybrid_seal(enc, sealed, pub, "", nothing) == ERR_OK;
}

enum err
hybrid_unseal(uint8_t file_key[static HYBRID_FILE_KEY_BYTES],
    const struct hybrid *h, const char *info,
    const uint8_t enc[static HYBRID_ENC_BYTES],
    const uint8_t sealed[static HYBRID_SEALED_BYTES])
{
	struct secrets s;
	const uint8_t *share = enc + MLKEM_CT_BYTES;
	enum err e = ERR_FORMAT;

	if (x25519_shared(s.from_x25519, h->x25519, share) != ERR_OK)
		goto out;
	mlkem_decaps(s.from_mlkem, h->dk, enc);
	combine(s.shared, s.from_mlkem, s.from_x25519, share,
	    h->pub + MLKEM_EK_BYTES);
	schedule(s.key, s.nonce, s.shared, info);
	e = aead_unseal_once(
	    file_key, s.key, s.nonce, sealed, HYBRID_SEALED_BYTES);
out:
	wipe(&s, sizeof s);
	return e;
}
