/*
 * service: the side of keeper and deriver that hears and answers.
 *
 * Clients come from the warden, one channel each; one that says what the table
 * does not allow is dropped and the warden told to end it; with one that goes
 * away goes all that was to be answered to it.  A client that does not take its
 * answers is not heard until it does.
 */
#ifndef LINE_SERVICE_H
#define LINE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "line/talk.h"

/* Fronts that serve, and fronts that are ending. */
#define SERVICE_CLIENTS 16U

struct client {
	struct channel *channel; /* NULL: nobody */
	enum role role;
	uint64_t serial; /* never given twice */
	uint32_t number; /* by which the warden knows it */
};

struct service {
	enum role role; /* ours */
	struct channel *warden;
	struct client client[SERVICE_CLIENTS];
	uint64_t serials;
	unsigned turn; /* who is heard next */
};

/* Who asked, so that the answer can come later. */
struct asker {
	unsigned slot;
	uint64_t serial;
	enum role role;
	uint32_t id;
};

void service_init(struct service *s, enum role role);
void service_drop(struct service *s);

/* Wait for at most `ms` until something was said; sends what is waiting. */
enum err service_wait(struct service *s, uint64_t ms) MUST_USE;

/* The next thing the warden says; clients are taken in here and not returned.
 * ERR_NOTHING; ERR_CLOSED when the warden has gone. */
enum err service_warden(struct service *s, struct talk *talk) MUST_USE;

/* The next request of anybody, in turn.  ERR_NOTHING. */
enum err service_next(
    struct service *s, struct talk *talk, struct asker *who) MUST_USE;

/* Answer; `id` is set here.  Who is not there any more gets nothing, and a
 * descriptor is closed. */
void service_answer(
    struct service *s, const struct asker *who, struct talk *talk);

/* Answer with a bare status. */
void service_done(struct service *s, const struct asker *who, enum err e);

/* Is the client with this serial still there? */
bool service_has(const struct service *s, uint64_t serial);

/* What a client said makes no sense although its form is right: drop it. */
void service_refuse(struct service *s, const struct asker *who);

#endif
