#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lang/lang.h"

#include "evidence/bare.h"
#include "evidence/job.h"
#include "evidence/pages_pdf.h"
#include "evidence/scan.h"

#define AT_ONCE 8U /* pages drawn by one run, whose pictures the room holds */
#define PNG_WORTH (1U << 20) /* a page of more bytes is a photo: JPEG */
#define OFF_BY 2.0 /* pixels that rounding may take or give */
#define POINTS_MAX 14400.0 /* ISO 32000-1 annex C.2 */

/* Paper that is nearly white becomes white: what is above four fifths of the
 * light, where the yellow dots of printers are. */
#define CLIP "1.25"

const struct worker_limits job_pages_limits = {
	.seconds = 120,
	.cpu = 240,
	.memory = (uint64_t)2 << 30,
	.disk = (uint64_t)1 << 30,
	.out = 16U << 20,
	.processes = 1,
};

struct size {
	double width, height; /* points, as the page is shown */
};

struct pages {
	struct job *j;
	unsigned n; /* what the first program counts */
	unsigned second; /* what another one does */
	struct size *sizes;
	struct pages_pdf *pdf;
	unsigned done;
};

static void
take_count(void *arg, const char *line)
{
	struct pages *p = arg;

	if (scan_word(&line, "Pages:") && !scan_count(&line, UINT_MAX, &p->n))
		p->n = 0;
}

static enum err
count(struct pages *p)
{
	const char *const argv[] = { "pdfinfo", JOB_IN, NULL };
	const struct job_run run = { .argv = argv,
		.line = take_count,
		.arg = p,
		.why = LANG_N("It could not be read as a PDF document, or it "
			      "is locked with a password.") };
	enum err e;

	if ((e = job_fonts(p->j)) != ERR_OK ||
	    (e = job_run(p->j, &run)) != ERR_OK)
		return e;
	if (p->n == 0)
		return job_fail(p->j, ERR_FORMAT, LANG_N("It has no page."));
	if (p->n > PAGES_PDF_MAX)
		return job_fail(p->j, ERR_TOOBIG,
		    LANG_N("It has more pages than a document may have."));
	return ERR_OK;
}

/* "Page   12 size:  612 x 792 pts (letter)" and "Page   12 rot:  90". */
static void
take_size(void *arg, const char *line)
{
	struct pages *p = arg;
	struct size s, *of;
	unsigned page, turn;

	if (!scan_word(&line, "Page") || !scan_count(&line, p->n, &page) ||
	    page == 0)
		return;
	of = &p->sizes[page - 1];
	if (scan_word(&line, "size:")) {
		/* Numbers of over six digits are spelled otherwise, and too
		 * large in any case. */
		if (!scan_number(&line, &s.width) || !scan_word(&line, "x") ||
		    !scan_number(&line, &s.height))
			s.width = s.height = 2 * POINTS_MAX;
		*of = s;
	} else if (scan_word(&line, "rot:") && scan_count(&line, 360, &turn) &&
	    turn % 180 != 0) {
		s = *of;
		of->width = s.height;
		of->height = s.width;
	}
}

static double
pixels(double points)
{
	return points * CLEAN_DPI / 72.0;
}

static bool
is_size(const struct size *s)
{
	return isfinite(s->width) && isfinite(s->height) && s->width > 0 &&
	    s->height > 0 && s->width <= POINTS_MAX &&
	    s->height <= POINTS_MAX &&
	    pixels(s->width) * pixels(s->height) <=
	    (double)CLEAN_PAGE_PIXELS_MAX;
}

/* How large each page says it is, before any is drawn. */
static enum err
measure(struct pages *p)
{
	char last[16];
	const char *const argv[] = { "pdfinfo", "-f", "1", "-l", last, JOB_IN,
		NULL };
	const struct job_run run = { .argv = argv,
		.line = take_size,
		.arg = p,
		.why = LANG_N("Its pages could not be measured.") };
	enum err e;

	(void)snprintf(last, sizeof last, "%u", p->n);
	if ((p->sizes = calloc(p->n, sizeof *p->sizes)) == NULL)
		return job_fail(p->j, ERR_NOMEM,
		    LANG_N("There is no memory for so many pages."));
	if ((e = job_run(p->j, &run)) != ERR_OK)
		return e;
	for (unsigned i = 0; i < p->n; i++) {
		if (p->sizes[i].width == 0)
			return job_fail(p->j, ERR_FORMAT, run.why);
		if (!is_size(&p->sizes[i]))
			return job_fail(p->j, ERR_TOOBIG,
			    LANG_N("A page of it is larger than a page may "
				   "be."));
	}
	return ERR_OK;
}

static void
take_page(void *arg, const char *line)
{
	struct pages *p = arg;

	p->second += strncmp(line, "<page ", 6) == 0;
}

/* Where two programs see different pages, one may see what the other hides. */
static enum err
count_again(struct pages *p)
{
	const char *const argv[] = { "mutool", "pages", JOB_IN, NULL };
	const struct job_run run = { .argv = argv,
		.line = take_page,
		.arg = p,
		.why = LANG_N("A second program could not read it as a PDF "
			      "document.") };
	enum err e;

	if ((e = job_run(p->j, &run)) == ERR_OK && p->second != p->n)
		e = job_fail(p->j, ERR_FORMAT,
		    LANG_N("Two programs count different pages in it, so a "
			   "page may be hidden: nothing was made of it."));
	return e;
}

/* Draw the pages from `first` on. */
static enum err
draw(struct pages *p, unsigned first, unsigned last)
{
	char from[16], to[16], dpi[16];
	const char *const argv[] = { "pdftoppm", "-cropbox", "-r", dpi, "-f",
		from, "-l", to, "-png", p->j->ask->gray ? "-gray" : "-q",
		JOB_IN, "page", NULL };
	const struct job_run run = { .argv = argv,
		.why = LANG_N("A page of it could not be drawn.") };

	(void)snprintf(from, sizeof from, "%u", first);
	(void)snprintf(to, sizeof to, "%u", last);
	(void)snprintf(dpi, sizeof dpi, "%u", CLEAN_DPI);
	return job_run(p->j, &run);
}

static enum err
clip(struct pages *p, const char *name)
{
	const char *const argv[] = { "vips", "linear", name, "clipped.png",
		CLIP, "0", "--uchar", NULL };
	const struct job_run run = { .argv = argv,
		.why = LANG_N("A page of it could not be made gray.") };

	return job_run(p->j, &run);
}

static enum err
to_jpeg(struct pages *p, const char *name)
{
	const char *const argv[] = { "vips", "jpegsave", name, "photo.jpg",
		"--Q", "90", "--strip", NULL };
	const struct job_run run = { .argv = argv,
		.why = LANG_N("A page of it could not be encoded.") };

	return job_run(p->j, &run);
}

/* The page's picture: as it was drawn, clipped when asked for, and as JPEG when
 * it is a photo. */
static enum err
take_picture(struct pages *p, const char *name, struct buf *picture)
{
	struct job *j = p->j;
	enum err e;

	if (!j->ask->gray)
		e = job_take(j, name, picture);
	else if ((e = clip(p, name)) == ERR_OK &&
	    (e = worker_remove(j->room, name)) == ERR_OK)
		e = job_take(j, "clipped.png", picture);
	if (e != ERR_OK || picture->len <= PNG_WORTH)
		return e;
	if ((e = worker_put(j->room, "photo.png", picture->at, picture->len)) !=
		ERR_OK ||
	    (e = to_jpeg(p, "photo.png")) != ERR_OK ||
	    (e = worker_remove(j->room, "photo.png")) != ERR_OK)
		return e;
	buf_clear(picture);
	return job_take(j, "photo.jpg", picture);
}

/* A renderer that gives up on a page may hand out a picture of another size
 * and say nothing. */
static bool
fits(const struct bare *b, const struct size *s)
{
	return fabs(b->width - pixels(s->width)) <= OFF_BY &&
	    fabs(b->height - pixels(s->height)) <= OFF_BY;
}

static enum err
add(void *arg, const char *name, uint64_t size)
{
	struct pages *p = arg;
	struct buf picture;
	struct bare b;
	enum err e;

	(void)size;
	if (strncmp(name, "page-", 5) != 0)
		return ERR_OK;
	buf_init(&picture, BARE_MAX);
	bare_init(&b);
	if (p->done >= p->n)
		e = job_fail(p->j, ERR_FORMAT,
		    LANG_N("More pages were drawn than it has."));
	else if ((e = take_picture(p, name, &picture)) != ERR_OK ||
	    (e = bare_read(&b, picture.at, picture.len)) != ERR_OK)
		(void)job_fail(
		    p->j, e, LANG_N("What a page was drawn as is no picture."));
	else if (!fits(&b, &p->sizes[p->done]))
		e = job_fail(p->j, ERR_FORMAT,
		    LANG_N("A page of it was drawn in another size than it "
			   "has, so it may not be whole: nothing was made of "
			   "it."));
	else if ((e = pages_pdf_add(p->pdf, &b, CLEAN_DPI)) == ERR_OK)
		p->done++;
	bare_drop(&b);
	buf_drop(&picture);
	return e;
}

static enum err
draw_all(struct pages *p)
{
	struct job *j = p->j;
	unsigned last;
	enum err e = ERR_OK;

	for (unsigned first = 1; e == ERR_OK && first <= p->n;
	     first = last + 1) {
		last = p->n - first < AT_ONCE ? p->n : first + AT_ONCE - 1;
		if ((e = draw(p, first, last)) != ERR_OK ||
		    (e = worker_list(j->room, add, p)) != ERR_OK)
			break;
		if (p->done != last)
			e = job_fail(j, ERR_FORMAT,
			    LANG_N("A page of it could not be drawn."));
		else if (j->ask->progress != NULL)
			j->ask->progress(j->ask->arg, p->done, p->n);
	}
	return e;
}

enum err
job_pages(struct job *j)
{
	struct pages p = { .j = j };
	enum err e;

	if ((e = count(&p)) != ERR_OK || (e = count_again(&p)) != ERR_OK ||
	    (e = measure(&p)) != ERR_OK || (e = job_result(j)) != ERR_OK ||
	    (e = pages_pdf_open(&p.pdf, job_put, j)) != ERR_OK ||
	    (e = draw_all(&p)) != ERR_OK)
		goto out;
	e = pages_pdf_end(p.pdf);
	j->c->pages = p.done;
out:
	pages_pdf_close(p.pdf);
	free(p.sizes);
	return job_fail(j, e, LANG_N("Its pages could not be put together."));
}
