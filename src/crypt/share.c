#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/ct.h"

#include "crypt/share.h"

#define POLYNOMIAL 0x11bU

/* The product of two bytes; each bit is a mask, never a branch. */
static uint8_t
times(uint8_t a, uint8_t b)
{
	uint32_t x = a, y = b, sum = 0;

	for (unsigned i = 0; i < 8; i++) {
		sum ^= x & ct_hide(0U - (y & 1));
		y >>= 1;
		x = (x << 1) ^ (POLYNOMIAL & ct_hide(0U - (x >> 7)));
	}
	return (uint8_t)sum;
}

/* 1 / a, as a^254; 0 for 0. */
static uint8_t
inverse(uint8_t a)
{
	uint8_t power = a, out = 1;

	for (unsigned i = 0; i < 7; i++) {
		power = times(power, power);
		out = times(out, power);
	}
	return out;
}

void
share_split_with(struct share out[static SHARE_COUNT],
    const uint8_t secret[static SHARE_BYTES],
    const uint8_t r[static SHARE_BYTES])
{
	for (uint8_t i = 0; i < SHARE_COUNT; i++) {
		out[i].index = (uint8_t)(i + 1);
		for (size_t j = 0; j < SHARE_BYTES; j++)
			out[i].at[j] = secret[j] ^ times(out[i].index, r[j]);
	}
}

void
share_split(struct share out[static SHARE_COUNT],
    const uint8_t secret[static SHARE_BYTES])
{
	uint8_t r[SHARE_BYTES];

	crypt_random(r, sizeof r);
	share_split_with(out, secret, r);
	wipe(r, sizeof r);
}

static int
is_index(uint8_t i)
{
	return i >= 1 && i <= SHARE_COUNT;
}

/* Of s + a r and s + b r: b (s + a r) + a (s + b r) = (a + b) s. */
enum err
share_join(uint8_t secret[static SHARE_BYTES], const struct share *a,
    const struct share *b)
{
	uint8_t of_a, of_b, both;

	if (!is_index(a->index) || !is_index(b->index) || a->index == b->index)
		return ERR_FORMAT;
	both = inverse(a->index ^ b->index);
	of_a = times(b->index, both);
	of_b = times(a->index, both);
	for (size_t j = 0; j < SHARE_BYTES; j++)
		secret[j] = times(of_a, a->at[j]) ^ times(of_b, b->at[j]);
	return ERR_OK;
}

void
share_drop(struct share *s)
{
	wipe(s, sizeof *s);
}
