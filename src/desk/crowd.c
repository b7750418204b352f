#include <string.h>

#include "desk/circles.h"
#include "desk/crowd.h"
#include "desk/inside.h"

/* The beginning of its id is enough to find it by. */
static bool
find(struct desk *d, enum crowd_of what, uint8_t id[static CIRCLE_BY_BYTES])
{
	if (what == CROWD_CIRCLES)
		return circles_crowded(d, id);
	memcpy(id, d->crowd, CIRCLE_BY_BYTES);
	return d->crowded;
}

bool
crowd_is(struct desk *d, enum crowd_of what)
{
	uint8_t id[CIRCLE_BY_BYTES];

	return find(d, what, id);
}

static const char *
member_of(const struct desk *d, const uint8_t *id)
{
	const struct roster *r = d->roster;
	uint8_t is[DEVICE_ID_BYTES];

	for (size_t i = 0; i < r->devices_n; i++) {
		device_id(is, r->devices[i].key);
		if (memcmp(is, id, CIRCLE_BY_BYTES) == 0)
			return roster_member(r, r->devices[i].member)->name;
	}
	return "";
}

enum err
crowd_say(struct buf *out, const struct lang *lang, struct desk *d,
    enum crowd_of what)
{
	static const char *const says[CROWDS] = {
		[CROWD_WAITS] =
		    LANG_N("Device {1} of {2} has sent more that cannot be "
			   "taken in yet than this desk keeps of one device: "
			   "the oldest of it went. If nobody means that, "
			   "strike the device off."),
		[CROWD_CIRCLES] =
		    LANG_N("Device {1} of {2} has made as many keys of "
			   "restricted conversations as this desk keeps of "
			   "one device: no other of it is taken. If nobody "
			   "means that, strike the device off."),
	};
	const char *at = lang_text(lang, says[what]), *hole;
	uint8_t id[CIRCLE_BY_BYTES] = { 0 };
	enum err e = ERR_OK;

	(void)find(d, what, id);
	for (; e == ERR_OK && (hole = strchr(at, '{')) != NULL; at = hole + 3) {
		if ((e = buf_put(out, at, (size_t)(hole - at))) != ERR_OK)
			break;
		e = hole[1] == '1' ? buf_put_fmt(out, "%02x%02x%02x%02x", id[0],
					 id[1], id[2], id[3])
				   : buf_put_str(out, member_of(d, id));
	}
	return e == ERR_OK ? buf_put_str(out, at) : e;
}
