/* team_cmd: what the files of `sotto team` share. */
#ifndef CMD_TEAM_CMD_H
#define CMD_TEAM_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/file.h"
#include "desk/desk.h"
#include "team/safe.h"

#define TEAM_WORDS_MAX 4U

struct team_cmd {
	/* As it was called. */
	const char *words[TEAM_WORDS_MAX];
	size_t words_n;
	const char *to, *passphrase_file, *new_passphrase_file;
	const char *desk_passphrase_file, *role, *name, *member, *code;
	const char *doors[KEY_NOTE_DOORS];
	size_t doors_n;
	const char *readers;
	const char *line, *desk_line, *socks;
	bool json, undo;
	bool renews; /* another line key goes with it */
	/* While it runs. */
	struct safe_about about;
	struct key *seed; /* guarded, zeros until it is opened */
	struct desk *desk;
	struct roster *next; /* the roster that is made */
	bool keepers_as_said; /* none is named besides */
};

/* Say one sentence that says what to do; returns CMD_FAILED. */
int team_cmd_say(const char *sentence);

/* Write "dir/name"; false: said that it is too long. */
bool team_cmd_path(
    char out[static FILE_PATH_MAX], const char *dir, const char *name);

/* Read into `c->about` what is known of the key in `dir`, ask the passphrase
 * and open the key, which must be the one that `about` says.  False: said why.
 */
bool team_cmd_open(struct team_cmd *c, const char *dir);

/* Ask for a new passphrase and seal the key with it into the file at `path`, in
 * place of what is there.  False: said why. */
bool team_cmd_seal(struct team_cmd *c, const char *path);

/* Write `c->about` into `dir`. */
enum err team_cmd_put_about(const struct team_cmd *c, const char *dir) MUST_USE;

/* Verbs; each returns an exit status. */
int team_cmd_split(struct team_cmd *c);
int team_cmd_recover(struct team_cmd *c);
int team_cmd_add(struct team_cmd *c);
int team_cmd_role(struct team_cmd *c);
int team_cmd_renew(struct team_cmd *c);
int team_cmd_door(struct team_cmd *c);
int team_cmd_leave(struct team_cmd *c);
int team_cmd_keeper(struct team_cmd *c);
int team_cmd_open_door(struct team_cmd *c);
int team_cmd_say_door(struct team_cmd *c);
int team_cmd_close_door(struct team_cmd *c);
int team_cmd_members(struct team_cmd *c);

/* Open desk and team key, the first two words, and begin the next roster in
 * c->next.  False: said why. */
bool team_cmd_begin(struct team_cmd *c);

/* Sign what was made of it, `e` saying whether it could be, and say what comes
 * next; an exit status. */
int team_cmd_end(struct team_cmd *c, enum err e);

/* Tell the others and the line at once what was signed, `chains` new ones being
 * part of it; say, unless with --json, what was done, and what the next sync
 * has still to do. */
void team_cmd_tell(const struct team_cmd *c, unsigned chains);

/* Open the desk in the folder that the first word names.  False: said why. */
bool team_cmd_open_desk(struct team_cmd *c);

#endif
