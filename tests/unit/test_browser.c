/* Which browser a desk opens, with which arguments, and what is left: with
 * programs of the browsers' names that only write down how they were called. */
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "desk/browser.h"
#include "t.h"

#define ADDRESS "http://0123456789abcdef.localhost:4711/open?secretcode"

static char top[64], programs[96], runtime[96], called[96];

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void
begin(void)
{
	(void)snprintf(top, sizeof top, "/tmp/sotto-browser-XXXXXX");
	OK(mkdtemp(top) != NULL);
	(void)snprintf(programs, sizeof programs, "%s/bin", top);
	(void)snprintf(runtime, sizeof runtime, "%s/run", top);
	(void)snprintf(called, sizeof called, "%s/called", top);
	OK(mkdir(programs, 0700) == 0 && mkdir(runtime, 0700) == 0);
	OK(setenv("PATH", programs, 1) == 0);
	OK(setenv("XDG_RUNTIME_DIR", runtime, 1) == 0);
	OK(setenv("CALLED", called, 1) == 0);
}

static void
end(void)
{
	OK(nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

/* Its name, its arguments and where it would keep what is temporary. */
static void
put_program(const char *name)
{
	static const char script[] =
	    "#!/bin/sh\n"
	    "{ printf '%s\\n' \"${0##*/}\" \"$@\"\n"
	    "echo \"TMPDIR=$TMPDIR\"; echo \"CACHE=$XDG_CACHE_HOME\"\n"
	    "} >\"$CALLED.new\"\n"
	    "/bin/mv \"$CALLED.new\" \"$CALLED\"\n"
	    "exec /bin/sleep 60\n";
	char path[128];

	(void)snprintf(path, sizeof path, "%s/%s", programs, name);
	OK(file_write(path, script, sizeof script - 1, 0700) == ERR_OK);
}

/* What the program was called with; "" when it does not come in 10 s. */
static const char *
how_called(void)
{
	static char text[4096];
	const uint64_t until = clock_ms() + 10000;
	struct buf b;

	buf_init(&b, sizeof text - 1);
	while (clock_ms() < until && file_read(&b, called) != ERR_OK) {
		buf_clear(&b);
		clock_sleep(5);
	}
	memcpy(text, b.at == NULL ? (const uint8_t *)"" : b.at, b.len);
	text[b.len] = '\0';
	buf_drop(&b);
	(void)unlink(called);
	return text;
}

static bool
is_file(const char *dir, const char *name)
{
	char path[700];

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

/* rmdir() is the shortest way to ask whether a folder is empty. */
static bool
is_empty(const char *dir)
{
	return rmdir(dir) == 0 && mkdir(dir, 0700) == 0;
}

static void
firefox_comes_first_and_then_chromium(void)
{
	static const char *const order[] = { "google-chrome",
		"chromium-browser", "chromium", "firefox", "firefox-esr" };
	struct browser b;

	begin();
	for (size_t i = 0; i < COUNT(order); i++) {
		const char *text;

		put_program(order[i]);
		browser_init(&b);
		OK(browser_start(&b, ADDRESS) == ERR_OK);
		text = how_called();
		OK(strncmp(text, order[i], strlen(order[i])) == 0);
		OK(text[strlen(order[i])] == '\n');
		browser_drop(&b);
	}
	OK(is_empty(runtime));
	end();
}

static void
the_code_stands_in_a_file_and_on_no_command_line(void)
{
	static const char *const kinds[] = { "firefox-esr", "chromium" };
	char page[700], path[700];
	struct browser b;
	struct buf got;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *text;
		struct stat st;

		begin();
		put_program(kinds[i]);
		browser_init(&b);
		OK(browser_start(&b, ADDRESS) == ERR_OK);
		text = how_called();
		OK(strstr(text, "secretcode") == NULL);
		OK(strstr(text, "localhost:4711") == NULL);
		(void)snprintf(
		    page, sizeof page, "file://%s/open.html\n", b.dir);
		OK(strstr(text, page) != NULL);
		(void)snprintf(path, sizeof path, "%s/open.html", b.dir);
		OK(stat(path, &st) == 0 && (st.st_mode & 077U) == 0);
		buf_init(&got, 4096);
		OK(file_read(&got, path) == ERR_OK);
		OK(strstr(buf_str(&got), ADDRESS "\"") != NULL);
		buf_drop(&got);
		/* Used: it goes, and asking again harms nothing. */
		browser_arrived(&b);
		browser_arrived(&b);
		OK(access(path, F_OK) != 0);
		browser_drop(&b);
		end();
	}
}

static void
what_the_browser_writes_goes_to_the_folder_in_memory(void)
{
	static const struct {
		const char *program, *private, *profile;
	} rows[] = {
		{ "firefox-esr", "\n--private-window\n", "\n--profile\n%s\n" },
		{ "chromium", "\n--incognito\n", "\n--user-data-dir=%s\n" },
	};
	struct browser b;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[700];
		const char *text, *hole = strstr(rows[i].profile, "%s");

		begin();
		put_program(rows[i].program);
		browser_init(&b);
		OK(browser_start(&b, ADDRESS) == ERR_OK);
		OK(strncmp(b.dir, runtime, strlen(runtime)) == 0);
		text = how_called();
		OK(strstr(text, rows[i].private) != NULL);
		(void)snprintf(line, sizeof line, "%.*s%s%s",
		    (int)(hole - rows[i].profile), rows[i].profile, b.dir,
		    hole + 2);
		OK(strstr(text, line) != NULL);
		(void)snprintf(line, sizeof line, "\nTMPDIR=%s/tmp\n", b.dir);
		OK(strstr(text, line) != NULL);
		(void)snprintf(line, sizeof line, "\nCACHE=%s/tmp\n", b.dir);
		OK(strstr(text, line) != NULL);
		OK(is_file(b.dir, "user.js"));
		browser_drop(&b);
		end();
	}
}

static void
nothing_but_the_desk_can_be_reached_from_the_window(void)
{
	struct browser b;
	const char *text;
	char path[700];
	struct buf got;

	begin();
	put_program("chromium");
	browser_init(&b);
	OK(browser_start(&b, ADDRESS) == ERR_OK);
	text = how_called();
	OK(strstr(text, "\n--proxy-server=127.0.0.1:9\n") != NULL);
	OK(strstr(text, "\n--proxy-bypass-list=*.localhost\n") != NULL);
	(void)snprintf(path, sizeof path, "%s/user.js", b.dir);
	buf_init(&got, 65536);
	OK(file_read(&got, path) == ERR_OK);
	OK(strstr(buf_str(&got), "\"network.proxy.type\", 1)") != NULL);
	OK(strstr(buf_str(&got), "no_proxies_on\", \".localhost\")") != NULL);
	buf_drop(&got);
	browser_drop(&b);
	end();
}

static void
without_a_browser_nothing_is_left(void)
{
	struct browser b;

	begin();
	browser_init(&b);
	OK(browser_start(&b, ADDRESS) == ERR_NOTHING);
	OK(b.pid == 0 && b.dir[0] == '\0' && is_empty(runtime));
	OK(unsetenv("PATH") == 0);
	OK(browser_start(&b, ADDRESS) == ERR_NOTHING);
	browser_drop(&b);
	browser_drop(&b);
	end();
}

static void
a_folder_that_is_not_ours_alone_is_not_used(void)
{
	struct browser b;

	begin();
	put_program("firefox-esr");
	browser_init(&b);
	OK(chmod(runtime, 0755) == 0);
	OK(browser_start(&b, ADDRESS) == ERR_MISSING);
	OK(is_empty(runtime) && chmod(runtime, 0700) == 0);
	OK(setenv("XDG_RUNTIME_DIR", "run", 1) == 0); /* not from the root */
	OK(browser_start(&b, ADDRESS) == ERR_MISSING);
	OK(setenv("XDG_RUNTIME_DIR", called, 1) == 0); /* not there */
	OK(browser_start(&b, ADDRESS) == ERR_MISSING);
	OK(unsetenv("XDG_RUNTIME_DIR") == 0);
	OK(browser_start(&b, ADDRESS) == ERR_MISSING);
	end();
}

static void
a_closed_window_is_noticed_and_ending_leaves_nothing(void)
{
	const uint64_t until = clock_ms() + 10000;
	struct browser b;
	pid_t pid;

	begin();
	put_program("firefox-esr");
	browser_init(&b);
	OK(browser_start(&b, ADDRESS) == ERR_OK);
	OK(how_called()[0] != '\0' && !browser_has_ended(&b));
	OK(kill(b.pid, SIGKILL) == 0);
	while (!browser_has_ended(&b) && clock_ms() < until)
		clock_sleep(5);
	OK(browser_has_ended(&b));
	browser_drop(&b);
	OK(is_empty(runtime));
	/* And when it is the desk that ends. */
	OK(browser_start(&b, ADDRESS) == ERR_OK);
	OK(how_called()[0] != '\0');
	pid = b.pid;
	browser_drop(&b);
	OK(kill(pid, 0) != 0 && is_empty(runtime));
	end();
}

/* A killed desk leaves its folder; a living one holds its lock. */
static void
folders_of_killed_desks_go_and_of_living_ones_stay(void)
{
	char old[128], file[160];
	struct browser living, next;

	begin();
	put_program("firefox-esr");
	(void)snprintf(old, sizeof old, "%s/sotto-desk-killed", runtime);
	(void)snprintf(file, sizeof file, "%s/open.html", old);
	OK(mkdir(old, 0700) == 0 && file_write(file, "x", 1, 0600) == ERR_OK);
	(void)snprintf(file, sizeof file, "%s/somebody-else", runtime);
	OK(mkdir(file, 0700) == 0);
	browser_init(&living);
	browser_init(&next);
	OK(browser_start(&living, ADDRESS) == ERR_OK);
	OK(access(old, F_OK) != 0);
	OK(browser_start(&next, ADDRESS) == ERR_OK);
	OK(is_file(living.dir, "user.js") && is_file(next.dir, "user.js"));
	browser_drop(&living);
	browser_drop(&next);
	OK(rmdir(file) == 0 && is_empty(runtime));
	end();
}

T_BEGIN
T(firefox_comes_first_and_then_chromium)
T(the_code_stands_in_a_file_and_on_no_command_line)
T(what_the_browser_writes_goes_to_the_folder_in_memory)
T(nothing_but_the_desk_can_be_reached_from_the_window)
T(without_a_browser_nothing_is_left)
T(a_folder_that_is_not_ours_alone_is_not_used)
T(a_closed_window_is_noticed_and_ending_leaves_nothing)
T(folders_of_killed_desks_go_and_of_living_ones_stay)
T_END
