/*
 * Secrets are marked as memory that nobody initialised; valgrind then reports
 * every branch and every address that depends on them.  With the argument
 * "branch" or "index" the program does on a secret what must be reported, to
 * prove that the check can fail.
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "crypt/mlkem.h"
#include "crypt/wide.h"

#define DK_SECRET 1152U /* before the public ek and its hash */

static uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ct[MLKEM_CT_BYTES];
static uint8_t shared[MLKEM_SHARED_BYTES], again[MLKEM_SHARED_BYTES];

static void
secret(void *p, size_t n)
{
	(void)VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

static void
known(void *p, size_t n)
{
	(void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}

/* Did decapsulation give the secret again?  This program may look. */
static int
same(void)
{
	known(shared, sizeof(shared));
	known(again, sizeof(again));
	return memcmp(shared, again, sizeof(shared)) == 0;
}

/* One key, one message, its ciphertext as sent and then changed. */
static int
round_trip(unsigned n)
{
	uint8_t seed[MLKEM_SEED_BYTES], m[32];
	int right;

	memset(seed, (int)n, sizeof(seed));
	memset(m, (int)(n ^ 0x55), sizeof(m));
	secret(seed, sizeof(seed));
	secret(m, sizeof(m));
	mlkem_keys(ek, dk, seed);
	known(ek, sizeof(ek));
	known(dk + DK_SECRET, MLKEM_EK_BYTES + 32);
	right = mlkem_encaps(ct, shared, ek, m) == ERR_OK;
	known(ct, sizeof(ct));
	mlkem_decaps(again, dk, ct);
	right &= same();
	ct[n * 37 % sizeof(ct)] ^= 1;
	mlkem_decaps(again, dk, ct);
	return right & !same();
}

static void
leak(const char *how)
{
	static const uint8_t table[256] = { 1 };
	uint8_t seed[MLKEM_SEED_BYTES] = { 7 };
	volatile uint8_t got;

	mlkem_keys(ek, dk, seed);
	secret(dk, sizeof(dk));
	if (strcmp(how, "branch") == 0) {
		if (dk[3] & 1)
			puts("odd");
	} else {
		got = table[dk[3]];
		(void)got;
	}
}

int
main(int argc, char **argv)
{
	int right = 1;

	if (argc != 2)
		return 2;
	if (strcmp(argv[1], "portable") == 0) {
		wide_allow(false);
	} else if (strcmp(argv[1], "wide") != 0) {
		leak(argv[1]);
		return 0;
	}
	for (unsigned n = 0; n < 4; n++)
		right &= round_trip(n);
	return right ? 0 : 1;
}
