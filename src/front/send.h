/*
 * send: a form with a text and files on its way into a letter.
 *
 *	TYPING    fields and the text come; they are kept
 *	SETTLING  at the first file (or the end): who is it, to whom does it
 *	          go, does the text fit the letter or is it file 0
 *	FILES     files are sealed as they come
 *	SKIPPING  it cannot be sent (a dead ticket, ...): files are read and let
 *	          go, and the page that keeps the text is shown at the end
 */
#ifndef FRONT_SEND_H
#define FRONT_SEND_H

#include "front/answers.h"
#include "front/commit.h"
#include "front/outlet.h"
#include "front/page.h"
#include "front/remember.h"
#include "letter/check.h"
#include "letter/name.h"

#define SEND_TEXT_MAX (512U * 1024) /* bytes; more than is ever taken */

enum send_stage { SEND_TYPING, SEND_SETTLING, SEND_FILES, SEND_SKIPPING };

struct send {
	struct page *p;
	enum send_stage stage;
	enum view_trouble trouble; /* why it is SKIPPING */
	bool ended; /* the form is over */
	enum err how; /* ... like this */

	struct buf text;
	bool text_begun, text_whole, text_over;
	struct answers answers;

	struct commit commit;
	struct outlet outlet;
	struct sha256 *all; /* of the text and of all files */
	/* What is remembered: the page with its writer, and what it sent. */
	uint8_t page_key[REMEMBER_KEY_BYTES], content_key[REMEMBER_KEY_BYTES];

	bool in_file; /* one is coming, and is taken */
	bool stopped; /* no more files can be taken */
	uint64_t size; /* of the one that is coming */
	char names[LETTER_FILES_MAX][NAME_FILE_MAX + 1];
	char types[LETTER_FILES_MAX][LETTER_TYPE_MAX + 1];
	char broken[NAME_FILE_MAX + 1]; /* did not arrive whole */
	size_t refused;
	char name[LETTER_NAME_MAX + 1]; /* what the source likes to be called */
};

/* Begin to settle.  Afterwards the stage is FILES or SKIPPING; if the form has
 * ended send_finish() follows, otherwise the request goes on. */
void send_settle(struct send *s);

/* The form is over and settled: commit, remember, and answer. */
void send_finish(struct send *s);

/* The page that keeps what was typed, and says why. */
void send_again(struct send *s, enum view_trouble why);

#endif
