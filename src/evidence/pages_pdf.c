#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/wipe.h"

#include "evidence/pages_pdf.h"

#define OF_PAGE 3U /* objects: the page, what it draws, its picture */
#define FIRST 3U /* object of the first page; 1 and 2 hold all together */
#define LINE_MAX_BYTES 320U

struct pages_pdf {
	enum err (*put)(void *who, const void *p, size_t n);
	void *who;
	enum err e; /* what failed first */
	uint64_t at; /* bytes written */
	struct buf where; /* u64 each: where an object begins, from FIRST on */
	unsigned pages;
};

static void
put(struct pages_pdf *pdf, const void *p, size_t n)
{
	if (pdf->e == ERR_OK && (pdf->e = pdf->put(pdf->who, p, n)) == ERR_OK)
		pdf->at += n;
}

static void __attribute__((format(printf, 2, 3)))
put_fmt(struct pages_pdf *pdf, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	assert(n > 0 && (size_t)n < sizeof line);
	put(pdf, line, (size_t)n);
}

/* The next object begins here. */
static void
begin(struct pages_pdf *pdf, unsigned number)
{
	if (pdf->e == ERR_OK)
		pdf->e = buf_put_u64(&pdf->where, pdf->at);
	put_fmt(pdf, "%u 0 obj\n", number);
}

enum err
pages_pdf_open(struct pages_pdf **pdf,
    enum err (*to)(void *who, const void *p, size_t n), void *who)
{
	/* The line of high bytes tells whoever carries it that it is no text
	 * (ISO 32000-1 7.5.2). */
	static const char head[] = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n";
	struct pages_pdf *made;
	enum err e;

	if ((made = calloc(1, sizeof *made)) == NULL)
		return ERR_NOMEM;
	made->put = to;
	made->who = who;
	buf_init(&made->where, sizeof(uint64_t) * OF_PAGE * PAGES_PDF_MAX);
	put(made, head, sizeof head - 1);
	if ((e = made->e) == ERR_OK)
		*pdf = made;
	else
		pages_pdf_close(made);
	return e;
}

/* So many hundredths of a point are so many pixels. */
static uint64_t
points(uint32_t pixels, unsigned dpi)
{
	return ((uint64_t)pixels * 7200 + dpi / 2) / dpi;
}

#define PART(x) (unsigned long long)((x) / 100), (unsigned)((x) % 100)

static void
put_page(struct pages_pdf *pdf, const struct bare *b, unsigned dpi)
{
	const unsigned n = FIRST + OF_PAGE * pdf->pages;
	const uint64_t w = points(b->width, dpi), h = points(b->height, dpi);
	char draw[128];
	int len;

	begin(pdf, n);
	put_fmt(pdf,
	    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 %llu.%02u %llu.%02u]"
	    "/Contents %u 0 R/Resources<</XObject<</P %u 0 R>>>>>>\nendobj\n",
	    PART(w), PART(h), n + 1, n + 2);
	len = snprintf(draw, sizeof draw, "%llu.%02u 0 0 %llu.%02u 0 0 cm/P Do",
	    PART(w), PART(h));
	assert(len > 0 && (size_t)len < sizeof draw);
	begin(pdf, n + 1);
	put_fmt(
	    pdf, "<</Length %d>>\nstream\n%s\nendstream\nendobj\n", len, draw);
}

static void
put_picture(struct pages_pdf *pdf, const struct bare *b)
{
	begin(pdf, FIRST + OF_PAGE * pdf->pages + 2);
	put_fmt(pdf,
	    "<</Type/XObject/Subtype/Image/Width %u/Height %u"
	    "/ColorSpace/%s/BitsPerComponent %u",
	    b->width, b->height, b->colors == 1 ? "DeviceGray" : "DeviceRGB",
	    b->bits);
	if (b->jpeg)
		put_fmt(pdf, "/Filter/DCTDecode");
	else
		put_fmt(pdf,
		    "/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors %u"
		    "/BitsPerComponent %u/Columns %u>>",
		    b->colors, b->bits, b->width);
	put_fmt(pdf, "/Length %zu>>\nstream\n", b->data.len);
	put(pdf, b->data.at, b->data.len);
	put_fmt(pdf, "\nendstream\nendobj\n");
}

enum err
pages_pdf_add(struct pages_pdf *pdf, const struct bare *picture, unsigned dpi)
{
	assert(dpi > 0 && dpi <= PAGES_PDF_DPI_MAX);
	assert(picture->width > 0 && picture->height > 0);
	if (pdf->e == ERR_OK && pdf->pages == PAGES_PDF_MAX)
		pdf->e = ERR_TOOBIG;
	if (pdf->e != ERR_OK)
		return pdf->e;
	put_page(pdf, picture, dpi);
	put_picture(pdf, picture);
	pdf->pages++;
	return pdf->e;
}

static uint64_t
where(const struct pages_pdf *pdf, size_t i)
{
	const uint8_t *p = pdf->where.at + i * sizeof(uint64_t);
	uint64_t v = 0;

	for (size_t k = 0; k < sizeof v; k++)
		v = v << 8 | p[k];
	return v;
}

/* A line of the table of objects is 20 bytes. */
static void
put_place(struct pages_pdf *pdf, uint64_t at)
{
	put_fmt(pdf, "%010llu 00000 n \n", (unsigned long long)at);
}

enum err
pages_pdf_end(struct pages_pdf *pdf)
{
	const unsigned n = FIRST + OF_PAGE * pdf->pages;
	uint64_t catalogue, list, table;

	if (pdf->e == ERR_OK && pdf->pages == 0)
		pdf->e = ERR_FORMAT;
	catalogue = pdf->at;
	put_fmt(pdf, "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
	list = pdf->at;
	put_fmt(pdf, "2 0 obj\n<</Type/Pages/Count %u/Kids[", pdf->pages);
	for (unsigned i = 0; i < pdf->pages; i++)
		put_fmt(
		    pdf, "%s%u 0 R", i == 0 ? "" : "\n", FIRST + OF_PAGE * i);
	put_fmt(pdf, "]>>\nendobj\n");
	table = pdf->at;
	/* Ten digits must hold every place. */
	if (pdf->e == ERR_OK && table > 9999999999ULL)
		pdf->e = ERR_TOOBIG;
	put_fmt(pdf, "xref\n0 %u\n0000000000 65535 f \n", n);
	put_place(pdf, catalogue);
	put_place(pdf, list);
	for (unsigned i = 0; pdf->e == ERR_OK && i < n - FIRST; i++)
		put_place(pdf, where(pdf, i));
	put_fmt(pdf,
	    "trailer\n<</Size %u/Root 1 0 R>>\nstartxref\n%llu\n%%%%EOF\n", n,
	    (unsigned long long)table);
	return pdf->e;
}

void
pages_pdf_close(struct pages_pdf *pdf)
{
	if (pdf == NULL)
		return;
	buf_drop(&pdf->where);
	wipe_free(pdf, sizeof *pdf);
}
