/* What members say to each other: the verbs note, draft, assign and terms, and
 * what show and inbox say of it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "desk/members.h"
#include "desk/view.h"
#include "desk/words.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/plain.h"

/* As in desk_show.c: no line of a text looks like one of ours. */
#define TEXT_MARGIN "    "

static int
failed(enum err e)
{
	switch ((int)e) {
	case ERR_DENIED:
		return desk_cmd_say(
		    "A viewer may write notes, and no drafts; who answers, "
		    "assigns and agrees terms is an editor.");
	case ERR_TOOBIG:
		return desk_cmd_say("That is too long: a note takes 20,000 "
				    "bytes, a draft 400,000, a byline 100 and "
				    "a description 300.");
	case ERR_FORMAT:
		return desk_cmd_say("That is no text in UTF-8, or there is "
				    "nothing but space in it.");
	default:
		return desk_cmd_failed(e, "it was not kept");
	}
}

int
desk_cmd_note(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	struct buf text;
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	buf_init(&text, WORDS_NOTE_MAX + 2);
	if ((e = desk_cmd_read_text(&text)) == ERR_OK)
		e = desk_say_note(
		    c->desk, conv, (const char *)text.at, text.len);
	buf_drop(&text);
	if (e != ERR_OK)
		return failed(e);
	puts("Kept; the next sync of this desk gives it to the others, and the "
	     "source never sees it.");
	return CMD_DONE;
}

bool
desk_cmd_newest_draft(struct desk_cmd *c, const struct conv *conv,
    struct buf *text, struct words_ids *over)
{
	struct desk_words list[WORDS_DRAFTS];
	enum err e = ERR_MISSING;

	over->n = desk_drafts(c->desk, conv, list);
	for (size_t i = 0; i < over->n; i++)
		memcpy(over->id[i], list[i].entry->id, sizeof over->id[i]);
	for (size_t i = 0; e == ERR_MISSING && i < over->n; i++)
		e = desk_words_text(c->desk, conv, &list[i], text);
	if (e == ERR_OK)
		return true;
	(void)(e == ERR_MISSING
		? desk_cmd_say("No draft stands here: write one with sotto "
			       "desk DIR draft HANDLE < TEXT.")
		: failed(e));
	return false;
}

static const char *
name_of(const struct desk *d, const struct desk_words *w)
{
	const char *name = desk_device_name(d, w->entry->device);

	return name == NULL ? "somebody unknown" : name;
}

/* "Night desk, after the message of 2026-03-05:" and the text. */
static enum err
put_one(struct buf *out, const struct desk *d, const struct conv *c,
    const struct desk_words *w)
{
	const char *name = name_of(d, w);
	const uint32_t day = desk_words_day(c, w);
	char date[CLOCK_DATE_BYTES];
	struct buf text;
	enum err e;

	buf_init(&text, WORDS_DRAFT_MAX);
	if ((e = plain_put_under(out, TEXT_MARGIN, name, strlen(name))) !=
	    ERR_OK)
		goto out;
	clock_date(date, day);
	if (day != 0 &&
	    (e = buf_put_fmt(out, ", after the message of %s", date)) != ERR_OK)
		goto out;
	e = desk_words_text(d, c, w, &text);
	if (e == ERR_MISSING)
		e = buf_put_str(out, "\n[its words have not come here yet]");
	else if (e == ERR_OK &&
	    (e = buf_put_str(out, "\n\n" TEXT_MARGIN)) == ERR_OK)
		e = plain_put_under(
		    out, TEXT_MARGIN, (const char *)text.at, text.len);
	if (e == ERR_OK)
		e = buf_put_str(out, "\n\n");
out:
	buf_drop(&text);
	return e;
}

static enum err
put_drafts(struct buf *out, const struct desk *d, const struct conv *c)
{
	struct desk_words list[WORDS_DRAFTS];
	const size_t n = desk_drafts(d, c, list);
	enum err e = ERR_OK;

	if (n > 0)
		e = buf_put_str(out,
		    n == 1 ? "Draft of an answer, not sent\n\n"
			   : "Drafts of an answer, not sent, the newest "
			     "first\n\n");
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = put_one(out, d, c, &list[i]);
	return e;
}

enum err
desk_cmd_put_words(struct buf *out, const struct desk *d, const struct conv *c)
{
	struct desk_words w;
	uint32_t at = 0;
	bool any = false;
	enum err e = ERR_OK;

	while (e == ERR_OK && desk_next_note(d, c, &at, &w)) {
		if (!any)
			e = buf_put_str(out,
			    "Notes of the team, never sent to the source\n\n");
		any = true;
		if (e == ERR_OK)
			e = put_one(out, d, c, &w);
	}
	return e == ERR_OK ? put_drafts(out, d, c) : e;
}

static int
show_drafts(struct desk_cmd *c, const struct conv *conv)
{
	struct buf out;
	enum err e;

	buf_init(&out, SIZE_MAX / 4);
	if ((e = put_drafts(&out, c->desk, conv)) == ERR_OK)
		e = out.len == 0 ? buf_put_str(&out, "No draft stands here.\n")
				 : ERR_OK;
	if (e == ERR_OK)
		e = file_write_fd(1, out.at, out.len);
	buf_drop(&out);
	return e == ERR_OK ? CMD_DONE : failed(e);
}

/* This member's drafts, whose place what is written now takes: what others
 * wrote stays until somebody looked. */
static void
own_drafts(const struct desk_cmd *c, const struct conv *conv, bool all,
    struct words_ids *over)
{
	struct desk_words list[WORDS_DRAFTS];
	const size_t n = desk_drafts(c->desk, conv, list);

	for (size_t i = 0; i < n; i++)
		if (all || desk_words_are_ours(c->desk, &list[i]))
			memcpy(over->id[over->n++], list[i].entry->id,
			    sizeof over->id[0]);
}

static int
said_of_drafts(const struct desk_cmd *c, const struct conv *conv)
{
	struct desk_words list[WORDS_DRAFTS];
	const size_t n = desk_drafts(c->desk, conv, list);

	if (n > 1)
		printf("Kept. %zu drafts stand side by side: sotto desk DIR "
		       "draft %s shows them.\n",
		    n, conv->handle);
	else
		puts("Kept; the next sync of this desk gives it to the "
		     "others.");
	return CMD_DONE;
}

/* Without text: show. */
int
desk_cmd_draft(struct desk_cmd *c)
{
	struct conv *conv = desk_cmd_conv(c);
	struct words_ids over = { .n = 0 };
	struct buf text;
	enum err e = ERR_OK;
	int status;

	if (conv == NULL)
		return CMD_FAILED;
	own_drafts(c, conv, c->undo, &over);
	if (c->undo) {
		e = desk_draft(c->desk, conv, "", 0, &over);
		return e == ERR_OK ? CMD_DONE : failed(e);
	}
	buf_init(&text, WORDS_DRAFT_MAX + 2);
	if (isatty(0) == 0)
		e = desk_cmd_read_text(&text);
	if (e == ERR_OK && text.len == 0) {
		buf_drop(&text);
		return show_drafts(c, conv);
	}
	if (e == ERR_OK)
		e = desk_draft(
		    c->desk, conv, (const char *)text.at, text.len, &over);
	status = e == ERR_OK ? said_of_drafts(c, conv) : failed(e);
	buf_drop(&text);
	return status;
}

/* A member by name; of two with one name, neither. */
static const struct roster_member *
member_by(const struct desk *d, const char *name)
{
	const struct roster *r = desk_roster(d);
	const struct roster_member *found = NULL;

	for (size_t i = 0; i < r->members_n; i++) {
		if (strcmp(r->members[i].name, name) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = &r->members[i];
	}
	return found;
}

int
desk_cmd_assign(struct desk_cmd *c)
{
	uint8_t ids[DESK_ARGS_MAX][MEMBER_ID_BYTES];
	struct conv *conv = desk_cmd_conv(c);
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	for (size_t i = 1; i < c->args_n; i++) {
		const struct roster_member *m = member_by(c->desk, c->args[i]);

		if (m == NULL)
			return desk_cmd_say(
			    "There is no one member of that name: see sotto "
			    "team members DIR.");
		memcpy(ids[i - 1], m->id, sizeof ids[0]);
	}
	e = desk_assign(c->desk, conv, (const uint8_t(*)[MEMBER_ID_BYTES])ids,
	    c->args_n - 1);
	return e == ERR_OK ? desk_cmd_kept(c) : failed(e);
}

int
desk_cmd_terms(struct desk_cmd *c)
{
	const enum desk_level level =
	    desk_level_find(c->level, strlen(c->level));
	struct conv *conv = desk_cmd_conv(c);
	const char *byline, *label;
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	if (level == DESK_LEVEL_COUNT)
		return desk_cmd_say(
		    "The level is one of none, off_record, deep_background, "
		    "background and on_record.");
	if (conv->terms_lack && (c->byline == NULL || c->label == NULL))
		return desk_cmd_say(
		    "What was agreed has not come here whole: sync first, or "
		    "say both --byline and --label.");
	byline = c->byline == NULL ? conv->byline : c->byline;
	label = c->label == NULL ? conv->label : c->label;
	e = desk_set_terms(c->desk, conv, level, byline, label);
	return e == ERR_OK ? desk_cmd_kept(c) : failed(e);
}

static const char *
assigned_name(const struct desk *d, const uint8_t *id)
{
	const char *name = desk_member_name(d, id);

	return name == NULL ? "a former member" : name;
}

enum err
desk_cmd_put_work(struct buf *out, const struct desk *d, const struct conv *c)
{
	const uint8_t(*members)[MEMBER_ID_BYTES];
	const size_t n = desk_assigned(d, c, &members);
	struct desk_words list[WORDS_DRAFTS];
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		const char *name = assigned_name(d, members[i]);

		if ((e = buf_put_str(out, i == 0 ? "  for " : ", ")) == ERR_OK)
			e = plain_put(out, name, strlen(name));
	}
	if (e == ERR_OK && desk_drafts(d, c, list) > 0)
		e = buf_put_str(out, "  (a draft stands)");
	return e;
}

static enum err
put_term(struct buf *out, const char *what, const char *text)
{
	enum err e;

	if (text[0] == '\0')
		return ERR_OK;
	if ((e = buf_put_fmt(out, "; %s \"", what)) != ERR_OK ||
	    (e = plain_put(out, text, strlen(text))) != ERR_OK)
		return e;
	return buf_put_str(out, "\"");
}

enum err
desk_cmd_put_terms(struct buf *out, const struct conv *c)
{
	enum err e;

	if (c->level == DESK_LEVEL_NONE && !c->terms_lack &&
	    c->byline[0] == '\0' && c->label[0] == '\0')
		return ERR_OK;
	if ((e = buf_put_fmt(out, "Promised: %s",
		 desk_level_name((enum desk_level)c->level))) != ERR_OK ||
	    (e = put_term(out, "byline", c->byline)) != ERR_OK ||
	    (e = put_term(out, "described as", c->label)) != ERR_OK)
		return e;
	return buf_put_str(out,
	    c->terms_lack ? " [its words have not come here yet]\n" : "\n");
}

void
desk_cmd_json_work(
    struct json_out *w, const struct desk *d, const struct conv *c)
{
	const uint8_t(*members)[MEMBER_ID_BYTES];
	const size_t n = desk_assigned(d, c, &members);
	struct desk_words list[WORDS_DRAFTS];

	json_put_list(w, "assigned");
	for (size_t i = 0; i < n; i++) {
		const char *name = desk_member_name(d, members[i]);

		json_put_object(w, NULL);
		json_put_hex(w, "member", members[i], MEMBER_ID_BYTES);
		if (name != NULL)
			json_put_str(w, "name", name, strlen(name));
		json_put_object_end(w);
	}
	json_put_list_end(w);
	json_put_bool(w, "mine", desk_is_mine(d, c));
	json_put_u64(w, "drafts_standing", desk_drafts(d, c, list));
}

static enum err
json_one(struct json_out *w, const struct desk *d, const struct conv *c,
    const struct desk_words *o)
{
	const char *name = desk_device_name(d, o->entry->device);
	const uint32_t day = desk_words_day(c, o);
	struct buf text;
	enum err e;

	buf_init(&text, WORDS_DRAFT_MAX);
	e = desk_words_text(d, c, o, &text);
	json_put_object(w, NULL);
	json_put_hex(w, "id", o->entry->id, EFFECT_ID_BYTES);
	json_put_hex(w, "device", o->entry->device, DEVICE_ID_BYTES);
	if (name != NULL)
		json_put_str(w, "by", name, strlen(name));
	if (day != 0)
		desk_cmd_json_day(w, "after", day);
	if (e == ERR_OK)
		json_put_str(w, "text", (const char *)text.at, text.len);
	json_put_object_end(w);
	buf_drop(&text);
	return e == ERR_MISSING ? ERR_OK : e;
}

enum err
desk_cmd_json_words(
    struct json_out *w, const struct desk *d, const struct conv *c)
{
	struct desk_words list[WORDS_DRAFTS], one;
	const size_t n = desk_drafts(d, c, list);
	uint32_t at = 0;
	enum err e = ERR_OK;

	json_put_list(w, "notes");
	while (e == ERR_OK && desk_next_note(d, c, &at, &one))
		e = json_one(w, d, c, &one);
	json_put_list_end(w);
	json_put_list(w, "drafts");
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = json_one(w, d, c, &list[i]);
	json_put_list_end(w);
	return e;
}
