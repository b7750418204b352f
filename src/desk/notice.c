#include <fcntl.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk/notice.h"

static _Noreturn void
become(const char *sentence)
{
	char *const argv[] = { (char[]){ "notify-send" },
		(char[]){ "--app-name=sotto" }, (char[]){ "--" },
		(char[]){ "sotto" }, (char *)(uintptr_t)sentence, NULL };
	int null;

	if ((null = open("/dev/null", O_RDWR)) >= 0)
		for (int fd = 0; fd < 3; fd++)
			(void)dup2(null, fd);
	execvp(argv[0], argv);
	_exit(127);
}

void
notice_show(const char *sentence)
{
	const pid_t pid = fork();

	/* Of a child that has a child of its own nobody hears again. */
	if (pid == 0) {
		if (fork() == 0)
			become(sentence);
		_exit(0);
	}
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
}
