/*
 * multipart: multipart/form-data, the half of form.h that carries files.
 *
 * A body is "--B" and then for each field CRLF, headers, an empty line, the
 * value, CRLF "--B"; and "--" at the end, with or without a last CRLF.  There
 * is nothing before the first boundary, nothing behind the last, and no space
 * behind any, because no browser puts something there.
 *
 * Of a field's headers only Content-Disposition and Content-Type mean
 * something.  In quotes `"`, CR and LF stand as %22, %0D and %0A, and nothing
 * else is escaped (WHATWG HTML 4.10.21.8); a backslash is itself.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/form.h"

/* Held by value; nothing in it is allocated. */
struct multipart {
	int state;
	enum err failed; /* what every further call says */
	unsigned fields;
	size_t matched; /* bytes of `edge` that stand at the end of input */
	size_t edge_len;
	size_t head_len;
	size_t head_sum; /* bytes of this field's headers so far */
	bool is_file;
	bool has_name, has_type, has_coding;
	char edge[4 + FORM_BOUNDARY_MAX + 1]; /* CRLF "--" boundary */
	char head[FORM_HEAD_MAX]; /* the header line being read */
	char name[FORM_NAME_MAX + 1];
	char filename[FORM_FILENAME_MAX + 1];
	char type[FORM_TYPE_MAX + 1];
};

/* Begin; the boundary has 1 to FORM_BOUNDARY_MAX characters. */
void multipart_init(struct multipart *m, const char *boundary, size_t n);

/* As form_next() and form_end(). */
enum err multipart_next(struct multipart *m, const uint8_t **p, size_t *n,
    struct form_piece *piece) MUST_USE;
enum err multipart_end(struct multipart *m, struct form_piece *piece) MUST_USE;

/* Is this a boundary (RFC 2046 5.1.1)? */
bool multipart_is_boundary(const char *p, size_t n);

#endif
