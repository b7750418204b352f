#include <assert.h>

#include "crypt/wide.h"

static bool allowed = true;

void
wide_allow(bool yes)
{
	allowed = yes;
}

#if WIDE_BUILT
bool
wide_is_on(void)
{
	return allowed && __builtin_cpu_supports("avx2");
}
#else
/* Nobody calls the rest where the answer is no. */
bool
wide_is_on(void)
{
	return false && allowed;
}

void
wide_permute4(uint64_t lane[KECCAK_LANES][SHAKE4_WAYS])
{
	(void)lane;
	assert(false);
}

void
wide_ntt(struct poly *f)
{
	(void)f;
	assert(false);
}

void
wide_inverse_ntt(struct poly *f)
{
	(void)f;
	assert(false);
}

void
wide_factor(struct poly_factor *out, const struct poly *b)
{
	(void)out;
	(void)b;
	assert(false);
}

void
wide_inner(struct poly *out, const struct poly *a, unsigned step,
    const struct poly_factor b[static POLY_K])
{
	(void)out;
	(void)a;
	(void)step;
	(void)b;
	assert(false);
}

void
wide_reduce(struct poly *f)
{
	(void)f;
	assert(false);
}
#endif
