#include <seccomp.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "age/envelope.h"
#include "age/stream.h"
#include "alloc.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "t.h"

static struct age_identity *id, *old;
static struct age_recipient to;
static uint8_t sealed[ENVELOPE_PART_BYTES], again[ENVELOPE_PART_BYTES],
    plain[ENVELOPE_PART_PLAIN], got[ENVELOPE_PART_PLAIN];

static const size_t sizes[] = { ENVELOPE_LETTER_BYTES, ENVELOPE_PART_BYTES };

static void
the_sizes_are_those_of_the_protocol(void)
{
	OK(envelope_plain(ENVELOPE_LETTER_BYTES) == 16384 - 1627 - 16 - 16);
	OK(envelope_plain(ENVELOPE_PART_BYTES) ==
	    1048576 - 1627 - 16 - 16 * 16);
}

/* What was sealed must come back, then NULs to the end. */
static void
opens_as(const uint8_t *in, size_t size, size_t n)
{
	const struct age_identity *ids[] = { id };
	struct age_with with = { .ids = ids, .n = 1 };
	uint8_t key[AGE_FILE_KEY_BYTES];
	struct buf b;

	OK(envelope_check(in, size) == ERR_OK);
	OK(envelope_open(got, id, in, size) == ERR_OK);
	OK(memcmp(got, plain, n) == 0);
	for (size_t i = n; i < envelope_plain(size); i++)
		OK(got[i] == 0);
	OK(envelope_file_key(key, id, in) == ERR_OK);
	memset(got, 1, sizeof got);
	OK(envelope_open_keyed(got, key, in, size) == ERR_OK);
	OK(memcmp(got, plain, n) == 0);
	/* It is an age file as any other. */
	buf_init(&b, ENVELOPE_PART_BYTES);
	OK(age_open(&b, &with, in, size) == ERR_OK);
	OK(b.len == envelope_plain(size));
	OK(memcmp(b.at, got, b.len) == 0);
	buf_drop(&b);
}

/* The next line of `*at`, passing over comments. */
static const char *
line(const char **at, size_t *n)
{
	const char *begin;

	while (**at == '#')
		*at = strchr(*at, '\n') + 1;
	begin = *at;
	*n = strcspn(begin, "\n");
	*at += *n + 1;
	return begin;
}

static void
line_bytes(const char **at, uint8_t *out, size_t n)
{
	size_t len;
	const char *s = line(at, &len);

	OK(enc_hex_read(out, n, s, len) == ERR_OK);
}

/* Written again from its parts, it is the one that others made. */
static void
rebuild(const uint8_t *key, size_t size, uint8_t hash[static 32])
{
	static const char text[] = "sotto/1 test\n";
	size_t room = envelope_plain(size), take;
	uint8_t *at = sealed + ENVELOPE_HEADER_BYTES + STREAM_NONCE_BYTES;
	struct aead *a = stream_open(key, sealed + ENVELOPE_HEADER_BYTES);

	OK(a != NULL);
	memset(got, 0, sizeof got);
	memcpy(got, text, sizeof text - 1);
	for (size_t i = 0; i < room; i += take, at += take + 16) {
		take = room - i < 65536 ? room - i : 65536;
		OK(stream_seal(a, at, i / 65536, i + take == room, got + i,
		       take) == ERR_OK);
	}
	aead_close(a);
	OK(at == sealed + size);
	sha256(hash, sealed, size);
}

static void
envelopes_of_others_are_ours_byte_for_byte(void)
{
	uint8_t seed[32], key[16], mine[16], hash[32], want[32];
	struct age_identity *theirs;
	struct age_recipient r, named;
	const char *at, *text;
	uint64_t size;
	struct buf b;
	size_t n;
	unsigned rows = 0;

	buf_init(&b, 65536);
	OK(file_read(&b, "doc/vectors/envelope.txt") == ERR_OK);
	for (at = buf_str(&b); *at != '\0'; rows++) {
		line_bytes(&at, seed, sizeof seed);
		OK(age_identity_from_seed(&theirs, AGE_HYBRID, seed) == ERR_OK);
		age_identity_recipient(theirs, &r);
		text = line(&at, &n);
		OK(age_recipient_read(&named, text, n) == ERR_OK);
		OK(age_recipient_is_same(&r, &named));
		text = line(&at, &n);
		OK(enc_decimal_read(&size, sizeof sealed, text, n) == ERR_OK);
		line_bytes(&at, sealed, ENVELOPE_HEADER_BYTES);
		line_bytes(&at, key, sizeof key);
		line_bytes(&at, sealed + ENVELOPE_HEADER_BYTES, 16);
		line_bytes(&at, want, sizeof want);
		rebuild(key, size, hash);
		OK(memcmp(hash, want, sizeof want) == 0);
		OK(envelope_file_key(mine, theirs, sealed) == ERR_OK);
		OK(memcmp(mine, key, sizeof key) == 0);
		memset(got, 1, sizeof got);
		OK(envelope_open(got, theirs, sealed, size) == ERR_OK);
		OK(memcmp(got, "sotto/1 test\n\0", 14) == 0);
		age_identity_close(theirs);
	}
	OK(rows == 2);
	buf_drop(&b);
}

static void
an_envelope_is_an_age_file_filled_with_nuls(void)
{
	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t room = envelope_plain(sizes[i]);
		const size_t n[] = { 0, 1, 14724, room - 1, room };

		for (size_t k = 0; k < COUNT(n); k++) {
			OK(envelope_seal(sealed, sizes[i], &to, plain, n[k]) ==
			    ERR_OK);
			opens_as(sealed, sizes[i], n[k]);
		}
		OK(envelope_seal(sealed, sizes[i], &to, plain, room + 1) ==
		    ERR_TOOBIG);
	}
}

static void
sealing_as_bytes_come_is_sealing_at_once(void)
{
	static const size_t steps[] = { 1000, 16384, 65536, 65537, 1 << 20 };
	struct envelope_sealer *s;
	struct buf b;

	for (size_t i = 0; i < COUNT(sizes) * COUNT(steps); i++) {
		size_t size = sizes[i % 2], step = steps[i / 2],
		       room = envelope_plain(size), take, was;

		buf_init(&b, size);
		OK(envelope_sealer_open(&s, &to, size) == ERR_OK);
		OK(envelope_sealer_room(s) == room);
		OK(envelope_sealer_add(s, &b, plain, 0) == ERR_OK);
		for (size_t at = 0; at < room - 100; at += take) {
			take = step < room - 100 - at ? step : room - 100 - at;
			was = b.len;
			OK(envelope_sealer_add(s, &b, plain + at, take) ==
			    ERR_OK);
			OK(b.len >= was + take); /* nothing is held back */
		}
		OK(envelope_sealer_room(s) == 100);
		was = b.len;
		OK(envelope_sealer_add(s, &b, plain, 101) == ERR_TOOBIG);
		OK(b.len == was && envelope_sealer_room(s) == 100);
		OK(envelope_sealer_end(s, &b) == ERR_OK);
		OK(b.len == size);
		opens_as(b.at, size, room - 100);
		envelope_sealer_close(s);
		buf_drop(&b);
	}
}

static void
a_sealer_that_is_full_ends_with_nothing_more(void)
{
	struct envelope_sealer *s;
	struct buf b;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t room = envelope_plain(sizes[i]);

		buf_init(&b, sizes[i]);
		OK(envelope_sealer_open(&s, &to, sizes[i]) == ERR_OK);
		OK(envelope_sealer_add(s, &b, plain, room) == ERR_OK);
		OK(b.len == sizes[i]);
		OK(envelope_sealer_end(s, &b) == ERR_OK);
		OK(b.len == sizes[i]);
		opens_as(b.at, sizes[i], room);
		envelope_sealer_close(s);
		buf_drop(&b);
		/* Nothing at all is an envelope of NULs. */
		OK(envelope_sealer_open(&s, &to, sizes[i]) == ERR_OK);
		OK(envelope_sealer_end(s, &b) == ERR_OK);
		opens_as(b.at, sizes[i], 0);
		envelope_sealer_close(s);
		buf_drop(&b);
		/* No room in the buf: nothing was done, and it still works. */
		buf_init(&b, 100);
		OK(envelope_sealer_open(&s, &to, sizes[i]) == ERR_OK);
		OK(envelope_sealer_add(s, &b, plain, 1) == ERR_TOOBIG);
		OK(b.len == 0 && envelope_sealer_room(s) == room);
		envelope_sealer_close(s);
		buf_drop(&b);
	}
	envelope_sealer_close(NULL);
}

/* Every byte of a letter: refused without a key where the form is broken,
 * refused with it everywhere. */
static void
a_changed_byte_anywhere_is_refused(void)
{
	uint8_t key[AGE_FILE_KEY_BYTES], out[AGE_FILE_KEY_BYTES];
	static const uint8_t zero[ENVELOPE_LETTER_PLAIN];
	enum err e;

	OK(envelope_seal(sealed, 16384, &to, plain, 14725) == ERR_OK);
	OK(envelope_file_key(key, id, sealed) == ERR_OK);
	for (size_t i = 0; i < 16384; i += i < 1700 || i > 16300 ? 1 : 97) {
		sealed[i] ^= 0x01;
		memset(got, 1, 14725);
		e = envelope_open(got, id, sealed, 16384);
		OK(e == ERR_FORMAT || e == ERR_NOKEY || e == ERR_FORGED);
		OK(memcmp(got, zero, 14725) == 0);
		OK(i < 1627 || e == ERR_FORGED);
		memset(got, 1, 14725);
		OK(envelope_open_keyed(got, key, sealed, 16384) != ERR_OK);
		OK(memcmp(got, zero, 14725) == 0);
		if (i < ENVELOPE_HEADER_BYTES)
			OK(envelope_file_key(out, id, sealed) != ERR_OK);
		else
			OK(envelope_check(sealed, 16384) == ERR_OK);
		sealed[i] ^= 0x01;
	}
	OK(envelope_open(got, id, sealed, 16384) == ERR_OK);
}

static void
only_the_exact_form_passes_without_a_key(void)
{
	OK(envelope_seal(sealed, 16384, &to, plain, 1) == ERR_OK);
	OK(envelope_check(sealed, 16384) == ERR_OK);
	OK(envelope_check(sealed, 16383) == ERR_FORMAT);
	OK(envelope_check(sealed, 16385) == ERR_FORMAT);
	OK(envelope_check(sealed, 0) == ERR_FORMAT);
	OK(envelope_check(sealed, ENVELOPE_PART_BYTES) == ERR_OK);
	OK(envelope_check(plain, 16384) == ERR_FORMAT);
	/* In the header every byte has a form. */
	for (size_t i = 0; i < ENVELOPE_HEADER_BYTES; i++) {
		uint8_t was = sealed[i];

		sealed[i] = '=';
		OK(envelope_check(sealed, 16384) == ERR_FORMAT);
		sealed[i] = '\n';
		OK(was == '\n' || envelope_check(sealed, 16384) == ERR_FORMAT);
		sealed[i] = was;
	}
	/* The last character before a line feed bears bits that are zero. */
	sealed[22 + 18 + 1493] = 'B';
	OK(envelope_check(sealed, 16384) == ERR_FORMAT);
}

static void
another_recipient_and_another_kind_are_refused(void)
{
	struct age_recipient x;
	struct age_identity *other;
	uint8_t key[AGE_FILE_KEY_BYTES];

	OK(age_identity_random(&other, AGE_HYBRID) == ERR_OK);
	OK(envelope_seal(sealed, 16384, &to, plain, 1) == ERR_OK);
	OK(envelope_open(got, other, sealed, 16384) == ERR_NOKEY);
	OK(envelope_open(got, old, sealed, 16384) == ERR_NOKEY);
	memset(key, 7, sizeof key);
	OK(envelope_file_key(key, other, sealed) == ERR_NOKEY);
	OK(key[0] == 7 && key[15] == 7);
	OK(envelope_open_keyed(got, key, sealed, 16384) == ERR_FORGED);
	age_identity_recipient(old, &x);
	OK(envelope_seal(sealed, 16384, &x, plain, 1) == ERR_FORMAT);
	age_identity_recipient(other, &x);
	memset(x.key, 0xff, sizeof x.key);
	OK(envelope_seal(sealed, 16384, &x, plain, 1) == ERR_FORMAT);
	age_identity_close(other);
}

static void
nobody_opens_what_is_sealed_to_nobody(void)
{
	uint64_t began;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		OK(envelope_nobody(sealed, sizes[i]) == ERR_OK);
		OK(envelope_nobody(again, sizes[i]) == ERR_OK);
		OK(envelope_check(sealed, sizes[i]) == ERR_OK);
		OK(envelope_open(got, id, sealed, sizes[i]) == ERR_NOKEY);
		OK(memcmp(sealed + 40, again + 40, 100) != 0);
		OK(memcmp(sealed + 1540, again + 1540, 40) != 0);
		OK(memcmp(sealed + 1627, again + 1627, 64) != 0);
	}
	began = clock_ms();
	for (int i = 0; i < 64; i++)
		OK(envelope_nobody(sealed, ENVELOPE_LETTER_BYTES) == ERR_OK);
	/* 64 take about 10 ms; the bound is for a machine under load. */
	OK(clock_ms() - began < 1000);
}

static int
walk(void)
{
	struct age_identity *mine;
	struct age_recipient r;
	uint8_t key[AGE_FILE_KEY_BYTES];

	if (age_identity_random(&mine, AGE_HYBRID) != ERR_OK)
		return 2;
	age_identity_recipient(mine, &r);
	if (envelope_seal(sealed, 16384, &r, plain, 9) != ERR_OK ||
	    envelope_check(sealed, 16384) != ERR_OK ||
	    envelope_open(got, mine, sealed, 16384) != ERR_OK ||
	    envelope_file_key(key, mine, sealed) != ERR_OK)
		return 3;
	sealed[16000] ^= 1;
	if (envelope_open(got, mine, sealed, 16384) != ERR_FORGED ||
	    envelope_open(got, id, sealed, 16384) != ERR_NOKEY ||
	    envelope_nobody(sealed, 16384) != ERR_OK)
		return 4;
	age_identity_close(mine);
	return 0;
}

static void
nothing_is_opened_to_seal_and_unseal(void)
{
	static const int no[] = { SCMP_SYS(open), SCMP_SYS(openat),
		SCMP_SYS(openat2), SCMP_SYS(socket), SCMP_SYS(readlink) };
	scmp_filter_ctx f;
	int status;
	pid_t pid;

	OK((pid = fork()) >= 0);
	if (pid == 0) {
		f = seccomp_init(SCMP_ACT_ALLOW);
		for (size_t i = 0; i < COUNT(no); i++)
			if (seccomp_rule_add(
				f, SCMP_ACT_KILL_PROCESS, no[i], 0) != 0)
				_exit(9);
		_exit(seccomp_load(f) == 0 ? walk() : 8);
	}
	OK(waitpid(pid, &status, 0) == pid);
	OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
refused_memory_leaves_nothing_behind(void)
{
	unsigned held = alloc_held(), dirty = alloc_dirty(), n = 0;
	struct envelope_sealer *s;
	struct buf b;
	enum err e = ERR_NOMEM;

	while (e != ERR_OK) {
		buf_init(&b, ENVELOPE_LETTER_BYTES);
		s = NULL;
		alloc_refuse(++n);
		e = envelope_sealer_open(&s, &to, ENVELOPE_LETTER_BYTES);
		if (e == ERR_OK)
			e = envelope_sealer_add(s, &b, plain, 100);
		if (e == ERR_OK)
			e = envelope_sealer_end(s, &b);
		if (e == ERR_OK)
			e = envelope_open(got, id, b.at, b.len);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		envelope_sealer_close(s);
		buf_drop(&b);
		OK(alloc_held() == held && alloc_dirty() == dirty);
	}
	OK(n > 4);
}

int
main(void)
{
	OK(crypt_init() == ERR_OK);
	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)(1 + i % 255);
	OK(age_identity_random(&id, AGE_HYBRID) == ERR_OK);
	OK(age_identity_random(&old, AGE_X25519) == ERR_OK);
	age_identity_recipient(id, &to);
	T(the_sizes_are_those_of_the_protocol)
	T(envelopes_of_others_are_ours_byte_for_byte)
	T(an_envelope_is_an_age_file_filled_with_nuls)
	T(sealing_as_bytes_come_is_sealing_at_once)
	T(a_sealer_that_is_full_ends_with_nothing_more)
	T(a_changed_byte_anywhere_is_refused)
	T(only_the_exact_form_passes_without_a_key)
	T(another_recipient_and_another_kind_are_refused)
	T(nobody_opens_what_is_sealed_to_nobody)
	T(nothing_is_opened_to_seal_and_unseal)
	T(refused_memory_leaves_nothing_behind)
	age_identity_close(id);
	age_identity_close(old);
	return 0;
}
