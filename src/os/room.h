/*
 * room: the process that is a room, and what worker.c says to it.
 *
 * `sotto @room` is started with a channel and nothing else, goes into its view
 * (os/view.h), and starts one program at a time there, each as the first
 * process of a pid namespace: when it ends all that it started has been killed.
 * It reads no byte of a document; it ends with its channel.
 *
 *     BEGIN  room_begin               READY  the room's folder
 *     PUT    a name                   READY  a new file, to write
 *     RUN    strings, each with NUL,  ENDED  room_ended
 *            two descriptors
 *     STOP   nothing                  ENDED  of the run
 *
 * What fails is answered with ENDED and its error.
 */
#ifndef OS_ROOM_H
#define OS_ROOM_H

#include <stdint.h>

#include "os/worker.h"

#define ROOM_PART "@room"
#define ROOM_ARGS_MAX 512U

enum { ROOM_BEGIN = 1, ROOM_PUT, ROOM_RUN, ROOM_STOP, ROOM_READY, ROOM_ENDED };

/* Both ends are the same program on the same machine. */
struct room_ended {
	uint32_t e; /* enum err: why it could not run at all */
	int32_t status; /* as struct worker_end */
	int32_t signal;
	uint32_t cpu; /* its processor time was over */
};

/* Be a room until the channel closes.  What to end with. */
int room_main(void);

/* Are we the first process of a room's run? */
bool room_is_around(void);

#endif
