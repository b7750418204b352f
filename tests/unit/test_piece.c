#include <string.h>

#include "alloc.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/paper.h"
#include "team/pieces.h"
#include "vectors.h"

#define WHOLE 70000U /* seven pieces, the last one shorter */

static uint8_t seeds[4][SIGN_SEED_BYTES], keys[4][SIGN_PUBLIC_BYTES];
static uint8_t big[PIECE_WHOLE_MAX + 1];

static void
make_keys(void)
{
	for (unsigned i = 0; i < 4; i++) {
		memset(seeds[i], (int)i + 1, SIGN_SEED_BYTES);
		sign_public(keys[i], seeds[i]);
	}
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (uint8_t)(i * 2654435761U >> 13);
}

/* Piece `index` of the first `n` bytes, by device `who`, as it is read. */
static void
a_piece(struct piece *p, unsigned who, size_t n, uint32_t index)
{
	const struct piece_of of = { PIECE_HAND_OUT, big, n, index };
	struct buf note;

	buf_init(&note, PIECE_MAX);
	OK(piece_write(&note, &of, seeds[who]) == ERR_OK);
	OK(note.len <= PIECE_MAX);
	OK(piece_read(p, note.at, note.len, keys[who]) == ERR_OK);
	buf_drop(&note);
}

/* The same without notes, for many: what piece_read() would give. */
static void
quick_piece(struct piece *p, const uint8_t *device, const uint8_t *whole,
    size_t n, uint32_t index)
{
	const size_t at = (size_t)index * PIECE_BYTES;

	piece_init(p);
	memcpy(p->device, device, DEVICE_ID_BYTES);
	piece_id(p->id, PIECE_CONTENT, whole, n);
	p->what = PIECE_CONTENT;
	p->index = index;
	p->count = piece_count(n);
	OK(buf_put(&p->bytes, whole + at,
	       n - at < PIECE_BYTES ? n - at : PIECE_BYTES) == ERR_OK);
}

static void
every_piece_fits_an_envelope_and_comes_back(void)
{
	static const size_t sizes[] = { 1, PIECE_BYTES - 1, PIECE_BYTES,
		PIECE_BYTES + 1, WHOLE, PIECE_WHOLE_MAX };
	uint8_t id[PIECE_ID_BYTES], by[DEVICE_ID_BYTES];
	struct piece_of of = { .what = PIECE_ROSTER, .whole = big };
	struct piece p;
	struct buf note;

	buf_init(&note, PIECE_MAX);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		of.n = sizes[i];
		piece_id(id, PIECE_ROSTER, big, of.n);
		for (of.index = 0; of.index < piece_count(of.n); of.index++) {
			buf_clear(&note);
			OK(piece_write(&note, &of, seeds[0]) == ERR_OK);
			OK(note.len <= ENVELOPE_LETTER_PLAIN);
			OK(piece_by(by, note.at, note.len) == ERR_OK);
			OK(piece_read(&p, note.at, note.len, keys[0]) ==
			    ERR_OK);
			OK(memcmp(by, p.device, sizeof by) == 0);
			OK(memcmp(id, p.id, sizeof id) == 0);
			OK(p.what == PIECE_ROSTER && p.index == of.index);
			OK(memcmp(p.bytes.at,
			       big + (size_t)of.index * PIECE_BYTES,
			       p.bytes.len) == 0);
			piece_drop(&p);
		}
		buf_clear(&note);
		OK(piece_write(&note, &of, seeds[0]) == ERR_FORMAT);
	}
	of.n = 0;
	OK(piece_write(&note, &of, seeds[0]) == ERR_TOOBIG);
	of.n = PIECE_WHOLE_MAX + 1;
	of.index = 0;
	OK(piece_write(&note, &of, seeds[0]) == ERR_TOOBIG && note.len == 0);
	buf_drop(&note);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
a_piece_is_its_devices_alone(void)
{
	const struct piece_of of = { PIECE_CONTENT, big, 600, 0 };
	struct piece p = { .index = 77 };
	struct buf note;

	buf_init(&note, PIECE_MAX * 2);
	OK(piece_write(&note, &of, seeds[0]) == ERR_OK);
	OK(piece_read(&p, note.at, note.len, keys[1]) == ERR_FORGED);
	for (size_t i = 0; i < note.len; i++) {
		note.at[i] ^= 1;
		OK(piece_read(&p, note.at, note.len, keys[0]) != ERR_OK);
		note.at[i] ^= 1;
		OK(piece_read(&p, note.at, i, keys[0]) != ERR_OK);
	}
	/* One more signature would be another spelling. */
	OK(note_add_signature(&note, "device", seeds[1]) == ERR_OK);
	OK(piece_read(&p, note.at, note.len, keys[0]) == ERR_FORMAT);
	OK(p.index == 77);
	buf_drop(&note);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static enum err
read_json(const char *json)
{
	const struct paper_kind as = { "piece", "device", PIECE_MAX };
	struct piece p;
	struct buf text, note;
	enum err e;

	buf_init(&text, PIECE_MAX);
	buf_init(&note, PIECE_MAX);
	OK(buf_put_str(&text, json) == ERR_OK);
	OK(paper_sign(&note, &as, &text, seeds[0]) == ERR_OK);
	if ((e = piece_read(&p, note.at, note.len, keys[0])) == ERR_OK)
		piece_drop(&p);
	buf_drop(&text);
	buf_drop(&note);
	return e;
}

#define HELLO "\"bytes\":\"aGFsbG8=\"}"
#define AS(index, count) \
	"\"what\":\"content\",\"index\":" index ",\"count\":" count ","

static void
a_piece_has_one_spelling(void)
{
	static const char id[] = "00112233445566778899aabbccddeeff";
	static const struct {
		const char *rest;
		enum err e;
	} rows[] = {
		{ AS("0", "1") HELLO, ERR_OK },
		{ AS("63", "64") HELLO, ERR_OK },
		{ AS("0", "1") "\"bytes\":\"aGFsbG8\"}", ERR_FORMAT },
		{ AS("0", "1") "\"bytes\":\"aGFsbG9=\"}", ERR_FORMAT },
		{ AS("0", "1") "\"bytes\":\"\"}", ERR_FORMAT },
		{ AS("0", "2") HELLO, ERR_FORMAT }, /* not full, not last */
		{ AS("1", "1") HELLO, ERR_FORMAT },
		{ AS("0", "0") HELLO, ERR_FORMAT },
		{ AS("64", "64") HELLO, ERR_TOOBIG },
		{ AS("0", "65") HELLO, ERR_TOOBIG },
		{ "\"what\":\"letter\",\"index\":0,\"count\":1," HELLO,
		    ERR_VERSION },
		{ "\"index\":0,\"what\":\"content\",\"count\":1," HELLO,
		    ERR_FORMAT },
		{ AS("0", "1") "\"bytes\":\"aGFsbG8=\",\"more\":1}",
		    ERR_FORMAT },
		{ AS("0", "1") " " HELLO, ERR_FORMAT },
	};
	uint8_t device[DEVICE_ID_BYTES];
	char hex[33], text[1024];

	device_id(device, keys[0]);
	enc_hex(hex, device, sizeof device);
	for (size_t i = 0; i < COUNT(rows); i++) {
		(void)snprintf(text, sizeof text,
		    "{\"device\":\"%s\",\"id\":\"%s\",%s", hex, id,
		    rows[i].rest);
		OK(read_json(text) == rows[i].e);
	}
	(void)snprintf(text, sizeof text, "{\"device\":\"%s\",\"id\":\"%s\",%s",
	    id, id, rows[0].rest);
	OK(read_json(text) == ERR_FORGED);
}

static void
shuffle(uint32_t *order, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	for (uint32_t i = n; i > 1; i--) {
		const uint32_t j = crypt_random_below(i), was = order[i - 1];

		order[i - 1] = order[j];
		order[j] = was;
	}
}

static void
pieces_in_any_order_and_twice_make_the_whole_once(void)
{
	const struct pieces_limit usual = { 0, 0 };
	uint32_t order[PIECE_COUNT];
	struct pieces *p = NULL;
	struct buf whole;
	struct piece one;
	const uint32_t n = piece_count(WHOLE);

	buf_init(&whole, PIECE_WHOLE_MAX);
	OK(n == 7);
	for (unsigned run = 0; run < 20; run++) {
		OK(pieces_open(&p, &usual) == ERR_OK);
		shuffle(order, n);
		buf_clear(&whole);
		for (uint32_t i = 0; i < n; i++) {
			a_piece(&one, 0, WHOLE, order[i]);
			OK(whole.len == 0);
			OK(pieces_add(p, &one, &whole) == ERR_OK);
			OK(pieces_add(p, &one, &whole) == ERR_TAKEN);
			piece_drop(&one);
		}
		OK(whole.len == WHOLE && memcmp(whole.at, big, WHOLE) == 0);
		OK(pieces_held(p) == 0);
		pieces_close(p);
	}
	buf_drop(&whole);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
what_lacks_is_named(void)
{
	const struct pieces_limit usual = { 0, 0 };
	struct pieces_part part;
	struct pieces *p = NULL;
	struct buf whole;
	struct piece one;
	size_t at = 0;

	buf_init(&whole, PIECE_WHOLE_MAX);
	OK(pieces_open(&p, &usual) == ERR_OK);
	OK(!pieces_part(p, &at, &part));
	for (uint32_t i = 1; i < 5; i++) {
		a_piece(&one, 2, WHOLE, i);
		OK(pieces_add(p, &one, &whole) == ERR_OK);
		piece_drop(&one);
	}
	OK(pieces_part(p, &at, &part) && !pieces_part(p, &at, &part));
	OK(part.count == 7 && part.have == 4 && part.what == PIECE_HAND_OUT);
	pieces_close(p);
	buf_drop(&whole);
}

/* Two devices, and two wholes of one device, never mix. */
static void
foreign_pieces_do_not_mix(void)
{
	const struct pieces_limit usual = { 0, 0 };
	struct pieces *p = NULL;
	struct buf whole;
	struct piece one;

	buf_init(&whole, PIECE_WHOLE_MAX);
	OK(pieces_open(&p, &usual) == ERR_OK);
	for (uint32_t i = 0; i < 7; i++) {
		for (unsigned who = 0; who < 3; who++) {
			a_piece(&one, who, who == 2 ? WHOLE - 1 : WHOLE, i);
			if (who == 2) /* says to be of the first device */
				memcpy(one.device, "0123456789abcdef", 16);
			OK(pieces_add(p, &one, &whole) == ERR_OK);
			piece_drop(&one);
			if (i == 6) {
				OK(whole.len == (who == 2 ? WHOLE - 1 : WHOLE));
				OK(memcmp(whole.at, big, whole.len) == 0);
				buf_clear(&whole);
			}
			OK(whole.len == 0);
		}
	}
	OK(pieces_held(p) == 0);
	pieces_close(p);
	buf_drop(&whole);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
a_device_that_lies_gets_nothing_put_together(void)
{
	const struct pieces_limit usual = { 0, 0 };
	struct pieces *p = NULL;
	struct buf whole;
	struct piece one;

	buf_init(&whole, PIECE_WHOLE_MAX);
	OK(pieces_open(&p, &usual) == ERR_OK);
	for (uint32_t i = 0; i < 6; i++) {
		a_piece(&one, 0, WHOLE, i);
		if (i == 3)
			one.bytes.at[5] ^= 1;
		OK(pieces_add(p, &one, &whole) == ERR_OK);
		piece_drop(&one);
	}
	a_piece(&one, 0, WHOLE, 6);
	one.count = 8;
	OK(pieces_add(p, &one, &whole) == ERR_DENIED);
	one.count = 7;
	one.what = PIECE_ROSTER;
	OK(pieces_add(p, &one, &whole) == ERR_DENIED);
	one.what = PIECE_HAND_OUT;
	OK(pieces_add(p, &one, &whole) == ERR_FORGED);
	OK(whole.len == 0 && pieces_held(p) == 0);
	piece_drop(&one);
	/* Its true pieces are taken after that. */
	for (uint32_t i = 0; i < 7; i++) {
		a_piece(&one, 0, WHOLE, i);
		OK(pieces_add(p, &one, &whole) == ERR_OK);
		piece_drop(&one);
	}
	OK(whole.len == WHOLE);
	pieces_close(p);
	buf_drop(&whole);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* 64 hostile devices send first pieces without end; an honest one, in between,
 * still gets its whole together, and memory stays within its bounds. */
static void
hostile_devices_displace_their_own(void)
{
	const struct pieces_limit small = { 4U << 20, 1U << 20 };
	uint8_t device[DEVICE_ID_BYTES] = { 0 }, other[PIECE_BYTES * 2];
	struct pieces *p = NULL;
	struct buf whole;
	struct piece one;
	size_t most = 0;

	buf_init(&whole, PIECE_WHOLE_MAX);
	memset(other, 7, sizeof other);
	OK(pieces_open(&p, &small) == ERR_OK);
	for (uint32_t i = 0; i < 2100; i++) {
		device[0] = (uint8_t)(1 + i % 64);
		enc_put_u32(other, i);
		quick_piece(&one, device, other, sizeof other, 0);
		OK(pieces_add(p, &one, &whole) == ERR_OK);
		piece_drop(&one);
		if (i % 300 == 0) {
			device[0] = 0;
			quick_piece(&one, device, big, WHOLE, i / 300);
			OK(pieces_add(p, &one, &whole) == ERR_OK);
			piece_drop(&one);
		}
		most = pieces_held(p) > most ? pieces_held(p) : most;
	}
	OK(whole.len == WHOLE && memcmp(whole.at, big, WHOLE) == 0);
	OK(most <= small.bytes && most > small.bytes - 2 * PIECE_BYTES);
	OK(pieces_out(p) > 1500);
	/* One alone is held to its own limit. */
	device[0] = 200;
	for (uint32_t i = 0; i < 300; i++) {
		enc_put_u32(other, i);
		quick_piece(&one, device, other, sizeof other, 0);
		OK(pieces_add(p, &one, &whole) == ERR_OK);
		piece_drop(&one);
	}
	OK(pieces_held(p) <= small.bytes);
	pieces_close(p);
	buf_drop(&whole);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
one_device_alone_is_held_to_its_limit(void)
{
	const struct pieces_limit small = { 4U << 20, 1U << 20 };
	uint8_t device[DEVICE_ID_BYTES] = { 1 }, other[PIECE_BYTES * 2] = { 0 };
	struct pieces *p = NULL;
	struct buf whole;
	struct piece one;

	buf_init(&whole, PIECE_WHOLE_MAX);
	OK(pieces_open(&p, &small) == ERR_OK);
	for (uint32_t i = 0; i < 400; i++) {
		enc_put_u32(other, i);
		quick_piece(&one, device, other, sizeof other, 0);
		OK(pieces_add(p, &one, &whole) == ERR_OK);
		piece_drop(&one);
		OK(pieces_held(p) <= small.device_bytes);
	}
	/* The largest whole goes in beside what is there. */
	for (uint32_t i = 0; i < PIECE_COUNT; i++) {
		quick_piece(&one, device, big, PIECE_WHOLE_MAX, i);
		OK(pieces_add(p, &one, &whole) == ERR_OK);
		piece_drop(&one);
		OK(pieces_held(p) <= small.device_bytes);
	}
	OK(whole.len == PIECE_WHOLE_MAX);
	OK(memcmp(whole.at, big, PIECE_WHOLE_MAX) == 0);
	pieces_close(p);
	buf_drop(&whole);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
refused_memory_loses_no_piece(void)
{
	const struct pieces_limit usual = { 0, 0 };
	const struct piece_of of = { PIECE_ROSTER, big, WHOLE, 2 };
	struct pieces *p = NULL;
	struct buf whole, note;
	struct piece one;
	unsigned n, refused = 0;
	enum err e = ERR_NOMEM;

	buf_init(&whole, PIECE_WHOLE_MAX);
	buf_init(&note, PIECE_MAX);
	for (n = 1; e != ERR_OK; n++) {
		buf_drop(&note);
		alloc_refuse(n);
		e = piece_write(&note, &of, seeds[0]);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && note.len == 0));
	}
	for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = piece_read(&one, note.at, note.len, keys[0]);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		refused += e == ERR_NOMEM;
	}
	OK(refused > 3);
	piece_drop(&one);
	buf_drop(&note);
	alloc_refuse(1);
	OK(pieces_open(&p, &usual) == ERR_NOMEM && p == NULL);
	alloc_refuse(0);
	OK(pieces_open(&p, &usual) == ERR_OK);
	for (uint32_t i = 0; i < 7; i++) {
		a_piece(&one, 0, WHOLE, i);
		for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
			OK(whole.len == 0);
			alloc_refuse(n);
			e = pieces_add(p, &one, &whole);
			alloc_refuse(0);
			OK(e == ERR_OK || e == ERR_NOMEM);
		}
		piece_drop(&one);
	}
	OK(whole.len == WHOLE && memcmp(whole.at, big, WHOLE) == 0);
	pieces_close(p);
	buf_drop(&whole);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
the_vector_is_what_is_written(void)
{
	const struct piece_of of = { PIECE_CONTENT, big, 300, 0 };
	struct buf want, got;

	buf_init(&want, PIECE_MAX);
	buf_init(&got, PIECE_MAX);
	for (size_t i = 0; i < 300; i++)
		big[i] = (uint8_t)i;
	OK(piece_write(&got, &of, seeds[2]) == ERR_OK);
	OK(file_read(&want, "doc/vectors/piece.note") == ERR_OK);
	OK(want.len == got.len && memcmp(want.at, got.at, got.len) == 0);
	buf_drop(&want);
	buf_drop(&got);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
make_keys();
T(every_piece_fits_an_envelope_and_comes_back)
T(a_piece_is_its_devices_alone)
T(a_piece_has_one_spelling)
T(pieces_in_any_order_and_twice_make_the_whole_once)
T(what_lacks_is_named)
T(foreign_pieces_do_not_mix)
T(a_device_that_lies_gets_nothing_put_together)
T(hostile_devices_displace_their_own)
T(one_device_alone_is_held_to_its_limit)
T(refused_memory_loses_no_piece)
T(the_vector_is_what_is_written)
T_END
