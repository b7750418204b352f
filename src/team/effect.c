#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "crypt/hybrid.h"
#include "team/paper.h"

#include "team/effect.h"

/* What a field of a body is, and so how it is read and written. */
enum is {
	IS_END,
	IS_BYTES, /* hex of `most` bytes */
	IS_U32, /* at most `most` */
	IS_BOOL,
	IS_IDS, /* 1 to `most` of 16 bytes */
	IS_OVER, /* the same; none: not there */
	IS_MARKS, /* 0 to `most` of 16 bytes */
	IS_MEMBERS,
	IS_CHAIN, /* hex of 4 or 16 bytes */
	IS_CIRCLE, /* hex of 16 bytes, or empty */
	IS_OUTCOME,
	IS_RECIPIENT,
	IS_SINCE, /* IS_U32 that may be left out: zero */
	IS_DOORS, /* IS_MEMBERS that may be left out: none */
	IS_VARIANT,
	IS_ACT,
	IS_SECOND, /* below `most`, kept as one more; left out: zero */
};

struct field {
	const char *key;
	enum is is;
	size_t at;
	uint32_t most;
};

#define AT(member) offsetof(struct effect, member)
#define SIZE(member) sizeof(((struct effect *)0)->member)
#define BYTES(key, member) \
	{ \
		key, IS_BYTES, AT(member), SIZE(member) \
	}
#define U32(key, member, most) \
	{ \
		key, IS_U32, AT(member), most \
	}
#define DAY(key, member) U32(key, member, EFFECT_DAY_MAX)
#define BOOL(key) \
	{ \
		key, IS_BOOL, AT(on), 0 \
	}
#define SPECIAL(key, is, most) \
	{ \
		key, is, 0, most \
	}
#define CONVERSATION BYTES("conversation", conversation)
#define OVER SPECIAL("over", IS_OVER, EFFECT_OVERS)
#define MEANT DAY("before", before), SPECIAL("marks", IS_MARKS, EFFECT_MARKS)
#define FIELDS 10 /* at most, with the end */

static const struct kind {
	const char *type;
	enum member_role least;
	bool hands_out; /* or the device that the roster names for it */
	struct field fields[FIELDS];
} kinds[EFFECT_KINDS] = {
	[EFFECT_READ] = { "read", MEMBER_VIEWER, false,
	    { CONVERSATION, SPECIAL("letters", IS_IDS, EFFECT_IDS) } },
	[EFFECT_REPLY] = { "reply", MEMBER_EDITOR, false,
	    { CONVERSATION, BYTES("letter", id), DAY("day", day),
		U32("slot", number, EFFECT_SLOTS - 1),
		U32("n", count, UINT32_MAX), BYTES("hash", hash), OVER } },
	[EFFECT_SAVED] = { "saved", MEMBER_VIEWER, false,
	    { CONVERSATION, U32("number", number, UINT32_MAX),
		BYTES("file", hash) } },
	[EFFECT_JUNK] = { "junk", MEMBER_EDITOR, false,
	    { CONVERSATION, BOOL("junk") } },
	[EFFECT_ATTRIBUTION] = { "attribution", MEMBER_EDITOR, false,
	    { CONVERSATION, U32("level", number, 255), BYTES("words", hash) } },
	[EFFECT_DELETE] = { "delete", MEMBER_EDITOR, false,
	    { CONVERSATION, BYTES("file", id) } },
	[EFFECT_KEY_NOTE] = { "key-note", MEMBER_ADMIN, false,
	    { U32("serial", number, UINT32_MAX), DAY("day", day) } },
	[EFFECT_FINISHED] = { "finished", MEMBER_VIEWER, false,
	    { SPECIAL("door", IS_CHAIN, 0), DAY("before", day) } },
	[EFFECT_ROSTER] = { "roster", MEMBER_ADMIN, false,
	    { U32("serial", number, UINT32_MAX), BYTES("hash", hash) } },
	[EFFECT_RECIPIENT] = { "recipient", MEMBER_VIEWER, false,
	    { SPECIAL("recipient", IS_RECIPIENT, 0),
		SPECIAL("lacks", IS_DOORS, 0) } },
	[EFFECT_HAND_OUT] = { "hand-out", MEMBER_ADMIN, true,
	    { SPECIAL("chain", IS_CHAIN, 0), DAY("first", day), BYTES("id", id),
		{ "roster", IS_SINCE, AT(number), UINT32_MAX } } },
	[EFFECT_ASSIGN] = { "assign", MEMBER_EDITOR, false,
	    { CONVERSATION, SPECIAL("members", IS_MEMBERS, 0) } },
	[EFFECT_NOTE] = { "note", MEMBER_VIEWER, false,
	    { CONVERSATION, BYTES("id", id), BYTES("hash", hash) } },
	[EFFECT_DRAFT] = { "draft", MEMBER_EDITOR, false,
	    { CONVERSATION, BYTES("id", id), BYTES("hash", hash), OVER } },
	[EFFECT_OUTCOME] = { "outcome", MEMBER_EDITOR, false,
	    { CONVERSATION, SPECIAL("outcome", IS_OUTCOME, 0),
		DAY("day", day) } },
	[EFFECT_HOLD] = { "hold", MEMBER_ADMIN, false,
	    { CONVERSATION, BOOL("hold") } },
	[EFFECT_RESTRICT] = { "restrict", MEMBER_EDITOR, false,
	    { CONVERSATION, SPECIAL("circle", IS_CIRCLE, 0),
		SPECIAL("members", IS_MEMBERS, 0), DAY("day", day),
		SPECIAL("over", IS_OVER, EFFECT_RESTRICTS) } },
	[EFFECT_ANNOUNCE] = { "announce", MEMBER_EDITOR, false,
	    { CONVERSATION, DAY("day", day), DAY("said", last),
		SPECIAL("outcome", IS_OUTCOME, 0), MEANT } },
	[EFFECT_DESTROYED] = { "destroyed", MEMBER_EDITOR, false,
	    { CONVERSATION, SPECIAL("outcome", IS_OUTCOME, 0),
		DAY("first", day), DAY("last", last),
		U32("letters", number, UINT32_MAX),
		U32("files", files, UINT32_MAX), DAY("day", count), MEANT } },
	[EFFECT_LACK] = { "lack", MEMBER_VIEWER, false,
	    { SPECIAL("hashes", IS_IDS, EFFECT_LACKS) } },
	[EFFECT_PURGE] = { "purge", MEMBER_EDITOR, false,
	    { DAY("day", day), SPECIAL("tags", IS_IDS, EFFECT_PURGES) } },
	[EFFECT_GIVEN_UP] = { "given-up", MEMBER_VIEWER, false,
	    { DAY("day", day), U32("envelopes", number, UINT32_MAX) } },
	[EFFECT_PERIODS] = { "periods", MEMBER_ADMIN, false,
	    { DAY("junk", number), DAY("irrelevant", count),
		DAY("closed", last) } },
	[EFFECT_CASE] = { "case", MEMBER_EDITOR, false,
	    { CONVERSATION, BYTES("case", id), BYTES("hash", hash) } },
	[EFFECT_EVIDENCE] = { "evidence", MEMBER_EDITOR, false,
	    { CONVERSATION, BYTES("id", id), SPECIAL("kind", IS_VARIANT, 0),
		BYTES("parent", chain), DAY("day", day),
		BYTES("hash", hash) } },
	[EFFECT_VIEWED] = { "viewed", MEMBER_VIEWER, false,
	    { CONVERSATION, BYTES("id", id), DAY("day", day) } },
	[EFFECT_CUSTODY] = { "custody", MEMBER_EDITOR, false,
	    { CONVERSATION, BYTES("id", id), SPECIAL("act", IS_ACT, 0),
		DAY("day", day), SPECIAL("second", IS_SECOND, EFFECT_SECONDS),
		BYTES("hash", hash) } },
};

static const char *const variants[VARIANTS] = {
	[VARIANT_ORIGINAL] = "original",
	[VARIANT_WORKING] = "working",
	[VARIANT_SAFE] = "safe",
	[VARIANT_REDACTED] = "redacted",
	[VARIANT_PUBLISHED] = "published",
};

static const char *const acts[ACTS] = {
	[ACT_HASHED] = "hashed",
	[ACT_DISCLOSED] = "disclosed",
	[ACT_EXPORTED] = "exported",
	[ACT_ATTESTED] = "attested",
	[ACT_JUDGED] = "judged",
	[ACT_COMMITTED] = "committed",
	[ACT_PUBLISHED] = "published",
	[ACT_SEALED] = "sealed",
	[ACT_DELETED] = "deleted",
	[ACT_OPENED] = "opened",
	[ACT_JOINED] = "joined",
};

static const char *const outcomes[] = {
	[OUTCOME_OPEN] = "open",
	[OUTCOME_JUNK] = "junk",
	[OUTCOME_IRRELEVANT] = "irrelevant",
	[OUTCOME_CLOSED] = "closed",
	[OUTCOME_PUBLISHED] = "published",
};

/* Which of `n` words it is; `n` when it is none. */
static unsigned
which(const char *const *words, unsigned n, const char *word)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			break;
	return i;
}

const char *
effect_outcome_word(enum effect_outcome outcome)
{
	assert((size_t)outcome < COUNT(outcomes));
	return outcomes[outcome];
}

bool
effect_outcome_find(enum effect_outcome *outcome, const char *word)
{
	const unsigned i = which(outcomes, COUNT(outcomes), word);

	if (i < COUNT(outcomes))
		*outcome = (enum effect_outcome)i;
	return i < COUNT(outcomes);
}

const char *
effect_variant_word(enum effect_variant variant)
{
	assert(variant < VARIANTS);
	return variants[variant];
}

bool
effect_variant_find(enum effect_variant *variant, const char *word)
{
	const unsigned i = which(variants, VARIANTS, word);

	if (i < VARIANTS)
		*variant = (enum effect_variant)i;
	return i < VARIANTS;
}

const char *
effect_act_word(enum effect_act act)
{
	assert(act < ACTS);
	return acts[act];
}

bool
effect_act_find(enum effect_act *act, const char *word)
{
	const unsigned i = which(acts, ACTS, word);

	if (i < ACTS)
		*act = (enum effect_act)i;
	return i < ACTS;
}

enum effect_kind
effect_kind(const char *type)
{
	for (unsigned i = EFFECT_UNKNOWN + 1; i < EFFECT_KINDS; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return (enum effect_kind)i;
	return EFFECT_UNKNOWN;
}

const char *
effect_type(enum effect_kind kind)
{
	return kind == EFFECT_UNKNOWN ? "" : kinds[kind].type;
}

bool
effect_allowed(enum effect_kind kind, enum member_role role, bool hands_out)
{
	if (kind == EFFECT_UNKNOWN)
		return false;
	return role <= kinds[kind].least ||
	    (hands_out && kinds[kind].hands_out);
}

bool
effect_allowed_circle(enum member_role role)
{
	return effect_allowed(EFFECT_RESTRICT, role, false);
}

static uint8_t *
bytes_at(struct effect *e, const struct field *f)
{
	return (uint8_t *)e + f->at;
}

static uint32_t *
u32_at(struct effect *e, const struct field *f)
{
	return (uint32_t *)(void *)((uint8_t *)e + f->at);
}

static enum err
read_ids(struct effect *e, const struct field *f, const struct json *o)
{
	const struct json *list;
	enum err er;

	if ((er = json_get_list(o, f->key, f->most, &list)) != ERR_OK)
		return er;
	if ((e->ids_n = json_count(list)) == 0 && f->is != IS_MARKS)
		return ERR_FORMAT;
	for (size_t i = 0; i < e->ids_n; i++)
		if ((er = json_at_hex(list, i, e->ids[i], EFFECT_ID_BYTES)) !=
		    ERR_OK)
			return er;
	return ERR_OK;
}

static enum err
read_members(struct effect *e, const struct field *f, const struct json *o)
{
	const struct json *list;
	enum err er;

	if ((er = json_get_list(o, f->key, ROSTER_MEMBERS, &list)) != ERR_OK)
		return er;
	e->members_n = json_count(list);
	for (size_t i = 0; i < e->members_n; i++)
		if ((er = json_at_hex(
			 list, i, e->members[i], MEMBER_ID_BYTES)) != ERR_OK)
			return er;
	return ERR_OK;
}

/* Hex of 16 bytes, or of the `other` length. */
static enum err
read_chain(struct effect *e, const struct field *f, const struct json *o)
{
	const size_t other = f->is == IS_CIRCLE ? 0 : MEMBER_ID_BYTES;
	const char *s;
	size_t n;
	enum err er;

	if ((er = json_get_str(o, f->key, EFFECT_ID_BYTES * 2, &s, &n)) !=
	    ERR_OK)
		return er;
	e->chain_n = n / 2;
	if (n % 2 != 0 ||
	    (e->chain_n != EFFECT_ID_BYTES && e->chain_n != other))
		return ERR_FORMAT;
	return e->chain_n == 0 ? ERR_OK
			       : enc_hex_read(e->chain, e->chain_n, s, n);
}

static enum err
read_outcome(struct effect *e, const struct field *f, const struct json *o)
{
	const char *s;
	size_t n;
	enum err er;

	if ((er = json_get_str(o, f->key, 16, &s, &n)) != ERR_OK)
		return er;
	return effect_outcome_find(&e->outcome, s) ? ERR_OK : ERR_FORMAT;
}

/* A word of a table, as its number. */
static enum err
read_word(struct effect *e, const struct field *f, const struct json *o)
{
	const bool act = f->is == IS_ACT;
	const unsigned n = act ? (unsigned)ACTS : (unsigned)VARIANTS;
	const char *s;
	size_t len;
	enum err er;

	if ((er = json_get_str(o, f->key, 16, &s, &len)) != ERR_OK)
		return er;
	e->number = which(act ? acts : variants, n, s);
	return e->number < n ? ERR_OK : ERR_FORMAT;
}

static enum err
read_second(struct effect *e, const struct field *f, const struct json *o)
{
	uint32_t second;
	enum err er;

	if ((er = json_get_u32(o, f->key, f->most - 1, &second)) == ERR_OK)
		e->count = second + 1;
	return er == ERR_NOTHING ? ERR_OK : er;
}

static enum err
read_recipient(struct effect *e, const struct field *f, const struct json *o)
{
	struct age_recipient r;
	enum err er;

	if ((er = paper_str(e->recipient, o, f->key, AGE_RECIPIENT_TEXT)) !=
	    ERR_OK)
		return er;
	er = age_recipient_read(&r, e->recipient, strlen(e->recipient));
	/* One that is no key would keep everybody from their hand-out. */
	if (er == ERR_OK && (r.kind != AGE_HYBRID || !hybrid_is_public(r.key)))
		er = ERR_FORMAT;
	return er == ERR_NOMEM ? er : er == ERR_OK ? ERR_OK : ERR_FORMAT;
}

/* It may be left out; what is there must be right. */
static enum err
or_none(enum err e)
{
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
read_field(struct effect *e, const struct field *f, const struct json *o)
{
	enum err er;

	switch (f->is) {
	case IS_BYTES:
		return json_get_hex(o, f->key, bytes_at(e, f), f->most);
	case IS_U32:
		return json_get_u32(o, f->key, f->most, u32_at(e, f));
	case IS_BOOL:
		return json_get_bool(o, f->key, &e->on);
	case IS_IDS:
	case IS_MARKS:
		return read_ids(e, f, o);
	case IS_OVER:
		er = read_ids(e, f, o);
		return er == ERR_NOTHING ? ERR_OK : er;
	case IS_MEMBERS:
		return read_members(e, f, o);
	case IS_CHAIN:
	case IS_CIRCLE:
		return read_chain(e, f, o);
	case IS_OUTCOME:
		return read_outcome(e, f, o);
	case IS_RECIPIENT:
		return read_recipient(e, f, o);
	case IS_SINCE:
		return or_none(json_get_u32(o, f->key, f->most, u32_at(e, f)));
	case IS_DOORS:
		return or_none(read_members(e, f, o));
	case IS_VARIANT:
	case IS_ACT:
		return read_word(e, f, o);
	case IS_SECOND:
		return read_second(e, f, o);
	case IS_END:
		break;
	}
	return ERR_FORMAT;
}

enum err
effect_take(struct effect *e, enum effect_kind kind, const struct json *body)
{
	struct effect got = { .kind = kind };
	enum err er = ERR_OK;

	assert(kind != EFFECT_UNKNOWN && kind < EFFECT_KINDS);
	for (const struct field *f = kinds[kind].fields;
	     er == ERR_OK && f->is != IS_END; f++)
		er = paper_need(read_field(&got, f, body));
	if (er == ERR_OK)
		*e = got;
	return er;
}

enum err
effect_read(
    struct effect *e, enum effect_kind kind, const uint8_t *body, size_t n)
{
	struct json *o = NULL;
	enum err er;

	if ((er = json_open(&o, (const char *)body, n)) != ERR_OK)
		return er;
	er = effect_take(e, kind, o);
	json_close(o);
	return er;
}

static void
put_list(struct json_out *w, const char *key, const uint8_t *p, size_t n,
    size_t each)
{
	json_put_list(w, key);
	for (size_t i = 0; i < n; i++)
		json_put_hex(w, NULL, p + i * each, each);
	json_put_list_end(w);
}

static void
put_word(struct json_out *w, const char *key, const char *word)
{
	json_put_str(w, key, word, strlen(word));
}

static void
put_field(struct json_out *w, const struct effect *e, const struct field *f)
{
	const void *at = (const uint8_t *)e + f->at;

	switch (f->is) {
	case IS_BYTES:
		json_put_hex(w, f->key, at, f->most);
		break;
	case IS_U32:
		json_put_u64(w, f->key, *(const uint32_t *)at);
		break;
	case IS_BOOL:
		json_put_bool(w, f->key, e->on);
		break;
	case IS_OVER:
		if (e->ids_n == 0)
			break;
		put_list(w, f->key, e->ids[0], e->ids_n, EFFECT_ID_BYTES);
		break;
	case IS_IDS:
	case IS_MARKS:
		put_list(w, f->key, e->ids[0], e->ids_n, EFFECT_ID_BYTES);
		break;
	case IS_MEMBERS:
		put_list(
		    w, f->key, e->members[0], e->members_n, MEMBER_ID_BYTES);
		break;
	case IS_CHAIN:
	case IS_CIRCLE:
		json_put_hex(w, f->key, e->chain, e->chain_n);
		break;
	case IS_OUTCOME:
		put_word(w, f->key, outcomes[e->outcome]);
		break;
	case IS_RECIPIENT:
		put_word(w, f->key, e->recipient);
		break;
	case IS_VARIANT:
		put_word(w, f->key, variants[e->number]);
		break;
	case IS_ACT:
		put_word(w, f->key, acts[e->number]);
		break;
	case IS_SECOND:
		if (e->count > 0)
			json_put_u64(w, f->key, e->count - 1);
		break;
	case IS_SINCE:
		if (*(const uint32_t *)at != 0)
			json_put_u64(w, f->key, *(const uint32_t *)at);
		break;
	case IS_DOORS:
		if (e->members_n > 0)
			put_list(w, f->key, e->members[0], e->members_n,
			    MEMBER_ID_BYTES);
		break;
	case IS_END:
		break;
	}
}

/* What would run over a list or a table. */
static bool
fits(const struct effect *e)
{
	return e->kind > EFFECT_UNKNOWN && e->kind < EFFECT_KINDS &&
	    e->ids_n <= EFFECT_IDS && e->members_n <= ROSTER_MEMBERS &&
	    e->chain_n <= EFFECT_ID_BYTES && e->outcome < COUNT(outcomes) &&
	    (e->kind != EFFECT_EVIDENCE || e->number < VARIANTS) &&
	    (e->kind != EFFECT_CUSTODY || e->number < ACTS);
}

enum err
effect_write(struct buf *body, const struct effect *e)
{
	const size_t was = body->len;
	struct effect again;
	struct json_out w;
	enum err er;

	if (!fits(e))
		return ERR_FORMAT;
	json_begin(&w, body);
	for (const struct field *f = kinds[e->kind].fields; f->is != IS_END;
	     f++)
		put_field(&w, e, f);
	if ((er = json_end(&w)) != ERR_OK)
		return er;
	/* Nobody writes what nobody can read. */
	er = effect_read(&again, e->kind, body->at + was, body->len - was);
	if (er != ERR_OK)
		body->len = was;
	return er;
}
