/*
 * err: the one list of reasons a call can fail.
 *
 * Every function that can fail returns enum err; ERR_OK is zero.  No text
 * travels with an error: whoever gives up says one fixed sentence about it.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err {
	ERR_OK = 0,
	ERR_NOMEM, /* memory could not be had */
	ERR_TOOBIG, /* a declared limit was reached */
	ERR_SHORT, /* input ended inside a field */
	ERR_FORMAT, /* input is not what the format says */
	ERR_FORGED, /* a signature or an authentication tag is wrong */
	ERR_IO, /* the system refused; errno says why */
	ERR_NOTHING, /* there is no such thing here */
	ERR_TAKEN, /* the place is taken by something else */
	ERR_MISSING, /* something that must be there first is not */
	ERR_FULL, /* a quota or the disk is full */
	ERR_BUSY, /* too much at once; the same again may work later */
	ERR_NOKEY, /* none of the keys at hand opens it */
	ERR_EXPIRED, /* its time is over, or not yet come */
	ERR_DENIED, /* not allowed for this caller */
	ERR_CLOSED, /* the other side has gone */
	ERR_VERSION, /* made by a later version, or of an unknown kind */
	ERR_SANDBOX, /* the sandbox cannot be had on this system */
	ERR_COUNT
};

#define MUST_USE __attribute__((warn_unused_result))
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The name of `e`, for logs and tests.  Never NULL. */
const char *err_name(enum err e);

/* `e` as the end of an English sentence, for people: "it is cut short".  Never
 * NULL. */
const char *err_text(enum err e);

/* Is it of this machine, whatever came to it?  Then nothing is settled about
 * what came. */
bool err_is_machine(enum err e);

#endif
