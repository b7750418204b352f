/*
 * keccak_body: Keccak-p[1600, 24] (FIPS 202, section 3), written once for one
 * state and for four side by side.  Whoever includes this says first what a
 * LANE is (64 bits, or a vector of four times 64) and which target its code is
 * KECCAK_FOR.  Lane A[x, y] is a[x + 5 * y].
 */
#ifndef CRYPT_KECCAK_BODY_H
#define CRYPT_KECCAK_BODY_H

#include <stdint.h>

#define ROL(lane, n) (((lane) << (n)) | ((lane) >> (64 - (n))))

/* The round constants RC[ir] of iota, section 3.2.5. */
static const uint64_t round_constant[24] = { 0x1, 0x8082, 0x800000000000808a,
	0x8000000080008000, 0x808b, 0x80000001, 0x8000000080008081,
	0x8000000000008009, 0x8a, 0x88, 0x80008009, 0x8000000a, 0x8000808b,
	0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
	0x8000000000008002, 0x8000000000000080, 0x800a, 0x800000008000000a,
	0x8000000080008081, 0x8000000000008080, 0x80000001,
	0x8000000080008008 };

/* theta (3.2.1): d[x] is what every lane of column x is changed by. */
KECCAK_FOR static inline void
theta(LANE d[5], const LANE a[25])
{
	LANE c[5];

	for (unsigned x = 0; x < 5; x++)
		c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	d[0] = c[4] ^ ROL(c[1], 1);
	d[1] = c[0] ^ ROL(c[2], 1);
	d[2] = c[1] ^ ROL(c[3], 1);
	d[3] = c[2] ^ ROL(c[4], 1);
	d[4] = c[3] ^ ROL(c[0], 1);
}

/* rho and pi (3.2.2, 3.2.3): turn lane A[x, y] and put it at [y, 2x + 3y]. */
KECCAK_FOR static inline void
rho_pi(LANE b[25], const LANE a[25], const LANE d[5])
{
	b[0] = a[0] ^ d[0];
	b[10] = ROL(a[1] ^ d[1], 1);
	b[20] = ROL(a[2] ^ d[2], 62);
	b[5] = ROL(a[3] ^ d[3], 28);
	b[15] = ROL(a[4] ^ d[4], 27);
	b[16] = ROL(a[5] ^ d[0], 36);
	b[1] = ROL(a[6] ^ d[1], 44);
	b[11] = ROL(a[7] ^ d[2], 6);
	b[21] = ROL(a[8] ^ d[3], 55);
	b[6] = ROL(a[9] ^ d[4], 20);
	b[7] = ROL(a[10] ^ d[0], 3);
	b[17] = ROL(a[11] ^ d[1], 10);
	b[2] = ROL(a[12] ^ d[2], 43);
	b[12] = ROL(a[13] ^ d[3], 25);
	b[22] = ROL(a[14] ^ d[4], 39);
	b[23] = ROL(a[15] ^ d[0], 41);
	b[8] = ROL(a[16] ^ d[1], 45);
	b[18] = ROL(a[17] ^ d[2], 15);
	b[3] = ROL(a[18] ^ d[3], 21);
	b[13] = ROL(a[19] ^ d[4], 8);
	b[14] = ROL(a[20] ^ d[0], 18);
	b[24] = ROL(a[21] ^ d[1], 2);
	b[9] = ROL(a[22] ^ d[2], 61);
	b[19] = ROL(a[23] ^ d[3], 56);
	b[4] = ROL(a[24] ^ d[4], 14);
}

/* chi (3.2.4). */
KECCAK_FOR static inline void
chi(LANE a[25], const LANE b[25])
{
	for (unsigned y = 0; y < 25; y += 5) {
		a[y] = b[y] ^ (~b[y + 1] & b[y + 2]);
		a[y + 1] = b[y + 1] ^ (~b[y + 2] & b[y + 3]);
		a[y + 2] = b[y + 2] ^ (~b[y + 3] & b[y + 4]);
		a[y + 3] = b[y + 3] ^ (~b[y + 4] & b[y]);
		a[y + 4] = b[y + 4] ^ (~b[y] & b[y + 1]);
	}
}

KECCAK_FOR static inline void
permute(LANE a[25])
{
	LANE b[25], d[5];

	for (unsigned ir = 0; ir < 24; ir++) {
		theta(d, a);
		rho_pi(b, a, d);
		chi(a, b);
		a[0] ^= round_constant[ir]; /* iota */
	}
}

#endif
