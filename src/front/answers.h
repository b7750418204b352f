/*
 * answers: what a source typed under the team's own questions, fields "q-" and
 * the question's id, on their way from the form into a letter.
 */
#ifndef FRONT_ANSWERS_H
#define FRONT_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "crypt/hash.h"
#include "front/view.h"
#include "http/form.h"
#include "letter/letter.h"
#include "line/settings.h"

/* Of each, as typed; all zero to begin with.  Wiped with what holds it. */
struct answers {
	const struct settings *settings;
	unsigned now; /* the one that is coming: its place and 1 */
	bool over; /* one is longer than all may be */
	struct {
		size_t len;
		bool begun, whole;
		char typed[LETTER_ANSWERS_BYTES + 1];
	} of[SETTINGS_QUESTIONS];
	const char *shown[SETTINGS_QUESTIONS];
};

/* The questions as the pages show them.  They borrow of the settings. */
struct answers_asked {
	struct view_question question[SETTINGS_QUESTIONS];
	const char *choice[SETTINGS_QUESTIONS][QUESTION_CHOICES];
};
void answers_ask(struct answers_asked *a, const struct settings *settings);

/* One event of a field of this form.  Says whether it was an answer's.
 * ERR_FORMAT for one that comes twice or holds a NUL. */
enum err answers_take(
    struct answers *a, const struct form_piece *piece, bool *mine) MUST_USE;

/* Add what came whole to the letter, which borrows it, and to the hash of what
 * it says.  A choice that is none of the question's, and nothing or blanks
 * typed, are no answers.  VIEW_FINE, or what is wrong; then nothing was added.
 */
enum view_trouble answers_give(
    struct answers *a, struct letter *l, struct sha256 *all);

/* What was typed, one a question, for the page that keeps it. */
const char *const *answers_shown(struct answers *a);

#endif
