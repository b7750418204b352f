/*
 * clean: a copy of a file that tells less about its maker.
 *
 * Nothing of the file itself is copied: a picture is decoded and encoded anew
 * with its orientation applied, a document becomes pixels, sound and moving
 * pictures are decoded and encoded anew, text is spelled anew.  Programs do it
 * in rooms of os/worker.h, a fresh one for each step that must not believe the
 * one before.  The result is looked at again by ExifTool, and by the list of
 * what a clean file may have (tells_left()), before it is handed out.
 */
#ifndef EVIDENCE_CLEAN_H
#define EVIDENCE_CLEAN_H

#include <stdbool.h>

#include "base/err.h"

#include "evidence/tells.h"

#define CLEAN_MAX ((uint64_t)4 << 30) /* bytes of a file */
#define CLEAN_PIXELS_MAX ((uint64_t)250 << 20) /* of a picture */
#define CLEAN_PAGE_PIXELS_MAX ((uint64_t)64 << 20)
#define CLEAN_DPI 150U
#define CLEAN_NOTES_MAX 4U
#define CLEAN_SAID 256U

struct clean_ask {
	bool gray; /* documents: gray, and what is nearly white is white */
	bool look; /* say what it tells, make nothing */
	bool (*cancelled)(void *arg); /* may be NULL; so progress */
	void (*progress)(void *arg, uint64_t done, uint64_t of);
	void *arg;
};

/* Held by value.  Sentences are of the catalogue. */
struct clean {
	struct media_found from;
	enum media to;
	uint64_t size; /* of the file */
	struct tells before, after;
	bool listed; /* `before` is all that ExifTool says */
	int fd; /* the result, to read; -1: none */
	uint64_t result_size;
	unsigned pages; /* of a document */
	const char *notes[CLEAN_NOTES_MAX]; /* what else is to be known */
	size_t notes_n;
	/* Of what failed: why; a program that is missing, with the Debian
	 * package that has it, else NULL; what a program said, else "". */
	const char *why;
	const char *program, *package;
	char said[CLEAN_SAID];
};

void clean_init(struct clean *c);
void clean_drop(struct clean *c); /* may be called twice */

/* Make a clean copy of the plain file `fd`, whose position is of no matter.
 * When it fails `why` is set and there is no result.
 *   ERR_DENIED   its kind is not cleaned
 *   ERR_MISSING  a program is not installed
 *   ERR_CLOSED   `cancelled` said so
 *   ERR_FORMAT, ERR_TOOBIG, ERR_EXPIRED, ERR_FULL: of the file
 *   ERR_FORGED   the result still tells something, and was thrown away
 *   ERR_SANDBOX, ERR_NOMEM, ERR_IO */
enum err clean_file(
    struct clean *c, int fd, const struct clean_ask *ask) MUST_USE;

/* What no cleaning of such a file takes away; `*n` sentences. */
const char *const *clean_cannot(enum media_class class, size_t *n);

#endif
