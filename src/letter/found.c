#include <string.h>

#include "base/wipe.h"

#include "letter/found.h"

void
found_take(struct found *f, struct letter *letter,
    const struct tag_place *place, size_t door)
{
	f->letter = *letter;
	letter_init(letter, letter->kind); /* now its */
	f->place = *place;
	f->door = door;
	conversation_at(&f->at, &f->letter, place->day, place->slot);
}

void
found_drop(struct found *f)
{
	letter_drop(&f->letter);
	wipe(&f->at, sizeof f->at);
}

static bool
has_file(const struct letter *l, const struct letter_file *f)
{
	for (size_t i = 0; i < l->file_count; i++)
		if (l->files[i].size == f->size &&
		    memcmp(l->files[i].sha256, f->sha256, sizeof f->sha256) ==
			0)
			return true;
	return false;
}

/* Is there nothing in it that the versions of it in front have not? */
static bool
is_spare(struct found *const *list, size_t shown, const struct found *f)
{
	if (!f->at.again)
		return false;
	for (size_t i = 0; i < f->letter.file_count; i++) {
		size_t k = shown;

		while (k > 0 && list[k - 1]->at.first == f->at.first &&
		    !has_file(&list[k - 1]->letter, &f->letter.files[i]))
			k--;
		if (k == 0 || list[k - 1]->at.first != f->at.first)
			return false;
	}
	return true;
}

void
found_order(struct found_said *said, struct found **list,
    struct conversation_item **room, size_t n, bool all)
{
	const struct conversation_item *next;
	size_t dated, spare = 0;

	for (size_t i = 0; i < n; i++)
		room[i] = &list[i]->at;
	dated = conversation_order(room, room + n, n);
	*said = (struct found_said){ .seen = conversation_greatest(room, n) };
	next = conversation_next(room, n);
	for (size_t i = 0; i < n; i++) {
		void *whole = room[i]; /* the item is the first thing */
		struct found *f = whole;

		if (!all || f->at.kind != LETTER_REPLY)
			f->at.missing = 0;
		if (&f->at == next)
			said->next =
			    f->letter.next_is_door ? NULL : &f->letter.next;
		if (is_spare(list, said->shown, f)) {
			room[spare++] = &f->at;
			continue;
		}
		list[said->shown++] = f;
		if (i < dated)
			said->apart = said->shown;
	}
	for (size_t i = 0; i < spare; i++) {
		void *whole = room[i];

		list[said->shown + i] = whole;
	}
}

_Static_assert(offsetof(struct found, at) == 0, "the item is the first thing");
