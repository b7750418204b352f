/*
 * demo: a line and a desk on this machine with throw-away keys.
 *
 * Everything lies in one folder that goes with the demonstration.  What is done
 * is done by the commands that a team and a source would use.
 */
#ifndef CMD_DEMO_H
#define CMD_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "letter/handle.h"
#include "team/certificate.h"

#define DEMO_DIR_MAX 256U
#define DEMO_TEXT_MAX 512U

/* One conversation of the demonstration. */
struct demo_talk {
	const char *name; /* the name the source chose, or NULL */
	const char *letter;
	const char *file; /* name of the enclosure */
	const char *enclosure;
	const char *answer;
};
extern const struct demo_talk demo_talks[];
extern const size_t demo_talks_n;

struct demo {
	char dir[DEMO_DIR_MAX]; /* empty: none */
	char desk[DEMO_TEXT_MAX];
	char line[DEMO_TEXT_MAX];
	char passphrase[DEMO_TEXT_MAX]; /* a file */
	char url[DEMO_TEXT_MAX]; /* of the line */
	char address[DEMO_TEXT_MAX]; /* with the team's fingerprint */
	uint8_t id[LINE_ID_BYTES];
	unsigned port;
	pid_t serve;
	int serve_out;
};

/* Does nothing answer on this port of 127.0.0.1, or the next? */
bool demo_port_is_free(unsigned port);

/* Make the folder (`dir`, or a fresh one when it is NULL) and the team in it.
 */
enum err demo_make(struct demo *d, const char *dir, unsigned port) MUST_USE;

/* Start the line and wait until it answers. */
enum err demo_serve(struct demo *d) MUST_USE;

/* Fresh words for the source of conversation `i`: kept in a file of the folder,
 * appended to `words`. */
enum err demo_words(struct demo *d, size_t i, struct buf *words) MUST_USE;

/* That source writes its letter, with the enclosure.  What the command says
 * goes to `out`. */
enum err demo_write(struct demo *d, size_t i, struct buf *out) MUST_USE;

/* That source reads. */
enum err demo_read(struct demo *d, size_t i, struct buf *out) MUST_USE;

/* One act of the desk, `sotto desk DIR ... ACT [ARGUMENT]`, with this input. */
enum err demo_desk(struct demo *d, const char *act, const char *argument,
    const char *in, struct buf *out) MUST_USE;

/* What the team calls the source of conversation `i`. */
enum err demo_handle(
    struct demo *d, size_t i, char out[static HANDLE_TEXT_BYTES]) MUST_USE;

/* End everything and remove the folder.  May be called twice. */
void demo_drop(struct demo *d);

/* Play the road in the terminal.  Returns an exit status. */
int demo_tour(struct demo *d);

#endif
