/* What was signed goes to the line and to the others at once. */
#include <stdio.h>

#include "desk/renewal.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/team_cmd.h"

void
team_cmd_tell(const struct team_cmd *c, unsigned chains)
{
	struct desk_cmd with = { .desk = c->desk,
		.line = c->line,
		.desk_line = c->desk_line,
		.socks = c->socks };
	const bool told = desk_cmd_tell(&with);

	reach_close(with.reach);
	if (c->json)
		return;
	if (renewal_waits(c->desk))
		puts("The line has still its former line key: whoever has that "
		     "can put keys of their own there\nuntil the next sync of "
		     "this desk. Do it soon: sotto desk DIR sync.");
	if (!told)
		puts(chains > 0
			? "Signed, but not in force: the next sync of this "
			  "desk gives the others their new keys,\nand the "
			  "line its recipients. Do it soon: sotto desk DIR "
			  "sync."
			: "Signed; the next sync of this desk tells the "
			  "others.");
	else if (chains > 0)
		puts("Done. The others are given their new keys, and sources "
		     "seal to them from now on.\nLet the others sync within a "
		     "week.");
	else
		puts("Done. The others hear of it when they sync.");
}
