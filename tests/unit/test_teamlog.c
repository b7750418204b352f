/* The team's log, one rule at a time; test_teamlog_world.c has all at once. */
#include "base/enc.h"
#include "note/note.h"
#include "teamlog_one.h"

/* A roster behind the one that is: this device is off from `number` on. */
static void
strike(unsigned hand, uint32_t number, const struct made *last)
{
	struct roster_past *p = &roster.past[roster.past_n++];

	for (size_t i = 0; i < roster.devices_n; i++)
		if (memcmp(roster.devices[i].key, hands[hand].key, 32) == 0) {
			memcpy(p->key, hands[hand].key, 32);
			memcpy(p->member, roster.devices[i].member, 4);
			p->role = roster_member(&roster, p->member)->role;
			roster.devices[i] = roster.devices[--roster.devices_n];
			break;
		}
	p->number = number;
	if (last != NULL)
		memcpy(p->last, last->hash, sizeof p->last);
	roster.serial++;
	OK(teamlog_roster(team, &roster) == ERR_OK);
}

static void
what_only_an_editor_may_do_has_no_effect_from_a_viewer(void)
{
	start();
	next_by(0, 5, "junk", JUNK);
	next_by(1, 5, "given-up", GIVEN);
	next_by(2, 2, "junk", JUNK);
	OK(stands(0) == TEAMLOG_ROLE && line_of(0).role == MEMBER_VIEWER);
	OK(stands(1) == TEAMLOG_EFFECT && stands(2) == TEAMLOG_EFFECT);
	/* It is one of a desk that may hand out, or of an admin. */
	next_by(3, 2, "hand-out",
	    "{\"chain\":\"00000001\",\"first\":1,"
	    "\"id\":\"000102030405060708090a0b0c0d0e0f\"}");
	OK(stands(3) == TEAMLOG_ROLE);
	memcpy(roster.then, hands[2].id, DEVICE_ID_BYTES);
	OK(teamlog_roster(team, &roster) == ERR_OK);
	OK(stands(3) == TEAMLOG_EFFECT);
	end();
}

static void
a_role_that_changes_does_not_reach_back(void)
{
	start();
	next_by(0, 2, "junk", JUNK);
	roster.members[1].role = MEMBER_VIEWER;
	roster.past_n = 1;
	memcpy(roster.past[0].key, hands[2].key, 32);
	roster.past[0].member[0] = 2;
	roster.past[0].role = MEMBER_EDITOR;
	roster.past[0].number = 1;
	memcpy(roster.past[0].last, made[0].hash, ROSTER_LAST_BYTES);
	OK(teamlog_roster(team, &roster) == ERR_OK);
	next_by(1, 2, "junk", JUNK);
	OK(stands(0) == TEAMLOG_EFFECT && stands(1) == TEAMLOG_ROLE);
	end();
}

static void
a_lamport_of_2_to_the_63_wins_nothing(void)
{
	static const uint64_t tries[] = { UINT64_MAX >> 1, 3, 1 };

	start();
	make_by(0, 1, 0);
	add(0);
	for (unsigned i = 0; i < COUNT(tries); i++) {
		made_behind(&made[i + 1], &made[0]);
		made[i + 1].entry.lamport = tries[i];
		OK(made_end(&made[i + 1], &hands[1], "given-up", GIVEN) ==
		    ERR_OK);
		add(i + 1);
		OK(stands(i + 1) == TEAMLOG_LAMPORT);
	}
	/* Nobody goes on from there. */
	next_by(5, 2, "given-up", GIVEN);
	OK(made[5].entry.lamport == 2 && stands(5) == TEAMLOG_EFFECT);
	made[6].entry.lamport = (UINT64_MAX >> 1) + 1;
	OK(made_end(&made[6], &hands[1], "given-up", GIVEN) == ERR_FORMAT);
	end();
}

static void
a_fork_voids_from_its_number_on_and_both_branches_are_named(void)
{
	struct teamlog_device d;

	start();
	make_by(0, 2, 0);
	make_by(1, 2, 0);
	make_by(2, 2, 1);
	made_cite(&made[3], &made[2]); /* somebody relied on it */
	OK(made_end(&made[3], &hands[3], "given-up", GIVEN) == ERR_OK);
	for (unsigned i = 0; i < 4; i++)
		add(i);
	OK(stands(2) == TEAMLOG_EFFECT);
	/* The same number, another body. */
	made_behind(&made[4], &made[0]);
	OK(made_end(&made[4], &hands[2], "junk", JUNK) == ERR_OK);
	add(4);
	OK(stands(0) == TEAMLOG_EFFECT && !line_of(0).twin);
	OK(stands(1) == TEAMLOG_FORKED && line_of(1).twin);
	OK(stands(4) == TEAMLOG_FORKED && line_of(4).twin);
	OK(stands(2) == TEAMLOG_FORKED && !line_of(2).twin);
	OK(stands(3) == TEAMLOG_EFFECT);
	OK(teamlog_device(team, &d, hands[2].id) == ERR_OK);
	OK(d.forked && d.fork == 1 && d.next == 1 && d.kept == 4);
	OK(memcmp(d.tip, made[0].hash, sizeof d.tip) == 0);
	/* Its desk stops, and the others build on none of that. */
	OK(made_next(&made[5], team, &hands[2], "given-up", GIVEN) ==
	    ERR_DENIED);
	OK(made_next(&made[6], team, &hands[0], "given-up", GIVEN) == ERR_OK);
	OK(made[6].entry.heads_n == 2 && made[6].entry.lamport == 5);
	for (unsigned i = 0; i < 2; i++)
		OK(memcmp(made[6].entry.heads[i], made[2].hash, 16) != 0 &&
		    memcmp(made[6].entry.heads[i], made[4].hash, 16) != 0);
	end();
}

static void
what_a_device_writes_after_it_was_struck_off_has_no_effect(void)
{
	struct teamlog_lack lack[4];
	size_t n;

	start();
	next_by(0, 4, "junk", JUNK);
	next_by(1, 4, "junk", JUNK);
	make_by(2, 4, 1); /* unseen when it was struck off: back-dated */
	make_by(3, 4, 2);
	strike(4, 2, &made[1]);
	add(3);
	OK(stands(0) == TEAMLOG_EFFECT && stands(1) == TEAMLOG_EFFECT);
	/* Nobody is asked for what could have no effect. */
	OK(stands(3) == TEAMLOG_GAP);
	OK(teamlog_lacks(team, lack, 4, &n) == ERR_OK && n == 0);
	/* Somebody honest had built on it. */
	made_cite(&made[4], &made[3]);
	OK(made_end(&made[4], &hands[3], "given-up", GIVEN) == ERR_OK);
	add(4);
	OK(stands(4) == TEAMLOG_CITES);
	OK(teamlog_lacks(team, lack, 4, &n) == ERR_OK && n == 1);
	add(2);
	OK(stands(2) == TEAMLOG_GONE && stands(3) == TEAMLOG_GONE);
	OK(stands(4) == TEAMLOG_EFFECT && line_of(2).member == NULL);
	OK(made_next(&made[5], team, &hands[4], "junk", JUNK) == ERR_NOKEY);
	/* And nobody does from now on. */
	OK(made_next(&made[6], team, &hands[0], "junk", JUNK) == ERR_OK);
	OK(made[6].entry.heads_n == 2);
	OK(memcmp(made[6].entry.heads[1], made[1].hash, 16) == 0);
	end();
}

static void
who_was_struck_off_takes_nothing_back_by_a_second_history(void)
{
	struct teamlog_lack lack[4];
	struct teamlog_device d;
	size_t n;

	start();
	for (unsigned i = 0; i < 3; i++)
		next_by(i, 4, "junk", JUNK);
	strike(4, 3, &made[2]);
	make_by(5, 4, 5); /* another number 0, */
	make_by(6, 4, 0); /* another number 1, */
	make_by(7, 4, 6);
	make_by(8, 4, 2); /* and what would go on */
	for (unsigned i = 5; i < 9; i++)
		add(i);
	for (unsigned i = 0; i < 3; i++)
		OK(stands(i) == TEAMLOG_EFFECT);
	for (unsigned i = 5; i < 8; i++)
		OK(stands(i) == TEAMLOG_FORKED);
	OK(stands(8) == TEAMLOG_GONE);
	OK(teamlog_device(team, &d, hands[4].id) == ERR_OK && !d.forked);
	end();
	/* While the anchor is not here, nothing of both; it is asked for. */
	start();
	for (unsigned i = 0; i < 3; i++)
		make_by(i, 4, i == 0 ? 0 : i - 1);
	make_by(5, 4, 0);
	OK(made_end(&made[6], &hands[4], "junk", JUNK) == ERR_OK);
	strike(4, 3, &made[2]);
	add(0);
	add(6);
	OK(stands(0) == TEAMLOG_FORKED);
	OK(teamlog_lacks(team, lack, 4, &n) == ERR_OK && n == 1);
	OK(memcmp(lack[0].name, made[2].hash, 16) == 0);
	add(2);
	OK(stands(0) == TEAMLOG_FORKED);
	add(1);
	OK(stands(0) == TEAMLOG_EFFECT && stands(2) == TEAMLOG_EFFECT);
	end();
}

static void
a_device_that_forked_by_mistake_is_settled_by_a_roster(void)
{
	struct teamlog_device d;

	start();
	make_by(0, 4, 0);
	make_by(1, 4, 0);
	made_behind(&made[2], &made[0]);
	OK(made_end(&made[2], &hands[4], "junk", JUNK) == ERR_OK);
	for (unsigned i = 0; i < 3; i++)
		add(i);
	OK(stands(1) == TEAMLOG_FORKED && stands(2) == TEAMLOG_FORKED);
	/* It stays, and this is its history. */
	memcpy(roster.past[0].key, hands[4].key, 32);
	roster.past[0].member[0] = 3;
	roster.past[0].role = MEMBER_EDITOR;
	roster.past[0].number = 2;
	memcpy(roster.past[0].last, made[2].hash, ROSTER_LAST_BYTES);
	roster.past_n = 1;
	OK(teamlog_roster(team, &roster) == ERR_OK);
	OK(stands(1) == TEAMLOG_FORKED && stands(2) == TEAMLOG_EFFECT);
	OK(teamlog_device(team, &d, hands[4].id) == ERR_OK);
	OK(!d.forked && d.next == 2);
	next_by(3, 4, "junk", JUNK);
	OK(stands(3) == TEAMLOG_EFFECT);
	make_by(4, 4, 1); /* the other branch goes on, too */
	add(4);
	OK(stands(4) == TEAMLOG_FORKED && stands(3) == TEAMLOG_FORKED);
	OK(stands(2) == TEAMLOG_EFFECT);
	end();
}

/* Lamport first, then the device's id, then the number. */
static void
the_order_of_conflict_is_the_same_for_all(void)
{
	struct teamlog_line line, before;
	unsigned seen = 0;

	start();
	for (unsigned i = 0; i < 6; i++)
		make_by(i, i, i);
	for (unsigned i = 6; i < 12; i++)
		make_by(i, i - 6, i - 6);
	for (unsigned i = 12; i-- > 0;)
		add(i);
	for (size_t i = 0; i < teamlog_count(team); i++) {
		teamlog_at(team, i, &line);
		OK(line.lamport == (i < 6 ? 1 : 2));
		if (i > 0) {
			OK(teamlog_order(&before, &line) < 0);
			OK(before.lamport < line.lamport ||
			    memcmp(before.device, line.device,
				DEVICE_ID_BYTES) < 0);
		}
		before = line;
		seen += line.standing == TEAMLOG_EFFECT;
	}
	OK(seen == 12);
	end();
}

static void
an_entry_stands_behind_the_very_one_that_it_names(void)
{
	start();
	make_by(0, 2, 0);
	make_by(1, 3, 0); /* behind another device's */
	made_behind(&made[2], &made[0]);
	made[2].entry.previous[SHA256_BYTES - 1] ^= 1;
	made_behind(&made[3], &made[0]);
	made[3].entry.number++;
	for (unsigned i = 2; i < 4; i++)
		OK(made_end(&made[i], &hands[2], "junk", JUNK) == ERR_OK);
	for (unsigned i = 0; i < 4; i++)
		add(i);
	for (unsigned i = 1; i < 4; i++)
		OK(stands(i) == TEAMLOG_CHAIN);
	end();
}

static void
a_stranger_waits_until_a_roster_names_it(void)
{
	struct teamlog_refused refused;
	struct teamlog_device d;

	start();
	make_by(0, 6, 0);
	make_by(1, 6, 0);
	/* Somebody else signs in its name. */
	memcpy(made[2].entry.device, hands[6].id, DEVICE_ID_BYTES);
	memcpy(made[2].entry.type, "given-up", 9);
	made[2].entry.lamport = 1;
	OK(buf_put_str(&made[2].entry.body, GIVEN) == ERR_OK);
	OK(entry_write(&made[2].note, &made[2].entry, hands[0].seed) == ERR_OK);
	entry_hash(made[2].hash, made[2].note.at, made[2].note.len);
	for (unsigned i = 3; i-- > 0;)
		add(i);
	for (unsigned i = 0; i < 3; i++)
		OK(stands(i) == TEAMLOG_STRANGER && !line_of(i).checked);
	OK(teamlog_device(team, &d, hands[6].id) == ERR_OK);
	OK(!d.named && d.waiting == 3);
	memcpy(roster.devices[roster.devices_n].key, hands[6].key, 32);
	roster.devices[roster.devices_n++].member[0] = 2;
	OK(teamlog_roster(team, &roster) == ERR_OK);
	OK(stands(0) == TEAMLOG_EFFECT && line_of(0).checked);
	OK(stands(1) == TEAMLOG_EFFECT && !line_of(0).twin);
	OK(!teamlog_has(team, made[2].hash));
	teamlog_refused(team, &refused);
	OK(refused.forged == 1);
	end();
}

static void
a_flood_of_strangers_is_counted_and_not_kept(void)
{
	static char body[6000];
	struct teamlog_refused refused;
	enum err e = ERR_OK;
	struct made m;
	unsigned n;

	start();
	memset(body, ' ', sizeof body - 1);
	body[0] = '{';
	body[sizeof body - 2] = '}';
	for (n = 0; e == ERR_OK && n < 2000; n++) {
		made_init(&m);
		m.entry.number = 1;
		enc_put_u32(m.entry.previous, n + 1);
		OK(made_end(&m, &hands[6], "given-up", body) == ERR_OK);
		e = teamlog_add(team, m.note.at, m.note.len, NULL);
		made_drop(&m);
	}
	OK(e == ERR_FULL && n > 500 && n < 800);
	OK(teamlog_count(team) == n - 1);
	teamlog_refused(team, &refused);
	OK(refused.strangers == 1 && refused.forged == 0);
	/* It takes no room from those who are known. */
	next_by(0, 0, "junk", JUNK);
	OK(stands(0) == TEAMLOG_EFFECT);
	end();
}

static void
what_is_no_entry_is_refused_and_counted(void)
{
	static const char text[] = "sotto/1 entry\n{}\n";
	struct teamlog_refused refused;
	struct buf b;

	start();
	buf_init(&b, ENTRY_MAX * 2);
	OK(teamlog_add(team, text, sizeof text - 1, NULL) == ERR_FORMAT);
	OK(teamlog_add(team, "", 0, NULL) == ERR_FORMAT);
	make_by(0, 0, 0);
	OK(buf_put(&b, made[0].note.at, made[0].note.len) == ERR_OK);
	/* A line more makes another hash: that would look like a fork. */
	OK(note_add_signature(&b, "device", hands[1].seed) == ERR_OK);
	OK(teamlog_add(team, b.at, b.len, NULL) == ERR_FORMAT);
	b.len = 0;
	OK(buf_put_zero(&b, ENTRY_MAX + 1) == ERR_OK);
	OK(teamlog_add(team, b.at, b.len, NULL) == ERR_FORMAT);
	teamlog_refused(team, &refused);
	OK(refused.format == 4 && teamlog_count(team) == 0);
	made[0].note.at[made[0].note.len - 4] ^= 1;
	OK(teamlog_add(team, made[0].note.at, made[0].note.len, NULL) !=
	    ERR_OK);
	OK(teamlog_count(team) == 0);
	buf_drop(&b);
	end();
}

static void
what_nobody_can_read_or_knows_yet_is_shown_as_that(void)
{
	start();
	next_by(0, 0, "junk", "{\"conversation\":\"00\"}");
	next_by(1, 0, "of-tomorrow", "{\"a\":1}");
	next_by(2, 0, "junk", JUNK);
	OK(stands(0) == TEAMLOG_BODY && stands(1) == TEAMLOG_TYPE);
	OK(stands(2) == TEAMLOG_EFFECT && line_of(1).kind == EFFECT_UNKNOWN);
	OK(strcmp(line_of(1).type, "of-tomorrow") == 0);
	OK(line_of(1).body_len == 7 &&
	    memcmp(line_of(1).body, "{\"a\":1}", 7) == 0);
	end();
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
hands_make();
T(what_only_an_editor_may_do_has_no_effect_from_a_viewer)
T(a_role_that_changes_does_not_reach_back)
T(a_lamport_of_2_to_the_63_wins_nothing)
T(a_fork_voids_from_its_number_on_and_both_branches_are_named)
T(what_a_device_writes_after_it_was_struck_off_has_no_effect)
T(who_was_struck_off_takes_nothing_back_by_a_second_history)
T(a_device_that_forked_by_mistake_is_settled_by_a_roster)
T(the_order_of_conflict_is_the_same_for_all)
T(an_entry_stands_behind_the_very_one_that_it_names)
T(a_stranger_waits_until_a_roster_names_it)
T(a_flood_of_strangers_is_counted_and_not_kept)
T(what_is_no_entry_is_refused_and_counted)
T(what_nobody_can_read_or_knows_yet_is_shown_as_that)
T_END
