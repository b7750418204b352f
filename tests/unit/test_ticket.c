#include <string.h>

#include "alloc.h"
#include "crypt/crypt.h"
#include "letter/ticket.h"
#include "t.h"

#define HOUR 457000U

static const uint8_t line_id[TICKET_LINE_BYTES] = "a line's id....";
static const struct ticket want = { .door = { 1, 2, 3, 4 },
	.phrase = "thirteen byte",
	.root = "the root, thirty-two bytes long" };

static bool
is_same(const struct ticket *a)
{
	return memcmp(a, &want, sizeof want) == 0;
}

static void
a_ticket_says_what_was_put_into_it(void)
{
	struct ticket_ring *ring = ticket_ring_open(line_id);
	char text[TICKET_CHARS + 1], other[TICKET_CHARS + 1];
	struct ticket got;

	OK(ring != NULL);
	ticket_write(text, ring, HOUR, &want);
	OK(strlen(text) == TICKET_CHARS);
	OK(ticket_read(&got, ring, HOUR, text, TICKET_CHARS) == ERR_OK);
	OK(is_same(&got));
	ticket_write(other, ring, HOUR, &want);
	OK(strcmp(text, other) != 0);
	ticket_drop(&got);
	ticket_ring_close(ring);
}

static void
a_ticket_lives_twelve_hours(void)
{
	struct ticket_ring *ring = ticket_ring_open(line_id);
	char text[TICKET_CHARS + 1];
	struct ticket got;

	ticket_write(text, ring, HOUR, &want);
	for (uint32_t h = HOUR; h < HOUR + TICKET_HOURS; h++) {
		ticket_ring_turn(ring, h);
		OK(ticket_read(&got, ring, h, text, TICKET_CHARS) == ERR_OK);
	}
	OK(ticket_read(&got, ring, HOUR + TICKET_HOURS, text, TICKET_CHARS) ==
	    ERR_EXPIRED);
	OK(ticket_read(&got, ring, HOUR - 1, text, TICKET_CHARS) ==
	    ERR_EXPIRED);
	/* Once its key is gone, no clock brings it back. */
	ticket_ring_turn(ring, HOUR + TICKET_HOURS);
	OK(ticket_read(&got, ring, HOUR, text, TICKET_CHARS) == ERR_EXPIRED);
	ticket_ring_close(ring);
}

/* Sets every bit of a ticket, one after the other: none of these is read. */
static void
no_changed_ticket_is_read(void)
{
	struct ticket_ring *ring = ticket_ring_open(line_id);
	char text[TICKET_CHARS + 1], bad[TICKET_CHARS + 1];
	uint8_t wire[TICKET_BYTES];
	struct ticket got;
	enum err e;

	memset(&got, 7, sizeof got);
	ticket_write(text, ring, HOUR, &want);
	OK(enc_base64_read(wire, sizeof wire, text, TICKET_CHARS) == ERR_OK);
	for (size_t i = 0; i < TICKET_BYTES * 8; i++) {
		wire[i / 8] ^= (uint8_t)(1U << i % 8);
		enc_base64(bad, wire, sizeof wire);
		e = ticket_read(&got, ring, HOUR, bad, TICKET_CHARS);
		OK(e == (i < 32 ? ERR_EXPIRED : ERR_FORGED));
		wire[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	for (size_t n = 0; n < TICKET_CHARS; n++)
		OK(ticket_read(&got, ring, HOUR, text, n) == ERR_FORMAT);
	for (size_t i = 0; i < sizeof got; i++)
		OK(((const uint8_t *)&got)[i] == 7);
	ticket_ring_close(ring);
}

static void
a_ticket_is_good_for_its_line_and_its_keys_alone(void)
{
	static const uint8_t other_id[TICKET_LINE_BYTES] = "another line's.";
	struct ticket_ring *ring = ticket_ring_open(line_id);
	struct ticket_ring *other = ticket_ring_open(other_id);
	char text[TICKET_CHARS + 1];
	struct ticket got;
	struct buf keys;

	buf_init(&keys, TICKET_RING_MAX);
	ticket_write(text, ring, HOUR, &want);
	OK(ticket_read(&got, other, HOUR, text, TICKET_CHARS) == ERR_EXPIRED);
	ticket_ring_turn(other, HOUR);
	OK(ticket_read(&got, other, HOUR, text, TICKET_CHARS) == ERR_FORGED);
	OK(ticket_ring_export(ring, &keys) == ERR_OK);
	OK(ticket_ring_import(other, keys.at, keys.len) == ERR_OK);
	OK(ticket_read(&got, other, HOUR, text, TICKET_CHARS) == ERR_FORGED);
	buf_drop(&keys);
	ticket_ring_close(ring);
	ticket_ring_close(other);
}

static void
the_next_front_reads_the_tickets_of_the_one_before(void)
{
	struct ticket_ring *ring = ticket_ring_open(line_id);
	struct ticket_ring *next = ticket_ring_open(line_id);
	char text[3][TICKET_CHARS + 1];
	struct ticket got;
	struct buf keys;

	buf_init(&keys, TICKET_RING_MAX);
	for (uint32_t i = 0; i < 3; i++)
		ticket_write(text[i], ring, HOUR + i, &want);
	OK(ticket_ring_export(ring, &keys) == ERR_OK);
	OK(keys.len == 3 * 36);
	OK(ticket_ring_import(next, keys.at, 35) == ERR_FORMAT);
	OK(ticket_ring_import(next, keys.at, keys.len) == ERR_OK);
	for (uint32_t i = 0; i < 3; i++) {
		OK(ticket_read(&got, next, HOUR + 2, text[i], TICKET_CHARS) ==
		    ERR_OK);
		OK(is_same(&got));
	}
	/* The same hour twice, and more than twelve, are refused. */
	memcpy(keys.at + 36, keys.at, 4);
	OK(ticket_ring_import(next, keys.at, keys.len) == ERR_FORMAT);
	buf_drop(&keys);

	buf_init(&keys, 36);
	OK(ticket_ring_export(ring, &keys) == ERR_TOOBIG && keys.len == 0);
	buf_drop(&keys);
	ticket_ring_close(ring);
	ticket_ring_close(next);
	OK(alloc_dirty() == 0);
}

/* A front that has handed its keys on may end an upload hours later: what it
 * writes then is good at the next one, as long as any of its keys is. */
static void
what_a_replaced_front_still_writes_is_read_by_the_next(void)
{
	struct ticket_ring *ring = ticket_ring_open(line_id);
	struct ticket_ring *next = ticket_ring_open(line_id);
	char text[TICKET_CHARS + 1];
	struct ticket got;
	struct buf keys;

	buf_init(&keys, TICKET_RING_MAX);
	ticket_ring_turn(ring, HOUR - 3);
	ticket_ring_turn(ring, HOUR);
	OK(ticket_ring_export(ring, &keys) == ERR_OK);
	OK(ticket_ring_import(next, keys.at, keys.len) == ERR_OK);
	for (uint32_t i = 0; i < TICKET_HOURS; i++) {
		ticket_ring_turn(ring, HOUR + i);
		ticket_ring_turn(next, HOUR + i);
		ticket_write(text, ring, HOUR + i, &want);
		OK(ticket_read(&got, next, HOUR + i, text, TICKET_CHARS) ==
		    ERR_OK);
		OK(is_same(&got));
		OK(ticket_read(&got, ring, HOUR + i, text, TICKET_CHARS) ==
		    ERR_OK);
	}
	ticket_write(text, ring, HOUR + TICKET_HOURS, &want);
	OK(ticket_read(&got, next, HOUR + TICKET_HOURS, text, TICKET_CHARS) !=
	    ERR_OK);
	buf_drop(&keys);
	ticket_ring_close(ring);
	ticket_ring_close(next);
	OK(alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_ticket_says_what_was_put_into_it)
T(a_ticket_lives_twelve_hours)
T(no_changed_ticket_is_read)
T(a_ticket_is_good_for_its_line_and_its_keys_alone)
T(the_next_front_reads_the_tickets_of_the_one_before)
T(what_a_replaced_front_still_writes_is_read_by_the_next)
T_END
