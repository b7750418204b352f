#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "desk/clocks.h"
#include "desk/restrict.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/plain.h"

static int
failed(enum err e)
{
	switch ((int)e) {
	case ERR_DENIED:
		return desk_cmd_say("Your role in the team may not do that: "
				    "sotto team members says who is editor or "
				    "admin.");
	case ERR_TAKEN:
		return desk_cmd_say("It is held, so that nothing of it is "
				    "destroyed: an admin lets it go first, "
				    "with hold HANDLE --undo.");
	case ERR_NOTHING:
		return desk_cmd_say("Nothing is announced for it.");
	default:
		return desk_cmd_failed(e, "it was not done");
	}
}

static const char what_stays[] =
    "On the line its sealed envelopes are overwritten at a sync of an admin's "
    "desk when they are seven days old; our answers stay there for the source "
    "to read. What was saved elsewhere stays; the log and the register keep "
    "that it was deleted, and no words.\n";

static int
delete_now(struct desk_cmd *c, struct conv *conv)
{
	const enum err e = desk_delete(c->desk, conv);

	if (e != ERR_OK)
		return failed(e);
	printf("Deleted on this desk, files and keys with it%s. %s",
	    desk_cmd_is_alone(c) ? "" : ", and on every other when it syncs",
	    what_stays);
	return desk_cmd_tell_others(c);
}

int
desk_cmd_delete(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	char date[CLOCK_DATE_BYTES];
	uint32_t day;
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	if (!c->undo && restrict_is_kept(c->desk, conv))
		return desk_cmd_say("Only those who read it can delete it.");
	if (c->now)
		return delete_now(c, conv);
	if (c->undo) {
		if ((e = clocks_take_back(c->desk, conv)) != ERR_OK)
			return failed(e);
		puts("Taken back: it stays.");
		return desk_cmd_tell_others(c);
	}
	if ((e = clocks_delete(c->desk, conv, &day)) != ERR_OK)
		return failed(e);
	clock_date(date, day);
	if (day == 0)
		printf("Deleted on this desk, files and keys with it. %s",
		    what_stays);
	else
		printf("It is destroyed on every desk from %s on; until then "
		       "each of them can take it back (--undo), and a new "
		       "message of its source does too.\n",
		    date);
	return desk_cmd_tell_others(c);
}

int
desk_cmd_outcome(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	enum effect_outcome outcome;
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	if (!effect_outcome_find(&outcome, c->args[1]))
		return desk_cmd_say("That is no outcome: open, junk, "
				    "irrelevant, closed or published.");
	e = clocks_set_outcome(c->desk, conv, outcome);
	return e == ERR_OK ? desk_cmd_kept(c) : failed(e);
}

int
desk_cmd_hold(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	e = clocks_hold(c->desk, conv, !c->undo);
	return e == ERR_OK ? desk_cmd_tell_others(c) : failed(e);
}

static const char *
days_text(char out[static 32], uint32_t days)
{
	if (days == 0)
		return "for ever";
	(void)snprintf(out, 32, "%u days", days);
	return out;
}

static enum err
periods_json(struct buf *out, const struct periods *p)
{
	const struct periods_template *t = periods_same(p);
	struct json_out w;
	enum err e;

	json_begin(&w, out);
	if (t != NULL)
		json_put_str(&w, "name", t->name, strlen(t->name));
	json_put_u64(&w, "junk", p->junk);
	json_put_u64(&w, "irrelevant", p->irrelevant);
	json_put_u64(&w, "closed", p->closed);
	if ((e = json_end(&w)) == ERR_OK)
		e = buf_put_str(out, "\n");
	return e;
}

static enum err
periods_text(struct buf *out, const struct periods *p)
{
	const struct periods_template *now = periods_same(p);
	char a[32], b[32], c[32];
	enum err e;

	e = buf_put_fmt(out,
	    "junk        %s\nirrelevant  %s\nclosed      %s\n"
	    "open and published: for ever\n\n",
	    days_text(a, p->junk), days_text(b, p->irrelevant),
	    days_text(c, p->closed));
	for (size_t i = 0; e == ERR_OK && i < periods_count(); i++) {
		const struct periods_template *t = periods_at(i);

		e = buf_put_fmt(out, "%s %-13s %s\n", t == now ? "*" : " ",
		    t->name, t->means);
	}
	return e;
}

int
desk_cmd_periods(struct desk_cmd *c)
{
	const struct periods_template *t;
	struct periods p;
	struct buf out;
	enum err e;

	if (c->args_n > 0) {
		if ((t = periods_find(c->args[0])) == NULL)
			return desk_cmd_say("There is no template of that "
					    "name: periods lists them.");
		if ((e = clocks_set_periods(c->desk, &t->days)) != ERR_OK)
			return failed(e);
	}
	clocks_periods(c->desk, &p);
	buf_init(&out, 65536);
	e = c->json ? periods_json(&out, &p) : periods_text(&out, &p);
	return desk_cmd_print(&out, e);
}

static void
json_date(struct json_out *w, const char *key, uint32_t day)
{
	char date[CLOCK_DATE_BYTES];

	clock_date(date, day);
	json_put_str(w, key, date, strlen(date));
}

static enum err
register_json(struct buf *out, struct desk *d, size_t i)
{
	const struct registered_dead *r = clocks_register_at(d, i);
	const char *word = effect_outcome_word(r->outcome);
	struct json_out w;

	json_begin(&w, out);
	json_put_hex(&w, "conversation", r->id, sizeof r->id);
	json_put_str(&w, "outcome", word, strlen(word));
	json_date(&w, "first_day", r->first);
	json_date(&w, "last_day", r->last);
	json_put_u64(&w, "letters", r->letters);
	json_put_u64(&w, "files", r->files);
	json_date(&w, "destroyed", r->day);
	return json_end(&w);
}

static enum err
register_row(struct buf *out, struct desk *d, size_t i)
{
	const struct registered_dead *r = clocks_register_at(d, i);
	char first[CLOCK_DATE_BYTES], last[CLOCK_DATE_BYTES],
	    day[CLOCK_DATE_BYTES];

	clock_date(first, r->first);
	clock_date(last, r->last);
	clock_date(day, r->day);
	return buf_put_fmt(out,
	    "%s  %02x%02x%02x%02x  %-10s  %s to %s  %u message%s, "
	    "%u file%s\n",
	    day, r->id[0], r->id[1], r->id[2], r->id[3],
	    effect_outcome_word(r->outcome), first, last, r->letters,
	    r->letters == 1 ? "" : "s", r->files, r->files == 1 ? "" : "s");
}

int
desk_cmd_register(struct desk_cmd *c)
{
	return desk_cmd_list(c,
	    &(struct desk_list){ .n = clocks_register(c->desk),
		.line = register_row,
		.json = register_json,
		.none = "Nothing was destroyed so far.\n" });
}

void
desk_cmd_say_clocks(const struct clocks_report *r)
{
	if (r->announced > 0)
		printf("%u conversation%s will be destroyed in 30 days: inbox "
		       "says which.\n",
		    r->announced, r->announced == 1 ? "" : "s");
	if (r->stopped > 0)
		printf("%u %s not destroyed, because the source wrote "
		       "again.\n",
		    r->stopped, r->stopped == 1 ? "is" : "are");
	if (r->destroyed > 0)
		printf("%u conversation%s destroyed: the day had come.\n",
		    r->destroyed, r->destroyed == 1 ? " was" : "s were");
}

void
desk_cmd_json_clocks(
    struct json_out *w, const struct desk *d, const struct conv *c)
{
	const char *word;
	struct clocks_state s;

	clocks_state(d, c, &s);
	word = effect_outcome_word(s.outcome);
	json_put_str(w, "outcome", word, strlen(word));
	json_put_bool(w, "hold", s.hold);
	if (s.ends > 0)
		json_date(w, "ends", s.ends);
	if (s.goes == 0)
		return;
	json_date(w, "destroyed_on", s.goes);
	json_put_bool(w, "deletion_asked", s.asked);
	json_put_str(w, "announced_by", s.by, strlen(s.by));
}

enum err
desk_cmd_put_going(struct buf *out, const struct desk *d, const struct conv *c)
{
	char date[CLOCK_DATE_BYTES];
	struct clocks_state s;

	clocks_state(d, c, &s);
	clock_date(date, s.goes);
	if (s.hold)
		return buf_put_str(out, "  (held)");
	return s.goes == 0 ? ERR_OK
			   : buf_put_fmt(out, "  (destroyed on %s)", date);
}

static enum err
put_going(struct buf *out, const struct clocks_state *s, const char *date)
{
	enum err e;

	e = buf_put_fmt(
	    out, " It will be destroyed on %s on every desk, because ", date);
	if (e == ERR_OK && !s->asked)
		e = buf_put_str(out, "its period ends");
	if (e == ERR_OK && s->asked)
		e = plain_put(out, s->by, strlen(s->by));
	if (e == ERR_OK && s->asked)
		e = buf_put_str(
		    out, s->by[0] == '\0' ? "a member asked" : " asked");
	return e == ERR_OK ? buf_put_str(out, "; delete --undo stops that.")
			   : e;
}

enum err
desk_cmd_put_clocks(struct buf *out, const struct desk *d, const struct conv *c)
{
	char date[CLOCK_DATE_BYTES];
	struct clocks_state s;
	enum err e = ERR_OK;

	clocks_state(d, c, &s);
	if (s.outcome != OUTCOME_OPEN)
		e = buf_put_fmt(
		    out, "Outcome: %s.", effect_outcome_word(s.outcome));
	clock_date(date, s.goes > 0 ? s.goes : s.ends);
	if (e == ERR_OK && s.hold)
		e = buf_put_str(
		    out, " Held by an admin: nothing of it is destroyed.");
	else if (e == ERR_OK && s.goes > 0)
		e = put_going(out, &s, date);
	else if (e == ERR_OK && s.ends > 0)
		e = buf_put_fmt(out, " Its period ends on %s.", date);
	if (e == ERR_OK && (s.outcome != OUTCOME_OPEN || s.hold || s.goes > 0))
		e = buf_put_str(out, "\n");
	return e;
}
