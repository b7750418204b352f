#include <string.h>

#include "alloc.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "pack_fake.h"
#include "t.h"

/* What was handed out: kinds, and all bytes. */
struct got {
	char kinds[32];
	size_t n, bytes;
	enum err say;
};

static enum err
take(void *who, enum pack_kind kind, const uint8_t *p, size_t n)
{
	struct got *g = who;

	(void)p;
	if (g->n + 1 < sizeof g->kinds)
		g->kinds[g->n++] = (char)('0' + kind);
	g->kinds[g->n] = '\0';
	g->bytes += n;
	return g->say;
}

static struct buf
make(const struct pack_fake *f, uint8_t hash[static 32])
{
	struct buf notes[3], out;

	buf_init(&out, PACK_FAKE_MAX);
	pack_fake_notes(notes, f);
	OK(pack_fake_write(&out, f, notes, hash) == ERR_OK);
	for (unsigned i = 0; i < 3; i++)
		buf_drop(&notes[i]);
	return out;
}

/* Read it in pieces of `step` bytes. */
static enum err
read_in(const struct buf *b, const uint8_t *key, size_t step, struct got *g)
{
	const struct pack_taker taker = { take, g };
	struct pack_reader *r = NULL;
	enum err e;

	*g = (struct got){ .say = g->say };
	if ((e = pack_reader_open(&r, key, taker)) != ERR_OK)
		return e;
	for (size_t at = 0; e == ERR_OK && at < b->len; at += step)
		e = pack_reader_add(
		    r, b->at + at, b->len - at < step ? b->len - at : step);
	if (e == ERR_OK)
		e = pack_reader_end(r);
	else
		OK(pack_reader_end(r) == e && pack_reader_add(r, "x", 1) == e);
	pack_reader_close(r);
	return e;
}

static enum err
reads(const struct pack_fake *f)
{
	uint8_t hash[32];
	struct got g = { .say = ERR_OK };
	struct buf b = make(f, hash);
	enum err e = read_in(&b, hands[f->to].key, b.len, &g);

	buf_drop(&b);
	return e;
}

static void
a_pack_comes_back_in_pieces_of_any_size(void)
{
	static const size_t steps[] = { 1, 2, 5, 13, 4096, 3U << 20 };
	const struct pack_fake f = { .to = 3, .voice = true, .parts = true };
	uint8_t hash[32];
	struct got g = { .say = ERR_OK };
	struct buf b = make(&f, hash);

	for (size_t i = 0; i < COUNT(steps); i++) {
		OK(read_in(&b, hands[3].key, steps[i], &g) == ERR_OK);
		OK(strcmp(g.kinds,
		       "122355678"
		       "99:") == 0);
	}
	buf_drop(&b);
}

static void
what_it_says_of_itself_is_known_at_its_end(void)
{
	const struct pack_fake f = { .to = 3, .voice = true };
	struct got g = { .say = ERR_OK };
	const struct pack_taker taker = { take, &g };
	uint8_t hash[32], all[32], said[32];
	struct pack_reader *r = NULL;
	struct buf b = make(&f, hash);

	OK(pack_reader_open(&r, hands[3].key, taker) == ERR_OK);
	OK(pack_reader_add(r, b.at, b.len) == ERR_OK);
	OK(pack_reader_end(r) == ERR_OK);
	sha256(all, b.at, b.len);
	pack_reader_hash(r, said);
	OK(memcmp(all, hash, 32) == 0 && memcmp(all, said, 32) == 0);
	OK(pack_reader_day(r) == 20005);
	OK(pack_reader_roster(r)->serial == 2);
	OK(pack_reader_certificate(r)->until == 21000);
	OK(memcmp(pack_reader_giver(r)->key, hands[0].key, 32) == 0);
	OK(pack_reader_add(r, "x", 1) == ERR_FORMAT);
	pack_reader_close(r);
	buf_drop(&b);
}

static void
its_vector_is_what_is_written(void)
{
	const struct pack_fake f = { .to = 3, .voice = true };
	uint8_t hash[32];
	struct buf b = make(&f, hash), file;

	buf_init(&file, PACK_FAKE_MAX);
	OK(file_read(&file, "doc/vectors/pack.bin") == ERR_OK);
	OK(file.len == b.len && memcmp(file.at, b.at, b.len) == 0);
	buf_drop(&file);
	buf_drop(&b);
}

static void
a_pack_that_is_cut_or_altered_anywhere_is_refused(void)
{
	const struct pack_fake f = { .to = 0, .admin = true, .voice = true };
	uint8_t hash[32];
	struct got g = { .say = ERR_OK };
	struct buf b = make(&f, hash);
	const size_t n = b.len;

	OK(read_in(&b, hands[0].key, n, &g) == ERR_OK);
	for (size_t i = 0; i < n; i++) {
		b.at[i] ^= 1;
		OK(read_in(&b, hands[0].key, n, &g) != ERR_OK);
		b.at[i] ^= 0x81;
		OK(read_in(&b, hands[0].key, n, &g) != ERR_OK);
		b.at[i] ^= 0x80;
		b.len = i;
		OK(read_in(&b, hands[0].key, n, &g) == ERR_SHORT);
		b.len = n;
	}
	buf_drop(&b);
}

/* A record left out, twice, or two that changed places. */
static void
records_that_lack_or_changed_places_are_refused(void)
{
	const struct pack_fake f = { .to = 0, .admin = true, .voice = true };
	uint8_t hash[32];
	struct got g = { .say = ERR_OK };
	struct buf b = make(&f, hash), other;

	buf_init(&other, PACK_FAKE_MAX);
	for (size_t at = 13, n; at < b.len; at += n) {
		n = 5 + enc_get_u32(b.at + at + 1);
		for (unsigned twice = 0; twice < 2; twice++) {
			buf_clear(&other);
			OK(buf_put(&other, b.at, at + n * twice) == ERR_OK);
			OK(buf_put(&other, b.at + at + n * !twice,
			       b.len - at - n * !twice) == ERR_OK);
			OK(read_in(&other, hands[0].key, b.len, &g) != ERR_OK);
		}
	}
	buf_drop(&b);
	buf_drop(&other);
}

static void
only_what_the_roster_allows_is_taken(void)
{
	static const uint8_t elsewhere[] = { 8, 0, 0, 0 }, log[4];
	static const struct {
		struct pack_fake f;
		enum err e;
	} rows[] = {
		{ { .to = 0, .admin = true, .voice = true }, ERR_OK },
		{ { .to = 3, .voice = true }, ERR_OK },
		{ { .by = 2, .to = 3, .voice = true }, ERR_OK },
		/* An editor gets no admin's keys. */
		{ { .to = 3, .admin = true }, ERR_DENIED },
		/* Who does not read there gets no key of it. */
		{ { .to = 2 }, ERR_DENIED },
		{ { .to = 5 }, ERR_DENIED },
		{ { .to = 0, .chain_door = elsewhere }, ERR_DENIED },
		{ { .to = 2, .chain_door = log }, ERR_OK },
		/* The log has no voice. */
		{ { .to = 3, .voice = true, .chain_door = log }, ERR_DENIED },
		/* A viewer gives nothing; who became an editor may. */
		{ { .by = 5, .to = 3, .no_second = true }, ERR_DENIED },
		{ { .by = 5, .to = 3 }, ERR_OK },
		/* Nor does somebody of no roster. */
		{ { .by = 6, .to = 3 }, ERR_DENIED },
		{ { .to = 6 }, ERR_NOTHING },
		{ { .to = 3, .to_key = hands[4].key }, ERR_DENIED },
		{ { .to = 3, .other_hash = true }, ERR_FORGED },
		{ { .to = 3, .serial = 1 }, ERR_FORGED },
		{ { .to = 3, .team = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		    ERR_FORGED },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		OK(reads(&rows[i].f) == rows[i].e);
}

static void
a_writer_writes_nothing_that_no_reader_takes(void)
{
	static const struct {
		const char *kinds; /* the last is refused */
		size_t n; /* its length */
		enum err e;
	} rows[] = {
		{ "2", 9, ERR_FORMAT },
		{ "11", 9, ERR_FORMAT },
		{ "13", 9, ERR_FORMAT },
		{ "12;", 9, ERR_FORMAT },
		{ "12<", 9, ERR_FORMAT },
		{ "120", 9, ERR_FORMAT },
		{ "1235", 48, ERR_FORMAT },
		{ "1234", 63, ERR_FORMAT },
		{ "1234", 65, ERR_TOOBIG },
		{ "1236", 44, ERR_FORMAT },
		{ "123557", 14001, ERR_TOOBIG },
		{ "123557", 0, ERR_FORMAT },
		{ "123559", 9, ERR_FORMAT },
		{ "1235588", 32, ERR_FORMAT },
		{ "123558:", PACK_RECORD_MAX, ERR_FORMAT },
		{ "1235589:", PACK_PART_HEAD - 1, ERR_FORMAT },
		{ "1235589:", PACK_RECORD_MAX + 1, ERR_TOOBIG },
		{ "1235589", PACK_SAID_MAX + 1, ERR_TOOBIG },
		{ "1235587", 9, ERR_FORMAT },
		{ "123565", 49, ERR_FORMAT },
	};
	static const size_t good[] = { 0, 9, 9, 9, 64, 49, 44, 9, 32, 9,
		PACK_RECORD_MAX };
	uint8_t *zeros = calloc(1, PACK_RECORD_MAX + 1);
	struct buf out;

	OK(zeros != NULL);
	buf_init(&out, PACK_FAKE_MAX * 2);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *k = rows[i].kinds;
		struct pack_writer *w = NULL;
		size_t was;

		OK(pack_writer_open(&w, age_sink_buf(&out)) == ERR_OK);
		for (; k[1] != '\0'; k++)
			OK(pack_writer_put(w, (enum pack_kind)(*k - '0'), zeros,
			       good[*k - '0']) == ERR_OK);
		was = out.len;
		OK(pack_writer_put(w, (enum pack_kind)(*k - '0'), zeros,
		       rows[i].n) == rows[i].e);
		OK(out.len == was);
		pack_writer_close(w);
		buf_clear(&out);
	}
	free(zeros);
	buf_drop(&out);
}

static void
fields_that_no_desk_writes_are_refused(void)
{
	struct pack_desk d = { .name = "a\nb" };
	struct pack_chain c = { .of.n = 5, .last = 1 };
	struct pack_voice v = { .first = 2, .last = 1 };
	struct pack_said s = { .head_n = 0 };
	uint8_t bytes[100] = { 4 };
	struct buf b;

	buf_init(&b, 4096);
	OK(pack_desk_write(&b, &d) == ERR_FORMAT);
	d.name[0] = '\0';
	OK(pack_desk_write(&b, &d) == ERR_FORMAT);
	OK(pack_chain_write(&b, &c) == ERR_FORMAT);
	c.of.n = 4;
	c.first = 1; /* later than its seed */
	OK(pack_chain_write(&b, &c) == ERR_FORMAT);
	c.last = 0;
	OK(pack_chain_write(&b, &c) == ERR_FORMAT);
	OK(pack_voice_write(&b, &v) == ERR_FORMAT);
	OK(pack_said_write(&b, &s) == ERR_FORMAT);
	OK(b.len == 0);
	OK(pack_chain_read(&c, bytes, 48) == ERR_FORMAT);
	bytes[0] = 17;
	OK(pack_chain_read(&c, bytes, 62) == ERR_FORMAT);
	OK(pack_chain_read(&c, bytes, 0) == ERR_FORMAT);
	memset(bytes, 0, sizeof bytes);
	OK(pack_said_read(&s, bytes, 9) == ERR_FORMAT);
	bytes[3] = 6;
	OK(pack_said_read(&s, bytes, 9) == ERR_FORMAT);
	bytes[3] = 5;
	OK(pack_said_read(&s, bytes, 9) == ERR_OK && s.tail_n == 0);
	buf_drop(&b);
}

static void
what_the_taker_says_ends_it(void)
{
	const struct pack_fake f = { .to = 3 };
	uint8_t hash[32];
	struct got g = { .say = ERR_FULL };
	struct buf b = make(&f, hash);

	OK(read_in(&b, hands[3].key, 100, &g) == ERR_FULL);
	OK(strcmp(g.kinds, "1") == 0);
	buf_drop(&b);
}

static void
another_file_is_said_to_be_one(void)
{
	struct got g = { .say = ERR_OK };
	struct buf b;

	buf_init(&b, 100);
	OK(buf_put_str(&b, "sotto/2 pack\n") == ERR_OK);
	OK(read_in(&b, hands[3].key, 100, &g) == ERR_VERSION);
	buf_clear(&b);
	OK(buf_put_str(&b, "something else") == ERR_OK);
	OK(read_in(&b, hands[3].key, 100, &g) == ERR_FORMAT);
	buf_clear(&b);
	OK(read_in(&b, hands[3].key, 100, &g) == ERR_SHORT);
	buf_drop(&b);
}

static void
refused_memory_leaves_nothing(void)
{
	const struct pack_fake f = { .to = 0, .admin = true, .voice = true };
	enum err e = ERR_NOMEM;
	struct got g = { .say = ERR_OK };
	struct buf notes[3], b;
	uint8_t hash[32];
	unsigned n;

	pack_fake_notes(notes, &f);
	buf_init(&b, PACK_FAKE_MAX);
	for (n = 1; e != ERR_OK; n++) {
		buf_drop(&b);
		alloc_refuse(n);
		e = pack_fake_write(&b, &f, notes, hash);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	OK(n > 10);
	for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
		struct pack_reader *r = NULL;
		const struct pack_taker taker = { take, &g };

		alloc_refuse(n);
		e = pack_reader_open(&r, hands[0].key, taker);
		if (e == ERR_OK)
			e = pack_reader_add(r, b.at, b.len);
		if (e == ERR_OK)
			e = pack_reader_end(r);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		pack_reader_close(r);
	}
	OK(n > 20);
	buf_drop(&b);
	for (unsigned i = 0; i < 3; i++)
		buf_drop(&notes[i]);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
hands_make();
T(a_pack_comes_back_in_pieces_of_any_size)
T(what_it_says_of_itself_is_known_at_its_end)
T(a_pack_that_is_cut_or_altered_anywhere_is_refused)
T(records_that_lack_or_changed_places_are_refused)
T(only_what_the_roster_allows_is_taken)
T(a_writer_writes_nothing_that_no_reader_takes)
T(fields_that_no_desk_writes_are_refused)
T(what_the_taker_says_ends_it)
T(another_file_is_said_to_be_one)
T(refused_memory_leaves_nothing)
T(its_vector_is_what_is_written)
T_END
