#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "desk/record.h"
#include "team/certificate.h"
#include "team/sheet.h"

#include "cmd/cmd.h"
#include "cmd/passphrase.h"
#include "cmd/team_cmd.h"

#define LINE_MAX_BYTES 512U
#define PROMPT_BYTES 64U
#define FINGERPRINT_WORD "Fingerprint:"
#define NAME_WORD "Team:"

/* Everything that a folder that is being made may have in it. */
static const char *const ours[] = { "sheet-1.txt", "sheet-2.txt", "sheet-3.txt",
	SAFE_KEY, SAFE_KEY ".new", SAFE_ABOUT, SAFE_ABOUT ".new" };

/* Overwrite and remove what is ours in this user's own folder, and the folder
 * when nothing else is in it: a folder of that name may be anybody's, and hold
 * anything. */
static enum err
empty_folder(const char *dir)
{
	const int at =
	    open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	enum err e = ERR_DENIED;
	int fd;

	if (at < 0)
		return file_err();
	if (fstat(at, &st) != 0 || st.st_uid != geteuid())
		goto out;
	for (size_t i = 0; i < COUNT(ours); i++) {
		fd = openat(at, ours[i], O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		(void)!record_overwrite(fd);
		(void)close(fd);
		(void)unlinkat(at, ours[i], 0);
	}
	e = rmdir(dir) == 0 ? ERR_OK : file_err();
out:
	(void)close(at);
	return e;
}

static void
remove_folder(const char *dir)
{
	if (empty_folder(dir) != ERR_OK)
		fprintf(stderr, "sotto: %s is left over: remove it.\n", dir);
}

/* Asked before anything is typed, too. */
static bool
is_free(const char *to)
{
	if (!file_is_there(to))
		return true;
	(void)cmd_fail(ERR_TAKEN, to, "Name a folder that is not there yet.");
	return false;
}

/* Where a folder is made before it gets its name: "to.new"; one that is left of
 * a process that was killed is removed.  False: said why. */
static bool
begin_folder(char fresh[static FILE_PATH_MAX], const char *to)
{
	size_t n = strlen(to);
	enum err e;
	int len;

	if (!is_free(to))
		return false;
	while (n > 1 && to[n - 1] == '/')
		n--;
	len = snprintf(fresh, FILE_PATH_MAX, "%.*s.new", (int)n, to);
	e = len < 0 || len >= FILE_PATH_MAX ? ERR_TOOBIG : ERR_OK;
	if (e == ERR_OK) {
		if (file_is_there(fresh))
			(void)!empty_folder(fresh);
		e = file_make_dir(fresh);
	}
	if (e == ERR_OK)
		return true;
	(void)cmd_fail(e, e == ERR_TAKEN ? fresh : to,
	    "Name a folder that can be made; one of the same name with .new "
	    "behind it must not be there either.");
	return false;
}

/* So that its name is there after a power loss too. */
static enum err
sync_parent(const char *fresh)
{
	char dir[FILE_PATH_MAX];
	const char *slash = strrchr(fresh, '/');

	(void)snprintf(dir, sizeof dir, "%.*s",
	    slash == NULL || slash == fresh ? 1 : (int)(slash - fresh),
	    slash == NULL ? "." : fresh);
	return file_sync_dir(dir);
}

/* Give it its name, or (`e` is the error that came before) remove it. */
static enum err
end_folder(const char *fresh, const char *to, enum err e)
{
	if (e == ERR_OK && rename(fresh, to) != 0)
		e = file_err();
	if (e != ERR_OK) {
		remove_folder(fresh);
		return e;
	}
	return sync_parent(fresh);
}

/* What is known of a sheet that is printed. */
struct print {
	const char *name;
	char f[TEAM_PRINT_BYTES];
	char split[ENC_HEX_LEN(SHEET_SPLIT_BYTES) + 1];
	char date[CLOCK_DATE_BYTES];
};

/* No line but those of the share begins with a number from 1 to 8. */
static enum err
put_head(struct buf *out, const struct sheet *s, const struct print *p)
{
	return buf_put_fmt(out,
	    "SOTTO: SHEET %u OF 3 OF A TEAM'S KEY\n"
	    "\n" NAME_WORD "         %s\n" FINGERPRINT_WORD "  %s\n"
	    "Made:         %s, split %s\n"
	    "\n"
	    "Any two of the three sheets are the team's key; this one alone "
	    "is nothing.\n"
	    "Give each to another person, to keep in another place.  Whoever "
	    "holds two can\n"
	    "sign in the team's name.\n"
	    "\n",
	    s->share.index,
	    p->name[0] == '\0' ? "................................" : p->name,
	    p->f, p->date, p->split);
}

static const char sheet_foot[] =
    "\n"
    "To restore the key, on a machine without network, with two sheets:\n"
    "\n"
    "    sotto team recover --to NEW                and type the lines, or\n"
    "    sotto team recover --to NEW SHEET SHEET    with the sheets as files\n"
    "\n"
    "Four letters of each word are enough; a line with a mistake is named.  "
    "What\n"
    "sotto then says must be the fingerprint above.  Afterwards make new "
    "sheets and\n"
    "burn all old ones.  Without sotto: its documentation, \"Sheets\", says "
    "how these\n"
    "words are joined.\n";

static enum err
put_sheet(struct buf *out, const struct sheet *s, const struct print *p)
{
	char line[SHEET_LINE_BYTES];
	enum err e;

	e = put_head(out, s, p);
	for (unsigned i = 1; i <= SHEET_LINES && e == ERR_OK; i++) {
		sheet_line(line, s, i);
		e = buf_put_fmt(out, "    %u  %s\n", i, line);
	}
	wipe(line, sizeof line);
	return e != ERR_OK ? e : buf_put_str(out, sheet_foot);
}

static enum err
write_sheet(const char *dir, const struct sheet *s, const struct print *p)
{
	char path[FILE_PATH_MAX], name[32];
	struct buf text;
	enum err e;

	buf_init(&text, SHEET_TEXT_MAX);
	(void)snprintf(name, sizeof name, "sheet-%u.txt", s->share.index);
	if ((e = put_sheet(&text, s, p)) == ERR_OK &&
	    (e = file_path(path, sizeof path, dir, name)) == ERR_OK)
		e = file_make(path, text.at, text.len, 0600);
	buf_drop(&text);
	return e;
}

static enum err
write_sheets(
    const struct team_cmd *c, const char *fresh, const struct sheet *sheets)
{
	struct print p = { .name = c->about.name };
	enum err e = ERR_OK;

	team_print(p.f, c->about.key);
	enc_hex(p.split, c->about.split, sizeof c->about.split);
	clock_date(p.date, c->about.split_day);
	for (size_t i = 0; i < SHARE_COUNT && e == ERR_OK; i++)
		e = write_sheet(fresh, &sheets[i], &p);
	return end_folder(fresh, c->to, e);
}

static void
say_split(const struct team_cmd *c)
{
	printf("Three sheets are in %s. Now\n\n"
	       "  1. print them on a printer that you trust,\n"
	       "  2. try two of them: sotto team recover --to NEW, and compare "
	       "the fingerprint,\n"
	       "  3. give each to another person, to keep in another place,\n"
	       "  4. destroy %s, and what you tried; then, if only the sheets "
	       "shall\n"
	       "     hold the key, %s too, with every copy.\n\n"
	       "Deleted files can often be brought back: a folder in memory, "
	       "such as one in\n/dev/shm, goes when the machine is switched "
	       "off.\n",
	    c->to, c->to, c->words[0]);
}

int
team_cmd_split(struct team_cmd *c)
{
	struct sheet sheets[SHARE_COUNT];
	char fresh[FILE_PATH_MAX];
	enum err e;

	if (!is_free(c->to) || !team_cmd_open(c, c->words[0]) ||
	    !begin_folder(fresh, c->to))
		return CMD_FAILED;
	sheet_split(sheets, key_see(c->seed));
	c->about.is_split = true;
	c->about.split_day = clock_day();
	memcpy(c->about.split, sheets[0].split, sizeof c->about.split);
	e = write_sheets(c, fresh, sheets);
	for (size_t i = 0; i < SHARE_COUNT; i++)
		sheet_drop(&sheets[i]);
	if (e != ERR_OK)
		return cmd_fail(e, "the sheets cannot be written",
		    "Nothing was left behind; try again when that is mended.");
	if ((e = team_cmd_put_about(c, c->words[0])) != ERR_OK)
		(void)cmd_fail(e,
		    "that there are sheets cannot be noted in "
		    "the key's folder",
		    "The sheets are good all the same.");
	say_split(c);
	return CMD_DONE;
}

/* "LINE 3" and what is wrong, as the end of a sentence. */
static void
say_word(const struct sheet_fault *f)
{
	bool plain = f->typed[0] != '\0';

	for (const char *p = f->typed; *p != '\0'; p++)
		plain = plain && (unsigned char)*p < 0x80;
	fprintf(stderr, "line %u: word %u", f->line, f->word);
	if (plain)
		fprintf(stderr, ", \"%s\",", f->typed);
	fputs(" is not on the list.", stderr);
	for (size_t i = 0; i < f->nearest_n; i++)
		fprintf(stderr, "%s%s", i == 0 ? " Perhaps " : " or ",
		    f->nearest[i]);
	fputs(f->nearest_n > 0 ? "?\n" : "\n", stderr);
}

static void
say_fault(const struct sheet_fault *f, const char *where)
{
	static const char another[] =
	    "one of its words is another one on the sheet, or the line is of "
	    "another sheet.";
	static const char *const says[] = {
		[SHEET_LINE_LACKS] = "it is not there.",
		[SHEET_LINE_TWICE] = "it is there twice.",
		[SHEET_WORDS_WRONG] = "it must have five words.",
		[SHEET_CHECK_WRONG] = another,
	};

	fprintf(stderr, "sotto: %s%s", where, where[0] == '\0' ? "" : ", ");
	if (f->wrong == SHEET_WORD_WRONG)
		say_word(f);
	else if (f->wrong == SHEET_SUM_WRONG)
		fputs("a mistake that no line shows: compare every word.\n",
		    stderr);
	else if (f->wrong == SHEET_NO_LINES)
		fputs("that is no sheet of sotto: it has none of the eight "
		      "lines of words.\n",
		    stderr);
	else if (f->wrong == SHEET_OTHER)
		fputs("a sheet of a later sotto: use that one.\n", stderr);
	else
		fprintf(stderr, "line %u: %s\n", f->line, says[f->wrong]);
}

/* What a file says besides its share. */
struct found {
	struct sheet sheet;
	char f[TEAM_PRINT_BYTES]; /* "" when it does not say */
	char name[MEMBER_NAME_MAX + 1];
};

/* The rest of the line that begins with `word`, without spaces around it. */
static void
take_field(char *out, size_t size, const struct buf *text, const char *word)
{
	const char *p = (const char *)text->at, *end = p + text->len, *stop;
	const size_t n = strlen(word);

	for (; p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - p) < n || memcmp(p, word, n) != 0)
			continue;
		for (p += n; p < stop && *p == ' '; p++)
			;
		while (p < stop && (stop[-1] == ' ' || stop[-1] == '\r'))
			stop--;
		if ((size_t)(stop - p) < size && *p != '.')
			memcpy(out, p, (size_t)(stop - p));
		return;
	}
}

static bool
from_file(struct found *found, const char *path)
{
	struct sheet_fault f = { .wrong = SHEET_RIGHT };
	struct buf text;
	enum err e;

	buf_init(&text, SHEET_TEXT_MAX);
	if ((e = file_read(&text, path)) == ERR_OK)
		e = sheet_read(
		    &found->sheet, (const char *)text.at, text.len, &f);
	if (e != ERR_OK && f.wrong != SHEET_RIGHT)
		say_fault(&f, path);
	else if (e != ERR_OK)
		(void)cmd_fail(e, path, NULL);
	if (e == ERR_OK) {
		take_field(found->f, sizeof found->f, &text, FINGERPRINT_WORD);
		take_field(found->name, sizeof found->name, &text, NAME_WORD);
		if (!safe_is_name(found->name))
			found->name[0] = '\0';
	}
	sheet_fault_drop(&f);
	buf_drop(&text);
	return e == ERR_OK;
}

/* One line, asked again until it is right.  False: said why. */
static bool
type_line(struct sheet_typed *t, unsigned number)
{
	char prompt[PROMPT_BYTES];
	struct sheet_fault f = { .wrong = SHEET_RIGHT };
	struct buf line;
	enum err e;

	buf_init(&line, LINE_MAX_BYTES);
	(void)snprintf(prompt, sizeof prompt,
	    "Sheet %u of 2, line %u: ", number, t->have + 1);
	for (;;) {
		buf_clear(&line);
		e = passphrase_line(&line, prompt);
		if (e != ERR_OK && e != ERR_TOOBIG)
			break;
		e = sheet_type(t, (const char *)line.at, line.len, &f);
		if (e == ERR_OK)
			break;
		say_fault(&f, "");
	}
	sheet_fault_drop(&f);
	buf_drop(&line);
	return e == ERR_OK;
}

static bool
from_terminal(struct found *found, unsigned number)
{
	struct sheet_typed t = { .have = 0 };
	struct sheet_fault f = { .wrong = SHEET_RIGHT };
	bool right = true;

	while (right && t.have < SHEET_LINES) {
		right = type_line(&t, number);
		if (right)
			fprintf(stderr, "Sheet %u of 2, line %u is right.\n",
			    number, t.have);
	}
	if (right && sheet_end(&found->sheet, &t, &f) != ERR_OK) {
		say_fault(&f, "that sheet");
		right = false;
	}
	sheet_fault_drop(&f);
	sheet_typed_drop(&t);
	return right;
}

static int
say_not_joined(enum err e)
{
	static const struct {
		enum err e;
		const char *say;
	} rows[] = {
		{ ERR_TAKEN,
		    "that is the same sheet twice. Take two of the "
		    "three." },
		{ ERR_DENIED, "the two sheets are of different teams." },
		{ ERR_EXPIRED,
		    "the two sheets were made at different times: "
		    "take two that say the same split." },
		{ ERR_FORGED,
		    "what the two sheets make is not the key of "
		    "their team: one of them was altered." },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].e == e)
			return team_cmd_say(rows[i].say);
	return cmd_fail(e, "the sheets cannot be joined", NULL);
}

/* Both files must say the fingerprint that comes out, when they say any. */
static bool
agree(const struct found *found, const char *f)
{
	for (size_t i = 0; i < 2; i++)
		if (found[i].f[0] != '\0' && strcmp(found[i].f, f) != 0) {
			(void)team_cmd_say("what the two sheets make has "
					   "another fingerprint than they "
					   "say. Nothing was made.");
			return false;
		}
	return true;
}

static int
make_folder(struct team_cmd *c, const char *f)
{
	char fresh[FILE_PATH_MAX], path[FILE_PATH_MAX];
	enum err e;

	if (!begin_folder(fresh, c->to))
		return CMD_FAILED;
	if (!team_cmd_path(path, fresh, SAFE_KEY) || !team_cmd_seal(c, path)) {
		remove_folder(fresh);
		return CMD_FAILED;
	}
	e = end_folder(fresh, c->to, team_cmd_put_about(c, fresh));
	if (e != ERR_OK)
		return cmd_fail(
		    e, "the folder cannot be made", "Nothing was left behind.");
	printf("The team key is in %s. Its fingerprint must be the one on the "
	       "sheets:\n\n  %s\n\n"
	       "Two sheets have been in one place: make new ones (sotto team "
	       "split), and burn\nall three old ones.\n",
	    c->to, f);
	return CMD_DONE;
}

int
team_cmd_recover(struct team_cmd *c)
{
	struct found found[2] = { { .f = "" }, { .f = "" } };
	char f[TEAM_PRINT_BYTES];
	int status = CMD_FAILED;
	enum err e;

	if (!is_free(c->to))
		return CMD_FAILED;
	for (unsigned i = 0; i < 2; i++)
		if (!(i < c->words_n ? from_file(&found[i], c->words[i])
				     : from_terminal(&found[i], i + 1)))
			goto out;
	e = sheet_join(key_at(c->seed), &found[0].sheet, &found[1].sheet);
	if (e != ERR_OK) {
		status = say_not_joined(e);
		goto out;
	}
	sign_public(c->about.key, key_see(c->seed));
	team_print(f, c->about.key);
	if (!agree(found, f))
		goto out;
	c->about.is_split = true;
	memcpy(c->about.split, found[0].sheet.split, sizeof c->about.split);
	memcpy(c->about.name, found[0].name, sizeof c->about.name);
	status = make_folder(c, f);
out:
	wipe(found, sizeof found);
	return status;
}
