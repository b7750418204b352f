#include <string.h>

#include "base/log.h"
#include "base/work.h"
#include "line/child.h"
#include "line/service.h"
#include "os/loop.h"

void
service_init(struct service *s, enum role role)
{
	memset(s, 0, sizeof(*s));
	s->role = role;
}

static void
let_go(struct client *c)
{
	channel_close(c->channel);
	c->channel = NULL;
}

void
service_drop(struct service *s)
{
	for (unsigned i = 0; i < SERVICE_CLIENTS; i++)
		let_go(&s->client[i]);
	child_parted();
	channel_close(s->warden);
	s->warden = NULL;
}

/* It misbehaved: the warden is to end it.  A warden that is not there any more
 * is noticed when it is next heard. */
static void
refuse(struct service *s, struct client *c, enum err e)
{
	struct talk t = talk_of(TALK_REFUSED, 0);

	log_say(e, "a client was refused");
	t.count = c->number;
	if (talk_send(s->warden, s->role, ROLE_WARDEN, &t) != ERR_OK)
		log_say(ERR_OK, "the warden could not be told");
	let_go(c);
}

static unsigned
wants(const struct channel *c)
{
	return (channel_is_crowded(c) ? 0 : LOOP_READ) |
	    (channel_is_waiting(c) ? LOOP_WRITE : 0);
}

static struct loop_watch
watch(const struct channel *c)
{
	return (struct loop_watch){
		.fd = c == NULL ? -1 : channel_fd(c),
		.want = c == NULL ? 0 : wants(c),
	};
}

enum err
service_wait(struct service *s, uint64_t ms)
{
	struct loop_watch w[SERVICE_CLIENTS + 1];
	bool ready;
	enum err e;

	for (unsigned i = 0; i < SERVICE_CLIENTS; i++)
		w[i] = watch(s->client[i].channel);
	w[SERVICE_CLIENTS] = watch(s->warden);
	if ((e = loop_wait(w, COUNT(w), ms, &ready)) != ERR_OK || !ready)
		return e;
	for (unsigned i = 0; i < SERVICE_CLIENTS; i++)
		if ((w[i].got & LOOP_WRITE) &&
		    channel_flush(s->client[i].channel) != ERR_OK)
			let_go(&s->client[i]);
	return w[SERVICE_CLIENTS].got & LOOP_WRITE ? channel_flush(s->warden)
						   : ERR_OK;
}

static enum err
take_in(struct service *s, const struct talk *t)
{
	for (unsigned i = 0; i < SERVICE_CLIENTS; i++) {
		struct client *c = &s->client[i];

		if (c->channel != NULL)
			continue;
		c->role = t->asker;
		c->serial = ++s->serials;
		c->number = t->count;
		return channel_open(&c->channel, t->fd);
	}
	(void)close(t->fd);
	return ERR_BUSY;
}

enum err
service_warden(struct service *s, struct talk *talk)
{
	enum err e;

	for (;;) {
		e = talk_receive(s->warden, ROLE_WARDEN, s->role, talk);
		if (e != ERR_OK || talk->kind != TALK_CLIENT)
			return e;
		if ((e = take_in(s, talk)) != ERR_OK)
			log_say(e, "a client could not be taken in");
	}
}

enum err
service_next(struct service *s, struct talk *talk, struct asker *who)
{
	enum err e;

	for (unsigned i = 0; i < SERVICE_CLIENTS; i++) {
		unsigned slot = (s->turn + i) % SERVICE_CLIENTS;
		struct client *c = &s->client[slot];

		if (c->channel == NULL || channel_is_crowded(c->channel))
			continue;
		e = talk_receive(c->channel, c->role, s->role, talk);
		if (e == ERR_NOTHING)
			continue;
		if (e == ERR_CLOSED) {
			let_go(c);
			continue;
		}
		if (e != ERR_OK) {
			refuse(s, c, e);
			continue;
		}
		s->turn = slot + 1;
		*who = (struct asker){ slot, c->serial, c->role, talk->id };
		work_did(WORK_MESSAGE, 1);
		return ERR_OK;
	}
	return ERR_NOTHING;
}

void
service_answer(struct service *s, const struct asker *who, struct talk *talk)
{
	struct client *c = &s->client[who->slot];
	enum err e;

	talk->id = who->id;
	if (c->channel == NULL || c->serial != who->serial) {
		if (talk->fd >= 0)
			(void)close(talk->fd);
		return;
	}
	e = talk_send(c->channel, s->role, c->role, talk);
	if (e == ERR_CLOSED)
		let_go(c);
	else if (e != ERR_OK)
		refuse(s, c, e);
}

void
service_done(struct service *s, const struct asker *who, enum err e)
{
	struct talk t = talk_of(TALK_DONE, who->id);

	t.status = e;
	service_answer(s, who, &t);
}

bool
service_has(const struct service *s, uint64_t serial)
{
	for (unsigned i = 0; i < SERVICE_CLIENTS; i++)
		if (s->client[i].channel != NULL &&
		    s->client[i].serial == serial)
			return true;
	return false;
}

void
service_refuse(struct service *s, const struct asker *who)
{
	struct client *c = &s->client[who->slot];

	if (c->channel != NULL && c->serial == who->serial)
		refuse(s, c, ERR_FORMAT);
}
