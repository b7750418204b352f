/* roster_door: what roster_edit.c and roster_door.c share. */
#ifndef TEAM_ROSTER_DOOR_H
#define TEAM_ROSTER_DOOR_H

#include "team/roster.h"

/* Take door `i` out; the order of the others stays. */
void roster_remove_door(struct roster *r, size_t i);

#endif
