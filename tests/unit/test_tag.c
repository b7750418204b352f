#include <string.h>

#include "crypt/crypt.h"
#include "letter/tag.h"
#include "t.h"

#define RETENTION 90U
#define DAYS (RETENTION + 2)
#define MONTHS_18 548U
#define REPLIES 200U

static uint8_t tags[DAYS * TAG_DAY_COUNT][TAG_BYTES];
static uint8_t bits[DAYS * TAG_DAY_COUNT / 8];

/* A line that keeps tags and knows nothing else. */
static struct row {
	uint8_t tag[TAG_BYTES];
	uint32_t day;
	bool there;
} rows[REPLIES];
static size_t row_count;

/* What the line answers to all tags of a phrase on `today`. */
static void
look(const struct tag_keys *t, uint32_t today)
{
	tag_all(tags, t, today + 1 - DAYS, DAYS);
	memset(bits, 0, sizeof bits);
	for (size_t r = 0; r < row_count; r++) {
		if (!rows[r].there)
			continue;
		for (size_t i = 0; i < COUNT(tags); i++)
			if (memcmp(tags[i], rows[r].tag, TAG_BYTES) == 0)
				bits[i / 8] |= (uint8_t)(1U << i % 8);
	}
}

/* Everything that lies there is found, newest first, and nothing else. */
static void
all_are_found(uint32_t today)
{
	const struct tag_range range = {
		.first = today + 1 - DAYS, .days = DAYS, .kinds = 1U << TAG_TO
	};
	static struct tag_place got[REPLIES];
	const size_t n = tag_there(got, REPLIES, bits, &range);
	size_t want = 0;

	for (size_t r = 0; r < row_count; r++)
		want += rows[r].there;
	OK(n == want);
	for (size_t i = 0; i < n; i++) {
		bool lies = false;

		for (size_t r = 0; r < row_count; r++)
			lies |= rows[r].there &&
			    memcmp(rows[r].tag, tags[got[i].index],
				TAG_BYTES) == 0;
		OK(lies);
		if (i > 0)
			OK(got[i].day < got[i - 1].day ||
			    (got[i].day == got[i - 1].day &&
				got[i].slot < got[i - 1].slot));
	}
}

/* 18 months, 200 replies, 90 days kept, deletions between: no counter and no
 * state, and every living one is found by a source that was away. */
static void
replies_found_after_retention(void)
{
	const uint8_t root[SOURCE_ROOT_BYTES] = { 3 };
	struct source s;
	struct tag_keys mine, desk;
	uint32_t slot;

	source_init(&s, root);
	tag_keys_init(&mine, &s);
	tag_keys_init_to(&desk, s.k);
	for (uint32_t d = 0; d < MONTHS_18; d++) {
		const uint32_t today = 19000 + d;

		for (size_t r = 0; r < row_count; r++)
			rows[r].there &= rows[r].day + RETENTION >= today;
		while (row_count < (size_t)REPLIES * (d + 1) / MONTHS_18) {
			look(&mine, today);
			slot = tag_slot_above(bits, DAYS - 1, TAG_TO);
			OK(slot < TAG_SLOTS);
			rows[row_count].day = today;
			rows[row_count].there = true;
			tag_at(
			    rows[row_count++].tag, &desk, TAG_TO, today, slot);
		}
		if (d % 3 == 0 && row_count > 0)
			rows[crypt_random_below((uint32_t)row_count)].there =
			    false;
		if (d % 40 != 39 && d + 1 != MONTHS_18)
			continue;
		look(&mine, today);
		all_are_found(today);
	}
	OK(row_count == REPLIES);
	tag_keys_drop(&mine);
	tag_keys_drop(&desk);
	source_drop(&s);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(replies_found_after_retention)
T_END
