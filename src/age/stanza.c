#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "age/identity.h"
#include "age/stanza.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "base/work.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "crypt/slow.h"
#include "crypt/x25519.h"

#define X25519_WORD "X25519"
#define X25519_INFO "age-encryption.org/v1/X25519"
#define HYBRID_WORD "mlkem768x25519"
#define HYBRID_INFO "age-encryption.org/mlkem768x25519"
#define SCRYPT_WORD "scrypt"
#define SCRYPT_SALT "age-encryption.org/v1/scrypt"
#define SALT_BYTES 16U
#define ARGS_MAX 1536U

/* Every wrapping key is used once, so its nonce is zero. */
static const uint8_t nonce[AEAD_NONCE_BYTES];

/* The key between an ephemeral share and a recipient. */
static void
x25519_key(uint8_t key[static AEAD_KEY_BYTES], const uint8_t *shared,
    const uint8_t *share, const uint8_t *pub)
{
	uint8_t salt[2 * X25519_BYTES];
	struct hkdf h;

	memcpy(salt, share, X25519_BYTES);
	memcpy(salt + X25519_BYTES, pub, X25519_BYTES);
	hkdf_init(&h, salt, sizeof salt, shared, X25519_BYTES);
	hkdf_expand(&h, X25519_INFO, strlen(X25519_INFO), key, AEAD_KEY_BYTES);
	hkdf_drop(&h);
}

static enum err
put_x25519(struct buf *out, const uint8_t *pub, const uint8_t *file_key)
{
	uint8_t secret[X25519_BYTES], share[X25519_BYTES], shared[X25519_BYTES],
	    key[AEAD_KEY_BYTES], body[STANZA_BODY_BYTES];
	char args[ARGS_MAX] = X25519_WORD " ";
	enum err e = ERR_FORMAT;

	crypt_random(secret, sizeof secret);
	x25519_public(share, secret);
	if (x25519_shared(shared, secret, pub) != ERR_OK)
		goto out;
	x25519_key(key, shared, share, pub);
	aead_seal_once(body, key, nonce, file_key, AGE_FILE_KEY_BYTES);
	enc_base64_raw(args + strlen(args), share, sizeof share);
	e = header_put_stanza(out, args, body, sizeof body);
out:
	wipe(secret, sizeof secret);
	wipe(shared, sizeof shared);
	wipe(key, sizeof key);
	return e;
}

static enum err
put_hybrid(struct buf *out, const uint8_t *pub, const uint8_t *file_key)
{
	uint8_t enc[HYBRID_ENC_BYTES], body[STANZA_BODY_BYTES];
	char args[ARGS_MAX] = HYBRID_WORD " ";
	enum err e;

	if ((e = hybrid_seal(enc, body, pub, HYBRID_INFO, file_key)) != ERR_OK)
		return e;
	enc_base64_raw(args + strlen(args), enc, sizeof enc);
	return header_put_stanza(out, args, body, sizeof body);
}

enum err
stanza_put(struct buf *out, const struct age_recipient *to,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES])
{
	return to->kind == AGE_HYBRID ? put_hybrid(out, to->key, file_key)
				      : put_x25519(out, to->key, file_key);
}

static enum err
scrypt_key(uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t salt[static SALT_BYTES], const char *words, size_t n,
    unsigned work)
{
	uint8_t labeled[sizeof SCRYPT_SALT - 1 + SALT_BYTES];

	memcpy(labeled, SCRYPT_SALT, sizeof SCRYPT_SALT - 1);
	memcpy(labeled + sizeof SCRYPT_SALT - 1, salt, SALT_BYTES);
	return slow_scrypt(key, words, n, labeled, sizeof labeled, work);
}

enum err
stanza_put_words(struct buf *out, const struct age_to *to,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES])
{
	unsigned work = work_words(to->work == 0 ? AGE_WORK_DEFAULT : to->work);
	uint8_t salt[SALT_BYTES], key[AEAD_KEY_BYTES], body[STANZA_BODY_BYTES];
	char text[ENC_BASE64_RAW_LEN(SALT_BYTES) + 1], args[ARGS_MAX];
	enum err e;

	crypt_random(salt, sizeof salt);
	if ((e = scrypt_key(key, salt, to->words, to->words_len, work)) !=
	    ERR_OK)
		return e;
	aead_seal_once(body, key, nonce, file_key, AGE_FILE_KEY_BYTES);
	wipe(key, sizeof key);
	enc_base64_raw(text, salt, sizeof salt);
	(void)snprintf(args, sizeof args, SCRYPT_WORD " %s %u", text, work);
	return header_put_stanza(out, args, body, sizeof body);
}

static enum err
arg_bytes(uint8_t *out, size_t n, const struct header_stanza *s)
{
	return enc_base64_raw_read(out, n, s->arg[1].at, s->arg[1].len);
}

/* The exact forms. */
static enum err
check_x25519(const struct header_stanza *s)
{
	uint8_t share[X25519_BYTES];

	return s->args == 2 && s->body_len == STANZA_BODY_BYTES
	    ? arg_bytes(share, sizeof share, s)
	    : ERR_FORMAT;
}

static enum err
check_hybrid(const struct header_stanza *s)
{
	uint8_t enc[HYBRID_ENC_BYTES];

	return s->args == 2 && s->body_len == STANZA_BODY_BYTES
	    ? arg_bytes(enc, sizeof enc, s)
	    : ERR_FORMAT;
}

static enum err
scrypt_work(unsigned *work, const struct header_stanza *s)
{
	uint64_t v;
	enum err e;

	if ((e = enc_decimal_read(
		 &v, AGE_WORK_MAX, s->arg[2].at, s->arg[2].len)) != ERR_OK)
		return e;
	*work = (unsigned)v;
	return v == 0 ? ERR_FORMAT : ERR_OK;
}

static enum err
check_scrypt(const struct header_stanza *s)
{
	uint8_t salt[SALT_BYTES];
	unsigned work;
	enum err e;

	if (s->args != 3 || s->body_len != STANZA_BODY_BYTES)
		return ERR_FORMAT;
	if ((e = arg_bytes(salt, sizeof salt, s)) != ERR_OK)
		return e;
	return scrypt_work(&work, s);
}

static enum err
open_x25519(uint8_t *file_key, const struct age_identity *id,
    const struct header_stanza *s, const uint8_t *body)
{
	uint8_t share[X25519_BYTES], shared[X25519_BYTES], key[AEAD_KEY_BYTES];
	enum err e;

	if ((e = arg_bytes(share, sizeof share, s)) != ERR_OK)
		return e;
	if (x25519_shared(shared, id->seed, share) != ERR_OK)
		return ERR_FORMAT;
	x25519_key(key, shared, share, id->recipient.key);
	e = aead_unseal_once(file_key, key, nonce, body, STANZA_BODY_BYTES);
	wipe(shared, sizeof shared);
	wipe(key, sizeof key);
	return e;
}

static enum err
open_hybrid(uint8_t *file_key, const struct age_identity *id,
    const struct header_stanza *s, const uint8_t *body)
{
	uint8_t enc[HYBRID_ENC_BYTES];
	enum err e;

	if ((e = arg_bytes(enc, sizeof enc, s)) != ERR_OK)
		return e;
	return hybrid_unseal(file_key, id->hybrid, HYBRID_INFO, enc, body);
}

static const struct form {
	const char *word;
	enum err (*check)(const struct header_stanza *s);
	enum err (*open)(uint8_t *file_key, const struct age_identity *id,
	    const struct header_stanza *s, const uint8_t *body);
} forms[] = {
	[AGE_X25519] = { X25519_WORD, check_x25519, open_x25519 },
	[AGE_HYBRID] = { HYBRID_WORD, check_hybrid, open_hybrid },
	{ SCRYPT_WORD, check_scrypt, NULL },
};
#define SCRYPT_FORM 2U

static size_t
form_of(const struct header_stanza *s)
{
	size_t i = 0;

	while (i < COUNT(forms) && !header_is_arg(s, 0, forms[i].word))
		i++;
	return i;
}

static enum err
check_all(const struct header *h, bool *is_scrypt)
{
	struct header_stanza s;
	size_t at = 0, count = 0, form;
	bool words = false;
	enum err e;

	while (header_stanza(h, &at, &s)) {
		count++;
		if ((form = form_of(&s)) == COUNT(forms))
			continue;
		if ((e = forms[form].check(&s)) != ERR_OK)
			return e;
		words = words || form == SCRYPT_FORM;
	}
	if (words && count > 1)
		return ERR_FORMAT;
	*is_scrypt = words;
	return ERR_OK;
}

static enum err
open_words(uint8_t *file_key, const struct header_stanza *s,
    const struct age_with *with, const uint8_t *body)
{
	uint8_t salt[SALT_BYTES], key[AEAD_KEY_BYTES];
	unsigned work = 0;
	enum err e;

	if (with->words == NULL)
		return ERR_FORGED;
	if ((e = arg_bytes(salt, sizeof salt, s)) != ERR_OK ||
	    (e = scrypt_work(&work, s)) != ERR_OK)
		return e;
	if ((e = scrypt_key(key, salt, with->words, with->words_len, work)) !=
	    ERR_OK)
		return e;
	e = aead_unseal_once(file_key, key, nonce, body, STANZA_BODY_BYTES);
	wipe(key, sizeof key);
	return e;
}

/* ERR_FORGED: not for us, as far as we can see. */
static enum err
open_one(uint8_t *file_key, const struct header_stanza *s,
    const struct age_with *with)
{
	size_t form = form_of(s);
	uint8_t body[STANZA_BODY_BYTES];
	enum err e;

	if (form == COUNT(forms))
		return ERR_FORGED;
	if ((e = header_body(body, sizeof body, s)) != ERR_OK)
		return e;
	if (form == SCRYPT_FORM)
		return open_words(file_key, s, with, body);
	e = ERR_FORGED;
	for (size_t i = 0; i < with->n && e == ERR_FORGED; i++)
		if (with->ids[i]->kind == (enum age_kind)form)
			e = forms[form].open(file_key, with->ids[i], s, body);
	return e;
}

enum err
stanza_file_key(uint8_t file_key[static AGE_FILE_KEY_BYTES], const uint8_t *p,
    size_t n, const struct age_with *with, bool *is_scrypt)
{
	uint8_t got[AGE_FILE_KEY_BYTES];
	struct header_stanza s;
	struct header h;
	size_t at = 0;
	enum err e;

	if ((e = header_read(&h, p, n)) != ERR_OK ||
	    (e = check_all(&h, is_scrypt)) != ERR_OK)
		return e;
	e = ERR_FORGED;
	while (e == ERR_FORGED && header_stanza(&h, &at, &s))
		e = open_one(got, &s, with);
	if (e == ERR_FORGED)
		e = ERR_NOKEY;
	else if (e == ERR_OK)
		e = header_check_mac(&h, got);
	if (e == ERR_OK)
		memcpy(file_key, got, sizeof got);
	wipe(got, sizeof got);
	return e;
}
