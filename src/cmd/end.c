#include <signal.h>

#include "cmd/end.h"

static volatile sig_atomic_t ended;

static void
end(int signal)
{
	(void)signal;
	ended = 1;
}

void
end_hear(void)
{
	struct sigaction act = { .sa_handler = end };

	(void)sigemptyset(&act.sa_mask);
	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
	(void)sigaction(SIGHUP, &act, NULL);
}

bool
end_is_here(void)
{
	return ended != 0;
}
