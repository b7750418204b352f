/* job: one file on its way through a recipe; what recipes share. */
#ifndef EVIDENCE_JOB_H
#define EVIDENCE_JOB_H

#include "os/worker.h"

#include "evidence/clean.h"

#define JOB_IN "in" /* the file's name in a room */
#define JOB_LINE_MAX 1024U

struct job {
	struct clean *c;
	const struct clean_ask *ask;
	int fd; /* the file */
	const struct recipe *recipe;
	struct worker *room;
};

/* How one kind of file is cleaned. */
struct recipe {
	enum media is, to;
	const struct worker_limits *limits; /* NULL: no program is needed */
	/* Leaves the result in c->fd. */
	enum err (*make)(struct job *j);
	/* What a decoder is told, so that it does not guess for itself. */
	const char *decoder;
};

extern const struct worker_limits job_picture_limits, job_pages_limits,
    job_moving_limits;

enum err job_picture(struct job *j) MUST_USE;
enum err job_pages(struct job *j) MUST_USE;
enum err job_moving(struct job *j) MUST_USE;
enum err job_sound(struct job *j) MUST_USE;
enum err job_text(struct job *j) MUST_USE;

/* Why it fails: the first sentence stays.  Returns `e`. */
enum err job_fail(struct job *j, enum err e, const char *why);
void job_note(struct job *j, const char *note);

/* Open a room with the file in it; its limit of bytes counts what is added to
 * the file. */
enum err job_room(struct job *j, const struct worker_limits *limits) MUST_USE;

/* Are the fonts here that pages are drawn with?  ERR_MISSING. */
enum err job_fonts(struct job *j) MUST_USE;

/* Run a program in the room; each line of what it says (cut at JOB_LINE_MAX)
 * goes to `line` unless that is NULL.  A failure has its sentence: `why` when
 * the program did not like the file. */
struct job_run {
	const char *const *argv;
	void (*line)(void *arg, const char *line);
	void *arg;
	const char *why;
};
enum err job_run(struct job *j, const struct job_run *run) MUST_USE;

/* The same, what it says as it is. */
enum err job_read(
    struct job *j, const struct job_run *run, struct buf *out) MUST_USE;

/* Append a file that a program left there, and remove it. */
enum err job_take(struct job *j, const char *name, struct buf *out) MUST_USE;

/* A file in memory to write the result to: c->fd. */
enum err job_result(struct job *j) MUST_USE;
enum err job_put(void *job, const void *p, size_t n) MUST_USE;

#endif
