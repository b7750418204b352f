#include <string.h>

#include "age/header.h"
#include "alloc.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/handout.h"
#include "team/paper.h"

#define TODAY 20780U
#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

static uint8_t seeds[3][SIGN_SEED_BYTES], keys[3][SIGN_PUBLIC_BYTES];
static struct roster roster, later;
static struct age_identity *ids[HANDOUT_STANZAS + 1];
static struct age_recipient to[HANDOUT_STANZAS + 1];

static void
make_team(void)
{
	uint8_t seed[AGE_SEED_BYTES];

	for (unsigned i = 0; i < 3; i++) {
		memset(seeds[i], (int)i + 1, SIGN_SEED_BYTES);
		sign_public(keys[i], seeds[i]);
	}
	roster.serial = 4;
	roster.devices_n = 3;
	for (unsigned i = 0; i < 3; i++)
		memcpy(roster.devices[i].key, keys[i], SIGN_PUBLIC_BYTES);
	roster.members_n = 2;
	roster.members[0].role = MEMBER_EDITOR;
	roster.members[1].id[0] = roster.devices[2].member[0] = 1;
	roster.members[1].role = MEMBER_VIEWER;
	roster.doors_n = 1;
	memset(roster.doors[0].id, 0xd0, DOOR_ID_BYTES);
	device_id(roster.hands_out, keys[0]);
	device_id(roster.then, keys[1]);
	later = roster;
	later.serial = 5;
	device_id(later.hands_out, keys[1]);
	for (unsigned i = 0; i <= HANDOUT_STANZAS; i++) {
		memset(seed, (int)i + 10, sizeof seed);
		OK(age_identity_from_seed(&ids[i], AGE_HYBRID, seed) == ERR_OK);
		age_identity_recipient(ids[i], &to[i]);
	}
}

static void
drop_team(void)
{
	for (unsigned i = 0; i <= HANDOUT_STANZAS; i++)
		age_identity_close(ids[i]);
}

static struct handout
a_handout(void)
{
	struct handout h = {
		.chain = { .n = DOOR_ID_BYTES },
		.seed = { .day = TODAY },
		.has_voice = true,
		.voice = { .first = TODAY, .last = TODAY + 400 },
	};

	memset(h.id, 0x1d, sizeof h.id);
	memset(h.chain.id, 0xd0, DOOR_ID_BYTES);
	memset(h.seed.seed, 0x5e, sizeof h.seed.seed);
	memset(h.voice.seed, 0x70, sizeof h.voice.seed);
	return h;
}

static const struct handout_maker by = { TEAM, seeds[0], &roster };
static const struct roster *const both[] = { &roster, &later };

static struct handout_reader
a_reader(const struct age_identity *id)
{
	return (struct handout_reader){ TEAM, id, both, 2, TODAY };
}

static size_t
stanzas(const struct buf *b)
{
	struct header_stanza s;
	struct header h;
	size_t at = 0, n = 0;

	OK(header_read(&h, b->at, b->len - HANDOUT_PLAIN - 32) == ERR_OK);
	while (header_stanza(&h, &at, &s)) {
		OK(header_is_arg(&s, 0, "mlkem768x25519") && s.args == 2);
		n++;
	}
	return n;
}

/* The property: who is a recipient opens it, who is not cannot, and neither
 * size nor form says how many there are. */
static void
all_recipients_and_nobody_else_open_it(void)
{
	static const size_t counts[] = { 1, 2, 50, HANDOUT_STANZAS };
	const struct handout want = a_handout();
	struct handout_reader r;
	struct handout h;
	struct buf b;

	buf_init(&b, 2 * HANDOUT_BYTES);
	for (size_t i = 0; i < COUNT(counts); i++) {
		buf_clear(&b);
		OK(handout_seal(&b, &want, &by, to, counts[i]) == ERR_OK);
		OK(b.len == HANDOUT_BYTES && stanzas(&b) == HANDOUT_STANZAS);
		for (size_t j = 0; j <= HANDOUT_STANZAS; j++) {
			if (j > 3 && j + 3 < counts[i])
				continue; /* alike, and each takes a while */
			r = a_reader(ids[j]);
			memset(&h, 0xee, sizeof h);
			if (j >= counts[i]) {
				OK(handout_open(&h, b.at, b.len, &r) ==
				    ERR_NOKEY);
				OK(h.device[0] == 0xee && h.id[15] == 0xee);
				continue;
			}
			OK(handout_open(&h, b.at, b.len, &r) == ERR_OK);
			OK(memcmp(h.seed.seed, want.seed.seed, 32) == 0);
			OK(h.seed.day == TODAY && h.roster == 4);
			OK(memcmp(h.voice.seed, want.voice.seed, 32) == 0);
			OK(memcmp(h.device, roster.hands_out, 16) == 0);
			OK(memcmp(h.id, want.id, sizeof h.id) == 0);
			OK(h.has_voice && !h.has_access && !h.has_onion);
		}
	}
	handout_drop(&h);
	OK(h.seed.seed[0] == 0 && h.seed.day == 0);
	buf_drop(&b);
}

/* Sealed twice to the same, nothing but the first and last bytes of the header
 * lines is the same. */
static void
two_hand_outs_have_nothing_in_common(void)
{
	const struct handout h = a_handout();
	struct header_stanza sa, sb;
	struct header ha, hb;
	struct buf a, b;
	size_t at_a = 0, at_b = 0;

	buf_init(&a, HANDOUT_BYTES);
	buf_init(&b, HANDOUT_BYTES);
	OK(handout_seal(&a, &h, &by, to, 3) == ERR_OK);
	OK(handout_seal(&b, &h, &by, to, 3) == ERR_OK);
	OK(header_read(&ha, a.at, a.len - HANDOUT_PLAIN - 32) == ERR_OK);
	OK(header_read(&hb, b.at, b.len - HANDOUT_PLAIN - 32) == ERR_OK);
	while (header_stanza(&ha, &at_a, &sa)) {
		OK(header_stanza(&hb, &at_b, &sb));
		OK(sa.arg[1].len == sb.arg[1].len);
		OK(memcmp(sa.arg[1].at, sb.arg[1].at, sa.arg[1].len) != 0);
	}
	buf_drop(&a);
	buf_drop(&b);
}

static void
a_circle_and_the_log_have_hand_outs_too(void)
{
	struct handout h = a_handout(), got;
	const struct handout_maker viewer = { TEAM, seeds[2], &roster };
	struct handout_reader r = a_reader(ids[2]);
	struct buf b;

	buf_init(&b, HANDOUT_BYTES);
	h.has_voice = false;
	h.chain.n = HANDOUT_CIRCLE_BYTES;
	OK(handout_seal(&b, &h, &by, to, 5) == ERR_OK);
	OK(handout_open(&got, b.at, b.len, &r) == ERR_OK);
	OK(got.chain.n == HANDOUT_CIRCLE_BYTES && !got.has_voice);
	OK(memcmp(got.chain.id, h.chain.id, got.chain.n) == 0);
	OK(!handout_chain_is_log(&got.chain));
	OK(memcmp(got.device, roster.hands_out, sizeof got.device) == 0);

	/* Whoever may restrict hands it out, whatever the roster names. */
	buf_clear(&b);
	OK(handout_seal(&b, &h, &viewer, to, 5) == ERR_DENIED);
	memset(roster.hands_out, 0, sizeof roster.hands_out);
	OK(handout_seal(&b, &h, &by, to, 5) == ERR_OK);
	OK(handout_open(&got, b.at, b.len, &r) == ERR_OK);
	memcpy(roster.hands_out, got.device, sizeof roster.hands_out);

	buf_clear(&b);
	h.chain = (struct handout_chain){ .n = DOOR_ID_BYTES };
	h.has_access = h.has_onion = true;
	memset(h.access, 0xac, sizeof h.access);
	memset(h.onion, 0x07, sizeof h.onion);
	OK(handout_seal(&b, &h, &by, to, 5) == ERR_OK);
	OK(b.len == HANDOUT_BYTES);
	OK(handout_open(&got, b.at, b.len, &r) == ERR_OK);
	OK(handout_chain_is_log(&got.chain) && got.has_access && got.has_onion);
	OK(memcmp(got.access, h.access, 32) == 0);
	OK(memcmp(got.onion, h.onion, 32) == 0);
	buf_drop(&b);
}

static void
what_no_reader_takes_is_not_made(void)
{
	const struct handout_maker third = { TEAM, seeds[2], &roster };
	const struct handout_maker second = { TEAM, seeds[1], &roster };
	struct age_recipient twice[2] = { to[0], to[0] }, old = to[0];
	struct handout h = a_handout();
	struct buf b;

	buf_init(&b, HANDOUT_BYTES);
	OK(handout_seal(&b, &h, &third, to, 1) == ERR_DENIED);
	OK(handout_seal(&b, &h, &by, to, 0) == ERR_FORMAT);
	OK(handout_seal(&b, &h, &by, to, 65) == ERR_TOOBIG);
	OK(handout_seal(&b, &h, &by, twice, 2) == ERR_FORMAT);
	old.kind = AGE_X25519;
	OK(handout_seal(&b, &h, &by, &old, 1) == ERR_FORMAT);
	h.has_access = true;
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_FORMAT);
	h.has_access = false;
	h.voice.last = h.voice.first - 1;
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_FORMAT);
	h = a_handout();
	h.chain.id[0] ^= 1;
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_DENIED);
	h = a_handout();
	h.chain.n = 5;
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_FORMAT);
	h.chain.n = HANDOUT_CIRCLE_BYTES; /* with a voice */
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_FORMAT);
	OK(b.len == 0);
	h = a_handout();
	OK(handout_seal(&b, &h, &second, to, 1) == ERR_OK);
	buf_drop(&b);
}

static void
a_reader_checks_team_roster_maker_door_and_day(void)
{
	const struct roster *const one[] = { &later };
	struct handout_reader r = a_reader(ids[0]);
	struct handout_maker m = by;
	struct handout h = a_handout(), got = { .roster = 99 };
	static struct roster none;
	struct buf b;

	buf_init(&b, HANDOUT_BYTES);
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_OK);
	r.team = "2bcdefghijklmnopqrstuvwxyz234567";
	OK(handout_open(&got, b.at, b.len, &r) == ERR_DENIED);
	r = a_reader(ids[0]);
	r.rosters = one;
	r.rosters_n = 1;
	OK(handout_open(&got, b.at, b.len, &r) == ERR_MISSING);
	r = a_reader(ids[0]);
	r.today = TODAY + HANDOUT_BACK;
	OK(handout_open(&got, b.at, b.len, &r) == ERR_OK);
	r.today++;
	OK(handout_open(&got, b.at, b.len, &r) == ERR_EXPIRED);
	r.today = TODAY - CHAIN_AHEAD;
	OK(handout_open(&got, b.at, b.len, &r) == ERR_OK);
	r.today--;
	OK(handout_open(&got, b.at, b.len, &r) == ERR_EXPIRED);
	/* Roster 5 names the second device twice: the first may no more. */
	none = later;
	device_id(none.hands_out, keys[0]);
	m.roster = &none;
	buf_clear(&b);
	OK(handout_seal(&b, &h, &m, to, 1) == ERR_OK);
	r = a_reader(ids[0]);
	got.roster = 99;
	OK(handout_open(&got, b.at, b.len, &r) == ERR_DENIED);
	/* A door that the roster with this serial has not. */
	none = later;
	memset(none.doors[0].id, 0xd1, DOOR_ID_BYTES);
	memset(h.chain.id, 0xd1, DOOR_ID_BYTES);
	m.device_seed = seeds[1];
	buf_clear(&b);
	OK(handout_seal(&b, &h, &m, to, 1) == ERR_OK);
	OK(handout_open(&got, b.at, b.len, &r) == ERR_DENIED);
	OK(got.roster == 99);
	buf_drop(&b);
}

static void
an_altered_hand_out_is_refused(void)
{
	const struct handout h = a_handout();
	struct handout_reader r = a_reader(ids[0]);
	struct handout got;
	struct buf b;

	buf_init(&b, HANDOUT_BYTES);
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_OK);
	for (size_t i = 0; i < b.len; i += i < 100 ? 7 : 2903) {
		b.at[i] ^= 1;
		OK(handout_open(&got, b.at, b.len, &r) != ERR_OK);
		b.at[i] ^= 1;
	}
	OK(handout_open(&got, b.at, b.len - 1, &r) == ERR_FORMAT);
	OK(handout_open(&got, b.at, 0, &r) == ERR_FORMAT);
	OK(handout_open(&got, b.at, b.len, &r) == ERR_OK);
	buf_drop(&b);
}

/* A right note to all 64, but not as handout_seal() makes it. */
static void
one_with_fewer_stanzas_is_refused(void)
{
	uint8_t plain[HANDOUT_PLAIN + 1557] = { 0 };
	struct handout_reader r = a_reader(ids[0]);
	struct age_to few = { .recipients = to, .n = HANDOUT_STANZAS - 1 };
	struct handout got;
	struct buf b;

	buf_init(&b, HANDOUT_BYTES);
	OK(age_seal(&b, &few, plain, sizeof plain) == ERR_OK);
	OK(b.len == HANDOUT_BYTES);
	OK(handout_open(&got, b.at, b.len, &r) == ERR_FORMAT);
	buf_drop(&b);
}

static enum err
read_json(const char *json)
{
	const struct paper_kind as = { "hand-out", "device", HANDOUT_PLAIN };
	struct handout_reader r = a_reader(NULL);
	struct buf text, note;
	struct handout got;
	enum err e;

	buf_init(&text, HANDOUT_PLAIN);
	buf_init(&note, HANDOUT_PLAIN);
	OK(buf_put_str(&text, json) == ERR_OK);
	OK(paper_sign(&note, &as, &text, seeds[0]) == ERR_OK);
	OK(buf_put_zero(&note, HANDOUT_PLAIN - note.len) == ERR_OK);
	e = handout_read(&got, note.at, note.len, &r);
	note.at[note.len - 1] = 1;
	OK(handout_read(&got, note.at, note.len, &r) == ERR_FORMAT);
	buf_drop(&text);
	buf_drop(&note);
	return e;
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define HEAD \
	"{\"team\":\"" TEAM "\",\"id\":\"00112233445566778899aabbccddeeff\","
#define SEED "\"first\":20780,\"seed\":\"" ZEROS "\","

static const struct {
	const char *json;
	enum err e;
} spellings[] = {
	{ HEAD "\"chain\":\"00000000\"," SEED "\"roster\":4}", ERR_OK },
	{ HEAD "\"chain\":\"d0d0d0d0\"," SEED "\"roster\":5}", ERR_DENIED },
	{ HEAD "\"chain\":\"d0d0d0d0\"," SEED "\"roster\":4}", ERR_OK },
	{ HEAD "\"chain\":\"d0d0d0d000\"," SEED "\"roster\":4}", ERR_FORMAT },
	{ HEAD "\"chain\":\"d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0\"," SEED
	       "\"roster\":4}",
	    ERR_OK },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"access\":{\"seed\":\"" ZEROS
	       "\"},\"roster\":4}",
	    ERR_OK },
	{ HEAD "\"chain\":\"d0d0d0d0\"," SEED "\"access\":{\"seed\":\"" ZEROS
	       "\"},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"access\":{\"seed\":\"" ZEROS
	       "\",\"more\":1},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"access\":{},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"line\":{\"key\":\"" ZEROS
	       "\",\"purge\":\"" ZEROS "\"},\"roster\":4}",
	    ERR_DENIED },
	{ HEAD "\"chain\":\"d0d0d0d0\"," SEED "\"line\":{\"key\":\"" ZEROS
	       "\",\"purge\":\"" ZEROS "\"},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"line\":{\"key\":\"" ZEROS
	       "\"},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"line\":{\"key\":\"" ZEROS
	       "\",\"purge\":\"" ZEROS "\",\"more\":1},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"d0d0d0d0\"," SEED "\"voice\":{\"seed\":\"" ZEROS
	       "\",\"first\":3,\"last\":3},\"roster\":4}",
	    ERR_OK },
	{ HEAD "\"chain\":\"d0d0d0d0\"," SEED "\"voice\":{\"seed\":\"" ZEROS
	       "\",\"first\":3,\"last\":2},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"voice\":{\"seed\":\"" ZEROS
	       "\",\"first\":3,\"last\":3},\"roster\":4}",
	    ERR_FORMAT },
	{ HEAD "\"chain\":\"00000000\"," SEED "\"roster\":4,\"more\":1}",
	    ERR_FORMAT },
	{ HEAD SEED "\"chain\":\"00000000\",\"roster\":4}", ERR_FORMAT },
	{ HEAD SEED "\"roster\":4}", ERR_FORMAT },
};

static void
a_hand_out_has_one_spelling(void)
{
	for (size_t i = 0; i < COUNT(spellings); i++)
		OK(read_json(spellings[i].json) == spellings[i].e);
}

/* An editor's device may hand out chains, but not the line's keys. */
static void
the_lines_keys_are_an_admins_to_hand_out(void)
{
	static const char line[] =
	    HEAD "\"chain\":\"00000000\"," SEED "\"line\":{\"key\":\"" ZEROS
		 "\",\"purge\":\"" ZEROS "\"},\"roster\":4}";
	struct handout h = a_handout();
	struct buf b;

	buf_init(&b, HANDOUT_BYTES);
	memset(h.chain.id, 0, DOOR_ID_BYTES);
	h.has_voice = false;
	h.has_line = true;
	OK(read_json(line) == ERR_DENIED);
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_DENIED && b.len == 0);
	roster.members[0].role = MEMBER_ADMIN;
	OK(read_json(line) == ERR_OK);
	OK(handout_seal(&b, &h, &by, to, 1) == ERR_OK);
	roster.members[0].role = MEMBER_EDITOR;
	buf_drop(&b);
}

static void
refused_memory_leaves_nothing(void)
{
	const struct handout h = a_handout();
	struct handout_reader r = a_reader(ids[0]);
	enum err e = ERR_NOMEM;
	struct handout got;
	const unsigned held = alloc_held();
	unsigned n;
	struct buf b;

	buf_init(&b, HANDOUT_BYTES);
	for (n = 1; e != ERR_OK; n++) {
		buf_drop(&b);
		alloc_refuse(n);
		e = handout_seal(&b, &h, &by, to, 2);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && b.len == 0));
	}
	OK(n > 6);
	for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
		got.roster = 99;
		alloc_refuse(n);
		e = handout_open(&got, b.at, b.len, &r);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && got.roster == 99));
	}
	OK(n > 6);
	buf_drop(&b);
	OK(alloc_held() == held && alloc_dirty() == 0);
}

/* The plaintext without its NULs is read, and is what is written. */
static void
is_vector(const char *path, const struct handout *want)
{
	struct handout_reader r = a_reader(ids[1]);
	struct handout got;
	struct buf file, b, plain;
	const struct age_with with = { .ids = &r.identity, .n = 1 };

	buf_init(&file, HANDOUT_PLAIN);
	buf_init(&b, HANDOUT_BYTES);
	buf_init(&plain, HANDOUT_PLAIN);
	OK(file_read(&file, path) == ERR_OK);
	OK(handout_read(&got, file.at, file.len, &r) == ERR_OK);
	OK(memcmp(got.voice.seed, want->voice.seed, 32) == 0);
	OK(memcmp(&got.line, &want->line, sizeof got.line) == 0);
	OK(handout_seal(&b, want, &by, to, 2) == ERR_OK);
	OK(age_open(&plain, &with, b.at, b.len) == ERR_OK);
	OK(plain.len == HANDOUT_PLAIN);
	OK(memcmp(plain.at, file.at, file.len) == 0);
	for (size_t i = file.len; i < plain.len; i++)
		OK(plain.at[i] == 0);
	buf_drop(&file);
	buf_drop(&b);
	buf_drop(&plain);
}

static void
the_vectors_read_and_are_what_is_written(void)
{
	struct handout h = a_handout();

	is_vector("doc/vectors/hand-out.note", &h);
	memset(h.chain.id, 0, DOOR_ID_BYTES);
	memset(&h.voice, 0, sizeof h.voice);
	h.has_voice = false;
	h.has_line = true;
	memset(h.line.key, 0x6c, sizeof h.line.key);
	memset(h.line.purge, 0x70, sizeof h.line.purge);
	roster.members[0].role = MEMBER_ADMIN;
	is_vector("doc/vectors/hand-out-line.note", &h);
	roster.members[0].role = MEMBER_EDITOR;
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
make_team();
T(all_recipients_and_nobody_else_open_it)
T(two_hand_outs_have_nothing_in_common)
T(a_circle_and_the_log_have_hand_outs_too)
T(what_no_reader_takes_is_not_made)
T(a_reader_checks_team_roster_maker_door_and_day)
T(an_altered_hand_out_is_refused)
T(one_with_fewer_stanzas_is_refused)
T(a_hand_out_has_one_spelling)
T(the_lines_keys_are_an_admins_to_hand_out)
T(refused_memory_leaves_nothing)
T(the_vectors_read_and_are_what_is_written)
drop_team();
T_END
