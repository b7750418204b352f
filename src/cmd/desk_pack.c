/* `sotto desk request`, `pack` and `unpack`: one device hands over to another;
 * and `passphrase`. */
#include <stdio.h>

#include "base/file.h"
#include "desk/unpack.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/members.h"
#include "cmd/passphrase.h"

/* Its key signed the request, and the roster names the key: what an admin
 * compared once needs no other comparing. */
int
desk_cmd_pack(struct desk_cmd *c)
{
	struct join j;
	struct buf note;
	enum err e;

	buf_init(&note, JOIN_MAX);
	if ((e = file_read(&note, c->request)) == ERR_OK)
		e = join_read(&j, note.at, note.len);
	buf_drop(&note);
	if (e != ERR_OK)
		return cmd_fail(e, c->request,
		    "Name the file join-request that sotto join made.");
	if (!members_may(c->to, AGE_BEGIN))
		return CMD_FAILED;
	return members_pack(c->desk, &j, c->to, c->json);
}

int
desk_cmd_unpack(struct desk_cmd *c)
{
	return members_take(&(struct members_welcome){
	    .dir = c->dir,
	    .file = c->args[0],
	    .code = c->code,
	    .passphrase_file = c->passphrase_file,
	    .json = c->json,
	    .here = true,
	});
}

int
desk_cmd_passphrase(struct desk_cmd *c)
{
	struct buf words;
	int status = CMD_FAILED;
	enum err e;

	buf_init(&words, PASSPHRASE_MAX + 1);
	if (passphrase_new(&words, c->new_passphrase_file) != ERR_OK)
		goto out;
	e = desk_passphrase(c->desk, (const char *)words.at, words.len);
	if (e != ERR_OK) {
		status = cmd_fail(e, "the key file cannot be written",
		    "The old passphrase holds.");
		goto out;
	}
	puts("This desk has its new passphrase. Copies of its folder made "
	     "before, and backups,\nkeep theirs.");
	status = CMD_DONE;
out:
	buf_drop(&words);
	return status;
}

int
desk_cmd_request(struct desk_cmd *c)
{
	struct buf note;
	enum err e;

	if (!members_may(c->to, JOIN_BEGIN))
		return CMD_FAILED;
	buf_init(&note, JOIN_MAX);
	if ((e = unpack_request(c->desk, &note)) == ERR_OK)
		e = file_write(c->to, note.at, note.len, 0600);
	buf_drop(&note);
	if (e == ERR_DENIED)
		return desk_cmd_say("This device was struck off: begin anew "
				    "with sotto join.");
	if (e != ERR_OK)
		return cmd_fail(
		    e, c->to, "Name a file in a folder that you may write to.");
	printf("Give that file to another member whose desk is up to date. "
	       "There:\n\n"
	       "  sotto desk DIR pack --for REQUEST --to FILE\n\n"
	       "and here, with the five words that they read to you:\n\n"
	       "  sotto desk %s unpack FILE\n",
	    c->dir);
	return CMD_DONE;
}
