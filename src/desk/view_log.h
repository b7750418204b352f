/* view_log: the pages of the team's log; see desk/view.h. */
#ifndef DESK_VIEW_LOG_H
#define DESK_VIEW_LOG_H

#include "desk/logbook.h"
#include "desk/view.h"

#define DESK_LOG_CHARS 8U /* of ids and hashes, as commands show them */

enum desk_log_part {
	DESK_LOG_DONE, /* without what desks do by themselves */
	DESK_LOG_ALL,
	DESK_LOG_ODD, /* without effect, or waiting */
	DESK_LOG_PARTS
};

/* One entry. */
struct desk_log_row {
	uint32_t came; /* the day; 0: unknown */
	const char *who; /* NULL: nobody of today */
	char device[DESK_LOG_CHARS + 1];
	uint32_t number; /* of the device's entries */
	const char *type; /* its word, when nothing more is known of it */
	struct logbook_act act;
	const char *members; /* names for {7} */
	enum teamlog_standing standing;
	bool lacks, twin;
	char waits_for[DESK_LOG_CHARS + 1];
};

/* GET /log?PART, PART being `all`, `odd`, `talk.HANDLE`, `member.ID` or
 * nothing; with `.N` behind it N newer ones are left out. */
struct desk_log {
	enum desk_log_part part;
	const char *key; /* that which stands behind /log?, without .N */
	const char *handle; /* of one conversation alone; NULL */
	const char *name; /* of one member alone; NULL */
	const struct desk_member *members; /* to choose from */
	size_t member_count;
	size_t odd; /* how many there are */
	const struct desk_log_row *rows; /* the newest first */
	size_t row_count;
	size_t newer; /* left out */
	bool older; /* there are more */
};
enum err desk_view_log(struct buf *out, const struct desk_frame *frame,
    const struct desk_log *log) MUST_USE;

/* The check of the log, under way or done: GET /verify.  Forms: POST /verify {}
 * begins it; {stop=yes} ends it. */
enum err desk_view_verify(struct buf *out, const struct desk_frame *frame,
    const struct logbook_check *check) MUST_USE;

#endif
