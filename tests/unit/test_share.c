#include <stdbool.h>
#include <string.h>

#include "crypt/crypt.h"
#include "crypt/share.h"
#include "t.h"

/* Multiplication as a school does it, to judge the other. */
static uint8_t
slow_times(unsigned a, unsigned b)
{
	unsigned product = 0;

	for (unsigned i = 0; i < 8; i++)
		if ((b >> i & 1) != 0)
			product ^= a << i;
	for (unsigned i = 15; i >= 8; i--)
		if ((product >> i & 1) != 0)
			product ^= 0x11bU << (i - 8);
	return (uint8_t)product;
}

static void
a_share_is_the_secret_and_a_multiple_of_chance(void)
{
	uint8_t secret[SHARE_BYTES], r[SHARE_BYTES];
	struct share out[SHARE_COUNT];

	for (unsigned v = 0; v < 65536; v += SHARE_BYTES) {
		for (unsigned j = 0; j < SHARE_BYTES; j++) {
			secret[j] = (uint8_t)((v + j) >> 8);
			r[j] = (uint8_t)(v + j);
		}
		share_split_with(out, secret, r);
		for (unsigned i = 0; i < SHARE_COUNT; i++)
			for (unsigned j = 0; j < SHARE_BYTES; j++)
				OK(out[i].at[j] ==
				    (secret[j] ^ slow_times(i + 1, r[j])));
	}
}

/* Two shares, the same one twice included. */
static void
join_two(const uint8_t *secret, const struct share *a, const struct share *b)
{
	uint8_t got[SHARE_BYTES];

	memset(got, 0xee, sizeof got);
	if (a == b) {
		OK(share_join(got, a, b) == ERR_FORMAT && got[0] == 0xee);
		return;
	}
	OK(share_join(got, a, b) == ERR_OK);
	OK(memcmp(got, secret, sizeof got) == 0);
}

static void
any_two_shares_give_the_secret_back(void)
{
	uint8_t secret[SHARE_BYTES];
	struct share out[SHARE_COUNT];

	for (unsigned run = 0; run < 500; run++) {
		crypt_random(secret, sizeof secret);
		share_split(out, secret);
		for (unsigned i = 0; i < SHARE_COUNT; i++)
			for (unsigned j = 0; j < SHARE_COUNT; j++)
				join_two(secret, &out[i], &out[j]);
	}
	for (unsigned i = 0; i < SHARE_COUNT; i++) {
		share_drop(&out[i]);
		OK(out[i].index == 0 && out[i].at[31] == 0);
	}
}

/* For every value of one share there is exactly one value of another for each
 * secret: seen from one share, no secret is likelier than another. */
static void
one_share_says_nothing(void)
{
	uint8_t r[SHARE_BYTES], secret[SHARE_BYTES];
	struct share out[SHARE_COUNT];

	for (unsigned i = 0; i < SHARE_COUNT; i++)
		for (unsigned s = 0; s < 256; s++) {
			bool seen[256] = { false };

			memset(secret, (int)s, sizeof secret);
			for (unsigned v = 0; v < 256; v++) {
				memset(r, (int)v, sizeof r);
				share_split_with(out, secret, r);
				OK(!seen[out[i].at[0]]);
				seen[out[i].at[0]] = true;
			}
		}
}

static void
shares_of_another_index_than_one_to_three_are_refused(void)
{
	uint8_t secret[SHARE_BYTES] = { 1 }, got[SHARE_BYTES];
	struct share out[SHARE_COUNT], odd;

	share_split(out, secret);
	odd = out[1];
	for (unsigned i = 0; i < 256; i++) {
		odd.index = (uint8_t)i;
		OK((share_join(got, &out[0], &odd) == ERR_OK) ==
		    (i == 2 || i == 3));
		OK((share_join(got, &odd, &out[0]) == ERR_OK) ==
		    (i == 2 || i == 3));
	}
}

static void
two_splits_of_one_secret_share_nothing(void)
{
	uint8_t secret[SHARE_BYTES] = { 7 }, got[SHARE_BYTES];
	struct share a[SHARE_COUNT], b[SHARE_COUNT];

	share_split(a, secret);
	share_split(b, secret);
	for (unsigned i = 0; i < SHARE_COUNT; i++)
		OK(memcmp(a[i].at, b[i].at, SHARE_BYTES) != 0);
	OK(share_join(got, &a[0], &b[1]) == ERR_OK);
	OK(memcmp(got, secret, SHARE_BYTES) != 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_share_is_the_secret_and_a_multiple_of_chance)
T(any_two_shares_give_the_secret_back)
T(one_share_says_nothing)
T(shares_of_another_index_than_one_to_three_are_refused)
T(two_splits_of_one_secret_share_nothing)
T_END
