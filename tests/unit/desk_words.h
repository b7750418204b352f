/* desk_words: what two desks see of the words about a conversation; for the
 * tests of them. */
#ifndef UNIT_DESK_WORDS_H
#define UNIT_DESK_WORDS_H

#include "desk/register_words.h"
#include "desk/words.h"
#include "desk_two.h"

/* A team of two with one conversation. */
static inline void
begin_talk(struct writer *w, enum member_role role)
{
	begin_team();
	writer_make(w, 1);
	send(w, &(struct what){ .text = "hello", .id = 1 });
	join(role);
	sync_both();
}

static inline struct conv *
talk_of(struct desk *d)
{
	return desk_at(d, 0);
}

static inline enum err
note_by(struct desk *d, const char *text)
{
	return desk_say_note(d, talk_of(d), text, strlen(text));
}

/* In the place of the draft that stands at `over`, -1 for none. */
static inline enum err
draft_by(struct desk *d, const char *text, int over)
{
	struct desk_words list[WORDS_DRAFTS];
	struct words_ids ids = { .n = 0 };
	const size_t n = desk_drafts(d, talk_of(d), list);

	if (over >= 0) {
		OK((size_t)over < n);
		ids.n = 1;
		memcpy(ids.id[0], list[over].entry->id, sizeof ids.id[0]);
	}
	return desk_draft(d, talk_of(d), text, strlen(text), &ids);
}

/* The text of one, "?" when it is not here; of the last call. */
static inline const char *
text_of(struct desk *d, const struct desk_words *w)
{
	static char text[4096];
	struct buf b;
	const enum err e = (buf_init(&b, WORDS_DRAFT_MAX),
	    desk_words_text(d, talk_of(d), w, &b));

	OK(e == ERR_OK || e == ERR_MISSING);
	(void)snprintf(text, sizeof text, "%.*s", (int)b.len,
	    e == ERR_OK ? (const char *)b.at : "");
	if (e == ERR_MISSING)
		(void)snprintf(text, sizeof text, "?");
	buf_drop(&b);
	return text;
}

static inline void
add_text(char *all, size_t room, const char *text)
{
	const size_t n = strlen(all);

	(void)snprintf(all + n, room - n, "%s|", text);
}

/* All notes, and all drafts, each before a '|'. */
static inline const char *
notes_at(struct desk *d)
{
	static char all[8192];
	struct desk_words w;
	uint32_t at = 0;

	all[0] = '\0';
	while (desk_next_note(d, talk_of(d), &at, &w)) {
		add_text(all, sizeof all, text_of(d, &w));
	}
	return all;
}

static inline const char *
drafts_at(struct desk *d)
{
	static char all[8192];
	struct desk_words list[WORDS_DRAFTS];
	const size_t n = desk_drafts(d, talk_of(d), list);

	all[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		add_text(all, sizeof all, text_of(d, &list[i]));
	}
	return all;
}

static inline bool
is_same(const char *at, const char *want)
{
	if (strcmp(at, want) == 0)
		return true;
	fprintf(stderr, "%s and not %s\n", at, want);
	return false;
}

/* Both see these; whichever order the log gave two that were said at once. */
static inline void
both_see_notes(const char *want, const char * or)
{
	char first[8192];

	(void)snprintf(first, sizeof first, "%s", notes_at(desk));
	OK(is_same(notes_at(other), first));
	OK(strcmp(first, or) == 0 || is_same(first, want));
}

static inline void
both_see_drafts(const char *want, const char * or)
{
	char first[8192];

	(void)snprintf(first, sizeof first, "%s", drafts_at(desk));
	OK(is_same(drafts_at(other), first));
	OK(strcmp(first, or) == 0 || is_same(first, want));
}

#endif
