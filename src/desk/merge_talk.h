/* merge_talk: the part of merge.h that is about conversations. */
#ifndef DESK_MERGE_TALK_H
#define DESK_MERGE_TALK_H

#include "desk/merge.h"
#include "desk/replied.h"

struct merge_talk {
	struct desk *d;
	bool keep;
	struct merge_said *said;
	bool skip; /* it was destroyed here */
	uint8_t owner[SIGN_PUBLIC_BYTES];
	struct conv *way; /* what the maker had on its way, in memory alone */
	bool known; /* the next holds what is here */
	struct tagmap items; /* hashes of items of kinds that are not ours */
	bool asked; /* the log was, for the next: */
	struct tagmap gone; /* conversations destroyed, by the team or by us */
	bool own; /* it comes out of this desk's own backup */
	struct replied answers; /* that were sent, by the log */
};

void merge_talk_init(
    struct merge_talk *t, struct desk *d, bool keep, struct merge_said *said);
void merge_talk_drop(struct merge_talk *t);

/* A conversation, a record of it, or a part. */
enum err merge_talk_take(struct merge_talk *t, enum pack_kind kind,
    const uint8_t *p, size_t n) MUST_USE;
enum err merge_talk_end(struct merge_talk *t) MUST_USE;

#endif
