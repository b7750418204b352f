/*
 * listen: sockets that take connections.
 *
 * An address is `A.B.C.D:PORT`, `[IPv6]:PORT` or `unix:PATH`; names are not
 * looked up.  Port 0 takes any that is free.
 */
#ifndef OS_LISTEN_H
#define OS_LISTEN_H

#include <stddef.h>

#include "base/err.h"

#define LISTEN_ADDRESS_MAX 160U
#define LISTEN_QUEUE 512

/* A listening socket, non-blocking and close-on-exec.  The socket of a process
 * that has ended is taken off the path first.  ERR_FORMAT for what is no
 * address, ERR_TAKEN when somebody listens there, ERR_NOTHING when this machine
 * has no such address or folder, ERR_DENIED, ERR_IO. */
enum err listen_open(int *fd, const char *address) MUST_USE;

/* Where it listens, as an address. */
enum err listen_address(char out[static LISTEN_ADDRESS_MAX], int fd) MUST_USE;

/* The address that follows: the next port (0 stays 0), or PATH with `-desk`
 * behind it.  ERR_FORMAT, ERR_TOOBIG. */
enum err listen_next(
    char out[static LISTEN_ADDRESS_MAX], const char *address) MUST_USE;

#endif
