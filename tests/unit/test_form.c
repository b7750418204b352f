#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "http/form.h"
#include "http/multipart.h"
#include "t.h"

#define MULTI "multipart/form-data; boundary=B"
#define URLEN "application/x-www-form-urlencoded"
#define HEAD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

/* Everything told, as text: "name|filename|type=value;" for a whole field,
 * the same with `!` for one that was begun only, "." at the end. */
struct told {
	struct buf out;
	bool open;
};

static void
tell(struct told *t, const struct form_piece *p)
{
	switch (p->event) {
	case FORM_BEGIN:
		OK(buf_put_fmt(&t->out, "%s|%s|%s=", p->name,
		       p->filename == NULL ? "-" : p->filename,
		       p->type) == ERR_OK);
		t->open = true;
		break;
	case FORM_BYTES:
		OK(p->len > 0 && t->open);
		OK(buf_put(&t->out, p->at, p->len) == ERR_OK);
		break;
	case FORM_FIELD:
		OK(t->open);
		t->open = false;
		OK(buf_put_str(&t->out, ";") == ERR_OK);
		break;
	case FORM_DONE:
		OK(!t->open && buf_put_str(&t->out, ".") == ERR_OK);
		break;
	case FORM_MORE:
		break;
	}
}

static enum err
feed(struct form *f, struct told *t, const void *p, size_t n)
{
	const uint8_t *at = p;
	struct form_piece piece;
	enum err e;

	do {
		if ((e = form_next(f, &at, &n, &piece)) != ERR_OK)
			return e;
		tell(t, &piece);
	} while (piece.event != FORM_MORE);
	OK(n == 0);
	return ERR_OK;
}

static enum err
finish(struct form *f, struct told *t)
{
	struct form_piece piece;
	enum err e;

	do {
		if ((e = form_end(f, &piece)) != ERR_OK)
			return e;
		if (piece.event != FORM_DONE || !form_has_files(f))
			tell(t, &piece);
	} while (piece.event != FORM_DONE);
	return ERR_OK;
}

/* Read the body cut at `cut`, or byte for byte when `cut` is n + 1. */
static enum err
read_form(
    struct told *t, const char *type, const char *body, size_t n, size_t cut)
{
	struct form *f = NULL;
	enum err e;

	buf_init(&t->out, 1 << 20);
	t->open = false;
	if ((e = form_open(&f, type)) != ERR_OK)
		return e;
	if (cut <= n) {
		e = feed(f, t, body, cut);
		if (e == ERR_OK)
			e = feed(f, t, body + cut, n - cut);
	} else {
		for (size_t i = 0; i < n && e == ERR_OK; i++)
			e = feed(f, t, body + i, 1);
	}
	if (e == ERR_OK)
		e = finish(f, t);
	if (t->open)
		OK(buf_put_str(&t->out, "!") == ERR_OK);
	OK(buf_str(&t->out) != NULL);
	form_close(f);
	return e;
}

struct row {
	const char *why, *type, *body;
	enum err e;
	const char *told;
};

static const struct row multi[] = {
	{ "one field", MULTI, "--B\r\n" HEAD("a") "x\r\n--B--\r\n", ERR_OK,
	    "a|-|=x;." },
	{ "no last line end", MULTI, "--B\r\n" HEAD("a") "x\r\n--B--", ERR_OK,
	    "a|-|=x;." },
	{ "an empty form", MULTI, "--B--\r\n", ERR_OK, "." },
	{ "an empty value", MULTI, "--B\r\n" HEAD("a") "\r\n--B--\r\n", ERR_OK,
	    "a|-|=;." },
	{ "a boundary almost", MULTI,
	    "--B\r\n" HEAD("a") "\r\r\n-\r\n--\r\n--b\r\n--B--", ERR_OK,
	    "a|-|=\r\r\n-\r\n--\r\n--b;." },
	{ "a file, header names in another case", MULTI,
	    "--B\r\ncontent-disposition:form-data ; filename=\"f\" ;name=\"a\""
	    "\r\nCONTENT-TYPE: text/plain \r\n\r\nx\r\n--B--\r\n",
	    ERR_OK, "a|f|text/plain=x;." },
	{ "no file chosen", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\""
	    "\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--B--\r\n",
	    ERR_OK, "a||application/octet-stream=;." },
	{ "escapes of browsers, and only these", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"%22%0D%0A%41%0a\\\""
	    "\r\n\r\n\r\n--B--",
	    ERR_OK, "\"\r\n%41%0a\\|-|=;." },
	{ "two fields", MULTI,
	    "--B\r\n" HEAD("a") "1\r\n--B\r\n" HEAD("b") "2\r\n--B--\r\n",
	    ERR_OK, "a|-|=1;b|-|=2;." },
	{ "another header", MULTI, "--B\r\nX-Y: z\r\n" HEAD("a") "\r\n--B--",
	    ERR_OK, "a|-|=;." },
	{ "a boundary in quotes", "multipart/form-data; boundary=\"a b:c\"",
	    "--a b:c\r\n" HEAD("a") "1\r\n--a b:c--", ERR_OK, "a|-|=1;." },
	{ "a boundary before another parameter",
	    "Multipart/Form-Data;charset=utf-8;Boundary=B ;x=\"\\\"\"",
	    "--B\r\n" HEAD("a") "1\r\n--B--", ERR_OK, "a|-|=1;." },
	{ "a type with a strange byte", MULTI,
	    "--B\r\nContent-Type: a\tb\r\n" HEAD("a") "\r\n--B--", ERR_OK,
	    "a|-|application/octet-stream=;." },

	{ "cut before its closing boundary", MULTI,
	    "--B\r\n" HEAD("a") "1\r\n--B\r\n" HEAD("b") "2", ERR_SHORT,
	    "a|-|=1;b|-|=2!" },
	{ "cut in a boundary", MULTI, "--B\r\n" HEAD("a") "1\r\n--B", ERR_SHORT,
	    "a|-|=1!" },
	{ "cut behind a boundary", MULTI, "--B\r\n" HEAD("a") "1\r\n--B\r\n",
	    ERR_SHORT, "a|-|=1;" },
	{ "cut in the last boundary", MULTI, "--B\r\n" HEAD("a") "1\r\n--B-",
	    ERR_SHORT, "a|-|=1!" },
	{ "cut in headers", MULTI, "--B\r\nContent-Disp", ERR_SHORT, "" },
	{ "nothing", MULTI, "", ERR_SHORT, "" },
	{ "a last line end cut", MULTI, "--B\r\n" HEAD("a") "1\r\n--B--\r",
	    ERR_SHORT, "a|-|=1;." },
	{ "something before", MULTI, "x\r\n--B\r\n" HEAD("a") "1\r\n--B--",
	    ERR_FORMAT, "" },
	{ "an empty line before", MULTI, "\r\n--B\r\n" HEAD("a") "1\r\n--B--",
	    ERR_FORMAT, "" },
	{ "something behind", MULTI, "--B\r\n" HEAD("a") "1\r\n--B--\r\nx",
	    ERR_FORMAT, "a|-|=1;." },
	{ "space behind a boundary", MULTI, "--B \r\n" HEAD("a") "1\r\n--B--",
	    ERR_FORMAT, "" },
	{ "a longer boundary in the value", MULTI,
	    "--B\r\n" HEAD("a") "1\r\n--Bx\r\n--B--", ERR_FORMAT, "a|-|=1!" },
	{ "bare line feeds", MULTI,
	    "--B\nContent-Disposition: form-data; name=\"a\"\n\n1\n--B--",
	    ERR_FORMAT, "" },
	{ "a bare line feed in headers", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\n\"\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "a bare carriage return in headers", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\r\"\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "no name", MULTI,
	    "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--",
	    ERR_FORMAT, "" },
	{ "an empty name", MULTI, "--B\r\n" HEAD("") "1\r\n--B--", ERR_FORMAT,
	    "" },
	{ "no disposition", MULTI,
	    "--B\r\nContent-Type: text/plain\r\n\r\n1\r\n--B--", ERR_FORMAT,
	    "" },
	{ "no headers", MULTI, "--B\r\n\r\n1\r\n--B--", ERR_FORMAT, "" },
	{ "another disposition", MULTI,
	    "--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "a longer disposition", MULTI,
	    "--B\r\nContent-Disposition: form-data2; name=\"a\"\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "a name twice", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\""
	    "\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "a file name twice", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\""
	    "; filename=\"c\"\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "filename*", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\"; "
	    "filename*=UTF-8''b\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "filename and filename*", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\"; "
	    "filename=\"b\"; filename*=UTF-8''c\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "a name without quotes", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n", ERR_FORMAT,
	    "" },
	{ "quotes that stay open", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "a backslash does not escape", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\n",
	    ERR_FORMAT, "" },
	{ "a name that is not UTF-8", MULTI, "--B\r\n" HEAD("\xff"), ERR_FORMAT,
	    "" },
	{ "a disposition twice", MULTI,
	    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n" HEAD("b"),
	    ERR_FORMAT, "" },
	{ "a type twice", MULTI,
	    "--B\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n" HEAD("b"),
	    ERR_FORMAT, "" },
	{ "base64", MULTI,
	    "--B\r\nContent-Transfer-Encoding: base64\r\n" HEAD("b"),
	    ERR_FORMAT, "" },
	{ "a header without a name", MULTI, "--B\r\n: x\r\n" HEAD("b"),
	    ERR_FORMAT, "" },
	{ "a header without a colon", MULTI, "--B\r\nx\r\n" HEAD("b"),
	    ERR_FORMAT, "" },
	{ "a space before a colon", MULTI,
	    "--B\r\nContent-Type : a/b\r\n" HEAD("b"), ERR_FORMAT, "" },
	{ "a folded header", MULTI,
	    "--B\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\n",
	    ERR_FORMAT, "" },
};

static const struct row url[] = {
	{ "fields", URLEN, "a=1&b=2", ERR_OK, "a|-|=1;b|-|=2;." },
	{ "escapes", URLEN, "%61=%e2%82%AC+%26%3D", ERR_OK,
	    "a|-|=\xe2\x82\xac &=;." },
	{ "nothing", URLEN "; charset=UTF-8", "", ERR_OK, "." },
	{ "an empty value", URLEN, "a=&b=", ERR_OK, "a|-|=;b|-|=;." },
	{ "= in a value", URLEN, "a==&a=b=", ERR_OK, "a|-|==;a|-|=b=;." },
	{ "a broken escape", URLEN, "a=%6", ERR_FORMAT, "a|-|=!" },
	{ "an escape of no digits", URLEN, "a=%zz", ERR_FORMAT, "a|-|=!" },
	{ "an escape cut by &", URLEN, "a=%4&b=1", ERR_FORMAT, "a|-|=!" },
	{ "NUL in a name", URLEN, "a%00=1", ERR_FORMAT, "" },
	{ "no =", URLEN, "a", ERR_FORMAT, "" },
	{ "no = before &", URLEN, "a&b=1", ERR_FORMAT, "" },
	{ "no name", URLEN, "=1", ERR_FORMAT, "" },
	{ "& at the end", URLEN, "a=1&", ERR_FORMAT, "a|-|=1;" },
	{ "& twice", URLEN, "a=1&&b=1", ERR_FORMAT, "a|-|=1;" },
	{ "a bare space", URLEN, "a=1 2", ERR_FORMAT, "a|-|=!" },
	{ "a line end", URLEN, "a=1\r\n", ERR_FORMAT, "a|-|=!" },
	{ "bytes that are not ASCII", URLEN, "a=\xc3\xa9", ERR_FORMAT,
	    "a|-|=!" },
	{ "an escaped = in a name", URLEN, "a%3D=1", ERR_OK, "a=|-|=1;." },
};

/* The values of a refused form depend on where it was cut, so only their whole
 * fields are compared. */
static bool
tells(const struct row *row, const struct told *t)
{
	const char *got = (const char *)t->out.at;
	const char *bang = strchr(row->told, '!');
	const char *eq;

	if (row->e == ERR_OK || row->e == ERR_SHORT || bang == NULL)
		return strcmp(got, row->told) == 0;
	eq = strrchr(row->told, '=');
	return strncmp(got, row->told, (size_t)(eq - row->told)) == 0 &&
	    got[strlen(got) - 1] == '!';
}

static void
all_splits(const struct row *rows, size_t n)
{
	struct told t;

	for (size_t i = 0; i < n; i++) {
		const size_t len = strlen(rows[i].body);

		for (size_t cut = 0; cut <= len + 1; cut++) {
			const enum err e =
			    read_form(&t, rows[i].type, rows[i].body, len, cut);

			if (e != rows[i].e || !tells(&rows[i], &t)) {
				fprintf(stderr, "%s, cut at %zu: %s, %s\n",
				    rows[i].why, cut, err_name(e),
				    (const char *)t.out.at);
				OK(0);
			}
			buf_drop(&t.out);
		}
	}
}

static void
every_split_of_a_multipart_form_tells_the_same(void)
{
	all_splits(multi, COUNT(multi));
}

static void
every_split_of_an_urlencoded_form_tells_the_same(void)
{
	all_splits(url, COUNT(url));
}

static void
types_that_are_no_form_or_have_no_boundary_are_refused(void)
{
	static const struct {
		const char *type;
		enum err e;
	} rows[] = {
		{ "text/plain", ERR_VERSION },
		{ "", ERR_VERSION },
		{ "multipart/form-data2; boundary=B", ERR_VERSION },
		{ "multipart/mixed; boundary=B", ERR_VERSION },
		{ "application/x-www-form-urlencoded-not", ERR_VERSION },
		{ "multipart/form-data", ERR_FORMAT },
		{ "multipart/form-data; boundary=", ERR_FORMAT },
		{ "multipart/form-data; boundary=\"\"", ERR_FORMAT },
		{ "multipart/form-data; boundary=\"a \"", ERR_FORMAT },
		{ "multipart/form-data; boundary=\"a", ERR_FORMAT },
		{ "multipart/form-data; boundary=a b", ERR_FORMAT },
		{ "multipart/form-data; boundary=a:b", ERR_FORMAT },
		{ "multipart/form-data; boundary=a; boundary=a", ERR_FORMAT },
		{ "multipart/form-data; boundary=\"a\\\x01\"", ERR_FORMAT },
		{ "multipart/form-data boundary=a", ERR_FORMAT },
		{ "multipart/form-data; boundary=12345678901234567890123456789"
		  "01234567890123456789012345678901234567890",
		    ERR_OK },
		{ "multipart/form-data; boundary=12345678901234567890123456789"
		  "012345678901234567890123456789012345678901",
		    ERR_FORMAT },
		{ "application/x-www-form-urlencoded; charset", ERR_FORMAT },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct form *f = NULL;
		const enum err e = form_open(&f, rows[i].type);

		if (e != rows[i].e)
			fprintf(stderr, "%s: %s\n", rows[i].type, err_name(e));
		OK(e == rows[i].e);
		form_close(f);
	}
}

static void
nul_in_a_header_is_refused(void)
{
	static const char body[] =
	    "--B\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n";
	struct told t;

	OK(read_form(&t, MULTI, body, sizeof body - 1, 0) == ERR_FORMAT);
	buf_drop(&t.out);
}

static void
too_many_fields_are_refused(void)
{
	struct buf b;
	struct told t;

	for (unsigned n = FORM_FIELDS_MAX; n <= 10000; n += 9800) {
		buf_init(&b, 1 << 20);
		for (unsigned i = 0; i < n; i++)
			OK(buf_put_fmt(&b, "%sa=%u", i ? "&" : "", i) ==
			    ERR_OK);
		OK(read_form(&t, URLEN, (const char *)b.at, b.len, 7) ==
		    (n == FORM_FIELDS_MAX ? ERR_OK : ERR_TOOBIG));
		buf_drop(&t.out);
		buf_clear(&b);
		for (unsigned i = 0; i < n; i++)
			OK(buf_put_str(&b, "--B\r\n" HEAD("a") "x\r\n") ==
			    ERR_OK);
		OK(buf_put_str(&b, "--B--\r\n") == ERR_OK);
		OK(read_form(&t, MULTI, (const char *)b.at, b.len, 7) ==
		    (n == FORM_FIELDS_MAX ? ERR_OK : ERR_TOOBIG));
		buf_drop(&t.out);
		buf_drop(&b);
	}
}

static enum err
read_named(const char *before, const char *c, size_t n, const char *after,
    struct told *t)
{
	struct buf b;
	enum err e;

	buf_init(&b, 1 << 20);
	OK(buf_put_str(&b, before) == ERR_OK);
	for (size_t i = 0; i < n; i++)
		OK(buf_put_str(&b, c) == ERR_OK);
	OK(buf_put_str(&b, after) == ERR_OK);
	e = read_form(t, MULTI, (const char *)b.at, b.len, 3);
	buf_drop(&b);
	return e;
}

static void
long_names_are_refused_and_long_file_names_cut_at_a_character(void)
{
	static const char name[] =
	    "--B\r\nContent-Disposition: form-data; name=\"";
	static const char file[] =
	    "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"";
	static const char end[] = "\"\r\n\r\nx\r\n--B--\r\n";
	struct told t;

	OK(read_named(name, "n", FORM_NAME_MAX, end, &t) == ERR_OK);
	buf_drop(&t.out);
	OK(read_named(name, "n", FORM_NAME_MAX + 1, end, &t) == ERR_TOOBIG);
	buf_drop(&t.out);
	OK(read_named(file, "\xe2\x82\xac", 200, end, &t) == ERR_OK);
	OK(t.out.len == 2 + 498 + 2 + 3); /* a| 166 signs |= x;. */
	buf_drop(&t.out);
	OK(read_named(file, "x", FORM_HEAD_MAX, end, &t) == ERR_TOOBIG);
	buf_drop(&t.out);
}

static void
an_error_stays(void)
{
	const uint8_t body[] = "x--B", *p = body;
	struct form_piece piece;
	struct form *f = NULL;
	size_t n = 4;

	OK(form_open(&f, MULTI) == ERR_OK);
	OK(form_next(f, &p, &n, &piece) == ERR_FORMAT);
	OK(form_next(f, &p, &n, &piece) == ERR_FORMAT);
	OK(form_end(f, &piece) == ERR_FORMAT);
	form_close(f);
}

static void
a_form_without_memory_is_an_error_and_leaves_nothing(void)
{
	const unsigned held = alloc_held();
	struct form *f = NULL;

	alloc_refuse(1);
	OK(form_open(&f, MULTI) == ERR_NOMEM && f == NULL);
	alloc_refuse(0);
	form_close(NULL);
	OK(form_open(&f, MULTI) == ERR_OK);
	form_close(f);
	OK(alloc_held() == held && alloc_dirty() == 0);
}

T_BEGIN
T(every_split_of_a_multipart_form_tells_the_same)
T(every_split_of_an_urlencoded_form_tells_the_same)
T(types_that_are_no_form_or_have_no_boundary_are_refused)
T(nul_in_a_header_is_refused)
T(too_many_fields_are_refused)
T(long_names_are_refused_and_long_file_names_cut_at_a_character)
T(an_error_stays)
T(a_form_without_memory_is_an_error_and_leaves_nothing)
T_END
