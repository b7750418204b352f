#include "crypt/mlkem_own.h"

#include "crypt/mlkem.h"

void
mlkem_keys(uint8_t ek[static MLKEM_EK_BYTES], uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t seed[static MLKEM_SEED_BYTES])
{
	mlkem_own_keys(ek, dk, seed);
}

enum err
mlkem_encaps(uint8_t ct[static MLKEM_CT_BYTES],
    uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t ek[static MLKEM_EK_BYTES], const uint8_t m[static 32])
{
	return mlkem_own_encaps(ct, shared, ek, m);
}

void
mlkem_decaps(uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t ct[static MLKEM_CT_BYTES])
{
	mlkem_own_decaps(shared, dk, ct);
}
