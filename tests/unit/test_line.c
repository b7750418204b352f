/*
 * A whole line: what its processes do for each other, and that whatever dies
 * comes back.
 */
#include "crypt/slow.h"
#include "line_live.h"

static void
a_letter_is_put_once_and_found(void)
{
	uint8_t other[TALK_ENVELOPE_BYTES], tags[2][TALK_TAG_BYTES] = { 0 };
	struct talk t;

	OK(envelope_nobody(letter, sizeof(letter)) == ERR_OK);
	OK(envelope_nobody(other, sizeof(other)) == ERR_OK);
	tag_under(tag, opening);
	OK(!letter_is_there());
	t = put_of(tag, letter);
	OK(ask(&t, TALK_DONE) == ERR_OK);
	OK(ask(&t, TALK_DONE) == ERR_OK);
	t = put_of(tag, other);
	OK(ask(&t, TALK_DONE) == ERR_TAKEN);
	memset(other, 'w', sizeof(other));
	OK(ask(&t, TALK_DONE) == ERR_FORMAT);
	OK(letter_is_there());
	t = talk_of(TALK_LOOK, 0);
	memcpy(tags[1], tag, sizeof(tag));
	t.bytes = tags[0];
	t.n = sizeof(tags);
	OK(ask(&t, TALK_LOOKED) == ERR_OK && came.n == 2 && came.at[1] == 2);
}

/* Piece after piece the keeper says this part, and nothing behind it. */
static void
part_is(const uint8_t part[static ENVELOPE_PART_BYTES], struct talk *t)
{
	for (t->count = 0; t->count < TALK_PIECES; t->count++) {
		OK(ask(t, TALK_PIECED) == ERR_OK);
		OK(came.n == 1 + TALK_PIECE_BYTES);
		OK(memcmp(came.at + 1, part + t->count * TALK_PIECE_BYTES,
		       TALK_PIECE_BYTES) == 0);
	}
	OK(ask(t, TALK_PIECED) == ERR_NOTHING && came.n == 1);
}

static void
parts_travel_over_a_descriptor_that_can_only_append(void)
{
	static uint8_t part[ENVELOPE_PART_BYTES];
	static const uint8_t upload[16] = "an upload", secret[32] = "T";
	uint8_t own[32] = "another opening", where[16], hash[32], text[40];
	struct talk t = talk_of(TALK_UPLOAD, 0);
	struct buf b = { 0 };

	OK(envelope_nobody(part, sizeof(part)) == ERR_OK);
	t.upload = upload;
	OK(ask(&t, TALK_UPLOADED) == ERR_OK && came.fds == 1);
	OK(enc_get_u32(came.at + 1) == 0 && enc_get_u32(came.at + 5) == 8);
	/* One writer at a time, whichever front asks. */
	OK(ask(&t, TALK_UPLOADED) == ERR_BUSY && came.fds == 0);
	OK(lf_talk(desk, ORDER_KEEPER, &t, &came) == ERR_OK);
	OK(came.at[0] == ERR_BUSY);
	for (size_t done = 0; done < sizeof(part); done += b.len) {
		b.at = part + done;
		b.len = 65536;
		OK(lf_raw(front, ORDER_WRITE, 0, &b, &came) == ERR_OK);
	}
	t = talk_of(TALK_STATE, 0);
	t.upload = upload;
	OK(ask(&t, TALK_STATED) == ERR_OK);
	OK(enc_get_u32(came.at + 1) == 1);
	OK(lf_raw(front, ORDER_CLOSE, 0, NULL, &came) == ERR_OK);
	t = talk_of(TALK_COMMIT, 0);
	t.upload = upload;
	t.count = 2;
	t.secret = secret;
	tag_under(where, own);
	t.tag = where;
	t.envelope = letter;
	OK(lf_talk(desk, ORDER_KEEPER, &t, &came) == ERR_OK);
	OK(came.at[0] == ERR_BUSY); /* the other front has it */
	OK(ask(&t, TALK_DONE) == ERR_MISSING);
	t.count = 1;
	OK(ask(&t, TALK_DONE) == ERR_OK);
	memcpy(text, secret, 32);
	enc_put_u32(text + 32, 0);
	sha256_two(hash, "sotto/1 part", 12, text, 36);
	t = talk_of(TALK_PIECE, 0);
	t.tag = hash;
	part_is(part, &t);
	/* Desks fetch letters whole and parts by their headers. */
	t = talk_of(TALK_FETCH, 0);
	t.tag = hash;
	OK(lf_talk(desk, ORDER_KEEPER, &t, &came) == ERR_OK);
	OK(came.at[0] == ERR_OK && came.n == 1 + TALK_HEADER_BYTES);
	OK(memcmp(came.at + 1, part, TALK_HEADER_BYTES) == 0);
	t.tag = tag;
	OK(lf_talk(desk, ORDER_KEEPER, &t, &came) == ERR_OK);
	OK(came.at[0] == ERR_OK && came.n == 1 + TALK_ENVELOPE_BYTES);
	OK(memcmp(came.at + 1, letter, sizeof(letter)) == 0);
}

static void
a_phrase_becomes_its_root(void)
{
	static const uint8_t phrase[TALK_PHRASE_BYTES] = "thirteen byte";
	struct talk t = talk_of(TALK_DERIVE, 0);
	uint8_t root[32];

	t.phrase = phrase;
	OK(lf_talk(front, ORDER_DERIVER, &t, &came) == ERR_OK);
	OK(came.type == TALK_ROOT && came.n == 33 && came.at[0] == ERR_OK);
	OK(slow_argon2id(root, phrase, sizeof(phrase), line_id) == ERR_OK);
	OK(memcmp(came.at + 1, root, sizeof(root)) == 0);
}

static void
keeper_and_deriver_stay_small(void)
{
#ifndef SOTTO_SANITIZED
	long k = peak(child_of("@keeper")), d = peak(child_of("@deriver"));

	fprintf(stderr, "keeper %ld KiB, deriver %ld KiB\n", k, d);
	OK(k < 16 * 1024 && d < 24 * 1024);
#endif
}

static void
only_the_opening_deletes_a_letter(void)
{
	uint8_t wrong[64][32];
	struct talk t = talk_of(TALK_DELETE, 0);

	/* The tag, its hash, and anything else are no openings. */
	crypt_random(wrong, sizeof(wrong));
	memset(wrong[0], 0, 32);
	memcpy(wrong[0], tag, sizeof(tag));
	memset(wrong[1], 0, 32);
	t.bytes = wrong[0];
	t.n = sizeof(wrong);
	OK(ask(&t, TALK_DONE) == ERR_OK);
	OK(letter_is_there());
	t.bytes = opening;
	t.n = sizeof(opening);
	OK(ask(&t, TALK_DONE) == ERR_OK);
	OK(!letter_is_there());
}

static void
whatever_is_killed_comes_back_and_nothing_is_lost(void)
{
	static const char *const roles[] = { "@keeper", "@deriver", "@front",
		"@desk-front" };
	struct talk t = put_of(tag, letter);

	memcpy(opening, "one more", 8);
	tag_under(tag, opening);
	for (size_t i = 0; i < COUNT(roles); i++) {
		pid_t was = child_of(roles[i]);

		OK(was != 0);
		/* Right after "done". */
		OK(ask(&t, TALK_DONE) == ERR_OK);
		OK(kill(was, SIGKILL) == 0);
		(void)another(roles[i], was);
		until_it_answers();
		OK(letter_is_there());
	}
	a_phrase_becomes_its_root();
}

static void
a_second_warden_on_the_folder_is_refused(void)
{
	pid_t pid = fork();
	int status = -1;

	OK(pid >= 0);
	if (pid == 0) {
		struct warden_opts o = { .dir = folder,
			.listen = "127.0.0.1:0" };
		struct warden_fault f = { NULL, NULL, 0, false };
		enum err e = warden_run(&o, &f);

		_exit(e == ERR_BUSY && f.what != NULL ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && status == 0);
	until_it_answers();
}

/* Send a key note through the desks' front; what the keeper answers. */
static enum err
offer_note(uint32_t serial, const uint8_t seed[32], struct buf *note)
{
	buf_init(note, TALK_NOTE_MAX);
	put_note(note, serial, seed);
	return offer_bytes(note);
}

static void
a_key_note_is_taken_when_it_is_newer_and_right(void)
{
	struct buf note, file;

	OK(offer_note(1, line_seed, &note) == ERR_EXPIRED);
	buf_drop(&note);
	OK(offer_note(2, team_seed, &note) != ERR_OK);
	buf_drop(&note);
	OK(offer_note(2, line_seed, &note) == ERR_OK);
	buf_init(&file, TALK_NOTE_MAX);
	OK(file_read(&file, in_folder("key-note")) == ERR_OK);
	/* It is kept behind the certificate of its key. */
	OK(file.len > note.len);
	OK(memcmp(file.at + file.len - note.len, note.at, note.len) == 0);
	/* The sources' front shows it from now on. */
	do
		OK(lf_raw(front, ORDER_NOTE, 0, NULL, &came) == ERR_OK);
	while (came.n != note.len || memcmp(came.at, note.at, note.len) != 0);
	buf_drop(&file);
	buf_drop(&note);
}

/* The first piece of a note, and nothing more of it: a request that a front
 * broke off.  Neither that front nor the one after it dies of the next note. */
static void
a_key_note_that_was_broken_off_spoils_no_other(void)
{
	struct talk t = talk_of(TALK_PUT_NOTE, 0);
	struct buf note;
	pid_t was;

	for (unsigned i = 0; i < 2; i++) {
		was = child_of("@desk-front");
		t.bytes = (const uint8_t *)"half";
		t.n = 4;
		t.count = 1000;
		OK(lf_talk(desk, ORDER_KEEPER_ONLY, &t, &came) == ERR_OK);
		if (i == 1) {
			OK(kill(was, SIGKILL) == 0);
			(void)another("@desk-front", was);
			until_it_answers();
			was = child_of("@desk-front");
		}
		OK(offer_note(1, line_seed, &note) == ERR_EXPIRED);
		buf_drop(&note);
		OK(child_of("@desk-front") == was);
	}
}

static void
a_new_front_takes_over_and_the_old_one_ends(void)
{
	pid_t was = child_of("@front"), now;
	uint64_t until = clock_ms() + 15000;
	char text[16];

	(void)close(front);
	front = -1;
	OK(kill(warden, SIGHUP) == 0);
	do {
		if (front >= 0)
			(void)close(front);
		front = lf_connect(in_folder("s"));
		if (lf_raw(front, ORDER_WHO, 0, NULL, &came) != ERR_OK)
			came.n = 0;
		came.at[came.n] = 0;
		now = (pid_t)strtol((char *)came.at, NULL, 10);
		OK(clock_ms() < until);
	} while (now == was || now == 0);
	(void)snprintf(text, sizeof(text), "%d", (int)was);
	do {
		OK(lf_raw(front, ORDER_HEIRLOOM, 0, NULL, &came) == ERR_OK);
		OK(clock_ms() < until);
	} while (came.n == 0);
	OK(came.n == strlen(text) && memcmp(came.at, text, came.n) == 0);
	while (kill(was, 0) == 0)
		OK(clock_ms() < until);
	until_it_answers();
	OK(letter_is_there());
}

static void
told_to_end_all_end_in_order(void)
{
	pid_t keeper = child_of("@keeper"), other = child_of("@front");

	OK(keeper != 0 && other != 0);
	OK(stop() == 0);
	OK(kill(keeper, 0) != 0 && kill(other, 0) != 0);
	OK(start());
	until_it_answers();
	OK(letter_is_there());
	OK(stop() == 0);
}

static void
a_line_starts_fast(void)
{
#ifndef SOTTO_SANITIZED
	uint64_t began = clock_ms(), took;

	OK(start());
	took = clock_ms() - began;
	fprintf(stderr, "started in %u ms\n", (unsigned)took);
	OK(took < 1000); /* 150 ms on a machine with nothing else to do */
	OK(stop() == 0);
#else
	OK(true);
#endif
}

static void
tests(void)
{
	line_up();
	T(a_letter_is_put_once_and_found)
	T(parts_travel_over_a_descriptor_that_can_only_append)
	T(a_phrase_becomes_its_root)
	T(keeper_and_deriver_stay_small)
	T(only_the_opening_deletes_a_letter)
	T(whatever_is_killed_comes_back_and_nothing_is_lost)
	T(a_second_warden_on_the_folder_is_refused)
	T(a_key_note_is_taken_when_it_is_newer_and_right)
	T(a_key_note_that_was_broken_off_spoils_no_other)
	T(a_new_front_takes_over_and_the_old_one_ends)
	T(told_to_end_all_end_in_order)
	T(a_line_starts_fast)
}

int
main(int argc, char **argv)
{
	return role_or(argc, argv, tests);
}
