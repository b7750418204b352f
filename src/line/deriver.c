#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/wipe.h"
#include "base/work.h"
#include "crypt/slow.h"
#include "line/child.h"
#include "line/deriver.h"
#include "line/service.h"
#include "line/settings.h"

struct request {
	struct asker who;
	uint64_t came; /* clock_ms() */
	uint8_t phrase[TALK_PHRASE_BYTES];
};

struct deriver {
	struct service service;
	uint8_t line[TALK_LINE_BYTES];
	struct request queue[DERIVER_QUEUE];
	unsigned first, n;
};

static void
answer(
    struct deriver *d, const struct asker *who, enum err e, const uint8_t *root)
{
	struct talk t = talk_of(TALK_ROOT, who->id);

	t.status = e;
	t.root = e == ERR_OK ? root : NULL;
	service_answer(&d->service, who, &t);
}

static void
queue(struct deriver *d, const struct asker *who, const struct talk *t)
{
	struct request *r;

	if (d->n == DERIVER_QUEUE) {
		answer(d, who, ERR_BUSY, NULL);
		return;
	}
	r = &d->queue[(d->first + d->n++) % DERIVER_QUEUE];
	r->who = *who;
	r->came = clock_ms();
	memcpy(r->phrase, t->phrase, sizeof(r->phrase));
}

static void
derive_first(struct deriver *d)
{
	struct request *r = &d->queue[d->first];
	uint8_t root[TALK_ROOT_BYTES];
	enum err e = ERR_BUSY;

	if (clock_ms() - r->came < DERIVER_MS) {
		e = slow_argon2id(root, r->phrase, sizeof(r->phrase), d->line);
		work_did(WORK_DERIVE, 1);
	}
	answer(d, &r->who, e, root);
	wipe(root, sizeof(root));
	wipe(r, sizeof(*r));
	wipe_stack(16384);
	d->first = (d->first + 1) % DERIVER_QUEUE;
	d->n--;
}

/* Take what the warden gives, up to START. */
static enum err
take_all(struct deriver *d)
{
	struct settings settings;
	bool has_line = false;
	struct talk t;
	enum err e;

	for (;;) {
		e = child_hear(d->service.warden, ROLE_DERIVER, &t);
		if (e != ERR_OK)
			return e;
		if (t.kind == TALK_START)
			return has_line ? ERR_OK : ERR_MISSING;
		if (t.kind != TALK_SETTINGS)
			return ERR_FORMAT;
		e = settings_read(&settings, t.bytes, t.n, NULL);
		if (e != ERR_OK)
			return e;
		memcpy(d->line, settings.line, sizeof(d->line));
		has_line = true;
	}
}

static enum err
serve(struct deriver *d)
{
	struct asker who;
	struct talk t;
	enum err e;

	for (;;) {
		e = service_wait(&d->service, d->n > 0 ? 0 : 60000);
		if (e != ERR_OK)
			return e;
		/* After START nothing but clients comes. */
		e = service_warden(&d->service, &t);
		if (e != ERR_NOTHING)
			return e == ERR_OK ? ERR_FORMAT : e;
		while (service_next(&d->service, &t, &who) == ERR_OK)
			queue(d, &who, &t);
		if (d->n > 0)
			derive_first(d);
	}
}

int
deriver_main(void)
{
	static const struct child_sandbox sandbox = {
		.which = SANDBOX_DERIVER,
	};
	static struct deriver d;
	enum err e;

	service_init(&d.service, ROLE_DERIVER);
	if ((e = child_warden(&d.service.warden)) != ERR_OK)
		goto out;
	if ((e = slow_init()) != ERR_OK)
		goto out;
	if ((e = take_all(&d)) != ERR_OK)
		goto out;
	e = child_ready(d.service.warden, ROLE_DERIVER, &sandbox);
	if (e != ERR_OK)
		goto out;
	e = serve(&d);
out:
	if (e != ERR_CLOSED)
		log_say(e, "ended");
	service_drop(&d.service);
	wipe(&d, sizeof(d));
	return child_status(e);
}
