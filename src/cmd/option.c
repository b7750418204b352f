#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

#include "cmd/option.h"
#include "cmd/plain.h"

#define TYPED_MAX 40U /* bytes of it that are said */
#define SHOWN_MAX (3 * TYPED_MAX + 8) /* U+FFFD has three bytes */

void
option_begin(void)
{
	opterr = 0;
	optind = 0;
}

static bool
is_long(const char *word)
{
	return strncmp(word, "--", 2) == 0;
}

/* "--json=x", where --json takes no value: what comes before was right, so it
 * can be no other word than the last that was taken. */
static bool
is_value_too_many(const char *word, const struct option *longs)
{
	const size_t n = strcspn(word, "=");

	if (!is_long(word) || word[n] == '\0')
		return false;
	for (; longs->name != NULL; longs++)
		if (longs->has_arg == no_argument &&
		    strncmp(longs->name, word + 2, n - 2) == 0)
			return true;
	return false;
}

/* The word that a short option stands in: the last that was taken, or, with
 * letters behind it, the next. */
static const char *
word_of_short(char **argv)
{
	const char *last = argv[optind - 1];
	const size_t n = strlen(last);

	return last[0] == '-' && n > 1 && last[n - 1] == (char)optopt
	    ? last
	    : argv[optind];
}

/* The option alone, fit to be shown. */
static void
show(char out[static SHOWN_MAX], const char *word)
{
	size_t n = is_long(word) ? strcspn(word, "=") : strlen(word);
	const bool cut = n > TYPED_MAX;
	struct buf shown;

	/* A character is not cut in two. */
	if (cut)
		for (n = TYPED_MAX; ((unsigned char)word[n] & 0xc0) == 0x80;)
			n--;
	buf_init(&shown, SHOWN_MAX);
	out[0] = '\0';
	if (plain_put(&shown, word, n) == ERR_OK)
		(void)snprintf(out, SHOWN_MAX, "%.*s%s", (int)shown.len,
		    (const char *)shown.at, cut ? "..." : "");
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' '; /* one sentence, one line */
	buf_drop(&shown);
}

const char *
option_wrong(int c, char **argv, const struct option *longs)
{
	static char say[SHOWN_MAX + 64];
	const char *last = argv[optind - 1];
	char shown[SHOWN_MAX];

	if (c == ':') {
		show(shown, last);
		(void)snprintf(
		    say, sizeof say, "the value of %s is missing", shown);
	} else if (is_value_too_many(last, longs)) {
		show(shown, last);
		(void)snprintf(say, sizeof say, "%s takes no value", shown);
	} else {
		show(shown, optopt == 0 ? last : word_of_short(argv));
		(void)snprintf(
		    say, sizeof say, "there is no such option: %s", shown);
	}
	return say;
}

const char *
option_read(int argc, char **argv, const struct option_row *rows, size_t n)
{
	struct option longs[OPTION_ROWS + 1] = { { NULL, 0, NULL, 0 } };
	int at, c;

	assert(n <= OPTION_ROWS);
	for (size_t i = 0; i < n; i++)
		longs[i] = (struct option){ rows[i].name,
			rows[i].value != NULL ? required_argument : no_argument,
			NULL, 1 };
	option_begin();
	while ((c = getopt_long(argc, argv, ":", longs, &at)) != -1) {
		if (c == ':' || c == '?')
			return option_wrong(c, argv, longs);
		if (rows[at].value == NULL)
			*rows[at].given = true;
		else if (*rows[at].value != NULL)
			return "an option is given twice";
		else
			*rows[at].value = optarg;
	}
	return NULL;
}

const char *
option_read_dir(int argc, char **argv, const struct option_row *rows, size_t n,
    const char **dir)
{
	const char *wrong = option_read(argc, argv, rows, n);

	if (wrong != NULL)
		return wrong;
	if (argc - optind > 1)
		return "one folder is enough";
	*dir = argv[optind];
	return NULL;
}
