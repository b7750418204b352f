#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "crypt/hash.h"
#include "desk/logbook.h"
#include "desk/rosters.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/plain.h"

#define OUT_MAX ((size_t)1 << 30)

/* Why an entry has no effect; NULL when it has. */
static const char *
standing_name(const struct teamlog_line *l)
{
	static const char *const names[TEAMLOG_STANDINGS] = {
		[TEAMLOG_FORKED] = "forked",
		[TEAMLOG_GONE] = "gone",
		[TEAMLOG_ROLE] = "role",
		[TEAMLOG_TYPE] = "type",
		[TEAMLOG_BODY] = "body",
		[TEAMLOG_STRANGER] = "stranger",
		[TEAMLOG_GAP] = "gap",
		[TEAMLOG_CITES] = "cites",
		[TEAMLOG_CHAIN] = "chain",
		[TEAMLOG_LAMPORT] = "lamport",
	};

	return names[l->standing];
}

static enum err
put_who(struct buf *out, struct desk *d, const struct teamlog_line *l)
{
	const char *name = logbook_member(d, l);
	enum err e;

	if (name[0] == '\0')
		e = buf_put_str(out, "nobody today");
	else
		e = plain_put(out, name, strlen(name));
	return e == ERR_OK
	    ? buf_put_fmt(out, " (%02x%02x%02x%02x %u)", l->device[0],
		  l->device[1], l->device[2], l->device[3], l->number)
	    : e;
}

/* The entry that it waits for, or what else stands beside it. */
static enum err
put_why(struct buf *out, struct desk *d, const struct teamlog_line *l)
{
	const char *why = logbook_why(l);
	enum err e = ERR_OK;

	if (why != NULL)
		e = buf_put_fmt(out, "; without effect: %s", why);
	if (e == ERR_OK && l->lacks)
		e = buf_put_fmt(out, " (%02x%02x%02x%02x)", l->waits_for[0],
		    l->waits_for[1], l->waits_for[2], l->waits_for[3]);
	if (e == ERR_OK && l->twin)
		e = buf_put_str(out,
		    "; its device signed another of this "
		    "number");
	if (e == ERR_OK && rosters_is_other(d, l))
		e = buf_put_str(
		    out, "; ANOTHER of that number is in force on this desk");
	return e;
}

static enum err
log_row(struct buf *out, struct desk *d, size_t i)
{
	char date[CLOCK_DATE_BYTES] = "-         ";
	struct teamlog_line line;
	struct buf what;
	uint32_t day;
	enum err e;

	buf_init(&what, 65536);
	desk_log_at(d, i, &line);
	if ((day = logbook_day(d, &line)) > 0)
		clock_date(date, day);
	if ((e = buf_put_fmt(out, "%s  ", date)) == ERR_OK &&
	    (e = put_who(out, d, &line)) == ERR_OK &&
	    (e = buf_put_str(out, "  ")) == ERR_OK &&
	    (e = logbook_say(&what, d, &line)) == ERR_OK &&
	    (e = plain_put(out, (const char *)what.at, what.len)) == ERR_OK &&
	    (e = put_why(out, d, &line)) == ERR_OK)
		e = buf_put_str(out, "\n");
	buf_drop(&what);
	return e;
}

static enum err
log_json(struct buf *out, struct desk *d, size_t i)
{
	char date[CLOCK_DATE_BYTES];
	const char *why, *name;
	struct teamlog_line l;
	struct json_out w;
	uint32_t day;
	enum err e;

	desk_log_at(d, i, &l);
	why = standing_name(&l);
	name = logbook_member(d, &l);
	json_begin(&w, out);
	json_put_hex(&w, "device", l.device, DEVICE_ID_BYTES);
	json_put_u64(&w, "number", l.number);
	json_put_u64(&w, "lamport", l.lamport);
	json_put_str(&w, "type", l.type, strlen(l.type));
	json_put_hex(&w, "hash", l.hash, SHA256_BYTES);
	json_put_str(&w, "member", name, strlen(name));
	if ((day = logbook_day(d, &l)) > 0) {
		clock_date(date, day);
		json_put_str(&w, "came", date, strlen(date));
	}
	if (why != NULL)
		json_put_str(&w, "without-effect", why, strlen(why));
	if (rosters_is_other(d, &l))
		json_put_bool(&w, "other-roster", true);
	json_put_str(&w, "note", (const char *)l.note, l.note_len);
	if ((e = json_end(&w)) != ERR_OK)
		return e;
	/* The body is an object already. */
	out->len--;
	if ((e = buf_put_str(out, ",\"body\":")) != ERR_OK ||
	    (e = buf_put(out, l.body, l.body_len)) != ERR_OK)
		return e;
	return buf_put_str(out, "}");
}

int
desk_cmd_log(struct desk_cmd *c)
{
	return desk_cmd_list(c,
	    &(struct desk_list){ .n = desk_log_count(c->desk),
		.line = log_row,
		.json = log_json });
}

static enum err
device_json(struct json_out *w, const struct logbook_device *d)
{
	json_put_object(w, NULL);
	json_put_hex(w, "device", d->id, sizeof d->id);
	json_put_str(w, "member", d->member, strlen(d->member));
	json_put_bool(w, "named", d->named);
	json_put_u64(w, "entries", d->kept);
	json_put_u64(w, "chain", d->next);
	json_put_u64(w, "waiting", d->waiting);
	json_put_u64(w, "odd", d->odd);
	json_put_u64(w, "bad_signatures", d->forged);
	json_put_u64(w, "without_effect", d->without);
	json_put_bool(w, "forked", d->forked);
	if (d->forked)
		json_put_u64(w, "fork", d->fork);
	json_put_object_end(w);
	return ERR_OK;
}

static enum err
device_row(struct buf *out, const struct logbook_device *d)
{
	enum err e;

	e = buf_put_fmt(
	    out, "%02x%02x%02x%02x  ", d->id[0], d->id[1], d->id[2], d->id[3]);
	if (e == ERR_OK)
		e = d->member[0] == '\0'
		    ? buf_put_str(out, d->named ? "nobody today" : "a stranger")
		    : plain_put(out, d->member, strlen(d->member));
	if (e == ERR_OK)
		e = buf_put_fmt(
		    out, "  %zu entries, %u in its chain", d->kept, d->next);
	if (e == ERR_OK && d->without > 0)
		e = buf_put_fmt(out, ", %zu without effect", d->without);
	if (e == ERR_OK && d->waiting > 0)
		e = buf_put_fmt(out, "; GAP: %zu wait for others", d->waiting);
	if (e == ERR_OK && d->odd > 0)
		e = buf_put_fmt(out, "; WRONG: %zu stand on no entry", d->odd);
	if (e == ERR_OK && d->forged > 0)
		e = buf_put_fmt(
		    out, "; FORGED: %zu were not signed by it", d->forged);
	if (e == ERR_OK && d->forked)
		e = buf_put_fmt(
		    out, "; FORK: two histories from %u on", d->fork);
	return e == ERR_OK ? buf_put_str(out, "\n") : e;
}

static enum err
verify_json(struct buf *out, const struct logbook_check *c)
{
	struct json_out w;
	enum err e;

	json_begin(&w, out);
	json_put_bool(&w, "whole", logbook_check_is_well(c));
	json_put_u64(&w, "lacks", c->lacks);
	json_put_list(&w, "devices");
	for (size_t i = 0; i < c->n; i++)
		device_json(&w, &c->list[i]);
	json_put_list_end(&w);
	if ((e = json_end(&w)) == ERR_OK)
		e = buf_put_str(out, "\n");
	return e;
}

static enum err
verify_text(struct buf *out, const struct logbook_check *c)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < c->n; i++)
		e = device_row(out, &c->list[i]);
	if (e == ERR_OK && c->lacks > 0)
		e = buf_put_fmt(out,
		    "%zu entries are named by others and not here; the next "
		    "sync asks for them.\n",
		    c->lacks);
	return e;
}

int
desk_cmd_verify(struct desk_cmd *c)
{
	struct logbook_check check = { .list = NULL };
	bool well;
	struct buf out;
	int status;
	enum err e;

	buf_init(&out, OUT_MAX);
	if ((e = logbook_check_begin(&check, c->desk)) == ERR_OK &&
	    (e = logbook_check_go(&check, c->desk, SIZE_MAX)) == ERR_OK)
		e = c->json ? verify_json(&out, &check)
			    : verify_text(&out, &check);
	status = desk_cmd_print(&out, e);
	well = logbook_check_is_well(&check);
	logbook_check_drop(&check);
	if (status == CMD_DONE && !c->json)
		puts(well ? "The log is whole: every signature holds."
			  : "The log is not whole: see above.");
	return status == CMD_DONE && !well ? CMD_FAILED : status;
}
