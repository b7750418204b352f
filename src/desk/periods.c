#include <string.h>

#include "lang/lang.h"

#include "desk/periods.h"

/* Laws say how long a report may be kept, not how soon it must go: these are
 * the longest times that each allows, as we read it, and no legal advice. */
static const struct periods_template templates[] = {
	{ "usual",
	    LANG_N("Junk 30 days, not relevant 60 days, closed two years."),
	    { 30, 60, 730 } },
	/* Directive (EU) 2019/1937: what is manifestly not relevant is deleted
	 * without undue delay (art. 17), a report kept no longer than necessary
	 * and proportionate (art. 18). */
	{ "eu-directive",
	    LANG_N("Directive (EU) 2019/1937: junk and not relevant 30 days, "
		   "closed two years, or less where that is enough."),
	    { 30, 30, 730 } },
	/* Hinweisgeberschutzgesetz, section 11 (5). */
	{ "germany",
	    LANG_N("HinSchG, section 11: three years after the procedure has "
		   "ended."),
	    { 30, 60, 1095 } },
	/* Decreto legislativo 24/2023, art. 14. */
	{ "italy",
	    LANG_N("D.Lgs. 24/2023, article 14: five years at most after the "
		   "outcome was told."),
	    { 30, 60, 1825 } },
	{ "newsroom",
	    LANG_N("A newsroom: junk and not relevant 30 days, closed for "
		   "ever."),
	    { 30, 30, 0 } },
};

size_t
periods_count(void)
{
	return COUNT(templates);
}

const struct periods_template *
periods_at(size_t i)
{
	return &templates[i];
}

const struct periods_template *
periods_find(const char *name)
{
	for (size_t i = 0; i < COUNT(templates); i++)
		if (strcmp(templates[i].name, name) == 0)
			return &templates[i];
	return NULL;
}

const struct periods_template *
periods_same(const struct periods *days)
{
	for (size_t i = 0; i < COUNT(templates); i++)
		if (templates[i].days.junk == days->junk &&
		    templates[i].days.irrelevant == days->irrelevant &&
		    templates[i].days.closed == days->closed)
			return &templates[i];
	return NULL;
}

uint32_t
periods_of(const struct periods *p, enum effect_outcome outcome)
{
	switch (outcome) {
	case OUTCOME_JUNK:
		return p->junk;
	case OUTCOME_IRRELEVANT:
		return p->irrelevant;
	case OUTCOME_CLOSED:
		return p->closed;
	case OUTCOME_OPEN:
	case OUTCOME_PUBLISHED:
		break;
	}
	return 0;
}
