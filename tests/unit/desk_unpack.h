/* desk_unpack: two desks, one of which lives while the other is away and packs
 * for it; what the tests of taking that in share. */
#ifndef UNIT_DESK_UNPACK_H
#define UNIT_DESK_UNPACK_H

#include "desk/words.h"
#include "desk_two.h"
#include "desk_unpack_file.h"

static inline void
two_desks(void)
{
	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	pack_file();
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
