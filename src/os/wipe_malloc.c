#include <malloc.h>

#include "base/wipe.h"
#include "os/wipe_malloc.h"

static bool on;

bool
wipe_malloc_is_on(void)
{
	return on;
}

#if defined(SOTTO_SANITIZED) || !defined(__GLIBC__)
void
wipe_malloc_on(void)
{
}
#else
/* What the C library's own calls are named by, for those who stand in front of
 * them. */
void *__libc_malloc(size_t n);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

void
wipe_malloc_on(void)
{
	on = true;
}

void
free(void *p)
{
	if (p != NULL && on)
		wipe(p, malloc_usable_size(p));
	__libc_free(p);
}

/* The C library may move a block and leave the old bytes, or cut one and leave
 * its end: here a block that grows moves to a new one, and the old is wiped. */
void *
realloc(void *p, size_t n)
{
	size_t was;
	void *q;

	if (!on || p == NULL)
		return __libc_realloc(p, n);
	was = malloc_usable_size(p);
	if (n > 0 && n <= was && n >= was / 2) {
		wipe((char *)p + n, was - n);
		return p;
	}
	q = n == 0 ? NULL : __libc_malloc(n);
	if (n > 0 && q == NULL)
		return NULL;
	if (q != NULL)
		memcpy(q, p, was < n ? was : n);
	free(p);
	return q;
}
#endif
