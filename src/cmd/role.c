#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "front/front.h"
#include "line/child.h"
#include "line/deriver.h"
#include "line/keeper.h"

#include "cmd/cmd.h"
#include "cmd/role.h"

static int
front(const char *argument)
{
	(void)argument;
	return front_main();
}

static int
desk_front(const char *argument)
{
	(void)argument;
	return front_desk_main();
}

static int
deriver(const char *argument)
{
	(void)argument;
	return deriver_main();
}

static int
keeper(const char *argument)
{
	return argument == NULL ? CMD_MISUSE : keeper_main(argument, false);
}

static int
keeper_mend(const char *argument)
{
	return argument == NULL ? CMD_MISUSE : keeper_main(argument, true);
}

static const struct {
	const char *name; /* NULL: as the role is called */
	enum role role;
	int (*run)(const char *argument);
} roles[] = {
	{ NULL, ROLE_FRONT, front },
	{ NULL, ROLE_DESK_FRONT, desk_front },
	{ NULL, ROLE_DERIVER, deriver },
	{ NULL, ROLE_KEEPER, keeper },
	{ KEEPER_MEND, ROLE_KEEPER, keeper_mend },
};

int
role_run(int argc, char **argv)
{
	const char *name = argv[1] + 1;
	enum err e;

	for (size_t i = 0; i < COUNT(roles); i++) {
		if (strcmp(name,
			roles[i].name != NULL
			    ? roles[i].name
			    : talk_role_name(roles[i].role)) != 0)
			continue;
		if ((e = child_begin(roles[i].role)) != ERR_OK) {
			log_say(e, "only `sotto serve` starts this");
			return child_status(e);
		}
		return roles[i].run(argc > 2 ? argv[2] : NULL);
	}
	return CMD_MISUSE;
}
