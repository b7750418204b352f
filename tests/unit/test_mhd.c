/* test_mhd: libmicrohttpd is opened by who serves pages, and by nobody else. */
#include <dlfcn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "http/mhd.h"
#include "http/server.h"

#include "t.h"

static bool absent;
static const char *said;

/* In the place of the system's. */
void *
dlopen(const char *name, int how)
{
	void *(*real)(const char *name, int how);

	if (absent)
		return NULL;
	*(void **)&real = dlsym(RTLD_NEXT, "dlopen");
	return real(name, how);
}

static void
hear(const char *sentence, enum err e)
{
	(void)e;
	said = sentence;
}

static enum err
open_server(void)
{
	static const struct http_handler handler = { 0 };
	struct http_server *s = NULL;
	enum err e = http_server_open(
	    &s, &(struct http_server_opts){ .handler = &handler });

	http_server_close(s);
	return e;
}

static void
where_it_is_not_installed_that_is_said(void)
{
	absent = true;
	log_through(hear);
	OK(open_server() == ERR_MISSING);
	OK(said != NULL && strstr(said, "install libmicrohttpd12") != NULL);
	OK(libmhd.run == NULL);
	absent = false;
	said = NULL;
	OK(open_server() == ERR_OK);
	OK(open_server() == ERR_OK);
	OK(said == NULL && libmhd.run != NULL);
}

static void
nobody_writes_to_its_calls_once_it_is_open(void)
{
	int status = 0;
	pid_t pid;

	OK(mhd_open() == ERR_OK);
	if ((pid = fork()) == 0) {
		*(volatile uint8_t *)libmhd.page = 1;
		_exit(0);
	}
	OK(pid > 0 && waitpid(pid, &status, 0) == pid);
	OK(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
}

T_BEGIN
T(where_it_is_not_installed_that_is_said)
T(nobody_writes_to_its_calls_once_it_is_open)
T_END
