/* Files that sources sent, as a desk fetches and saves them. */
#include "crypt/hybrid.h"
#include "desk_team.h"

static void
desk_joins_parts_of_a_source(void)
{
	const size_t n = 2 * PART_PLAIN + 5;
	uint8_t *file = a_file(n);
	char name[DESK_NAME_BYTES], path[512];
	const struct said_file *f;
	struct conv *c;
	struct writer w;
	struct buf got;

	begin_all();
	writer_make(&w, 1);
	send(&w,
	    &(struct what){ .text = "a film",
		.file = file,
		.file_n = n,
		.file_name = "../../a/film.mp4" });
	sync_all();
	OK(report.files == 1);
	again();
	c = desk_at(desk, 0);
	f = conv_file(c, 1);
	OK(f != NULL && desk_has_file(desk, f) && conv_file(c, 2) == NULL);
	buf_init(&got, n + 1);
	for (unsigned i = 0; i < 2; i++) {
		OK(desk_save_file(desk, c, f, saved, name) == ERR_OK);
		OK(strchr(name, '/') == NULL && strstr(name, ".mp4") != NULL);
		(void)snprintf(path, sizeof path, "%s/%s", saved, name);
		buf_clear(&got);
		OK(file_read(&got, path) == ERR_OK);
		OK(got.len == n && memcmp(got.at, file, n) == 0);
	}
	buf_drop(&got);
	wipe_free(file, n);
	end_all();
}

/* Seal a part anew, to the key of another day. */
static void
reseal_part(struct fake_row *row, uint32_t to, const uint8_t *file, size_t n)
{
	const struct age_recipient *key;
	struct offer o;

	offer_init(&o);
	key = key_of(&o, to);
	OK(key != NULL && row->n == ENVELOPE_PART_BYTES);
	OK(envelope_seal(row->bytes, row->n, key, file, n) == ERR_OK);
	offer_drop(&o);
}

static void
a_file_whose_part_is_gone_is_said_to_be_missing(void)
{
	uint8_t *file = a_file(100);
	char name[DESK_NAME_BYTES];
	struct writer w;
	struct conv *c;

	begin_all();
	writer_make(&w, 1);
	send(&w,
	    &(struct what){
		.text = "x", .file = file, .file_n = 100, .file_name = "f" });
	fake.rows[1].tag[0] ^= 1;
	sync_all();
	c = desk_at(desk, 0);
	OK(report.files == 0 && !desk_has_file(desk, conv_file(c, 1)));
	OK(desk_save_file(desk, c, conv_file(c, 1), saved, name) ==
	    ERR_MISSING);
	fake.rows[1].tag[0] ^= 1;
	sync_all();
	OK(report.files == 1 && desk_has_file(desk, conv_file(c, 1)));
	wipe_free(file, 100);
	end_all();
}

/* What was sealed before midnight and committed after it lies in the row of the
 * next day: letter and parts open with the key of the day before, and with no
 * older one. */
static void
a_file_sealed_before_midnight_is_fetched(void)
{
	uint8_t *file = a_file(100);
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	set_day(day + 2);
	send(&w,
	    &(struct what){ .text = "x",
		.id = 1,
		.sealed = day - 1,
		.file = file,
		.file_n = 100,
		.file_name = "f" });
	send(&w,
	    &(struct what){ .text = "y",
		.id = 2,
		.file = file,
		.file_n = 100,
		.file_name = "g" });
	/* The parts of the second were sealed two days ago. */
	reseal_part(&fake.rows[fake.rows_n - 1], day - 2, file, 100);
	sync_all();
	OK(report.letters == 2 && report.files == 1);
	OK(desk_has_file(desk, conv_file(desk_at(desk, 0), 1)));
	wipe_free(file, 100);
	end_all();
}

/* A point of low order in the place of a share: no key can come of it. */
static void
spoil_share(uint8_t *part)
{
	static const uint8_t zero[HYBRID_ENC_BYTES];
	char text[ENC_BASE64_RAW_LEN(HYBRID_ENC_BYTES) + 1];
	uint8_t *at = memmem(part, ENVELOPE_HEADER_BYTES, "25519 ", 6);

	OK(at != NULL);
	enc_base64_raw(text, zero, sizeof zero);
	memcpy(at + 6, text, strlen(text));
	OK(envelope_check_header(part) == ERR_OK);
}

static void
a_part_that_no_key_fits_holds_nobody_up(void)
{
	uint8_t *file = a_file(100);
	struct writer w, other;
	unsigned before;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w,
	    &(struct what){
		.text = "x", .file = file, .file_n = 100, .file_name = "f" });
	spoil_share(fake.rows[1].bytes);
	send(&other,
	    &(struct what){
		.text = "y", .file = file, .file_n = 100, .file_name = "f" });
	sync_all();
	OK(report.letters == 2 && report.files == 1);
	before = fake.asked;
	sync_all();
	OK(report.files == 0 && fake.asked == before + 4);
	set_day(day + 1);
	send(&other, &(struct what){ .text = "z" });
	sync_all();
	OK(report.letters == 1);
	wipe_free(file, 100);
	end_all();
}

/* Whoever names files that were never sent costs one request, not one each. */
static void
files_that_never_came_are_asked_for_together(void)
{
	uint8_t *file = a_file(100);
	unsigned before;
	struct writer w;
	size_t rows;

	begin_all();
	for (uint8_t i = 1; i <= 30; i++) {
		writer_make(&w, i);
		send(&w,
		    &(struct what){ .text = "x",
			.file = file,
			.file_n = 100,
			.file_name = "f" });
		fake.rows[fake.rows_n - 1].tag[0] ^= 1;
	}
	rows = fake.rows_n;
	before = fake.asked;
	sync_all();
	OK(rows == 60 && report.letters == 30 && report.files == 0);
	/* line, days, tags, letters, files */
	OK(fake.asked == before + 6);
	wipe_free(file, 100);
	end_all();
}

/* `text` with a file; its one part comes or is lost. */
static void
send_film(struct writer *w, const uint8_t *file, const char *text, bool comes)
{
	send(w,
	    &(struct what){ .text = text,
		.id = 7,
		.file = file,
		.file_n = 100,
		.file_name = "film" });
	if (!comes)
		fake.rows[fake.rows_n - 1].tag[0] ^= 1;
}

static void
a_file_of_a_letter_that_was_sent_again_is_fetched(void)
{
	static const char *const texts[] = { "x", "other words" };
	uint8_t *file;
	struct writer w;
	struct buf got;

	for (size_t i = 0; i < COUNT(texts); i++) {
		begin_all();
		file = a_file(100);
		buf_init(&got, 200);
		writer_make(&w, 1);
		send_film(&w, file, "x", false);
		sync_all();
		OK(report.letters == 1 && report.files == 0);
		set_day(day + 1);
		send_film(&w, file, texts[i], true);
		for (unsigned k = 0; k < 3; k++) {
			struct conv *c;
			const struct said_file *f;
			char name[DESK_NAME_BYTES], path[512];

			if (k < 2)
				sync_all();
			else
				again();
			OK(k > 0 || report.files == 1);
			c = desk_at(desk, 0);
			f = conv_file(c, 1);
			OK(c->said_n == 1 + i && c->said[0]->files_n == 1);
			OK(conv_unread(c) == 1 + i && c->numbered == 1);
			OK(desk_has_file(desk, f));
			OK(desk_save_file(desk, c, f, saved, name) == ERR_OK);
			(void)snprintf(path, sizeof path, "%s/%s", saved, name);
			buf_clear(&got);
			OK(file_read(&got, path) == ERR_OK);
			OK(got.len == 100 && memcmp(got.at, file, 100) == 0);
		}
		buf_drop(&got);
		wipe_free(file, 100);
		end_all();
	}
}

/* What is here is not asked for again, and nothing is kept of it. */
static void
a_letter_sent_again_with_files_that_are_here_brings_none(void)
{
	uint8_t *file = a_file(100);
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send_film(&w, file, "x", true);
	sync_all();
	OK(report.files == 1);
	send_film(&w, file, "x", true);
	sync_all();
	OK(report.files == 0);
	OK(only(desk_at(desk, 0))->files_all == 1);
	wipe_free(file, 100);
	end_all();
}

/* Late letters go where they belong; the numbers of files stay. */
static void
the_number_of_a_file_never_changes(void)
{
	uint8_t *file = a_file(300);
	struct writer w;
	struct what what = { .text = "a", .id = 1, .file_n = 100 };
	const struct conv *c;

	begin_all();
	writer_make(&w, 1);
	what.file = file;
	what.file_name = "late";
	send(&w, &what);
	sync_all();
	what = (struct what){ .text = "b",
		.id = 2,
		.file = file + 100,
		.file_n = 100,
		.file_name = "early",
		.dated = day - 1 };
	send(&w, &what);
	sync_all();
	/* Its first version, and one more file. */
	what.text = "an earlier version of b";
	what.file = file + 101;
	what.file_name = "earliest";
	send(&w, &what);
	what.file = file + 100;
	send(&w, &what);
	sync_all();
	for (unsigned k = 0; k < 2; k++) {
		c = desk_at(desk, 0);
		OK(c->numbered == 3);
		OK(strcmp(conv_file(c, 1)->name, "late") == 0);
		OK(memcmp(conv_file(c, 2)->sha256, c->said[0]->files[0].sha256,
		       SHA256_BYTES) == 0);
		OK(strcmp(conv_file(c, 2)->name, "early") == 0);
		OK(strcmp(conv_file(c, 3)->name, "earliest") == 0);
		OK(conv_file(c, 4) == NULL);
		OK(strcmp(c->said[c->said_n - 1]->text, "a") == 0);
		again();
	}
	wipe_free(file, 300);
	end_all();
}

/* A source writes under two names, and says in a letter of the second, which
 * comes first, that the parts of one of the first are its own. */
static void
deleting_one_conversation_takes_no_file_of_another(void)
{
	const size_t n = PART_PLAIN + 5;
	struct what what = { .id = 1, .file_n = n, .file_name = "film.mp4" };
	struct writer first, second;
	char name[DESK_NAME_BYTES];
	struct conv *c;

	for (unsigned dies = 0; dies < 2; dies++) {
		uint8_t *file;

		begin_all();
		what.file = file = a_file(n);
		writer_make(&first, 1);
		writer_make(&second, 2);
		second.parts_of = &first;
		what.text = "the same file";
		send(&second, &what);
		/* Its parts are those of the first. */
		for (unsigned i = 0; i < 2; i++)
			wipe_free(fake.rows[--fake.rows_n].bytes,
			    ENVELOPE_PART_BYTES);
		what.text = "evidence";
		send(&first, &what);
		sync_all();
		OK(desk_count(desk) == 2 && desk->part_n == 2);
		c = desk_at(desk, 0);
		OK(strcmp(c->said[0]->text, "the same file") == 0);
		OK(desk->part[0].of == c);
		OK(desk_delete(desk, c) == ERR_OK);
		if (dies == 1)
			again();
		c = desk_at(desk, 0);
		OK(desk_count(desk) == 1 &&
		    desk_has_file(desk, &c->said[0]->files[0]));
		OK(desk_save_file(
		       desk, c, &c->said[0]->files[0], saved, name) == ERR_OK);
		/* Nor from the line. */
		for (size_t i = 0; i < desk->clears_n; i++)
			OK(part_find(desk, desk->clears[i].tag) == NULL);
		wipe_free(file, n);
		end_all();
	}
}

T_BEGIN
desk_tests_begin();
T(desk_joins_parts_of_a_source)
T(a_file_whose_part_is_gone_is_said_to_be_missing)
T(a_file_sealed_before_midnight_is_fetched)
T(a_part_that_no_key_fits_holds_nobody_up)
T(files_that_never_came_are_asked_for_together)
T(a_file_of_a_letter_that_was_sent_again_is_fetched)
T(a_letter_sent_again_with_files_that_are_here_brings_none)
T(the_number_of_a_file_never_changes)
T(deleting_one_conversation_takes_no_file_of_another)
T_END
