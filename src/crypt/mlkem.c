#include "crypt/mlkem_libcrypto.h"
#include "crypt/mlkem_own.h"

#include "crypt/mlkem.h"

void
mlkem_keys(uint8_t ek[static MLKEM_EK_BYTES], uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t seed[static MLKEM_SEED_BYTES])
{
#if MLKEM_LIBCRYPTO
	if (mlkem_libcrypto_keys(ek, dk, seed))
		return;
#endif
	mlkem_own_keys(ek, dk, seed);
}

enum err
mlkem_encaps(uint8_t ct[static MLKEM_CT_BYTES],
    uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t ek[static MLKEM_EK_BYTES], const uint8_t m[static 32])
{
#if MLKEM_LIBCRYPTO
	if (mlkem_libcrypto_encaps(ct, shared, ek, m))
		return ERR_OK;
#endif
	return mlkem_own_encaps(ct, shared, ek, m);
}

void
mlkem_decaps(uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t ct[static MLKEM_CT_BYTES])
{
#if MLKEM_LIBCRYPTO
	if (mlkem_libcrypto_decaps(shared, dk, ct))
		return;
#endif
	mlkem_own_decaps(shared, dk, ct);
}
