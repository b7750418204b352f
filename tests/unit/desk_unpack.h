/* desk_unpack: two desks, one of which lives while the other is away and packs
 * for it; what the tests of taking that in share. */
#ifndef UNIT_DESK_UNPACK_H
#define UNIT_DESK_UNPACK_H

#include "desk/pack.h"
#include "desk/unpack.h"
#include "desk/words.h"
#include "desk_two.h"

static char file[100];
static struct welcome said;

static inline enum err
nothing_to_ask(void *who, const struct welcome *w)
{
	(void)w;
	return who == NULL ? ERR_OK : ERR_CLOSED;
}

static const struct welcome_ask yes = { nothing_to_ask, NULL };

/* What `to` asks for. */
static inline void
ask_for(struct join *j, struct desk *to)
{
	struct buf note;

	buf_init(&note, JOIN_MAX);
	OK(unpack_request(to, &note) == ERR_OK);
	OK(join_read(j, note.at, note.len) == ERR_OK);
	buf_drop(&note);
}

/* `from` packs for `to`. */
static inline enum err
pack(struct desk *from, struct desk *to)
{
	struct pack_said_of packed;
	struct buf out;
	struct join j;
	enum err e;

	buf_init(&out, 64U << 20);
	ask_for(&j, to);
	if ((e = pack_give(from, &j, age_sink_buf(&out), &packed)) == ERR_OK)
		OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
	return e;
}

static inline void
two_desks(void)
{
	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	(void)snprintf(file, sizeof file, "%s.pack", dir);
}

static inline void
end_two(void)
{
	(void)unlink(file);
	end_team();
}

static inline void
the_line_forgets_all(void)
{
	for (size_t i = 0; i < fake.rows_n; i++)
		wipe_free(fake.rows[i].bytes, fake.rows[i].n);
	fake.rows_n = 0;
}

/* What the second never hears: two writers, a file of two parts, an answer,
 * marks, new chains. */
static inline void
live(void)
{
	const size_t n = PART_PLAIN + 5;
	uint8_t *bytes = a_file(n);
	struct writer w, o;

	writer_make(&w, 1);
	writer_make(&o, 2);
	send(&w, &(struct what){ .text = "one", .id = 1, .name = "Kestrel" });
	send(&o, &(struct what){ .text = "two", .id = 2 });
	send(&w,
	    &(struct what){ .text = "three",
		.id = 3,
		.file = bytes,
		.file_n = n,
		.file_name = "f" });
	sync_one(desk);
	reply(desk, "an answer");
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	OK(desk_set_junk(desk, desk_at(desk, 1), true) == ERR_OK);
	OK(desk_set_terms(desk, desk_at(desk, 0), 1, "K.", "an insider") ==
	    ERR_OK);
	OK(desk_say_note(desk, desk_at(desk, 0), "a note", 6) == ERR_OK);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	sync_one(desk);
	sync_one(desk);
	wipe_free(bytes, n);
}

static inline bool
has_note(const struct conv *c)
{
	struct desk_words words;
	struct buf text;
	uint32_t at = 0;
	bool has;

	buf_init(&text, 4096);
	has = desk_next_note(other, c, &at, &words) &&
	    desk_words_text(other, c, &words, &text) == ERR_OK &&
	    text.len == 6 && memcmp(text.at, "a note", 6) == 0;
	buf_drop(&text);
	return has && !desk_next_note(other, c, &at, &words);
}

static inline void
has_all(void)
{
	const struct conv *c = desk_at(other, 0);

	are_alike();
	OK(desk_count(other) == 2 && c->said_n == 3 && c->level == 1);
	OK(strcmp(c->byline, "K.") == 0 && strcmp(c->name, "Kestrel") == 0);
	OK(desk_at(other, 1)->junk && conv_unread(c) == 0 && has_note(c));
	OK(desk_has_file(other, conv_file(c, 1)));
	OK(other->vault->ring.chains_n == 4 && other->told_n == 0);
	OK(ring_chain_on(&other->vault->ring, desk->about.door, day) != NULL);
}

#endif
