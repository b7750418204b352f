/*
 * periods: how long what is over is kept, by its outcome; templates that a team
 * can choose from.
 *
 * The team's choice is an entry of the log that names the days themselves, so
 * that desks of different versions keep to the same.
 */
#ifndef DESK_PERIODS_H
#define DESK_PERIODS_H

#include <stddef.h>
#include <stdint.h>

#include "team/effect.h"

/* Days after the outcome was set, and after the last message; 0: for ever.
 * What is open or published is kept for ever. */
struct periods {
	uint32_t junk, irrelevant, closed;
};

struct periods_template {
	const char *name;
	const char *means; /* a sentence of the catalogue */
	struct periods days;
};

/* i < periods_count(); the first holds where nothing was chosen. */
size_t periods_count(void);
const struct periods_template *periods_at(size_t i);
const struct periods_template *periods_find(const char *name); /* NULL */
/* The template that has these days; NULL. */
const struct periods_template *periods_same(const struct periods *days);

/* The days of an outcome; 0: for ever. */
uint32_t periods_of(const struct periods *p, enum effect_outcome outcome);

#endif
