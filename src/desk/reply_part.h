/* reply_part: what the files of an answer share; nobody else's. */
#ifndef DESK_REPLY_PART_H
#define DESK_REPLY_PART_H

#include "desk/inside.h"
#include "desk/reply.h"
#include "desk/reply_file.h"

/* One answer on its way. */
struct way {
	struct desk *desk;
	struct reach *reach;
	struct conv *conv;
	const struct reply *what;
	uint32_t today;
	struct tag_keys keys;
	struct reply_file files[LETTER_FILES_MAX];
	size_t files_n;
	bool more;
	bool has_next; /* it says where to seal from now on: */
	bool next_is_door;
	struct age_recipient next;
	uint32_t parts;
	uint8_t digest[SHA256_BYTES];
	struct conv_out *out; /* the conversation's */
};

/* Put those parts of its files that the line does not have; of those that it
 * has, rep->resumed says how many. */
enum err reply_send_parts(struct way *w, struct reply_report *rep) MUST_USE;

/* Put its letter.  ERR_TAKEN: its slot was taken meanwhile. */
enum err reply_commit(struct reach *r, const struct conv_out *o) MUST_USE;

/* Does our log say that it was sent?  Then only that is still to be kept:
 * sealed anew it would be elsewhere than its entry says. */
bool reply_was_entered(const struct desk *d, const struct conv_out *o);

/* The line has it: the entry, then that it was sent. */
enum err reply_note_sent(
    struct desk *d, struct conv *c, const struct conv_out *o) MUST_USE;

#endif
