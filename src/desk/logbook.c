#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/logbook.h"

uint32_t
logbook_day(const struct desk *d, const struct teamlog_line *line)
{
	return log_came(d, line->hash);
}

static const char *
name_of(const struct desk *d, const uint8_t *member)
{
	const struct roster_member *m =
	    member == NULL ? NULL : roster_member(d->roster, member);

	return m == NULL ? "" : m->name;
}

const char *
logbook_member(const struct desk *d, const struct teamlog_line *line)
{
	return name_of(d, line->member);
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

/* One entry while it is said. */
struct saying {
	struct buf *out;
	struct desk *d;
	const struct effect *f;
	char day[CLOCK_DATE_BYTES];
	char handle[CONV_HANDLE_BYTES];
};

static enum err
put_members(const struct saying *s)
{
	enum err e =
	    s->f->members_n == 0 ? buf_put_str(s->out, "nobody") : ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < s->f->members_n; i++) {
		const char *name = name_of(s->d, s->f->members[i]);

		e = buf_put_fmt(s->out, "%s%s", i == 0 ? "" : ", ",
		    name[0] == '\0' ? "somebody who left" : name);
	}
	return e;
}

static enum err
put_announce(const struct saying *s)
{
	return s->f->day == 0
	    ? buf_put_fmt(
		  s->out, "took back that %s is to be destroyed", s->handle)
	    : buf_put_fmt(s->out, "announced that %s is destroyed on %s",
		  s->handle, s->day);
}

static enum err
put_members_of(const struct saying *s)
{
	const enum err e = buf_put_fmt(s->out, "%s %s to ",
	    s->f->kind == EFFECT_ASSIGN ? "assigned" : "restricted", s->handle);

	return e == ERR_OK ? put_members(s) : e;
}

static enum err
put_destroyed(const struct saying *s)
{
	return buf_put_fmt(s->out, "destroyed %s (%s): messages %u, files %u",
	    s->handle, effect_outcome_word(s->f->outcome), s->f->number,
	    s->f->files);
}

static enum err
put_given_up(const struct saying *s)
{
	return s->f->number == 0
	    ? buf_put_fmt(
		  s->out, "let %s go, which the line never closed", s->day)
	    : buf_put_fmt(s->out,
		  "let go of %u envelopes of %s that the line never gave",
		  s->f->number, s->day);
}

static enum err
put_periods(const struct saying *s)
{
	return buf_put_fmt(s->out,
	    "set the periods, in days: junk %u, irrelevant %u, closed %u",
	    s->f->number, s->f->count, s->f->last);
}

/* In a sentence %H is the conversation, %N a number, %D a day, %O an outcome;
 * the second holds when the entry's yes or no is no. */
static const struct {
	enum effect_kind kind;
	const char *yes, *no;
	enum err (*put)(const struct saying *s);
} rows[] = {
	{ EFFECT_READ, "read messages of %H", NULL, NULL },
	{ EFFECT_REPLY, "answered %H", NULL, NULL },
	{ EFFECT_SAVED, "saved file %N of %H", NULL, NULL },
	{ EFFECT_JUNK, "marked %H as junk", "marked %H as not junk", NULL },
	{ EFFECT_ATTRIBUTION, "set how the words of %H may be used", NULL,
	    NULL },
	{ EFFECT_DELETE, "deleted %H on that desk", NULL, NULL },
	{ EFFECT_KEY_NOTE, "gave the line keys (key note %N)", NULL, NULL },
	{ EFFECT_FINISHED, "finished the days before %D", NULL, NULL },
	{ EFFECT_ROSTER, "put roster %N in force", NULL, NULL },
	{ EFFECT_RECIPIENT, "published its next one-time key", NULL, NULL },
	{ EFFECT_HAND_OUT, "handed out keys from %D on", NULL, NULL },
	{ EFFECT_ASSIGN, NULL, NULL, put_members_of },
	{ EFFECT_NOTE, "wrote a note on %H", NULL, NULL },
	{ EFFECT_DRAFT, "wrote a draft for %H", NULL, NULL },
	{ EFFECT_OUTCOME, "set the outcome of %H to %O", NULL, NULL },
	{ EFFECT_HOLD, "holds %H", "let %H go, which was held", NULL },
	{ EFFECT_RESTRICT, NULL, NULL, put_members_of },
	{ EFFECT_ANNOUNCE, NULL, NULL, put_announce },
	{ EFFECT_DESTROYED, NULL, NULL, put_destroyed },
	{ EFFECT_LACK, "asked for entries that it lacks", NULL, NULL },
	{ EFFECT_PURGE, "had the line overwrite envelopes of %D", NULL, NULL },
	{ EFFECT_GIVEN_UP, NULL, NULL, put_given_up },
	{ EFFECT_PERIODS, NULL, NULL, put_periods },
};

static bool
has_yes_or_no(enum effect_kind kind)
{
	return kind == EFFECT_JUNK || kind == EFFECT_HOLD;
}

static enum err
put_sentence(const struct saying *s, const char *sentence)
{
	enum err e = ERR_OK;

	for (const char *p = sentence; e == ERR_OK && *p != '\0'; p++) {
		if (*p != '%') {
			e = buf_put(s->out, p, 1);
			continue;
		}
		switch (*++p) {
		case 'H':
			e = buf_put_str(s->out, s->handle);
			break;
		case 'N':
			e = buf_put_fmt(s->out, "%u", s->f->number);
			break;
		case 'D':
			e = buf_put_str(s->out, s->day);
			break;
		default:
			e = buf_put_str(
			    s->out, effect_outcome_word(s->f->outcome));
		}
	}
	return e;
}

/* Its handle, or what the log calls it when it is not here. */
static void
name_conv(struct saying *s)
{
	const struct conv *c = desk_conv_by_id(s->d, s->f->conversation);
	const uint8_t *id = s->f->conversation;

	if (c != NULL)
		memcpy(s->handle, c->handle, sizeof s->handle);
	else
		(void)snprintf(s->handle, sizeof s->handle,
		    "[%02x%02x%02x%02x, not here]", id[0], id[1], id[2], id[3]);
}

static enum err
say(struct saying *s, const struct teamlog_line *line)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].kind != line->kind)
			continue;
		name_conv(s);
		clock_date(s->day, s->f->day);
		if (rows[i].put != NULL)
			return rows[i].put(s);
		return put_sentence(s,
		    has_yes_or_no(line->kind) && !s->f->on ? rows[i].no
							   : rows[i].yes);
	}
	return buf_put_str(s->out, line->type);
}

enum err
logbook_say(struct buf *out, struct desk *d, const struct teamlog_line *line)
{
	struct effect *f = calloc(1, sizeof *f);
	struct saying s = { .out = out, .d = d, .f = f };
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	if (line->kind == EFFECT_UNKNOWN ||
	    effect_read(f, line->kind, line->body, line->body_len) != ERR_OK)
		e = buf_put_str(out, line->type);
	else
		e = say(&s, line);
	wipe_free(f, sizeof *f);
	return e;
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

	return r == NULL ? "" : name_of(d, r->member);
}

enum err
logbook_check(
    struct desk *d, struct logbook_device **list, size_t *n, size_t *lacks)
{
	const size_t all = teamlog_devices(d->log);
	struct logbook_device *got = calloc(all + 1, sizeof *got);
	struct teamlog_device device;
	struct teamlog_line line;
	enum err e;

	if (got == NULL)
		return ERR_NOMEM;
	if ((e = teamlog_lacks(d->log, NULL, 0, lacks)) != ERR_OK) {
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
	for (size_t i = 0; i < teamlog_count(d->log); i++) {
		struct logbook_device *of;

		teamlog_at(d->log, i, &line);
		if ((of = device_of(got, all, line.device)) != NULL)
			check_line(d, &line, of);
	}
	*list = got; /* now the caller's */
	*n = all;
	return ERR_OK;
}

bool
logbook_is_well(const struct logbook_device *device)
{
	return !device->forked && device->waiting == 0 && device->odd == 0 &&
	    device->forged == 0;
}
