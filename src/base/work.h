/*
 * work: what a line did for somebody, counted, so that a test can show that it
 * does the same for everybody.  In the released program nothing is counted
 * anywhere; the test build (SOTTO_SIM) counts in the file that the environment
 * variable SOTTO_WORK names, one big-endian u64 for each kind, shared by all
 * processes.  It can also make keys from words at less cost.
 */
#ifndef BASE_WORK_H
#define BASE_WORK_H

enum work {
	WORK_DERIVE, /* Argon2id */
	WORK_MESSAGE, /* messages between processes */
	WORK_LOOK, /* tags looked for */
	WORK_GET, /* envelopes fetched */
	WORK_OPEN, /* openings tried */
	WORK_COUNT
};

/* Call once, before any sandbox. */
void work_init(void);

/* The file it counts in, as clock_file(). */
const char *work_file(void);

/* How much work a key from words takes: `usual`.  In the test build, with
 * SOTTO_CHEAP set, hardly any, so that a road of many commands takes no minutes
 * of scrypt. */
unsigned work_words(unsigned usual);

/* `n` more of this kind were done. */
void work_did(enum work kind, unsigned n);

#endif
