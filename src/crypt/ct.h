/*
 * ct: helpers for code whose time must not depend on secrets.
 *
 * A compiler that knows a value to be 0 or 1, or all bits alike, may turn
 * masking into a branch.  ct_hide() makes it forget what it knows.
 */
#ifndef CRYPT_CT_H
#define CRYPT_CT_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t
ct_hide(uint32_t x)
{
	__asm__("" : "+r"(x));
	return x;
}

/*
 * ct_public() says that bytes which were computed from secrets are no secret.
 * Only the check under valgrind (tests/judges/ct_mlkem.sh) needs to know: there
 * secrets are memory that is not initialised, and a branch, an index or a
 * division that depends on them is reported.
 */
#ifdef SOTTO_CT_CHECK
#include <valgrind/memcheck.h>
static inline void
ct_public(const void *p, size_t n)
{
	(void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}
#else
static inline void
ct_public(const void *p, size_t n)
{
	(void)p;
	(void)n;
}
#endif

#endif
