/*
 * ward: what the files of the warden share, and nobody else: its state, and
 * the life of one child.
 */
#ifndef LINE_WARD_H
#define LINE_WARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "line/settings.h"
#include "line/talk.h"
#include "line/warden.h"
#include "os/process.h"

#define WARD_OLD 8U /* fronts that are ending their uploads */
#define WARD_DAY_S 86400U
#define WARD_RETIRE_MS (24ULL * 3600ULL * 1000ULL)
#define WARD_SAYS_MAX 64U /* sentences of one front */
#define WARD_BACKOFF_MS 100U
#define WARD_BACKOFF_MAX_MS 10000U

struct ward {
	enum role role;
	struct process process;
	struct channel *channel; /* NULL: not running */
	bool ready;
	bool was_ready; /* once, since the warden began */
	bool ending; /* its channel was closed: it ends by itself */
	uint64_t began_ms; /* clock_ms() */
	uint64_t began; /* clock_now() */
	uint64_t next_ms; /* do not start before */
	uint64_t kill_ms; /* end it then; 0: never */
	unsigned backoff_ms;
	uint32_t number; /* by which keeper and deriver know it */
	unsigned said; /* sentences for the log */
	int heirs; /* for a front to be retired: its end of the channel to the
		    * one that comes; -1 */
};

struct warden {
	const struct warden_opts *opts;
	char pool[FILE_PATH_MAX];
	char note_path[FILE_PATH_MAX];
	int lock;
	int signals;
	int listen[2]; /* sources, desks */
	struct settings settings;
	struct buf settings_file, certificate, key_note; /* may be empty */
	struct talk_whole coming; /* a key note, from the keeper */
	struct ward now[ROLE_COUNT]; /* by role; the warden's own is unused */
	struct ward old[WARD_OLD]; /* fronts */
	uint32_t numbers; /* given so far */
	bool said_ready;
};

void ward_init(struct ward *c, enum role role);

/* Start it and give it all it needs. */
enum err ward_start(struct warden *w, struct ward *c) MUST_USE;

/* Put a new front in the place of this one. */
void ward_replace(struct warden *w, struct ward *c);

/* It has said READY. */
void ward_is_ready(struct warden *w, struct ward *c);

/* Close the channel, so that it ends in order; kill it `ms` later. */
void ward_end(struct ward *c, uint64_t ms);

/* Send the key note to everybody who shows it. */
void ward_tell_note(struct warden *w);

static inline bool
ward_is_front(const struct ward *c)
{
	return c->role == ROLE_FRONT || c->role == ROLE_DESK_FRONT;
}

#endif
