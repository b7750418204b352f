/*
 * What a front that was taken over can not do, and that the line goes on.
 */
#include "line/said.h"
#include "line_live.h"

/* Begin an upload and append so many MiB; how many parts there is room for. */
static uint32_t
fill(const uint8_t *upload, uint32_t mib)
{
	uint8_t n[4];
	const struct buf b = { .at = n, .len = sizeof(n) };
	struct talk t = talk_of(TALK_UPLOAD, 0);
	uint32_t room;

	t.upload = upload;
	OK(ask(&t, TALK_UPLOADED) == ERR_OK && came.fds == 1);
	room = enc_get_u32(came.at + 5);
	enc_put_u32(n, mib > 0 ? mib : room + 1);
	OK(lf_raw(front, ORDER_FILL, 0, &b, &came) == ERR_OK);
	return room;
}

/* The state of an upload, when the front that misused it has been ended. */
static enum err
state_after_end(pid_t was, const uint8_t *upload)
{
	struct talk t = talk_of(TALK_STATE, 0);

	(void)another("@front", was);
	until_it_answers();
	t.upload = upload;
	return ask(&t, TALK_STATED);
}

static void
who_keeps_the_descriptor_cannot_commit(void)
{
	static const uint8_t upload[16] = "kept and used";
	const pid_t was = child_of("@front");
	uint8_t own[32] = "one more opening", where[16];
	struct talk t = talk_of(TALK_COMMIT, 0);

	(void)fill(upload, 1);
	tag_under(where, own);
	t.upload = upload;
	t.count = 1;
	t.secret = own;
	t.tag = where;
	t.envelope = letter;
	OK(lf_talk(front, ORDER_KEEPER, &t, &came) != ERR_OK);
	OK(state_after_end(was, upload) == ERR_OK); /* open, not committed */
	t = talk_of(TALK_LOOK, 0);
	t.bytes = where;
	t.n = sizeof(where);
	OK(ask(&t, TALK_LOOKED) == ERR_OK && came.at[1] == 0);
}

static void
who_says_that_it_has_closed_and_has_not_is_ended(void)
{
	static const uint8_t upload[16] = "not closed";
	const pid_t was = child_of("@front");
	struct talk t = talk_of(TALK_UPLOAD_END, 0);

	(void)fill(upload, 1);
	t.upload = upload;
	/* It may be ended before it can say that it did so. */
	(void)lf_talk(front, ORDER_KEEPER_ONLY, &t, &came);
	OK(state_after_end(was, upload) == ERR_OK);
}

static void
who_appends_more_than_was_granted_is_ended(void)
{
	static const uint8_t upload[16] = "without end";
	const pid_t was = child_of("@front");
	const uint32_t room = fill(upload, 0);

	OK(room > 0 && room <= 8);
	OK(state_after_end(was, upload) == ERR_OK);
}

/* As the pool does with what is too old or in the way. */
static void
remove_unfinished(void)
{
	DIR *d = opendir(in_folder("pool/uploads"));
	struct dirent *e;

	OK(d != NULL);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			OK(unlinkat(dirfd(d), e->d_name, 0) == 0);
	(void)closedir(d);
}

static void
who_fills_the_disk_through_files_without_a_name_is_ended(void)
{
	const pid_t was = child_of("@front");
	struct talk t = talk_of(TALK_UPLOAD, 0);
	uint8_t upload[16] = "nameless", n[4];
	const struct buf b = { .at = n, .len = sizeof(n) };
	unsigned i;

	enc_put_u32(n, 7);
	t.upload = upload;
	for (i = 0; i < 40; i++) {
		upload[15] = (uint8_t)i;
		if (lf_talk(front, ORDER_KEEPER, &t, &came) != ERR_OK)
			break;
		OK(came.fds == 1); /* granted */
		if (lf_raw(front, ORDER_FILL, 0, &b, &came) != ERR_OK)
			break;
		remove_unfinished();
	}
	OK(i > 5); /* what has no name is not yet too much */
	/* While it wrote, or when it asked for more. */
	(void)state_after_end(was, upload);
}

/* Whatever is said, the front that says it ends, and the line goes on as if
 * nothing had been said. */
static void
attack(bool by_desk, enum order order, uint16_t type, const struct buf *body)
{
	const char *role = by_desk ? "@desk-front" : "@front";
	pid_t was = child_of(role);
	enum err e;

	OK(was != 0);
	e = lf_raw(by_desk ? desk : front, order, type, body, &came);
	OK(e == ERR_CLOSED);
	(void)another(role, was);
	until_it_answers();
}

static void
a_front_that_says_what_it_may_not_is_ended(void)
{
	static const struct {
		enum talk_kind kind;
		size_t n;
		bool by_desk;
	} rows[] = {
		/* What only desks may ask. */
		{ TALK_DAYS, 0, false },
		{ TALK_DAY, 24, false },
		{ TALK_OFFERED, 4, false },
		{ TALK_FETCH, 16, false },
		{ TALK_PURGE, 100, false },
		{ TALK_PUT_NOTE, 100, false },
		/* What others say. */
		{ TALK_NONE, 0, false },
		{ TALK_SETTINGS, 10, false },
		{ TALK_START, 0, false },
		{ TALK_NOTE_KEPT, 1, true },
		{ TALK_LOCK, 0, true },
		{ TALK_DONE, 1, true },
		{ TALK_DERIVE, 13, false }, /* to the keeper */
		{ TALK_COUNT, 0, false },
		/* Right kinds, wrong lengths. */
		{ TALK_LOOK, 0, false },
		{ TALK_LOOK, 17, false },
		{ TALK_GET, 5 * 16, false },
		{ TALK_GET, 12 * 16, false },
		{ TALK_PIECE, 19, false },
		{ TALK_PUT, 16 + TALK_ENVELOPE_BYTES - 1, false },
		{ TALK_PUT, 16 + TALK_ENVELOPE_BYTES + 1, false },
		{ TALK_UPLOAD, 15, false },
		{ TALK_STATE, 17, false },
		{ TALK_COMMIT, 16 + 4 + 32 + 16, false },
		{ TALK_DELETE, 31, false },
		{ TALK_DELETE, 65 * 32, false },
		{ TALK_DAY, 20, true },
	};
	static uint8_t bytes[70000];
	struct buf b = { .at = bytes };

	for (size_t i = 0; i < COUNT(rows); i++) {
		b.len = rows[i].n;
		attack(
		    rows[i].by_desk, ORDER_KEEPER, (uint16_t)rows[i].kind, &b);
	}
	b.len = 12;
	attack(false, ORDER_DERIVER, TALK_DERIVE, &b);
	b.len = 16;
	attack(false, ORDER_DERIVER, TALK_LOOK, &b);
	OK(letter_is_there());
}

static void
a_front_does_not_survive_a_forbidden_call(void)
{
	struct talk t = talk_of(TALK_UPLOAD, 0);

#ifndef SOTTO_SANITIZED
	attack(false, ORDER_OPEN, 0, NULL);
	t.upload = (const uint8_t *)"upload to change";
	OK(ask(&t, TALK_UPLOADED) == ERR_OK && came.fds == 1);
	attack(false, ORDER_SETFL, 0, NULL);
	attack(false, ORDER_SHUT, 0, NULL);
	attack(true, ORDER_SHUT, 0, NULL);
	attack(false, ORDER_SHUT_HIGH, 0, NULL);
	attack(false, ORDER_FILTER, 0, NULL);
	OK(lf_raw(front, ORDER_END, 0, NULL, &came) == ERR_OK);
#else
	(void)t;
	OK(lf_raw(front, ORDER_OPEN, 0, NULL, &came) == ERR_DENIED);
#endif
	OK(letter_is_there());
}

#ifndef SOTTO_SANITIZED

/* All that the line has said so far; with `from` after those bytes. */
static const char *
said_since(long from)
{
	static char text[65536];
	ssize_t n = pread(said_fd, text, sizeof(text) - 1, from);

	text[n > 0 ? n : 0] = '\0';
	return text;
}
#endif

static void
a_front_can_put_no_words_of_its_own_into_the_log(void)
{
#ifndef SOTTO_SANITIZED
	static uint8_t words[] = "what a source wrote\n";
	const struct buf b = { .at = words, .len = sizeof(words) - 1 };
	const long from = lseek(said_fd, 0, SEEK_END);
	struct talk t = talk_of(TALK_SAID, 0);

	OK(lf_raw(front, ORDER_ERROR, 0, &b, &came) == ERR_OK);
	t.count = said_number("the front cannot listen");
	t.status = ERR_IO;
	OK(t.count > 0 && lf_talk(front, ORDER_WARDEN, &t, &came) == ERR_OK);
	while (strstr(said_since(from), "front: the front cannot listen: ") ==
	    NULL)
		clock_sleep(2);
	OK(strstr(said_since(from), "what a source wrote") == NULL);
#endif
}

/* Give the front's order again and again until it is ended for it. */
static void
until_ended(const struct talk *t)
{
	pid_t was = child_of("@front");
	unsigned n = 0;

	while (lf_talk(front, ORDER_WARDEN, t, &came) == ERR_OK)
		OK(++n < 100000);
	(void)another("@front", was);
	until_it_answers();
}

static void
a_front_that_says_too_much_or_nonsense_is_ended(void)
{
	struct talk t = talk_of(TALK_SAID, 0);

	until_ended(&t); /* the first sentence, too often */
	t.count = 1000000;
	until_ended(&t);
	OK(letter_is_there());
}

static void
tests(void)
{
	line_up();
	put_a_letter();
	T(who_fills_the_disk_through_files_without_a_name_is_ended)
	T(who_keeps_the_descriptor_cannot_commit)
	T(who_says_that_it_has_closed_and_has_not_is_ended)
	T(a_front_that_says_what_it_may_not_is_ended)
	T(a_front_does_not_survive_a_forbidden_call)
	T(a_front_can_put_no_words_of_its_own_into_the_log)
	T(a_front_that_says_too_much_or_nonsense_is_ended)
	T(who_appends_more_than_was_granted_is_ended)
	OK(stop() == 0);
}

int
main(int argc, char **argv)
{
	return role_or(argc, argv, tests);
}
