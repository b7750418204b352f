/* A hand-out's plaintext, raw or as the JSON of a note of the device that may
 * make one; the sealed file in its form is what fuzz_age_open opens.  What is
 * accepted has one spelling. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "team/handout.h"
#include "team/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

static const struct paper_kind kind = { "hand-out", "device", HANDOUT_PLAIN };
static const uint8_t seed[32] = { 1 };
static struct roster roster;

static void
one(const uint8_t *p, size_t n)
{
	const struct roster *const all[] = { &roster };
	const struct handout_reader by = { TEAM, NULL, all, 1, 20780 };
	struct handout h;

	if (handout_read(&h, p, n, &by) != ERR_OK)
		return;
	assert(h.roster == roster.serial);
	assert(memcmp(h.device, roster.hands_out, sizeof h.device) == 0);
	assert(h.chain.n == DOOR_ID_BYTES || h.chain.n == HANDOUT_CIRCLE_BYTES);
	assert(!h.has_voice || !handout_chain_is_log(&h.chain));
	assert(!h.has_access || handout_chain_is_log(&h.chain));
	handout_drop(&h);
}

static void
make_roster(void)
{
	struct roster_device *d = &roster.devices[0];

	roster.serial = 4;
	roster.devices_n = roster.doors_n = 1;
	sign_public(d->key, seed);
	device_id(roster.hands_out, d->key);
	device_id(roster.then, d->key);
	memset(roster.doors[0].id, 0xd0, DOOR_ID_BYTES);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf json, out;

	assert(crypt_init() == ERR_OK);
	json_init();
	make_roster();
	one(p, n);
	buf_init(&json, HANDOUT_PLAIN);
	buf_init(&out, HANDOUT_PLAIN);
	if (buf_put(&json, p, n) == ERR_OK &&
	    paper_sign(&out, &kind, &json, seed) == ERR_OK)
		one(out.at, out.len);
	buf_drop(&json);
	buf_drop(&out);
	return 0;
}
