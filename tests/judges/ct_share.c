/* Secrets as memory that valgrind takes for uninitialised: whatever branches or
 * looks up by one is reported. */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "crypt/crypt.h"
#include "crypt/share.h"

/* share_split() alone asks for chance; it is not called here. */
void
crypt_random(void *out, size_t n)
{
	memset(out, 0, n);
}

int
main(int argc, char **argv)
{
	static const char table[256] = { 1 };
	struct share out[SHARE_COUNT];
	uint8_t secret[SHARE_BYTES], r[SHARE_BYTES], got[SHARE_BYTES];

	memset(secret, 0x5a, sizeof secret);
	memset(r, 0xc3, sizeof r);
	(void)VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
	(void)VALGRIND_MAKE_MEM_UNDEFINED(r, sizeof r);
	share_split_with(out, secret, r);
	for (unsigned i = 0; i < SHARE_COUNT; i++)
		for (unsigned j = 0; j < SHARE_COUNT; j++)
			if (i != j && share_join(got, &out[i], &out[j]) != 0)
				return 1;
	/* That the judge sees what it should see. */
	if (argc > 1 && strcmp(argv[1], "branch") == 0)
		return got[0] > 7 ? puts("great") : 0;
	if (argc > 1 && strcmp(argv[1], "index") == 0)
		return table[got[0]] > 0 ? puts("one") : 0;
	(void)VALGRIND_MAKE_MEM_DEFINED(got, sizeof got);
	return got[0] == 0x5a ? 0 : 1;
}
