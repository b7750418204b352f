#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/wipe.h"

#include "cmd/cmd.h"
#include "cmd/keyring.h"

#define FILE_MAX 1048576U
#define RECIPIENTS_BYTES (AGE_RECIPIENTS_MAX * sizeof(struct age_recipient))

void
keyring_init(struct keyring *k)
{
	memset(k, 0, sizeof *k);
}

void
keyring_drop(struct keyring *k)
{
	for (size_t i = 0; i < k->ids_n; i++)
		age_identity_close(k->ids[i]);
	wipe_free(k->recipients, k->recipients == NULL ? 0 : RECIPIENTS_BYTES);
	keyring_init(k);
}

static enum err
put_recipient(struct keyring *k, const char *s, size_t n)
{
	enum err e;

	if (k->recipients_n == AGE_RECIPIENTS_MAX)
		return ERR_TOOBIG;
	if (k->recipients == NULL &&
	    (k->recipients = calloc(1, RECIPIENTS_BYTES)) == NULL)
		return ERR_NOMEM;
	e = age_recipient_read(&k->recipients[k->recipients_n], s, n);
	if (e == ERR_OK)
		k->recipients_n++;
	return e;
}

static enum err
put_identity(struct keyring *k, const char *s, size_t n)
{
	enum err e;

	if (k->ids_n == KEYRING_IDENTITIES_MAX)
		return ERR_TOOBIG;
	if ((e = age_identity_read(&k->ids[k->ids_n], s, n)) == ERR_OK)
		k->ids_n++;
	return e;
}

enum err
keyring_add_recipient(struct keyring *k, const char *text)
{
	enum err e;

	if ((e = put_recipient(k, text, strlen(text))) == ERR_FORMAT &&
	    strncmp(text, "AGE-SECRET-KEY-", 15) == 0)
		fputs("sotto: that is a secret key; give the recipient that "
		      "belongs to it, age1....\n",
		    stderr);
	else if (e != ERR_OK)
		(void)cmd_fail(e, "the recipient cannot be used",
		    "One looks like age1... or age1pq1..., in one piece.");
	return e;
}

/* Each line of the file at `path` to `put`; at least one must be a key. */
static enum err
each_line(struct keyring *k, const char *path, const char *what,
    enum err (*put)(struct keyring *k, const char *s, size_t n))
{
	char where[FILE_PATH_MAX + 64];
	const char *at, *end;
	size_t n, keys = 0, number = 1;
	struct buf text;
	enum err e;

	buf_init(&text, FILE_MAX);
	if ((e = file_read(&text, path)) != ERR_OK) {
		(void)cmd_fail(e, path, what);
		goto out;
	}
	at = (const char *)text.at;
	for (size_t left = text.len; left > 0; left -= n, at += n, number++) {
		end = memchr(at, '\n', left);
		n = end == NULL ? left : (size_t)(end - at) + 1;
		size_t len = end == NULL ? n : n - 1;

		if (len > 0 && at[len - 1] == '\r')
			len--;
		if (len == 0 || *at == '#')
			continue;
		if ((e = put(k, at, len)) != ERR_OK) {
			(void)snprintf(where, sizeof where, "line %zu of %s",
			    number, path);
			(void)cmd_fail(e, where, what);
			goto out;
		}
		keys++;
	}
	if (keys == 0) {
		e = ERR_NOTHING;
		(void)cmd_fail(e, path, what);
	}
out:
	buf_drop(&text);
	return e;
}

enum err
keyring_add_recipients(struct keyring *k, const char *path)
{
	return each_line(k, path,
	    "It should hold recipients, age1..., one a line.", put_recipient);
}

enum err
keyring_add_identities(struct keyring *k, const char *path)
{
	return each_line(k, path,
	    "It should hold keys, AGE-SECRET-KEY-..., one a line.",
	    put_identity);
}
