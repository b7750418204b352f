#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"
#include "crypt/key.h"

#include "letter/ticket.h"

#define LABEL "sotto/1 ticket"
#define LABEL_BYTES (sizeof LABEL - 1)
#define AD_BYTES (LABEL_BYTES + TICKET_LINE_BYTES + TICKET_DOOR_BYTES + 4)
#define PLAIN_BYTES (TICKET_PHRASE_BYTES + TICKET_ROOT_BYTES + 4)
#define SEALED_BYTES (PLAIN_BYTES + AEAD_TAG_BYTES)
#define ROW_BYTES (4 + KEY_BYTES)

/* Where things stand in a ticket's bytes. */
#define AT_DOOR 4
#define AT_NONCE (AT_DOOR + TICKET_DOOR_BYTES)
#define AT_SEALED (AT_NONCE + XAEAD_NONCE_BYTES)

_Static_assert(AT_SEALED + SEALED_BYTES == TICKET_BYTES, "a ticket's size");
_Static_assert(ROW_BYTES *TICKET_HOURS == TICKET_RING_MAX, "a ring's size");

struct hour_key {
	bool live;
	uint32_t hour;
	uint8_t key[KEY_BYTES];
};

/* Lies in guarded memory as a whole. */
struct ticket_ring {
	uint8_t line_id[TICKET_LINE_BYTES];
	struct hour_key keys[TICKET_HOURS]; /* that of hour h at h % 12 */
	bool given; /* to the next front, which makes the keys from now on */
};

void
ticket_drop(struct ticket *t)
{
	wipe(t, sizeof *t);
}

struct ticket_ring *
ticket_ring_open(const uint8_t line_id[static TICKET_LINE_BYTES])
{
	struct ticket_ring *ring = key_memory(sizeof *ring);

	if (ring != NULL)
		memcpy(ring->line_id, line_id, TICKET_LINE_BYTES);
	return ring;
}

void
ticket_ring_close(struct ticket_ring *ring)
{
	key_memory_free(ring);
}

static bool
is_good(uint32_t made, uint32_t now)
{
	return made <= now && now - made < TICKET_HOURS;
}

/* The key of an hour, or NULL when the ring has none. */
static const struct hour_key *
key_of(const struct ticket_ring *ring, uint32_t hour)
{
	const struct hour_key *k = &ring->keys[hour % TICKET_HOURS];

	return k->live && k->hour == hour ? k : NULL;
}

/* The newest key, or NULL when there is none. */
static const struct hour_key *
newest(const struct ticket_ring *ring)
{
	const struct hour_key *found = NULL;

	for (size_t i = 0; i < TICKET_HOURS; i++)
		if (ring->keys[i].live &&
		    (found == NULL || ring->keys[i].hour > found->hour))
			found = &ring->keys[i];
	return found;
}

void
ticket_ring_turn(struct ticket_ring *ring, uint32_t hour)
{
	struct hour_key *k;

	for (size_t i = 0; i < TICKET_HOURS; i++)
		if (!is_good(ring->keys[i].hour, hour))
			wipe(&ring->keys[i], sizeof ring->keys[i]);
	k = &ring->keys[hour % TICKET_HOURS];
	if (k->live || (ring->given && newest(ring) != NULL))
		return;
	crypt_random(k->key, sizeof k->key);
	k->hour = hour;
	k->live = true;
}

enum err
ticket_ring_export(struct ticket_ring *ring, struct buf *out)
{
	const size_t was = out->len;
	enum err e = ERR_OK;

	for (size_t i = 0; i < TICKET_HOURS && e == ERR_OK; i++) {
		if (!ring->keys[i].live)
			continue;
		if ((e = buf_put_u32(out, ring->keys[i].hour)) == ERR_OK)
			e = buf_put(out, ring->keys[i].key, KEY_BYTES);
	}
	if (e != ERR_OK) {
		wipe(out->at + was, out->len - was);
		out->len = was;
		return e;
	}
	ring->given = true;
	return ERR_OK;
}

enum err
ticket_ring_import(struct ticket_ring *ring, const uint8_t *p, size_t n)
{
	struct hour_key *k;
	uint32_t hours[TICKET_HOURS];

	if (n % ROW_BYTES != 0 || n > TICKET_RING_MAX)
		return ERR_FORMAT;
	for (size_t i = 0; i < n / ROW_BYTES; i++) {
		hours[i] = enc_get_u32(p + i * ROW_BYTES);
		for (size_t j = 0; j < i; j++)
			if (hours[j] % TICKET_HOURS == hours[i] % TICKET_HOURS)
				return ERR_FORMAT;
	}
	for (size_t i = 0; i < n / ROW_BYTES; i++) {
		k = &ring->keys[hours[i] % TICKET_HOURS];
		k->live = true;
		k->hour = hours[i];
		memcpy(k->key, p + i * ROW_BYTES + 4, KEY_BYTES);
	}
	return ERR_OK;
}

/* The associated data: what a ticket is good for. */
static void
bind(uint8_t ad[static AD_BYTES], const struct ticket_ring *ring,
    const uint8_t *head)
{
	memcpy(ad, LABEL, LABEL_BYTES);
	memcpy(ad + LABEL_BYTES, ring->line_id, TICKET_LINE_BYTES);
	memcpy(ad + LABEL_BYTES + TICKET_LINE_BYTES, head + AT_DOOR,
	    TICKET_DOOR_BYTES);
	memcpy(ad + AD_BYTES - 4, head, 4);
}

void
ticket_write(char out[static TICKET_CHARS + 1], struct ticket_ring *ring,
    uint32_t hour, const struct ticket *t)
{
	uint8_t plain[PLAIN_BYTES], ad[AD_BYTES], wire[TICKET_BYTES];
	const struct hour_key *k;

	ticket_ring_turn(ring, hour);
	k = newest(ring);
	assert(k != NULL); /* it has just been turned */
	enc_put_u32(wire, k->hour);
	memcpy(wire + AT_DOOR, t->door, TICKET_DOOR_BYTES);
	crypt_random(wire + AT_NONCE, XAEAD_NONCE_BYTES);
	memcpy(plain, t->phrase, TICKET_PHRASE_BYTES);
	memcpy(plain + TICKET_PHRASE_BYTES, t->root, TICKET_ROOT_BYTES);
	enc_put_u32(plain + PLAIN_BYTES - 4, k->hour);
	bind(ad, ring, wire);
	xaead_seal(wire + AT_SEALED, k->key, wire + AT_NONCE, ad, sizeof ad,
	    plain, sizeof plain);
	enc_base64(out, wire, sizeof wire);
	wipe(plain, sizeof plain);
}

enum err
ticket_read(struct ticket *t, const struct ticket_ring *ring, uint32_t hour,
    const char *s, size_t n)
{
	uint8_t plain[PLAIN_BYTES], ad[AD_BYTES], wire[TICKET_BYTES];
	const struct hour_key *k;
	uint32_t made;
	enum err e;

	if ((e = enc_base64_read(wire, sizeof wire, s, n)) != ERR_OK)
		return e;
	made = enc_get_u32(wire);
	if (!is_good(made, hour) || (k = key_of(ring, made)) == NULL)
		return ERR_EXPIRED;
	bind(ad, ring, wire);
	e = xaead_unseal(plain, k->key, wire + AT_NONCE, ad, sizeof ad,
	    wire + AT_SEALED, SEALED_BYTES);
	if (e != ERR_OK)
		goto out;
	if (enc_get_u32(plain + PLAIN_BYTES - 4) != made) {
		e = ERR_FORGED;
		goto out;
	}
	memcpy(t->door, wire + AT_DOOR, TICKET_DOOR_BYTES);
	memcpy(t->phrase, plain, TICKET_PHRASE_BYTES);
	memcpy(t->root, plain + TICKET_PHRASE_BYTES, TICKET_ROOT_BYTES);
out:
	wipe(plain, sizeof plain);
	return e;
}
