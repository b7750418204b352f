/* What a desk makes of what sources wrote, and what its member does with it. */
#include <time.h>

#include "desk/words.h"
#include "desk_team.h"

static void
what_a_source_wrote_is_shown_and_kept(void)
{
	struct writer w;
	const struct said *s;

	begin_all();
	writer_make(&w, 1);
	send(
	    &w, &(struct what){ .text = "I know something.", .name = "Finch" });
	sync_all();
	OK(report.letters == 1 && desk_count(desk) == 1);
	again();
	OK(desk_count(desk) == 1);
	s = only(desk_at(desk, 0));
	OK(strcmp(s->text, "I know something.") == 0 && s->unread);
	OK(strcmp(desk_at(desk, 0)->name, "Finch") == 0);
	OK(desk_find(desk, desk_at(desk, 0)->handle,
	       strlen(desk_at(desk, 0)->handle)) == desk_at(desk, 0));
	sync_all();
	OK(report.letters == 0 && desk_at(desk, 0)->said_n == 1);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	again();
	OK(conv_unread(desk_at(desk, 0)) == 0);
	OK(desk_log_count(desk) == 1);
	end_all();
}

/* Of what a source said the signed note is kept, as it came; of what we said
 * there is none. */
static void
the_note_of_a_letter_is_kept_as_it_was_signed(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;
	struct buf note;
	struct conv *c;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "first", .id = 1 });
	send(
	    &w, &(struct what){ .text = "second", .id = 2, .name = "Someone" });
	sync_all();
	reply_to("an answer", &rep, ERR_OK);
	for (unsigned i = 0; i < 2; i++) {
		c = desk_at(desk, 0);
		OK(c->said_n == 3);
		for (size_t k = 0; k < c->said_n; k++) {
			const struct said *s = c->said[k];

			buf_init(&note, ENVELOPE_LETTER_PLAIN);
			OK(desk_note(c, s, &note) ==
			    (s->ours ? ERR_NOTHING : ERR_OK));
			OK(!s->ours || note.len == 0);
			if (!s->ours) {
				OK(letter_again(&l, desk, s->at.tag, note.at,
				       note.len) == ERR_OK);
				OK(strcmp(l.text, s->text) == 0);
				OK(memcmp(l.id, s->id, sizeof l.id) == 0);
				letter_drop(&l);
				note.at[note.len / 2] ^= 1;
				OK(letter_again(&l, desk, s->at.tag, note.at,
				       note.len) != ERR_OK);
			}
			buf_drop(&note);
		}
		again(); /* from the disk */
	}
	end_all();
}

static void
letter_for_other_team_refused(void)
{
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w,
	    &(struct what){ .text = "a",
		.other_team = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" });
	send(&w, &(struct what){ .text = "b", .other_line = true });
	send(&w, &(struct what){ .text = "c", .other_tag = true });
	sync_all();
	OK(report.refused == 3 && desk_count(desk) == 0);
	/* They are tried once. */
	fake.asked = 0;
	sync_all();
	OK(report.refused == 0 && desk_count(desk) == 0 && fake.asked == 4);
	again();
	sync_all();
	OK(report.refused == 0);
	end_all();
}

static void
foreign_client_cannot_claim_handle(void)
{
	struct writer w, other;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "real", .name = "Finch" });
	sync_all();
	send(&other, &(struct what){ .text = "not real", .name = "FINCH" });
	sync_all();
	OK(desk_count(desk) == 2);
	OK(strcmp(desk_at(desk, 0)->handle, desk_at(desk, 1)->handle) != 0);
	OK(only(desk_at(desk, 0))->text[0] == 'r');
	OK(!desk_at(desk, 0)->name_alike && desk_at(desk, 1)->name_alike);
	again();
	OK(only(desk_at(desk, 0))->text[0] == 'r');
	OK(!desk_at(desk, 0)->name_alike && desk_at(desk, 1)->name_alike);
	end_all();
}

static void
a_stolen_return_address_is_marked_and_not_used(void)
{
	struct writer w, other;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	sync_all();
	/* The same writer's key, but answers are to go elsewhere. */
	w.reply = other.reply;
	send(&w, &(struct what){ .text = "two", .id = 2 });
	sync_all();
	OK(desk_at(desk, 0)->said_n == 2);
	OK(!desk_at(desk, 0)->said[0]->other_address);
	OK(desk_at(desk, 0)->said[1]->other_address);
	OK(!age_recipient_is_same(&desk_at(desk, 0)->reply, &other.reply));
	end_all();
}

static void
edited_form_same_id_keeps_both(void)
{
	const struct conv *c;
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "first words", .id = 7 });
	send(&w, &(struct what){ .text = "other words", .id = 7 });
	send(&w, &(struct what){ .text = "first words", .id = 7 });
	sync_all();
	c = desk_at(desk, 0);
	OK(c->said_n == 2);
	OK(!c->said[0]->other_version && c->said[1]->other_version);
	OK(strcmp(c->said[0]->text, c->said[1]->text) != 0);
	again();
	OK(desk_at(desk, 0)->said_n == 2);
	end_all();
}

/* Three words can be found by trying: whoever has found them is another. */
static void
writers_of_the_same_words_are_told_apart_by_number(void)
{
	struct writer w, other;
	struct conv *first, *second;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "x" });
	sync_all();
	set_day(day + 1);
	send(&other, &(struct what){ .text = "y" });
	sync_all();
	first = desk_at(desk, 0);
	second = desk_at(desk, 1);
	memcpy(second->words, first->words, sizeof second->words);
	OK(desk_mark_alike(desk) == ERR_OK);
	OK(!first->handle_twice && second->handle_twice);
	OK(strcmp(first->handle, first->words) == 0);
	OK(strcmp(second->handle, first->handle) != 0);
	OK(desk_find(desk, first->handle, strlen(first->handle)) == first);
	OK(desk_find(desk, second->handle, strlen(second->handle)) == second);
	OK(desk_find(desk, "-2", 2) == NULL && desk_find(desk, "2", 1) == NULL);
	OK(desk_find(desk, "", 0) == NULL);
	end_all();
}

/* CPU time of marking so many writers of the same words and names. */
static double
mark_many(uint32_t n)
{
	uint8_t owner[SIGN_PUBLIC_BYTES] = { 0 };
	clock_t began;

	while (desk_count(desk) < n) {
		struct conv *c;

		enc_put_u32(owner, (uint32_t)desk_count(desk));
		OK((c = desk_conv_of(desk, owner)) != NULL);
		/* The later they lie in the list, the earlier they came. */
		c->first_row = UINT32_MAX - (uint32_t)desk_count(desk);
		memcpy(c->words, "able-able-able", sizeof "able-able-able");
		memcpy(c->name, "crane", sizeof "crane");
		name_shape(c->shape, c->name);
	}
	began = clock();
	OK(desk_mark_alike(desk) == ERR_OK);
	return (double)(clock() - began);
}

static void
thousands_of_writers_alike_are_marked_in_good_time(void)
{
	double few, many;

	begin_all();
	few = mark_many(4000);
	many = mark_many(32000);
	for (size_t i = 0; i < desk_count(desk); i++) {
		const struct conv *c = desk_at(desk, i);
		const unsigned older = (unsigned)(desk_count(desk) - 1 - i);

		OK(c->older_twins == older);
		OK(c->handle_twice == (older > 0));
		OK(c->name_alike == (older > 0));
	}
	/* Eight times as many: sixty-four times the work if each were held
	 * against each. */
	OK(many < 25 * few + CLOCKS_PER_SEC / 10.0);
	end_all();
}

static void
what_comes_under_an_id_that_was_read_is_unread(void)
{
	struct writer w;
	struct conv *c;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "first words", .id = 7 });
	sync_all();
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	again();
	OK(conv_unread(desk_at(desk, 0)) == 0);
	send(&w, &(struct what){ .text = "better words", .id = 7 });
	send(&w,
	    &(struct what){ .text = "first words",
		.id = 7,
		.file = (const uint8_t *)"proof",
		.file_n = 5,
		.file_name = "f" });
	sync_all();
	OK(conv_unread(desk_at(desk, 0)) == 2);
	again();
	c = desk_at(desk, 0);
	OK(conv_unread(c) == 2);
	OK(desk_read(desk, c) == ERR_OK);
	again();
	OK(conv_unread(desk_at(desk, 0)) == 0);
	end_all();
}

/* Sealed to the key of the day before, committed after midnight; and the key
 * of a day lives until the next day's file was read too. */
static void
key_lives_until_next_day_is_read(void)
{
	const uint32_t d = clock_day();
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "of day d", .id = 1 });
	sync_all();
	set_day(d + 1);
	sync_all();
	OK(report.finished == 1); /* d - 1: nothing can come for it now */
	send(&w,
	    &(struct what){ .text = "sealed yesterday",
		.id = 2,
		.row = d + 1,
		.sealed = d,
		.dated = d });
	again();
	sync_all();
	OK(desk_at(desk, 0)->said_n == 2);
	OK(!desk_at(desk, 0)->said[1]->misdated);
	set_day(d + 2);
	send(&w,
	    &(struct what){ .text = "came late",
		.id = 3,
		.row = d + 1,
		.sealed = d,
		.dated = d });
	sync_all();
	OK(desk_at(desk, 0)->said_n == 3 && report.finished == 1);
	/* Now d is finished: what is sealed to it cannot be opened again. */
	again();
	send(&w,
	    &(struct what){ .text = "too late",
		.id = 4,
		.row = d + 1,
		.sealed = d,
		.dated = d });
	sync_all();
	OK(desk_at(desk, 0)->said_n == 3 && report.refused == 0);
	end_all();
}

static void
commit_after_midnight_is_shown_and_what_lies_is_marked(void)
{
	const uint32_t d = clock_day();
	const struct conv *c;
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	set_day(d + 5);
	send(
	    &w, &(struct what){ .text = "yesterday", .id = 1, .dated = d + 4 });
	send(&w, &(struct what){ .text = "lies", .id = 2, .dated = d + 1 });
	sync_all();
	for (int i = 0; i < 2; i++, again()) {
		c = desk_at(desk, 0);
		OK(c->said_n == 2 && c->apart == 1);
		OK(strcmp(c->said[0]->text, "yesterday") == 0);
		OK(!c->said[0]->misdated);
		/* Its own day says nothing: it stands behind the others, by
		 * the day it came on. */
		OK(c->said[1]->misdated && c->said[1]->row == d + 5);
		OK(conv_first_day(c) == d + 4 && conv_last_day(c) == d + 5);
		OK(conv_waits(c));
	}
	end_all();
}

static void
junk_terms_and_deleting_last(void)
{
	struct writer w;
	struct conv *c;
	char path[96];

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	sync_all();
	c = desk_at(desk, 0);
	OK(desk_set_junk(desk, c, true) == ERR_OK);
	OK(desk_set_terms(desk, c, 4, "A. Finch", "somebody inside") == ERR_OK);
	again();
	c = desk_at(desk, 0);
	OK(c->junk && c->level == 4);
	OK(strcmp(c->byline, "A. Finch") == 0);
	OK(strcmp(c->label, "somebody inside") == 0);
	OK(desk_set_junk(desk, c, false) == ERR_OK);
	OK(desk_delete(desk, c) == ERR_OK && desk_count(desk) == 0);
	again();
	OK(desk_count(desk) == 0 && desk_log_count(desk) == 4);
	(void)snprintf(path, sizeof path, "%s/k", dir);
	OK(rmdir(path) == 0); /* no key is left */
	OK(mkdir(path, 0700) == 0);
	/* The same source writes again: that is a new conversation. */
	send(&w, &(struct what){ .text = "two", .id = 2 });
	sync_all();
	again();
	OK(desk_count(desk) == 1 && only(desk_at(desk, 0))->text[0] == 't');
	end_all();
}

static void
a_wrong_passphrase_or_folder_is_told_apart(void)
{
	struct desk *d;
	char path[96], away[96];

	begin_all();
	OK(desk_open(&d, dir, WORDS, strlen(WORDS)) == ERR_BUSY);
	desk_close(desk);
	desk = NULL;
	OK(desk_open(&d, dir, "something else", 14) == ERR_NOKEY);
	OK(desk_open(&d, "/tmp", WORDS, strlen(WORDS)) == ERR_NOTHING);
	/* Another desk's key file, with the same passphrase. */
	(void)snprintf(path, sizeof path, "%s/key", dir);
	(void)snprintf(away, sizeof away, "%s/key.mine", dir);
	OK(rename(path, away) == 0);
	OK(desk_open(&d, dir, WORDS, strlen(WORDS)) == ERR_NOTHING);
	{
		struct begin b;

		make_team(&b);
		OK(vault_save(b.vault, path) == ERR_OK);
		begin_drop(&b);
	}
	OK(desk_open(&d, dir, WORDS, strlen(WORDS)) == ERR_FORGED);
	OK(rename(away, path) == 0);
	open_desk();
	end_all();
}

/* Put an entry on the desk's log as it would do it itself, with this number,
 * under this device's key. */
static void
slip_in(uint32_t number, const uint8_t *seed)
{
	uint8_t pub[SIGN_PUBLIC_BYTES];
	struct teamlog_line line;
	struct entry en;
	struct buf note;

	entry_init(&en);
	buf_init(&note, ENTRY_MAX);
	OK(buf_put_u8(&note, 0) == ERR_OK);
	sign_public(pub, seed);
	device_id(en.device, pub);
	en.number = number;
	en.lamport = number + 1;
	if (number > 0) {
		desk_log_at(desk, number - 1, &line);
		memcpy(en.previous, line.hash, SHA256_BYTES);
	}
	memcpy(en.type, "lack", 5);
	OK(buf_put_str(&en.body, "{}") == ERR_OK);
	OK(entry_write(&note, &en, seed) == ERR_OK);
	OK(store_add(desk->store, STORE_LOG, note.at, note.len) == ERR_OK);
	entry_drop(&en);
	buf_drop(&note);
}

static void
an_entry_that_is_not_the_next_of_this_desk_has_no_effect(void)
{
	static const uint8_t other[SIGN_SEED_BYTES] = { 1 };
	static const struct {
		uint32_t number;
		bool mine;
		enum teamlog_standing standing;
		enum err e; /* of what the desk does next */
	} rows[] = {
		{ 1, true, TEAMLOG_BODY, ERR_OK }, /* the next */
		{ 1, false, TEAMLOG_STRANGER, ERR_OK }, /* another device's */
		{ 0, true, TEAMLOG_FORKED, ERR_DENIED }, /* a second first */
	};
	struct teamlog_line line;
	struct writer w;
	size_t found;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin_all();
		writer_make(&w, 1);
		send(&w, &(struct what){ .text = "one", .id = 1 });
		sync_all();
		OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
		OK(desk_log_count(desk) == 1);
		slip_in(
		    rows[i].number, rows[i].mine ? desk->vault->device : other);
		again();
		OK(desk_log_count(desk) == 2);
		found = 0;
		for (size_t j = 0; j < 2; j++) {
			desk_log_at(desk, j, &line);
			found += line.standing == rows[i].standing;
		}
		OK(found == (rows[i].standing == TEAMLOG_FORKED ? 2 : 1));
		OK(desk_set_junk(desk, desk_at(desk, 0), true) == rows[i].e);
		OK(desk_at(desk, 0)->junk == (rows[i].e == ERR_OK));
		end_all();
	}
}

T_BEGIN
desk_tests_begin();
T(what_a_source_wrote_is_shown_and_kept)
T(the_note_of_a_letter_is_kept_as_it_was_signed)
T(letter_for_other_team_refused)
T(foreign_client_cannot_claim_handle)
T(a_stolen_return_address_is_marked_and_not_used)
T(edited_form_same_id_keeps_both)
T(writers_of_the_same_words_are_told_apart_by_number)
T(thousands_of_writers_alike_are_marked_in_good_time)
T(what_comes_under_an_id_that_was_read_is_unread)
T(key_lives_until_next_day_is_read)
T(commit_after_midnight_is_shown_and_what_lies_is_marked)
T(junk_terms_and_deleting_last)
T(a_wrong_passphrase_or_folder_is_told_apart)
T(an_entry_that_is_not_the_next_of_this_desk_has_no_effect)
T_END
