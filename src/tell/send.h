/*
 * send: a letter with files goes to the line, sealed here.
 *
 * A text that does not fit into the letter goes as file 0, marked `more`.  The
 * upload's id is made of the phrase, the text and the files, so the same
 * command again goes on after the parts that the line has already.
 */
#ifndef TELL_SEND_H
#define TELL_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "letter/letter.h"
#include "letter/upload.h"
#include "tell/inbox.h"
#include "tell/send_file.h"
#include "tell/tell.h"

#define SEND_ATTACH_MAX (LETTER_FILES_MAX - 1) /* file 0 may be the text */

struct send {
	const char *text; /* UTF-8, the caller's */
	size_t text_len;
	const char *name; /* chosen; NULL for none; the caller's */
	/* To questions of the team; the caller's. */
	struct letter_answer answers[LETTER_ANSWERS_MAX];
	size_t answer_count;
	uint8_t door[DOOR_ID_BYTES]; /* send_door() */
	struct send_file files[LETTER_FILES_MAX];
	size_t count;
	size_t first; /* 1 when file 0 is the text */
	uint8_t u[UPLOAD_BYTES];
	uint32_t parts; /* of all files */
	uint32_t resumed; /* that the line had already */
	bool known; /* the line had all of it before */
};

void send_init(struct send *s);
void send_drop(struct send *s);

/* Open a file and hash it.  ERR_NOTHING, ERR_IO, ERR_FORMAT (not a plain
 * file), ERR_TOOBIG (too many). */
enum err send_attach(struct send *s, const char *path) MUST_USE;

/* Send through the open door with this id (8 hex digits) or name; NULL: the
 * only one.  ERR_NOTHING: there is none such; ERR_MISSING: there are several,
 * and none was named. */
enum err send_door(
    struct send *s, const struct tell *t, const char *what) MUST_USE;

/* May letters go through it today? */
bool send_door_is_open(const struct tell *t, const struct key_note_door *door);

/* Add what stands in ID=ANSWER, which is kept and cut in two.  ERR_FORMAT;
 * ERR_TOOBIG when all answers are more than a letter holds. */
enum err send_answer(struct send *s, char *text) MUST_USE;

/* Send it; acknowledged on the line's disk when this returns ERR_OK.  ERR_TAKEN
 * when all places of today are used, ERR_EXPIRED when the line has no key for
 * today, ERR_DENIED when a file changed meanwhile; t->why says it. */
enum err send_letter(
    struct send *s, struct tell *t, const struct inbox *in) MUST_USE;

/* Tell the door of `s`, which holds nothing else, that the source has had
 * everything deleted and asks the same of the team; `in` as it was before.
 * Errors as of send_letter(). */
enum err send_deletion(
    struct send *s, struct tell *t, const struct inbox *in) MUST_USE;

#endif
