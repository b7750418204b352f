/* Keys and clocks of a line, as a desk compares and renews them. */
#include "desk_team.h"

static void
a_foreign_key_stops_everything(void)
{
	struct begin b;
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "x" });
	make_team(&b);
	/* Another team's line. */
	buf_clear(&fake.certificate);
	OK(buf_put(&fake.certificate, b.certificate.at, b.certificate.len) ==
	    ERR_OK);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_OTHER_TEAM && desk_count(desk) == 0);
	begin_drop(&b);
	end_all();
}

enum thing {
	DAY_KEY,
	LAST_DAY_KEY,
	VOICE,
	ACCESS,
	PURGE,
	DOOR,
	THINGS,
	SERIAL
};

/* Put a key of the thief's in the place of one of ours. */
static void
exchange(struct key_note *k, enum thing what, const struct writer *thief)
{
	struct key_note_door *door = &k->doors[0];

	switch (what) {
	case DAY_KEY:
		door->recipients[30] = thief->reply;
		break;
	case LAST_DAY_KEY:
		door->recipients[door->recipients_n - 1] = thief->reply;
		break;
	case VOICE:
		memcpy(door->voices[0].key, thief->s.sign_public, 32);
		break;
	case ACCESS:
		memcpy(k->access, thief->s.sign_public, 32);
		break;
	case PURGE:
		memcpy(k->purges[k->purges_n++], thief->s.sign_public, 32);
		break;
	case DOOR:
		k->doors[1] = k->doors[0];
		k->doors[1].id[0]++;
		k->doors_n = 2;
		break;
	case SERIAL:
		k->serial += KEY_NOTE_STEP;
		break;
	case THINGS:
		break;
	}
}

/* The line key was stolen: offer a note in order, but for that. */
static void
offer_exchanged(enum thing what, const struct writer *thief)
{
	struct key_note k;
	struct offer o;
	struct buf note;
	struct vault *v = vault_new();
	char path[128];

	offer_init(&o);
	(void)key_of(&o, day);
	k = o.note;
	exchange(&k, what, thief);
	k.serial++;
	OK(vault_words(v, WORDS, strlen(WORDS)) == ERR_OK);
	(void)snprintf(path, sizeof path, "%s/key", dir);
	OK(vault_load(v, path) == ERR_OK);
	buf_init(&note, KEY_NOTE_MAX);
	OK(key_note_write(&note, &k, v->line_key) == ERR_OK);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, note.at, note.len) == ERR_OK);
	buf_drop(&note);
	vault_close(v);
	offer_drop(&o);
}

/* Or nobody could ever offer other keys again. */
static void
a_serial_that_leaves_none_behind_it_is_not_taken(void)
{
	struct writer w;
	struct buf old;

	begin_all();
	sync_all();
	buf_init(&old, KEY_NOTE_MAX);
	OK(buf_put(&old, fake.key_note.at, fake.key_note.len) == ERR_OK);
	writer_make(&w, 1);
	offer_exchanged(SERIAL, &w);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, old.at, old.len) == ERR_OK);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_GOES);
	buf_drop(&old);
	end_all();
}

static void
a_key_of_no_chain_of_ours_stops_everything(void)
{
	struct writer w;

	for (unsigned what = 0; what < THINGS; what++) {
		begin_all();
		writer_make(&w, 1);
		send(&w, &(struct what){ .text = "x" });
		offer_exchanged((enum thing)what, &w);
		OK(sync_run(desk, reach, &report) == ERR_OK);
		OK(report.stop == SYNC_FOREIGN_KEY && desk_count(desk) == 0);
		OK(fake.asked == 1);
		end_all();
	}
	/* But a note with nothing exchanged is taken. */
	begin_all();
	offer_exchanged(THINGS, &w);
	sync_all();
	end_all();
}

static void
a_clock_more_than_a_day_off_stops_everything(void)
{
	begin_all();
	fake.day = day + 2;
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_CLOCK);
	fake.day = day - 2;
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_CLOCK);
	fake.day = day + 1;
	sync_all();
	end_all();
}

static void
keys_are_renewed_and_older_ones_not_taken_back(void)
{
	const uint32_t d = clock_day();
	struct buf old;
	struct offer o;

	begin_all();
	buf_init(&old, KEY_NOTE_MAX);
	OK(buf_put(&old, fake.key_note.at, fake.key_note.len) == ERR_OK);
	sync_all();
	OK(!report.renewed && report.key_days >= 45);
	set_day(d + 20);
	sync_all();
	OK(report.renewed && report.key_days == 59);
	offer_init(&o);
	OK(key_of(&o, d + 78) != NULL && o.note.serial == 2);
	offer_drop(&o);
	again();
	sync_all();
	OK(!report.renewed);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, old.at, old.len) == ERR_OK);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_OLD_NOTE);
	buf_drop(&old);
	end_all();
}

/* A voice is signed with on its own days only. */
static void
old_voice_refused(void)
{
	const uint32_t d = clock_day();
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	reply_to("with the first voice", &rep, ERR_OK);
	OK(read_reply(&l, &w, d, 0) == ERR_OK);
	letter_drop(&l);
	/* A year on there is another one; the note has both. */
	set_day(d + 350);
	sync_all();
	OK(report.renewed);
	set_day(d + 420);
	sync_all();
	reply_to("with the second", &rep, ERR_OK);
	OK(read_reply(&l, &w, d + 420, 0) == ERR_OK);
	letter_drop(&l);
	OK(read_reply(&l, &w, d, 0) == ERR_OK);
	letter_drop(&l);
	/* What the first signed is not believed in a slot of the second. */
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day == d && i > 0)
			tag_at(fake.rows[i].tag, &w.tags, TAG_TO, d + 420, 5);
	OK(read_reply(&l, &w, d + 420, 5) != ERR_OK);
	end_all();
}

/* Only a closed day is whole: of an open one more may come. */
static void
an_open_day_is_never_whole(void)
{
	const uint32_t d = clock_day();
	uint8_t *file = a_file(100);
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w,
	    &(struct what){ .text = "one",
		.id = 1,
		.file = file,
		.file_n = 100,
		.file_name = "f" });
	fake.rows[1].tag[0] ^= 1; /* its part is not seen yet */
	sync_all();
	OK(report.letters == 1 && report.files == 0);
	fake.rows[1].tag[0] ^= 1;
	/* Closed with the same letters, it is gone through once more. */
	set_day(d + 1);
	sync_all();
	OK(report.files == 1 && report.finished == 1); /* d - 1 */
	/* A line that opens it again may put something there. */
	set_day(d + 3);
	fake.open_from = d;
	sync_all();
	OK(report.finished == 0);
	fake.open_from = 0;
	send(&w, &(struct what){ .text = "two", .id = 2, .row = d });
	sync_all();
	OK(report.letters == 1 && report.finished == 1); /* d */
	wipe_free(file, 100);
	end_all();
}

/* Of a closed day the line names one letter that it never gives. */
static void
what_a_line_names_and_never_gives_holds_no_day_for_ever(void)
{
	const uint32_t d = clock_day();
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "given", .id = 1 });
	send(&w, &(struct what){ .text = "withheld", .id = 2 });
	fake.rows[fake.rows_n - 1].withheld = true;
	sync_all();
	OK(report.unserved == 0); /* today it may come yet */
	set_day(d + 3);
	sync_all();
	OK(report.unserved == 1 && report.unserved_since == d);
	OK(report.finished == 0);
	again();
	sync_all();
	OK(report.unserved == 1 && report.finished == 0);
	OK(sync_give_up(desk, reach, &report) == ERR_OK);
	OK(report.unserved == 0 && report.finished == 2); /* d - 1 and d */
	OK(strcmp(log_type(desk_log_count(desk) - 2), "given-up") == 0);
	again();
	sync_all();
	OK(report.unserved == 0 && desk_at(desk, 0)->said_n == 1);
	end_all();
}

/* A day that is over and that the line never closes. */
static void
a_day_that_a_line_never_closes_is_said_and_can_be_let_go(void)
{
	const uint32_t d = clock_day();
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	fake.open_from = d;
	sync_all();
	OK(report.unclosed == 0);
	set_day(d + 1);
	sync_all();
	OK(report.unclosed == 0); /* it may be closing it */
	set_day(d + 5);
	send(&w, &(struct what){ .text = "two", .id = 2 });
	sync_all();
	OK(report.unclosed == 1 && report.unclosed_since == d);
	OK(report.finished == 0 && report.unserved == 0);
	again();
	sync_all();
	OK(report.unclosed == 1 && report.finished == 0);
	OK(sync_give_up(desk, reach, &report) == ERR_OK);
	OK(report.unclosed == 0 && report.finished == 4); /* d - 1 to d + 2 */
	OK(strcmp(log_type(desk_log_count(desk) - 2), "given-up") == 0);
	again();
	sync_all();
	OK(report.unclosed == 0 && desk_at(desk, 0)->said_n == 2);
	end_all();
}

T_BEGIN
desk_tests_begin();
T(a_foreign_key_stops_everything)
T(a_serial_that_leaves_none_behind_it_is_not_taken)
T(a_key_of_no_chain_of_ours_stops_everything)
T(a_clock_more_than_a_day_off_stops_everything)
T(keys_are_renewed_and_older_ones_not_taken_back)
T(old_voice_refused)
T(an_open_day_is_never_whole)
T(what_a_line_names_and_never_gives_holds_no_day_for_ever)
T(a_day_that_a_line_never_closes_is_said_and_can_be_let_go)
T_END
