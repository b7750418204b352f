/* Files: fetched when a member wants one, and saved. */
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "desk/keep.h"
#include "desk/sync_files.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/end.h"

/* The line has it no more; does another desk of the team? */
static int
say_who_keeps(struct desk_cmd *c, const struct conv *conv)
{
	char names[KEEP_NAMES_BYTES];
	char said[KEEP_NAMES_BYTES + 160];

	keep_names(c->desk, conv, names);
	if (names[0] == '\0')
		return desk_cmd_say("The line has that file no more, and no "
				    "other desk of the team keeps it.");
	(void)snprintf(said, sizeof said,
	    "The line has that file no more. Files of this conversation are "
	    "kept by the desks of: %s. Ask there.",
	    names);
	return desk_cmd_say(said);
}

static enum err
look_up(void *with)
{
	(void)with;
	return end_is_here() ? ERR_SHORT : ERR_OK;
}

/* Fetch a file that is not here.  False: said why not. */
static bool
bring(struct desk_cmd *c, struct conv *conv, const struct said_file *f)
{
	enum err e;

	if (c->reach == NULL && !desk_cmd_reach(c))
		return false;
	end_hear();
	reach_meanwhile(c->reach, look_up, NULL);
	e = sync_fetch_file(c->desk, c->reach, conv, f);
	reach_meanwhile(c->reach, NULL, NULL);
	switch ((int)e) {
	case ERR_OK:
		break;
	case ERR_SHORT:
		(void)desk_cmd_say("Stopped. What came of it stays; the same "
				   "again goes on from there.");
		break;
	case ERR_NOTHING:
		(void)say_who_keeps(c, conv);
		break;
	case ERR_FORGED:
		(void)desk_cmd_say("What lies on the line in place of that "
				   "file does not open; it was not saved.");
		break;
	case ERR_FULL:
		(void)desk_cmd_say("This machine's disk is nearly full: make "
				   "room for the file, then save it.");
		break;
	default:
		(void)desk_cmd_failed(e, "the file could not be fetched");
	}
	return e == ERR_OK;
}

int
desk_cmd_save(struct desk_cmd *c)
{
	const struct said_file *f = NULL;
	struct conv *conv = desk_cmd_conv(c);
	char name[DESK_NAME_BYTES];
	uint64_t number;
	enum err e;

	if (conv == NULL)
		return CMD_FAILED;
	if (enc_decimal_read(
		&number, UINT32_MAX, c->args[1], strlen(c->args[1])) == ERR_OK)
		f = conv_file(conv, (unsigned)number);
	if (f == NULL)
		return desk_cmd_say("There is no file with that number in this "
				    "conversation: see show.");
	if (!desk_has_file(c->desk, f) && !bring(c, conv, f))
		return CMD_FAILED;
	e = desk_save_file(c->desk, conv, f, c->to, name);
	if (e == ERR_FORGED)
		return desk_cmd_say("That file is not what its sender says it "
				    "is; it was not saved.");
	if (e == ERR_TAKEN || e == ERR_NOTHING || e == ERR_DENIED)
		return desk_cmd_say("It cannot be saved there: name a folder "
				    "that you may write to.");
	if (e != ERR_OK)
		return desk_cmd_failed(e, "it was not saved");
	printf("%s/%s\n", c->to, name);
	return CMD_DONE;
}
