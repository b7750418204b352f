#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "lang/lang.h"

#include "evidence/job.h"

#define FONT "DejaVuSans.ttf"

/* Where Debian has what is run here. */
static const struct {
	const char *program;
	const char *package;
} packages[] = {
	{ FONT, "fonts-dejavu-core" },
	{ "exiftool", "libimage-exiftool-perl" },
	{ "ffmpeg", "ffmpeg" },
	{ "ffprobe", "ffmpeg" },
	{ "mutool", "mupdf-tools" },
	{ "pdfinfo", "poppler-utils" },
	{ "pdftoppm", "poppler-utils" },
	{ "vips", "libvips-tools" },
	{ "vipsheader", "libvips-tools" },
};

enum err
job_fail(struct job *j, enum err e, const char *why)
{
	if (e != ERR_OK && j->c->why == NULL)
		j->c->why = why;
	return e;
}

void
job_note(struct job *j, const char *note)
{
	if (j->c->notes_n < CLEAN_NOTES_MAX)
		j->c->notes[j->c->notes_n++] = note;
}

enum err
job_room(struct job *j, const struct worker_limits *limits)
{
	struct worker_limits with = *limits;
	enum err e;

	with.disk += j->c->size;
	worker_close(j->room);
	j->room = NULL;
	if ((e = worker_open(&j->room, &with)) == ERR_OK)
		e = worker_put_fd(j->room, JOB_IN, j->fd);
	if (e == ERR_SANDBOX)
		return job_fail(j, e,
		    LANG_N("This system does not let sotto shut a program off "
			   "from the rest, so no file can be looked at "
			   "here."));
	return job_fail(j, e,
	    LANG_N("The file could not be brought where programs may read "
		   "it."));
}

struct reading {
	struct job *j;
	const struct job_run *run;
	struct buf *all; /* NULL: by lines */
	char line[JOB_LINE_MAX];
	size_t n;
};

static void
end_line(struct reading *r)
{
	r->line[r->n] = '\0';
	r->run->line(r->run->arg, r->line);
	r->n = 0;
}

static enum err
hear(void *arg, const void *bytes, size_t n)
{
	struct reading *r = arg;
	const char *p = bytes;

	if (r->all != NULL)
		return buf_put(r->all, p, n);
	for (size_t i = 0; r->run->line != NULL && i < n; i++)
		if (p[i] == '\n')
			end_line(r);
		else if (r->n + 1 < sizeof r->line && p[i] != '\0')
			r->line[r->n++] = p[i];
	return ERR_OK;
}

static bool
is_cancelled(void *arg)
{
	struct reading *r = arg;

	return r->j->ask->cancelled != NULL &&
	    r->j->ask->cancelled(r->j->ask->arg);
}

static void
name_missing(struct clean *c, const char *program)
{
	for (size_t i = 0; i < COUNT(packages); i++)
		if (strcmp(packages[i].program, program) == 0) {
			c->program = packages[i].program;
			c->package = packages[i].package;
		}
}

enum err
job_fonts(struct job *j)
{
	if (access(WORKER_FONTS "/" FONT, R_OK) == 0)
		return ERR_OK;
	name_missing(j->c, FONT);
	return job_fail(j, ERR_MISSING,
	    LANG_N("A program that it takes is not installed."));
}

/* What the program said helps a person; nothing in it may steer. */
static void
keep_said(struct clean *c, const struct worker_end *end)
{
	const size_t n = strnlen(end->why, sizeof end->why);

	if (n < sizeof c->said && text_is_line(end->why, n)) {
		memcpy(c->said, end->why, n);
		c->said[n] = '\0';
	}
}

static enum err
run_said(struct reading *r)
{
	const struct worker_run run = { .argv = r->run->argv,
		.out = hear,
		.cancelled = is_cancelled,
		.arg = r };
	struct worker_end end = { .status = 0 };
	struct job *j = r->j;
	enum err e = worker_run(j->room, &run, &end);

	if (r->n > 0)
		end_line(r);
	switch (e) {
	case ERR_OK:
		return e;
	case ERR_MISSING:
		name_missing(j->c, run.argv[0]);
		return job_fail(
		    j, e, LANG_N("A program that it takes is not installed."));
	case ERR_EXPIRED:
		return job_fail(
		    j, e, LANG_N("It took longer than a file may take."));
	case ERR_TOOBIG:
		return job_fail(
		    j, e, LANG_N("More came out of it than a file may hold."));
	case ERR_CLOSED:
		return job_fail(j, e, LANG_N("It was stopped."));
	case ERR_FORMAT:
		keep_said(j->c, &end);
		return job_fail(j, e, r->run->why);
	case ERR_SANDBOX:
	case ERR_NOMEM:
	case ERR_SHORT:
	case ERR_FORGED:
	case ERR_IO:
	case ERR_NOTHING:
	case ERR_TAKEN:
	case ERR_FULL:
	case ERR_BUSY:
	case ERR_NOKEY:
	case ERR_DENIED:
	case ERR_VERSION:
	case ERR_COUNT:
		break;
	}
	return job_fail(
	    j, e, LANG_N("A program could not be run shut off from the rest."));
}

enum err
job_run(struct job *j, const struct job_run *run)
{
	struct reading r = { .j = j, .run = run };

	return run_said(&r);
}

enum err
job_read(struct job *j, const struct job_run *run, struct buf *out)
{
	struct reading r = { .j = j, .run = run, .all = out };

	return run_said(&r);
}

enum err
job_take(struct job *j, const char *name, struct buf *out)
{
	uint64_t size;
	int fd = -1;
	enum err e;

	if ((e = worker_take(j->room, name, &fd, &size)) != ERR_OK)
		return job_fail(j, e,
		    LANG_N("A program made nothing of it, though it said "
			   "so."));
	e = file_read_fd(out, fd);
	(void)close(fd);
	if (e == ERR_OK)
		e = worker_remove(j->room, name);
	return job_fail(j, e, LANG_N("What was made of it is too large."));
}

enum err
job_result(struct job *j)
{
	j->c->fd = memfd_create("sotto", MFD_CLOEXEC);
	j->c->result_size = 0;
	return j->c->fd < 0 ? job_fail(j, file_err(),
				  LANG_N("There is no memory for the result."))
			    : ERR_OK;
}

enum err
job_put(void *job, const void *p, size_t n)
{
	struct job *j = job;
	const enum err e = file_write_fd(j->c->fd, p, n);

	if (e == ERR_OK)
		j->c->result_size += n;
	return job_fail(j, e, LANG_N("There is no memory for the result."));
}
