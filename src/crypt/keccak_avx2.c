#include <string.h>

#include "crypt/wide.h"

#if WIDE_BUILT
typedef uint64_t four __attribute__((vector_size(32)));

#define LANE four
#define KECCAK_FOR WIDE
#include "crypt/keccak_body.h"

WIDE void
wide_permute4(uint64_t lane[KECCAK_LANES][SHAKE4_WAYS])
{
	four a[KECCAK_LANES];

	memcpy(a, lane, sizeof(a));
	permute(a);
	memcpy(lane, a, sizeof(a));
}
#endif
