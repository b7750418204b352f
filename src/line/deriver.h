/*
 * deriver: turns phrases into roots, one at a time.
 *
 * root = Argon2id(phrase, the line's id).  At most DERIVER_QUEUE requests wait,
 * at most DERIVER_MS each; beyond that the answer is busy at once.
 */
#ifndef LINE_DERIVER_H
#define LINE_DERIVER_H

#define DERIVER_QUEUE 32U
#define DERIVER_MS 10000U

/* The process; returns its exit status. */
int deriver_main(void);

#endif
