#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "line/settings.h"

#define FIRST_LINE "sotto line settings 1"

enum kind { KIND_ID, KIND_U32, KIND_U64, KIND_TEXT, KIND_HOST, KIND_QUESTION };

/* The keys, in the order in which they are written. */
static const struct key {
	const char *name;
	enum kind kind;
	size_t at; /* in struct settings */
	uint64_t min,
	    max; /* of a number; of a text's bytes, its NUL included */
} keys[] = {
#define AT(field) offsetof(struct settings, field)
	{ "line", KIND_ID, AT(line), 0, 0 },
	{ "name", KIND_TEXT, AT(name), 0, SETTINGS_NAME_MAX },
	{ "retention", KIND_U32, AT(retention), 3, 400 },
	{ "quota", KIND_U64, AT(quota), UINT64_C(64) << 20, UINT64_C(1) << 50 },
	{ "file-max", KIND_U64, AT(file_max), 0, UINT64_C(64) << 30 },
	{ "tell-max", KIND_U64, AT(tell_max), 0, UINT64_C(64) << 30 },
	{ "text-max", KIND_U32, AT(text_max), 1000, 250000 },
	{ "floor-letters", KIND_U32, AT(floor_letters), 64, 65536 },
	{ "floor-parts", KIND_U32, AT(floor_parts), 16, 1024 },
	{ "listen", KIND_TEXT, AT(listen), 0, SETTINGS_ADDRESS_MAX },
	{ "listen-desk", KIND_TEXT, AT(listen_desk), 0, SETTINGS_ADDRESS_MAX },
	{ "host", KIND_HOST, 0, 0, SETTINGS_HOST_MAX },
	{ "title", KIND_TEXT, AT(title), 0, SETTINGS_TEXT_MAX },
	{ "about", KIND_TEXT, AT(about), 0, SETTINGS_TEXT_MAX },
	{ "readers", KIND_TEXT, AT(readers), 0, SETTINGS_TEXT_MAX },
	{ "question", KIND_QUESTION, 0, 0, 0 },
};

void
settings_init(struct settings *s)
{
	*s = (struct settings){
		.retention = 90,
		.file_max = UINT64_C(2) << 30,
		.tell_max = UINT64_C(8) << 30,
		.text_max = 100000,
		.floor_letters = 64,
		.floor_parts = 16,
	};
}

/* A piece of the file. */
struct span {
	const char *at;
	size_t n;
};

/* Text that may stand on a page and in a file of lines. */
static bool
is_plain(struct span v)
{
	return v.n > 0 && text_is_line(v.at, v.n);
}

/* A name as it stands in Host: lower case, with a port or without. */
static bool
is_host(struct span v)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "0123456789.-:[]";

	for (size_t i = 0; i < v.n; i++)
		if (memchr(allowed, v.at[i], sizeof(allowed) - 1) == NULL)
			return false;
	return v.n > 0;
}

static enum err
read_text(char *to, size_t size, struct span v)
{
	if (!is_plain(v) || v.n >= size)
		return ERR_FORMAT;
	memcpy(to, v.at, v.n);
	to[v.n] = '\0';
	return ERR_OK;
}

static enum err
read_number(struct settings *s, const struct key *k, struct span v)
{
	uint64_t number;
	uint32_t small;

	if (enc_decimal_read(&number, k->max, v.at, v.n) != ERR_OK ||
	    number < k->min)
		return ERR_FORMAT;
	small = (uint32_t)number;
	if (k->kind == KIND_U32)
		memcpy((char *)s + k->at, &small, sizeof(small));
	else
		memcpy((char *)s + k->at, &number, sizeof(number));
	return ERR_OK;
}

/* Two questions of one id would have one answer. */
static enum err
read_question(struct settings *s, struct span v)
{
	struct question *q = &s->question[s->questions];
	enum err e;

	if (s->questions == SETTINGS_QUESTIONS || !is_plain(v))
		return ERR_FORMAT;
	if ((e = question_read(q, v.at, v.n)) != ERR_OK)
		return e;
	for (unsigned i = 0; i < s->questions; i++)
		if (strcmp(s->question[i].id, q->id) == 0)
			return ERR_FORMAT;
	s->questions++;
	return ERR_OK;
}

static enum err
read_value(struct settings *s, const struct key *k, struct span v)
{
	switch (k->kind) {
	case KIND_ID:
		return enc_hex_read(s->line, sizeof(s->line), v.at, v.n);
	case KIND_U32:
	case KIND_U64:
		return read_number(s, k, v);
	case KIND_TEXT:
		return read_text((char *)s + k->at, k->max, v);
	case KIND_HOST:
		if (s->hosts == SETTINGS_HOSTS || !is_host(v))
			return ERR_FORMAT;
		return read_text(s->host[s->hosts++], k->max, v);
	case KIND_QUESTION:
		return read_question(s, v);
	}
	return ERR_FORMAT;
}

/* One line; `seen` has a bit for every key that came. */
static enum err
read_line(struct settings *s, unsigned *seen, struct span line)
{
	const char *space = memchr(line.at, ' ', line.n);
	struct span v;
	size_t n;

	if (line.n == 0 || line.at[0] == '#')
		return ERR_OK;
	if (space == NULL)
		return ERR_FORMAT;
	n = (size_t)(space - line.at);
	v = (struct span){ space + 1, line.n - n - 1 };
	for (size_t i = 0; i < COUNT(keys); i++) {
		if (strlen(keys[i].name) != n ||
		    memcmp(keys[i].name, line.at, n) != 0)
			continue;
		if ((*seen & (1U << i)) && keys[i].kind != KIND_HOST &&
		    keys[i].kind != KIND_QUESTION)
			return ERR_FORMAT;
		*seen |= 1U << i;
		return read_value(s, &keys[i], v);
	}
	return ERR_FORMAT;
}

/* Cut the next line off; false when there is none that ends. */
static bool
next_line(struct span *line, struct span *rest)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->at, '\n', rest->n);

	if (end == NULL)
		return false;
	*line = (struct span){ rest->at, (size_t)(end - rest->at) };
	rest->at = end + 1;
	rest->n -= line->n + 1;
	return true;
}

enum err
settings_read(struct settings *s, const uint8_t *p, size_t n, unsigned *where)
{
	struct span rest = { (const char *)p, n }, line;
	struct settings got;
	unsigned seen = 0, at = 1;
	enum err e = ERR_OK;

	settings_init(&got);
	if (!next_line(&line, &rest) || line.n != strlen(FIRST_LINE) ||
	    memcmp(line.at, FIRST_LINE, line.n) != 0)
		e = ERR_VERSION;
	while (e == ERR_OK && next_line(&line, &rest)) {
		at++;
		e = read_line(&got, &seen, line);
	}
	if (e == ERR_OK && rest.n > 0) {
		at++;
		e = ERR_SHORT; /* the last line does not end */
	}
	if (e == ERR_OK && (seen & 3U) != 3U)
		e = ERR_MISSING; /* line, name */
	if (where != NULL)
		*where = at;
	if (e == ERR_OK)
		*s = got;
	return e;
}

static enum err
write_number(struct buf *out, const struct key *k, const struct settings *s,
    const struct settings *usual)
{
	uint64_t now;
	size_t n = k->kind == KIND_U32 ? 4 : 8;
	uint32_t small;

	if (memcmp((const char *)s + k->at, (const char *)usual + k->at, n) ==
	    0)
		return ERR_OK;
	if (n == 4) {
		memcpy(&small, (const char *)s + k->at, n);
		now = small;
	} else {
		memcpy(&now, (const char *)s + k->at, n);
	}
	return buf_put_fmt(out, "%s %llu\n", k->name, (unsigned long long)now);
}

static enum err
write_text(struct buf *out, const char *name, const char *value)
{
	enum err e;

	if (value[0] == '\0')
		return ERR_OK;
	if ((e = buf_put_str(out, name)) != ERR_OK ||
	    (e = buf_put_str(out, " ")) != ERR_OK ||
	    (e = buf_put_str(out, value)) != ERR_OK)
		return e;
	return buf_put_str(out, "\n");
}

static enum err
write_question(struct buf *out, const char *name, const struct question *q)
{
	enum err e;

	if ((e = buf_put_fmt(out, "%s ", name)) != ERR_OK ||
	    (e = question_write(out, q)) != ERR_OK)
		return e;
	return buf_put_str(out, "\n");
}

static enum err
write_key(struct buf *out, const struct key *k, const struct settings *s,
    const struct settings *usual)
{
	char id[ENC_HEX_LEN(sizeof(s->line)) + 1];
	enum err e = ERR_OK;

	switch (k->kind) {
	case KIND_ID:
		enc_hex(id, s->line, sizeof(s->line));
		return write_text(out, k->name, id);
	case KIND_U32:
	case KIND_U64:
		return write_number(out, k, s, usual);
	case KIND_TEXT:
		return write_text(out, k->name, (const char *)s + k->at);
	case KIND_HOST:
		for (unsigned i = 0; e == ERR_OK && i < s->hosts; i++)
			e = write_text(out, k->name, s->host[i]);
		return e;
	case KIND_QUESTION:
		for (unsigned i = 0; e == ERR_OK && i < s->questions; i++)
			e = write_question(out, k->name, &s->question[i]);
		return e;
	}
	return e;
}

enum err
settings_write(struct buf *out, const struct settings *s)
{
	size_t was = out->len;
	struct settings usual;
	enum err e = buf_put_str(out, FIRST_LINE "\n");

	settings_init(&usual);
	for (size_t i = 0; e == ERR_OK && i < COUNT(keys); i++)
		e = write_key(out, &keys[i], s, &usual);
	if (e != ERR_OK)
		out->len = was;
	return e;
}
