/* desk_unpack_file: what one desk packs for another, in a file beside the first
 * one's folder. */
#ifndef UNIT_DESK_UNPACK_FILE_H
#define UNIT_DESK_UNPACK_FILE_H

#include "desk/pack.h"
#include "desk/unpack.h"
#include "desk_two.h"

static char file[100];
static struct welcome said;

static inline enum err
nothing_to_ask(void *who, const struct welcome *w)
{
	(void)w;
	return who == NULL ? ERR_OK : ERR_CLOSED;
}

static const struct welcome_ask yes = { nothing_to_ask, NULL };

/* What `to` asks for. */
static inline void
ask_for(struct join *j, struct desk *to)
{
	struct buf note;

	buf_init(&note, JOIN_MAX);
	OK(unpack_request(to, &note) == ERR_OK);
	OK(join_read(j, note.at, note.len) == ERR_OK);
	buf_drop(&note);
}

/* `from` packs for `to`. */
static inline enum err
pack(struct desk *from, struct desk *to)
{
	struct pack_said_of packed;
	struct buf out;
	struct join j;
	enum err e;

	buf_init(&out, 64U << 20);
	ask_for(&j, to);
	if ((e = pack_give(from, &j, age_sink_buf(&out), &packed)) == ERR_OK)
		OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
	return e;
}

static inline void
pack_file(void)
{
	(void)snprintf(file, sizeof file, "%s.pack", dir);
}

#endif
