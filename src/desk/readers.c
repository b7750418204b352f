#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "lang/lang.h"

#include "desk/doors.h"
#include "desk/readers.h"

static void
add(struct readers *r, const struct desk *d, const uint8_t *id, bool reads)
{
	const struct roster_member *m = roster_member(d->roster, id);

	for (size_t i = 0; i < r->n; i++)
		if (memcmp(r->list[i].id, id, MEMBER_ID_BYTES) == 0)
			return;
	if (m != NULL && r->n < ROSTER_MEMBERS)
		r->list[r->n++] = (struct reader){ m->id, m->name, reads };
}

static void
hint(struct readers *r, bool is, const char *sentence)
{
	if (is && r->hints_n < READERS_HINTS)
		r->hints[r->hints_n++] = sentence;
}

static void
add_hints(struct readers *r, const struct desk *d, const struct conv *c,
    uint32_t today)
{
	const enum restrict_stand stand = restrict_stand(d, c);
	const enum restrict_todo todo = restrict_todo(d, c, today);
	const struct restricted *of = restrict_of(d, c);

	hint(r, stand == RESTRICT_OUT,
	    LANG_N("You do not read what its source writes from now on. What "
		   "came before stays here."));
	hint(r, stand == RESTRICT_WAITS,
	    LANG_N("Its key has not come to this desk yet: fetch once more. If "
		   "that does not help, a colleague who reads it can give you "
		   "a pack."));
	hint(r, todo == RESTRICT_TELL,
	    LANG_N("Its source does not know yet: until it has read an answer "
		   "of yours, what it writes can be read as before. Answer "
		   "it now."));
	hint(r, todo == RESTRICT_REPEAT,
	    LANG_N("Answer its source again soon: when your last answer has "
		   "gone from the line, what it writes comes by the door, for "
		   "all who read there."));
	hint(r, restrict_tell_door(d, c),
	    LANG_N("What its source writes may be sealed to a few of you "
		   "still: until it has read an answer, not all who read at "
		   "its door can read that. Answer it now."));
	hint(r, of != NULL && of->at_odds,
	    LANG_N("Two said at once who reads this conversation, and nobody "
		   "reads it by both. Your desk keeps to what names you; an "
		   "admin who is not named can choose. See the log."));
	hint(r, of != NULL && of->refused > 0,
	    LANG_N("Somebody who does not read this conversation tried to "
		   "change who reads it; that had no effect. See the log."));
}

void
readers_list(struct readers *r, const struct desk *d, const struct conv *c)
{
	const struct roster_door *door = doors_of(d, c);
	const struct restricted *of = restrict_of(d, c);

	if (of != NULL && !of->is)
		of = NULL;
	*r = (struct readers){ .restricted = of != NULL };
	for (size_t i = 0; i < door->readers_n; i++)
		add(r, d, door->readers[i],
		    of == NULL || restricted_has(of, door->readers[i]));
	for (size_t i = 0; of != NULL && i < of->members_n; i++)
		add(r, d, of->members[i], true);
	r->may_change = desk_role(d) != MEMBER_VIEWER &&
	    restrict_stand(d, c) != RESTRICT_OUT;
}

void
readers_of(struct readers *r, const struct desk *d, const struct conv *c,
    uint32_t today)
{
	readers_list(r, d, c);
	add_hints(r, d, c, today);
}

void
readers_names(const struct readers *r, char out[static READERS_TEXT])
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < r->n; i++)
		if (r->list[i].reads)
			n += (size_t)snprintf(out + n, READERS_TEXT - n, "%s%s",
			    n == 0 ? "" : ", ", r->list[i].name);
}

const struct reader *
readers_find(const struct readers *r, const char *typed)
{
	const struct reader *found = NULL;
	uint8_t id[MEMBER_ID_BYTES];
	const bool is_id =
	    enc_hex_read(id, sizeof id, typed, strlen(typed)) == ERR_OK;

	for (size_t i = 0; i < r->n; i++) {
		if (is_id && memcmp(r->list[i].id, id, sizeof id) == 0)
			return &r->list[i];
		if (!text_same_nocase(r->list[i].name, typed))
			continue;
		if (found != NULL)
			return NULL; /* two of that name */
		found = &r->list[i];
	}
	return found;
}

const char *
readers_mark(const struct desk *d, const struct conv *c, const struct said *s)
{
	if (restrict_is_open(d, c, s))
		return LANG_N("It came by the door: all who read there can "
			      "read it.");
	if (restrict_is_outside(d, c, s))
		return LANG_N("Sent by a member who does not read this "
			      "conversation.");
	return NULL;
}

const char *
readers_silent(const struct desk *d, const struct conv *c)
{
	switch ((int)restrict_stand(d, c)) {
	case RESTRICT_OUT:
		return LANG_N("You do not read this conversation any more: "
			      "whoever reads it answers.");
	case RESTRICT_WAITS:
		return LANG_N("The key of this conversation has not come to "
			      "this desk yet: fetch first.");
	default:
		return NULL;
	}
}

const char *
readers_why(enum err e)
{
	switch ((int)e) {
	case ERR_DENIED:
		return LANG_N("You cannot say who reads this conversation: you "
			      "do not read it, or your role does not allow "
			      "it.");
	case ERR_NOTHING:
		return LANG_N("Only members who read at its door can be "
			      "named.");
	case ERR_MISSING:
		return LANG_N("Name yourself too: whoever hands on the key has "
			      "it. A colleague whom you name can take you out "
			      "afterwards.");
	case ERR_TAKEN:
		return LANG_N("They and nobody else read it already.");
	default:
		return NULL;
	}
}
