#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "http/multipart.h"

enum state {
	AT_FIRST, /* in the first boundary */
	NEW_FIELD, /* behind the CRLF of a boundary; the field before was told
		    */
	IN_HEAD, /* in a header line */
	IN_HEAD_CR,
	AT_BEGIN, /* the headers are whole, nobody was told */
	IN_DATA,
	AT_EDGE, /* behind a boundary: CRLF or -- */
	AT_EDGE_CR, /* CR seen */
	AT_EDGE_DASH, /* one - seen */
	IS_CLOSED, /* the last field was told */
	IN_TAIL, /* the end was told; CRLF may come */
	IN_TAIL_CR,
	IN_TAIL_LF /* nothing may come */
};

void
multipart_init(struct multipart *m, const char *boundary, size_t n)
{
	assert(n > 0 && n <= FORM_BOUNDARY_MAX);
	*m = (struct multipart){ .state = AT_FIRST };
	memcpy(m->edge, "\r\n--", 4);
	memcpy(m->edge + 4, boundary, n);
	m->edge_len = 4 + n;
	m->matched = 2; /* the first has no CRLF before it */
}

bool
multipart_is_boundary(const char *p, size_t n)
{
	static const char also[] = "'()+_,-./:=? ";

	if (n == 0 || n > FORM_BOUNDARY_MAX || p[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++) {
		const char c = text_lower(p[i]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
		    (c == '\0' || strchr(also, c) == NULL))
			return false;
	}
	return true;
}

static enum err
fail(struct multipart *m, enum err e)
{
	m->failed = e;
	return e;
}

static struct form_piece
piece_of(const struct multipart *m, enum form_event event)
{
	return (struct form_piece){
		.event = event,
		.name = m->name,
		.filename = m->is_file ? m->filename : NULL,
		.type = m->type,
	};
}

/*
 * Headers of a field.
 */

/* Copy the text in quotes at `*p`, whose opening quote was read, and move
 * behind the closing one.  `max` is the room without NUL; what is longer is
 * ERR_TOOBIG, or is cut if `cut`. */
static enum err
read_quoted(const char **p, const char *end, char *out, size_t max, bool cut)
{
	static const struct {
		const char *is;
		char stands_for;
	} escapes[] = { { "%22", '"' }, { "%0D", '\r' }, { "%0A", '\n' } };
	char text[FORM_HEAD_MAX];
	size_t n = 0;
	enum err e = ERR_FORMAT;

	while (*p < end && **p != '"') {
		char c = *(*p)++;

		for (size_t i = 0; c == '%' && i < COUNT(escapes); i++)
			if (end - *p >= 2 &&
			    memcmp(*p, escapes[i].is + 1, 2) == 0) {
				c = escapes[i].stands_for;
				*p += 2;
			}
		text[n++] = c;
	}
	if (*p == end || !text_is_utf8(text, n))
		goto out;
	(*p)++;
	if (n > max && !cut) {
		e = ERR_TOOBIG;
		goto out;
	}
	n = text_cut(text, n, max);
	memcpy(out, text, n);
	out[n] = '\0';
	e = ERR_OK;
out:
	wipe(text, sizeof text);
	return e;
}

static bool
skip(const char **p, const char *end, const char *word)
{
	const size_t n = strlen(word);

	if ((size_t)(end - *p) < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text_lower((*p)[i]) != word[i])
			return false;
	*p += n;
	return true;
}

static void
skip_space(const char **p, const char *end)
{
	while (*p < end && (**p == ' ' || **p == '\t'))
		(*p)++;
}

/* form-data; name="..."[; filename="..."] in any order.  Nothing else: no
 * filename* (RFC 7578 4.2), no parameter twice. */
static enum err
read_disposition(struct multipart *m, const char *p, const char *end)
{
	bool named = false;
	enum err e;

	if (m->has_name || !skip(&p, end, "form-data"))
		return ERR_FORMAT;
	for (;;) {
		skip_space(&p, end);
		if (p == end)
			break;
		if (!skip(&p, end, ";"))
			return ERR_FORMAT;
		skip_space(&p, end);
		if (!named && skip(&p, end, "name=\"")) {
			e = read_quoted(&p, end, m->name, FORM_NAME_MAX, false);
			named = true;
		} else if (!m->is_file && skip(&p, end, "filename=\"")) {
			e = read_quoted(
			    &p, end, m->filename, FORM_FILENAME_MAX, true);
			m->is_file = true;
		} else {
			e = ERR_FORMAT;
		}
		if (e != ERR_OK)
			return e;
	}
	if (!named || m->name[0] == '\0')
		return ERR_FORMAT;
	m->has_name = true;
	return ERR_OK;
}

static enum err
read_type(struct multipart *m, const char *p, const char *end)
{
	static const char any[] = "application/octet-stream";
	const size_t n = (size_t)(end - p);
	bool plain = n <= FORM_TYPE_MAX;

	if (m->has_type)
		return ERR_FORMAT;
	for (size_t i = 0; i < n; i++)
		plain = plain && p[i] >= ' ' && p[i] <= '~';
	if (plain) {
		memcpy(m->type, p, n);
		m->type[n] = '\0';
	} else {
		memcpy(m->type, any, sizeof any);
	}
	m->has_type = true;
	return ERR_OK;
}

/* Bytes are taken as they are, so an encoding that changes them is refused
 * (RFC 7578 4.7: there should be none). */
static enum err
read_coding(struct multipart *m, const char *p, const char *end)
{
	if (m->has_coding ||
	    (!skip(&p, end, "binary") && !skip(&p, end, "8bit") &&
		!skip(&p, end, "7bit")) ||
	    p != end)
		return ERR_FORMAT;
	m->has_coding = true;
	return ERR_OK;
}

static bool
is_token(char c)
{
	return c > ' ' && c <= '~' && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

/* The line in m->head is whole. */
static enum err
read_head(struct multipart *m)
{
	static const struct {
		const char *name;
		enum err (*read)(
		    struct multipart *m, const char *p, const char *end);
	} known[] = {
		{ "content-disposition:", read_disposition },
		{ "content-type:", read_type },
		{ "content-transfer-encoding:", read_coding },
	};
	const char *p = m->head, *end = m->head + m->head_len;
	const char *colon = memchr(p, ':', m->head_len);

	if (colon == NULL || colon == p)
		return ERR_FORMAT;
	for (const char *c = p; c < colon; c++)
		if (!is_token(*c))
			return ERR_FORMAT;
	while (end > colon + 1 && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	for (size_t i = 0; i < COUNT(known); i++)
		if (skip(&p, end, known[i].name)) {
			skip_space(&p, end);
			return known[i].read(m, p, end);
		}
	return ERR_OK;
}

static enum err
begin_field(struct multipart *m)
{
	if (++m->fields > FORM_FIELDS_MAX)
		return ERR_TOOBIG;
	m->has_name = m->has_type = m->has_coding = m->is_file = false;
	m->name[0] = m->filename[0] = m->type[0] = '\0';
	m->head_len = m->head_sum = 0;
	m->state = IN_HEAD;
	return ERR_OK;
}

/* Take header lines up to and with the empty one; then the state is AT_BEGIN.
 */
static enum err
take_head(struct multipart *m, const uint8_t **p, size_t *n)
{
	enum err e;
	uint8_t c;

	while (*n > 0 && m->state != AT_BEGIN) {
		c = *(*p)++;
		(*n)--;
		if (++m->head_sum > FORM_HEAD_MAX)
			return ERR_TOOBIG;
		if (m->state == IN_HEAD && c == '\r') {
			m->state = IN_HEAD_CR;
			continue;
		}
		if (m->state == IN_HEAD) {
			if (c == '\n' || c == '\0')
				return ERR_FORMAT;
			m->head[m->head_len++] = (char)c;
			continue;
		}
		if (c != '\n')
			return ERR_FORMAT;
		m->state = m->head_len == 0 ? AT_BEGIN : IN_HEAD;
		if (m->head_len > 0 && (e = read_head(m)) != ERR_OK)
			return e;
		m->head_len = 0;
	}
	if (m->state == AT_BEGIN && !m->has_name)
		return ERR_FORMAT;
	return ERR_OK;
}

/*
 * The value of a field.
 */

/* How many bytes at `p` are the value's for sure?  The rest is the beginning
 * of a boundary, `*edge` bytes of it. */
static size_t
data_length(const struct multipart *m, const uint8_t *p, size_t n, size_t *edge)
{
	const uint8_t *at = p, *end = p + n;
	size_t k;

	while ((at = memchr(at, '\r', (size_t)(end - at))) != NULL) {
		for (k = 1; k < m->edge_len && at + k < end; k++)
			if (at[k] != (uint8_t)m->edge[k])
				break;
		if (k == m->edge_len || at + k == end) {
			*edge = k;
			return (size_t)(at - p);
		}
		at++;
	}
	*edge = 0;
	return n;
}

/* Some bytes of a boundary were seen at the end of the last input: go on with
 * it.  There is a CR at its beginning only, so if it turns out to be none, all
 * of them were the value's. */
static void
take_edge(
    struct multipart *m, const uint8_t **p, size_t *n, struct form_piece *piece)
{
	while (m->matched<m->edge_len && * n> 0 &&
	    **p == (uint8_t)m->edge[m->matched]) {
		m->matched++;
		(*p)++;
		(*n)--;
	}
	if (m->matched == m->edge_len) {
		m->state = AT_EDGE;
	} else if (*n > 0) {
		piece->event = FORM_BYTES;
		piece->at = (const uint8_t *)m->edge;
		piece->len = m->matched;
		m->matched = 0;
	}
}

static void
take_data(
    struct multipart *m, const uint8_t **p, size_t *n, struct form_piece *piece)
{
	size_t len, edge;

	if (m->matched > 0) {
		take_edge(m, p, n, piece);
		return;
	}
	len = data_length(m, *p, *n, &edge);
	if (len > 0) {
		piece->event = FORM_BYTES;
		piece->at = *p;
		piece->len = len;
	}
	m->matched = edge;
	if (edge == m->edge_len)
		m->state = AT_EDGE;
	*p += len + edge;
	*n -= len + edge;
}

/* One byte of what stands behind a boundary. */
static enum err
take_behind(struct multipart *m, uint8_t c, struct form_piece *piece)
{
	static const struct {
		enum state at;
		uint8_t c;
		enum state next;
	} rows[] = {
		{ AT_EDGE, '\r', AT_EDGE_CR },
		{ AT_EDGE, '-', AT_EDGE_DASH },
		{ AT_EDGE_CR, '\n', NEW_FIELD },
		{ AT_EDGE_DASH, '-', IS_CLOSED },
		{ IN_TAIL, '\r', IN_TAIL_CR },
		{ IN_TAIL_CR, '\n', IN_TAIL_LF },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if ((int)rows[i].at != m->state || rows[i].c != c)
			continue;
		m->state = (int)rows[i].next;
		m->matched = 0;
		if (m->fields > 0 &&
		    (m->state == NEW_FIELD || m->state == IS_CLOSED))
			*piece = piece_of(m, FORM_FIELD);
		return ERR_OK;
	}
	return ERR_FORMAT;
}

/* One step; it takes something, or tells something, or changes the state. */
static enum err
step(
    struct multipart *m, const uint8_t **p, size_t *n, struct form_piece *piece)
{
	switch ((enum state)m->state) {
	case AT_FIRST:
		take_edge(m, p, n, piece);
		return piece->event == FORM_BYTES ? ERR_FORMAT : ERR_OK;
	case NEW_FIELD:
		return begin_field(m);
	case IN_HEAD:
	case IN_HEAD_CR:
		return take_head(m, p, n);
	case AT_BEGIN:
		m->state = IN_DATA;
		*piece = piece_of(m, FORM_BEGIN);
		return ERR_OK;
	case IN_DATA:
		take_data(m, p, n, piece);
		return ERR_OK;
	case IS_CLOSED:
		m->state = IN_TAIL;
		piece->event = FORM_DONE;
		return ERR_OK;
	case AT_EDGE:
	case AT_EDGE_CR:
	case AT_EDGE_DASH:
	case IN_TAIL:
	case IN_TAIL_CR:
	case IN_TAIL_LF:
		(*p)++;
		(*n)--;
		return take_behind(m, (*p)[-1], piece);
	}
	return ERR_FORMAT;
}

enum err
multipart_next(
    struct multipart *m, const uint8_t **p, size_t *n, struct form_piece *piece)
{
	enum err e;

	if (m->failed != ERR_OK)
		return m->failed;
	*piece = piece_of(m, FORM_MORE);
	while (piece->event == FORM_MORE &&
	    (*n > 0 || m->state == AT_BEGIN || m->state == IS_CLOSED))
		if ((e = step(m, p, n, piece)) != ERR_OK)
			return fail(m, e);
	return ERR_OK;
}

enum err
multipart_end(struct multipart *m, struct form_piece *piece)
{
	if (m->failed != ERR_OK)
		return m->failed;
	if (m->state != IS_CLOSED && m->state != IN_TAIL &&
	    m->state != IN_TAIL_LF)
		return fail(m, ERR_SHORT);
	*piece = (struct form_piece){ .event = FORM_DONE };
	return ERR_OK;
}
