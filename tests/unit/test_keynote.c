#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"
#include "note/json.h"
#include "t.h"
#include "team/chain.h"
#include "team/offer.h"
#include "team/purge.h"

#define DAY 20000U
/* Two steps on from 32 bytes of 0x42, by Python's hmac. */
#define VECTOR \
	"b3842ebb071da82056b1e98de460dfa9fe1122e615eb1f6478bea000303b5b54"

static uint8_t team_seed[32], line_seed[32], purge_seed[32];

static void
keys(void)
{
	memset(team_seed, 1, 32);
	memset(line_seed, 2, 32);
	memset(purge_seed, 3, 32);
}

static struct chain
a_chain(void)
{
	struct chain c = { .day = DAY };

	memset(c.seed, 0x42, sizeof c.seed);
	return c;
}

static void
a_chain_runs_forward_only(void)
{
	struct chain c = a_chain(), one = a_chain();
	uint8_t want[32];

	hkdf32(want, one.seed, 32, "sotto/1 next");
	OK(chain_advance(&c, DAY) == ERR_OK && c.day == DAY);
	OK(chain_advance(&c, DAY + 1) == ERR_OK);
	OK(memcmp(c.seed, want, 32) == 0);
	OK(chain_advance(&c, DAY) == ERR_EXPIRED && c.day == DAY + 1);
	OK(chain_advance(&c, DAY + 5000) == ERR_TOOBIG && c.day == DAY + 1);
	OK(chain_advance(&one, DAY + 30) == ERR_OK);
	OK(chain_advance(&c, DAY + 30) == ERR_OK);
	OK(memcmp(&c, &one, sizeof c) == 0);
}

static void
a_chain_agrees_with_its_vector(void)
{
	struct chain c = a_chain();
	char hex[65];

	OK(chain_advance(&c, DAY + 2) == ERR_OK);
	enc_hex(hex, c.seed, 32);
	OK(strcmp(hex, VECTOR) == 0);
}

static void
an_identity_of_a_day_has_the_recipient_of_that_day(void)
{
	struct age_recipient r[3], one;
	struct chain c = a_chain();
	struct age_identity *id;

	OK(chain_recipients(r, DAY + 5, 3, &c) == ERR_OK);
	OK(c.day == DAY);
	for (uint32_t i = 0; i < 3; i++) {
		OK(chain_identity(&id, &c, DAY + 5 + i) == ERR_OK);
		age_identity_recipient(id, &one);
		OK(age_recipient_is_same(&one, &r[i]));
		age_identity_close(id);
	}
	OK(!age_recipient_is_same(&r[0], &r[1]));
	OK(chain_identity(&id, &c, DAY - 1) == ERR_EXPIRED);
	OK(chain_recipients(r, DAY - 1, 1, &c) == ERR_EXPIRED);
	OK(alloc_held() == 0);
}

/* A note of `doors` doors with `days` days each. */
static void
fill(struct key_note *k, size_t doors, uint32_t days)
{
	const struct chain c = a_chain();

	key_note_init(k);
	memset(k->line, 0xab, sizeof k->line);
	k->serial = 7;
	k->issued = DAY;
	memset(k->access, 0x55, sizeof k->access);
	k->purges_n = 1;
	sign_public(k->purges[0], purge_seed);
	for (size_t i = 0; i < doors; i++) {
		struct key_note_door *d = &k->doors[k->doors_n++];

		d->id[0] = (uint8_t)(i + 1);
		(void)snprintf(d->name, sizeof d->name, "door %zu", i);
		(void)snprintf(d->readers, sizeof d->readers, "Ada and \"Bo\"");
		d->first = DAY;
		d->recipients_n = days;
		d->recipients = calloc(days, sizeof *d->recipients);
		OK(d->recipients != NULL);
		OK(chain_recipients(d->recipients, DAY, days, &c) == ERR_OK);
		d->voices_n = 2;
		memset(d->voices[0].key, (int)(0x10 + i), 32);
		d->voices[0].first = DAY - 100;
		d->voices[0].last = DAY + 3;
		memset(d->voices[1].key, (int)(0x20 + i), 32);
		d->voices[1].first = DAY + 4;
		d->voices[1].last = DAY + 400;
	}
}

static struct certificate
certificate(struct buf *note)
{
	struct certificate c = { .serial = 1, .until = DAY + 100 };

	memset(c.line, 0xab, sizeof c.line);
	sign_public(c.key, line_seed);
	if (note != NULL)
		OK(certificate_write(note, &c, team_seed) == ERR_OK);
	return c;
}

static void
a_key_note_comes_back_as_it_was_written(void)
{
	const struct certificate by = certificate(NULL);
	struct key_note k, got;
	struct buf b, again;

	buf_init(&b, KEY_NOTE_MAX);
	buf_init(&again, KEY_NOTE_MAX);
	fill(&k, 4, 60);
	OK(key_note_write(&b, &k, line_seed) == ERR_OK);
	OK(b.len > 400000 && b.len < KEY_NOTE_MAX);
	OK(key_note_read(&got, b.at, b.len, &by) == ERR_OK);
	OK(got.serial == 7 && got.issued == DAY && got.doors_n == 4);
	OK(strcmp(got.doors[1].readers, "Ada and \"Bo\"") == 0);
	OK(key_note_write(&again, &got, line_seed) == ERR_OK);
	OK(again.len == b.len && memcmp(again.at, b.at, b.len) == 0);
	key_note_drop(&got);
	key_note_drop(&k);
	buf_drop(&again);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* A name is shown in the terminal of a source who trusts whoever answers. */
static void
a_name_that_could_steer_a_terminal_is_refused(void)
{
	struct key_note k;
	struct buf b;

	buf_init(&b, KEY_NOTE_MAX);
	for (unsigned i = 0; i < 3; i++) {
		fill(&k, 1, 1);
		if (i > 0)
			(void)snprintf(
			    i == 1 ? k.doors[0].name : k.doors[0].readers, 10,
			    "a\x1b[2Jb");
		OK(key_note_write(&b, &k, line_seed) ==
		    (i == 0 ? ERR_OK : ERR_FORMAT));
		key_note_drop(&k);
	}
	buf_drop(&b);
}

static void
a_key_note_answers_what_a_sender_asks(void)
{
	const uint8_t id[4] = { 1 }, none[4] = { 9 };
	const uint8_t *voice;
	struct key_note k;
	size_t at = 0;

	fill(&k, 2, 10);
	OK(key_note_door(&k, id) == &k.doors[0]);
	OK(key_note_door(&k, none) == NULL);
	OK(key_note_recipient(&k.doors[0], DAY - 1) == NULL);
	OK(key_note_recipient(&k.doors[0], DAY) == &k.doors[0].recipients[0]);
	OK(key_note_recipient(&k.doors[0], DAY + 9) != NULL);
	OK(key_note_recipient(&k.doors[0], DAY + 10) == NULL);
	OK(key_note_recipient(&k.doors[0], 0) == NULL);
	voice = key_note_voice(&k, &at, DAY + 3);
	OK(voice != NULL && voice[0] == 0x10);
	voice = key_note_voice(&k, &at, DAY + 3);
	OK(voice != NULL && voice[0] == 0x11);
	OK(key_note_voice(&k, &at, DAY + 3) == NULL);
	at = 0;
	voice = key_note_voice(&k, &at, DAY + 4);
	OK(voice != NULL && voice[0] == 0x20);
	at = 0;
	OK(key_note_voice(&k, &at, DAY + 401) == NULL);
	key_note_drop(&k);
}

static void
a_key_note_of_another_key_line_or_form_is_refused(void)
{
	struct certificate by = certificate(NULL);
	struct key_note k, got;
	struct buf b;

	buf_init(&b, KEY_NOTE_MAX);
	fill(&k, 1, 2);
	OK(key_note_write(&b, &k, line_seed) == ERR_OK);
	OK(key_note_read(&got, b.at, b.len, &by) == ERR_OK);
	key_note_drop(&got);
	by.line[0] ^= 1;
	OK(key_note_read(&got, b.at, b.len, &by) == ERR_DENIED);
	by.line[0] ^= 1;
	by.key[0] ^= 1;
	OK(key_note_read(&got, b.at, b.len, &by) != ERR_OK);
	by.key[0] ^= 1;
	for (size_t i = 0; i < b.len; i += 7) {
		b.at[i] ^= 1;
		OK(key_note_read(&got, b.at, b.len, &by) != ERR_OK);
		b.at[i] ^= 1;
		OK(key_note_read(&got, b.at, i, &by) != ERR_OK);
	}
	buf_clear(&b);
	k.doors[0].voices[0].last = 0; /* ends before it begins */
	OK(key_note_write(&b, &k, line_seed) == ERR_FORMAT);
	k.doors[0].voices[0].last = UINT32_MAX;
	k.doors[0].recipients[1].kind = AGE_X25519;
	OK(key_note_write(&b, &k, line_seed) == ERR_FORMAT);
	k.doors[0].recipients[1].kind = AGE_HYBRID;
	k.doors_n = 0;
	OK(key_note_write(&b, &k, line_seed) == ERR_FORMAT);
	k.doors_n = 1;
	key_note_drop(&k);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
an_offer_is_believed_for_its_team_and_time_only(void)
{
	struct buf cert, note, body;
	struct certificate c;
	char f[TEAM_PRINT_BYTES];
	struct key_note k;
	struct offer o;

	buf_init(&cert, CERTIFICATE_MAX);
	buf_init(&note, KEY_NOTE_MAX);
	buf_init(&body, OFFER_MAX);
	c = certificate(&cert);
	team_print(f, c.team);
	fill(&k, 1, 3);
	OK(key_note_write(&note, &k, line_seed) == ERR_OK);
	key_note_drop(&k);
	OK(offer_write(&body, &cert, &note, DAY) == ERR_OK);
	OK(offer_read(&o, body.at, body.len, f, 32) == ERR_OK);
	OK(o.day == DAY && o.note.serial == 7);
	OK(offer_agrees(&o, DAY - 1) && offer_agrees(&o, DAY + 1));
	OK(!offer_agrees(&o, DAY - 2) && !offer_agrees(&o, DAY + 2));
	offer_drop(&o);
	OK(offer_read(&o, body.at, body.len, NULL, 0) == ERR_OK);
	offer_drop(&o);
	f[0] = f[0] == 'a' ? 'b' : 'a';
	OK(offer_read(&o, body.at, body.len, f, 32) == ERR_FORGED);
	for (size_t i = 0; i < body.len; i += 5)
		OK(offer_read(&o, body.at, i, NULL, 0) != ERR_OK);
	buf_clear(&body);
	OK(offer_write(&body, &cert, &note, DAY + 101) == ERR_OK);
	OK(offer_read(&o, body.at, body.len, NULL, 0) == ERR_EXPIRED);
	buf_drop(&body);
	buf_drop(&note);
	buf_drop(&cert);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* Whatever byte of them is another, it is read anew. */
static void
an_offer_of_the_same_notes_stands_and_its_day_alone_is_read(void)
{
	struct buf cert, note, body;
	struct key_note k;
	struct offer o;

	buf_init(&cert, CERTIFICATE_MAX);
	buf_init(&note, KEY_NOTE_MAX);
	buf_init(&body, OFFER_MAX);
	(void)certificate(&cert);
	fill(&k, 1, 3);
	OK(key_note_write(&note, &k, line_seed) == ERR_OK);
	key_note_drop(&k);
	OK(offer_write(&body, &cert, &note, DAY) == ERR_OK);
	OK(offer_read(&o, body.at, body.len, NULL, 0) == ERR_OK);
	for (size_t i = 0; i < cert.len + note.len + 6; i += 5) {
		body.at[i] ^= 1;
		OK(offer_again(&o, body.at, body.len) == ERR_NOTHING);
		body.at[i] ^= 1;
		OK(offer_again(&o, body.at, i) == ERR_NOTHING);
	}
	buf_clear(&body);
	OK(offer_write(&body, &cert, &note, DAY + 3) == ERR_OK);
	OK(offer_again(&o, body.at, body.len - 1) == ERR_FORMAT);
	OK(o.day == DAY);
	OK(offer_again(&o, body.at, body.len) == ERR_OK && o.day == DAY + 3);
	buf_clear(&body);
	OK(offer_write(&body, &cert, &note, DAY + 101) == ERR_OK);
	OK(!o.ended && offer_again(&o, body.at, body.len) == ERR_OK);
	OK(o.ended && o.day == DAY + 101 && o.note.serial == 7);
	offer_drop(&o);
	buf_drop(&body);
	buf_drop(&note);
	buf_drop(&cert);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
a_purge_is_signed_sorted_and_of_its_line(void)
{
	static uint8_t tags[3][PURGE_TAG_BYTES] = { { 1 }, { 2 }, { 3 } };
	struct purge p = { .day = DAY, .tags_n = 3, .tags = tags }, got;
	struct key_note k;
	struct buf b;

	buf_init(&b, PURGE_MAX);
	fill(&k, 1, 1);
	memcpy(p.line, k.line, sizeof p.line);
	OK(purge_write(&b, &p, purge_seed) == ERR_OK);
	OK(purge_read(&got, b.at, b.len, &k) == ERR_OK);
	OK(got.tags_n == 3 && memcmp(got.tags, tags, sizeof tags) == 0);
	purge_drop(&got);
	k.purges[0][0] ^= 1;
	OK(purge_read(&got, b.at, b.len, &k) == ERR_FORGED);
	k.purges[0][0] ^= 1;
	k.line[0] ^= 1;
	OK(purge_read(&got, b.at, b.len, &k) == ERR_DENIED);
	tags[2][0] = 2; /* twice */
	OK(purge_write(&b, &p, purge_seed) == ERR_FORMAT);
	p.tags_n = 0;
	OK(purge_write(&b, &p, purge_seed) == ERR_FORMAT);
	key_note_drop(&k);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static enum err
all_once(const struct buf *body)
{
	const struct chain c = a_chain();
	struct age_recipient r[1];
	struct offer o;
	struct buf b;
	enum err e;

	buf_init(&b, KEY_NOTE_MAX);
	if ((e = chain_recipients(r, DAY, 1, &c)) == ERR_OK &&
	    (e = offer_read(&o, body->at, body->len, NULL, 0)) == ERR_OK) {
		e = key_note_write(&b, &o.note, line_seed);
		offer_drop(&o);
	}
	buf_drop(&b);
	return e;
}

static void
refused_memory_leaves_nothing_behind(void)
{
	struct buf cert, note, body;
	enum err e = ERR_NOMEM;
	struct key_note k;
	unsigned n, held;

	buf_init(&cert, CERTIFICATE_MAX);
	buf_init(&note, KEY_NOTE_MAX);
	buf_init(&body, OFFER_MAX);
	(void)certificate(&cert);
	fill(&k, 2, 2);
	OK(key_note_write(&note, &k, line_seed) == ERR_OK);
	OK(offer_write(&body, &cert, &note, DAY) == ERR_OK);
	key_note_drop(&k);
	held = alloc_held();
	for (n = 1; e != ERR_OK && n < 2000; n++) {
		alloc_refuse(n);
		e = all_once(&body);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == held && alloc_dirty() == 0);
	}
	OK(e == ERR_OK && n > 10);
	buf_drop(&body);
	buf_drop(&note);
	buf_drop(&cert);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
keys();
T(a_chain_runs_forward_only)
T(a_chain_agrees_with_its_vector)
T(an_identity_of_a_day_has_the_recipient_of_that_day)
T(a_key_note_comes_back_as_it_was_written)
T(a_name_that_could_steer_a_terminal_is_refused)
T(a_key_note_answers_what_a_sender_asks)
T(a_key_note_of_another_key_line_or_form_is_refused)
T(an_offer_is_believed_for_its_team_and_time_only)
T(an_offer_of_the_same_notes_stands_and_its_day_alone_is_read)
T(a_purge_is_signed_sorted_and_of_its_line)
T(refused_memory_leaves_nothing_behind)
T_END
