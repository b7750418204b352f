/* On which day this desk last fetched all there was. */
#include "base/clock.h"

#include "desk/inside.h"
#include "desk/sync.h"

enum err
sync_last(struct desk *d, uint32_t *day)
{
	return desk_recall_num(d, "fetched", day);
}

/* By the day, and only when it is another one: nothing finer is kept. */
enum err
sync_keep_last(struct desk *d)
{
	uint32_t day, today = clock_day();
	enum err e = sync_last(d, &day);

	if (e == ERR_OK && day == today)
		return ERR_OK;
	return e == ERR_OK || e == ERR_NOTHING
	    ? desk_remember_num(d, "fetched", today)
	    : e;
}
