/*
 * A line that is given another line key by its team: certificate and key note
 * as one, or not at all.
 */
#include "disk.h"
#include "line_live.h"
#include "team/offer.h"

static const uint8_t second_key[32] = { 12 }, third_key[32] = { 13 },
		     other_team[32] = { 14 };

/* What somebody offers. */
struct offering {
	const char *why;
	const uint8_t
	    *team; /* who signs the certificate; NULL: there is none */
	uint32_t serial; /* of the certificate */
	const uint8_t *key; /* the line key that it names */
	const uint8_t *by; /* who signs the key note */
	uint32_t note; /* its serial */
	bool other_line, ended, open_end;
	enum err is;
};

static void
make(struct buf *out, const struct offering *o)
{
	struct certificate c = { .serial = o->serial,
		.until = clock_day() + (o->ended ? 0 : 400) - 1 };

	buf_init(out, TALK_NOTE_MAX);
	if (o->team != NULL) {
		memcpy(c.line, line_id, sizeof c.line);
		c.line[0] ^= o->other_line;
		sign_public(c.key, o->key);
		OK(certificate_write(out, &c, o->team) == ERR_OK);
		OK(buf_put_str(out, o->open_end ? "-\n" : "--\n") == ERR_OK);
	}
	put_note(out, o->note, o->by);
}

static enum err
offer(const struct offering *o)
{
	struct buf b;
	enum err e;

	make(&b, o);
	e = offer_bytes(&b);
	if (e != o->is && o->why != NULL)
		fprintf(stderr, "%s: %s\n", o->why, err_name(e));
	buf_drop(&b);
	return e;
}

/* Rows that change nothing, wherever they stand. */
static void
refuse(const struct offering *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		OK(offer(&rows[i]) == rows[i].is);
}

static void
only_the_teams_certificate_with_a_higher_serial_changes_the_line_key(void)
{
	static const struct offering wrong[] = {
		{ "signed by another team", other_team, 2, second_key,
		    second_key, 9, false, false, false, ERR_DENIED },
		{ "signed by the line key", line_seed, 2, second_key,
		    second_key, 9, false, false, false, ERR_DENIED },
		{ "of another line", team_seed, 2, second_key, second_key, 9,
		    true, false, false, ERR_DENIED },
		{ "the serial that stands, another key", team_seed, 1,
		    second_key, second_key, 9, false, false, false, ERR_TAKEN },
		{ "an older serial", team_seed, 0, second_key, second_key, 9,
		    false, false, false, ERR_EXPIRED },
		{ "it has ended", team_seed, 2, second_key, second_key, 9,
		    false, true, false, ERR_EXPIRED },
		{ "a note under the old key", team_seed, 2, second_key,
		    line_seed, 9, false, false, false, ERR_FORGED },
		{ "a note that is not newer", team_seed, 2, second_key,
		    second_key, 1, false, false, false, ERR_EXPIRED },
		{ "not cut", team_seed, 2, second_key, second_key, 9, false,
		    false, true, ERR_VERSION },
		{ "a note that leaves no serial", NULL, 0, NULL, line_seed,
		    UINT32_MAX, false, false, false, ERR_DENIED },
		{ "the new key alone", NULL, 0, NULL, second_key, 9, false,
		    false, false, ERR_FORGED },
	};
	struct offering good = { "right", team_seed, 2, second_key, second_key,
		2, false, false, false, ERR_OK };

	refuse(wrong, COUNT(wrong));
	OK(offer(&good) == ERR_OK);
}

static void
the_line_key_before_never_puts_a_note_again(void)
{
	static const struct offering wrong[] = {
		{ "a note of the old key", NULL, 0, NULL, line_seed, 99, false,
		    false, false, ERR_FORGED },
		{ "the old certificate with it", team_seed, 1, line_seed,
		    line_seed, 99, false, false, false, ERR_EXPIRED },
		{ "the new certificate, the old key's note", team_seed, 2,
		    second_key, line_seed, 99, false, false, false,
		    ERR_FORGED },
	};
	static const struct offering good = { "a note of the new key", NULL, 0,
		NULL, second_key, 3, false, false, false, ERR_OK };
	static const struct offering again = { "and its certificate again",
		team_seed, 2, second_key, second_key, 4, false, false, false,
		ERR_OK };

	refuse(wrong, COUNT(wrong));
	OK(offer(&good) == ERR_OK);
	refuse(wrong, COUNT(wrong));
	OK(offer(&again) == ERR_OK);
	/* Whoever starts it again has the same. */
	OK(stop() == 0);
	OK(start());
	until_it_answers();
	refuse(wrong, COUNT(wrong));
}

/* In the warden: it dies at its n-th change of the disk from then on. */
static unsigned die_at;

static void
ready_to_die(const char *listen, const char *listen_desk)
{
	ready(listen, listen_desk);
	disk_die = true;
	disk_countdown = die_at;
}

/* The line, or what is left of it, ends; another is started. */
static void
begin_again(unsigned at)
{
	const uint64_t until = clock_ms() + 30000;
	int status;

	(void)close(front);
	(void)close(desk);
	front = desk = -1;
	(void)kill(warden, SIGTERM);
	OK(waitpid(warden, &status, 0) == warden);
	die_at = at;
	line_ready = at == 0 ? ready : ready_to_die;
	/* A keeper that has not ended yet has the folder. */
	while (!start()) {
		OK(waitpid(warden, &status, 0) == warden);
		OK(clock_ms() < until);
		clock_sleep(20);
	}
	until_it_answers();
}

static void
at_every_write_the_old_or_the_new_stands_whole(void)
{
	const uint8_t *was = second_key, *now = third_key;
	uint32_t serial = 3, note = 10;
	unsigned at, old = 0, new = 0;
	bool done = false;

	for (at = 1; !done; at++) {
		struct offering o = { NULL, team_seed, serial, now, now, note,
			false, false, false, ERR_OK };
		const struct offering by_old = { NULL, NULL, 0, NULL, was,
			note + 1, false, false, false, ERR_OK };
		const struct offering by_new = { NULL, NULL, 0, NULL, now,
			note + 2, false, false, false, ERR_OK };
		enum err e;

		begin_again(at);
		done = offer(&o) == ERR_OK;
		begin_again(0);
		/* Exactly one of the two keys speaks. */
		if ((e = offer(&by_old)) == ERR_OK) {
			old++;
			OK(!done);
			OK(offer(&by_new) == ERR_FORGED);
		} else {
			new ++;
			OK(e == ERR_FORGED);
			OK(offer(&by_new) == ERR_OK);
			serial++;
			now = was;
			was = was == second_key ? third_key : second_key;
		}
		note += 10;
		OK(at < 40);
	}
	OK(old > 0 && new > 1);
}

static void
tests(void)
{
	line_up();
	T(only_the_teams_certificate_with_a_higher_serial_changes_the_line_key)
	T(the_line_key_before_never_puts_a_note_again)
	T(at_every_write_the_old_or_the_new_stands_whole)
	OK(stop() == 0);
}

int
main(int argc, char **argv)
{
	return role_or(argc, argv, tests);
}
