/* desk_cmd: what the files of `sotto desk` share. */
#ifndef CMD_DESK_CMD_H
#define CMD_DESK_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "desk/desk.h"
#include "desk/reach.h"
#include "desk/sync.h"
#include "note/json.h"

#define DESK_ATTACH_MAX 31U
#define DESK_ARGS_MAX 51U /* a handle, and every member */

struct desk_cmd {
	/* As it was called. */
	const char *dir;
	const char *verb; /* NULL: the page */
	const char *args[DESK_ARGS_MAX];
	size_t args_n;
	const char *line, *desk_line, *socks, *passphrase_file, *to;
	const char *request, *code; /* --for, --code */
	const char *new_passphrase_file;
	const char *door; /* --door */
	const char *every; /* --every */
	const char *attach[DESK_ATTACH_MAX];
	size_t attach_n;
	const char *level, *byline, *label; /* of terms */
	bool json, undo, now, no_browser, give_up, draft;
	const char *accept; /* of look: what was shown */
	bool last, no_look; /* of look; of sync */
	/* While it runs. */
	struct desk *desk;
	struct reach *reach; /* NULL until desk_cmd_reach() */
};

/* Say one sentence that says what to do; returns CMD_FAILED. */
int desk_cmd_say(const char *sentence);

/* What to do about an error of talking to the line, or of the disk: whole
 * sentences; NULL for any other. */
const char *desk_cmd_todo(enum err e);

/* Say on standard error when the line has keys for so few days that it is worth
 * a word. */
void desk_cmd_warn_keys(uint32_t days);

/* Say that, or else `what` failed and why.  Returns CMD_FAILED. */
int desk_cmd_failed(enum err e, const char *what);

/* Make ready to talk to the line: the address given, or the last one that was.
 * An onion service is reached through Tor, whether that was said or not.
 * False: said why. */
bool desk_cmd_reach(struct desk_cmd *c);

/* Ask for the passphrase and open the desk in `dir`; returns a status, and has
 * said why not. */
int desk_cmd_open(struct desk **d, const char *dir, const char *passphrase_file,
    const char *prompt);

/* The conversation the first argument names; NULL: said so. */
struct conv *desk_cmd_conv(struct desk_cmd *c);

/* The second screen of its help. */
extern const char desk_cmd_more[];

/* Verbs; each returns an exit status. */
int desk_cmd_sync(struct desk_cmd *c);
int desk_cmd_inbox(struct desk_cmd *c);
int desk_cmd_show(struct desk_cmd *c);
int desk_cmd_restrict(struct desk_cmd *c);
int desk_cmd_log(struct desk_cmd *c);
int desk_cmd_reply(struct desk_cmd *c);
int desk_cmd_save(struct desk_cmd *c);
int desk_cmd_junk(struct desk_cmd *c);
int desk_cmd_delete(struct desk_cmd *c);
int desk_cmd_outcome(struct desk_cmd *c);
int desk_cmd_hold(struct desk_cmd *c);
int desk_cmd_periods(struct desk_cmd *c);
int desk_cmd_register(struct desk_cmd *c);
int desk_cmd_verify(struct desk_cmd *c);
int desk_cmd_export(struct desk_cmd *c);
int desk_cmd_pack(struct desk_cmd *c);
int desk_cmd_unpack(struct desk_cmd *c);
int desk_cmd_request(struct desk_cmd *c);
int desk_cmd_passphrase(struct desk_cmd *c);

/* desk_look.c: the line as a source sees it; and, after a sync, the look that
 * is due, and what stands of earlier ones. */
int desk_cmd_look(struct desk_cmd *c);
int desk_cmd_look_after_sync(struct desk_cmd *c);

/* desk_words.c: the team's work on one conversation. */
int desk_cmd_note(struct desk_cmd *c);
int desk_cmd_draft(struct desk_cmd *c);
int desk_cmd_assign(struct desk_cmd *c);
int desk_cmd_terms(struct desk_cmd *c);
/* Append the newest draft that is here, and take the ids of all that stand.
 * False: there is none, said so. */
struct words_ids;
bool desk_cmd_newest_draft(struct desk_cmd *c, const struct conv *conv,
    struct buf *text, struct words_ids *over);

/* All of standard input, without the newline that ends it. */
enum err desk_cmd_read_text(struct buf *text) MUST_USE;

/* What `show` and `inbox` say, piece by piece: to whom it is assigned and that
 * drafts stand; what was agreed; notes and drafts. */
void desk_cmd_json_day(struct json_out *w, const char *key, uint32_t day);
void desk_cmd_json_work(
    struct json_out *w, const struct desk *d, const struct conv *c);
enum err desk_cmd_json_words(
    struct json_out *w, const struct desk *d, const struct conv *c) MUST_USE;
enum err desk_cmd_put_work(
    struct buf *out, const struct desk *d, const struct conv *c) MUST_USE;
enum err desk_cmd_put_terms(struct buf *out, const struct conv *c) MUST_USE;
enum err desk_cmd_put_words(
    struct buf *out, const struct desk *d, const struct conv *c) MUST_USE;
void desk_cmd_json_answers(
    struct json_out *w, const struct desk *d, const struct said *s);
enum err desk_cmd_put_answers(
    struct buf *out, const struct desk *d, const struct said *s) MUST_USE;
/* Who reads a conversation, when that was ever restricted, as lines behind the
 * one that is begun; what is to be said of one letter then, before it. */
enum err desk_cmd_put_readers(
    struct buf *out, const struct desk *d, const struct conv *c) MUST_USE;
enum err desk_cmd_put_mark(struct buf *out, const struct desk *d,
    const struct conv *c, const struct said *s) MUST_USE;
void desk_cmd_json_readers(
    struct json_out *w, const struct desk *d, const struct conv *c);
void desk_cmd_json_mark(struct json_out *w, const struct desk *d,
    const struct conv *c, const struct said *s);

/* desk_tell.c: the line and the other desks.  desk_cmd_tell() gives them at
 * once what was done here, files aside; true when they were given all, else it
 * has said why not.  The verbs that others must hear of soon end with
 * desk_cmd_tell_others(), which says how that went; those that can wait with
 * desk_cmd_kept().  Both say nothing on the only desk of a team, and return an
 * exit status: what was kept is kept. */
bool desk_cmd_tell(struct desk_cmd *c);
bool desk_cmd_is_alone(const struct desk_cmd *c);
int desk_cmd_tell_others(struct desk_cmd *c);
int desk_cmd_kept(const struct desk_cmd *c);

/* Write out and drop; an exit status: an output that nobody reads is a failure.
 */
int desk_cmd_print(struct buf *out, enum err e);

/* Print each of `n` things as a line or, with --json, all as one list. */
struct desk_list {
	size_t n;
	enum err (*line)(struct buf *out, struct desk *d, size_t i);
	enum err (*json)(struct buf *out, struct desk *d, size_t i);
	const char *none; /* the line when there are none; NULL: nothing */
};
int desk_cmd_list(const struct desk_cmd *c, const struct desk_list *l);

/* Two spaces and the name that the team gave it, in quotes; or nothing. */
enum err desk_cmd_put_name(struct buf *out, const struct conv *c) MUST_USE;

/* What --json says of a conversation wherever it is listed; a day. */
void desk_cmd_json_head(
    struct json_out *w, const struct desk *d, const struct conv *c);

/* Two spaces, a word and the door's name, in a team that has several. */
enum err desk_cmd_put_door(
    struct buf *out, const struct desk *d, const struct conv *c) MUST_USE;

/* What a sync announced and destroyed, a line each. */
void desk_cmd_say_clocks(const struct clocks_report *r);

/* In a row of the inbox: that it is held, or on which day it goes. */
enum err desk_cmd_put_going(
    struct buf *out, const struct desk *d, const struct conv *c) MUST_USE;

/* How long a conversation stays: fields of --json, and lines below its
 * handle. */
struct json_out;
void desk_cmd_json_clocks(
    struct json_out *w, const struct desk *d, const struct conv *c);
enum err desk_cmd_put_clocks(
    struct buf *out, const struct desk *d, const struct conv *c) MUST_USE;

/* Append what was said in a conversation, as text. */
enum err desk_cmd_put_said(
    struct buf *out, struct desk *d, const struct said *s) MUST_USE;

#endif
