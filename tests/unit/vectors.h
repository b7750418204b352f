/*
 * vectors: files of doc/vectors/: blocks of "name: value" lines, an empty line
 * between blocks, lines that begin with # are remarks.  Tests run in the
 * project's folder.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include <stdbool.h>
#include <string.h>

#include "base/enc.h"
#include "base/file.h"
#include "t.h"

struct vectors {
	struct buf file;
	char *block; /* of NUL-ended lines */
	char *block_end;
	char *next;
};

static inline void
vectors_open(struct vectors *v, const char *path)
{
	*v = (struct vectors){ 0 };
	buf_init(&v->file, 1 << 20);
	OK(file_read(&v->file, path) == ERR_OK);
	OK(buf_str(&v->file) != NULL);
	v->next = (char *)v->file.at;
}

static inline void
vectors_close(struct vectors *v)
{
	buf_drop(&v->file);
}

/* The next block; false after the last. */
static inline bool
vectors_next(struct vectors *v)
{
	char *end = (char *)v->file.at + v->file.len, *line, *stop;

	v->block = NULL;
	for (line = v->next; line < end; line = stop + 1) {
		if ((stop = memchr(line, '\n', (size_t)(end - line))) == NULL)
			stop = end;
		*stop = '\0';
		if (line[0] == '#')
			continue;
		if (line[0] != '\0' && v->block == NULL)
			v->block = line;
		if (line[0] == '\0' && v->block != NULL)
			break;
	}
	v->block_end = line < end ? line : end;
	v->next = line < end ? line + 1 : end;
	return v->block != NULL;
}

/* The value of a name in this block; the test fails when there is none. */
static inline const char *
vectors_str(const struct vectors *v, const char *name)
{
	const size_t n = strlen(name);

	for (const char *p = v->block; p < v->block_end; p += strlen(p) + 1)
		if (strncmp(p, name, n) == 0 && p[n] == ':' && p[n + 1] == ' ')
			return p + n + 2;
	fprintf(stderr, "no vector named %s\n", name);
	OK(name == NULL); /* fails */
	return NULL;
}

static inline void
vectors_hex(const struct vectors *v, const char *name, uint8_t *out, size_t n)
{
	const char *s = vectors_str(v, name);

	OK(enc_hex_read(out, n, s, strlen(s)) == ERR_OK);
}

/* Are these the bytes that the vector says? */
static inline bool
vectors_is(
    const struct vectors *v, const char *name, const uint8_t *p, size_t n)
{
	uint8_t want[128];

	OK(n <= sizeof want);
	vectors_hex(v, name, want, n);
	if (memcmp(want, p, n) == 0)
		return true;
	fprintf(stderr, "not what the vector says: %s\n", name);
	return false;
}

#endif
