/* view_members: the pages about who is of the team; see desk/view.h. */
#ifndef DESK_VIEW_MEMBERS_H
#define DESK_VIEW_MEMBERS_H

#include "desk/view.h"

#define DESK_DEVICE_CHARS 8U /* of its id, by which commands name it */

struct desk_device {
	char id[DESK_DEVICE_CHARS + 1];
	bool own; /* this very one */
	bool keeper; /* keeps the bodies of files */
	uint64_t bytes; /* that they take on this one */
	bool hands_out; /* makes the keys */
	bool lacks; /* asked for keys that it was not handed */
	uint32_t heard; /* the day it was last heard of; 0: never */
};

struct desk_person {
	const char *name;
	const char *role; /* a sentence for lang_text() */
	bool own;
	const char *const *doors; /* names of those where they read */
	size_t doors_n;
	const struct desk_device *devices;
	size_t devices_n;
	const char *id; /* hex; NULL: the log is not told apart by it */
};

/* GET /members */
struct desk_members {
	const struct desk_person *members;
	size_t members_n;
	uint32_t serial, until; /* of the roster */
	uint32_t keys; /* the last day of the line's keys; 0: unknown */
	uint32_t today;
};
enum err desk_view_members(struct buf *out, const struct desk_frame *frame,
    const struct desk_members *members) MUST_USE;

/* A page of five steps: GET /how?NAME; `folder` is this desk's, as a shell
 * takes it.  ERR_NOTHING: there is none of that name. */
enum err desk_view_how(struct buf *out, const struct desk_frame *frame,
    const char *name, const char *folder) MUST_USE;

/* The names, one a call; NULL after the last. */
const char *desk_how_name(size_t i);

#endif
