#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "base/wipe.h"
#include "os/filter.h"

#define NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | 0x80U)

static const char *const allowed[] = {
	/* Bytes of what is open. */
	"read",
	"readv",
	"pread64",
	"preadv",
	"preadv2",
	"write",
	"writev",
	"pwrite64",
	"pwritev",
	"pwritev2",
	"lseek",
	"close",
	"close_range",
	"dup",
	"dup2",
	"dup3",
	"pipe",
	"pipe2",
	"poll",
	"ppoll",
	"select",
	"pselect6",
	"epoll_create",
	"epoll_create1",
	"epoll_ctl",
	"epoll_wait",
	"epoll_pwait",
	"eventfd",
	"eventfd2",
	"fsync",
	"fdatasync",
	"ftruncate",
	"fallocate",
	"fadvise64",
	"readahead",
	"copy_file_range",
	"sendfile",
	/* Files; which ones the view and Landlock say. */
	"open",
	"openat",
	"creat",
	"stat",
	"lstat",
	"fstat",
	"newfstatat",
	"statx",
	"access",
	"faccessat",
	"faccessat2",
	"getdents",
	"getdents64",
	"getcwd",
	"chdir",
	"fchdir",
	"mkdir",
	"mkdirat",
	"rmdir",
	"unlink",
	"unlinkat",
	"rename",
	"renameat",
	"truncate",
	"readlink",
	"readlinkat",
	"chmod",
	"fchmod",
	"fchmodat",
	"umask",
	"utime",
	"utimes",
	"utimensat",
	"futimesat",
	/* Memory. */
	"mmap",
	"mprotect",
	"munmap",
	"mremap",
	"madvise",
	"mincore",
	"msync",
	"brk",
	"membarrier",
	"mlock",
	"mlock2",
	"munlock",
	/* Threads, processes, signals; all in a namespace of their own. */
	"futex",
	"set_robust_list",
	"get_robust_list",
	"set_tid_address",
	"rseq",
	"arch_prctl",
	"execve",
	"execveat",
	"wait4",
	"waitid",
	"exit",
	"exit_group",
	"kill",
	"tkill",
	"tgkill",
	"pause",
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigpending",
	"rt_sigsuspend",
	"rt_sigtimedwait",
	"sigaltstack",
	"restart_syscall",
	"setsid",
	"setpgid",
	"getpgid",
	"getpgrp",
	"getsid",
	"sched_yield",
	"sched_getaffinity",
	"sched_setaffinity",
	"sched_getparam",
	"sched_getscheduler",
	"sched_get_priority_max",
	"sched_get_priority_min",
	"getpriority",
	"setpriority",
	/* Who and where we are, time, chance. */
	"getpid",
	"getppid",
	"gettid",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"getresuid",
	"getresgid",
	"getgroups",
	"getrlimit",
	"setrlimit",
	"prlimit64",
	"getrusage",
	"times",
	"uname",
	"getcpu",
	"clock_gettime",
	"clock_getres",
	"clock_nanosleep",
	"nanosleep",
	"gettimeofday",
	"time",
	"alarm",
	"setitimer",
	"getitimer",
	"timer_create",
	"timer_settime",
	"timer_gettime",
	"timer_getoverrun",
	"timer_delete",
	"timerfd_create",
	"timerfd_settime",
	"timerfd_gettime",
	"getrandom",
};

/* Of sockets of AF_UNIX, where they may be. */
static const char *const local[] = { "bind", "listen", "accept", "accept4",
	"connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "shutdown",
	"getsockopt", "setsockopt", "getsockname", "getpeername" };

/* These fail with a word of their own, which programs understand. */
static const struct {
	const char *call;
	int why;
} refused[] = {
	{ "symlink", EPERM },
	{ "symlinkat", EPERM },
	{ "link", EPERM },
	{ "linkat", EPERM },
	{ "mknod", EPERM },
	{ "mknodat", EPERM },
	{ "chown", EPERM },
	{ "fchown", EPERM },
	{ "lchown", EPERM },
	{ "fchownat", EPERM },
	{ "getxattr", ENOTSUP },
	{ "lgetxattr", ENOTSUP },
	{ "fgetxattr", ENOTSUP },
	{ "listxattr", ENOTSUP },
	{ "llistxattr", ENOTSUP },
	{ "flistxattr", ENOTSUP },
	{ "setxattr", ENOTSUP },
	{ "lsetxattr", ENOTSUP },
	{ "fsetxattr", ENOTSUP },
	{ "ptrace", EPERM },
	{ "mount", EPERM },
	{ "umount2", EPERM },
	{ "unshare", EPERM },
	{ "setns", EPERM },
};

/* These with one of such arguments only. */
static const struct {
	const char *call;
	unsigned argument;
	uint64_t value;
} bounded[] = {
	{ "fcntl", 1, F_DUPFD },
	{ "fcntl", 1, F_DUPFD_CLOEXEC },
	{ "fcntl", 1, F_GETFD },
	{ "fcntl", 1, F_SETFD },
	{ "fcntl", 1, F_GETFL },
	{ "fcntl", 1, F_SETFL },
	{ "fcntl", 1, F_GETLK },
	{ "fcntl", 1, F_SETLK },
	{ "fcntl", 1, F_SETLKW },
	{ "fcntl", 1, F_OFD_GETLK },
	{ "fcntl", 1, F_OFD_SETLK },
	{ "fcntl", 1, F_OFD_SETLKW },
	{ "ioctl", 1, TCGETS },
	{ "ioctl", 1, TIOCGWINSZ },
	{ "ioctl", 1, FIONREAD },
	{ "ioctl", 1, FIONBIO },
	{ "ioctl", 1, FIOCLEX },
	{ "ioctl", 1, FIONCLEX },
	{ "prctl", 0, PR_SET_NAME },
	{ "prctl", 0, PR_GET_NAME },
	{ "prctl", 0, PR_GET_DUMPABLE },
	{ "prctl", 0, PR_SET_DUMPABLE },
	{ "prctl", 0, PR_SET_NO_NEW_PRIVS },
	{ "prctl", 0, PR_CAPBSET_READ },
	{ "prctl", 0, PR_GET_SECCOMP },
	{ "prctl", 0, PR_SET_VMA },
	{ "personality", 0, 0xffffffff },
	/* Not what leaves a device behind (RENAME_WHITEOUT). */
	{ "renameat2", 4, 0 },
	{ "renameat2", 4, RENAME_NOREPLACE },
};

/* A call by its name; one that this machine or the library does not have is
 * left out, and the filter is narrower for it. */
static enum err
rule(scmp_filter_ctx f, uint32_t action, const char *call,
    const struct scmp_arg_cmp *arg)
{
	int number = seccomp_syscall_resolve_name(call);

	if (number < 0)
		return ERR_OK;
	return seccomp_rule_add_array(
		   f, action, number, arg == NULL ? 0 : 1, arg) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

static enum err
add_making(scmp_filter_ctx f, bool forks)
{
	/* Without namespaces; a thread where there are no new processes. */
	const struct scmp_arg_cmp plain = { 0, SCMP_CMP_MASKED_EQ,
		NAMESPACES | (forks ? 0 : CLONE_THREAD),
		forks ? 0 : CLONE_THREAD };
	enum err e;

	if ((e = rule(f, SCMP_ACT_ALLOW, "clone", &plain)) != ERR_OK || !forks)
		return e;
	if ((e = rule(f, SCMP_ACT_ALLOW, "fork", NULL)) != ERR_OK)
		return e;
	return rule(f, SCMP_ACT_ALLOW, "vfork", NULL);
}

/* Sockets: none, or those of one kind. */
static enum err
add_sockets(scmp_filter_ctx f, bool may)
{
	static const char *const making[] = { "socket", "socketpair" };
	const struct scmp_arg_cmp unix = { 0, SCMP_CMP_MASKED_EQ, 0xffffffff,
		AF_UNIX };
	const struct scmp_arg_cmp other = { 0, SCMP_CMP_NE, AF_UNIX, 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < COUNT(making); i++) {
		e = rule(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), making[i],
		    may ? &other : NULL);
		if (e == ERR_OK && may)
			e = rule(f, SCMP_ACT_ALLOW, making[i], &unix);
	}
	for (size_t i = 0; may && e == ERR_OK && i < COUNT(local); i++)
		e = rule(f, SCMP_ACT_ALLOW, local[i], NULL);
	return e;
}

static enum err
add_all(scmp_filter_ctx f, const struct worker_limits *limits)
{
	enum err e = add_making(f, limits->processes > 1);

	if (e == ERR_OK)
		e = add_sockets(f, limits->local);

	for (size_t i = 0; e == ERR_OK && i < COUNT(allowed); i++)
		e = rule(f, SCMP_ACT_ALLOW, allowed[i], NULL);
	for (size_t i = 0; e == ERR_OK && i < COUNT(refused); i++)
		e = rule(f, SCMP_ACT_ERRNO((uint16_t)refused[i].why),
		    refused[i].call, NULL);
	for (size_t i = 0; e == ERR_OK && i < COUNT(bounded); i++) {
		/* The system looks at the lower half only. */
		const struct scmp_arg_cmp is = { bounded[i].argument,
			SCMP_CMP_MASKED_EQ, 0xffffffff, bounded[i].value };

		e = rule(f, SCMP_ACT_ALLOW, bounded[i].call, &is);
	}
	return e;
}

/* The library writes its program to a descriptor only. */
static enum err
hand_on(struct filter *to, scmp_filter_ctx f)
{
	enum err e = ERR_SANDBOX;
	struct stat st;
	void *at = NULL;
	int fd = memfd_create("filter", MFD_CLOEXEC);

	if (fd < 0 || seccomp_export_bpf(f, fd) != 0 || fstat(fd, &st) != 0)
		goto out;
	if ((at = malloc((size_t)st.st_size)) == NULL) {
		e = ERR_NOMEM;
		goto out;
	}
	if (pread(fd, at, (size_t)st.st_size, 0) != st.st_size)
		goto out;
	to->at = at;
	to->n = (size_t)st.st_size;
	at = NULL; /* now the caller's */
	e = ERR_OK;
out:
	free(at);
	if (fd >= 0)
		(void)close(fd);
	return e;
}

enum err
filter_make(struct filter *filter, const struct worker_limits *limits)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	enum err e = ERR_SANDBOX;

	if (f == NULL)
		return ERR_NOMEM;
	if (seccomp_attr_set(
		f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0)
		goto out;
	if ((e = add_all(f, limits)) == ERR_OK)
		e = hand_on(filter, f);
out:
	seccomp_release(f);
	return e;
}

void
filter_drop(struct filter *filter)
{
	wipe_free(filter->at, filter->n);
	*filter = (struct filter){ 0 };
}

enum err
filter_enter(const struct filter *filter)
{
	const struct sock_fprog p = {
		.len = (unsigned short)(filter->n / sizeof(struct sock_filter)),
		.filter = filter->at,
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p, 0, 0) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}
