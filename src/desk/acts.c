#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hash.h"
#include "note/json.h"

#include "desk/clocks.h"
#include "desk/inside.h"

#define READ_AT_ONCE 200U

/* One entry for up to READ_AT_ONCE letters from said[*from] on, which are read
 * then; *from moves behind them. */
static enum err
read_at_once(struct desk *d, struct conv *c, size_t *from, size_t to)
{
	uint8_t marks[READ_AT_ONCE][REGISTER_MARK_BYTES];
	struct json_out w;
	struct buf body;
	size_t end = *from;
	unsigned n = 0;
	enum err e;

	for (; end < to && n < READ_AT_ONCE; end++) {
		if (!c->said[end]->unread)
			continue;
		e = register_mark(marks[n++], c, c->said[end], d->vault->salt);
		if (e != ERR_OK)
			return e;
	}
	log_begin(&w, &body);
	json_put_hex(&w, "conversation", c->id, sizeof c->id);
	json_put_list(&w, "letters");
	for (unsigned i = 0; i < n; i++)
		json_put_hex(&w, NULL, marks[i], sizeof marks[i]);
	json_put_list_end(&w);
	if ((e = log_end(&w, d, "read", &body)) == ERR_OK)
		*from = end;
	return e;
}

enum err
desk_read_some(struct desk *d, struct conv *c, size_t from, size_t to)
{
	enum err e = ERR_OK;

	/* Who was struck off looks at what is here, and says so to nobody. */
	if (roster_device(d->roster, d->id) == NULL)
		return ERR_OK;
	while (e == ERR_OK) {
		while (from < to && !c->said[from]->unread)
			from++;
		if (from == to)
			break;
		e = read_at_once(d, c, &from, to);
	}
	return e;
}

enum err
desk_read(struct desk *d, struct conv *c)
{
	return desk_read_some(d, c, 0, c->said_n);
}

enum err
desk_set_junk(struct desk *d, struct conv *c, bool junk)
{
	if (c->junk == junk)
		return ERR_OK;
	return clocks_set_outcome(d, c, junk ? OUTCOME_JUNK : OUTCOME_OPEN);
}
