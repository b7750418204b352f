#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk/inside.h"
#include "desk/logbook.h"

uint32_t
logbook_day(const struct desk *d, const struct teamlog_line *line)
{
	return log_came(d, line->hash);
}

const char *
logbook_name(const struct desk *d, const uint8_t *member)
{
	const struct roster_member *m =
	    member == NULL ? NULL : roster_member(d->roster, member);

	return m == NULL ? "" : m->name;
}

const char *
logbook_member(const struct desk *d, const struct teamlog_line *line)
{
	return logbook_name(d, line->member);
}

const char *
logbook_why(const struct teamlog_line *line)
{
	static const char *const why[TEAMLOG_STANDINGS] = {
		[TEAMLOG_FORKED] = "its device signed two entries of a number",
		[TEAMLOG_GONE] = "its device had been struck off",
		[TEAMLOG_ROLE] = "its author's role forbids it",
		[TEAMLOG_TYPE] = "a later version made it",
		[TEAMLOG_BODY] = "what it says cannot be read",
		[TEAMLOG_STRANGER] = "no roster names its device",
		[TEAMLOG_GAP] = "the one before it is not here",
		[TEAMLOG_CITES] = "one that it cites is not here",
		[TEAMLOG_CHAIN] = "the one that it stands on is another",
		[TEAMLOG_LAMPORT] = "its place in the log is wrong",
	};

	return why[line->standing];
}

static void
check_line(
    struct desk *d, const struct teamlog_line *line, struct logbook_device *of)
{
	const uint8_t *key = roster_key(d->roster, line->device);

	if (key != NULL &&
	    entry_check(line->note, line->note_len, key) != ERR_OK)
		of->forged++;
	if (line->standing >= TEAMLOG_CHAIN)
		of->odd++;
	else if (line->standing != TEAMLOG_EFFECT &&
	    line->standing <= TEAMLOG_BODY)
		of->without++;
}

static struct logbook_device *
device_of(struct logbook_device *list, size_t n, const uint8_t *id)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(list[i].id, id, sizeof list[i].id) == 0)
			return &list[i];
	return NULL;
}

/* Whose a device is today. */
static const char *
whose(const struct desk *d, const uint8_t *id)
{
	const struct roster_device *r = roster_device(d->roster, id);

	return r == NULL ? "" : logbook_name(d, r->member);
}

enum err
logbook_check_begin(struct logbook_check *c, struct desk *d)
{
	const size_t all = teamlog_devices(d->log);
	struct logbook_device *got = calloc(all + 1, sizeof *got);
	struct teamlog_device device;
	size_t lacks;
	enum err e;

	if (got == NULL)
		return ERR_NOMEM;
	if ((e = teamlog_lacks(d->log, NULL, 0, &lacks)) != ERR_OK) {
		free(got);
		return e;
	}
	for (size_t i = 0; i < all; i++) {
		teamlog_device_at(d->log, i, &device);
		got[i] = (struct logbook_device){
			.member = whose(d, device.id),
			.next = device.next,
			.kept = device.kept,
			.waiting = device.waiting,
			.named = device.named,
			.forked = device.forked,
			.fork = device.fork,
		};
		memcpy(got[i].id, device.id, sizeof got[i].id);
	}
	logbook_check_drop(c);
	*c = (struct logbook_check){
		.list = got, /* now the caller's */
		.n = all,
		.lacks = lacks,
		.all = teamlog_count(d->log),
		.serial = d->roster->serial,
	};
	return ERR_OK;
}

enum err
logbook_check_go(struct logbook_check *c, struct desk *d, size_t most)
{
	struct teamlog_line line;

	if (c->all != teamlog_count(d->log) || c->serial != d->roster->serial)
		return logbook_check_begin(c, d);
	for (; c->at < c->all && most > 0; c->at++, most--) {
		struct logbook_device *of;

		teamlog_at(d->log, c->at, &line);
		if ((of = device_of(c->list, c->n, line.device)) != NULL)
			check_line(d, &line, of);
	}
	return ERR_OK;
}

void
logbook_check_drop(struct logbook_check *c)
{
	free(c->list);
	*c = (struct logbook_check){ .list = NULL };
}

static bool
is_well(const struct logbook_device *device)
{
	return !device->forked && device->waiting == 0 && device->odd == 0 &&
	    device->forged == 0;
}

bool
logbook_check_is_well(const struct logbook_check *c)
{
	bool well = c->lacks == 0;

	for (size_t i = 0; i < c->n; i++)
		well = well && is_well(&c->list[i]);
	return well;
}
