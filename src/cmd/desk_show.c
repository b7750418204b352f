#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/text.h"
#include "base/wipe.h"
#include "crypt/hash.h"
#include "desk/clocks.h"
#include "desk/doors.h"
#include "desk/reply.h"
#include "desk/stand.h"
#include "desk/unentered.h"
#include "desk/view.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/plain.h"

#define OUT_MAX ((size_t)1 << 30)

/* What we say of a message stands at the left or behind two spaces, a question
 * and its answer behind four.  A source's words stay behind their margin, so
 * that none of their lines looks like one of ours (tests/cli/desk.sh). */
#define TEXT_MARGIN "    "

static void
json_files(struct json_out *w, const struct desk *d, const struct said *s)
{
	json_put_list(w, "files");
	for (size_t i = 0; i < s->files_n; i++) {
		const struct said_file *f = &s->files[i];

		if (f->is_text)
			continue;
		json_put_object(w, NULL);
		if (f->number > 0)
			json_put_u64(w, "number", f->number);
		json_put_str(w, "name", f->name, strlen(f->name));
		json_put_str(w, "type", f->type, strlen(f->type));
		json_put_u64(w, "size", f->size);
		json_put_hex(w, "sha256", f->sha256, SHA256_BYTES);
		if (!s->ours)
			json_put_bool(w, "here", desk_has_file(d, f));
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static enum err
json_said(struct json_out *w, struct desk *d, const struct conv *c,
    const struct said *s)
{
	struct buf text;
	bool cut;
	enum err e;

	buf_init(&text, REPLY_TEXT_MAX * 4);
	if ((e = desk_text(d, s, &text, &cut)) != ERR_OK)
		goto out;
	json_put_object(w, NULL);
	json_put_str(w, "from", s->ours ? "team" : "source", s->ours ? 4 : 6);
	json_put_hex(w, "id", s->id, sizeof s->id);
	desk_cmd_json_day(w, "day", s->day);
	json_put_u64(w, s->ours ? "n" : "seen", s->n);
	json_put_bool(w, "unread", s->unread);
	json_put_bool(w, "misdated", s->misdated);
	if (!s->ours)
		desk_cmd_json_day(w, "came", s->at.found);
	if (!s->ours)
		json_put_hex(w, "door_id", s->door, sizeof s->door);
	json_put_u64(w, "missing", s->missing);
	json_put_bool(w, "other_version", s->other_version);
	json_put_bool(w, "other_address", s->other_address);
	desk_cmd_json_mark(w, d, c, s);
	json_put_bool(w, "cut", cut);
	json_put_str(
	    w, "text", text.len == 0 ? "" : (const char *)text.at, text.len);
	desk_cmd_json_answers(w, d, s);
	json_files(w, d, s);
	json_put_object_end(w);
out:
	buf_drop(&text);
	return e;
}

static void
json_unentered(struct json_out *w, struct desk *d, const struct conv *c)
{
	struct unentered list[UNENTERED_SHOWN];
	const size_t n = unentered_of(d, c, list);

	json_put_list(w, "unentered");
	for (size_t i = 0; i < n; i++) {
		json_put_object(w, NULL);
		desk_cmd_json_day(w, "day", list[i].day);
		json_put_u64(w, "slot", list[i].slot);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static enum err
show_json(struct buf *out, struct desk *d, const struct conv *c)
{
	const char *level = desk_level_name((enum desk_level)c->level);
	struct json_out w;
	enum err e = ERR_OK, end;

	json_begin(&w, out);
	desk_cmd_json_head(&w, d, c);
	json_put_str(&w, "attribution", level, strlen(level));
	json_put_str(&w, "byline", c->byline, strlen(c->byline));
	json_put_str(&w, "label", c->label, strlen(c->label));
	json_put_bool(&w, "terms_missing", c->terms_lack);
	desk_cmd_json_work(&w, d, c);
	desk_cmd_json_readers(&w, d, c);
	json_put_list(&w, "letters");
	for (size_t i = 0; e == ERR_OK && i < c->said_n; i++)
		e = json_said(&w, d, c, c->said[i]);
	json_put_list_end(&w);
	json_unentered(&w, d, c);
	if (e == ERR_OK)
		e = desk_cmd_json_words(&w, d, c);
	end = json_end(&w);
	if (e == ERR_OK && (e = end) == ERR_OK)
		e = buf_put_str(out, "\n");
	return e;
}

static enum err
put_marks(struct buf *out, const struct said *s)
{
	const struct {
		bool is;
		const char *text;
	} marks[] = {
		{ s->unread, ", new" },
		{ s->other_version, ", the same message with other words" },
		{ s->other_address,
		    ", asks for answers elsewhere than before (not used)" },
	};
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < COUNT(marks); i++)
		if (marks[i].is)
			e = buf_put_str(out, marks[i].text);
	return e;
}

/* A sentence with something put in for {1}. */
static enum err
put_filled(struct buf *out, const char *sentence, const char *what)
{
	const char *hole = strstr(sentence, "{1}");

	assert(hole != NULL);
	return buf_put_fmt(out, "\n[%.*s%s%s]", (int)(hole - sentence),
	    sentence, what, hole + 3);
}

static enum err
put_standing(struct buf *out, const struct said *s)
{
	char date[CLOCK_DATE_BYTES], n[16];
	enum err e = ERR_OK;

	clock_date(date, s->day);
	(void)snprintf(n, sizeof n, "%u", s->missing);
	if (s->misdated)
		e = put_filled(out, stand_dated, date);
	if (e == ERR_OK && s->missing > 0)
		e = put_filled(out, stand_missing(s->ours), n);
	return e;
}

static enum err
put_file(struct buf *out, const struct desk *d, const struct said *s,
    const struct said_file *f)
{
	enum err e;

	if (f->is_text)
		return ERR_OK;
	if (f->number > 0)
		e = buf_put_fmt(out, "\n  File %u: ", f->number);
	else
		e = buf_put_str(out, "\n  File: ");
	if (e != ERR_OK ||
	    (e = plain_put(out, f->name, strlen(f->name))) != ERR_OK)
		return e;
	return buf_put_fmt(out, ", %llu bytes%s", (unsigned long long)f->size,
	    s->ours || desk_has_file(d, f)
		? ""
		: " (not on this desk: save fetches it)");
}

enum err
desk_cmd_put_said(struct buf *out, struct desk *d, const struct said *s)
{
	char date[CLOCK_DATE_BYTES];
	struct buf text;
	bool cut;
	enum err e;

	clock_date(date, s->misdated ? s->at.found : s->day);
	buf_init(&text, REPLY_TEXT_MAX * 4);
	if ((e = desk_text(d, s, &text, &cut)) != ERR_OK ||
	    (e = buf_put_fmt(
		 out, "%s, %s", s->ours ? "Team" : "Source", date)) != ERR_OK ||
	    (e = put_marks(out, s)) != ERR_OK ||
	    (e = put_standing(out, s)) != ERR_OK ||
	    (e = buf_put_str(out, "\n\n" TEXT_MARGIN)) != ERR_OK ||
	    (e = plain_put_under(
		 out, TEXT_MARGIN, (const char *)text.at, text.len)) != ERR_OK)
		goto out;
	if (cut)
		e = buf_put_str(out,
		    s->ours ? "\n[the rest went as a file]"
			    : "\n[the rest is not here yet]");
	if (e == ERR_OK)
		e = desk_cmd_put_answers(out, d, s);
	for (size_t i = 0; e == ERR_OK && i < s->files_n; i++)
		e = put_file(out, d, s, &s->files[i]);
	if (e == ERR_OK)
		e = buf_put_str(out, "\n\n");
out:
	buf_drop(&text);
	return e;
}

static enum err
put_unentered(struct buf *out, struct desk *d, const struct conv *c)
{
	struct unentered list[UNENTERED_SHOWN];
	const size_t n = unentered_of(d, c, list);
	enum err e;

	if (n == 0)
		return ERR_OK;
	e = unentered_say(out, lang_find("en"), list, n);
	return e == ERR_OK ? buf_put_str(out, "\n") : e;
}

static enum err
show_text(struct buf *out, struct desk *d, const struct conv *c)
{
	enum err e;

	if ((e = buf_put_str(out, c->handle)) == ERR_OK &&
	    (e = desk_cmd_put_name(out, c)) == ERR_OK &&
	    (e = desk_cmd_put_door(out, d, c)) == ERR_OK &&
	    (e = desk_cmd_put_readers(out, d, c)) == ERR_OK &&
	    (e = desk_cmd_put_work(out, d, c)) == ERR_OK &&
	    (e = buf_put_str(out, "\n")) == ERR_OK &&
	    (e = desk_cmd_put_clocks(out, d, c)) == ERR_OK &&
	    (e = desk_cmd_put_terms(out, c)) == ERR_OK)
		e = buf_put_str(out, "\n");
	for (size_t i = 0; e == ERR_OK && i < c->said_n; i++) {
		if (i == c->apart)
			e = buf_put_fmt(out, "%s\n\n%s\n\n", stand_apart,
			    stand_apart_means);
		if (e == ERR_OK &&
		    (e = desk_cmd_put_mark(out, d, c, c->said[i])) == ERR_OK)
			e = desk_cmd_put_said(out, d, c->said[i]);
	}
	if (e == ERR_OK)
		e = desk_cmd_put_words(out, d, c);
	if (e == ERR_OK)
		e = put_unentered(out, d, c);
	if (e == ERR_OK && c->outs_n > 0)
		e = buf_put_fmt(out,
		    "%zu answer%s not sent yet: run sync, or the same reply "
		    "again.\n",
		    c->outs_n, c->outs_n == 1 ? " is" : "s are");
	return e;
}

int
desk_cmd_show(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	struct buf out;
	enum err e;
	int status;

	if (conv == NULL)
		return CMD_FAILED;
	buf_init(&out, OUT_MAX);
	e = c->json ? show_json(&out, c->desk, conv)
		    : show_text(&out, c->desk, conv);
	if ((status = desk_cmd_print(&out, e)) != CMD_DONE)
		return status;
	if ((e = desk_read(c->desk, conv)) != ERR_OK)
		return desk_cmd_failed(e, "it could not be marked as read");
	return CMD_DONE;
}
