#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "crypt/sign.h"
#include "crypt/slow.h"
#include "crypt/x25519.h"
#include "t.h"

static uint8_t room[8][256];

/* The bytes a row of hex stands for. */
static const uint8_t *
un(unsigned at, const char *hex)
{
	size_t len = strlen(hex);

	OK(len % 2 == 0 && len / 2 <= sizeof room[0]);
	OK(enc_hex_read(room[at], len / 2, hex, len) == ERR_OK);
	return room[at];
}

static bool
is(const uint8_t *p, const char *hex)
{
	return memcmp(p, un(7, hex), strlen(hex) / 2) == 0;
}

static void
sha256_is_that_of_the_standard(void)
{
	/* FIPS 180-4's examples, and the empty message. */
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "",
		    "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
		{ "abc",
		    "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
	};
	struct sha256 *h;
	uint8_t got[32];

	OK((h = sha256_open()) != NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = strlen(rows[i].in);

		sha256(got, rows[i].in, n);
		OK(is(got, rows[i].out));
		sha256_two(
		    got, rows[i].in, n / 2, rows[i].in + n / 2, n - n / 2);
		OK(is(got, rows[i].out));
		for (size_t k = 0; k < n; k++)
			sha256_add(h, rows[i].in + k, 1);
		sha256_end(h, got);
		OK(is(got, rows[i].out));
		sha256_again(h);
	}
	sha256_close(h);
	sha256_close(NULL);
}

static void
hmac_is_that_of_rfc_4231(void)
{
	uint8_t got[32], key[131];

	hmac(got, un(0, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), 20,
	    "Hi There", 8);
	OK(is(got,
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7"));
	hmac(got, "Jefe", 4, "what do ya want for nothing?", 28);
	OK(is(got,
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843"));
	memset(key, 0xaa, sizeof key);
	hmac(got, key, sizeof key,
	    "Test Using Larger Than Block-Size Key - Hash Key First", 54);
	OK(is(got,
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54"));
}

static void
hkdf_is_that_of_rfc_5869(void)
{
	struct hkdf h, copy;
	uint8_t got[82];

	hkdf_init(&h, un(0, "000102030405060708090a0b0c"), 13,
	    un(1, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), 22);
	copy = h;
	hkdf_expand(&copy, un(2, "f0f1f2f3f4f5f6f7f8f9"), 10, got, 42);
	OK(is(got,
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56"
	    "ecc4c5bf34007208d5b887185865"));
	hkdf_drop(&h);
	OK(memcmp(&h, &(struct hkdf){ 0 }, sizeof h) == 0);
	/* Test case 3: neither salt nor info. */
	hkdf_init(&h, NULL, 0,
	    un(1, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), 22);
	hkdf_expand(&h, NULL, 0, got, 42);
	OK(is(got,
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f"
	    "3c738d2d9d201395faa4b61a96c8"));
	hkdf32(
	    got, un(1, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), 22, "");
	OK(is(got,
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f"
	    "3c738d2d"));
	hkdf_drop(&h);
	hkdf_drop(&copy);
}

static void
hkdf_fills_three_blocks_and_the_most_there_is(void)
{
	static uint8_t most[255 * 32], less[255 * 32];
	struct hkdf h;
	uint8_t ikm[80], salt[80], info[80], got[82];

	for (unsigned i = 0; i < 80; i++) {
		ikm[i] = (uint8_t)i;
		salt[i] = (uint8_t)(0x60 + i);
		info[i] = (uint8_t)(0xb0 + i);
	}
	/* RFC 5869, test case 2. */
	hkdf_init(&h, salt, 80, ikm, 80);
	hkdf_expand(&h, info, 80, got, 82);
	OK(is(got,
	    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c"
	    "19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8"
	    "367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"));
	hkdf_expand(&h, "x", 1, most, sizeof most);
	hkdf_expand(&h, "x", 1, less, sizeof less - 1);
	OK(memcmp(most, less, sizeof less - 1) == 0);
	hkdf_drop(&h);
}

/* All the tags of a phrase are made in one request; the bound is for a slow
 * machine under load, the figure of a quiet one is 2 ms. */
static void
a_phrase_of_labels_is_quickly_expanded(void)
{
	struct hkdf h;
	uint64_t began, took = UINT64_MAX;
	uint8_t out[32], info[17] = "sotto/1 from";

	hkdf_init(&h, NULL, 0, "root", 4);
	for (int round = 0; round < 5; round++) {
		began = clock_ms();
		for (uint32_t i = 0; i < 4416; i++) {
			enc_put_u32(info + 13, i);
			hkdf_expand(&h, info, sizeof info, out, 32);
		}
		if (clock_ms() - began < took)
			took = clock_ms() - began;
	}
	OK(took < 60);
	hkdf_drop(&h);
}

#define RFC8439_KEY \
	"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"

static const char sunscreen[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one "
    "tip for the future, sunscreen would be it.";

static void
xchacha20_poly1305_is_that_of_its_draft(void)
{
	/* draft-irtf-cfrg-xchacha-03, appendix A.3.1. */
	uint8_t out[130], back[130];
	const uint8_t *key, *nonce, *ad;

	key = un(0, RFC8439_KEY);
	nonce = un(1, "404142434445464748494a4b4c4d4e4f5051525354555657");
	ad = un(2, "50515253c0c1c2c3c4c5c6c7");
	xaead_seal(out, key, nonce, ad, 12, (const uint8_t *)sunscreen, 114);
	OK(is(out, "bd6d179d3e83d43b9576579493c0e939"));
	OK(is(out + 114, "c0875924c1c7987947deafd8780acf49"));
	OK(xaead_unseal(back, key, nonce, ad, 12, out, 130) == ERR_OK);
	OK(memcmp(back, sunscreen, 114) == 0);
	OK(xaead_unseal(back, key, nonce, ad, 11, out, 130) == ERR_FORGED);
	OK(xaead_unseal(back, key, nonce, ad, 12, out, 15) == ERR_FORGED);
	out[3] ^= 1;
	OK(xaead_unseal(back, key, nonce, ad, 12, out, 130) == ERR_FORGED);
}

static void
chacha20_poly1305_is_that_of_others(void)
{
	/* Made with Python's cryptography 48: RFC 8439's key and text, nonce
	 * 070000004041424344454647, no associated data. */
	static const char box[] = "d31a8d34648e60db7b86afbc53ef7ec2";
	static const char tag[] = "6a23a4681fd59456aea1d29f82477216";
	uint8_t out[130], nonce[12], piece[16];
	struct aead *a;

	memcpy(nonce, un(1, "070000004041424344454647"), 12);
	OK((a = aead_open(un(0, RFC8439_KEY))) != NULL);
	OK(aead_seal(a, out, nonce, (const uint8_t *)sunscreen, 114) == ERR_OK);
	OK(is(out, box) && is(out + 114, tag));
	/* The same in uneven pieces, after another message and another key. */
	OK(aead_rekey(a,
	       un(0,
		   "000102030405060708090a0b0c0d0e0f"
		   "101112131415161718191a1b1c1d1e1f")) == ERR_OK);
	OK(aead_seal(a, piece, nonce, NULL, 0) == ERR_OK);
	OK(aead_rekey(a, un(0, RFC8439_KEY)) == ERR_OK);
	OK(aead_begin(a, nonce) == ERR_OK);
	for (size_t i = 0, n; i < 114; i += n) {
		n = i % 7 + 1 < 114 - i ? i % 7 + 1 : 114 - i;
		OK(aead_add(a, out + i, (const uint8_t *)sunscreen + i, n) ==
		    ERR_OK);
	}
	OK(aead_end(a, out + 114) == ERR_OK);
	OK(is(out, box) && is(out + 114, tag));
	aead_close(a);
	aead_close(NULL);
}

static void
a_changed_bit_anywhere_opens_nothing(void)
{
	uint8_t box[33 + 16], got[33], nonce[12] = { 9 }, key[32] = { 7 };
	static const uint8_t zero[33];
	struct aead *a;

	OK((a = aead_open(key)) != NULL);
	for (size_t n = 0; n <= 33; n++) {
		memset(box, 'x', sizeof box);
		OK(aead_seal(a, box, nonce, box, n) == ERR_OK);
		for (size_t bit = 0; bit < (n + 16) * 8; bit++) {
			box[bit / 8] ^= (uint8_t)(1U << bit % 8);
			memset(got, 'y', sizeof got);
			OK(aead_unseal(a, got, nonce, box, n + 16) ==
			    ERR_FORGED);
			OK(memcmp(got, zero, n) == 0);
			box[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		OK(aead_unseal(a, box, nonce, box, n + 16) == ERR_OK);
		for (size_t i = 0; i < n; i++)
			OK(box[i] == 'x');
	}
	aead_close(a);
}

/* libcrypto for bulk and libsodium for little things: the same, whatever the
 * length and the pieces. */
static void
both_libraries_agree_at_every_length(void)
{
	static uint8_t in[70001], fast[70017], plain[70017];
	uint8_t key[32] = { 5 }, nonce[12] = { 6 }, tag[16], a_hash[32],
		b_hash[32];
	struct sha256 *h = sha256_open();
	struct aead *a = aead_open(key);

	OK(a != NULL && h != NULL);
	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (uint8_t)(i * 13 + i / 255);
	for (size_t n = 0; n <= sizeof in; n += n < 1100 ? 1 : 6890) {
		OK(aead_seal(a, fast, nonce, in, n) == ERR_OK);
		aead_seal_once(plain, key, nonce, in, n);
		OK(memcmp(fast, plain, n + 16) == 0);
		OK(aead_unseal_once(fast, key, nonce, fast, n + 16) == ERR_OK);
		OK(memcmp(fast, in, n) == 0);
		OK(aead_unseal(a, plain, nonce, plain, n + 16) == ERR_OK);
		OK(memcmp(plain, in, n) == 0);
		OK(aead_begin(a, nonce) == ERR_OK);
		OK(aead_add(a, fast, in, n / 3) == ERR_OK);
		OK(aead_add(a, fast + n / 3, in + n / 3, n - n / 3) == ERR_OK);
		OK(aead_end(a, tag) == ERR_OK);
		aead_seal_once(plain, key, nonce, in, n);
		OK(memcmp(fast, plain, n) == 0);
		OK(memcmp(tag, plain + n, 16) == 0);
		sha256(a_hash, in, n);
		sha256_again(h);
		sha256_add(h, in, n / 2);
		sha256_add(h, in + n / 2, n - n / 2);
		sha256_end(h, b_hash);
		OK(memcmp(a_hash, b_hash, 32) == 0);
		nonce[0]++;
	}
	OK(aead_unseal_once(fast, key, nonce, fast, 15) == ERR_FORGED);
	OK(aead_unseal_once(fast, key, nonce, in, 16) == ERR_FORGED);
	aead_close(a);
	sha256_close(h);
}

/* Of every length up to three blocks; HMAC also with a longer key. */
static void
hash_many(uint8_t out[static 32])
{
	uint8_t in[200], one[32], all[64] = { 0 };

	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (uint8_t)(i * 7);
	for (size_t n = 0; n < sizeof in; n++) {
		sha256_two(one, in, n, all, 32);
		hmac(all + 32, in, n, one, 32);
		sha256(all, all, sizeof all);
	}
	memcpy(out, all, 32);
}

static uint8_t early[32]; /* before crypt_init() */

static void
hashes_are_the_same_before_the_library_is_ready(void)
{
	uint8_t late[32];

	hash_many(late);
	OK(memcmp(early, late, sizeof late) == 0);
}

static void
ed25519_is_that_of_rfc_8032(void)
{
	/* Section 7.1, tests 1 to 3. */
	static const struct {
		const char *seed, *pub, *msg, *sig;
	} rows[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae"
		  "7f60",
		    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f7"
		    "07511a",
		    "",
		    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522"
		    "4901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246551"
		    "41438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8"
		  "a6fb",
		    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12a"
		    "f4660c",
		    "72",
		    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223eb"
		    "db69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d"
		    "291612bb0c00" },
		{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b44"
		  "58f7",
		    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548"
		    "908025",
		    "af82",
		    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db"
		    "5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027"
		    "beceea1ec40a" },
	};
	uint8_t pub[32], sig[64];

	for (size_t i = 0; i < COUNT(rows); i++) {
		const uint8_t *seed = un(0, rows[i].seed);
		const uint8_t *msg = un(1, rows[i].msg);
		size_t n = strlen(rows[i].msg) / 2;

		sign_public(pub, seed);
		OK(is(pub, rows[i].pub));
		sign_make(sig, seed, msg, n);
		OK(is(sig, rows[i].sig));
		OK(sign_check(sig, pub, msg, n) == ERR_OK);
		for (size_t bit = 0; bit < 512; bit++) {
			sig[bit / 8] ^= (uint8_t)(1U << bit % 8);
			OK(sign_check(sig, pub, msg, n) == ERR_FORGED);
			sig[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
	}
}

static void
a_signature_has_one_spelling_and_a_key_is_not_of_small_order(void)
{
	/* The first signature above with the order of the group added to S. */
	static const char order[] =
	    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
	uint8_t pub[32], sig[64], small[32] = { 1 }, null[64] = { 1 };
	unsigned carry = 0;

	sign_public(pub,
	    un(0,
		"9d61b19deffd5a60ba844af492ec2cc4"
		"4449c5697b326919703bac031cae7f60"));
	sign_make(sig, room[0], NULL, 0);
	(void)un(1, order);
	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned)sig[32 + i] + room[1][i];
		sig[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	OK(sign_check(sig, pub, NULL, 0) == ERR_FORGED);
	/* Under the neutral element, R = 1 and S = 0 would sign anything. */
	OK(sign_check(null, small, "anything", 8) == ERR_FORGED);
}

static void
x25519_is_that_of_rfc_7748(void)
{
	/* Section 6.1, from Bob's side. */
	uint8_t pub[32], got[32];

	x25519_public(pub,
	    un(0,
		"5dab087e624a8a4b79e17f8b83800ee6"
		"6f3bb1292618b6fd1c2f8b27ff88e0eb"));
	OK(is(pub,
	    "de9edb7d7b7dc1b4d35b61c2ece43537"
	    "3f8343c85b78674dadfc7e146f882b4f"));
	OK(x25519_shared(got, room[0],
	       un(1,
		   "8520f0098930a754748b7ddcb43ef75a"
		   "0dbf3a0d26381af4eba4a98eaa9b4e6a")) == ERR_OK);
	OK(is(got,
	    "4a5d9d5ba4ce2de1728e3bf480350f25"
	    "e07e21c947d19e3376f09b3c1e161742"));
}

/* RFC 7748: the highest bit is passed over, and 2^255 - 19 + 9 is 9. */
static void
x25519_takes_every_spelling_of_a_point(void)
{
	uint8_t secret[32] = { 3, 1, 4, 1, 5 }, pub[32], got[32],
		nine[32] = { 9 };

	x25519_public(pub, secret);
	OK(x25519_shared(got, secret, nine) == ERR_OK);
	OK(memcmp(got, pub, 32) == 0);
	nine[31] = 0x80;
	OK(x25519_shared(got, secret, nine) == ERR_OK);
	OK(memcmp(got, pub, 32) == 0);
	memset(nine, 0xff, sizeof nine);
	nine[0] = 0xf6;
	nine[31] = 0x7f;
	OK(x25519_shared(got, secret, nine) == ERR_OK);
	OK(memcmp(got, pub, 32) == 0);
}

static void
a_point_of_small_order_is_refused(void)
{
	/* RFC 7748 section 6.1 and its security considerations. */
	static const char *const rows[] = {
		"00000000000000000000000000000000"
		"00000000000000000000000000000000",
		"01000000000000000000000000000000"
		"00000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46a"
		"da098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b"
		"04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
	};
	uint8_t got[32], secret[32] = { 8, 1, 2, 3 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		memset(got, 'k', sizeof got);
		OK(x25519_shared(got, secret, un(0, rows[i])) == ERR_FORGED);
		OK(got[0] == 'k' && got[31] == 'k');
	}
}

static void
keys_from_words_are_those_of_others(void)
{
	uint8_t got[32], salt[16];

	/* RFC 7914 section 12, the third vector cut to 32 bytes, has p = 1. */
	OK(slow_scrypt(got, "pleaseletmein", 13, "SodiumChloride", 14, 14) ==
	    ERR_OK);
	OK(is(got,
	    "7023bdcb3afd7348461c06cd81fd38eb"
	    "fda8fbba904f8e3ea9b543f6545da1f2"));
	OK(slow_scrypt(got, "x", 1, "y", 1, 0) == ERR_TOOBIG);
	OK(slow_scrypt(got, "x", 1, "y", 1, 31) == ERR_TOOBIG);
	/* Made with Python's cryptography 48. */
	memset(salt, 's', sizeof salt);
	OK(slow_argon2id(got, "words", 5, salt) == ERR_OK);
	OK(is(got,
	    "fc800d289dce13251f2c210f1f4bba61"
	    "361ff741ed018eca54079d99bac9b8e2"));
}

static void
random_numbers_stay_below_their_bound(void)
{
	bool seen[6] = { 0 };
	uint8_t a[32], b[32];

	for (int i = 0; i < 1000; i++) {
		uint32_t v = crypt_random_below(6);

		OK(v < 6);
		seen[v] = true;
	}
	for (size_t i = 0; i < 6; i++)
		OK(seen[i]);
	OK(crypt_random_below(1) == 0);
	crypt_random(a, sizeof a);
	crypt_random(b, sizeof b);
	OK(!crypt_same(a, b, sizeof a) && crypt_same(a, a, sizeof a));
	OK(crypt_same(a, b, 0));
	b[31] = (uint8_t)(a[31] ^ 0x80);
	memcpy(b, a, 31);
	OK(!crypt_same(a, b, 32) && crypt_same(a, b, 31));
	crypt_random(NULL, 0);
}

int
main(void)
{
	hash_many(early);
	OK(crypt_init() == ERR_OK);
	OK(crypt_init() == ERR_OK);
	T(sha256_is_that_of_the_standard)
	T(hmac_is_that_of_rfc_4231)
	T(hkdf_is_that_of_rfc_5869)
	T(hkdf_fills_three_blocks_and_the_most_there_is)
	T(a_phrase_of_labels_is_quickly_expanded)
	T(xchacha20_poly1305_is_that_of_its_draft)
	T(chacha20_poly1305_is_that_of_others)
	T(a_changed_bit_anywhere_opens_nothing)
	T(both_libraries_agree_at_every_length)
	T(hashes_are_the_same_before_the_library_is_ready)
	T(ed25519_is_that_of_rfc_8032)
	T(a_signature_has_one_spelling_and_a_key_is_not_of_small_order)
	T(x25519_is_that_of_rfc_7748)
	T(x25519_takes_every_spelling_of_a_point)
	T(a_point_of_small_order_is_refused)
	T(keys_from_words_are_those_of_others)
	T(random_numbers_stay_below_their_bound)
	return 0;
}
