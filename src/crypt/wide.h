/*
 * wide: may the code for AVX2 run?  Yes where the processor has it; the tests
 * and the bench say no to take the portable road as well.  Both roads give the
 * same bytes.
 */
#ifndef CRYPT_WIDE_H
#define CRYPT_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "crypt/keccak.h"
#include "crypt/poly.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WIDE_BUILT 1
#define WIDE __attribute__((target("avx2")))
#else
#define WIDE_BUILT 0
#endif

bool wide_is_on(void);

/* For tests and the bench; not while another thread works. */
void wide_allow(bool yes);

/* 17^BitRev7(i) modulo q, times 2^16; in poly.c. */
extern const int16_t poly_zeta[128];

/* What keccak.c and poly.c hand over when wide_is_on(); each is described
 * there. */
void wide_permute4(uint64_t lane[KECCAK_LANES][SHAKE4_WAYS]);
void wide_ntt(struct poly *f);
void wide_inverse_ntt(struct poly *f);
void wide_factor(struct poly_factor *out, const struct poly *b);
void wide_inner(struct poly *out, const struct poly *a, unsigned step,
    const struct poly_factor b[static POLY_K]);
void wide_reduce(struct poly *f);

#endif
