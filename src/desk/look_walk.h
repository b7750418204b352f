/* look_walk: the requests of a look, as Tor Browser makes them, and as `sotto
 * tell --questions` does; nothing of what comes is judged here. */
#ifndef DESK_LOOK_WALK_H
#define DESK_LOOK_WALK_H

#include "http/client.h"
#include "http/host.h"

#include "desk/seen.h"

/* One visit of a browser or of `tell`: a circuit of its own. */
struct look_visit {
	struct http_client *http;
	struct host host;
	bool trusted; /* what a browser takes for a safe origin */
};
enum err look_visit_open(
    struct look_visit *v, const char *line, const char *socks) MUST_USE;
void look_visit_close(struct look_visit *v); /* may be called twice */

/* What came for one page. */
struct look_got {
	unsigned status; /* 0: it was not asked for */
	struct buf head, body;
	/* It is not what it should be; with a status of 0: no answer, or longer
	 * than any page. */
	bool odd;
};
void look_got_drop(struct look_got *got); /* may be called twice */

/* Ask for a page, with the fields of its form; and for what `tell` asks. Errors
 * are http_client_do()'s, with what had come in `got`; a status other than 200
 * is none. */
enum err look_visit_page(struct look_visit *v, enum seen_page page,
    const struct buf *form, struct look_got *got) MUST_USE;
enum err look_visit_machine(
    struct look_visit *v, const char *path, struct look_got *got) MUST_USE;

/* Append a form's field, as a browser writes it. */
enum err look_field(
    struct buf *form, const char *name, const char *value) MUST_USE;

#endif
