#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "http/multipart.h"
#include "http/urlencoded.h"

#include "http/form.h"

struct form {
	bool has_files;
	union {
		struct multipart m;
		struct urlencoded u;
	} is;
};

static void
skip_space(const char **p)
{
	while (**p == ' ' || **p == '\t')
		(*p)++;
}

static bool
skip(const char **p, const char *word)
{
	size_t n = 0;

	for (; word[n] != '\0'; n++)
		if (text_lower((*p)[n]) != word[n])
			return false;
	*p += n;
	return true;
}

static bool
is_token(char c)
{
	return c > ' ' && c <= '~' && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

/* A parameter's value, a token or quoted (RFC 9110 5.6.6), into `out` of `room`
 * bytes. */
static enum err
read_value(const char **p, char *out, size_t room, size_t *n)
{
	const bool quoted = **p == '"';

	*n = 0;
	if (quoted)
		(*p)++;
	while (quoted ? **p != '"' : is_token(**p)) {
		if (quoted && **p == '\\')
			(*p)++;
		if (**p == '\0')
			return ERR_FORMAT;
		if (*n == room)
			return ERR_FORMAT;
		out[(*n)++] = *(*p)++;
	}
	if (quoted)
		(*p)++;
	else if (*n == 0)
		return ERR_FORMAT;
	return ERR_OK;
}

/* The parameters of a Content-Type: the boundary must be there once if it is
 * `wanted`; others are read and mean nothing. */
static enum err
read_params(const char *p, bool wanted, char out[static FORM_BOUNDARY_MAX],
    size_t *out_n)
{
	char value[256];
	size_t n;
	bool is_boundary;

	*out_n = 0;
	for (skip_space(&p); *p != '\0'; skip_space(&p)) {
		if (*p++ != ';')
			return ERR_FORMAT;
		skip_space(&p);
		is_boundary = skip(&p, "boundary=");
		for (n = 0; !is_boundary && is_token(*p); n++)
			p++;
		if (!is_boundary && (n == 0 || *p++ != '='))
			return ERR_FORMAT;
		if (read_value(&p, value, sizeof value, &n) != ERR_OK)
			return ERR_FORMAT;
		if (!is_boundary || !wanted)
			continue;
		if (*out_n > 0 || !multipart_is_boundary(value, n))
			return ERR_FORMAT;
		memcpy(out, value, n);
		*out_n = n;
	}
	return wanted && *out_n == 0 ? ERR_FORMAT : ERR_OK;
}

enum err
form_open(struct form **out, const char *content_type)
{
	char boundary[FORM_BOUNDARY_MAX];
	const char *p = content_type;
	struct form *f;
	bool files;
	size_t n;

	skip_space(&p);
	files = skip(&p, "multipart/form-data");
	if (!files && !skip(&p, "application/x-www-form-urlencoded"))
		return ERR_VERSION;
	if (is_token(*p) || *p == '/')
		return ERR_VERSION; /* a longer name */
	if (read_params(p, files, boundary, &n) != ERR_OK)
		return ERR_FORMAT;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return ERR_NOMEM;
	f->has_files = files;
	if (files)
		multipart_init(&f->is.m, boundary, n);
	else
		urlencoded_init(&f->is.u);
	*out = f; /* now the caller's */
	return ERR_OK;
}

void
form_close(struct form *f)
{
	wipe_free(f, sizeof *f);
}

enum err
form_next(
    struct form *f, const uint8_t **p, size_t *n, struct form_piece *piece)
{
	return f->has_files ? multipart_next(&f->is.m, p, n, piece)
			    : urlencoded_next(&f->is.u, p, n, piece);
}

enum err
form_end(struct form *f, struct form_piece *piece)
{
	return f->has_files ? multipart_end(&f->is.m, piece)
			    : urlencoded_end(&f->is.u, piece);
}

bool
form_has_files(const struct form *f)
{
	return f->has_files;
}
