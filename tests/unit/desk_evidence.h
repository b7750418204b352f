/* desk_evidence: saying the words of evidence, and what a desk sees of them;
 * for the tests of them. */
#ifndef UNIT_DESK_EVIDENCE_H
#define UNIT_DESK_EVIDENCE_H

#include "desk_words.h"

static const enum effect_kind evidence[] = { EFFECT_EVIDENCE, EFFECT_CUSTODY,
	EFFECT_CASE };

/* Of the item, or the case, whose id begins with `id`. */
static inline enum err
say_by(struct desk *d, enum effect_kind kind, uint8_t id, const char *text)
{
	const struct effect f = { .kind = kind,
		.id = { id },
		.number = kind == EFFECT_CUSTODY ? ACT_JUDGED : 0,
		.count = kind == EFFECT_CUSTODY ? 1 + 3600 : 0,
		.day = kind == EFFECT_CASE ? 0 : day };

	return desk_say_evidence(d, talk_of(d), &f, text, strlen(text));
}

/* All of one kind in the log's order, each before a '|'; of the last call. */
static inline const char *
words_at(struct desk *d, enum effect_kind kind)
{
	static char all[8192];
	struct desk_words w;
	uint32_t at = 0;

	all[0] = '\0';
	while (desk_next_of(d, talk_of(d), kind, &at, &w)) {
		add_text(all, sizeof all, text_of(d, &w));
	}
	return all;
}

#endif
