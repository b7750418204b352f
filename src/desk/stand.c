#include "lang/lang.h"

#include "desk/stand.h"

const char *const stand_apart = LANG_N("Dated otherwise than they came");
const char *const stand_apart_means =
    LANG_N("The day written on these messages does not fit the day on which "
	   "they came to the line, so that nobody can say where they belong "
	   "among the others: they stand here, by the day on which they came.");
const char *const stand_dated =
    LANG_N("The day above is the one on which it came. Written on it is {1}.");

const char *
stand_missing(bool ours)
{
	return ours
	    ? LANG_N("Answers of ours that lack on this desk before this one: "
		     "{1}. Another desk sent them, or this one was put back "
		     "to an older state.")
	    : LANG_N("Answers of ours that the source had read and that lack "
		     "on this desk: {1}. Another desk sent them, or this one "
		     "was put back to an older state.");
}
