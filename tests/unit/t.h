/*
 * t: a test is a function whose name is the sentence it proves; a file of them
 * is a program that ends with T_END.
 *
 *	static void
 *	a_full_buf_refuses(void) { OK(buf_put(...) == ERR_TOOBIG); }
 *
 *	T_BEGIN
 *	T(a_full_buf_refuses)
 *	T_END
 */
#ifndef T_H
#define T_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char *t_now = "nothing yet";

/* Is this the long run (make check-long)? */
static inline bool
t_long(void)
{
	const char *l = getenv("LONG");

	return l != NULL && *l != '\0';
}

/* Is this build so slow that only samples are run of what takes minutes? */
static inline bool
t_slow(void)
{
#ifdef SOTTO_SANITIZED
	return !t_long();
#else
	return false;
#endif
}

#define OK(x) \
	do { \
		if (!(x)) { \
			printf("not ok %s\n", t_now); \
			fflush(stdout); \
			fprintf( \
			    stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x); \
			exit(1); \
		} \
	} while (0)

#define T(name) \
	t_now = #name; \
	name(); \
	printf("ok %s\n", #name); \
	fflush(stdout);

#define T_BEGIN \
	int main(void) \
	{
#define T_END \
	return 0; \
	}

#endif
