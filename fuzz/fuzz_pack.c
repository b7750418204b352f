/* Records of a pack and of a backup: behind a certificate and rosters that are
 * right, and before an end that is signed over whatever they are; and the bytes
 * as both, and as each record's fields.  What is accepted is written again the
 * same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../tests/unit/pack_fake.h"
#include "base/enc.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "team/pack_inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct buf notes[3];

/* Write what is handed out once more. */
static enum err
take(void *who, enum pack_kind kind, const uint8_t *p, size_t n)
{
	return pack_writer_put(who, kind, p, n);
}

static enum err
put_record(struct buf *b, enum pack_kind kind, const struct buf *note)
{
	enum err e;

	if ((e = buf_put_u8(b, (uint8_t)kind)) == ERR_OK &&
	    (e = buf_put_u32(b, (uint32_t)note->len)) == ERR_OK)
		e = buf_put(b, note->at, note->len);
	return e;
}

static void
put_end(struct buf *b, uint64_t records, bool backup)
{
	struct pack_end end = { .roster = 2, .day = 20005, .records = records };
	uint8_t key[32];
	struct buf json, note;

	buf_init(&json, PACK_END_MAX);
	buf_init(&note, PACK_END_MAX);
	memcpy(end.device, hands[0].id, sizeof end.device);
	memcpy(end.to, hands[backup ? 0 : 3].key, sizeof end.to);
	sign_public(key, pack_team_seed);
	team_print(end.team, key);
	sha256(end.hash, b->at, b->len);
	assert(pack_end_put(&json, &end) == ERR_OK);
	assert(
	    paper_sign(&note, &pack_end_kind, &json, hands[0].seed) == ERR_OK);
	assert(put_record(b, PACK_END, &note) == ERR_OK);
	buf_drop(&json);
	buf_drop(&note);
}

/* Records of the input, when it is nothing but records. */
static bool
count(const uint8_t *p, size_t n, uint64_t *records)
{
	for (; n > 0; (*records)++) {
		size_t take;

		if (n < PACK_HEAD)
			return false;
		take = (size_t)enc_get_u32(p + 1) + PACK_HEAD;
		if (take > n)
			return false;
		p += take;
		n -= take;
	}
	return true;
}

static void
one(const struct buf *b, bool whole, bool backup)
{
	const struct pack_maker by = { .device_seed = hands[0].seed,
		.to = hands[backup ? 0 : 3].key,
		.roster = 2,
		.day = 20005 };
	struct pack_maker maker = by;
	struct pack_writer *w = NULL;
	struct pack_reader *r = NULL;
	char team[TEAM_PRINT_BYTES];
	uint8_t hash[32];
	struct buf again;

	buf_init(&again, 16U << 20);
	if (backup) {
		assert(pack_backup_open(&w, age_sink_buf(&again)) == ERR_OK);
		assert(pack_backup_reader(&r, (struct pack_taker){ take, w }) ==
		    ERR_OK);
	} else {
		assert(pack_writer_open(&w, age_sink_buf(&again)) == ERR_OK);
		assert(pack_reader_open(&r, hands[3].key,
			   (struct pack_taker){ take, w }) == ERR_OK);
	}
	if (pack_reader_add(r, b->at, b->len) == ERR_OK &&
	    pack_reader_end(r) == ERR_OK && whole) {
		team_print(team, pack_reader_certificate(r)->team);
		maker.team = team;
		assert(pack_writer_end(w, &maker, hash) == ERR_OK);
		assert(again.len == b->len &&
		    memcmp(again.at, b->at, b->len) == 0);
	}
	pack_reader_close(r);
	pack_writer_close(w);
	buf_drop(&again);
}

static void
fields(const uint8_t *p, size_t n)
{
	struct pack_desk d;
	struct pack_chain c;
	struct pack_voice v;
	struct pack_said s;
	struct buf again;

	buf_init(&again, 4U << 20);
	if (pack_desk_read(&d, p, n) == ERR_OK) {
		assert(pack_desk_write(&again, &d) == ERR_OK);
		assert(again.len == n && memcmp(again.at, p, n) == 0);
		buf_clear(&again);
	}
	if (pack_bare_read(&d, p, n) == ERR_OK) {
		assert(pack_bare_write(&again, &d) == ERR_OK);
		assert(again.len == n && memcmp(again.at, p, n) == 0);
		buf_clear(&again);
	}
	if (pack_chain_read(&c, p, n) == ERR_OK) {
		assert(pack_chain_write(&again, &c) == ERR_OK);
		assert(again.len == n && memcmp(again.at, p, n) == 0);
		buf_clear(&again);
	}
	if (pack_voice_read(&v, p, n) == ERR_OK) {
		assert(pack_voice_write(&again, &v) == ERR_OK);
		assert(again.len == n && memcmp(again.at, p, n) == 0);
		buf_clear(&again);
	}
	if (pack_said_read(&s, p, n) == ERR_OK && n <= PACK_SAID_MAX) {
		assert(pack_said_write(&again, &s) == ERR_OK);
		assert(again.len == n && memcmp(again.at, p, n) == 0);
	}
	buf_drop(&again);
}

static void
begin(void)
{
	const struct pack_fake f = { .to = 3 };

	assert(crypt_init() == ERR_OK);
	json_init();
	hands_make();
	pack_fake_notes(notes, &f);
}

/* The input's records where they would stand. */
static void
records_of(const uint8_t *p, size_t n, bool backup)
{
	const char *first = backup ? PACK_BACKUP_FIRST : PACK_FIRST;
	uint64_t records = 3;
	struct buf b;

	if (!count(p, n, &records))
		return;
	buf_init(&b, 16U << 20);
	assert(buf_put_str(&b, first) == ERR_OK);
	for (unsigned i = 0; i < 3; i++)
		assert(put_record(&b, i == 0 ? PACK_CERTIFICATE : PACK_ROSTER,
			   &notes[i]) == ERR_OK);
	assert(buf_put(&b, p, n) == ERR_OK);
	put_end(&b, records, backup);
	one(&b, true, backup);
	buf_drop(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf b;

	if (notes[0].len == 0)
		begin();
	buf_init(&b, 16U << 20);
	if (buf_put(&b, p, n) == ERR_OK) {
		one(&b, false, false);
		one(&b, false, true);
	}
	buf_drop(&b);
	fields(p, n);
	records_of(p, n, false);
	records_of(p, n, true);
	return 0;
}
