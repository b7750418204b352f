/*
 * The right to append to an upload.  A front that was given a descriptor could
 * keep it, so the keeper looks: at commits, when it says that it has closed
 * it, and every second at what it has written.
 */
#include <assert.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "line/keep.h"

#define LOOK_MS 1000U

void
keep_lease_init(struct keeper *k)
{
	for (unsigned i = 0; i < KEEP_LEASES; i++)
		k->lease[i] = (struct lease){ .eye = -1 };
}

static void
let_go(struct lease *l)
{
	if (l->eye >= 0)
		(void)close(l->eye);
	*l = (struct lease){ .eye = -1 };
}

void
keep_lease_drop(struct keeper *k)
{
	for (unsigned i = 0; i < KEEP_LEASES; i++)
		let_go(&k->lease[i]);
}

/* Who is not there any more holds nothing. */
static bool
is_held(struct keeper *k, struct lease *l)
{
	if (l->holder.serial != 0 &&
	    !service_has(&k->service, l->holder.serial))
		let_go(l);
	return l->holder.serial != 0;
}

/* The lease on an upload, when somebody who is there holds it. */
static struct lease *
lease_of(struct keeper *k, const uint8_t *upload)
{
	for (unsigned i = 0; i < KEEP_LEASES; i++) {
		struct lease *l = &k->lease[i];

		if (is_held(k, l) &&
		    memcmp(l->upload, upload, sizeof(l->upload)) == 0)
			return l;
	}
	return NULL;
}

static struct lease *
lease_free(struct keeper *k)
{
	for (unsigned i = 0; i < KEEP_LEASES; i++)
		if (k->lease[i].holder.serial == 0)
			return &k->lease[i];
	return NULL;
}

static bool
is_holder(const struct lease *l, const struct asker *who)
{
	return l != NULL && l->holder.serial == who->serial;
}

enum err
keep_upload_end(
    struct keeper *k, const struct asker *who, const uint8_t *upload)
{
	struct lease *l = lease_of(k, upload);
	enum err e;

	if (!is_holder(l, who))
		return ERR_OK;
	let_go(l);
	e = pool_upload_end(k->pool, upload);
	if (e == ERR_BUSY) /* it said that it had closed it */
		service_refuse(&k->service, who);
	return keep_fatal(e);
}

/* What the state of an upload is called in an answer. */
static enum err
state_status(enum err e, enum pool_upload_state state)
{
	if (e != ERR_OK)
		return e;
	if (state == POOL_UPLOAD_COMMITTED)
		return ERR_TAKEN;
	return state == POOL_UPLOAD_OPEN ? ERR_OK : ERR_NOTHING;
}

/* It was told that there is room for so much. */
static void
grant(struct lease *l, const struct pool_upload *u)
{
	l->most = ((uint64_t)u->parts + u->room) * POOL_PART_BYTES;
}

enum err
keep_upload(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk a = talk_of(TALK_UPLOADED, 0);
	struct pool_upload u = { .fd = -1, .eye = -1 };
	struct lease *l;
	enum err e = ERR_BUSY;

	if (lease_of(k, t->upload) == NULL && (l = lease_free(k)) != NULL)
		e = pool_upload_begin(k->pool, keep_who(who), t->upload, &u);
	a.status = state_status(e, u.state);
	if (a.status == ERR_OK) {
		l->holder = *who;
		memcpy(l->upload, t->upload, sizeof(l->upload));
		l->eye = u.eye; /* now the lease's */
		grant(l, &u);
		a.fd = u.fd; /* now the answer's */
	}
	a.count = a.status == ERR_OK ? u.parts : 0;
	a.room = a.status == ERR_OK ? u.room : 0;
	service_answer(&k->service, who, &a);
	return keep_fatal(e);
}

enum err
keep_state(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk a = talk_of(TALK_STATED, 0);
	struct pool_upload u = { .fd = -1, .eye = -1 };
	enum err e = pool_upload_state(k->pool, t->upload, &u);
	struct lease *l;

	a.status = state_status(e, u.state);
	a.count = a.status == ERR_OK ? u.parts : 0;
	a.room = a.status == ERR_OK ? u.room : 0;
	if (a.status == ERR_OK && is_holder(l = lease_of(k, t->upload), who))
		grant(l, &u);
	service_answer(&k->service, who, &a);
	return keep_fatal(e);
}

enum err
keep_commit(struct keeper *k, const struct asker *who, const struct talk *t)
{
	const struct pool_commit c = {
		.who = keep_who(who),
		.id = t->upload,
		.parts = t->count,
		.secret = t->secret,
		.tag = t->tag,
		.letter = t->envelope,
	};
	struct lease *l = lease_of(k, t->upload);
	enum err e = ERR_BUSY;

	if (l == NULL || is_holder(l, who))
		e = pool_upload_commit(k->pool, &c);
	if (e == ERR_BUSY && is_holder(l, who)) {
		/* It keeps what it may append with, for afterwards. */
		let_go(l);
		service_refuse(&k->service, who);
		return ERR_OK;
	}
	if (e == ERR_OK && l != NULL)
		let_go(l);
	if (e != ERR_IO)
		service_done(&k->service, who, e);
	return keep_fatal(e);
}

/* The bytes that files without a name hold; `*largest` is the lease with the
 * most of them.  Who appended more than was granted is ended. */
static enum err
look(struct keeper *k, uint64_t *nameless, struct lease **largest)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < KEEP_LEASES; i++) {
		struct lease *l = &k->lease[i];
		struct stat st;

		if (!is_held(k, l))
			continue;
		if (fstat(l->eye, &st) != 0)
			return ERR_IO;
		if ((uint64_t)st.st_size > l->most) {
			service_refuse(&k->service, &l->holder);
			let_go(l);
		} else if (st.st_nlink == 0) {
			*nameless += (uint64_t)st.st_size;
			if ((uint64_t)st.st_size >= most)
				*largest = l;
			most = (uint64_t)st.st_size > most
			    ? (uint64_t)st.st_size
			    : most;
		}
	}
	return ERR_OK;
}

enum err
keep_look(struct keeper *k)
{
	struct lease *largest = NULL;
	uint64_t nameless = 0;
	struct pool_room room;
	enum err e;

	if (clock_ms() < k->next_look)
		return ERR_OK;
	k->next_look = clock_ms() + LOOK_MS;
	if ((e = look(k, &nameless, &largest)) != ERR_OK || largest == NULL)
		return e;
	if ((e = pool_room(k->pool, &room)) != ERR_OK)
		return keep_fatal(e);
	if (room.used + nameless > room.capacity) {
		service_refuse(&k->service, &largest->holder);
		let_go(largest);
	}
	return ERR_OK;
}
