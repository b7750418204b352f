/*
 * inside: what the front's files share, and neither pages nor machine requests
 * see.
 */
#ifndef FRONT_INSIDE_H
#define FRONT_INSIDE_H

#include "crypt/hash.h"
#include "front/request.h"
#include "line/start.h"
#include "team/request.h"

#define FRONT_TABLES 4U
#define FRONT_PENDING 64U /* buckets of what was asked */
#define FRONT_DERIVE_MS 10000U

/* One question under way.  Whoever asked may have gone meanwhile; then only the
 * answer's descriptor matters. */
struct asked {
	struct asked *next;
	uint32_t id;
	enum talk_kind kind; /* of the question */
	uint64_t since;
	struct front_request *r;
	front_then *then;
	void *with;
	enum err already; /* of those that could not even be asked */
};

struct front {
	struct http_server *http;
	struct line_front line;
	struct front_line *current;
	const struct front_route *tables[FRONT_TABLES];
	size_t tables_n[FRONT_TABLES];
	unsigned tables_used;
	const struct front_route *refusals; /* FRONT_REFUSALS, or NULL */
	struct asked *asked[FRONT_PENDING];
	struct asked *failed; /* told in the next round */
	struct http_timer soon; /* for `failed` */
	struct http_timer tick; /* every second */
	void (*on_tick)(void);
	uint32_t next_id;
	unsigned keepers; /* how many there have been */
	unsigned requests; /* alive, with or without a client */
	struct buf heirloom; /* of the front before us, as it comes */
	bool open; /* we serve */
	uint64_t began; /* clock_ms() */
};

struct front_hidden {
	unsigned pending; /* questions under way */
	bool began; /* `end` is owed */
	bool ended; /* and was called */
	bool answered;
	bool input_over; /* all of it was fed */
	bool over; /* no more comes, and `how` says why */
	bool stalled; /* `form` said ERR_BUSY */
	enum err how;
	struct form *form;
	struct form_piece piece; /* the one that was not taken */
	bool piece_is_input; /* its bytes are the first of the next call */
	size_t skip; /* bytes after it that the form has read already */
	size_t (*give)(struct front_request *r, uint8_t *out, size_t room);
	/* Of a desk: what it signed for. */
	struct request signed_for;
	struct sha256 *hash; /* of the body; NULL: not a desk */
	/* The one upload. */
	bool has_upload; /* the right to append is ours */
	uint8_t upload[FRONT_UPLOAD_ID_BYTES];
	unsigned keeper; /* which keeper gave it */
	int fd;
};

extern const struct http_handler front_handler;

void front_add_routes(
    struct front *f, const struct front_route *routes, size_t n);

/* The current certificate and key note, from the line's; ERR_* when they cannot
 * be read, the old ones then stay. */
enum err front_line_new(struct front *f) MUST_USE;
void front_line_release(struct front_line *l);

/* asking.c: take what keeper and deriver say; all is over with a channel. */
void front_watch(struct front *f);
void front_channel_lost(struct front *f, bool deriver);
void front_ask_tick(struct front *f);
void front_upload_close(struct front_request *r);

/* More questions, of the second front: as in request.h. */
void front_days(struct front_request *r, front_then *then, void *with);
void front_day(struct front_request *r, uint32_t day, const uint8_t *after,
    front_then *then, void *with);
void front_offered(
    struct front_request *r, uint32_t day, front_then *then, void *with);
void front_fetch(struct front_request *r,
    const uint8_t tag[static FRONT_TAG_BYTES], front_then *then, void *with);
void front_purge(struct front_request *r, const uint8_t *note, size_t n,
    front_then *then, void *with);
void front_put_note(struct front_request *r, const struct buf *note,
    front_then *then, void *with);

/* A question was answered, or the client has gone: is the request over? */
void front_settle(struct front_request *r);

#endif
