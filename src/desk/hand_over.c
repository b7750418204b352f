#include <string.h>

#include "desk/inside.h"

/* The secrets under which the parts of its letters lie. */
static enum err
note_secrets(struct tagmap *secrets, const struct conv *c)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < c->said_n; i++)
		for (size_t j = 0; e == ERR_OK && j < c->said[i]->files_all;
		     j++)
			e = tagmap_put(secrets, c->said[i]->files[j].parts, 0);
	return e;
}

/* Written down with the conversation that it goes to, first. */
static enum err
hand_part(struct desk *d, struct conv *to, struct part_here *p)
{
	struct buf items;
	enum err e;

	buf_init(&items, 128);
	if ((e = part_put(&items, p)) == ERR_OK &&
	    (e = desk_keep(d, to, &items, NULL)) == ERR_OK)
		p->of = to;
	buf_drop(&items);
	return e;
}

static enum err
hand_file(struct desk *d, const struct conv *from, struct conv *to,
    const struct said_file *f)
{
	struct part_here *p;
	uint8_t tag[TAG_BYTES];
	enum err e = ERR_OK;

	for (uint32_t j = 0; e == ERR_OK && j < f->count; j++) {
		tag_part(tag, f->parts, f->first + j);
		if ((p = part_find(d, tag)) == NULL)
			break;
		if (p->of == from)
			e = hand_part(d, to, p);
	}
	return e;
}

/* To a conversation, those that it names. */
static enum err
hand_to(struct desk *d, const struct conv *from, struct conv *to,
    const struct tagmap *secrets)
{
	const struct said_file *f;
	enum err e = ERR_OK;

	for (size_t i = 0; i < to->said_n; i++)
		for (size_t j = 0; e == ERR_OK && j < to->said[i]->files_all;
		     j++) {
			f = &to->said[i]->files[j];
			if (tagmap_get(secrets, f->parts, NULL))
				e = hand_file(d, from, to, f);
		}
	return e;
}

enum err
desk_hand_over(struct desk *d, const struct conv *c)
{
	struct tagmap secrets = { .slots = NULL };
	enum err e = note_secrets(&secrets, c);

	for (size_t i = 0; e == ERR_OK && i < d->convs_n; i++)
		if (d->convs[i] != c)
			e = hand_to(d, c, d->convs[i], &secrets);
	tagmap_drop(&secrets);
	return e;
}
