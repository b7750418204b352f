#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wipe.h"
#include "note/json.h"
#include "tell/fetch.h"
#include "tell/inbox.h"
#include "tell/send.h"
#include "tell/tell.h"

#include "alloc.h"
#include "fake_http.h"
#include "t.h"

#define BIG (3 * (size_t)PART_PLAIN + 1234) /* four parts */

static char folder[64], address[128];
static struct phrase phrase;

static void
path_of(char out[static 128], const char *name)
{
	(void)snprintf(out, 128, "%s/%s", folder, name);
}

/* A file of `n` bytes that begins with `first`. */
static void
make_file(const char *name, size_t n, uint8_t first)
{
	uint8_t *p = malloc(n + 1);
	char path[128];

	OK(p != NULL);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i / 7 + first);
	path_of(path, name);
	(void)unlink(path);
	OK(file_make(path, p, n, 0600) == ERR_OK);
	wipe_free(p, n + 1);
}

static enum err
enter(struct tell *t, const char *where)
{
	struct address a;
	enum err e;

	tell_init(t);
	OK(address_read(&a, where) == ERR_OK);
	if ((e = tell_open(t, &a, NULL)) == ERR_OK)
		e = tell_enter(t, &phrase);
	return e;
}

/* Everything `sotto tell` does to send. */
static enum err
send_text(const char *text, const char *file, bool *known)
{
	struct inbox in;
	struct tell t;
	struct send s;
	char path[128];
	enum err e;

	inbox_init(&in);
	send_init(&s);
	s.text = text;
	s.text_len = strlen(text);
	e = enter(&t, address);
	if (e == ERR_OK && file != NULL) {
		path_of(path, file);
		e = send_attach(&s, path);
	}
	if (e == ERR_OK && (e = send_door(&s, &t, NULL)) == ERR_OK &&
	    (e = inbox_open(&in, &t, false)) == ERR_OK) {
		e = send_letter(&s, &t, &in);
		OK(e == ERR_OK || t.why != NULL);
	}
	if (known != NULL)
		*known = s.known;
	send_drop(&s);
	inbox_drop(&in);
	tell_drop(&t);
	return e;
}

/* The tag a source's letter of today has. */
static void
from_tag(uint8_t tag[static TAG_BYTES], uint32_t slot)
{
	struct tag_keys keys;
	struct source s;
	uint8_t root[SOURCE_ROOT_BYTES];

	OK(source_root(root, &phrase, fake.line) == ERR_OK);
	source_init(&s, root);
	tag_keys_init(&keys, &s);
	tag_at(tag, &keys, TAG_FROM, fake.day, slot);
	tag_keys_drop(&keys);
	source_drop(&s);
}

/* What a desk reads in a slot of today, by the key of a door. */
static enum err
desk_reads(struct letter *l, uint32_t slot, const struct age_identity *by)
{
	uint8_t team[SIGN_PUBLIC_BYTES], tag[TAG_BYTES];
	uint8_t plain[ENVELOPE_LETTER_PLAIN];
	const struct fake_envelope *at;
	char f[TEAM_PRINT_BYTES];
	const struct letter_place place = {
		.kind = LETTER_FROM, .team = f, .line = fake.line, .tag = tag
	};
	enum err e;

	sign_public(team, fake.team);
	team_print(f, team);
	from_tag(tag, slot);
	if ((at = fake_find(tag)) == NULL)
		return ERR_NOTHING;
	e = envelope_open(plain, by, at->bytes, at->n);
	return e != ERR_OK ? e : letter_read(l, plain, sizeof(plain), &place);
}

/* The bytes of a letter's file, joined as a desk joins them. */
static void
desk_joins(const struct letter *l, size_t i, struct buf *out)
{
	uint8_t *plain = malloc(PART_PLAIN), tag[TAG_BYTES];
	struct part_join join;
	uint32_t first, count;
	size_t take;

	OK(plain != NULL);
	letter_file_parts(l, i, &first, &count);
	OK(part_join_open(&join, l->files[i].size, l->files[i].sha256) ==
	    ERR_OK);
	for (uint32_t j = first; j < first + count; j++) {
		const struct fake_envelope *at;

		tag_part(tag, l->parts, j);
		OK((at = fake_find(tag)) != NULL);
		OK(envelope_open(plain, fake.door[0], at->bytes, at->n) ==
		    ERR_OK);
		OK(part_join_add(&join, plain, &take) == ERR_OK);
		OK(buf_put(out, plain, take) == ERR_OK);
	}
	OK(part_join_end(&join) == ERR_OK);
	part_join_close(&join);
	wipe_free(plain, PART_PLAIN);
}

/* Does a letter in this slot carry the file of this name as it is on disk? */
static bool
desk_has_file(uint32_t slot, size_t i, const char *name)
{
	struct buf want, got;
	struct letter l;
	char path[128];
	bool same;

	path_of(path, name);
	buf_init(&want, 2 * BIG);
	buf_init(&got, 2 * BIG);
	OK(file_read(&want, path) == ERR_OK);
	OK(desk_reads(&l, slot, fake.door[0]) == ERR_OK);
	desk_joins(&l, i, &got);
	same = want.len == got.len && strcmp(l.files[i].name, name) == 0 &&
	    (got.len == 0 || memcmp(want.at, got.at, got.len) == 0);
	letter_drop(&l);
	buf_drop(&want);
	buf_drop(&got);
	return same;
}

/* A letter of the team in a slot of `to`, `next` if not NULL. */
static void
team_answers(uint32_t slot, uint32_t n, const char *text,
    const uint8_t voice[static 32], const struct age_identity *next)
{
	uint8_t root[SOURCE_ROOT_BYTES], team[SIGN_PUBLIC_BYTES];
	uint8_t opening[TAG_OPENING_BYTES], sealed[ENVELOPE_LETTER_BYTES];
	struct age_identity *reply;
	struct age_recipient to;
	struct tag_keys keys;
	struct source s;
	struct letter l;
	struct buf note;

	letter_init(&l, LETTER_REPLY);
	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	OK(source_root(root, &phrase, fake.line) == ERR_OK);
	source_init(&s, root);
	tag_keys_init(&keys, &s);
	OK(age_identity_from_seed(&reply, AGE_HYBRID, s.reply_seed) == ERR_OK);
	age_identity_recipient(reply, &to);
	sign_public(team, fake.team);
	team_print(l.team, team);
	memcpy(l.line, fake.line, sizeof(l.line));
	l.day = fake.day;
	tag_opening(opening, &keys, TAG_TO, l.day, slot);
	tag_of(l.tag, opening);
	l.n = n;
	l.text = text;
	l.text_len = strlen(text);
	if ((l.has_next = next != NULL))
		age_identity_recipient(next, &l.next);
	OK(letter_write(&note, &l, voice) == ERR_OK);
	OK(envelope_seal(sealed, sizeof(sealed), &to, note.at, note.len) ==
	    ERR_OK);
	fake_put(l.tag, sealed, sizeof(sealed));
	letter_drop(&l);
	buf_drop(&note);
	age_identity_close(reply);
	tag_keys_drop(&keys);
	source_drop(&s);
}

static void
addresses_are_read_exactly(void)
{
	static const struct {
		const char *in;
		enum err e;
		const char *base;
		bool f, onion, loopback;
	} rows[] = {
		{ "http://127.0.0.1:8440", ERR_OK, "http://127.0.0.1:8440",
		    false, false, true },
		{ "127.0.0.1:8440/#abcdefghijklmnopqrstuvwxyz234567", ERR_OK,
		    "http://127.0.0.1:8440", true, false, true },
		{ "abc.onion#ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ERR_OK,
		    "http://abc.onion", true, true, false },
		{ "http://abc.onion:80/", ERR_OK, "http://abc.onion:80", false,
		    true, false },
		{ "https://example.org#abcdefghijklmnopqrstuvwxyz234567",
		    ERR_OK, "https://example.org", true, false, false },
		{ "http://[::1]:1", ERR_OK, "http://[::1]:1", false, false,
		    true },
		{ "", ERR_FORMAT, "", false, false, false },
		{ "http://", ERR_FORMAT, "", false, false, false },
		{ "http://a#abc", ERR_FORMAT, "", false, false, false },
		{ "http://a#abcdefghijklmnopqrstuvwxyz234561", ERR_FORMAT, "",
		    false, false, false },
		{ "http://a/b", ERR_FORMAT, "", false, false, false },
		{ "http://u@a", ERR_FORMAT, "", false, false, false },
		{ "http://a b", ERR_FORMAT, "", false, false, false },
		{ "http://a\r\nX: y", ERR_FORMAT, "", false, false, false },
		{ "file:///etc/passwd", ERR_FORMAT, "", false, false, false },
		{ "http://a?b", ERR_FORMAT, "", false, false, false },
	};
	struct address a;

	for (unsigned i = 0; i < COUNT(rows); i++) {
		OK(address_read(&a, rows[i].in) == rows[i].e);
		if (rows[i].e != ERR_OK)
			continue;
		OK(strcmp(a.base, rows[i].base) == 0);
		OK((a.f[0] != '\0') == rows[i].f);
		OK(a.onion == rows[i].onion && a.loopback == rows[i].loopback);
	}
}

static void
a_desk_reads_what_was_sent(void)
{
	struct letter l;

	OK(send_text("Something is wrong here.", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_OK);
	OK(strcmp(l.text, "Something is wrong here.") == 0);
	OK(l.seen == 0 && !l.more && l.file_count == 0);
	letter_drop(&l);
	OK(desk_reads(&l, 0, fake.door[1]) == ERR_NOKEY);
}

static void
the_next_letter_takes_the_next_place(void)
{
	struct letter l;

	OK(send_text("one", NULL, NULL) == ERR_OK);
	fake.taken = 2; /* by a race that the look did not see */
	OK(send_text("two", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 3, fake.door[0]) == ERR_OK);
	OK(strcmp(l.text, "two") == 0);
	letter_drop(&l);
}

static void
sixteen_letters_fill_a_day(void)
{
	for (unsigned i = 0; i < TAG_SLOTS; i++)
		OK(send_text("again", NULL, NULL) == ERR_OK);
	OK(send_text("again", NULL, NULL) == ERR_TAKEN);
	OK(fake.count == TAG_SLOTS);
}

static void
desk_joins_parts_of_a_source(void)
{
	make_file("video.mp4", BIG, 1);
	OK(send_text("see this", "video.mp4", NULL) == ERR_OK);
	OK(fake.stores == 4 && fake.commits == 1);
	OK(desk_has_file(0, 0, "video.mp4"));
}

static void
empty_files_and_those_of_whole_parts_arrive(void)
{
	make_file("empty", 0, 1);
	make_file("whole", 2 * (size_t)PART_PLAIN, 2);
	OK(send_text("nothing in it", "empty", NULL) == ERR_OK);
	OK(fake.stores == 0 && desk_has_file(0, 0, "empty"));
	OK(send_text("two parts", "whole", NULL) == ERR_OK);
	OK(fake.stores == 2 && desk_has_file(1, 0, "whole"));
}

static void
a_long_text_goes_as_file_0(void)
{
	char *text = malloc(60001);
	struct letter l;
	struct buf got;

	OK(text != NULL);
	memset(text, 'x', 60000);
	text[60000] = '\0';
	make_file("a.txt", 10, 1);
	buf_init(&got, BIG);
	OK(send_text(text, "a.txt", NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_OK);
	OK(l.more && l.file_count == 2 && l.text_len == LETTER_CUT_BYTES);
	desk_joins(&l, 0, &got);
	OK(got.len == 60000 && memcmp(got.at, text, got.len) == 0);
	OK(desk_has_file(0, 1, "a.txt"));
	letter_drop(&l);
	buf_drop(&got);
	wipe_free(text, 60001);
}

/* Every second request is lost: before the line heard of it, or after. */
static void
lost_requests_are_sent_again_and_nothing_twice(void)
{
	make_file("video.mp4", BIG, 3);
	for (unsigned after = 0; after < 2; after++) {
		fake.cut = 2;
		fake.cut_after = after == 1;
		OK(send_text(after == 0 ? "first" : "second", "video.mp4",
		       NULL) == ERR_OK);
		fake.cut = 0;
		OK(desk_has_file(after, 0, "video.mp4"));
	}
	OK(fake.count == 2 * (1 + 4));
}

static void
a_busy_line_is_asked_again(void)
{
	fake.busy = 2;
	OK(send_text("patience", NULL, NULL) == ERR_OK);
	OK(fake.count == 1);
}

/* The command broke off after two parts; the same one again sends the rest. */
static void
the_same_command_again_goes_on(void)
{
	struct inbox in;
	struct tell t;
	bool known;

	make_file("video.mp4", BIG, 4);
	fake.full = true;
	OK(send_text("see", "video.mp4", NULL) == ERR_FULL);
	fake.full = false;
	OK(fake.parts_n == 4 && fake.count == 0);
	fake.parts_n -= 2;
	fake.stores = 0;
	OK(send_text("see", "video.mp4", &known) == ERR_OK && !known);
	OK(fake.stores == 2);
	OK(desk_has_file(0, 0, "video.mp4"));
	OK(send_text("see", "video.mp4", &known) == ERR_OK && known);
	OK(fake.stores == 2 && fake.count == 5);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	inbox_drop(&in);
	tell_drop(&t);
}

static void
slot_taken_keeps_parts(void)
{
	make_file("video.mp4", BIG, 5);
	fake.taken = 1;
	OK(send_text("see", "video.mp4", NULL) == ERR_OK);
	OK(fake.stores == 4 && fake.commits == 2);
	OK(desk_has_file(1, 0, "video.mp4"));
}

static void
parts_that_the_line_lost_are_sent_once_more(void)
{
	make_file("video.mp4", BIG, 6);
	fake.missing = 1;
	OK(send_text("see", "video.mp4", NULL) == ERR_OK);
	OK(fake.stores == 5 && fake.commits == 2);
	OK(desk_has_file(0, 0, "video.mp4"));
	fake.missing = 100;
	OK(send_text("see that", "video.mp4", NULL) == ERR_MISSING);
	OK(fake.count == 5);
}

static void
a_file_that_changes_meanwhile_is_not_sent(void)
{
	struct inbox in;
	struct tell t;
	struct send s;
	char path[128];
	int fd;

	make_file("video.mp4", BIG, 7);
	path_of(path, "video.mp4");
	inbox_init(&in);
	send_init(&s);
	OK(enter(&t, address) == ERR_OK);
	OK(send_attach(&s, path) == ERR_OK);
	OK(send_door(&s, &t, NULL) == ERR_OK);
	s.text = "see";
	s.text_len = 3;
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK((fd = open(path, O_WRONLY)) >= 0);
	OK(pwrite(fd, "!", 1, 2000000) == 1 && close(fd) == 0);
	OK(send_letter(&s, &t, &in) == ERR_DENIED && t.why != NULL);
	OK(truncate(path, 5) == 0);
	OK(send_letter(&s, &t, &in) == ERR_DENIED && t.why != NULL);
	OK(fake.commits == 0 && fake.count == 0);
	send_drop(&s);
	inbox_drop(&in);
	tell_drop(&t);
}

static void
folders_and_pipes_are_not_attached(void)
{
	struct send s;
	char path[128];

	send_init(&s);
	OK(send_attach(&s, folder) == ERR_FORMAT);
	path_of(path, "pipe");
	OK(mkfifo(path, 0600) == 0);
	OK(send_attach(&s, path) == ERR_FORMAT);
	path_of(path, "not there");
	OK(send_attach(&s, path) == ERR_NOTHING);
	send_drop(&s);
}

static void
a_door_is_found_by_name_and_id(void)
{
	struct tell t;
	struct send s;

	send_init(&s);
	OK(enter(&t, address) == ERR_OK);
	OK(send_door(&s, &t, NULL) == ERR_OK && s.door[0] == 1);
	OK(send_door(&s, &t, "complaints") == ERR_OK && s.door[0] == 2);
	OK(send_door(&s, &t, "01000000") == ERR_OK && s.door[0] == 1);
	OK(send_door(&s, &t, "Sports") == ERR_NOTHING);
	send_drop(&s);
	tell_drop(&t);
}

/* All slots of all kinds in one look, and exactly one get of six, whether
 * there is anything or not. */
static void
whatever_there_is_the_same_is_asked(void)
{
	struct inbox in;
	struct tell t;

	for (unsigned n = 0; n < 3; n++) {
		for (unsigned i = 0; n > 0 && i < 4 * n - 3; i++)
			team_answers(
			    4 * n + i, 4 * n + i, "answer", fake.voice, NULL);
		fake.looks = fake.fetches = 0;
		inbox_init(&in);
		OK(enter(&t, address) == ERR_OK);
		OK(inbox_open(&in, &t, false) == ERR_OK);
		OK(fake.looks == 1 && fake.fetches == 1);
		OK(fake.look_bytes == (size_t)92 * 48 * TAG_BYTES);
		OK(in.count == (n == 0 ? 0U : n == 1 ? 1U : 6U));
		inbox_drop(&in);
		tell_drop(&t);
	}
}

/* As far back as the key note knows voices, however many looks it takes. */
static void
a_line_that_keeps_long_is_asked_for_all_of_it(void)
{
	const uint32_t today = fake.day;
	struct inbox in;
	struct tell t;

	fake.day = today - 299; /* an answer of then */
	team_answers(0, 1, "long ago", fake.voice, NULL);
	fake.day = today;
	fake.voice_days = 300;
	fake_offer();
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK(fake.looks == 2 && fake.fetches == 1);
	OK(in.count == 1 && in.letters[0]->letter.day == today - 299);
	OK(inbox_delete(&in, &t) == ERR_OK && fake.deletes == 1);
	inbox_drop(&in);
	OK(inbox_open(&in, &t, false) == ERR_OK && in.count == 0);
	inbox_drop(&in);
	tell_drop(&t);
}

static void
answers_are_read_in_order_and_their_number_told(void)
{
	struct inbox in;
	struct letter l;
	struct tell t;

	for (uint32_t i = 0; i < 9; i++)
		team_answers(i, i + 1, "answer", fake.voice, NULL);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK(in.count == 6 && in.older == 3 && in.said.seen == 9);
	for (uint32_t i = 0; i < 6; i++)
		OK(in.letters[i]->letter.n == i + 4);
	inbox_drop(&in);
	OK(inbox_open(&in, &t, true) == ERR_OK);
	OK(in.count == 9 && in.older == 0 && in.letters[0]->letter.n == 1);
	inbox_drop(&in);
	tell_drop(&t);
	OK(send_text("thank you", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_OK && l.seen == 9);
	letter_drop(&l);
}

static void
a_letter_is_sealed_to_the_newest_next(void)
{
	struct age_identity *old, *new;
	struct letter l;

	OK(age_identity_random(&old, AGE_HYBRID) == ERR_OK);
	OK(age_identity_random(&new, AGE_HYBRID) == ERR_OK);
	team_answers(0, 1, "between us", fake.voice, old);
	team_answers(1, 2, "between us", fake.voice, new);
	team_answers(2, 3, "and", fake.voice, NULL);
	OK(send_text("for you alone", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_NOKEY);
	OK(desk_reads(&l, 0, old) == ERR_NOKEY);
	OK(desk_reads(&l, 0, new) == ERR_OK);
	letter_drop(&l);
	age_identity_close(old);
	age_identity_close(new);
}

/* An answer signed by somebody else is not shown and not followed. */
static void
old_voice_refused(void)
{
	static const uint8_t stranger[32] = { 9 };
	struct age_identity *trap;
	struct inbox in;
	struct tell t;

	OK(age_identity_random(&trap, AGE_HYBRID) == ERR_OK);
	team_answers(0, 7, "give me your name", stranger, trap);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK(in.count == 0 && in.strange == 1 && in.said.seen == 0 &&
	    in.said.next == NULL);
	inbox_drop(&in);
	tell_drop(&t);
	age_identity_close(trap);
}

static void
source_deletes_own_letter(void)
{
	uint8_t tag[TAG_BYTES];
	struct fake_envelope *other;
	struct inbox in;
	struct letter l;
	struct tell t;
	uint8_t before[ENVELOPE_LETTER_BYTES], stranger[TAG_BYTES] = { 1 };

	OK(envelope_nobody(before, sizeof(before)) == ERR_OK);
	fake_put(stranger, before, sizeof(before));
	OK(send_text("forget this", NULL, NULL) == ERR_OK);
	team_answers(0, 1, "answer", fake.voice, NULL);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK && in.count == 1);
	OK(inbox_delete(&in, &t) == ERR_OK);
	OK(fake.deletes == 1);
	OK(fake.delete_bytes == (size_t)64 * TAG_OPENING_BYTES);
	inbox_drop(&in);
	OK(inbox_open(&in, &t, false) == ERR_OK && in.count == 0);
	inbox_drop(&in);
	tell_drop(&t);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_NOKEY);
	from_tag(tag, 0);
	OK(fake_find(tag) != NULL);
	OK((other = fake_find(stranger)) != NULL);
	OK(memcmp(other->bytes, before, sizeof(before)) == 0);
}

/* Another team's line, another line's key note, a clock that is off. */
static void
tell_refuses_foreign_key_note(void)
{
	char mine[128];
	uint8_t was[32];
	struct tell t;

	memcpy(mine, address, sizeof(mine));
	memcpy(was, fake.team, 32);
	crypt_random(fake.team, 32);
	fake_offer();
	OK(enter(&t, mine) == ERR_FORGED && t.why != NULL);
	OK(fake.looks == 0);
	tell_drop(&t);
	*strchr(mine, '#') = '\0'; /* who names no team trusts any */
	OK(enter(&t, mine) == ERR_OK);
	tell_drop(&t);
	memcpy(fake.team, was, 32);
	fake_offer();
	OK(enter(&t, address) == ERR_OK);
	/* While we talk the line becomes another one. */
	fake.line[0] ^= 1;
	fake_offer();
	OK(tell_renew(&t) == ERR_DENIED && t.why != NULL);
	tell_drop(&t);
	fake.offer.at[fake.offer.len / 2] ^= 1;
	OK(enter(&t, address) != ERR_OK && t.why != NULL);
	tell_drop(&t);
	for (unsigned i = 0; i < 2; i++) {
		fake.day = i == 0 ? clock_day() + 2 : clock_day() - 2;
		fake_offer();
		OK(enter(&t, address) == ERR_EXPIRED && t.why != NULL);
		tell_drop(&t);
	}
}

static void
nothing_stays_in_memory(void)
{
	unsigned held, dirty;

	make_file("a.txt", 3000, 8);
	OK(send_text("warm up", "a.txt", NULL) == ERR_OK);
	held = alloc_held();
	dirty = alloc_dirty();
	OK(send_text("Something is wrong here.", NULL, NULL) == ERR_OK);
	OK(alloc_held() == held);
	OK(alloc_dirty() == dirty);
}

/* Every allocation refused once: nothing is held, and the line has the letter
 * whole or not at all. */
static void
refused_memory_loses_nothing(void)
{
	bool whole = false;
	unsigned held;
	enum err e;

	make_file("a.txt", 3000, 9);
	OK(send_text("warm up", "a.txt", NULL) == ERR_OK);
	held = alloc_held();
	/* Some refusals only cost the text its place in the letter. */
	for (unsigned n = 1; !whole; n++) {
		size_t was = fake.count;

		memset(fake.u, 0, sizeof(fake.u)); /* it forgot */
		alloc_refuse(n);
		e = send_text("Something is wrong here.", "a.txt", NULL);
		alloc_refuse(0);
		OK(alloc_held() == held);
		OK(e == ERR_OK || (e == ERR_NOMEM && fake.count == was));
		whole = e == ERR_OK && desk_has_file(1, 0, "a.txt");
		fake.count = was;
	}
}

typedef void test(void);

/* Each with a fresh line and fresh words. */
static void
with_line(test *f)
{
	fake_open();
	fake_address(address);
	phrase_new(&phrase);
	f();
	fake_close();
}

#define L(name) \
	t_now = #name; \
	with_line(name); \
	printf("ok %s\n", #name); \
	fflush(stdout);

T_BEGIN
const char *base = getenv("TMPDIR");
char clean[128];

clock_init();
OK(crypt_init() == ERR_OK);
json_init();
(void)snprintf(folder, sizeof(folder), "%s/tellXXXXXX",
    base == NULL || strlen(base) > 40 ? "/tmp" : base);
OK(mkdtemp(folder) != NULL);
T(addresses_are_read_exactly)
L(a_desk_reads_what_was_sent)
L(the_next_letter_takes_the_next_place)
L(sixteen_letters_fill_a_day)
L(desk_joins_parts_of_a_source)
L(empty_files_and_those_of_whole_parts_arrive)
L(a_long_text_goes_as_file_0)
L(lost_requests_are_sent_again_and_nothing_twice)
L(a_busy_line_is_asked_again)
L(the_same_command_again_goes_on)
L(slot_taken_keeps_parts)
L(parts_that_the_line_lost_are_sent_once_more)
L(a_file_that_changes_meanwhile_is_not_sent)
L(folders_and_pipes_are_not_attached)
L(a_door_is_found_by_name_and_id)
L(whatever_there_is_the_same_is_asked)
L(a_line_that_keeps_long_is_asked_for_all_of_it)
L(answers_are_read_in_order_and_their_number_told)
L(a_letter_is_sealed_to_the_newest_next)
L(old_voice_refused)
L(source_deletes_own_letter)
L(tell_refuses_foreign_key_note)
L(nothing_stays_in_memory)
L(refused_memory_loses_nothing)
for (unsigned i = 0; i < 6; i++) {
	static const char *const made[] = { "a.txt", "empty", "whole", "pipe",
		"video.mp4", "." };

	path_of(clean, made[i]);
	(void)unlink(clean);
}
OK(rmdir(folder) == 0);
T_END
