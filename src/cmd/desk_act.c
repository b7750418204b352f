#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/text.h"
#include "desk/crowd.h"
#include "desk/keep.h"
#include "desk/look.h"
#include "desk/readers.h"
#include "desk/renewal.h"
#include "desk/reply.h"
#include "desk/rosters.h"
#include "desk/sync_keys.h"
#include "desk/unentered.h"
#include "desk/withheld.h"
#include "desk/words.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/end.h"
#include "cmd/plain.h"

#define TEXT_FILE_MAX ((size_t)8 << 20)

static void
warn_unserved(const struct sync_report *r)
{
	char date[CLOCK_DATE_BYTES];

	if (r->unserved == 0)
		return;
	clock_date(date, r->unserved_since);
	fprintf(stderr,
	    "sotto: The line names %u envelope%s of days gone by (the first of "
	    "%s) and does not give %s, so the keys of those days stay on this "
	    "desk. Have the server looked at; if nothing helps, sync --give-up "
	    "lets them go.\n",
	    r->unserved, r->unserved == 1 ? "" : "s", date,
	    r->unserved == 1 ? "it" : "them");
}

static void
warn_unclosed(const struct sync_report *r)
{
	char date[CLOCK_DATE_BYTES];

	if (r->unclosed == 0)
		return;
	clock_date(date, r->unclosed_since);
	fprintf(stderr,
	    "sotto: The line keeps %u day%s open (the first of them %s) that "
	    "%s over, so the keys of those days stay on this desk. Have the "
	    "server looked at; if nothing helps, sync --give-up lets them "
	    "go.\n",
	    r->unclosed, r->unclosed == 1 ? "" : "s", date,
	    r->unclosed == 1 ? "is" : "are");
}

/* A sentence in which {1} may stand for a number. */
static void
say_number(const char *text, uint32_t n)
{
	const char *hole = strstr(text, "{1}");

	if (hole != NULL)
		fprintf(stderr, "sotto: %.*s%u%s\n", (int)(hole - text), text,
		    n, hole + 3);
	else
		fprintf(stderr, "sotto: %s\n", text);
}

/* At the protocol's 21, 7 and 2 days, and when there are none. */
void
desk_cmd_warn_keys(uint32_t days)
{
	const char *text = sync_keys_text(days);

	if (text != NULL)
		say_number(text, days);
}

/* Members' names are strangers' text too. */
static void
say_plain(const struct buf *say)
{
	struct buf out;

	buf_init(&out, 8192);
	if (plain_put(&out, (const char *)say->at, say->len) == ERR_OK)
		fprintf(stderr, "sotto: %.*s\n", (int)out.len,
		    (const char *)out.at);
	buf_drop(&out);
}

/* Said whatever else stops a sync. */
static void
warn_others(struct desk *d, const struct sync_report *r)
{
	const struct lang *english = lang_find("en");
	struct rosters_two two;
	struct buf say;
	unsigned n;

	buf_init(&say, 4096);
	if (rosters_are_two(d, &two) &&
	    rosters_say(&say, english, &two) == ERR_OK)
		say_plain(&say);
	for (unsigned i = 0; i < CROWDS; i++) {
		buf_clear(&say);
		if (crowd_is(d, (enum crowd_of)i) &&
		    crowd_say(&say, english, d, (enum crowd_of)i) == ERR_OK)
			say_plain(&say);
	}
	for (unsigned i = 0; i < WITHHELD_ALL; i++) {
		buf_clear(&say);
		if (withheld_say(&say, english, d, r, (enum withheld)i) ==
		    ERR_OK)
			say_plain(&say);
	}
	buf_drop(&say);
	n = unentered_count(d);
	if (n > 0)
		fprintf(stderr,
		    "sotto: %u conversation%s answers on the line that nobody "
		    "of the team has entered: see show.\n",
		    n, n == 1 ? " has" : "s have");
}

static void
warn_files(const struct sync_report *r)
{
	if (r->files_full)
		say_number(keep_full_text, r->files_wait);
	if (r->files_gone > 0)
		fprintf(stderr,
		    "sotto: %u file%s that this desk should keep never came, "
		    "and the line has %s no more: taken back by their "
		    "sources, or kept too short.\n",
		    r->files_gone, r->files_gone == 1 ? "" : "s",
		    r->files_gone == 1 ? "it" : "them");
}

static void
warn(const struct sync_report *r)
{
	desk_cmd_warn_keys(r->key_days);
	if (r->lacking > 0)
		fprintf(stderr,
		    "sotto: New keys of the team have not come to this desk "
		    "(%u). It has asked for them: let an admin's desk sync, "
		    "and then this one.\n",
		    r->lacking);
	if (r->roster_days <= ROSTER_SOON)
		fprintf(stderr,
		    "sotto: What the team key signed of the team's members "
		    "holds for %u more days. An admin signs it again: sotto "
		    "team renew.\n",
		    r->roster_days);
	if (r->certificate_days <= RENEWAL_SOON)
		say_number(renewal_text(RENEWAL_ENDS), r->certificate_days);
	if (r->uncertified)
		say_number(renewal_text(RENEWAL_REFUSED), 0);
	if (r->outrun)
		say_number(renewal_text(RENEWAL_OUTRUN), 0);
	if (r->refused > 0)
		fprintf(stderr,
		    "sotto: %u envelope%s opened but not to be believed; not "
		    "shown.\n",
		    r->refused, r->refused == 1 ? " was" : "s were");
	warn_unserved(r);
	warn_unclosed(r);
	warn_files(r);
	if (r->odd_questions)
		fputs("sotto: The line's questions cannot be read; what "
		      "sources answer is shown with what they said before, or "
		      "their short names. Look at the line's settings.\n",
		    stderr);
	if (r->waiting > 0)
		fprintf(stderr,
		    "sotto: %u answer%s with files still to be sent: run the "
		    "same reply again.\n",
		    r->waiting, r->waiting == 1 ? " is" : "s are");
}

static int
report_json(struct desk *d, const struct sync_report *r)
{
	struct look_news news = { .found = 0 };
	struct rosters_two two;
	struct json_out w;
	struct buf out;
	enum err e;

	buf_init(&out, 4096);
	json_begin(&w, &out);
	json_put_u64(&w, "letters", r->letters);
	json_put_u64(&w, "files", r->files);
	json_put_u64(&w, "files_wait", r->files_wait);
	json_put_u64(&w, "files_gone", r->files_gone);
	json_put_bool(&w, "files_full", r->files_full);
	json_put_u64(&w, "files_bytes", keep_bytes(d));
	json_put_bool(&w, "keepers_lack", keep_lacks(d));
	json_put_u64(&w, "refused", r->refused);
	json_put_u64(&w, "unserved", r->unserved);
	json_put_u64(&w, "unclosed", r->unclosed);
	json_put_u64(&w, "misfit", withheld_n(d, r, WITHHELD_MISFIT));
	json_put_u64(&w, "changed", withheld_n(d, r, WITHHELD_CHANGED));
	json_put_u64(&w, "absent", withheld_n(d, r, WITHHELD_ABSENT));
	json_put_u64(&w, "missed", withheld_n(d, r, WITHHELD_MISSED));
	json_put_u64(&w, "sent", r->sent);
	json_put_u64(&w, "waiting", r->waiting);
	json_put_u64(&w, "finished_days", r->finished);
	json_put_u64(&w, "cleared", r->cleared);
	json_put_u64(&w, "lacking", r->lacking);
	json_put_u64(&w, "announced", r->clocks.announced);
	json_put_u64(&w, "stopped", r->clocks.stopped);
	json_put_u64(&w, "destroyed", r->clocks.destroyed);
	json_put_u64(&w, "key_days", r->key_days);
	json_put_u64(&w, "certificate_days", r->certificate_days);
	json_put_u64(&w, "roster_days", r->roster_days);
	if (rosters_are_two(d, &two)) {
		json_put_u64(&w, "two_rosters", two.serial);
		json_put_str(&w, "roster_by", two.ours, strlen(two.ours));
		json_put_str(
		    &w, "other_roster_by", two.other, strlen(two.other));
	}
	json_put_u64(&w, "unentered", unentered_count(d));
	json_put_bool(&w, "crowded", crowd_is(d, CROWD_WAITS));
	json_put_bool(&w, "circles_crowded", crowd_is(d, CROWD_CIRCLES));
	json_put_bool(&w, "odd_questions", r->odd_questions);
	json_put_bool(&w, "renewed", r->renewed);
	if (look_news(d, &news) == ERR_OK) {
		json_put_u64(&w, "look_differences", news.found);
		json_put_bool(&w, "look_fails", news.failing != 0);
	}
	json_put_bool(&w, "certified", r->certified);
	json_put_bool(&w, "uncertified", r->uncertified);
	json_put_bool(&w, "outrun", r->outrun);
	if ((e = json_end(&w)) == ERR_OK &&
	    (e = buf_put_str(&out, "\n")) == ERR_OK)
		e = file_write_fd(1, out.at, out.len);
	buf_drop(&out);
	return e == ERR_OK ? CMD_DONE : cmd_fail(e, "the report", NULL);
}

/* While the line is waited for and between two letters: how far it is, on a
 * terminal, and whether we are told to end. */
static enum err
look_up(void *with)
{
	static uint64_t said_at;
	const struct sync_report *r = with;

	if (end_is_here())
		return ERR_SHORT;
	if (isatty(2) && r->all > 0 && clock_ms() - said_at >= 250) {
		said_at = clock_ms();
		fprintf(stderr, "\rlooked at %u of %u, %u new", r->looked,
		    r->all, r->letters);
	}
	return ERR_OK;
}

static int
stopped(const struct sync_report *r)
{
	fprintf(stderr,
	    "sotto: Stopped. %u new message%s came and stay%s; sync goes on "
	    "from there.\n",
	    r->letters, r->letters == 1 ? "" : "s", r->letters == 1 ? "s" : "");
	return CMD_FAILED;
}

static int
say_report(const struct sync_report *r)
{
	printf("%u new message%s, %u file%s.\n", r->letters,
	    r->letters == 1 ? "" : "s", r->files, r->files == 1 ? "" : "s");
	desk_cmd_say_clocks(&r->clocks);
	if (r->cleared > 0)
		printf("%u envelope%s of what was deleted went from the "
		       "line.\n",
		    r->cleared, r->cleared == 1 ? "" : "s");
	return CMD_DONE;
}

/* Files are not all here: what is new comes first, and then more of them. */
static enum err
sync_on(struct desk_cmd *c, struct sync_report *r)
{
	const struct sync_report had = *r;
	const enum err e = sync_run(c->desk, c->reach, r);

	r->letters += had.letters;
	r->files += had.files;
	r->refused += had.refused;
	r->sent += had.sent;
	r->finished += had.finished;
	r->cleared += had.cleared;
	r->clocks.announced += had.clocks.announced;
	r->clocks.stopped += had.clocks.stopped;
	r->clocks.destroyed += had.clocks.destroyed;
	r->renewed |= had.renewed;
	return e;
}

int
desk_cmd_sync(struct desk_cmd *c)
{
	struct sync_report r = { .stop = SYNC_GOES };
	int status;
	enum err e;

	if (!desk_cmd_reach(c))
		return CMD_FAILED;
	end_hear();
	reach_meanwhile(c->reach, look_up, &r);
	e = c->give_up ? sync_give_up(c->desk, c->reach, &r)
		       : sync_run(c->desk, c->reach, &r);
	while (e == ERR_OK && r.files_wait > 0 && !r.files_full)
		e = sync_on(c, &r);
	reach_meanwhile(c->reach, NULL, NULL);
	if (isatty(2) && r.all > 0)
		fputs("\r\33[K", stderr);
	if (e != ERR_OK && end_is_here())
		return stopped(&r);
	warn_others(c->desk, &r);
	if (e == ERR_OK && r.stop != SYNC_GOES)
		return desk_cmd_say(sync_stop_text(r.stop));
	if (e != ERR_OK)
		return desk_cmd_failed(e, "not everything could be fetched");
	warn(&r);
	if (keep_lacks(c->desk))
		say_number(keep_lacks_text, 0);
	status = c->json ? report_json(c->desk, &r) : say_report(&r);
	return status == CMD_DONE ? desk_cmd_look_after_sync(c) : status;
}

enum err
desk_cmd_read_text(struct buf *text)
{
	enum err e = file_read_fd(text, 0);

	while (e == ERR_OK && text->len > 0 &&
	    (text->at[text->len - 1] == '\n' ||
		text->at[text->len - 1] == '\r'))
		text->len--;
	return e;
}

/* What is wrong with an answer that was read so; NULL. */
static const char *
wrong_text(const struct buf *text, enum err e)
{
	if (e == ERR_TOOBIG || text->len > REPLY_TEXT_MAX)
		return "The answer is longer than 400,000 bytes: send the rest "
		       "as a file, with --attach.";
	if (e != ERR_OK)
		return "The answer cannot be read: give it on standard input, "
		       "as in < answer.txt.";
	if (!text_is_utf8((const char *)text->at, text->len))
		return "The answer is not text in UTF-8: send it as a file, "
		       "with --attach.";
	if (text_is_blank((const char *)text->at, text->len))
		return "There is no text on standard input: an answer wants "
		       "one, as in < answer.txt.";
	return NULL;
}

/* Nobody shall have to guess whether to send it again. */
static const char *
where_it_is(const struct reply_report *rep)
{
	if (!rep->kept)
		return "Nothing was sent this time and nothing kept: send the "
		       "answer again.";
	if (rep->parts > 0)
		return "The answer is begun and waits: send the same again, "
		       "with the same files.";
	return "The answer is kept on this desk and goes with the next sync.";
}

static int
say_both(const char *why, const char *where)
{
	fprintf(stderr, "sotto: %s %s\n", why, where);
	return CMD_FAILED;
}

static int
reply_failed(
    const struct desk_cmd *c, enum err e, const struct reply_report *rep)
{
	if (rep->bad_path < c->attach_n) {
		fprintf(stderr,
		    "sotto: %s cannot be sent: %s. Name a plain file that you "
		    "may read.\n",
		    c->attach[rep->bad_path], err_text(e));
		return CMD_FAILED;
	}
	if (rep->elsewhere)
		return desk_cmd_say(reply_elsewhere);
	switch ((int)e) {
	case ERR_FULL:
		return say_both(
		    "All sixteen places for answers of today are taken, or "
		    "the line is full: tomorrow there is room again.",
		    where_it_is(rep));
	case ERR_SHORT:
		return desk_cmd_say("A file became shorter while it was sent: "
				    "send the answer again.");
	case ERR_FORMAT:
		return say_both("What answers at that address is no line of "
				"this version, or was cut off: check it.",
		    where_it_is(rep));
	case ERR_NOKEY:
		return desk_cmd_say("This source cannot be answered: what its "
				    "messages give to seal answers to is no "
				    "key.");
	default:
		if (desk_cmd_todo(e) == NULL)
			return cmd_fail(
			    e, "the answer did not go", where_it_is(rep));
		return say_both(desk_cmd_todo(e), where_it_is(rep));
	}
}

int
desk_cmd_reply(struct desk_cmd *c)
{
	struct reply what = { .paths = c->attach, .paths_n = c->attach_n };
	struct conv *conv = desk_cmd_conv(c);
	struct words_ids over = { .n = 0 };
	struct reply_report rep;
	struct buf text;
	const char *wrong;
	int status = CMD_FAILED;
	enum err e;

	buf_init(&text, REPLY_TEXT_MAX + 2);
	if (conv == NULL ||
	    (c->draft && !desk_cmd_newest_draft(c, conv, &text, &over)))
		goto out;
	if ((wrong = readers_silent(c->desk, conv)) != NULL ||
	    (!c->draft &&
		(wrong = wrong_text(&text, desk_cmd_read_text(&text))) !=
		    NULL)) {
		status = desk_cmd_say(wrong);
		goto out;
	}
	if (!desk_cmd_reach(c))
		goto out;
	what.text = (const char *)text.at;
	what.n = text.len;
	what.over = (const uint8_t(*)[EFFECT_ID_BYTES])over.id;
	what.over_n = over.n;
	e = reply_send(c->desk, c->reach, conv, &what, &rep);
	if (e != ERR_OK)
		status = reply_failed(c, e, &rep);
	else if (rep.stop != SYNC_GOES)
		status = say_both(sync_stop_text(rep.stop), where_it_is(&rep));
	else {
		printf("Sent to %s.\n", conv->handle);
		status = CMD_DONE;
	}
out:
	buf_drop(&text);
	return status;
}

int
desk_cmd_junk(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	if ((e = desk_set_junk(c->desk, conv, !c->undo)) != ERR_OK)
		return e == ERR_DENIED
		    ? desk_cmd_say("Your role in the team may not do that: an "
				   "editor or an admin may.")
		    : desk_cmd_failed(e, "it was not marked");
	return desk_cmd_kept(c);
}

/* One file of an export: DIR/FOLDER/NAME. */
static enum err
write_out(const char *dir, const char *name, const void *p, size_t n)
{
	char path[FILE_PATH_MAX];
	enum err e;

	if ((e = file_path(path, sizeof path, dir, name)) != ERR_OK)
		return e;
	return file_make(path, p, n, 0600);
}

static enum err
export_files(
    struct desk *d, struct conv *conv, const char *dir, unsigned *lacks)
{
	char name[DESK_NAME_BYTES];
	const struct said_file *f;
	enum err e = ERR_OK;

	for (unsigned n = 1; (f = conv_file(conv, n)) != NULL; n++) {
		e = desk_save_file(d, conv, f, dir, name);
		/* What is not here is named in the letter's text. */
		*lacks += e == ERR_MISSING;
		if (e != ERR_OK && e != ERR_MISSING && e != ERR_FORGED)
			return e;
	}
	return ERR_OK;
}

static enum err
export_conv(struct desk *d, struct conv *conv, const char *dir, unsigned *lacks)
{
	char folder[FILE_PATH_MAX], name[64], date[CLOCK_DATE_BYTES];
	struct buf text;
	enum err e;

	/* Two writers with the same words have two folders. */
	(void)snprintf(name, sizeof name, "%s", conv->handle);
	e = file_path(folder, sizeof folder, dir, name);
	for (unsigned k = 2; e == ERR_OK && file_is_there(folder); k++) {
		(void)snprintf(name, sizeof name, "%s-%u", conv->handle, k);
		e = file_path(folder, sizeof folder, dir, name);
	}
	if (e != ERR_OK || (e = file_make_dir(folder)) != ERR_OK)
		return e;
	buf_init(&text, TEXT_FILE_MAX);
	for (size_t i = 0; e == ERR_OK && i < conv->said_n; i++) {
		clock_date(date, conv->said[i]->day);
		(void)snprintf(name, sizeof name, "%04zu-%s-%s.txt", i + 1,
		    date, conv->said[i]->ours ? "team" : "source");
		buf_clear(&text);
		if ((e = desk_cmd_put_said(&text, d, conv->said[i])) == ERR_OK)
			e = write_out(folder, name, text.at, text.len);
	}
	buf_drop(&text);
	return e == ERR_OK ? export_files(d, conv, folder, lacks) : e;
}

static enum err
export_log(const struct desk *d, const char *dir)
{
	char folder[FILE_PATH_MAX], name[32];
	struct teamlog_line line;
	enum err e;

	if ((e = file_path(folder, sizeof folder, dir, "log")) != ERR_OK ||
	    (e = file_make_dir(folder)) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < desk_log_count(d); i++) {
		desk_log_at(d, i, &line);
		(void)snprintf(name, sizeof name, "%06zu.note", i);
		e = write_out(folder, name, line.note, line.note_len);
	}
	return e;
}

int
desk_cmd_export(struct desk_cmd *c)
{
	unsigned lacks = 0;
	enum err e;

	if ((e = file_make_dir(c->to)) != ERR_OK)
		return e == ERR_TAKEN
		    ? desk_cmd_say("Something is there already: name a folder "
				   "that is to be made.")
		    : desk_cmd_say("That folder cannot be made: name one where "
				   "you may write.");
	for (size_t i = 0; e == ERR_OK && i < desk_count(c->desk); i++)
		e = export_conv(c->desk, desk_at(c->desk, i), c->to, &lacks);
	if (e == ERR_OK)
		e = export_log(c->desk, c->to);
	if (e != ERR_OK)
		return desk_cmd_failed(e, "not everything was written out");
	printf("%zu conversation%s and the log, readable by anybody: guard "
	       "%s.\n",
	    desk_count(c->desk), desk_count(c->desk) == 1 ? "" : "s", c->to);
	if (lacks > 0)
		printf("%u file%s not on this desk and not in it: save "
		       "fetches one, as long as the line has it.\n",
		    lacks, lacks == 1 ? " is" : "s are");
	return CMD_DONE;
}
