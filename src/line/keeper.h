/*
 * keeper: owns the pool and answers the fronts about it.
 *
 * Sees sealed bytes, tags and openings.  All the letters that wait are put
 * together and share one sync; each is answered after it.  A failed sync ends
 * the process: the warden starts another, which opens the pool anew.
 *
 * Notes of the team are read here because only here can it be decided what
 * follows from them: their signature is checked before anything in them is
 * looked at.
 */
#ifndef LINE_KEEPER_H
#define LINE_KEEPER_H

#include <stdbool.h>

/* The name under which it is executed when it is to mend. */
#define KEEPER_MEND "keeper-mend"

/* The process, for the pool in the folder `dir`; returns its exit status.
 * `mend`: go on without envelopes whose files are gone, instead of refusing. */
int keeper_main(const char *dir, bool mend);

#endif
