#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/wipe.h"

#include "desk/browser.h"

#define PREFIX "sotto-desk-"
#define ARGS_MAX 16
#define END_MS 3000U
/* Not `lock`: Firefox makes one of its own by that name. */
#define LOCK_NAME ".sotto-lock"

/* %s in an argument is the throw-away folder. */
struct kind {
	const char *program;
	bool firefox;
	const char *args[ARGS_MAX];
};

/* A proxy that is never there keeps everything but this desk out of reach. */
#define CHROMIUM \
	{ \
		"--user-data-dir=%s", "--disk-cache-dir=%s/cache", \
		    "--incognito", "--no-first-run", \
		    "--no-default-browser-check", \
		    "--disable-background-networking", \
		    "--disable-component-update", "--disable-sync", \
		    "--disable-breakpad", "--password-store=basic", \
		    "--proxy-server=127.0.0.1:9", \
		    "--proxy-bypass-list=*.localhost", "file://%s/open.html" \
	}
#define FIREFOX \
	{ \
		"--no-remote", "--profile", "%s", "--private-window", \
		    "file://%s/open.html" \
	}

static const struct kind kinds[] = {
	{ "firefox-esr", true, FIREFOX },
	{ "firefox", true, FIREFOX },
	{ "chromium", false, CHROMIUM },
	{ "chromium-browser", false, CHROMIUM },
	{ "google-chrome", false, CHROMIUM },
};

static const char user_js[] =
    "user_pref(\"browser.aboutwelcome.enabled\", false);\n"
    "user_pref(\"browser.cache.disk.enable\", false);\n"
    "user_pref(\"browser.formfill.enable\", false);\n"
    "user_pref(\"browser.safebrowsing.downloads.remote.enabled\", false);\n"
    "user_pref(\"browser.sessionstore.max_tabs_undo\", 0);\n"
    "user_pref(\"browser.sessionstore.privacy_level\", 2);\n"
    "user_pref(\"browser.sessionstore.resume_from_crash\", false);\n"
    "user_pref(\"browser.shell.checkDefaultBrowser\", false);\n"
    "user_pref(\"browser.startup.homepage_override.mstone\", \"ignore\");\n"
    "user_pref(\"datareporting.healthreport.uploadEnabled\", false);\n"
    "user_pref(\"datareporting.policy.dataSubmissionEnabled\", false);\n"
    "user_pref(\"network.captive-portal-service.enabled\", false);\n"
    "user_pref(\"network.connectivity-service.enabled\", false);\n"
    "user_pref(\"network.proxy.http\", \"127.0.0.1\");\n"
    "user_pref(\"network.proxy.http_port\", 9);\n"
    "user_pref(\"network.proxy.no_proxies_on\", \".localhost\");\n"
    "user_pref(\"network.proxy.ssl\", \"127.0.0.1\");\n"
    "user_pref(\"network.proxy.ssl_port\", 9);\n"
    "user_pref(\"network.proxy.type\", 1);\n"
    "user_pref(\"places.history.enabled\", false);\n"
    "user_pref(\"signon.rememberSignons\", false);\n"
    "user_pref(\"toolkit.telemetry.reportingpolicy.firstRun\", false);\n";

void
browser_init(struct browser *b)
{
	*b = (struct browser){ .lock = -1 };
}

/* The folder in memory that is this user's alone, or NULL. */
static const char *
runtime_dir(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	struct stat st;

	if (dir == NULL || dir[0] != '/' || stat(dir, &st) != 0 ||
	    !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 077U) != 0)
		return NULL;
	return dir;
}

/* Take the lock of a folder; -1 when a living desk holds it. */
static int
lock_dir(const char *dir)
{
	char path[FILE_PATH_MAX];
	int fd;

	if (file_path(path, sizeof path, dir, LOCK_NAME) != ERR_OK)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

static void
sweep(const char *runtime)
{
	char path[FILE_PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int lock;

	if ((dir = opendir(runtime)) == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0 ||
		    file_path(path, sizeof path, runtime, entry->d_name) !=
			ERR_OK ||
		    (lock = lock_dir(path)) < 0)
			continue;
		(void)!file_remove_all(path);
		(void)close(lock);
	}
	(void)closedir(dir);
}

/* The page that the window begins with: it goes to the address by itself. */
static enum err
write_open_page(const char *dir, const char *address)
{
	char path[FILE_PATH_MAX], page[512];
	enum err e;
	int n;

	if ((e = file_path(path, sizeof path, dir, "open.html")) != ERR_OK)
		return e;
	n = snprintf(page, sizeof page,
	    "<!doctype html><meta charset=utf-8><title>sotto</title>"
	    "<meta name=referrer content=no-referrer>"
	    "<meta http-equiv=refresh content=\"0;url=%s\">",
	    address);
	if (n < 0 || (size_t)n >= sizeof page)
		e = ERR_TOOBIG;
	else
		e = file_make(path, page, (size_t)n, 0600);
	wipe(page, sizeof page);
	return e;
}

static enum err
prepare(struct browser *b, const char *runtime, const char *address)
{
	char path[FILE_PATH_MAX];
	enum err e;
	int n;

	n = snprintf(b->dir, sizeof b->dir, "%s/" PREFIX "XXXXXX", runtime);
	if (n < 0 || (size_t)n >= sizeof b->dir || mkdtemp(b->dir) == NULL) {
		b->dir[0] = '\0';
		return ERR_IO;
	}
	if ((b->lock = lock_dir(b->dir)) < 0)
		return ERR_IO;
	if ((e = file_path(path, sizeof path, b->dir, "tmp")) != ERR_OK ||
	    (e = file_make_dir(path)) != ERR_OK ||
	    (e = file_path(path, sizeof path, b->dir, "user.js")) != ERR_OK ||
	    (e = file_make(path, user_js, sizeof user_js - 1, 0600)) != ERR_OK)
		return e;
	return write_open_page(b->dir, address);
}

/* Is this program in one of the folders of $PATH? */
static bool
is_there(const char *program)
{
	const char *path = getenv("PATH"), *end;
	char full[FILE_PATH_MAX];
	int n;

	for (; path != NULL; path = *end == '\0' ? NULL : end + 1) {
		end = path + strcspn(path, ":");
		n = snprintf(full, sizeof full, "%.*s/%s", (int)(end - path),
		    path, program);
		if (n > 0 && (size_t)n < sizeof full && access(full, X_OK) == 0)
			return true;
	}
	return false;
}

static const struct kind *
find_kind(void)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (is_there(kinds[i].program))
			return &kinds[i];
	return NULL;
}

/* In the child, which has its own copy of everything. */
static _Noreturn void
become(const struct kind *kind, const char *dir)
{
	static char words[ARGS_MAX + 2][BROWSER_DIR_MAX + 32];
	char *argv[ARGS_MAX + 2], *hole;
	size_t n = 0;
	int null;

	(void)snprintf(words[n], sizeof words[n], "%s", kind->program);
	argv[n] = words[n];
	for (n = 1; n <= ARGS_MAX && kind->args[n - 1] != NULL; n++) {
		const char *arg = kind->args[n - 1];
		const size_t before = strcspn(arg, "%");

		hole = arg[before] == '\0' ? NULL : words[n];
		(void)snprintf(words[n], sizeof words[n], "%.*s%s%s",
		    (int)before, arg, hole == NULL ? "" : dir,
		    hole == NULL ? "" : arg + before + 2);
		argv[n] = words[n];
	}
	argv[n] = NULL;
	(void)snprintf(words[n], sizeof words[n], "%s/tmp", dir);
	(void)setenv("TMPDIR", words[n], 1);
	(void)setenv("XDG_CACHE_HOME", words[n], 1);
	(void)setenv("MOZ_CRASHREPORTER_DISABLE", "1", 1);
	if ((null = open("/dev/null", O_RDWR)) >= 0)
		for (int fd = 0; fd < 3; fd++)
			(void)dup2(null, fd);
	(void)setpgid(0, 0);
	execvp(argv[0], argv);
	_exit(127);
}

enum err
browser_start(struct browser *b, const char *address)
{
	const char *runtime = runtime_dir();
	const struct kind *kind = find_kind();
	enum err e;

	if (runtime == NULL)
		return ERR_MISSING;
	if (kind == NULL)
		return ERR_NOTHING;
	sweep(runtime);
	if ((e = prepare(b, runtime, address)) != ERR_OK)
		goto out;
	b->pid = fork();
	if (b->pid == 0)
		become(kind, b->dir);
	if (b->pid < 0) {
		b->pid = 0;
		e = file_err();
		goto out;
	}
	/* In both, so that the group is there whoever comes first. */
	(void)setpgid(b->pid, b->pid);
out:
	if (e != ERR_OK)
		browser_drop(b);
	return e;
}

void
browser_arrived(struct browser *b)
{
	char path[FILE_PATH_MAX];

	if (b->dir[0] == '\0' || b->arrived)
		return;
	b->arrived = true;
	if (file_path(path, sizeof path, b->dir, "open.html") == ERR_OK)
		(void)unlink(path);
}

bool
browser_has_ended(struct browser *b)
{
	if (b->pid != 0 && waitpid(b->pid, NULL, WNOHANG) == b->pid)
		b->pid = 0;
	return b->pid == 0;
}

void
browser_drop(struct browser *b)
{
	const uint64_t until = clock_ms() + END_MS;
	const pid_t group = b->pid;

	if (group != 0) {
		(void)kill(-group, SIGTERM);
		while (!browser_has_ended(b) && clock_ms() < until)
			clock_sleep(20);
		(void)kill(-group, SIGKILL);
		if (b->pid != 0)
			(void)waitpid(b->pid, NULL, 0);
	}
	if (b->dir[0] != '\0')
		(void)!file_remove_all(b->dir);
	if (b->lock >= 0)
		(void)close(b->lock);
	browser_init(b);
}
