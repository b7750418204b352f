/* A certificate and the key note that its key signed, as one file: the vector,
 * and what is no such file. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "t.h"
#include "team/chain.h"
#include "team/offer.h"

#define VECTOR "doc/vectors/key-note-pair.notes"
#define DAY 20000U

static uint8_t team_seed[32], line_seed[32], voice_seed[32], purge_seed[32];

static void
seeds(void)
{
	memset(team_seed, 6, sizeof team_seed);
	memset(line_seed, 9, sizeof line_seed);
	memset(voice_seed, 4, sizeof voice_seed);
	memset(purge_seed, 3, sizeof purge_seed);
}

static void
write_certificate(struct buf *out)
{
	struct certificate c = { .serial = 2, .until = DAY + 700 };

	memset(c.line, 0xab, sizeof c.line);
	sign_public(c.key, line_seed);
	OK(certificate_write(out, &c, team_seed) == ERR_OK);
}

static void
write_note(struct buf *out)
{
	struct chain chain = { .day = DAY };
	struct key_note k;
	struct key_note_door *d = &k.doors[0];

	key_note_init(&k);
	memset(chain.seed, 0x42, sizeof chain.seed);
	memset(k.line, 0xab, sizeof k.line);
	memset(k.access, 0x55, sizeof k.access);
	k.serial = 8;
	k.issued = DAY;
	k.purges_n = k.doors_n = 1;
	sign_public(k.purges[0], purge_seed);
	memset(d->id, 1, sizeof d->id);
	memcpy(d->name, "Front", 6);
	memcpy(d->readers, "Night desk", 11);
	d->first = DAY;
	d->recipients_n = 2;
	OK((d->recipients = calloc(2, sizeof *d->recipients)) != NULL);
	OK(chain_recipients(d->recipients, DAY, 2, &chain) == ERR_OK);
	d->voices_n = 1;
	d->voices[0] = (struct key_note_voice){ .first = DAY, .last = DAY + 9 };
	sign_public(d->voices[0].key, voice_seed);
	OK(key_note_write(out, &k, line_seed) == ERR_OK);
	key_note_drop(&k);
}

static void
write_pair(struct buf *out)
{
	struct buf certificate, note;

	buf_init(&certificate, CERTIFICATE_MAX);
	buf_init(&note, KEY_NOTE_MAX);
	write_certificate(&certificate);
	write_note(&note);
	buf_init(out, OFFER_PAIR_MAX);
	OK(offer_pair_write(out,
	       &(struct offer_pair){ certificate.at, certificate.len, note.at,
		   note.len }) == ERR_OK);
	buf_drop(&certificate);
	buf_drop(&note);
}

static void
the_vector_is_what_is_written(void)
{
	struct buf made, file;

	write_pair(&made);
	buf_init(&file, OFFER_PAIR_MAX);
	OK(file_read(&file, VECTOR) == ERR_OK);
	OK(file.len == made.len && memcmp(file.at, made.at, made.len) == 0);
	buf_drop(&made);
	buf_drop(&file);
}

static void
what_is_read_of_it_is_each_by_its_signer(void)
{
	struct certificate c, former = { .serial = 1 };
	struct offer_pair pair;
	struct key_note k;
	struct buf file;
	uint8_t key[32];

	buf_init(&file, OFFER_PAIR_MAX);
	OK(file_read(&file, VECTOR) == ERR_OK);
	offer_pair(&pair, file.at, file.len);
	OK(pair.certificate_n + 3 + pair.note_n == file.len);
	OK(certificate_read(&c, pair.certificate, pair.certificate_n) ==
	    ERR_OK);
	sign_public(key, team_seed);
	OK(c.serial == 2 && memcmp(c.team, key, sizeof key) == 0);
	memcpy(former.team, c.team, sizeof c.team);
	memcpy(former.line, c.line, sizeof c.line);
	OK(certificate_follows(&c, &former) == ERR_OK);
	OK(key_note_read(&k, pair.note, pair.note_n, &c) == ERR_OK);
	OK(k.serial == 8 && k.doors_n == 1 && k.doors[0].recipients_n == 2);
	key_note_drop(&k);
	/* The key before signed no note that this certificate is of. */
	memset(c.key, 1, sizeof c.key);
	OK(key_note_read(&k, pair.note, pair.note_n, &c) == ERR_FORGED);
	/* A note alone has no certificate. */
	offer_pair(&pair, pair.note, pair.note_n);
	OK(pair.certificate == NULL && pair.note_n > 4000);
	buf_drop(&file);
}

/* Cut anywhere, no two notes are read of it. */
static void
a_piece_of_it_is_not_both(void)
{
	struct offer_pair pair;
	struct certificate c;
	struct key_note k;
	struct buf file;

	buf_init(&file, OFFER_PAIR_MAX);
	OK(file_read(&file, VECTOR) == ERR_OK);
	for (size_t n = 0; n < file.len; n++) {
		offer_pair(&pair, file.at, n);
		if (pair.certificate == NULL)
			continue;
		OK(certificate_read(&c, pair.certificate, pair.certificate_n) ==
		    ERR_OK);
		OK(key_note_read(&k, pair.note, pair.note_n, &c) != ERR_OK);
	}
	buf_drop(&file);
	OK(alloc_held() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
seeds();
T(the_vector_is_what_is_written)
T(what_is_read_of_it_is_each_by_its_signer)
T(a_piece_of_it_is_not_both)
T_END
