/*
 * sandbox_tries: every thing that some process of the line must not do, and how
 * a test tries to do it.
 */
#ifndef SANDBOX_TRIES_H
#define SANDBOX_TRIES_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/sandbox.h"
#include "t.h"

static char folder[] = "/tmp/sotto-sandbox-XXXXXX";
static char inside[64], outside[] = "/etc/passwd";
/* Held by every child from before its sandbox. */
static int append_fd, listen_fd, file_fd, tcp_fd, target_fd;

/* What a try says: it was told no, it worked (bad), or it was killed. */
#define TOLD_NO 0
#define WORKED 1

static int
said(long got)
{
	return got >= 0 ? WORKED : TOLD_NO;
}

static int
try_open(void)
{
	return said(open(outside, O_RDONLY));
}

static int
try_open_inside(void)
{
	return said(open(inside, O_RDWR));
}

static int
try_openat(void)
{
	return said(openat(AT_FDCWD, inside, O_RDONLY));
}

static int
try_write_outside(void)
{
	return said(open("/tmp/sotto-sandbox-no", O_CREAT | O_WRONLY, 0600));
}

static int
try_list(void)
{
	return said(open("/", O_RDONLY | O_DIRECTORY));
}

static int
try_socket(void)
{
	return said(socket(AF_INET, SOCK_STREAM, 0));
}

static int
try_unix_socket(void)
{
	return said(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int
try_connect(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/x" };

	return connect(listen_fd, (struct sockaddr *)&a, sizeof(a)) == 0 ||
		errno == ENOENT || errno == ECONNREFUSED || errno == EINVAL
	    ? WORKED
	    : TOLD_NO;
}

/* A listening socket that is shut down can connect by sending. */
static int
connect_by_sending(bool by_message)
{
	static char word[] = "out";
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct iovec iov = { word, sizeof(word) };
	struct msghdr h = { .msg_name = &a,
		.msg_namelen = sizeof(a),
		.msg_iov = &iov,
		.msg_iovlen = 1 };
	socklen_t n = sizeof(a), listens_n = sizeof(int);
	int listens = 0;

	if (getsockname(target_fd, (struct sockaddr *)&a, &n) != 0 ||
	    getsockopt(
		tcp_fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_n) != 0)
		return 2;
	/* Another try may have done it: the socket is everybody's. */
	if (listens != 0)
		(void)shutdown(tcp_fd, SHUT_RDWR);
	if (by_message)
		return said(sendmsg(tcp_fd, &h, MSG_FASTOPEN));
	return said(sendto(tcp_fd, word, sizeof(word), MSG_FASTOPEN,
	    (struct sockaddr *)&a, sizeof(a)));
}

static int
try_fast_open(void)
{
	return connect_by_sending(false);
}

static int
try_fast_open_message(void)
{
	return connect_by_sending(true);
}

static int
try_exec(void)
{
	static char name[] = "true";
	char *argv[] = { name, NULL };

	(void)execve("/bin/true", argv, NULL);
	return TOLD_NO;
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return said(pid);
}

static int
try_ptrace(void)
{
	return said(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int
try_read_other(void)
{
	char c;
	struct iovec mine = { &c, 1 }, other = { &c, 1 };

	return said(process_vm_readv(getppid(), &mine, 1, &other, 1, 0));
}

static int
try_truncate(void)
{
	return said(truncate(inside, 0));
}

static int
try_ftruncate(void)
{
	return said(ftruncate(append_fd, 0));
}

static int
try_setfl(void)
{
	return said(fcntl(append_fd, F_SETFL, 0));
}

static int
try_pwrite(void)
{
	/* O_APPEND ignores the offset, but only while it stays set. */
	return said(pwrite(append_fd, "x", 1, 0));
}

static int
try_map_file(void)
{
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file_fd, 0) !=
		MAP_FAILED
	    ? WORKED
	    : TOLD_NO;
}

static int
try_map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
	    ? WORKED
	    : TOLD_NO;
}

static int
try_make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? 2
			       : said(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static int
try_kill(void)
{
	return said(kill(getppid(), 0));
}

static int
try_unlink(void)
{
	return said(unlink(inside));
}

static int
try_stat(void)
{
	struct stat st;

	return said(stat(outside, &st));
}

static int
try_rename_out(void)
{
	return said(rename(inside, "/tmp/sotto-sandbox-no"));
}

static int
try_link(void)
{
	return said(symlink("/etc", "sotto-sandbox-no"));
}

static int
try_chmod(void)
{
	return said(chmod(inside, 0777));
}

static int
try_mount(void)
{
	return said(syscall(SYS_mount, "x", "/tmp", "tmpfs", 0, NULL));
}

static int
try_unshare(void)
{
	return said(unshare(CLONE_NEWUSER));
}

static int
try_keyring(void)
{
	return said(syscall(SYS_keyctl, 0, -3, 1));
}

static int
try_uring(void)
{
	char p[256] = { 0 };

	return said(syscall(SYS_io_uring_setup, 1, p));
}

static int
try_x32(void)
{
#ifdef __x86_64__
	return said(syscall(0x40000000 | SYS_getpid));
#else
	return TOLD_NO;
#endif
}

#define W (1U << SANDBOX_WARDEN)
#define F (1U << SANDBOX_FRONT)
#define V (1U << SANDBOX_DERIVER)
#define K (1U << SANDBOX_KEEPER)
#define ALL (W | F | V | K)

static const struct {
	const char *what;
	int (*attempt)(void);
	unsigned who; /* must not */
	bool sanitized; /* also held by the sanitizers' profile */
} forbidden[] = {
	{ "open a file", try_open, F | V | K, true },
	{ "open a file of the line", try_open_inside, F | V, true },
	{ "open it by openat", try_openat, F | V, true },
	{ "make a file elsewhere", try_write_outside, ALL, true },
	{ "list a folder", try_list, ALL, true },
	{ "make a socket", try_socket, ALL, true },
	{ "make a unix socket", try_unix_socket, ALL, true },
	{ "connect", try_connect, ALL, true },
	{ "connect by sending", try_fast_open, W | F, false },
	{ "connect by a message", try_fast_open_message, W | F, false },
	{ "execute a program", try_exec, F | V | K, true },
	{ "fork", try_fork, F | V | K, false },
	{ "trace its parent", try_ptrace, ALL, false },
	{ "read another's memory", try_read_other, ALL, true },
	{ "truncate by name", try_truncate, ALL, true },
	{ "truncate what it may append to", try_ftruncate, F | V, false },
	{ "stop appending", try_setfl, F | V, false },
	{ "write at a place", try_pwrite, F | V, false },
	{ "map a file", try_map_file, F | V | K, false },
	{ "map code", try_map_code, F | V | K, false },
	{ "make memory code", try_make_code, F | V | K, false },
	{ "signal its parent", try_kill, F | V | K, false },
	{ "delete a file", try_unlink, F | V, true },
	{ "ask for a file's state", try_stat, F | V, false },
	{ "move a file out", try_rename_out, ALL, true },
	{ "make a link", try_link, ALL, true },
	{ "change rights by name", try_chmod, ALL, false },
	{ "mount", try_mount, ALL, false },
	{ "make a namespace", try_unshare, ALL, false },
	{ "use a keyring", try_keyring, ALL, false },
	{ "use an io ring", try_uring, ALL, false },
	{ "make a call of another kind", try_x32, ALL, false },
};

#endif
