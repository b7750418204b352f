/*
 * head: the headers of a request, judged before anything else is done with it.
 *
 * Two looks.  The first is at the raw bytes of a connection's first request,
 * before a place is given to it; the second is at every request's headers, as
 * they were parsed.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/server.h"

#define HEAD_PEEK_MAX 8192U /* a longer head is refused */

struct head_peek {
	bool whole; /* the empty line is there; else no more is known */
	unsigned status; /* 0, or what to answer, with this sentence */
	const char *sentence;
	char path[64]; /* the beginning of the target */
	uint64_t length; /* Content-Length */
};

/* Look at the `n` bytes that have come.  `names` are the server's, `names_n` of
 * them. */
void head_peek(struct head_peek *peek, const char *p, size_t n,
    const char (*names)[HTTP_NAME_MAX], size_t names_n);

struct head {
	unsigned count;
	unsigned hosts, lengths;
	bool host_ours, bad_name, bad_value, bad_length, coded, foreign;
	uint64_t length;
};

/* One header, without space around its value. */
void head_add(struct head *h, const char *name, size_t name_n,
    const char *value, size_t value_n, const char (*names)[HTTP_NAME_MAX],
    size_t names_n);

/* All were added.  0: go on; otherwise the status to answer and the sentence to
 * say. */
unsigned head_judge(const struct head *h, const char **sentence);

/* The method; HTTP_METHODS for any other. */
enum http_method head_method(const char *name);

/* Is this a path and query we look up: begins with /, visible ASCII? */
bool head_is_target(const char *p);

#endif
