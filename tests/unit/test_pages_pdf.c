#include <string.h>

#include "alloc.h"
#include "base/enc.h"
#include "evidence/pages_pdf.h"
#include "t.h"

/* A PNG of 2 by 1 gray pixels, with a text and bytes behind its end. */
static const uint8_t png[] =
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\2\0\0\0\1\x08\0\0\0\0SUM1"
    "\0\0\0\x0ctEXtAuthor\0CanarSUM2"
    "\0\0\0\4IDATabcdSUM3\0\0\0\3IDATefgSUM4\0\0\0\0IENDSUM5Canary";

/* A JPEG of 3 by 2 pixels with an APP1, a comment, two scans and a trailer. */
static const uint8_t jpeg[] =
    "\xff\xd8\xff\xe1\0\x08"
    "Canary"
    "\xff\xfe\0\x08"
    "Canary"
    "\xff\xdb\0\4qq\xff\xc2\0\x0b\x08\0\2\0\3\1\1\x11\0"
    "\xff\xda\0\3saa\xff\0bb\xff\xd0"
    "cc\xff\xe2\0\x04xx\xff\xda\0\3tdd\xff\xd9"
    "Canary";

static bool
holds(const struct buf *b, const char *word)
{
	return memmem(b->at, b->len, word, strlen(word)) != NULL;
}

static enum err
put(void *who, const void *p, size_t n)
{
	return buf_put(who, p, n);
}

static void
a_png_is_its_pixels_alone(void)
{
	struct bare b;

	bare_init(&b);
	OK(bare_read(&b, png, sizeof png - 1) == ERR_OK);
	OK(!b.jpeg && b.width == 2 && b.height == 1 && b.colors == 1);
	OK(b.data.len == 7 && memcmp(b.data.at, "abcdefg", 7) == 0);
	bare_drop(&b);
	bare_drop(&b);
}

static void
a_jpeg_is_its_pixels_alone(void)
{
	static const char want[] = "\xff\xd8\xff\xdb\0\4qq"
				   "\xff\xc2\0\x0b\x08\0\2\0\3\1\1\x11\0"
				   "\xff\xda\0\3saa\xff\0bb\xff\xd0"
				   "cc\xff\xda\0\3tdd\xff\xd9";
	struct bare b;

	bare_init(&b);
	OK(bare_read(&b, jpeg, sizeof jpeg - 1) == ERR_OK);
	OK(b.jpeg && b.width == 3 && b.height == 2 && b.colors == 1);
	OK(b.data.len == sizeof want - 1);
	OK(memcmp(b.data.at, want, sizeof want - 1) == 0);
	bare_drop(&b);
}

static void
what_is_cut_or_odd_is_refused_and_leaves_nothing(void)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum err want;
	} rows[] = {
		{ 8 + 8 + 3, 0, ERR_FORMAT }, /* no width */
		{ 8 + 8 + 1, 9, ERR_TOOBIG },
		{ 8 + 8 + 8, 2, ERR_FORMAT }, /* two bits */
		{ 8 + 8 + 9, 3, ERR_FORMAT }, /* a palette */
		{ 8 + 8 + 12, 1, ERR_FORMAT }, /* interlaced */
		{ 8 + 4, 'X', ERR_FORMAT },
		{ 0, 0, ERR_FORMAT },
	};
	uint8_t p[sizeof png];
	struct bare b;

	bare_init(&b);
	for (size_t n = 0; n < sizeof png - 1 - 6; n++)
		OK(bare_read(&b, png, n) != ERR_OK && b.data.len == 0);
	for (size_t n = 0; n < sizeof jpeg - 1 - 6; n++)
		OK(bare_read(&b, jpeg, n) != ERR_OK && b.data.len == 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		memcpy(p, png, sizeof p);
		p[rows[i].at] = rows[i].value;
		OK(bare_read(&b, p, sizeof p - 1) == rows[i].want);
		OK(b.width == 0 && b.data.len == 0);
	}
	bare_drop(&b);
}

static enum err
make(struct buf *out)
{
	struct pages_pdf *pdf = NULL;
	struct bare b;
	enum err e;

	bare_init(&b);
	if ((e = pages_pdf_open(&pdf, put, out)) != ERR_OK)
		goto out;
	if ((e = bare_read(&b, png, sizeof png - 1)) != ERR_OK ||
	    (e = pages_pdf_add(pdf, &b, 150)) != ERR_OK ||
	    (e = bare_read(&b, jpeg, sizeof jpeg - 1)) != ERR_OK ||
	    (e = pages_pdf_add(pdf, &b, 100)) != ERR_OK)
		goto out;
	e = pages_pdf_end(pdf);
out:
	pages_pdf_close(pdf);
	bare_drop(&b);
	return e;
}

static void
pages_are_as_large_as_their_pixels(void)
{
	struct buf out;

	buf_init(&out, 1U << 20);
	OK(make(&out) == ERR_OK);
	OK(holds(&out, "/MediaBox[0 0 0.96 0.48]"));
	OK(holds(&out, "/MediaBox[0 0 2.16 1.44]"));
	OK(holds(&out, "/Count 2/Kids[3 0 R\n6 0 R]"));
	OK(!holds(&out, "Canar"));
	buf_drop(&out);
}

static void
every_object_is_where_the_table_says(void)
{
	struct buf out;
	char want[32];
	const char *table;

	buf_init(&out, 1U << 20);
	OK(make(&out) == ERR_OK);
	OK(buf_str(&out) != NULL);
	table = memmem(out.at, out.len, "xref\n0 9\n", 9);
	OK(table != NULL);
	table += 9;
	for (unsigned i = 1; i < 9; i++) {
		const char *row = table + 20 * (size_t)i;
		const size_t at = strtoul(row, NULL, 10);
		const int n = snprintf(want, sizeof want, "%u 0 obj\n", i);

		OK(memcmp(row + 10, " 00000 n \n", 10) == 0);
		OK(at < out.len && memcmp(out.at + at, want, (size_t)n) == 0);
	}
	(void)snprintf(want, sizeof want, "startxref\n%zu\n",
	    (size_t)(table - 9 - (char *)out.at));
	OK(holds(&out, want));
	buf_drop(&out);
}

static void
the_same_pages_make_the_same_bytes(void)
{
	struct buf one, two;

	buf_init(&one, 1U << 20);
	buf_init(&two, 1U << 20);
	OK(make(&one) == ERR_OK && make(&two) == ERR_OK);
	OK(one.len == two.len && memcmp(one.at, two.at, one.len) == 0);
	buf_drop(&one);
	buf_drop(&two);
}

static void
no_pages_make_no_document(void)
{
	struct pages_pdf *pdf;
	struct buf out;

	buf_init(&out, 1U << 20);
	OK(pages_pdf_open(&pdf, put, &out) == ERR_OK);
	OK(pages_pdf_end(pdf) == ERR_FORMAT);
	pages_pdf_close(pdf);
	buf_drop(&out);
}

static void
a_failure_is_said_by_every_later_call(void)
{
	struct pages_pdf *pdf;
	struct bare b;
	struct buf out;

	bare_init(&b);
	OK(bare_read(&b, png, sizeof png - 1) == ERR_OK);
	buf_init(&out, 64);
	OK(pages_pdf_open(&pdf, put, &out) == ERR_OK);
	OK(pages_pdf_add(pdf, &b, 150) == ERR_TOOBIG);
	out.limit = 1U << 20;
	OK(pages_pdf_add(pdf, &b, 150) == ERR_TOOBIG);
	OK(pages_pdf_end(pdf) == ERR_TOOBIG);
	pages_pdf_close(pdf);
	bare_drop(&b);
	buf_drop(&out);
}

static void
memory_that_is_refused_is_an_error_and_nothing_is_kept(void)
{
	const unsigned held = alloc_held();
	struct buf out;
	enum err e;
	unsigned n = 0;

	do {
		buf_init(&out, 1U << 20);
		alloc_refuse(++n);
		e = make(&out);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		buf_drop(&out);
		OK(alloc_held() == held && alloc_dirty() == 0);
	} while (e != ERR_OK);
	OK(n > 3);
}

T_BEGIN
T(a_png_is_its_pixels_alone)
T(a_jpeg_is_its_pixels_alone)
T(what_is_cut_or_odd_is_refused_and_leaves_nothing)
T(pages_are_as_large_as_their_pixels)
T(every_object_is_where_the_table_says)
T(the_same_pages_make_the_same_bytes)
T(no_pages_make_no_document)
T(a_failure_is_said_by_every_later_call)
T(memory_that_is_refused_is_an_error_and_nothing_is_kept)
T_END
