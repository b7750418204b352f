#include <string.h>

#include "base/clock.h"

#include "desk/lists.h"
#include "desk/missed.h"
#include "desk/withheld.h"

static uint32_t
absent(struct desk *d, uint32_t *first, uint32_t *last)
{
	return lists_absent(d, clock_day(), first, last) ? *last - *first + 1
							 : 0;
}

static uint32_t
missed(struct desk *d)
{
	uint32_t n;

	return missed_count(d, &n) == ERR_OK ? n : 0;
}

uint32_t
withheld_n(struct desk *d, const struct sync_report *rep, enum withheld what)
{
	uint32_t first, last;

	switch ((int)what) {
	case WITHHELD_MISFIT:
		return rep == NULL ? 0 : rep->misfit;
	case WITHHELD_CHANGED:
		return rep == NULL ? 0 : rep->changed;
	case WITHHELD_ABSENT:
		return absent(d, &first, &last);
	case WITHHELD_MISSED:
		/* What a key that lacks opens may be of these. */
		return rep == NULL || rep->stop != SYNC_GOES || rep->lacking > 0
		    ? 0
		    : missed(d);
	default:
		return 0;
	}
}

/* {1} is how many, {2} the first day, {3} the last. */
static const char *const says[WITHHELD_ALL] = {
	[WITHHELD_MISFIT] = LANG_N(
	    "The line has closed days of which it does not list what it says "
	    "that there is: {1}, the first of {2}. It keeps something back, so "
	    "the keys of those days stay here. Have the server looked at; if "
	    "nothing helps, the command sync --give-up lets them go."),
	[WITHHELD_CHANGED] = LANG_N(
	    "The line has changed days that it had closed: {1}. It had kept "
	    "something back, which this desk has now, or it was restored from "
	    "a copy. Ask who runs it."),
	[WITHHELD_ABSENT] = LANG_N(
	    "The line has nothing of days on which this desk had not fetched, "
	    "from {2} to {3}: it was off, keeps things for less long than this "
	    "desk was away, or keeps something back. Another desk may have "
	    "what came then: ask it for a pack, as the page of the team says."),
	[WITHHELD_MISSED] = LANG_N(
	    "Others of the team have read messages that never came to this "
	    "desk: {1}. The line had them no more, gave this desk something "
	    "else, or their sources took them back in between. Ask one who has "
	    "them for a pack, as the page of the team says."),
};

static enum err
fill(struct buf *out, char hole, uint32_t n, const uint32_t days[static 2])
{
	char date[CLOCK_DATE_BYTES];

	if (hole == '1')
		return buf_put_fmt(out, "%u", n);
	clock_date(date, days[hole - '2']);
	return buf_put_str(out, date);
}

enum err
withheld_say(struct buf *out, const struct lang *lang, struct desk *d,
    const struct sync_report *rep, enum withheld what)
{
	const uint32_t n = withheld_n(d, rep, what);
	uint32_t days[2] = { 0, 0 };
	const char *at = lang_text(lang, says[what]), *hole;
	enum err e = n > 0 ? ERR_OK : ERR_NOTHING;

	if (what == WITHHELD_ABSENT)
		(void)absent(d, &days[0], &days[1]);
	else if (rep != NULL)
		days[0] = rep->misfit_since;
	for (; e == ERR_OK && (hole = strchr(at, '{')) != NULL; at = hole + 3)
		if ((e = buf_put(out, at, (size_t)(hole - at))) == ERR_OK)
			e = fill(out, hole[1], n, days);
	return e == ERR_OK ? buf_put_str(out, at) : e;
}
