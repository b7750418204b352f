/*
 * merge: the records of a pack, taken in by a desk that is there.
 *
 * Looking first: every record is checked as a welcome's is, and what it says
 * must go with what is here (the same team, line and salt; rosters that are
 * those here, or follow them).  Then keeping: each record adds what is not here
 * and nothing else.  Nothing is doubled, nothing older takes the place of
 * something newer, and what was destroyed here stays so.  So keeping may be
 * broken off anywhere and done again from the start.
 */
#ifndef DESK_MERGE_H
#define DESK_MERGE_H

#include "team/pack.h"

#include "desk/inside.h"

struct merge;

/* What it came to, or would come to. */
struct merge_said {
	uint32_t conversations; /* in it that this desk takes in */
	uint32_t left_out; /* that were destroyed here */
	uint32_t entries; /* that are new here */
	uint64_t parts;
};

/* The desk must outlive it.  ERR_NOMEM. */
enum err merge_open(struct merge **m, struct desk *d, bool keep) MUST_USE;
void merge_close(struct merge *m); /* wipes; NULL does nothing */

/* Who takes the records that `r` reads. */
struct pack_taker merge_taker(struct merge *m);
void merge_reads(struct merge *m, const struct pack_reader *r);

/*
 * All came, and is to be believed: look whether who made it still speaks; or
 * end keeping, keys last.
 *	ERR_DENIED	its maker was struck off, or is a viewer now
 * ERR_NOMEM, ERR_IO, ERR_FULL.
 */
enum err merge_end(struct merge *m) MUST_USE;

const struct merge_said *merge_said(const struct merge *m);

#endif
