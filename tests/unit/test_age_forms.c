#include <string.h>

#include "age/age.h"
#include "age/bech32.h"
#include "base/buf.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "t.h"

static struct age_identity *ids[2];
static struct age_recipient to[2];
static const struct age_with with = {
	.ids = (const struct age_identity *const *)ids,
	.n = 2,
};

static void
keys_are_spelled_as_others_spell_them(void)
{
	char id_text[AGE_IDENTITY_TEXT + 1], to_text[AGE_RECIPIENT_TEXT + 1];
	struct age_recipient r, s;
	struct age_identity *id;
	const char *at;
	struct buf b;
	size_t n;
	unsigned rows = 0;

	buf_init(&b, 65536);
	OK(file_read(&b, "doc/vectors/age-keys.txt") == ERR_OK);
	at = strchr(buf_str(&b), '\n') + 1;
	for (; *at != '\0'; rows++) {
		n = strcspn(at, "\n");
		OK(age_identity_read(&id, at, n) == ERR_OK);
		age_identity_write(id, id_text);
		OK(strlen(id_text) == n && memcmp(id_text, at, n) == 0);
		at += n + 1;
		n = strcspn(at, "\n");
		age_identity_recipient(id, &r);
		age_recipient_write(&r, to_text);
		OK(strlen(to_text) == n && memcmp(to_text, at, n) == 0);
		OK(age_recipient_read(&s, at, n) == ERR_OK);
		OK(age_recipient_is_same(&r, &s));
		OK(r.kind == (rows < 2 ? AGE_X25519 : AGE_HYBRID));
		OK(age_recipient_read(&s, at, n - 1) == ERR_FORMAT);
		OK(age_recipient_read(&s, at, n + 1) == ERR_FORMAT);
		at += n + 1;
		age_identity_close(id);
	}
	OK(rows == 4);
	buf_drop(&b);
}

/* Every other character in every place of an identity. */
static void
misspell(char *text, size_t n)
{
	struct age_identity *id = NULL;

	for (size_t i = 0; i < n; i++) {
		const char was = text[i];

		for (int c = 1; c < 128; c++) {
			text[i] = (char)c;
			OK(c == was ||
			    age_identity_read(&id, text, n) == ERR_FORMAT);
		}
		text[i] = was;
	}
	OK(id == NULL);
}

static void
a_key_with_a_wrong_character_is_refused(void)
{
	char text[AGE_IDENTITY_TEXT + 1], big[AGE_RECIPIENT_TEXT + 1];
	struct age_recipient r;

	for (unsigned kind = 0; kind < 2; kind++) {
		age_identity_write(ids[kind], text);
		misspell(text, strlen(text));
	}
	age_recipient_write(&to[AGE_HYBRID], big);
	for (size_t i = 0; i < AGE_RECIPIENT_TEXT; i++) {
		big[i] ^= 1;
		OK(age_recipient_read(&r, big, AGE_RECIPIENT_TEXT) ==
		    ERR_FORMAT);
		big[i] ^= 1;
	}
	OK(age_recipient_read(&r, big, AGE_RECIPIENT_TEXT) == ERR_OK);
	OK(age_recipient_read(&r, "", 0) == ERR_FORMAT);
}

static void
bech32_is_that_of_bip_173(void)
{
	/* The valid strings of BIP 173 that stand for whole bytes. */
	static const char split[] =
	    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w";
	char out[100];
	uint8_t got[30];

	OK(bech32_read(got, 0, "a", true, "A12UEL5L", 8) == ERR_OK);
	OK(bech32_read(got, 0, "a", false, "a12uel5l", 8) == ERR_OK);
	OK(bech32_read(got, 0, "a", false, "A12uel5l", 8) == ERR_FORMAT);
	OK(bech32_read(got, 30, "split", false, split, 60) == ERR_OK);
	bech32_write(out, "split", false, got, 30);
	OK(strcmp(out, split) == 0);
	OK(bech32_read(got, 29, "split", false, split, 60) == ERR_FORMAT);
	bech32_write(out, "a", true, got, 0);
	OK(strcmp(out, "A12UEL5L") == 0);
	OK(bech32_read(got, 0, "1", false, "11qqqqqq", 8) == ERR_FORMAT);
}

static void
what_is_not_age_is_named(void)
{
	static const struct {
		const char *text;
		enum err e;
	} rows[] = {
		{ "", ERR_SHORT },
		{ "age-encryption.org/v1\n", ERR_SHORT },
		{ "age-encryption.org/v1\n-> X25519", ERR_SHORT },
		{ "age-encryption.org/v2\n-> X\n\n--- x\n", ERR_VERSION },
		{ "age-encryption.org/\n-> X\n\n--- x\n", ERR_FORMAT },
		{ "age-encryption.org/v1\n--- x\n", ERR_FORMAT },
		{ "PK\3\4", ERR_FORMAT },
		{ "hello", ERR_FORMAT },
		{ "-----BEGIN PGP MESSAGE-----\n", ERR_FORMAT },
		{ "-----BEGIN AGE ENCRYPTED FILE-----\n", ERR_SHORT },
		{ "-----BEGIN AGE ENCRYPTED FILE-----\n"
		  "-----END AGE ENCRYPTED FILE-----\n",
		    ERR_SHORT },
		{ " \n\n", ERR_SHORT },
	};
	struct buf got;

	buf_init(&got, 100);
	for (size_t i = 0; i < COUNT(rows); i++)
		OK(age_open(&got, &with, rows[i].text, strlen(rows[i].text)) ==
		    rows[i].e);
	buf_drop(&got);
}

/* 16, 32 and 48 zero bytes in base64, and 64 columns. */
#define B16 "AAAAAAAAAAAAAAAAAAAAAA"
#define B32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define B48 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define BODY "\n" B32 "\n"
#define GOOD "-> x\n\n"

static const struct {
	const char *stanzas;
	enum err e;
} headers[] = {
	{ GOOD, ERR_NOKEY },
	{ "-> x y !~ z\n" B48 "\n" B48 "\n\n" GOOD, ERR_NOKEY },
	{ "-> x\n" B48 "\nAA\n", ERR_NOKEY },
	{ "-> x\n" B48 "\nAB\n", ERR_FORMAT },
	{ "-> x\n" B48 "\nA\n", ERR_FORMAT },
	{ "-> x\n" B48 "\n", ERR_FORMAT },
	{ "-> x\n" B48 "AAAA\n\n", ERR_FORMAT },
	{ "-> x\n" B32 "=\n", ERR_FORMAT },
	{ "-> x\nAA\nAA\n", ERR_FORMAT },
	{ "-> x\r\n\n", ERR_FORMAT },
	{ "-> x  y\n\n", ERR_FORMAT },
	{ "-> x \n\n", ERR_FORMAT },
	{ "-> \n\n", ERR_FORMAT },
	{ "->\n\n", ERR_FORMAT },
	{ "-> x\xc3\xa4\n\n", ERR_FORMAT },
	{ "->x\n\n", ERR_FORMAT },
	{ "x\n\n", ERR_FORMAT },
	{ "-> X25519 " B32 BODY, ERR_FORMAT }, /* of small order */
	{ "-> X25519 C" B32 BODY, ERR_FORMAT },
	{ "-> X25519" BODY, ERR_FORMAT },
	{ "-> X25519 " B32 " x" BODY, ERR_FORMAT },
	{ "-> X25519 " B32 "\nAAAA\n", ERR_FORMAT },
	{ "-> x25519 " B32 BODY, ERR_NOKEY },
	{ "-> mlkem768x25519 " B32 BODY, ERR_FORMAT },
	{ "-> mlkem768x25519" BODY, ERR_FORMAT },
	{ "-> scrypt " B16 " 1" BODY, ERR_NOKEY },
	{ "-> scrypt " B16 " 22" BODY, ERR_NOKEY },
	{ "-> scrypt " B16 " 23" BODY, ERR_TOOBIG },
	{ "-> scrypt " B16 " 99999999999999999999" BODY, ERR_TOOBIG },
	{ "-> scrypt " B16 " 0" BODY, ERR_FORMAT },
	{ "-> scrypt " B16 " 01" BODY, ERR_FORMAT },
	{ "-> scrypt " B16 " +1" BODY, ERR_FORMAT },
	{ "-> scrypt " B16 BODY, ERR_FORMAT },
	{ "-> scrypt " B16 " 1 1" BODY, ERR_FORMAT },
	{ "-> scrypt " B32 " 1" BODY, ERR_FORMAT },
	{ "-> scrypt " B16 " 1\nAAAA\n", ERR_FORMAT },
	{ "-> scrypt " B16 " 1" BODY GOOD, ERR_FORMAT },
	{ GOOD "-> scrypt " B16 " 1" BODY, ERR_FORMAT },
};

static void
headers_have_one_form(void)
{
	static const char *const macs[] = { "--- " B32 "\n", "---  " B32 "\n",
		"--- " B32 " \n", "---" B32 "\n", "--- " B32 "A\n",
		"--- " B16 "\n", "---\n", "--- " B32 "\r\n" };
	struct buf file, got;

	buf_init(&file, 4096);
	buf_init(&got, 100);
	for (size_t i = 0; i < COUNT(headers) + COUNT(macs); i++) {
		size_t mac = i < COUNT(headers) ? 0 : i - COUNT(headers);
		enum err e = i < COUNT(headers) ? headers[i].e
		    : mac == 0                  ? ERR_NOKEY
						: ERR_FORMAT;

		buf_clear(&file);
		OK(buf_put_str(&file, "age-encryption.org/v1\n") == ERR_OK);
		OK(buf_put_str(
		       &file, i < COUNT(headers) ? headers[i].stanzas : GOOD) ==
		    ERR_OK);
		OK(buf_put_str(&file, macs[mac]) == ERR_OK);
		OK(age_open(&got, &with, file.at, file.len) == e);
	}
	buf_drop(&file);
	buf_drop(&got);
}

static void
an_endless_header_is_refused(void)
{
	struct age_opener *o;
	struct buf got;
	enum err e;
	size_t n = 0;

	buf_init(&got, 100);
	OK(age_opener_open(&o, &with, age_sink_buf(&got)) == ERR_OK);
	e = age_opener_add(o, "age-encryption.org/v1\n-> ", 25);
	while (e == ERR_OK) {
		e = age_opener_add(o, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 32);
		n += 32;
	}
	OK(e == ERR_TOOBIG && n <= AGE_HEADER_MAX);
	age_opener_close(o);
	buf_drop(&got);
}

int
main(void)
{
	uint8_t seed[32] = { 42 };

	OK(crypt_init() == ERR_OK);
	for (unsigned k = 0; k < 2; k++) {
		OK(age_identity_from_seed(&ids[k], (enum age_kind)k, seed) ==
		    ERR_OK);
		age_identity_recipient(ids[k], &to[k]);
	}
	T(keys_are_spelled_as_others_spell_them)
	T(a_key_with_a_wrong_character_is_refused)
	T(bech32_is_that_of_bip_173)
	T(what_is_not_age_is_named)
	T(headers_have_one_form)
	T(an_endless_header_is_refused)
	age_identity_close(ids[0]);
	age_identity_close(ids[1]);
	return 0;
}
