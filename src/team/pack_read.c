/* A pack as it comes in, record by record. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "team/pack_inside.h"

struct pack_reader {
	uint8_t key[SIGN_PUBLIC_BYTES]; /* whose it is to be */
	struct pack_taker taker;
	enum err failed;
	struct buf hold; /* the record that is coming, its head included */
	size_t want; /* bytes that `hold` is waiting for */
	bool backup, begun, done;
	unsigned last;
	uint64_t records;
	struct sha256 *before, *all;
	struct certificate certificate;
	struct roster *roster, *next;
	uint8_t roster_hash[SHA256_BYTES];
	const struct roster_device *own, *giver;
	uint32_t day;
	uint8_t hash[SHA256_BYTES];
};

static enum err
begin(struct pack_reader **r, const uint8_t *key, struct pack_taker taker)
{
	struct pack_reader *got = calloc(1, sizeof *got);
	enum err e = ERR_NOMEM;

	if (got == NULL)
		goto out;
	got->backup = key == NULL;
	if (key != NULL)
		memcpy(got->key, key, sizeof got->key);
	got->taker = taker;
	got->want = got->backup ? PACK_BACKUP_FIRST_N : PACK_FIRST_N;
	buf_init(&got->hold, PACK_HEAD + PACK_RECORD_MAX);
	if ((got->before = sha256_open()) == NULL ||
	    (got->all = sha256_open()) == NULL ||
	    (got->roster = calloc(1, sizeof *got->roster)) == NULL ||
	    (got->next = calloc(1, sizeof *got->next)) == NULL)
		goto out;
	e = ERR_OK;
	*r = got;
	got = NULL; /* now the caller's */
out:
	pack_reader_close(got);
	return e;
}

enum err
pack_reader_open(struct pack_reader **r,
    const uint8_t key[static SIGN_PUBLIC_BYTES], struct pack_taker taker)
{
	return begin(r, key, taker);
}

enum err
pack_backup_reader(struct pack_reader **r, struct pack_taker taker)
{
	return begin(r, NULL, taker);
}

bool
pack_reader_is_backup(const struct pack_reader *r)
{
	return r->backup;
}

void
pack_reader_close(struct pack_reader *r)
{
	if (r == NULL)
		return;
	buf_drop(&r->hold);
	sha256_close(r->before);
	sha256_close(r->all);
	wipe_free(r->roster, sizeof *r->roster);
	wipe_free(r->next, sizeof *r->next);
	wipe_free(r, sizeof *r);
}

static enum err
take_certificate(struct pack_reader *r, const uint8_t *p, size_t n)
{
	return certificate_read(&r->certificate, p, n);
}

/* The first one of a team names nothing before it. */
static bool
is_first(const struct roster *r)
{
	static const uint8_t zero[SHA256_BYTES];

	return r->serial == 1 && memcmp(r->previous, zero, sizeof zero) == 0;
}

static enum err
take_roster(struct pack_reader *r, const uint8_t *p, size_t n)
{
	struct roster *const was = r->roster;
	const bool first = r->last == PACK_CERTIFICATE;
	enum err e;

	e = roster_read(r->next, p, n, r->certificate.team);
	if (e != ERR_OK)
		return e;
	if (first ? !is_first(r->next)
		  : roster_follows(r->next, was, r->roster_hash) != ERR_OK)
		return ERR_FORGED;
	r->roster = r->next;
	r->next = was;
	sha256(r->roster_hash, p, n);
	return ERR_OK;
}

static enum member_role
own_role(const struct pack_reader *r)
{
	return roster_member(r->roster, r->own->member)->role;
}

/* The rosters are whole here: is the device among them? */
static enum err
take_desk(struct pack_reader *r, const uint8_t *p, size_t n)
{
	uint8_t id[DEVICE_ID_BYTES];
	struct pack_desk d;
	enum err e;

	device_id(id, r->key);
	r->own = roster_device(r->roster, id);
	if (r->own == NULL && !r->backup)
		return ERR_NOTHING;
	e = pack_desk_read(&d, p, n);
	pack_desk_drop(&d);
	return e;
}

static enum err
take_bare(struct pack_reader *r, const uint8_t *p, size_t n)
{
	struct pack_desk d;
	enum err e = pack_bare_read(&d, p, n);

	(void)r;
	pack_desk_drop(&d);
	return e;
}

static enum err
take_admin(struct pack_reader *r, const uint8_t *p, size_t n)
{
	(void)p;
	(void)n;
	return r->backup || own_role(r) == MEMBER_ADMIN ? ERR_OK : ERR_DENIED;
}

static enum err
take_chain(struct pack_reader *r, const uint8_t *p, size_t n)
{
	struct pack_chain c;
	enum err e;

	e = pack_chain_read(&c, p, n);
	if (e == ERR_OK && !r->backup &&
	    !pack_may_read(r->roster, r->key, &c.of))
		e = ERR_DENIED;
	pack_chain_drop(&c);
	return e;
}

static enum err
take_voice(struct pack_reader *r, const uint8_t *p, size_t n)
{
	struct handout_chain of = { .n = DOOR_ID_BYTES };
	struct pack_voice v;
	enum err e;

	if ((e = pack_voice_read(&v, p, n)) == ERR_OK && !r->backup) {
		memcpy(of.id, v.door, sizeof v.door);
		if (own_role(r) == MEMBER_VIEWER || handout_chain_is_log(&of) ||
		    !pack_may_read(r->roster, r->key, &of))
			e = ERR_DENIED;
	}
	pack_voice_drop(&v);
	return e;
}

static enum err
take_said(struct pack_reader *r, const uint8_t *p, size_t n)
{
	struct pack_said s;

	(void)r;
	return pack_said_read(&s, p, n);
}

static enum err
end_fields(struct pack_end *end, const struct json *o)
{
	enum err e;

	if ((e = json_get_hex(o, "device", end->device, sizeof end->device)) !=
		ERR_OK ||
	    (e = paper_str(end->team, o, "team", TEAM_PRINT_CHARS)) != ERR_OK ||
	    (e = json_get_hex(o, "to", end->to, sizeof end->to)) != ERR_OK ||
	    (e = json_get_u32(o, "roster", UINT32_MAX, &end->roster)) !=
		ERR_OK ||
	    (e = json_get_u32(o, "day", UINT32_MAX, &end->day)) != ERR_OK ||
	    (e = json_get_u64(o, "records", UINT64_MAX, &end->records)) !=
		ERR_OK)
		return paper_need(e);
	return paper_need(json_get_hex(o, "hash", end->hash, sizeof end->hash));
}

/* Is it about these very records, and for us? */
static enum err
end_is_true(const struct pack_reader *r, const struct pack_end *end)
{
	uint8_t hash[SHA256_BYTES];
	char team[TEAM_PRINT_BYTES];

	sha256_end(r->before, hash);
	team_print(team, r->certificate.team);
	if (memcmp(hash, end->hash, sizeof hash) != 0 ||
	    end->records != r->records || end->roster != r->roster->serial ||
	    strcmp(team, end->team) != 0)
		return ERR_FORGED;
	return memcmp(end->to, r->backup ? r->giver->key : r->key,
		   sizeof end->to) == 0
	    ? ERR_OK
	    : ERR_DENIED;
}

static enum err
end_by(struct pack_reader *r, const struct pack_end *end)
{
	const struct roster_device *d = roster_device(r->roster, end->device);

	if (d == NULL ||
	    (!r->backup &&
		roster_member(r->roster, d->member)->role == MEMBER_VIEWER))
		return ERR_DENIED;
	r->giver = d;
	r->day = end->day;
	return ERR_OK;
}

static enum err
take_end(struct pack_reader *r, const uint8_t *p, size_t n)
{
	struct paper paper = { .json = NULL };
	struct pack_end end = { .day = 0 };
	struct buf json;
	enum err e;

	buf_init(&json, PACK_END_MAX);
	if ((e = paper_read(&paper, &pack_end_kind, p, n)) != ERR_OK ||
	    (e = end_fields(&end, paper.json)) != ERR_OK ||
	    (e = end_by(r, &end)) != ERR_OK ||
	    (e = paper_check(&paper, &pack_end_kind, r->giver->key)) !=
		ERR_OK ||
	    (e = pack_end_put(&json, &end)) != ERR_OK ||
	    (e = paper_exact(&paper, &json)) != ERR_OK ||
	    (e = end_is_true(r, &end)) != ERR_OK)
		goto out;
	r->done = true;
out:
	buf_drop(&json);
	paper_drop(&paper);
	return e;
}

static enum err (*const rows[PACK_KINDS])(
    struct pack_reader *r, const uint8_t *p, size_t n) = {
	[PACK_CERTIFICATE] = take_certificate,
	[PACK_ROSTER] = take_roster,
	[PACK_DESK] = take_desk,
	[PACK_ADMIN] = take_admin,
	[PACK_CHAIN] = take_chain,
	[PACK_VOICE] = take_voice,
	[PACK_SAID] = take_said,
	[PACK_END] = take_end,
	[PACK_BARE] = take_bare,
};

/* A whole record is in `hold`. */
static enum err
take_record(struct pack_reader *r)
{
	const enum pack_kind kind = (enum pack_kind)r->hold.at[0];
	const uint8_t *p = r->hold.at + PACK_HEAD;
	const size_t n = r->hold.len - PACK_HEAD;
	enum err e = ERR_OK;

	sha256_add(r->all, r->hold.at, r->hold.len);
	if (rows[kind] != NULL)
		e = rows[kind](r, p, n);
	if (e != ERR_OK)
		return e;
	if (kind == PACK_END) {
		sha256_end(r->all, r->hash);
	} else {
		sha256_add(r->before, r->hold.at, r->hold.len);
		e = r->taker.take(r->taker.who, kind, p, n);
	}
	r->last = kind;
	r->records++;
	return e;
}

static enum err
take_first(struct pack_reader *r)
{
	static const char stem[] = "sotto/";
	const char *first = r->backup ? PACK_BACKUP_FIRST : PACK_FIRST;

	if (memcmp(r->hold.at, first, r->hold.len) != 0)
		return memcmp(r->hold.at, stem, sizeof stem - 1) == 0
		    ? ERR_VERSION
		    : ERR_FORMAT;
	sha256_add(r->all, r->hold.at, r->hold.len);
	sha256_add(r->before, r->hold.at, r->hold.len);
	r->begun = true;
	return ERR_OK;
}

/* What was waited for is there. */
static enum err
step(struct pack_reader *r)
{
	size_t n;
	enum err e;

	if (r->begun && r->hold.len == PACK_HEAD) {
		n = enc_get_u32(r->hold.at + 1);
		e = pack_order(r->backup, r->last, r->hold.at[0], n);
		r->want = PACK_HEAD + n;
		return e;
	}
	e = r->begun ? take_record(r) : take_first(r);
	buf_clear(&r->hold);
	r->want = PACK_HEAD;
	return e;
}

enum err
pack_reader_add(struct pack_reader *r, const void *p, size_t n)
{
	const uint8_t *at = p;
	size_t take;

	while (r->failed == ERR_OK && n > 0) {
		take = r->want - r->hold.len;
		take = take < n ? take : n;
		r->failed = r->done ? ERR_FORMAT : buf_put(&r->hold, at, take);
		at += take;
		n -= take;
		if (r->failed == ERR_OK && r->hold.len == r->want)
			r->failed = step(r);
	}
	return r->failed;
}

enum err
pack_reader_end(struct pack_reader *r)
{
	if (r->failed == ERR_OK && !r->done)
		r->failed = ERR_SHORT;
	return r->failed;
}

const struct certificate *
pack_reader_certificate(const struct pack_reader *r)
{
	return &r->certificate;
}

const struct roster *
pack_reader_roster(const struct pack_reader *r)
{
	return r->roster;
}

void
pack_reader_hash(const struct pack_reader *r, uint8_t hash[static SHA256_BYTES])
{
	memcpy(hash, r->hash, SHA256_BYTES);
}

const struct roster_device *
pack_reader_giver(const struct pack_reader *r)
{
	return r->giver;
}

uint32_t
pack_reader_day(const struct pack_reader *r)
{
	return r->day;
}
