#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#define STACK_MAX 65536U

void
wipe(void *p, size_t n)
{
	if (n == 0)
		return;
	memset(p, 0, n);
	__asm__ volatile("" : : "r"(p) : "memory");
}

void
wipe_free(void *p, size_t n)
{
	if (p == NULL)
		return;
	wipe(p, n);
	free(p);
}

__attribute__((noinline)) void
wipe_stack(size_t n)
{
	uint8_t below[STACK_MAX];

	wipe(below + (STACK_MAX - (n < STACK_MAX ? n : STACK_MAX)),
	    n < STACK_MAX ? n : STACK_MAX);
}
