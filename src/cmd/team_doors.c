/* The ways in: opened, called otherwise, closed. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "crypt/crypt.h"
#include "desk/doors.h"
#include "team/roster_edit.h"

#include "cmd/cmd.h"
#include "cmd/team_cmd.h"

/* They stand on pages. */
static bool
is_plain(const char *text, size_t least, size_t most)
{
	const size_t n = strlen(text);

	return n >= least && n <= most && text_is_line(text, n) &&
	    (n == 0 || (text[0] != ' ' && text[n - 1] != ' '));
}

/* False: said why. */
static bool
are_plain(const char *name, const char *says)
{
	if (name != NULL && !is_plain(name, 1, DOOR_NAME_MAX)) {
		(void)team_cmd_say("a door's name must be 1 to 100 bytes of "
				   "plain text.");
		return false;
	}
	if (says != NULL && !is_plain(says, 0, DOOR_READERS_MAX)) {
		(void)team_cmd_say("--readers must be at most 500 bytes of "
				   "plain text.");
		return false;
	}
	return true;
}

static void
fill_door(struct roster_door *door, const struct team_cmd *c)
{
	const char *says = c->readers == NULL ? "" : c->readers;

	memcpy(door->name, c->words[2], strlen(c->words[2]));
	memcpy(door->says, says, strlen(says));
	door->readers_n = 1;
	memcpy(door->readers[0], desk_about(c->desk)->member, MEMBER_ID_BYTES);
	/* Zeros are the log's. */
	do
		crypt_random(door->id, sizeof door->id);
	while (door->id[0] == 0 || roster_door(c->next, door->id) != NULL);
}

int
team_cmd_open_door(struct team_cmd *c)
{
	struct roster_door door = { .readers_n = 0 };
	enum err e;
	int status;

	if (!are_plain(c->words[2], c->readers) || !team_cmd_begin(c))
		return CMD_FAILED;
	fill_door(&door, c);
	e = roster_open_door(c->next, &door, clock_day());
	if (e == ERR_TAKEN)
		return team_cmd_say("a door is called so already: see sotto "
				    "team members.");
	if (e == ERR_TOOBIG)
		return team_cmd_say("a line has four doors at most, and a "
				    "closed one keeps its place for 402 days, "
				    "until all that came through it is gone.");
	if ((status = team_cmd_end(c, e)) == CMD_DONE)
		puts("Only you read there: let others in with sotto team "
		     "door.");
	return status;
}

/* The door that the third word names; NULL: said so. */
static const struct roster_door *
third(const struct team_cmd *c)
{
	const struct roster_door *door = doors_named(c->next, c->words[2]);

	if (door == NULL)
		(void)team_cmd_say("there is no such door: see sotto team "
				   "members.");
	return door;
}

int
team_cmd_say_door(struct team_cmd *c)
{
	const struct roster_door *door;

	if ((c->name == NULL && c->readers == NULL) || c->member != NULL ||
	    c->doors_n > 0)
		return cmd_misuse(
		    &cmd_team, "rename wants --name, --readers or both");
	if (!are_plain(c->name, c->readers) || !team_cmd_begin(c) ||
	    (door = third(c)) == NULL)
		return CMD_FAILED;
	return team_cmd_end(
	    c, roster_say_door(c->next, door->id, c->name, c->readers));
}

int
team_cmd_close_door(struct team_cmd *c)
{
	const struct roster_door *door;
	enum err e;
	int status;

	if (!team_cmd_begin(c) || (door = third(c)) == NULL)
		return CMD_FAILED;
	e = roster_close_door(c->next, door->id, c->undo ? 0 : clock_day());
	if (e == ERR_DENIED)
		return team_cmd_say("it is the only open door: open another "
				    "first.");
	if ((status = team_cmd_end(c, e)) == CMD_DONE && !c->undo)
		puts("Who reads there can still open and answer what came "
		     "through it.");
	return status;
}
