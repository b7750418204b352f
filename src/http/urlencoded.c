#include <string.h>

#include "http/urlencoded.h"

enum state {
	AT_START, /* no byte of this field was read */
	IN_NAME,
	AT_BEGIN, /* the name is whole, nobody was told */
	IN_VALUE,
	AT_LAST, /* the last field was told */
	IS_OVER
};

void
urlencoded_init(struct urlencoded *u)
{
	*u = (struct urlencoded){ .state = AT_START };
}

static enum err
fail(struct urlencoded *u, enum err e)
{
	u->failed = e;
	return e;
}

static struct form_piece
piece_of(const struct urlencoded *u, enum form_event event)
{
	return (struct form_piece){
		.event = event,
		.name = u->name,
		.type = "",
	};
}

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Take one byte of a name or value.  `*got` says whether it made a byte. */
static enum err
decode(struct urlencoded *u, uint8_t c, uint8_t *out, bool *got)
{
	int h;

	*got = false;
	if (u->escape > 0) {
		if ((h = hex(c)) < 0)
			return ERR_FORMAT;
		if (u->escape-- == 2) {
			u->digit = (uint8_t)h;
			return ERR_OK;
		}
		*out = (uint8_t)(u->digit << 4 | h);
		*got = true;
		return ERR_OK;
	}
	if (c == '%') {
		u->escape = 2;
		return ERR_OK;
	}
	if (c < 0x21 || c > 0x7e)
		return ERR_FORMAT;
	*out = c == '+' ? ' ' : c;
	*got = true;
	return ERR_OK;
}

/* Read a name up to its `=`. */
static enum err
read_name(struct urlencoded *u, const uint8_t **p, size_t *n)
{
	uint8_t c, out;
	bool got;

	while (*n > 0 && u->state != AT_BEGIN) {
		c = **p;
		(*p)++;
		(*n)--;
		if (u->state == AT_START && ++u->fields > FORM_FIELDS_MAX)
			return ERR_TOOBIG;
		u->state = IN_NAME;
		if (c == '=' && u->escape == 0) {
			if (u->name_len == 0)
				return ERR_FORMAT;
			u->name[u->name_len] = '\0';
			u->state = AT_BEGIN;
			continue;
		}
		if (c == '&' || decode(u, c, &out, &got) != ERR_OK)
			return ERR_FORMAT;
		if (!got)
			continue;
		if (out == '\0')
			return ERR_FORMAT;
		if (u->name_len == FORM_NAME_MAX)
			return ERR_TOOBIG;
		u->name[u->name_len++] = (char)out;
	}
	return ERR_OK;
}

/* Read of a value what fits into the run; stops before its `&`. */
static enum err
read_value(struct urlencoded *u, const uint8_t **p, size_t *n)
{
	bool got;
	uint8_t c;

	u->run_len = 0;
	while (*n > 0 && u->run_len < sizeof u->run) {
		c = **p;
		if (c == '&' && u->escape == 0)
			return ERR_OK;
		if (decode(u, c, &u->run[u->run_len], &got) != ERR_OK)
			return ERR_FORMAT;
		u->run_len += got;
		(*p)++;
		(*n)--;
	}
	return ERR_OK;
}

enum err
urlencoded_next(struct urlencoded *u, const uint8_t **p, size_t *n,
    struct form_piece *piece)
{
	enum err e;

	if (u->failed != ERR_OK)
		return u->failed;
	if (u->state >= AT_LAST && *n > 0)
		return fail(u, ERR_FORMAT);
	if (u->state == AT_START || u->state == IN_NAME)
		if ((e = read_name(u, p, n)) != ERR_OK)
			return fail(u, e);
	*piece = piece_of(u, FORM_MORE);
	if (u->state == AT_BEGIN) {
		u->state = IN_VALUE;
		piece->event = FORM_BEGIN;
		return ERR_OK;
	}
	if (u->state != IN_VALUE || *n == 0)
		return ERR_OK;
	if ((e = read_value(u, p, n)) != ERR_OK)
		return fail(u, e);
	if (u->run_len > 0) {
		piece->event = FORM_BYTES;
		piece->at = u->run;
		piece->len = u->run_len;
	} else if (*n > 0) {
		(*p)++; /* the `&` */
		(*n)--;
		u->state = AT_START;
		u->name_len = 0;
		piece->event = FORM_FIELD;
	}
	return ERR_OK;
}

enum err
urlencoded_end(struct urlencoded *u, struct form_piece *piece)
{
	if (u->failed != ERR_OK)
		return u->failed;
	/* After a `&` there must be another field. */
	if (u->escape > 0 || u->state == IN_NAME ||
	    (u->state == AT_START && u->fields > 0))
		return fail(u, ERR_FORMAT);
	if (u->state == AT_BEGIN || u->state == IN_VALUE) {
		*piece =
		    piece_of(u, u->state == AT_BEGIN ? FORM_BEGIN : FORM_FIELD);
		u->state = u->state == AT_BEGIN ? IN_VALUE : AT_LAST;
		return ERR_OK;
	}
	*piece = (struct form_piece){ .event = FORM_DONE };
	u->state = IS_OVER;
	return ERR_OK;
}
