/* Where a source may still seal, of a conversation that all at the door read:
 * what was said of who reads it, whatever that came to, its author may have
 * told the source (doc/protocol/70-team.md, "Circles"). */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/restrict.h"

/* Places in the log, by lamport; 0: there is none. */
struct places {
	uint64_t first, last; /* who reads it was said */
	uint64_t told; /* the last answer that counts */
	uint64_t void_told; /* the last that has no effect */
};

static void
note(struct places *p, const struct teamlog_line *line)
{
	const uint64_t at = line->lamport;

	if (line->kind == EFFECT_RESTRICT) {
		p->first = p->first == 0 || at < p->first ? at : p->first;
		p->last = at > p->last ? at : p->last;
	} else if (line->standing == TEAMLOG_EFFECT) {
		p->told = at > p->told ? at : p->told;
	} else {
		p->void_told = at > p->void_told ? at : p->void_told;
	}
}

/* Entries of one kind that name the conversation. */
static void
look_at(const struct desk *d, const struct conv *c, enum effect_kind kind,
    struct effect *f, struct places *p)
{
	struct teamlog_line line;

	for (size_t i = 0; i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (line.kind == kind &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    memcmp(f->conversation, c->id, CONV_ID_BYTES) == 0)
			note(p, &line);
	}
}

/* Answers are many, and who reads is said of few: where it never was, they are
 * not looked at. */
static enum err
look(const struct desk *d, const struct conv *c, struct places *p)
{
	struct effect *f = calloc(1, sizeof *f);

	*p = (struct places){ .first = 0 };
	if (f == NULL)
		return ERR_NOMEM;
	look_at(d, c, EFFECT_RESTRICT, f, p);
	if (p->first > 0)
		look_at(d, c, EFFECT_REPLY, f, p);
	wipe_free(f, sizeof *f);
	return ERR_OK;
}

enum err
restrict_was_said(const struct desk *d, const struct conv *c, bool *is)
{
	struct places p;
	const enum err e = look(d, c, &p);

	*is = p.first > 0;
	return e;
}

bool
restrict_tell_door(const struct desk *d, const struct conv *c)
{
	struct places p;
	uint64_t newest;

	if (restrict_stand(d, c) != RESTRICT_NOT || look(d, c, &p) != ERR_OK ||
	    p.first == 0)
		return false;
	newest = p.void_told > p.last ? p.void_told : p.last;
	return (p.told > p.first || p.void_told > p.first) && p.told < newest;
}
