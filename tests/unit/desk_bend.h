/* desk_bend: a pack, or a welcome, that its maker (the first desk) bent, and
 * signed. */
#ifndef UNIT_DESK_BEND_H
#define UNIT_DESK_BEND_H

#include "desk_team.h"

#include "desk/packed.h"

/* For whom it is, the seeds of the one-time identities that may open it, and
 * what is made of each record: put into the writer, otherwise, or not at all.
 */
struct bend {
	const uint8_t *key;
	const struct age_recipient *to;
	const uint8_t (*seeds)[AGE_SEED_BYTES];
	size_t seeds_n;
	enum err (*pass)(struct pack_writer *w, enum pack_kind kind,
	    const uint8_t *p, size_t n);
};

struct bending {
	const struct bend *how;
	struct pack_writer *w;
};

static inline enum err
bend_sealed(void *who, const void *p, size_t n)
{
	return age_sealer_add(who, p, n);
}

static inline enum err
bend_pass(void *who, enum pack_kind kind, const uint8_t *p, size_t n)
{
	const struct bending *b = who;

	return b->how->pass(b->w, kind, p, n);
}

/* As pack_give(), of what an honest one has. */
static inline void
bend_again(const struct bend *how, const char *path, struct age_sealer *sealer)
{
	const struct pack_maker by = { .device_seed = desk->vault->device,
		.team = desk->print,
		.to = how->key,
		.roster = desk_roster(desk)->serial,
		.day = clock_day() };
	const int fd = open(path, O_RDONLY);
	struct bending b = { how, NULL };
	struct pack_reader *r = NULL;
	uint8_t hash[SHA256_BYTES];
	size_t once;

	OK(fd >= 0);
	OK(pack_writer_open(&b.w, (struct age_sink){ bend_sealed, sealer }) ==
	    ERR_OK);
	OK(pack_reader_open(
	       &r, how->key, (struct pack_taker){ bend_pass, &b }) == ERR_OK);
	OK(packed_feed_once(r, fd, how->seeds, how->seeds_n, &once) == ERR_OK);
	OK(pack_writer_end(b.w, &by, hash) == ERR_OK);
	OK(age_sealer_end(sealer) == ERR_OK);
	pack_writer_close(b.w);
	pack_reader_close(r);
	(void)close(fd);
}

/* In the place of the file at `path`. */
static inline void
bend_file(const struct bend *how, const char *path)
{
	const struct age_to to = { .recipients = how->to, .n = 1 };
	struct age_sealer *sealer = NULL;
	struct buf out;

	buf_init(&out, 64U << 20);
	OK(age_sealer_open(&sealer, &to, age_sink_buf(&out)) == ERR_OK);
	bend_again(how, path, sealer);
	OK(file_write(path, out.at, out.len, 0600) == ERR_OK);
	age_sealer_close(sealer);
	buf_drop(&out);
}

#endif
