/* Bodies of entries: what each type says, and who may say it. */
#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "t.h"
#include "team/effect.h"
#include "team/entry.h"

#define ID "000102030405060708090a0b0c0d0e0f"
#define C "\"conversation\":\"" ID "\""
#define HASH ID ID

static char recipient[AGE_RECIPIENT_TEXT + 1];

/* The body of each type as doc/protocol/70-team.md has it; RECIPIENT stands
 * for one. */
static const struct {
	enum effect_kind kind;
	const char *type;
	enum member_role least;
	const char *body;
} rows[] = {
	{ EFFECT_READ, "read", MEMBER_VIEWER,
	    "{" C ",\"letters\":[\"" ID "\",\"" ID "\"]}" },
	{ EFFECT_REPLY, "reply", MEMBER_EDITOR,
	    "{" C ",\"letter\":\"" ID "\",\"day\":20700,\"slot\":15,"
	    "\"n\":3,\"hash\":\"" HASH "\"}" },
	{ EFFECT_SAVED, "saved", MEMBER_VIEWER,
	    "{" C ",\"number\":2,\"file\":\"" HASH "\"}" },
	{ EFFECT_JUNK, "junk", MEMBER_EDITOR, "{" C ",\"junk\":false}" },
	{ EFFECT_ATTRIBUTION, "attribution", MEMBER_EDITOR,
	    "{" C ",\"level\":3,\"words\":\"" HASH "\"}" },
	{ EFFECT_DELETE, "delete", MEMBER_EDITOR,
	    "{" C ",\"file\":\"" ID "\"}" },
	{ EFFECT_KEY_NOTE, "key-note", MEMBER_ADMIN,
	    "{\"serial\":2,\"day\":20700}" },
	{ EFFECT_FINISHED, "finished", MEMBER_VIEWER,
	    "{\"door\":\"00000001\",\"before\":20700}" },
	{ EFFECT_ROSTER, "roster", MEMBER_ADMIN,
	    "{\"serial\":2,\"hash\":\"" HASH "\"}" },
	{ EFFECT_RECIPIENT, "recipient", MEMBER_VIEWER,
	    "{\"recipient\":\"RECIPIENT\"}" },
	{ EFFECT_HAND_OUT, "hand-out", MEMBER_ADMIN,
	    "{\"chain\":\"" ID "\",\"first\":20700,\"id\":\"" ID "\"}" },
	{ EFFECT_ASSIGN, "assign", MEMBER_EDITOR, "{" C ",\"members\":[]}" },
	{ EFFECT_NOTE, "note", MEMBER_VIEWER,
	    "{" C ",\"id\":\"" ID "\",\"hash\":\"" HASH "\"}" },
	{ EFFECT_DRAFT, "draft", MEMBER_EDITOR,
	    "{" C ",\"id\":\"" ID "\",\"hash\":\"" HASH "\"}" },
	{ EFFECT_OUTCOME, "outcome", MEMBER_EDITOR,
	    "{" C ",\"outcome\":\"irrelevant\",\"day\":20700}" },
	{ EFFECT_HOLD, "hold", MEMBER_ADMIN, "{" C ",\"hold\":true}" },
	{ EFFECT_RESTRICT, "restrict", MEMBER_EDITOR,
	    "{" C
	    ",\"circle\":\"\",\"members\":[\"00000001\"],\"day\":20700}" },
	{ EFFECT_RESTRICT, "restrict", MEMBER_EDITOR,
	    "{" C ",\"circle\":\"" ID "\",\"members\":[],\"day\":1}" },
	{ EFFECT_ANNOUNCE, "announce", MEMBER_EDITOR,
	    "{" C ",\"day\":20700,\"said\":20670,\"outcome\":\"closed\","
	    "\"before\":5,\"marks\":[\"" ID "\"]}" },
	{ EFFECT_ANNOUNCE, "announce", MEMBER_EDITOR,
	    "{" C ",\"day\":0,\"said\":20670,\"outcome\":\"open\","
	    "\"before\":0,\"marks\":[]}" },
	{ EFFECT_DESTROYED, "destroyed", MEMBER_EDITOR,
	    "{" C ",\"outcome\":\"closed\",\"first\":1,\"last\":2,"
	    "\"letters\":3,\"files\":4,\"day\":20700,"
	    "\"before\":1,\"marks\":[\"" ID "\"]}" },
	{ EFFECT_LACK, "lack", MEMBER_VIEWER, "{\"hashes\":[\"" ID "\"]}" },
	{ EFFECT_PURGE, "purge", MEMBER_EDITOR,
	    "{\"day\":20700,\"tags\":[\"" ID "\"]}" },
	{ EFFECT_GIVEN_UP, "given-up", MEMBER_VIEWER,
	    "{\"day\":20700,\"envelopes\":4}" },
	{ EFFECT_PERIODS, "periods", MEMBER_ADMIN,
	    "{\"junk\":30,\"irrelevant\":60,\"closed\":0}" },
	{ EFFECT_CASE, "case", MEMBER_EDITOR,
	    "{" C ",\"case\":\"" ID "\",\"hash\":\"" HASH "\"}" },
	{ EFFECT_EVIDENCE, "evidence", MEMBER_EDITOR,
	    "{" C ",\"id\":\"" ID "\",\"kind\":\"redacted\",\"parent\":\"" ID
	    "\",\"day\":20700,\"hash\":\"" HASH "\"}" },
	{ EFFECT_VIEWED, "viewed", MEMBER_VIEWER,
	    "{" C ",\"id\":\"" ID "\",\"day\":20700}" },
	{ EFFECT_CUSTODY, "custody", MEMBER_EDITOR,
	    "{" C ",\"id\":\"" ID "\",\"act\":\"exported\",\"day\":20700,"
	    "\"hash\":\"" HASH "\"}" },
};

/* The body of a row, with a real recipient. */
static void
body_of(struct buf *b, size_t row)
{
	const char *s = rows[row].body, *at = strstr(s, "RECIPIENT");

	buf_clear(b);
	if (at == NULL) {
		OK(buf_put_str(b, s) == ERR_OK);
		return;
	}
	OK(buf_put(b, s, (size_t)(at - s)) == ERR_OK);
	OK(buf_put_str(b, recipient) == ERR_OK);
	OK(buf_put_str(b, at + strlen("RECIPIENT")) == ERR_OK);
}

static void
every_body_comes_back_as_it_was(void)
{
	bool seen[EFFECT_KINDS] = { true };
	struct buf body, again;
	struct effect e;

	buf_init(&body, ENTRY_BODY_MAX);
	buf_init(&again, ENTRY_BODY_MAX);
	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(effect_kind(rows[i].type) == rows[i].kind);
		OK(strcmp(effect_type(rows[i].kind), rows[i].type) == 0);
		body_of(&body, i);
		OK(effect_read(&e, rows[i].kind, body.at, body.len) == ERR_OK);
		buf_clear(&again);
		OK(effect_write(&again, &e) == ERR_OK);
		OK(again.len == body.len &&
		    memcmp(again.at, body.at, body.len) == 0);
		seen[rows[i].kind] = true;
	}
	for (unsigned i = 0; i < EFFECT_KINDS; i++)
		OK(seen[i]);
	OK(effect_kind("of-tomorrow") == EFFECT_UNKNOWN);
	OK(effect_kind("") == EFFECT_UNKNOWN);
	buf_drop(&body);
	buf_drop(&again);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
what_takes_the_place_of_nothing_says_so_by_not_saying_it(void)
{
	static const enum effect_kind kinds[] = { EFFECT_REPLY, EFFECT_DRAFT };
	struct effect e, again;
	struct buf body;

	buf_init(&body, ENTRY_BODY_MAX);
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (size_t n = 0; n <= EFFECT_OVERS; n += EFFECT_OVERS) {
			e = (struct effect){ .kind = kinds[i], .ids_n = n };
			memset(e.ids, (int)(n + 1), n * sizeof e.ids[0]);
			buf_clear(&body);
			OK(effect_write(&body, &e) == ERR_OK);
			OK((strstr(buf_str(&body), "over") != NULL) == (n > 0));
			OK(effect_read(&again, kinds[i], body.at, body.len) ==
			    ERR_OK);
			OK(again.ids_n == n);
			OK(memcmp(again.ids, e.ids, sizeof e.ids) == 0);
		}
	e.ids_n = EFFECT_OVERS + 1;
	OK(effect_write(&body, &e) != ERR_OK);
	buf_drop(&body);
}

static void
each_role_may_do_what_its_table_says(void)
{
	static const enum member_role all[] = { MEMBER_ADMIN, MEMBER_EDITOR,
		MEMBER_VIEWER };

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t j = 0; j < COUNT(all); j++) {
			OK(effect_allowed(rows[i].kind, all[j], false) ==
			    (all[j] <= rows[i].least));
			OK(effect_allowed(rows[i].kind, all[j], true) ==
			    (all[j] <= rows[i].least ||
				rows[i].kind == EFFECT_HAND_OUT));
		}
	OK(!effect_allowed(EFFECT_UNKNOWN, MEMBER_ADMIN, true));
	OK(effect_allowed_circle(MEMBER_EDITOR));
	OK(!effect_allowed_circle(MEMBER_VIEWER));
}

/* One field renamed, so that it is not there. */
static void
a_body_without_one_of_its_fields_is_refused(void)
{
	struct effect e;
	struct buf body;

	buf_init(&body, ENTRY_BODY_MAX);
	for (size_t i = 0; i < COUNT(rows); i++) {
		body_of(&body, i);
		for (size_t at = 1; at < body.len; at++) {
			if (body.at[at] != '"' ||
			    (body.at[at - 1] != '{' && body.at[at - 1] != ','))
				continue;
			if (memcmp(body.at + at, "\"0001", 5) == 0)
				continue; /* no field */
			body.at[at + 1] ^= 0x20;
			OK(effect_read(&e, rows[i].kind, body.at, body.len) ==
			    ERR_FORMAT);
			body.at[at + 1] ^= 0x20;
		}
		OK(effect_read(&e, rows[i].kind, body.at, body.len) == ERR_OK);
	}
	buf_drop(&body);
}

#define CUSTODY(act, second) \
	"{" C ",\"id\":\"" ID "\",\"act\":\"" act "\",\"day\":1," second \
	"\"hash\":\"" HASH "\"}"

static const struct {
	enum effect_kind kind;
	const char *body;
	bool good;
} odd[] = {
	{ EFFECT_JUNK, "{" C ",\"junk\":true,\"new\":{\"a\":[1]}}", true },
	{ EFFECT_JUNK, "{" C ",\"junk\":1}", false },
	{ EFFECT_JUNK, "{\"conversation\":\"00\",\"junk\":true}", false },
	{ EFFECT_REPLY,
	    "{" C ",\"letter\":\"" ID "\",\"day\":1,\"slot\":16,"
	    "\"n\":1,\"hash\":\"" HASH "\"}",
	    false },
	{ EFFECT_REPLY,
	    "{" C ",\"letter\":\"" ID "\",\"day\":1,\"slot\":1,\"n\":1}",
	    false },
	{ EFFECT_READ, "{" C ",\"letters\":[]}", false },
	{ EFFECT_READ, "{" C ",\"letters\":[\"00\"]}", false },
	{ EFFECT_LACK, "{\"hashes\":[]}", false },
	{ EFFECT_OUTCOME, "{" C ",\"outcome\":\"won\",\"day\":1}", false },
	{ EFFECT_ANNOUNCE,
	    "{" C ",\"day\":2,\"said\":1,\"outcome\":\"open\","
	    "\"before\":0}",
	    false },
	{ EFFECT_FINISHED, "{\"door\":\"\",\"before\":1}", false },
	{ EFFECT_FINISHED, "{\"door\":\"000001\",\"before\":1}", false },
	{ EFFECT_FINISHED, "{\"door\":\"0000000G\",\"before\":1}", false },
	{ EFFECT_FINISHED, "{\"door\":\"" ID "\",\"before\":1}", true },
	{ EFFECT_RESTRICT, "{" C ",\"circle\":\"00000001\",\"members\":[]}",
	    false },
	{ EFFECT_ASSIGN, "{" C ",\"members\":[\"0001\"]}", false },
	{ EFFECT_RECIPIENT, "{\"recipient\":\"age1pq\"}", false },
	{ EFFECT_PURGE, "{\"day\":4294967296,\"tags\":[\"" ID "\"]}", false },
	{ EFFECT_PURGE, "[]", false },
	{ EFFECT_DRAFT,
	    "{" C ",\"id\":\"" ID "\",\"hash\":\"" HASH "\",\"over\":[]}",
	    false },
	{ EFFECT_DRAFT,
	    "{" C ",\"id\":\"" ID "\",\"hash\":\"" HASH "\",\"over\":[\"" ID
	    "\"]}",
	    true },
	{ EFFECT_REPLY,
	    "{" C ",\"letter\":\"" ID "\",\"day\":1,\"slot\":1,"
	    "\"n\":1,\"hash\":\"" HASH "\",\"over\":[\"" ID "\",7]}",
	    false },
	/* With a day like these no sum is a day any more. */
	{ EFFECT_OUTCOME, "{" C ",\"outcome\":\"closed\",\"day\":4294967295}",
	    false },
	{ EFFECT_OUTCOME, "{" C ",\"outcome\":\"closed\",\"day\":2147483647}",
	    true },
	{ EFFECT_PERIODS, "{\"junk\":1,\"irrelevant\":1,\"closed\":2147483648}",
	    false },
	{ EFFECT_RESTRICT,
	    "{" C ",\"circle\":\"\",\"members\":[],\"day\":1,\"over\":[\"" ID
	    "\"]}",
	    true },
	/* Each word of the evidence has its table. */
	{ EFFECT_EVIDENCE,
	    "{" C ",\"id\":\"" ID "\",\"kind\":\"copy\",\"parent\":\"" ID
	    "\",\"day\":1,\"hash\":\"" HASH "\"}",
	    false },
	{ EFFECT_CUSTODY, CUSTODY("viewed", ""), false },
	{ EFFECT_CUSTODY, CUSTODY("original", ""), false },
	{ EFFECT_CUSTODY, CUSTODY("joined", ""), true },
	{ EFFECT_CUSTODY, CUSTODY("hashed", "\"second\":0,"), true },
	{ EFFECT_CUSTODY, CUSTODY("hashed", "\"second\":86399,"), true },
	{ EFFECT_CUSTODY, CUSTODY("hashed", "\"second\":86400,"), false },
	{ EFFECT_CUSTODY, CUSTODY("hashed", "\"second\":\"1\","), false },
	/* Those that may be left out. */
	{ EFFECT_HAND_OUT,
	    "{\"chain\":\"" ID "\",\"first\":1,\"id\":\"" ID "\",\"roster\":2}",
	    true },
	{ EFFECT_HAND_OUT,
	    "{\"chain\":\"" ID "\",\"first\":1,\"id\":\"" ID
	    "\",\"roster\":\"2\"}",
	    false },
};

static void
a_field_that_does_not_fit_is_refused_and_a_new_one_is_not(void)
{
	struct effect e;

	for (size_t i = 0; i < COUNT(odd); i++) {
		memset(&e, 0x5a, sizeof e);
		OK((effect_read(&e, odd[i].kind, (const uint8_t *)odd[i].body,
			strlen(odd[i].body)) == ERR_OK) == odd[i].good);
		OK(odd[i].good || e.ids_n == (size_t)0x5a5a5a5a5a5a5a5a);
	}
}

static void
what_nobody_could_read_is_not_written(void)
{
	struct effect e = { .kind = EFFECT_LACK };
	struct buf body;

	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &e) == ERR_FORMAT); /* lacks nothing */
	e.ids_n = EFFECT_LACKS + 1;
	OK(effect_write(&body, &e) != ERR_OK);
	e.ids_n = EFFECT_LACKS;
	OK(effect_write(&body, &e) == ERR_OK && body.len > 0);
	buf_clear(&body);
	e.kind = EFFECT_READ;
	e.ids_n = EFFECT_IDS; /* as many as a body holds */
	OK(effect_write(&body, &e) == ERR_OK);
	buf_clear(&body);
	e.ids_n = EFFECT_IDS + 1;
	OK(effect_write(&body, &e) == ERR_FORMAT);
	e = (struct effect){ .kind = EFFECT_REPLY, .number = EFFECT_SLOTS };
	OK(effect_write(&body, &e) != ERR_OK);
	e.kind = EFFECT_UNKNOWN;
	OK(effect_write(&body, &e) == ERR_FORMAT);
	OK(body.len == 0);
	buf_drop(&body);
}

static void
every_word_of_the_evidence_is_read_back(void)
{
	struct effect e = { .kind = EFFECT_EVIDENCE }, again;
	enum effect_variant variant = VARIANTS;
	enum effect_act act = ACTS;
	struct buf body;

	buf_init(&body, ENTRY_BODY_MAX);
	for (unsigned i = 0; i < VARIANTS; i++) {
		e.number = i;
		buf_clear(&body);
		OK(effect_write(&body, &e) == ERR_OK);
		OK(effect_read(&again, e.kind, body.at, body.len) == ERR_OK);
		OK(again.number == i);
		OK(effect_variant_find(&variant, effect_variant_word(i)));
		OK(variant == i);
	}
	e.number = VARIANTS;
	OK(effect_write(&body, &e) == ERR_FORMAT);
	e.kind = EFFECT_CUSTODY;
	for (unsigned i = 0; i < ACTS; i++) {
		e.number = i;
		e.count = i % 2 == 0 ? 0 : EFFECT_SECONDS - i + 1;
		buf_clear(&body);
		OK(effect_write(&body, &e) == ERR_OK);
		OK((strstr(buf_str(&body), "second") != NULL) == (i % 2 == 1));
		OK(effect_read(&again, e.kind, body.at, body.len) == ERR_OK);
		OK(again.number == i && again.count == e.count);
		OK(effect_act_find(&act, effect_act_word(i)) && act == i);
	}
	OK(!effect_act_find(&act, "original") && act == ACTS - 1);
	OK(!effect_variant_find(&variant, "hashed"));
	e.count = EFFECT_SECONDS + 1;
	OK(effect_write(&body, &e) != ERR_OK);
	e.number = ACTS;
	OK(effect_write(&body, &e) == ERR_FORMAT);
	buf_drop(&body);
}

static void
refused_memory_leaves_nothing_behind(void)
{
	struct effect e = { .kind = EFFECT_RECIPIENT };
	enum err er = ERR_NOMEM;
	struct buf body;
	unsigned n;

	memcpy(e.recipient, recipient, sizeof recipient);
	for (n = 1; er != ERR_OK && n < 200; n++) {
		buf_init(&body, ENTRY_BODY_MAX);
		alloc_refuse(n);
		er = effect_write(&body, &e);
		alloc_refuse(0);
		OK(er == ERR_OK || (er == ERR_NOMEM && body.len == 0));
		buf_drop(&body);
		OK(alloc_held() == 0 && alloc_dirty() == 0);
	}
	OK(er == ERR_OK && n > 4);
}

/* A member's device may publish anything as where its hand-outs are sealed to;
 * with one that is no key nobody would get any. */
static void
a_recipient_that_nothing_can_be_sealed_to_is_refused(void)
{
	struct effect e = { .kind = EFFECT_RECIPIENT };
	struct age_recipient r;
	struct buf body;

	buf_init(&body, ENTRY_BODY_MAX);
	for (unsigned bad = 0; bad < 3; bad++) {
		OK(age_recipient_read(&r, recipient, strlen(recipient)) ==
		    ERR_OK);
		if (bad == 1) /* a coefficient out of range */
			memset(r.key, 0xff, 3);
		if (bad == 2) /* a point of small order */
			memset(r.key + sizeof r.key - 32, 0, 32);
		age_recipient_write(&r, e.recipient);
		OK(effect_write(&body, &e) == (bad ? ERR_FORMAT : ERR_OK));
	}
	buf_drop(&body);
}

static void
make_recipient(void)
{
	struct age_identity *id;
	struct age_recipient r;
	uint8_t seed[32] = { 9 };

	OK(age_identity_from_seed(&id, AGE_HYBRID, seed) == ERR_OK);
	age_identity_recipient(id, &r);
	age_recipient_write(&r, recipient);
	age_identity_close(id);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
make_recipient();
T(every_body_comes_back_as_it_was)
T(what_takes_the_place_of_nothing_says_so_by_not_saying_it)
T(each_role_may_do_what_its_table_says)
T(a_body_without_one_of_its_fields_is_refused)
T(a_field_that_does_not_fit_is_refused_and_a_new_one_is_not)
T(what_nobody_could_read_is_not_written)
T(every_word_of_the_evidence_is_read_back)
T(a_recipient_that_nothing_can_be_sealed_to_is_refused)
T(refused_memory_leaves_nothing_behind)
T_END
