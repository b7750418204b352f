#include "base/clock.h"
#include "base/log.h"
#include "base/work.h"
#include "os/process.h"
#include "os/wipe_malloc.h"

#include "line/child.h"
#include "line/said.h"

static struct channel *to_warden; /* borrowed */
static enum role we;

enum err
child_begin(enum role role)
{
	enum err e;

	log_as(talk_role_name(role));
	if ((e = process_begin()) != ERR_OK ||
	    (e = sandbox_prepare()) != ERR_OK)
		return e;
	wipe_malloc_on();
	clock_init();
	work_init();
	return ERR_OK;
}

enum err
child_warden(struct channel **warden)
{
	return channel_open(warden, PROCESS_CHANNEL_FD);
}

enum err
child_hear(struct channel *warden, enum role role, struct talk *talk)
{
	return talk_receive_wait(
	    warden, ROLE_WARDEN, role, talk, CHILD_START_MS);
}

static void
say(const char *sentence, enum err e)
{
	struct talk t = talk_of(TALK_SAID, 0);

	t.status = e;
	t.count = said_number(sentence);
	/* Without a warden there is nobody to tell. */
	if (talk_send(to_warden, we, ROLE_WARDEN, &t) != ERR_OK)
		log_through(NULL);
}

void
child_parted(void)
{
	if (to_warden != NULL)
		log_through(NULL);
	to_warden = NULL;
}

enum err
child_ready(
    struct channel *warden, enum role role, const struct child_sandbox *sandbox)
{
	const struct talk ready = talk_of(TALK_READY, 0);
	enum err e;

	process_trim();
	if ((e = process_mute()) != ERR_OK)
		return e;
	to_warden = warden;
	we = role;
	log_through(say);
	e = sandbox_enter(sandbox->which, &sandbox->paths);
	return e == ERR_OK ? talk_send(warden, role, ROLE_WARDEN, &ready) : e;
}

int
child_status(enum err e)
{
	if (e == ERR_SANDBOX)
		return CHILD_NO_SANDBOX;
	return e == ERR_OK || e == ERR_CLOSED ? 0 : 1;
}
