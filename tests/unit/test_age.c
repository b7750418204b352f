#include <string.h>

#include "age/age.h"
#include "alloc.h"
#include "base/buf.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "t.h"

static struct age_identity *ids[2], *other;
static struct age_recipient to[2], elsewhere;

static struct age_with
with_id(unsigned kind)
{
	static const struct age_identity *one[1];

	one[0] = ids[kind];
	return (struct age_with){ .ids = one, .n = 1 };
}

static struct age_to
to_one(unsigned kind)
{
	return (struct age_to){ .recipients = &to[kind], .n = 1 };
}

static void
fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 7 + i / 251);
}

static const size_t sizes[] = { 0, 1, 15, 16, 17, 65535, 65536, 65537, 131071,
	131072, 131073, 300000 };
static uint8_t plain[300000];

static void
what_is_sealed_opens_whatever_its_size_and_pieces(void)
{
	struct buf sealed, got;
	struct age_opener *o;
	struct age_with with;
	struct age_to dest;

	buf_init(&sealed, 1 << 20);
	buf_init(&got, 1 << 20);
	for (size_t i = 0; i < COUNT(sizes) * 4; i++) {
		size_t n = sizes[i / 4], step = i % 3 == 0 ? 1 : i % 3 * 40000;
		unsigned kind = i & 1;

		dest = to_one(kind);
		dest.armor = (i & 2) != 0;
		with = with_id(kind);
		buf_clear(&sealed);
		buf_clear(&got);
		OK(age_seal(&sealed, &dest, plain, n) == ERR_OK);
		OK(age_opener_open(&o, &with, age_sink_buf(&got)) == ERR_OK);
		for (size_t at = 0, take; at < sealed.len; at += take) {
			take = step < sealed.len - at ? step : sealed.len - at;
			OK(age_opener_add(o, sealed.at + at, take) == ERR_OK);
		}
		OK(age_opener_end(o) == ERR_OK);
		OK(!age_opener_is_scrypt(o));
		age_opener_close(o);
		OK(got.len == n);
		OK(n == 0 || memcmp(got.at, plain, n) == 0);
	}
	buf_drop(&sealed);
	buf_drop(&got);
}

static void
sealing_in_pieces_is_sealing_at_once(void)
{
	struct age_to dest = to_one(AGE_X25519);
	struct age_with with = with_id(AGE_X25519);
	struct age_sealer *s;
	struct buf sealed, got;

	buf_init(&sealed, 1 << 20);
	buf_init(&got, 1 << 20);
	for (size_t step = 1; step < 200000; step = step * 3 + 1) {
		buf_clear(&sealed);
		buf_clear(&got);
		OK(age_sealer_open(&s, &dest, age_sink_buf(&sealed)) == ERR_OK);
		for (size_t at = 0, n; at < sizeof plain; at += n) {
			n = step < sizeof plain - at ? step : sizeof plain - at;
			OK(age_sealer_add(s, plain + at, n) == ERR_OK);
		}
		OK(age_sealer_end(s) == ERR_OK);
		age_sealer_close(s);
		OK(age_open(&got, &with, sealed.at, sealed.len) == ERR_OK);
		OK(got.len == sizeof plain);
		OK(memcmp(got.at, plain, sizeof plain) == 0);
	}
	buf_drop(&sealed);
	buf_drop(&got);
}

static void
many_recipients_open_and_others_do_not(void)
{
	struct age_recipient many[3];
	struct age_to dest = { .recipients = many, .n = 3 };
	const struct age_identity *keys[3] = { other, ids[AGE_X25519],
		ids[AGE_HYBRID] };
	struct age_with with = { .ids = keys, .n = 3 };
	struct buf sealed, got;

	buf_init(&sealed, 1 << 16);
	buf_init(&got, 1 << 16);
	for (unsigned kind = 0; kind < 2; kind++) {
		struct age_identity *id;

		for (unsigned i = 0; i < 3; i++) {
			OK(age_identity_random(&id, (enum age_kind)kind) ==
			    ERR_OK);
			age_identity_recipient(id, &many[i]);
			age_identity_close(id);
		}
		buf_clear(&sealed);
		OK(age_seal(&sealed, &dest, "x", 1) == ERR_OK);
		OK(age_open(&got, &with, sealed.at, sealed.len) == ERR_NOKEY);
		OK(got.len == 0);
		many[2] = to[kind];
		buf_clear(&sealed);
		OK(age_seal(&sealed, &dest, "x", 1) == ERR_OK);
		OK(age_open(&got, &with, sealed.at, sealed.len) == ERR_OK);
		OK(got.len == 1 && got.at[0] == 'x');
		buf_clear(&got);
	}
	buf_drop(&sealed);
	buf_drop(&got);
}

static void
kinds_are_never_mixed(void)
{
	static struct age_recipient crowd[AGE_RECIPIENTS_MAX + 1];
	struct age_to dest = { .recipients = to, .n = 2 };
	struct buf sealed;

	buf_init(&sealed, 1 << 16);
	OK(age_seal(&sealed, &dest, "x", 1) == ERR_FORMAT);
	dest.n = 0;
	OK(age_seal(&sealed, &dest, "x", 1) == ERR_FORMAT);
	dest = to_one(AGE_X25519);
	dest.words = "words";
	dest.words_len = 5;
	OK(age_seal(&sealed, &dest, "x", 1) == ERR_FORMAT);
	dest = (struct age_to){ .recipients = crowd, .n = COUNT(crowd) };
	OK(age_seal(&sealed, &dest, "x", 1) == ERR_TOOBIG);
	dest.n = 1; /* a key of zeros is a point of small order */
	OK(age_seal(&sealed, &dest, "x", 1) == ERR_FORMAT);
	OK(sealed.len == 0);
	buf_drop(&sealed);
}

static void
a_passphrase_opens_what_it_sealed(void)
{
	struct age_to dest = {
		.words = "correct horse", .words_len = 13, .work = 4
	};
	struct age_with with = { .words = "correct horse", .words_len = 13 },
			wrong = { .words = "correct house", .words_len = 13 },
			none = with_id(AGE_X25519);
	struct age_opener *o;
	struct buf sealed, got;

	buf_init(&sealed, 1 << 16);
	buf_init(&got, 1 << 16);
	OK(age_seal(&sealed, &dest, "x", 1) == ERR_OK);
	OK(age_open(&got, &wrong, sealed.at, sealed.len) == ERR_NOKEY);
	OK(age_opener_open(&o, &none, age_sink_buf(&got)) == ERR_OK);
	OK(age_opener_add(o, sealed.at, sealed.len) == ERR_NOKEY);
	OK(age_opener_is_scrypt(o));
	OK(age_opener_add(o, sealed.at, sealed.len) == ERR_NOKEY);
	OK(age_opener_end(o) == ERR_NOKEY);
	age_opener_close(o);
	OK(got.len == 0);
	OK(age_open(&got, &with, sealed.at, sealed.len) == ERR_OK);
	OK(got.len == 1);
	dest.work = 23;
	OK(age_seal(&sealed, &dest, "x", 1) == ERR_FORMAT);
	buf_drop(&sealed);
	buf_drop(&got);
}

/* Every cut, every flipped bit and every added byte is refused, and what came
 * out before is the beginning of the plaintext. */
static void
attack(const struct buf *sealed, const struct age_with *with, size_t n,
    size_t from)
{
	uint8_t *copy = malloc(sealed->len + 1);
	struct age_opener *o;
	struct buf got;

	OK(copy != NULL);
	buf_init(&got, 1 << 20);
	for (size_t i = from; i < sealed->len * 3 + 1; i++) {
		size_t at = i / 3, len = sealed->len;
		enum err e;

		memcpy(copy, sealed->at, sealed->len);
		copy[sealed->len] = 0;
		if (at == sealed->len)
			len++;
		else if (i % 3 == 0)
			len = at;
		else
			copy[at] ^= i % 3 == 1 ? 1 : 0x80;
		buf_clear(&got);
		OK(age_opener_open(&o, with, age_sink_buf(&got)) == ERR_OK);
		e = age_opener_add(o, copy, len);
		OK(age_opener_end(o) != ERR_OK);
		OK(e == ERR_OK || age_opener_end(o) == e);
		age_opener_close(o);
		OK(got.len <= n && got.len % AGE_CHUNK_BYTES == 0);
		OK(memcmp(got.at == NULL ? plain : got.at, plain, got.len) ==
		    0);
	}
	buf_drop(&got);
	wipe_free(copy, sealed->len + 1);
}

static void
a_file_cut_flipped_or_extended_anywhere_is_refused(void)
{
	struct age_with with;
	struct age_to dest;
	struct buf sealed;

	buf_init(&sealed, 1 << 20);
	for (unsigned kind = 0; kind < 2; kind++) {
		dest = to_one(kind);
		with = with_id(kind);
		buf_clear(&sealed);
		OK(age_seal(&sealed, &dest, plain, 20) == ERR_OK);
		attack(&sealed, &with, 20, 0);
		/* Around the end of the first chunk. */
		buf_clear(&sealed);
		OK(age_seal(&sealed, &dest, plain, 65537) == ERR_OK);
		attack(&sealed, &with, 65537, (sealed.len - 40) * 3);
		buf_clear(&sealed);
		OK(age_seal(&sealed, &dest, plain, 65536) == ERR_OK);
		attack(&sealed, &with, 65536, (sealed.len - 20) * 3);
	}
	buf_drop(&sealed);
}

static void
an_armored_file_cut_or_flipped_anywhere_is_refused(void)
{
	struct age_to dest = to_one(AGE_X25519);
	struct age_with with = with_id(AGE_X25519);
	struct buf sealed, got;

	dest.armor = true;
	buf_init(&sealed, 1 << 16);
	buf_init(&got, 1 << 16);
	OK(age_seal(&sealed, &dest, plain, 20) == ERR_OK);
	for (size_t i = 0; i < sealed.len; i++) {
		/* The last line feed alone may be missing or be a blank. */
		if (i + 1 < sealed.len)
			OK(age_open(&got, &with, sealed.at, i) != ERR_OK);
		for (unsigned bit = 0; bit < 8; bit++) {
			sealed.at[i] ^= (uint8_t)(1U << bit);
			OK(i + 1 == sealed.len ||
			    age_open(&got, &with, sealed.at, sealed.len) !=
				ERR_OK);
			sealed.at[i] ^= (uint8_t)(1U << bit);
		}
	}
	OK(age_open(&got, &with, sealed.at, sealed.len - 1) == ERR_OK);
	OK(buf_put_str(&sealed, "x") == ERR_OK);
	OK(age_open(&got, &with, sealed.at, sealed.len) == ERR_FORMAT);
	buf_drop(&sealed);
	buf_drop(&got);
}

/* Whoever does not listen adds on after an error: the header, then pieces of
 * `step`.  Nothing but the plaintext of the chunks before `bad` comes out. */
static void
open_deaf(const struct buf *sealed, size_t header, size_t step, size_t bad)
{
	struct age_with with = with_id(AGE_X25519);
	struct age_opener *o;
	struct buf got;
	size_t n;

	buf_init(&got, 1 << 20);
	OK(age_opener_open(&o, &with, age_sink_buf(&got)) == ERR_OK);
	OK(age_opener_add(o, sealed->at, header) == ERR_OK);
	for (size_t i = header; i < sealed->len; i += n) {
		n = sealed->len - i < step ? sealed->len - i : step;
		(void)!age_opener_add(o, sealed->at + i, n);
	}
	OK(age_opener_end(o) == ERR_FORGED);
	OK(got.len == bad * 65536);
	OK(memcmp(got.at == NULL ? plain : got.at, plain, got.len) == 0);
	age_opener_close(o);
	buf_drop(&got);
}

/* A file whose header is good and whose payload we may spoil at will. */
static void
plaintext_past_a_bad_chunk_is_never_released(void)
{
	static const size_t steps[] = { 1000, 65536, 65552, 65553 };
	struct age_to dest = to_one(AGE_X25519);
	struct age_with with = with_id(AGE_X25519);
	struct buf sealed, got;
	size_t header;

	buf_init(&sealed, 1 << 20);
	buf_init(&got, 1 << 20);
	OK(age_seal(&sealed, &dest, plain, sizeof plain) == ERR_OK);
	header = sealed.len - sizeof plain - 5 * 16;
	for (size_t bad = 0; bad < 5; bad++) {
		sealed.at[header + bad * 65552 + 9] ^= 4;
		for (size_t i = 0; i < COUNT(steps); i++)
			open_deaf(&sealed, header, steps[i], bad);
		sealed.at[header + bad * 65552 + 9] ^= 4;
	}
	/* Two chunks that changed places. */
	OK(buf_put(&got, sealed.at + header, 65552) == ERR_OK);
	memmove(sealed.at + header, sealed.at + header + 65552, 65552);
	memcpy(sealed.at + header + 65552, got.at, 65552);
	buf_clear(&got);
	OK(age_open(&got, &with, sealed.at, sealed.len) == ERR_FORGED);
	OK(got.len == 0);
	buf_drop(&sealed);
	buf_drop(&got);
}

static enum err
get(void *who, uint64_t at, uint8_t *p, size_t n)
{
	const struct buf *b = who;

	OK(at <= b->len && n <= b->len - at);
	memcpy(p, b->at + at, n);
	return ERR_OK;
}

static void
a_file_opens_at_any_place(void)
{
	struct age_with with = with_id(AGE_HYBRID);
	struct age_to dest = to_one(AGE_HYBRID);
	struct age_seeker *s;
	struct buf sealed;
	uint8_t *out = malloc(sizeof plain);

	OK(out != NULL);
	buf_init(&sealed, 1 << 20);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct age_source source = { get, &sealed, 0 };
		size_t n = sizes[i];

		buf_clear(&sealed);
		OK(age_seal(&sealed, &dest, plain, n) == ERR_OK);
		source.size = sealed.len;
		OK(age_seeker_open(&s, &with, source) == ERR_OK);
		OK(age_seeker_size(s) == n);
		for (size_t at = 0; at <= n; at += n / 5 + 1) {
			OK(age_seeker_read(s, at, out, n - at) == ERR_OK);
			OK(memcmp(out, plain + at, n - at) == 0);
			OK(age_seeker_read(s, at, out, n - at + 1) ==
			    ERR_SHORT);
		}
		OK(age_seeker_read(s, n + 1, out, 0) == ERR_SHORT);
		OK(age_seeker_read(s, UINT64_MAX, out, 1) == ERR_SHORT);
		age_seeker_close(s);
		s = NULL;
		/* Cut anywhere, it does not open. */
		for (size_t cut = 1; cut < 40 && cut <= sealed.len; cut++) {
			source.size = sealed.len - cut;
			OK(age_seeker_open(&s, &with, source) != ERR_OK);
		}
		source.size = 100;
		OK(age_seeker_open(&s, &with, source) == ERR_SHORT);
		OK(s == NULL);
		if (n < 131072)
			continue;
		source.size = sealed.len;
		OK(age_seeker_open(&s, &with, source) == ERR_OK);
		sealed.at[1627 + 16 + 5] ^= 1;
		OK(age_seeker_read(s, 65536, out, 1) == ERR_OK);
		OK(age_seeker_read(s, 65535, out, 1) == ERR_FORGED);
		OK(age_seeker_read(s, 65535, out, 1) == ERR_FORGED);
		age_seeker_close(s);
	}
	age_seeker_close(NULL);
	buf_drop(&sealed);
	wipe_free(out, sizeof plain);
}

static enum err
refuse(void *who, const void *p, size_t n)
{
	unsigned *left = who;

	(void)p;
	(void)n;
	return (*left)-- == 0 ? ERR_FULL : ERR_OK;
}

static void
what_the_sink_says_is_handed_on(void)
{
	struct age_to dest = to_one(AGE_X25519);
	struct age_with with = with_id(AGE_X25519);
	struct age_sealer *s = NULL;
	struct age_opener *o;
	struct buf sealed;
	unsigned left;
	enum err e;

	buf_init(&sealed, 1 << 20);
	OK(age_seal(&sealed, &dest, plain, 200000) == ERR_OK);
	for (unsigned n = 0; n < 6; n++) {
		left = n;
		e = age_sealer_open(
		    &s, &dest, (struct age_sink){ refuse, &left });
		if (e == ERR_OK)
			e = age_sealer_add(s, plain, 200000);
		if (e == ERR_OK)
			e = age_sealer_end(s);
		OK(e == ERR_FULL);
		age_sealer_close(s);
		s = NULL;
		if (n > 3)
			continue;
		left = n;
		OK(age_opener_open(&o, &with,
		       (struct age_sink){ refuse, &left }) == ERR_OK);
		(void)!age_opener_add(o, sealed.at, sealed.len);
		OK(age_opener_end(o) == ERR_FULL);
		age_opener_close(o);
	}
	buf_drop(&sealed);
}

static enum err
try_all(struct buf *sealed, struct buf *got, unsigned kind, bool armor)
{
	struct age_to dest = to_one(kind);
	struct age_with with = with_id(kind);
	struct age_source source = { get, sealed, 0 };
	struct age_seeker *s = NULL;
	enum err e;

	dest.armor = armor;
	if ((e = age_seal(sealed, &dest, plain, 70000)) != ERR_OK)
		return e;
	if ((e = age_open(got, &with, sealed->at, sealed->len)) != ERR_OK)
		return e;
	source.size = sealed->len;
	e = armor ? ERR_OK : age_seeker_open(&s, &with, source);
	age_seeker_close(s);
	return e;
}

static void
refused_memory_leaves_nothing_behind(void)
{
	unsigned held = alloc_held(), dirty = alloc_dirty();
	struct buf sealed, got;

	for (unsigned how = 0; how < 4; how++) {
		enum err e = ERR_NOMEM;
		unsigned n = 0;

		while (e != ERR_OK) {
			buf_init(&sealed, 1 << 20);
			buf_init(&got, 1 << 20);
			alloc_refuse(++n);
			e = try_all(&sealed, &got, how & 1, how > 1);
			alloc_refuse(0);
			OK(e == ERR_OK || e == ERR_NOMEM);
			OK(e == ERR_OK || got.len == 0 || got.len == 70000);
			buf_drop(&sealed);
			buf_drop(&got);
			OK(alloc_held() == held && alloc_dirty() == dirty);
		}
		OK(n > 5);
	}
}

int
main(void)
{
	uint8_t seed[32] = { 42 };

	OK(crypt_init() == ERR_OK);
	fill(plain, sizeof plain);
	for (unsigned k = 0; k < 2; k++) {
		OK(age_identity_from_seed(&ids[k], (enum age_kind)k, seed) ==
		    ERR_OK);
		age_identity_recipient(ids[k], &to[k]);
	}
	OK(age_identity_random(&other, AGE_HYBRID) == ERR_OK);
	age_identity_recipient(other, &elsewhere);
	OK(!age_recipient_is_same(&elsewhere, &to[AGE_HYBRID]));
	T(what_is_sealed_opens_whatever_its_size_and_pieces)
	T(sealing_in_pieces_is_sealing_at_once)
	T(many_recipients_open_and_others_do_not)
	T(kinds_are_never_mixed)
	T(a_passphrase_opens_what_it_sealed)
	T(a_file_cut_flipped_or_extended_anywhere_is_refused)
	T(an_armored_file_cut_or_flipped_anywhere_is_refused)
	T(plaintext_past_a_bad_chunk_is_never_released)
	T(a_file_opens_at_any_place)
	T(what_the_sink_says_is_handed_on)
	T(refused_memory_leaves_nothing_behind)
	age_identity_close(ids[0]);
	age_identity_close(ids[1]);
	age_identity_close(other);
	age_identity_close(NULL);
	return 0;
}
