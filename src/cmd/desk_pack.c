/* `sotto desk pack` and `unpack`: one device hands over to another. */
#include "base/file.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/members.h"

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
	});
}
