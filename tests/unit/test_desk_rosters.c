/* Two admins with a copy of the team key each sign a roster of one number. */
#include "desk_many.h"

#include "desk/members.h"
#include "desk/rosters.h"
#include "lang/lang.h"
#include "team/roster_edit.h"

static const enum member_role roles[] = { MEMBER_ADMIN, MEMBER_EDITOR,
	MEMBER_VIEWER };

static struct roster *
next_of(const struct desk *d)
{
	struct roster *r = calloc(1, sizeof *r);

	OK(r != NULL);
	roster_begin(r, d->roster, d->roster_hash, day);
	return r;
}

static void
put(struct desk *d, struct roster *r)
{
	struct buf note;

	buf_init(&note, ROSTER_MAX);
	OK(roster_write(&note, r, team_seed) == ERR_OK);
	OK(desk_take_roster(d, note.at, note.len) == ERR_OK);
	OK(desk_say_roster(d) == ERR_OK);
	buf_drop(&note);
	wipe_free(r, sizeof *r);
}

/* Each names its own device as the one that takes over. */
static void
sign_one(struct desk *d)
{
	struct roster *r = next_of(d);

	memcpy(r->then, d->id, sizeof r->then);
	put(d, r);
}

static void
says(struct desk *d, const char *ours, const char *another)
{
	struct rosters_two two;
	struct buf say;

	OK(rosters_are_two(d, &two));
	OK(two.serial == d->roster->serial);
	OK(strcmp(two.ours, ours) == 0 && strcmp(two.other, another) == 0);
	buf_init(&say, 4096);
	OK(rosters_say(&say, lang_find("en"), &two) == ERR_OK);
	OK(buf_str(&say) != NULL);
	OK(strstr((char *)say.at, ours) != NULL &&
	    strstr((char *)say.at, another) != NULL &&
	    strstr((char *)say.at, "{") == NULL);
	buf_drop(&say);
}

static unsigned
odd(struct desk *d)
{
	struct teamlog_line line;
	unsigned n = 0;

	for (size_t i = 0; i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		n += rosters_is_other(d, &line);
	}
	return n;
}

static void
two_rosters_of_one_number_are_said_with_who_signed_which(void)
{
	struct rosters_two two;
	char first[MEMBER_NAME_MAX + 1];

	begin_many(3, roles);
	OK(snprintf(first, sizeof first, "%s",
	       many[0]->roster->members[0].name) > 0);
	sign_one(many[0]);
	sign_one(many[1]);
	for (unsigned i = 0; i < 4; i++)
		OK(!rosters_are_two(many[i], &two));
	sync_many();
	says(many[0], first, "member 1");
	says(many[1], "member 1", first);
	for (unsigned i = 2; i < 4; i++) {
		const bool second =
		    memcmp(many[i]->roster_hash, many[1]->roster_hash, 32) == 0;

		says(many[i], second ? "member 1" : first,
		    second ? first : "member 1");
	}
	for (unsigned i = 0; i < 4; i++)
		OK(odd(many[i]) == 1);
	/* And after the desk was closed. */
	open_one(2);
	OK(rosters_are_two(many[2], &two));
	end_many();
}

/* Each strikes the other off: the word of the one has no effect at the other's
 * desk, which the line's new keys stop, and says why all the same. */
static void
it_is_said_though_each_strikes_the_other_off(void)
{
	struct rosters_two two;
	struct roster_come come;
	struct roster *r;

	begin_many(3, roles);
	for (unsigned i = 0; i < 2; i++) {
		r = next_of(many[i]);
		come = members_come(many[i]);
		OK(roster_leave(r, member_of(1 - i), &come) == ERR_OK);
		roster_let_hand_out(r, many[i]->id);
		put(many[i], r);
	}
	for (unsigned n = 0; n < 3; n++)
		for (unsigned i = 0; i < 4; i++)
			OK(sync_run(many[i], reach, &report) == ERR_OK);
	OK(rosters_are_two(many[1], &two));
	OK(memcmp(two.our_device, many[1]->id, DEVICE_ID_BYTES) == 0);
	OK(memcmp(two.other_device, many[0]->id, DEVICE_ID_BYTES) == 0);
	for (unsigned i = 2; i < 4; i++)
		OK(memcmp(many[i]->roster_hash, many[0]->roster_hash, 32) == 0);
	end_many();
}

/* Who has no team key only says so. */
static void
an_editor_who_says_another_is_not_believed(void)
{
	struct rosters_two two;
	struct effect *f = calloc(1, sizeof *f);
	struct buf body;

	begin_many(3, roles);
	OK(f != NULL);
	f->kind = EFFECT_ROSTER;
	f->number = many[2]->roster->serial;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, f) == ERR_OK);
	OK(log_put(many[2], "roster", &body) != ERR_OK ||
	    !rosters_are_two(many[2], &two));
	sync_many();
	for (unsigned i = 0; i < 4; i++)
		OK(!rosters_are_two(many[i], &two));
	buf_drop(&body);
	wipe_free(f, sizeof *f);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(two_rosters_of_one_number_are_said_with_who_signed_which)
T(it_is_said_though_each_strikes_the_other_off)
T(an_editor_who_says_another_is_not_believed)
T_END
