/* Words of the team's answers are those that their entries say, whoever brings
 * them. */
#include "desk/replied.h"
#include "desk_bend.h"
#include "desk_two.h"
#define live live_alone
#include "desk_newcomer.h"
#undef live
#include "desk/unpack.h"

/* What of a pack is to be otherwise. */
static size_t flip; /* 1 + where, in a record with an answer, one bit is */
static bool lose_entry; /* entries of answers are left out */

static bool
is_answer(const struct pack_said *s)
{
	return s->head[0] == ITEM_WAY || s->head[0] == ITEM_TOLD;
}

static bool
is_reply(const uint8_t *p, size_t n)
{
	return memmem(p, n, "\"type\":\"reply\"", 14) != NULL;
}

static enum err
pass_on(struct pack_writer *w, enum pack_kind kind, const uint8_t *p, size_t n)
{
	struct pack_said s;
	struct buf b;
	enum err e;

	if (kind == PACK_ENTRY && lose_entry && is_reply(p, n))
		return ERR_OK;
	if (kind != PACK_SAID || flip == 0)
		return pack_writer_put(w, kind, p, n);
	OK(pack_said_read(&s, p, n) == ERR_OK);
	if (!is_answer(&s))
		return pack_writer_put(w, kind, p, n);
	buf_init(&b, PACK_RECORD_MAX);
	OK(buf_put(&b, p, n) == ERR_OK);
	b.at[(size_t)(s.head - p) + flip - 1] ^= 1;
	e = pack_writer_put(w, kind, b.at, b.len);
	buf_drop(&b);
	return e;
}

/* Of an item: where what was said stands in it, and of that where the text
 * does. */
#define WAY_AT (5U + 16 + 32 + 12 + TAG_BYTES + TAG_PARTS_BYTES)
#define TOLD_AT 5U
#define SAID_TAG (1U + LETTER_ID_BYTES)
#define SAID_WORDS (SAID_TAG + TAG_BYTES)
#define SAID_DAY (SAID_WORDS + SHA256_BYTES + 3)
#define SAID_N (SAID_DAY + 12)
#define SAID_TEXT (SAID_DAY + 1 + 16 + 13)

static const size_t places[] = { 1 /* id */, SAID_TAG, SAID_WORDS, SAID_DAY,
	SAID_N, SAID_TEXT };

/*
 * A welcome.
 */

/* One source, who was answered by this desk or by the other; a new member is
 * taken in. */
static void
answered(bool by_other)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	reply(by_other ? other : desk, "an answer");
	sync_both();
	wait_for_it();
	admit(MEMBER_EDITOR, true);
}

static enum err
welcomed(void)
{
	const struct bend how = { request.key, &request.recipient,
		(const uint8_t(*)[AGE_SEED_BYTES]) & own->recipient, 1,
		pass_on };
	struct pack_said_of made;
	struct welcome w;

	OK(give(&made) == ERR_OK);
	bend_file(&how, file);
	return welcome_take(&w, there, own, file, &yes);
}

static void
leave(void)
{
	desk_close(other);
	other = NULL;
	(void)nftw(other_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	leave_it();
}

static void
in_a_welcome_they_are_those_of_the_entry(void)
{
	struct desk *new;

	for (unsigned told = 0; told < 2; told++) {
		const size_t head = told == 1 ? TOLD_AT : WAY_AT;

		answered(told == 1);
		for (size_t i = 0; i < COUNT(places); i++) {
			flip = 1 + head + places[i];
			OK(welcomed() != ERR_OK);
			OK(!is_desk() && waiting_is_there(there));
		}
		flip = 1 + head + SAID_TEXT;
		OK(welcomed() == ERR_FORGED);
		flip = 0;
		lose_entry = true;
		OK(welcomed() == ERR_FORGED);
		lose_entry = false;
		OK(welcomed() == ERR_OK);
		new = open_there();
		sees_the_same(desk, new);
		OK(desk_at(new, 0)->said_n == 2);
		desk_close(new);
		leave();
	}
}

/*
 * A pack.
 */

static struct welcome taken;

static enum err
unpacked(struct desk *from, struct desk *to)
{
	const struct ring *r = &to->vault->ring;
	struct pack_said_of made;
	struct bend how = { .seeds = (const uint8_t(*)[AGE_SEED_BYTES])r->once,
		.pass = pass_on };
	struct join j;
	struct buf b;

	buf_init(&b, 64U << 20);
	OK(unpack_request(to, &b) == ERR_OK);
	OK(join_read(&j, b.at, b.len) == ERR_OK);
	buf_clear(&b);
	(void)snprintf(file, sizeof file, "%s.pack", dir);
	OK(pack_give(from, &j, age_sink_buf(&b), &made) == ERR_OK);
	OK(file_write(file, b.at, b.len, 0600) == ERR_OK);
	buf_drop(&b);
	how.key = j.key;
	how.to = &j.recipient;
	how.seeds_n = r->once_n;
	if (from == desk)
		bend_file(&how, file);
	return unpack_take(&taken, to, file, &yes);
}

static void
in_a_pack_they_are_those_of_the_entry(void)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	reply(desk, "an answer");
	for (size_t i = 0; i < COUNT(places); i++) {
		flip = 1 + WAY_AT + places[i];
		OK((unpacked(desk, other) == ERR_OK) ==
		    (places[i] == SAID_TAG || places[i] == SAID_WORDS));
		/* What follows from the entry is made of that. */
		OK(desk_at(other, 0)->said_n <= 2);
	}
	flip = 0;
	OK(unpacked(desk, other) == ERR_OK);
	sync_both();
	are_alike();
	(void)unlink(file);
	end_team();

	begin_two(&w, MEMBER_EDITOR);
	reply(desk, "an answer");
	flip = 1 + WAY_AT + SAID_TEXT;
	OK(unpacked(desk, other) == ERR_FORGED);
	flip = 0;
	lose_entry = true;
	OK(unpacked(desk, other) == ERR_FORGED);
	lose_entry = false;
	OK(desk_at(other, 0)->said_n == 1);
	(void)unlink(file);
	end_team();
}

static void
make_role(enum member_role role)
{
	struct roster_come to = members_come(desk);
	struct roster *r = next_roster();

	OK(roster_set_role(r, r->members[1].id, role, &to) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
}

/* Its author might not speak any more: his desk shows it, and no other. */
static void
a_pack_brings_none_whose_entry_has_no_effect(void)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	make_role(MEMBER_VIEWER);
	reply(other, "not heard of it yet");
	sync_one(other);
	sync_one(desk);
	sync_both();
	make_role(MEMBER_EDITOR);
	sync_one(desk);
	/* It may speak again, and has no voice yet. */
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(desk_at(other, 0)->said_n == 2 && desk_at(desk, 0)->said_n == 1);
	OK(unpacked(other, desk) == ERR_OK);
	OK(desk_at(desk, 0)->said_n == 1);
	again();
	OK(desk_at(desk, 0)->said_n == 1);
	(void)unlink(file);
	end_team();
}

/*
 * The line.
 */

static void
other_words_than_the_entry_says_are_refused(void)
{
	struct writer w;
	struct conv *c;

	begin_two(&w, MEMBER_EDITOR);
	reply(other, "an answer");
	c = desk_at(other, 0);
	OK(c->said_n == 2 && c->said[1]->ours);
	c->said[1]->text[0] ^= 1;
	sync_both();
	OK(desk_at(desk, 0)->said_n == 1 && desk->told_n == 0);
	end_team();
}

/* The log said that it was sent, and a crash took the record of it. */
static int
cut_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)kind;
	(void)at;
	if (strstr(path, "/c/") != NULL)
		OK(truncate(path, st->st_size - 1) == 0);
	return 0;
}

static unsigned
replies(void)
{
	struct teamlog_line line;
	unsigned n = 0;

	for (size_t i = 0; i < desk_log_count(desk); i++) {
		desk_log_at(desk, i, &line);
		n += line.kind == EFFECT_REPLY;
	}
	return n;
}

static void
what_was_entered_is_not_sent_again(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;
	uint32_t on;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_all();
	reply_to("once", &rep, ERR_OK);
	on = day;
	desk_close(desk);
	desk = NULL;
	OK(nftw(dir, cut_one, 8, FTW_PHYS) == 0);
	again();
	OK(desk_at(desk, 0)->outs_n == 1 && replies() == 1);
	set_day(day + 3);
	sync_all();
	OK(desk_at(desk, 0)->outs_n == 0 && desk_at(desk, 0)->said_n == 2);
	OK(desk_at(desk, 0)->said[1]->day == on && replies() == 1);
	OK(read_reply(&l, &w, on, 0) == ERR_OK);
	letter_drop(&l);
	OK(read_reply(&l, &w, day, 0) != ERR_OK);
	end_all();
}

/*
 * The hash.
 */

static void
hex_hash(char out[static 65], const struct said *s)
{
	uint8_t salt[CONTENT_SALT_BYTES], hash[SHA256_BYTES];

	memset(salt, 3, sizeof salt);
	replied_hash(hash, s, salt);
	enc_hex(out, hash, sizeof hash);
	out[64] = '\0';
}

/* doc/protocol/70-team.md has both; tests/judges/team.mjs makes them too. */
static void
the_hash_is_of_text_and_files(void)
{
	static char text[] = "Ask for the log.";
	struct said_file f = { .name = "pump.jpg",
		.type = "application/octet-stream",
		.size = 3000000 };
	struct said s = { .ours = true, .text = text, .text_len = 16 };
	char one[65], two[65];

	hex_hash(one, &s);
	OK(strcmp(one,
	       "63fefa0dbf9a76fc5e6dd71fa0fe4bfb"
	       "061dd638d4f5a476e06f79a9ef160c2d") == 0);
	memset(f.sha256, 1, sizeof f.sha256);
	s.files = &f;
	s.files_n = s.files_all = 1;
	hex_hash(one, &s);
	OK(strcmp(one,
	       "194275efabf8985251537e56e72e63e5"
	       "b9feb53b16d49b2ebb46190faf50066c") == 0);
	f.size++;
	hex_hash(two, &s);
	OK(strcmp(one, two) != 0);
	f.size--;
	f.name[7] = '\0';
	memcpy(f.type, "gapplication", 12);
	hex_hash(two, &s);
	OK(strcmp(one, two) != 0);
}

T_BEGIN
desk_tests_begin();
T(the_hash_is_of_text_and_files)
T(in_a_welcome_they_are_those_of_the_entry)
T(in_a_pack_they_are_those_of_the_entry)
T(a_pack_brings_none_whose_entry_has_no_effect)
T(other_words_than_the_entry_says_are_refused)
T(what_was_entered_is_not_sent_again)
T_END
