/* What a desk asks of the log: what lacks, what comes next, what is new. */
#include "teamlog_one.h"

static void
an_entry_that_cites_what_is_withheld_waits_and_names_it(void)
{
	struct teamlog_lack lack[4];
	size_t n;

	start();
	make_by(0, 2, 0);
	made_cite(&made[1], &made[0]);
	OK(made_end(&made[1], &hands[3], "given-up", GIVEN) == ERR_OK);
	make_by(2, 3, 1);
	add(2);
	OK(stands(2) == TEAMLOG_GAP && line_of(2).lacks);
	add(1);
	OK(stands(1) == TEAMLOG_CITES && line_of(1).lacks);
	OK(memcmp(line_of(1).waits_for, made[0].hash, 16) == 0);
	OK(stands(2) == TEAMLOG_GAP && !line_of(2).lacks);
	OK(memcmp(line_of(2).waits_for, made[1].hash, 16) == 0);
	OK(teamlog_lacks(team, lack, 4, &n) == ERR_OK && n == 1);
	OK(memcmp(lack[0].name, made[0].hash, 16) == 0);
	OK(memcmp(lack[0].from, hands[3].id, DEVICE_ID_BYTES) == 0);
	OK(!teamlog_has(team, made[0].hash));
	/* Meanwhile all others go on. */
	next_by(4, 0, "junk", JUNK);
	OK(stands(4) == TEAMLOG_EFFECT);
	add(0);
	OK(stands(0) == TEAMLOG_EFFECT && stands(1) == TEAMLOG_EFFECT &&
	    stands(2) == TEAMLOG_EFFECT);
	OK(teamlog_lacks(team, lack, 4, &n) == ERR_OK && n == 0);
	end();
}

/* 0, 1 and 2 are a chain that another's 3 stands beside; 4 cites both, 5 behind
 * it is asked for by who came to 0 alone. */
static void
what_stands_behind_an_entry_is_told_to_who_does_not_know_it(void)
{
	uint8_t names[8][TEAMLOG_NAME_BYTES];

	start();
	for (unsigned i = 0; i < 3; i++)
		next_by(i, 2, "junk", JUNK);
	make_by(3, 3, 3);
	add(3);
	next_by(4, 4, "junk", JUNK);
	next_by(5, 4, "junk", JUNK);
	made_cite(&made[6], &made[0]);
	OK(made_end(&made[6], &hands[0], "junk", JUNK) == ERR_OK);
	OK(teamlog_behind(team, made[5].hash, made[6].hash, names, 8) == 0);
	add(6);
	OK(teamlog_behind(team, made[5].hash, made[6].hash, names, 8) == 4);
	OK(memcmp(names[0], made[4].hash, 16) == 0);
	OK(memcmp(names[1], made[2].hash, 16) == 0);
	OK(memcmp(names[2], made[1].hash, 16) == 0);
	OK(memcmp(names[3], made[3].hash, 16) == 0);
	/* The newest, when that is all there is room for. */
	OK(teamlog_behind(team, made[5].hash, made[6].hash, names, 2) == 2);
	OK(memcmp(names[1], made[2].hash, 16) == 0);
	/* Nothing of what the one who asks has cited, or is not here. */
	OK(teamlog_behind(team, made[0].hash, made[6].hash, names, 8) == 0);
	OK(teamlog_behind(team, made[7].hash, made[6].hash, names, 8) == 0);
	end();
}

static void
one_device_cannot_bury_what_others_lack(void)
{
	struct teamlog_lack lack[20];
	size_t n;

	start();
	for (unsigned i = 0; i < 16; i++)
		memset(made[0].entry.heads[i], (int)i + 1, 16);
	made[0].entry.heads_n = 16;
	OK(made_end(&made[0], &hands[2], "given-up", GIVEN) == ERR_OK);
	memset(made[1].entry.heads[0], 0xff, 16);
	made[1].entry.heads_n = 1;
	OK(made_end(&made[1], &hands[3], "given-up", GIVEN) == ERR_OK);
	add(0);
	add(1);
	OK(teamlog_lacks(team, lack, 2, &n) == ERR_OK && n == 17);
	OK(lack[0].name[0] == 1 && lack[1].name[0] == 0xff);
	OK(memcmp(lack[1].from, hands[3].id, DEVICE_ID_BYTES) == 0);
	end();
}

static void
a_desk_whose_own_entries_are_ahead_of_it_does_not_write(void)
{
	start();
	make_by(0, 2, 0);
	make_by(1, 2, 0);
	add(1);
	OK(made_next(&made[3], team, &hands[2], "junk", JUNK) == ERR_MISSING);
	add(0);
	next_by(4, 2, "junk", JUNK);
	OK(made[4].entry.number == 2 && made[4].entry.heads_n == 0);
	OK(made_next(&made[5], team, &hands[6], "junk", JUNK) == ERR_NOKEY);
	end();
}

/* Each new entry cites what has changed since, once. */
static void
the_next_entry_cites_what_is_new(void)
{
	start();
	next_by(0, 0, "junk", JUNK);
	OK(made[0].entry.heads_n == 0 && made[0].entry.lamport == 1);
	next_by(1, 1, "junk", JUNK);
	OK(made[1].entry.heads_n == 1 && made[1].entry.lamport == 2);
	next_by(2, 1, "junk", JUNK);
	OK(made[2].entry.heads_n == 0 && made[2].entry.lamport == 3);
	next_by(3, 2, "junk", JUNK);
	OK(made[3].entry.heads_n == 2 && made[3].entry.lamport == 4);
	/* The greatest lamport first. */
	OK(memcmp(made[3].entry.heads[0], made[2].hash, 16) == 0);
	OK(memcmp(made[3].entry.heads[1], made[0].hash, 16) == 0);
	next_by(4, 0, "junk", JUNK);
	OK(made[4].entry.heads_n == 2 && made[4].entry.number == 1);
	next_by(5, 2, "junk", JUNK);
	OK(made[5].entry.heads_n == 1);
	OK(memcmp(made[5].entry.heads[0], made[4].hash, 16) == 0);
	end();
}

static void
a_view_hears_whether_it_may_go_on(void)
{
	struct teamlog_cursor at = { .done = 0 };
	struct teamlog_line line;

	start();
	OK(teamlog_news(team, &at) == TEAMLOG_NONE);
	make_by(0, 2, 0);
	make_by(1, 2, 0);
	make_by(2, 3, 2);
	add(1);
	OK(teamlog_news(team, &at) == TEAMLOG_NONE); /* it waits */
	add(0);
	OK(teamlog_news(team, &at) == TEAMLOG_LATER);
	OK(teamlog_take(team, &at, &line) && line.number == 0);
	OK(teamlog_take(team, &at, &line) && line.number == 1);
	OK(!teamlog_take(team, &at, &line));
	OK(teamlog_news(team, &at) == TEAMLOG_NONE);
	add(2); /* of lamport 1: before what the view has */
	OK(teamlog_news(team, &at) == TEAMLOG_AMONG);
	OK(teamlog_take(team, &at, &line) && line.lamport == 1);
	OK(teamlog_news(team, &at) == TEAMLOG_NONE);
	made_behind(&made[3], &made[0]);
	OK(made_end(&made[3], &hands[2], "junk", JUNK) == ERR_OK);
	add(3); /* a fork: number 1 holds no longer */
	OK(teamlog_news(team, &at) == TEAMLOG_AGAIN);
	OK(!teamlog_take(team, &at, &line));
	teamlog_cursor_now(team, &at);
	OK(teamlog_news(team, &at) == TEAMLOG_NONE);
	end();
}

static void
a_long_chain_that_comes_backwards_is_delivered(void)
{
	static struct made chain[1500];
	uint8_t one[SHA256_BYTES], other[SHA256_BYTES];
	struct teamlog *first = team;

	start();
	first = team;
	for (unsigned i = 0; i < COUNT(chain); i++) {
		made_init(&chain[i]);
		OK(made_next(&chain[i], first, &hands[i % 2], "junk", JUNK) ==
		    ERR_OK);
		OK(teamlog_add_kept(
		       first, chain[i].note.at, chain[i].note.len) == ERR_OK);
	}
	team = teamlog_open();
	OK(team != NULL && teamlog_roster(team, &roster) == ERR_OK);
	for (unsigned i = COUNT(chain); i-- > 0;)
		OK(teamlog_add_kept(
		       team, chain[i].note.at, chain[i].note.len) == ERR_OK);
	OK(teamlog_digest(first, one) == ERR_OK);
	OK(teamlog_digest(team, other) == ERR_OK);
	OK(memcmp(one, other, sizeof one) == 0);
	teamlog_close(first);
	for (unsigned i = 0; i < COUNT(chain); i++)
		made_drop(&chain[i]);
	end();
}

/* All that asks for memory, once; what failed is tried again at the end. */
static enum err
all_once(struct teamlog *l)
{
	uint8_t digest[SHA256_BYTES];
	struct teamlog_lack lack[4];
	enum err e;
	size_t n;

	for (unsigned i = 0; i < 8; i++) {
		e = teamlog_add(l, made[i].note.at, made[i].note.len, NULL);
		if (e != ERR_OK)
			return e;
	}
	if ((e = teamlog_roster(l, &roster)) != ERR_OK ||
	    (e = teamlog_lacks(l, lack, 4, &n)) != ERR_OK)
		return e;
	return teamlog_digest(l, digest);
}

static void
refused_memory_changes_nothing_and_may_come_later(void)
{
	uint8_t want[SHA256_BYTES], got[SHA256_BYTES];
	enum err e = ERR_NOMEM;
	struct teamlog *l;
	unsigned n;

	start();
	for (unsigned i = 0; i < 8; i++)
		make_by(i, i < 3 ? 6 : i - 3, i == 0 || i >= 3 ? i : i - 1);
	memset(made[8].entry.heads[made[8].entry.heads_n++], 1, 16);
	memcpy(roster.devices[roster.devices_n].key, hands[6].key, 32);
	roster.devices[roster.devices_n++].member[0] = 2;
	OK(all_once(team) == ERR_OK);
	OK(teamlog_digest(team, want) == ERR_OK);
	for (n = 1; e != ERR_OK && n < 3000; n++) {
		OK((l = teamlog_open()) != NULL);
		alloc_refuse(n);
		e = all_once(l);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(all_once(l) == ERR_OK);
		OK(teamlog_digest(l, got) == ERR_OK);
		OK(memcmp(want, got, sizeof got) == 0);
		teamlog_close(l);
		OK(alloc_dirty() == 0);
	}
	OK(e == ERR_OK && n > 50);
	end();
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
hands_make();
T(an_entry_that_cites_what_is_withheld_waits_and_names_it)
T(what_stands_behind_an_entry_is_told_to_who_does_not_know_it)
T(one_device_cannot_bury_what_others_lack)
T(a_desk_whose_own_entries_are_ahead_of_it_does_not_write)
T(the_next_entry_cites_what_is_new)
T(a_view_hears_whether_it_may_go_on)
T(a_long_chain_that_comes_backwards_is_delivered)
T(refused_memory_changes_nothing_and_may_come_later)
T_END
