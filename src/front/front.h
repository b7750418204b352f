/*
 * front: the process that reads HTTP, for sources or for desks.
 *
 * It sees a source's words while a request lasts.  It has no file, no path and
 * no network but accepted connections; what it needs it asks of the keeper and
 * the deriver.  A second one serves desks: the same machine requests and a few
 * more, each signed with the access key, and no pages.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

/* Both return an exit status. */
int front_main(void);
int front_desk_main(void);

#endif
