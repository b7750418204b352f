#include <stdio.h>
#include <string.h>

#include "desk/pack.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/members.h"
#include "cmd/out.h"
#include "cmd/passphrase.h"

static const char *const roles[] = {
	[MEMBER_ADMIN] = "admin",
	[MEMBER_EDITOR] = "editor",
	[MEMBER_VIEWER] = "viewer",
};

const char *
members_role(enum member_role role)
{
	return roles[role];
}

bool
members_role_read(enum member_role *role, const char *name)
{
	for (size_t i = 0; i < COUNT(roles); i++)
		if (strcmp(name, roles[i]) == 0) {
			*role = (enum member_role)i;
			return true;
		}
	return false;
}

enum err
members_compare(
    const struct join_code *code, const char *given, const char *prompt)
{
	struct buf typed;
	enum err e = ERR_OK;

	buf_init(&typed, JOIN_TYPED_MAX);
	if (given != NULL)
		e = buf_put_str(&typed, given);
	else
		e = passphrase_line(&typed, prompt);
	if (e == ERR_OK || e == ERR_TOOBIG) {
		if (e == ERR_OK &&
		    join_code_is(code, (const char *)typed.at, typed.len))
			goto out;
		fputs("sotto: those are not its five words. Nothing was done. "
		      "Ask for them once more; if they stay others, somebody "
		      "exchanged the file.\n",
		    stderr);
	}
	e = ERR_CLOSED;
out:
	buf_drop(&typed);
	return e;
}

int
members_put(const struct buf *out, enum err written)
{
	if (written != ERR_OK)
		return cmd_fail(written, "it cannot be shown", NULL);
	printf("%.*s\n", (int)out->len, (const char *)out->at);
	return CMD_DONE;
}

static int
say_not_packed(enum err e)
{
	switch ((int)e) {
	case ERR_DENIED:
		fputs("sotto: a viewer's desk gives nothing on: ask an editor "
		      "or an admin.\n",
		    stderr);
		break;
	case ERR_NOTHING:
		fputs("sotto: the team's roster does not name that device "
		      "yet: an admin adds it (sotto team add), then sync.\n",
		    stderr);
		break;
	case ERR_TAKEN:
		fputs("sotto: that is this very device.\n", stderr);
		break;
	default:
		return cmd_fail(e, "the welcome cannot be written", NULL);
	}
	return CMD_FAILED;
}

static enum err
put_packed(struct buf *out, const struct pack_said_of *said, const char *to)
{
	struct json_out w;

	json_begin(&w, out);
	json_put_str(&w, "welcome", to, strlen(to));
	json_put_str(&w, "code", said->code.words, strlen(said->code.words));
	json_put_u64(&w, "conversations", said->conversations);
	json_put_u64(&w, "left-out", said->left_out);
	json_put_u64(&w, "entries", said->entries);
	json_put_u64(&w, "parts", said->parts);
	return json_end(&w);
}

static int
say_packed(const struct pack_said_of *said, const char *to, bool json)
{
	struct buf out;
	int status;

	if (json) {
		buf_init(&out, 8192);
		status = members_put(&out, put_packed(&out, said, to));
		buf_drop(&out);
		return status;
	}
	printf("%s is their welcome, with %u conversation%s. Read these five "
	       "words to them, by\nvoice or face to face:\n\n  %s\n\n",
	    to, said->conversations, said->conversations == 1 ? "" : "s",
	    said->code.words);
	if (said->left_out > 0)
		printf("%u conversation%s stayed here, which they may not "
		       "read.\n",
		    said->left_out, said->left_out == 1 ? "" : "s");
	return CMD_DONE;
}

bool
members_may(const char *to, const char *begin)
{
	const enum err e = strcmp(to, "-") == 0 ? ERR_OK : out_may(to, begin);

	if (e == ERR_TAKEN)
		(void)cmd_fail(e, to, "Name a file that is not there yet.");
	else if (e != ERR_OK)
		(void)cmd_fail(
		    e, to, "Name a file in a folder that you may write to.");
	return e == ERR_OK;
}

int
members_pack(struct desk *d, const struct join *j, const char *to, bool json)
{
	struct pack_said_of said;
	struct out out;
	int status;
	enum err e;

	out_init(&out);
	if ((e = out_open(&out, to, 0600)) != ERR_OK) {
		status = cmd_fail(
		    e, to, "Name a file in a folder that you may write to.");
	} else {
		e = pack_give(d, j, (struct age_sink){ out_put, &out }, &said);
		if (e == ERR_OK)
			e = out_done(&out);
		status = e == ERR_OK ? say_packed(&said, to, json)
				     : say_not_packed(e);
	}
	out_drop(&out);
	return status;
}
