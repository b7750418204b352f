/*
 * desk_chance_alone: a team of one device that makes backups with its seeds, is
 * lost and made again from the last, again and again.
 *
 * What may be lost: acts after that backup, and letters sealed to chains that
 * began after it, of which the lost disk alone had the keys; where the line
 * offers such a chain, the desk puts its own pair there and goes on.
 */
#ifndef UNIT_DESK_CHANCE_ALONE_H
#define UNIT_DESK_CHANCE_ALONE_H

#include "desk_chance_kept.h"

#define MANY_ALONE 5000001U
#define ALONE_MOVES 24U

static struct {
	bool has;
	unsigned made; /* folders */
	struct ring ring; /* the backup's */
	bool lost[MANY_SAID]; /* letters */
} alone;

static inline void
alone_backup(void)
{
	const struct age_to to = {
		.words = WORDS, .words_len = sizeof WORDS - 1, .work = 4
	};
	struct pack_said_of said;
	struct buf out;

	buf_init(&out, 64U << 20);
	OK(pack_keep(desk, true, &to, age_sink_buf(&out), &said) == ERR_OK);
	OK(file_write(kept_file("alone", 0), out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
	alone.ring = desk->vault->ring;
	alone.has = true;
	say("makes a backup", &many[0], 0);
}

/* What only chains open that began after the backup. */
static inline void
note_lost_letters(void)
{
	for (unsigned i = 0; i < letters_n; i++) {
		const struct fake_row *row = &fake.rows[letters[i].row];
		bool open = false;

		for (size_t c = 0; !open && c < alone.ring.chains_n; c++)
			open = alone.ring.chains[c].chain.day > row->day ||
			    opens(&alone.ring.chains[c], row->day, row);
		alone.lost[i] |= !open;
	}
}

static inline void
alone_restore(void)
{
	const struct age_with with = { .words = WORDS,
		.words_len = sizeof WORDS - 1 };
	const struct backup_alone as = {
		.words = WORDS, .team_seed = team_seed, .today = day
	};
	struct backup_said said;
	int fd;

	if (!alone.has)
		return;
	note_lost_letters();
	desk_close(desk);
	(void)nftw(many[0].dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	(void)snprintf(
	    many[0].dir, sizeof many[0].dir, "%s-again-%u", dir, alone.made++);
	OK(mkdir(many[0].dir, 0700) == 0);
	OK((fd = open(kept_file("alone", 0), O_RDONLY)) >= 0);
	OK(backup_alone(&said, many[0].dir, &as, fd, &with) == ERR_OK);
	(void)close(fd);
	many[0].d = desk = many_open(&many[0]);
	OK(memcmp(many[0].id, desk->id, sizeof desk->id) != 0);
	know(&many[0]);
	say("is restored", &many[0], alone.made);
	/* It knows the old keys only: sync, and another backup. */
	(void)sync_it(&many[0]);
	(void)sync_it(&many[0]);
	alone_backup();
}

static inline void
alone_move(void)
{
	static void (*const acts[])(void) = { move_sync, move_letter,
		move_letter, move_reply, move_read, move_junk, move_day,
		move_weeks, move_again, alone_backup, alone_backup,
		alone_restore };

	acts[roll(COUNT(acts))]();
}

/* Every letter but those is here, nobody forked, and keys go by. */
static inline void
alone_is_whole(void)
{
	OK(sync_it(&many[0]) == ERR_OK);
	OK(report.stop == SYNC_GOES);
	nobody_forked(&many[0]);
	for (unsigned i = 0; i < letters_n; i++)
		OK(alone.lost[i] || is_gone(&many[0], letters[i].writer) ||
		    has_text(conv_with(desk, &writers[letters[i].writer]),
			letters[i].text));
}

static inline void
alone_schedule(uint64_t seed)
{
	many_begin(seed);
	memset(&line, 0, sizeof line);
	memset(&alone, 0, sizeof alone);
	memset(&also, 0, sizeof also);
	as_told = NULL;
	for (unsigned i = 0; i < ALONE_MOVES; i++)
		alone_move();
	alone_is_whole();
	set_day(day + 3);
	alone_is_whole();
	many_again(&many[0]);
	alone_is_whole();
	if (alone.has)
		(void)remove(kept_file("alone", 0));
	ring_drop(&alone.ring);
	(void)nftw(many[0].dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	many_end();
}

#endif
