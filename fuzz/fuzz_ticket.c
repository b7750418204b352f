/* Tickets come back from strangers' forms.  What is read must be a ticket that
 * was written here; a made one, changed by the fuzzer, must never be. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "letter/ticket.h"

#define HOUR 457000U

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t id[TICKET_LINE_BYTES];
	static struct ticket_ring *ring, *other;
	static char own[TICKET_CHARS + 1];
	static struct ticket t;
	struct ticket got;
	struct buf again;

	if (ring == NULL) {
		assert(crypt_init() == ERR_OK);
		ring = ticket_ring_open(id);
		assert(ring != NULL);
		ticket_write(own, ring, HOUR, &t);
	}
	if (ticket_read(&got, ring, HOUR, (const char *)p, n) == ERR_OK)
		assert(n == TICKET_CHARS && memcmp(p, own, n) == 0);

	/* A ring that is taken in is written out again as the same keys. */
	other = ticket_ring_open(id);
	assert(other != NULL);
	buf_init(&again, TICKET_RING_MAX);
	if (ticket_ring_import(other, p, n) == ERR_OK) {
		assert(ticket_ring_export(other, &again) == ERR_OK);
		assert(again.len == n);
	}
	buf_drop(&again);
	ticket_ring_close(other);
	return 0;
}
