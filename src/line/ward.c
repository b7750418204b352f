#include <fcntl.h>

#include "base/clock.h"
#include "base/log.h"
#include "line/keeper.h"
#include "line/ward.h"
#include "os/channel.h"

void
ward_init(struct ward *c, enum role role)
{
	*c = (struct ward){
		.role = role,
		.process = PROCESS_NONE,
		.backoff_ms = WARD_BACKOFF_MS,
		.heirs = -1,
	};
}

static enum err
tell(struct ward *c, struct talk t)
{
	return talk_send(c->channel, ROLE_WARDEN, c->role, &t);
}

static enum err
tell_bytes(struct ward *c, enum talk_kind kind, const struct buf *bytes)
{
	struct talk t = talk_of(kind, 0);

	if (bytes->len == 0)
		return ERR_OK;
	t.bytes = bytes->at;
	t.n = bytes->len;
	return tell(c, t);
}

static enum err
tell_note(struct warden *w, struct ward *c)
{
	if (w->key_note.len == 0)
		return ERR_OK;
	return talk_pieces(c->channel, ROLE_WARDEN, c->role,
	    talk_of(TALK_KEY_NOTE, 0), &w->key_note);
}

/* Send a descriptor, which goes with it. */
static enum err
tell_fd(struct ward *c, enum talk_kind kind, int fd)
{
	struct talk t = talk_of(kind, 0);

	t.fd = fd;
	return tell(c, t);
}

/* The same, keeping ours. */
static enum err
tell_copy(struct ward *c, enum talk_kind kind, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return copy < 0 ? ERR_IO : tell_fd(c, kind, copy);
}

/* Put a channel between a front and a service.  When the service is not there
 * just now, the front's end leads nowhere, and it gets another when it is. */
static enum err
connect_both(struct ward *front, struct ward *service)
{
	struct talk t = talk_of(TALK_CLIENT, 0);
	int fd[2];
	enum err e;

	if ((e = channel_pair(fd)) != ERR_OK)
		return e;
	if (service->channel == NULL) {
		(void)close(fd[1]);
	} else {
		t.fd = fd[1];
		t.asker = front->role;
		t.count = front->number;
		if ((e = tell(service, t)) != ERR_OK) {
			log_say(e, "a process was not told of a front");
			ward_end(service, 0);
		}
	}
	return tell_fd(front,
	    service->role == ROLE_KEEPER ? TALK_KEEPER : TALK_DERIVER, fd[0]);
}

/* Has a front of this role still to retire when a new one is ready? */
static struct ward *
old_of(struct warden *w, enum role role)
{
	for (unsigned i = 0; i < WARD_OLD; i++)
		if (w->old[i].channel != NULL && w->old[i].role == role &&
		    w->old[i].kill_ms == 0)
			return &w->old[i];
	return NULL;
}

/* The new one gets one end of a channel for heirlooms now, the old one the
 * other when it retires. */
static enum err
bequeath(struct warden *w, struct ward *c)
{
	struct ward *old = old_of(w, c->role);
	int fd[2];
	enum err e;

	if (old == NULL)
		return ERR_OK;
	if ((e = channel_pair(fd)) != ERR_OK)
		return e;
	if (old->heirs >= 0)
		(void)close(old->heirs);
	old->heirs = fd[1];
	return tell_fd(c, TALK_TAKE_OVER, fd[0]);
}

static enum err
give_front(struct warden *w, struct ward *c)
{
	int listen = w->listen[c->role == ROLE_DESK_FRONT];
	enum err e;

	if ((e = tell_bytes(c, TALK_CERTIFICATE, &w->certificate)) != ERR_OK ||
	    (e = tell_note(w, c)) != ERR_OK ||
	    (e = tell_copy(c, TALK_LISTEN, listen)) != ERR_OK ||
	    (e = connect_both(c, &w->now[ROLE_KEEPER])) != ERR_OK)
		return e;
	if (c->role == ROLE_FRONT &&
	    (e = connect_both(c, &w->now[ROLE_DERIVER])) != ERR_OK)
		return e;
	if ((e = bequeath(w, c)) != ERR_OK)
		return e;
	return tell(c, talk_of(TALK_START, 0));
}

/* A front that lives gets a channel to the service; one that cannot be told is
 * dying, and is started again like any other. */
static void
connect_one(struct ward *front, struct ward *service)
{
	if (front->channel == NULL || !ward_is_front(front) ||
	    (service->role == ROLE_DERIVER && front->role != ROLE_FRONT))
		return;
	if (connect_both(front, service) != ERR_OK)
		ward_end(front, 0);
}

static void
connect_all(struct warden *w, struct ward *service)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		connect_one(&w->now[i], service);
	for (unsigned i = 0; i < WARD_OLD; i++)
		connect_one(&w->old[i], service);
}

static enum err
give_service(struct warden *w, struct ward *c)
{
	enum err e;

	if (c->role == ROLE_KEEPER &&
	    ((e = tell_bytes(c, TALK_CERTIFICATE, &w->certificate)) != ERR_OK ||
		(e = tell_note(w, c)) != ERR_OK ||
		(e = tell_copy(c, TALK_LOCK, w->lock)) != ERR_OK))
		return e;
	if ((e = tell(c, talk_of(TALK_START, 0))) != ERR_OK)
		return e;
	connect_all(w, c);
	return ERR_OK;
}

/* The one before it may go. */
static void
take_over(struct warden *w, struct ward *c)
{
	struct ward *old;
	enum err e = ERR_MISSING;

	while ((old = old_of(w, c->role)) != NULL) {
		old->kill_ms = clock_ms() + WARD_RETIRE_MS;
		old->ending = true;
		if (old->heirs >= 0)
			e = tell_fd(old, TALK_RETIRE, old->heirs);
		old->heirs = -1;
		if (e != ERR_OK)
			ward_end(old, 0);
	}
}

/* Who dies before it is ready is started later and later; being ready sets
 * this back, so that killing a front again and again keeps nobody out. */
static void
plan_next(struct ward *c)
{
	c->began_ms = clock_ms();
	c->next_ms = c->began_ms + c->backoff_ms;
	c->backoff_ms = c->backoff_ms * 2 < WARD_BACKOFF_MAX_MS
	    ? c->backoff_ms * 2
	    : WARD_BACKOFF_MAX_MS;
}

void
ward_is_ready(struct warden *w, struct ward *c)
{
	c->ready = c->was_ready = true;
	c->backoff_ms = WARD_BACKOFF_MS;
	c->next_ms = c->began_ms + WARD_BACKOFF_MS;
	if (ward_is_front(c))
		take_over(w, c);
}

enum err
ward_start(struct warden *w, struct ward *c)
{
	const bool keeper = c->role == ROLE_KEEPER;
	enum err e;

	plan_next(c);
	c->number = ++w->numbers;
	c->said = 0;
	c->began = clock_now();
	c->ready = c->ending = false;
	c->kill_ms = 0;
	/* Only the first: a keeper that was ready has nothing to mend. */
	e = process_start(&c->process,
	    keeper && w->opts->mend && !c->was_ready ? KEEPER_MEND
						     : talk_role_name(c->role),
	    keeper ? w->pool : NULL);
	if (e != ERR_OK)
		return e;
	e = channel_open(&c->channel, c->process.channel);
	c->process.channel = -1; /* the channel's, or closed */
	if (e == ERR_OK)
		e = tell_bytes(c, TALK_SETTINGS, &w->settings_file);
	if (e == ERR_OK)
		e = ward_is_front(c) ? give_front(w, c) : give_service(w, c);
	if (e != ERR_OK)
		ward_end(c, 0);
	return e;
}

void
ward_end(struct ward *c, uint64_t ms)
{
	channel_close(c->channel);
	c->channel = NULL;
	c->ready = false;
	c->ending = true;
	if (ms == 0)
		process_kill(&c->process);
	else
		c->kill_ms = clock_ms() + ms;
}

/* A free place among the old; the oldest makes room when there is none. */
static struct ward *
old_place(struct warden *w)
{
	struct ward *oldest = &w->old[0];

	for (unsigned i = 0; i < WARD_OLD; i++) {
		if (w->old[i].process.pid == 0)
			return &w->old[i];
		if (w->old[i].began_ms < oldest->began_ms)
			oldest = &w->old[i];
	}
	if (oldest->heirs >= 0)
		(void)close(oldest->heirs);
	channel_close(oldest->channel);
	process_drop(&oldest->process);
	return oldest;
}

void
ward_replace(struct warden *w, struct ward *c)
{
	struct ward *place = old_place(w);

	*place = *c;
	ward_init(c, place->role);
	c->was_ready = true;
	if (ward_start(w, c) != ERR_OK)
		log_say(ERR_OK, "a new front could not be started yet");
}

static void
tell_one(struct warden *w, struct ward *c)
{
	if (c->channel != NULL && ward_is_front(c) && tell_note(w, c) != ERR_OK)
		ward_end(c, 0);
}

void
ward_tell_note(struct warden *w)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		tell_one(w, &w->now[i]);
	for (unsigned i = 0; i < WARD_OLD; i++)
		tell_one(w, &w->old[i]);
}
