/*
 * keyring: recipients and identities as commands are given them: a file has one
 * a line; empty lines and lines that begin with # are passed over.
 */
#ifndef CMD_KEYRING_H
#define CMD_KEYRING_H

#include "age/age.h"

#define KEYRING_IDENTITIES_MAX 256U

struct keyring {
	struct age_recipient *recipients;
	size_t recipients_n;
	struct age_identity *ids[KEYRING_IDENTITIES_MAX];
	size_t ids_n;
};

void keyring_init(struct keyring *k);
void keyring_drop(struct keyring *k); /* wipes; may be called twice */

/* Add one recipient, those of a file, or the identities of a file.  Whoever
 * fails has said why, in one sentence. */
enum err keyring_add_recipient(struct keyring *k, const char *text) MUST_USE;
enum err keyring_add_recipients(struct keyring *k, const char *path) MUST_USE;
enum err keyring_add_identities(struct keyring *k, const char *path) MUST_USE;

#endif
