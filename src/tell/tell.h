/*
 * tell: a source's own client.  It seals on the source's machine what a
 * browser would have sealed by the line, and keeps nothing anywhere: the same
 * command again goes on where it broke.
 *
 * Calls that fail leave a full sentence for the source in t->why.
 */
#ifndef TELL_TELL_H
#define TELL_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/err.h"
#include "http/client.h"
#include "letter/letter.h"
#include "letter/phrase.h"
#include "letter/question.h"
#include "letter/source.h"
#include "letter/tag.h"
#include "team/offer.h"
#include "tell/address.h"

#define TELL_TEXT_CHARS 100000U /* of one message */

struct tell {
	struct http_client *http;
	struct address address;
	struct offer offer; /* checked */
	struct source source; /* secret */
	struct tag_keys tags; /* secret */
	struct age_identity *reply; /* opens what the team answered */
	const char *why; /* of the failure; never NULL after one */
	/* Called with how much of an upload is done; may be NULL. */
	void (*progress)(void *with, uint64_t done, uint64_t all);
	void *with;
};

/* Make it empty; wipe and close.  May be called twice. */
void tell_init(struct tell *t);
void tell_drop(struct tell *t);

/* Reach the line of an address and see that certificate, key note, line id and
 * day agree with each other and with the address.  `socks` ("ADDR:PORT") may
 * be NULL. */
enum err tell_open(
    struct tell *t, const struct address *a, const char *socks) MUST_USE;

/* Ask for certificate, key note and day again: the day may have changed. */
enum err tell_renew(struct tell *t) MUST_USE;

/* What the team asks of its own, as the line says it.  ERR_NOTHING from a line
 * that cannot say. */
struct tell_questions {
	struct question at[QUESTIONS_MAX];
	unsigned n;
};
enum err tell_questions(struct tell *t, struct tell_questions *q) MUST_USE;

/* Become the source of these words (20 ms). */
enum err tell_enter(struct tell *t, const struct phrase *phrase) MUST_USE;

/* Leave `why` and return `e`. */
enum err tell_fail(struct tell *t, enum err e, const char *why);

/* What a failed request says when nothing more is known about it. */
const char *tell_wire_why(enum err e);

#endif
