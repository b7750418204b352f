/*
 * A whole line, with a front that the test commands: what the processes do for
 * each other, what a front that was taken over can not do, and that whatever
 * dies comes back.
 */
#include <dirent.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "crypt/slow.h"
#include "line/said.h"
#include "line/warden.h"
#include "line_folder.h"

static uint8_t opening[32] = "an opening", tag[TALK_TAG_BYTES];
static pid_t warden;
static int front = -1, desk = -1; /* connections */
static struct came came;

/* Where ready() says so. */
static int ready_fd;
/* What the line says on standard error. */
static int said_fd;

static void
ready(const char *listen, const char *listen_desk)
{
	(void)listen;
	(void)listen_desk;
	OK(write(ready_fd, "r", 1) == 1);
}

static enum err
run_warden(void)
{
	static char listen[128];
	struct warden_opts o = { .dir = folder, .ready = ready };
	struct warden_fault f = { NULL, NULL };
	enum err e;

	(void)snprintf(listen, sizeof(listen), "unix:%s", in_folder("s"));
	o.listen = listen;
	e = warden_run(&o, &f);
	if (e != ERR_OK)
		fprintf(stderr, "%s: %s\n", f.what, err_name(e));
	return e;
}

static bool
start(void)
{
	int p[2];
	char c;
	bool good;

	OK(pipe2(p, O_CLOEXEC) == 0);
	(void)fflush(stdout);
	OK((warden = fork()) >= 0);
	if (warden == 0) {
		/* A test that fails leaves no line behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		ready_fd = p[1];
		OK(dup2(said_fd, STDERR_FILENO) == STDERR_FILENO);
		_exit(run_warden() == ERR_OK ? 0 : 1);
	}
	(void)close(p[1]);
	good = read(p[0], &c, 1) == 1;
	(void)close(p[0]);
	return good;
}

static void
connect_both(void)
{
	if (front >= 0)
		(void)close(front);
	if (desk >= 0)
		(void)close(desk);
	front = lf_connect(in_folder("s"));
	desk = lf_connect(in_folder("s-desk"));
}

static int
stop(void)
{
	int status = -1;

	(void)close(front);
	(void)close(desk);
	front = desk = -1;
	OK(kill(warden, SIGTERM) == 0);
	OK(waitpid(warden, &status, 0) == warden);
	return status;
}

/* The child of the warden with this role, as ps would show it; 0. */
static pid_t
child_of(const char *role)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	pid_t got = 0;

	OK(d != NULL);
	while (got == 0 && (e = readdir(d)) != NULL) {
		char path[300], text[400];
		int fd, n;
		long ppid;
		char *end;

		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		(void)snprintf(
		    path, sizeof(path), "/proc/%s/cmdline", e->d_name);
		if ((fd = open(path, O_RDONLY)) < 0)
			continue;
		n = (int)read(fd, text, sizeof(text) - 1);
		(void)close(fd);
		text[n > 0 ? n : 0] = 0;
		if (n < 7 || strcmp(text, "sotto") != 0 ||
		    strcmp(text + 6, role) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		if ((fd = open(path, O_RDONLY)) < 0)
			continue;
		n = (int)read(fd, text, sizeof(text) - 1);
		(void)close(fd);
		text[n > 0 ? n : 0] = 0;
		if (n < 1 || (end = strrchr(text, ')')) == NULL ||
		    end[2] == 'Z')
			continue;
		ppid = strtol(end + 4, NULL, 10);
		if (ppid == warden)
			got = (pid_t)strtol(e->d_name, NULL, 10);
	}
	(void)closedir(d);
	return got;
}

/* Wait until this role is played by another process than `was`. */
static pid_t
another(const char *role, pid_t was)
{
	uint64_t until = clock_ms() + 15000;
	pid_t now;

	while ((now = child_of(role)) == 0 || now == was) {
		OK(clock_ms() < until);
		clock_sleep(5);
	}
	return now;
}

/* An answered question means that everything runs. */
static void
until_it_answers(void)
{
	static const uint8_t any[TALK_TAG_BYTES];
	uint64_t until = clock_ms() + 15000;
	struct talk t = talk_of(TALK_LOOK, 0);

	t.bytes = any;
	t.n = sizeof(any);
	for (;;) {
		connect_both();
		if (lf_talk(front, ORDER_KEEPER, &t, &came) == ERR_OK &&
		    lf_talk(desk, ORDER_KEEPER, &t, &came) == ERR_OK)
			return;
		OK(clock_ms() < until);
		clock_sleep(20);
	}
}

static enum err
ask(const struct talk *t, enum talk_kind answer)
{
	enum err e = lf_talk(front, ORDER_KEEPER, t, &came);

	OK(e == ERR_OK && came.type == answer && came.n >= 1);
	return (enum err)came.at[0];
}

/* Is it given out?  (What was deleted stays in its place as a letter to
 * nobody, so a look would find it.) */
static bool
letter_is_there(void)
{
	uint8_t tags[TALK_LETTERS][TALK_TAG_BYTES];
	struct talk t = talk_of(TALK_GET, 0);

	crypt_random(tags, sizeof(tags));
	memcpy(tags[2], tag, sizeof(tag));
	t.bytes = tags[0];
	t.n = sizeof(tags);
	OK(ask(&t, TALK_GOT) == ERR_OK);
	OK(came.n == 1 + TALK_LETTERS * TALK_ENVELOPE_BYTES);
	for (unsigned i = 0; i < TALK_LETTERS; i++)
		OK(envelope_check(came.at + 1 + i * sizeof(letter),
		       sizeof(letter)) == ERR_OK);
	return memcmp(came.at + 1 + 2 * sizeof(letter), letter,
		   sizeof(letter)) == 0;
}

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
	OK(state_after_end(was, upload) != ERR_OK);
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
		struct warden_fault f = { NULL, NULL };
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
	struct talk t = talk_of(TALK_PUT_NOTE, 0);

	buf_init(note, TALK_NOTE_MAX);
	put_note(note, serial, seed);
	/* In two pieces, of which the first gets no answer. */
	t.bytes = note->at;
	t.n = 100;
	t.count = (uint32_t)(note->len - 100);
	OK(lf_talk(desk, ORDER_KEEPER_ONLY, &t, &came) == ERR_OK);
	lf_goes_on = true;
	t.bytes += 100;
	t.n = note->len - 100;
	t.count = 0;
	OK(lf_talk(desk, ORDER_KEEPER, &t, &came) == ERR_OK);
	OK(came.type == TALK_DONE && came.n == 1);
	return (enum err)came.at[0];
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
	OK(file.len == note.len && memcmp(file.at, note.at, file.len) == 0);
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
	OK((said_fd = memfd_create("said", MFD_CLOEXEC)) >= 0);
	T(a_line_starts_fast)
	OK(start());
	until_it_answers();
	T(a_letter_is_put_once_and_found)
	T(parts_travel_over_a_descriptor_that_can_only_append)
	T(who_keeps_the_descriptor_cannot_commit)
	T(who_says_that_it_has_closed_and_has_not_is_ended)
	T(a_phrase_becomes_its_root)
	T(keeper_and_deriver_stay_small)
	T(a_front_that_says_what_it_may_not_is_ended)
	T(a_front_does_not_survive_a_forbidden_call)
	T(a_front_can_put_no_words_of_its_own_into_the_log)
	T(a_front_that_says_too_much_or_nonsense_is_ended)
	T(only_the_opening_deletes_a_letter)
	T(whatever_is_killed_comes_back_and_nothing_is_lost)
	T(a_second_warden_on_the_folder_is_refused)
	T(a_key_note_is_taken_when_it_is_newer_and_right)
	T(a_key_note_that_was_broken_off_spoils_no_other)
	T(a_new_front_takes_over_and_the_old_one_ends)
	T(who_fills_the_disk_through_files_without_a_name_is_ended)
	T(who_appends_more_than_was_granted_is_ended)
	T(told_to_end_all_end_in_order)
}

int
main(int argc, char **argv)
{
	return role_or(argc, argv, tests);
}
