/*
 * fake_front: a front with a pool in memory, so that the source's pages can be
 * driven by tests without processes.  Everything that is asked is answered
 * after the call, by fake_turn(), as the real front does.
 */
#ifndef FAKE_FRONT_H
#define FAKE_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "front/request.h"

#define FAKE_LETTERS 256
#define FAKE_PARTS 64

struct fake_letter {
	uint8_t tag[FRONT_TAG_BYTES];
	uint8_t envelope[ENVELOPE_LETTER_BYTES];
	bool deleted;
};

struct fake_part {
	uint8_t tag[FRONT_TAG_BYTES];
	uint8_t *envelope; /* ENVELOPE_PART_BYTES */
};

/* What was asked, in all. */
struct fake_work {
	unsigned derived, looked, tags, got, put, uploads, commits, deleted;
	unsigned alike; /* tags of letters that another was, or none */
};

extern struct fake_letter fake_letters[FAKE_LETTERS];
extern size_t fake_letter_count;
extern struct fake_part fake_parts[FAKE_PARTS];
extern size_t fake_part_count;
extern struct fake_work fake_work;
extern enum err fake_refuse; /* what put, upload and commit say; ERR_OK: work */
extern uint32_t fake_room; /* parts that may be appended at a time */

/* Put a letter, as a desk would. */
void fake_put(const uint8_t *tag, const uint8_t *envelope);
void fake_put_part(const uint8_t *tag, const uint8_t *envelope);
void fake_empty(void);

/* What was answered. */
struct fake_answer {
	unsigned status;
	struct buf body;
	bool beat;
	char disposition[512];
};

/* Send a form to a path: a body of this type, in pieces of `step` bytes, of
 * which the last `cut` never come.  `answer` is initialised here and the
 * caller's to drop. */
struct fake_form {
	const char *path;
	const char *type;
	const void *body;
	size_t n, step, cut;
};
void fake_post(struct fake_answer *answer, const struct front_line *line,
    const struct fake_form *form);
void fake_get(struct fake_answer *answer, const struct front_line *line,
    const char *path);
void fake_answer_drop(struct fake_answer *answer);

#endif
