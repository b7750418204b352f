#include <stdlib.h>
#include <string.h>

#include "age/armor.h"
#include "base/enc.h"
#include "base/wipe.h"

#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define END "-----END AGE ENCRYPTED FILE-----"
#define COLUMNS 64U
#define LINE_BYTES 48U /* that a full line stands for */
#define LINES 512U /* of one push */
#define SPACE_MAX 1024U

struct armor_writer {
	struct age_sink to;
	uint8_t held[LINE_BYTES];
	size_t have;
	char text[LINES * (COLUMNS + 1) + 1];
};

enum err
armor_writer_open(struct armor_writer **w, struct age_sink to)
{
	struct armor_writer *got;
	enum err e;

	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	got->to = to;
	if ((e = to.put(to.who, BEGIN "\n", sizeof BEGIN)) != ERR_OK) {
		armor_writer_close(got);
		return e;
	}
	*w = got; /* now the caller's */
	return ERR_OK;
}

void
armor_writer_close(struct armor_writer *w)
{
	wipe_free(w, w == NULL ? 0 : sizeof *w);
}

/* Push `n` bytes, at most LINES lines of them; only the last is not full. */
static enum err
push_lines(struct armor_writer *w, const uint8_t *p, size_t n)
{
	char *at = w->text;
	size_t take;

	for (; n > 0; n -= take, p += take) {
		take = n < LINE_BYTES ? n : LINE_BYTES;
		enc_base64(at, p, take);
		at += ENC_BASE64_LEN(take);
		*at++ = '\n';
	}
	return w->to.put(w->to.who, w->text, (size_t)(at - w->text));
}

enum err
armor_writer_add(struct armor_writer *w, const void *p, size_t n)
{
	const uint8_t *at = p;
	size_t take;
	enum err e = ERR_OK;

	for (; n > 0 && e == ERR_OK; at += take, n -= take) {
		if (w->have == 0 && n >= LINE_BYTES) {
			take = n / LINE_BYTES < LINES ? n / LINE_BYTES : LINES;
			take *= LINE_BYTES;
			e = push_lines(w, at, take);
			continue;
		}
		take = LINE_BYTES - w->have < n ? LINE_BYTES - w->have : n;
		memcpy(w->held + w->have, at, take);
		if ((w->have += take) == LINE_BYTES) {
			e = push_lines(w, w->held, LINE_BYTES);
			w->have = 0;
		}
	}
	return e;
}

enum err
armor_writer_end(struct armor_writer *w)
{
	enum err e = ERR_OK;

	if (w->have > 0)
		e = push_lines(w, w->held, w->have);
	w->have = 0;
	return e != ERR_OK ? e : w->to.put(w->to.who, END "\n", sizeof END);
}

enum place {
	BEFORE,
	INSIDE,
	LAST, /* behind a line that was not full */
	AFTER,
};

struct armor_reader {
	struct age_sink to;
	enum place place;
	size_t spaces; /* outside the marks */
	size_t have; /* of a line that has begun */
	char line[SPACE_MAX];
	size_t made;
	uint8_t out[LINES * LINE_BYTES];
};

enum err
armor_reader_open(struct armor_reader **r, struct age_sink to)
{
	struct armor_reader *got;

	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	got->to = to;
	*r = got; /* now the caller's */
	return ERR_OK;
}

void
armor_reader_close(struct armor_reader *r)
{
	wipe_free(r, r == NULL ? 0 : sizeof *r);
}

static enum err
push(struct armor_reader *r)
{
	size_t n = r->made;

	r->made = 0;
	return n == 0 ? ERR_OK : r->to.put(r->to.who, r->out, n);
}

static bool
is_mark(const char *line, size_t n, const char *mark)
{
	return n == strlen(mark) && memcmp(line, mark, n) == 0;
}

/* White space and nothing else, not too much of it. */
static enum err
outside(struct armor_reader *r, const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memchr(" \t\r\n", line[i], 4) == NULL)
			return ERR_FORMAT;
	r->spaces += n + 1;
	return r->spaces > SPACE_MAX ? ERR_FORMAT : ERR_OK;
}

static enum err
inside(struct armor_reader *r, const char *line, size_t n)
{
	size_t pad = 0, bytes;

	if (is_mark(line, n, END)) {
		r->place = AFTER;
		r->spaces = 0;
		return push(r);
	}
	if (r->place == LAST || n == 0 || n > COLUMNS || n % 4 != 0)
		return ERR_FORMAT;
	while (pad < 2 && line[n - 1 - pad] == '=')
		pad++;
	bytes = n / 4 * 3 - pad;
	if (enc_base64_read(r->out + r->made, bytes, line, n) != ERR_OK)
		return ERR_FORMAT;
	if (bytes < LINE_BYTES)
		r->place = LAST;
	r->made += bytes;
	return r->made > sizeof r->out - LINE_BYTES ? push(r) : ERR_OK;
}

/* A line without its line feed. */
static enum err
take_line(struct armor_reader *r, const char *line, size_t n)
{
	if (r->place == AFTER)
		return outside(r, line, n);
	if (n > 0 && line[n - 1] == '\r')
		n--;
	if (r->place != BEFORE)
		return inside(r, line, n);
	if (!is_mark(line, n, BEGIN))
		return outside(r, line, n);
	r->place = INSIDE;
	return ERR_OK;
}

enum err
armor_reader_add(struct armor_reader *r, const void *p, size_t n)
{
	const char *at = p, *end;
	size_t take;
	enum err e = ERR_OK;

	for (; n > 0 && e == ERR_OK; at += take, n -= take) {
		end = memchr(at, '\n', n);
		take = end == NULL ? n : (size_t)(end - at) + 1;
		if (end != NULL && r->have == 0) {
			e = take_line(r, at, take - 1);
			continue;
		}
		if (take > sizeof r->line - r->have)
			return ERR_FORMAT;
		memcpy(r->line + r->have, at, take);
		r->have += take;
		if (end != NULL) {
			e = take_line(r, r->line, r->have - 1);
			r->have = 0;
		}
	}
	return e != ERR_OK ? e : push(r);
}

enum err
armor_reader_end(struct armor_reader *r)
{
	enum err e = ERR_OK;

	if (r->have > 0)
		e = take_line(r, r->line, r->have);
	r->have = 0;
	if (e != ERR_OK)
		return e;
	return r->place == AFTER ? ERR_OK : ERR_SHORT;
}
