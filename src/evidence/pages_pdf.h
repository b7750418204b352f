/*
 * pages_pdf: a PDF of pages that are pictures, and of nothing else.
 *
 * A subset of PDF 1.4 (ISO 32000-1): a catalogue, a list of pages, and of each
 * page its size, one picture and the line that draws it over all of it.  No
 * information, no date, no producer, no identifier, no text: the same pictures
 * make the same bytes, whoever made them, whenever.
 *
 * A page is as large as its pixels are at their resolution.  The size that the
 * original declared is not copied: its thousandths of a point tell which
 * program made it.
 */
#ifndef EVIDENCE_PAGES_PDF_H
#define EVIDENCE_PAGES_PDF_H

#include "evidence/bare.h"

#define PAGES_PDF_MAX 20000U /* pages */
#define PAGES_PDF_DPI_MAX 2400U

struct pages_pdf;

/* Begin; what is written goes to `put` piece by piece.  ERR_NOMEM, or what
 * `put` said; so with all that follow, and after the first failure every call
 * says it again. */
enum err pages_pdf_open(struct pages_pdf **pdf,
    enum err (*put)(void *who, const void *p, size_t n), void *who) MUST_USE;

/* One page more, of `dpi` pixels an inch.  ERR_TOOBIG past PAGES_PDF_MAX. */
enum err pages_pdf_add(
    struct pages_pdf *pdf, const struct bare *picture, unsigned dpi) MUST_USE;

/* All pages are there: write the rest.  ERR_FORMAT when there is none. */
enum err pages_pdf_end(struct pages_pdf *pdf) MUST_USE;

void pages_pdf_close(struct pages_pdf *pdf); /* NULL does nothing */

#endif
