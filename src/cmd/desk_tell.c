/* What was done on one desk goes to the line and to the others at once. */
#include <stdio.h>

#include "desk/renewal.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"

bool
desk_cmd_tell(struct desk_cmd *c)
{
	struct sync_report r = { .stop = SYNC_GOES };
	enum err e;

	if (c->reach == NULL && !desk_cmd_reach(c))
		return false;
	e = sync_words(c->desk, c->reach, &r);
	desk_cmd_say_clocks(&r.clocks);
	if (r.uncertified)
		(void)desk_cmd_say(renewal_text(RENEWAL_REFUSED));
	if (r.outrun)
		(void)desk_cmd_say(renewal_text(RENEWAL_OUTRUN));
	if (e == ERR_OK && r.stop == SYNC_GOES)
		return true;
	if (e == ERR_OK)
		(void)desk_cmd_say(sync_stop_text(r.stop));
	else
		(void)desk_cmd_failed(e, "the line was not told everything");
	return false;
}

bool
desk_cmd_is_alone(const struct desk_cmd *c)
{
	return desk_roster(c->desk)->devices_n <= 1;
}

int
desk_cmd_tell_others(struct desk_cmd *c)
{
	if (desk_cmd_is_alone(c))
		return CMD_DONE;
	if (desk_cmd_tell(c))
		puts("The line has it: the others hear of it when they sync.");
	else
		printf("The others cannot hear of it yet; tell them soon: "
		       "sotto desk %s sync\n",
		    c->dir);
	return CMD_DONE;
}

int
desk_cmd_kept(const struct desk_cmd *c)
{
	if (!desk_cmd_is_alone(c))
		puts("Kept; the next sync of this desk gives it to the "
		     "others.");
	return CMD_DONE;
}
