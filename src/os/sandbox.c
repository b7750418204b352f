#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <sys/prctl.h>

#include "os/process.h"
#include "os/rules.h"
#include "os/sandbox.h"

/*
 * The sets of calls.  What is in no set of a process kills it, or fails where
 * refused[] says so.
 */

/* Talking over what one has been given, waiting, memory, time, the end. */
static const char *const base_calls[] = { "read", "readv", "write", "writev",
	"recvmsg", "recvfrom", "close", "poll", "ppoll", "epoll_ctl",
	"epoll_wait", "epoll_pwait", "select", "pselect6", "munmap", "mremap",
	"brk", "madvise", "mlock", "mlock2", "munlock", "futex", "getrandom",
	"clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
	"sysinfo", "sched_yield", "getpid", "gettid", "rt_sigprocmask",
	"rt_sigreturn", "restart_syscall", "exit", "exit_group", NULL };

/* Connections that come in; nothing that makes one. */
static const char *const accept_calls[] = { "accept", "accept4", "getsockopt",
	"getsockname", "getpeername", NULL };

/* Files; which ones is Landlock's to say. */
static const char *const file_calls[] = { "open", "openat", "lseek", "pread64",
	"pwrite64", "preadv", "pwritev", "fsync", "fdatasync", "ftruncate",
	"flock", "fallocate", "stat", "lstat", "fstat", "newfstatat", "statx",
	"statfs", "fstatfs", "access", "faccessat", "faccessat2", "getdents64",
	"mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat",
	"renameat2", "fchmod", "fcntl", "utimensat", "readlink", "readlinkat",
	"getcwd", "geteuid", "getuid", "umask", "dup", "dup3", NULL };

/* Executing the program again, and becoming one of the others. */
static const char *const start_calls[] = { "fork", "vfork", "clone", "execve",
	"execveat", "wait4", "waitid", "kill", "tgkill", "pidfd_open",
	"pidfd_send_signal", "socketpair", "signalfd4", "rt_sigaction",
	"sigaltstack", "dup2", "close_range", "getppid", "prctl", "arch_prctl",
	"set_tid_address", "set_robust_list", "rseq", "prlimit64", "getrlimit",
	"setrlimit", "mmap", "mprotect", "mlockall", "getegid", "getgid",
	"uname", "ioctl", "sched_getaffinity", "seccomp",
	"landlock_create_ruleset", "landlock_add_rule",
	"landlock_restrict_self", "epoll_create1", "eventfd2", "pipe2",
	"timerfd_create", "timerfd_settime", "chdir", "shutdown", "setsockopt",
	NULL };

enum { SET_BASE, SET_ACCEPT, SET_FILE, SET_START, SETS };

static const char *const *const sets[SETS] = {
	[SET_BASE] = base_calls,
	[SET_ACCEPT] = accept_calls,
	[SET_FILE] = file_calls,
	[SET_START] = start_calls,
};

/* Calls that fail, because libraries try them and can do without. */
static const struct {
	const char *call;
	int why;
} refused[] = {
	{ "clone3", ENOSYS }, /* the C library then takes clone */
	{ "fchown", EPERM }, /* the store tries it when it runs as root */
};

/* Calls that a process may make with these arguments only. */
#define MAY_MAP 1U /* memory, but no file and nothing to execute */
#define MAY_FLAG 2U /* see a descriptor's flags, not change what it may do */
/* Send, but not connect by sending: shutdown() makes of a listening socket one
 * that MSG_FASTOPEN connects anywhere, and Landlock does not see it. */
#define MAY_SEND 4U
/* End connections and choose how they send, but leave the listening socket as
 * it is: it is the line's for longer than a front lives, and one that was shut,
 * or filters what comes, would make the line deaf. */
#define MAY_END 8U

static const struct {
	unsigned may;
	const char *call;
	unsigned n;
	struct scmp_arg_cmp arg[2];
} bounded[] = {
	{ MAY_MAP, "mmap", 2,
	    { { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 },
		{ 3, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS } } },
	{ MAY_MAP, "mprotect", 1, { { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } } },
	{ MAY_FLAG, "fcntl", 1, { { 1, SCMP_CMP_EQ, F_GETFL, 0 } } },
	{ MAY_FLAG, "fcntl", 1, { { 1, SCMP_CMP_EQ, F_GETFD, 0 } } },
	{ MAY_FLAG, "fcntl", 1, { { 1, SCMP_CMP_EQ, F_SETFD, 0 } } },
	{ MAY_SEND, "sendto", 1,
	    { { 3, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0 } } },
	{ MAY_SEND, "sendmsg", 1,
	    { { 2, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0 } } },
	{ MAY_END, "setsockopt", 2,
	    { { 1, SCMP_CMP_EQ, IPPROTO_TCP, 0 },
		{ 2, SCMP_CMP_EQ, TCP_NODELAY, 0 } } },
	{ MAY_END, "setsockopt", 2,
	    { { 1, SCMP_CMP_EQ, IPPROTO_TCP, 0 },
		{ 2, SCMP_CMP_EQ, TCP_CORK, 0 } } },
};

/* The policies.  What the warden may do its children may do until they enter
 * their own: both hold then. */
#define SET(s) (1U << (s))

static const struct policy {
	unsigned sets;
	unsigned may;
	uint64_t folder; /* rights below the folder it is given */
	bool libraries; /* they and the program, to read and execute */
} policies[SANDBOX_COUNT] = {
	[SANDBOX_WARDEN] = { SET(SET_BASE) | SET(SET_ACCEPT) | SET(SET_FILE) |
		SET(SET_START),
	    MAY_SEND, RIGHT_FOLDER, true },
	[SANDBOX_FRONT] = { SET(SET_BASE) | SET(SET_ACCEPT),
	    MAY_MAP | MAY_FLAG | MAY_SEND | MAY_END, 0, false },
	[SANDBOX_DERIVER] = { SET(SET_BASE), MAY_MAP | MAY_SEND, 0, false },
	[SANDBOX_KEEPER] = { SET(SET_BASE) | SET(SET_FILE), MAY_MAP | MAY_SEND,
	    RIGHT_FOLDER, false },
};

/* What every program reads or writes while it starts. */
static const struct {
	const char *path;
	uint64_t rights;
} system_paths[] = {
	{ "/usr", RIGHT_READ | RIGHT_LIST | RIGHT_RUN },
	{ "/lib", RIGHT_READ | RIGHT_LIST | RIGHT_RUN },
	{ "/lib64", RIGHT_READ | RIGHT_LIST | RIGHT_RUN },
	{ "/etc", RIGHT_READ | RIGHT_LIST },
	{ "/proc", RIGHT_READ | RIGHT_LIST },
	{ "/sys/devices/system/cpu", RIGHT_READ | RIGHT_LIST },
	{ "/dev/null", RIGHT_READ | RIGHT_WRITE },
	{ "/dev/urandom", RIGHT_READ },
};

/* Libraries and the program.  A path that a system lacks is no failure. */
static enum err
allow_system(int rules)
{
	enum err e;

	for (size_t i = 0; i < COUNT(system_paths); i++) {
		e = rules_allow(
		    rules, system_paths[i].path, system_paths[i].rights);
		if (e == ERR_SANDBOX)
			return e;
	}
	return process_program() < 0
	    ? ERR_OK
	    : rules_allow_fd(rules, process_program(), RIGHT_READ | RIGHT_RUN);
}

/* All that a policy allows below paths; what must be there and is not is a
 * failure. */
static enum err
allow_all(int rules, const struct policy *p, const struct sandbox_paths *paths)
{
	enum err e;

	if (p->folder != 0 &&
	    (e = rules_allow(rules, paths->folder, p->folder)) != ERR_OK)
		return e;
	if (!p->libraries)
		return ERR_OK;
	for (size_t i = 0; i < COUNT(paths->also); i++)
		if (paths->also[i] != NULL &&
		    (e = rules_allow(rules, paths->also[i],
			 RIGHT_READ | RIGHT_WRITE)) != ERR_OK)
			return e;
	return allow_system(rules);
}

static enum err
bound_files(const struct policy *p, const struct sandbox_paths *paths)
{
	int rules = -1;
	enum err e;

	if (rules_open(&rules) != ERR_OK)
		return ERR_SANDBOX;
	e = allow_all(rules, p, paths) == ERR_OK ? rules_enter(rules)
						 : ERR_SANDBOX;
	(void)close(rules);
	return e;
}

/* Add a rule for a call by its name.  A name that this machine does not have
 * (open on arm64) or that the library is too old for is left out: the filter
 * is then narrower, not wider. */
static enum err
rule(scmp_filter_ctx f, uint32_t action, const char *call, unsigned n,
    const struct scmp_arg_cmp *arg)
{
	int number = seccomp_syscall_resolve_name(call);

	if (number < 0)
		return ERR_OK;
	return seccomp_rule_add_array(f, action, number, n, arg) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

/* shutdown() of any descriptor but this one.  The system looks at the lower
 * half of the argument only, so each of its bits has a rule: a number that
 * differs in one of them is another. */
static enum err
add_shutdown(scmp_filter_ctx f, int spared)
{
	enum err e = ERR_OK;

	for (unsigned i = 0; e == ERR_OK && i < 32; i++) {
		const uint64_t bit = UINT64_C(1) << i;
		const struct scmp_arg_cmp differs = { 0, SCMP_CMP_MASKED_EQ,
			bit, ~(uint64_t)(uint32_t)spared & bit };

		e = rule(f, SCMP_ACT_ALLOW, "shutdown", 1, &differs);
	}
	return e;
}

/* The sanitizers' profile has no use for it. */
__attribute__((unused)) static enum err
add_sets(scmp_filter_ctx f, const struct policy *p, int listen)
{
	enum err e = ERR_OK;

	if ((p->may & MAY_END) && (e = add_shutdown(f, listen)) != ERR_OK)
		return e;
	for (unsigned s = 0; s < SETS; s++)
		for (size_t i = 0; (p->sets & SET(s)) && sets[s][i] != NULL;
		     i++)
			if ((e = rule(f, SCMP_ACT_ALLOW, sets[s][i], 0,
				 NULL)) != ERR_OK)
				return e;
	for (size_t i = 0; i < COUNT(bounded); i++)
		if ((p->may & bounded[i].may) &&
		    (e = rule(f, SCMP_ACT_ALLOW, bounded[i].call, bounded[i].n,
			 bounded[i].arg)) != ERR_OK)
			return e;
	for (size_t i = 0; i < COUNT(refused); i++)
		if ((e = rule(f, SCMP_ACT_ERRNO((uint16_t)refused[i].why),
			 refused[i].call, 0, NULL)) != ERR_OK)
			return e;
	return ERR_OK;
}

#ifdef SOTTO_SANITIZED
/* The sanitizers' profile: everything but these, which fail. */
static const char *const forbidden[] = { "socket", "connect", "bind", "listen",
	"execve", "execveat", "truncate", "process_vm_readv",
	"process_vm_writev", "open_by_handle_at", NULL };

static enum err
bound_calls(const struct policy *p, int listen)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	enum err e = f == NULL ? ERR_SANDBOX : ERR_OK;

	(void)listen;

	for (size_t i = 0; e == ERR_OK && forbidden[i] != NULL; i++)
		if (!p->libraries || strncmp(forbidden[i], "exec", 4) != 0)
			e = rule(
			    f, SCMP_ACT_ERRNO(EPERM), forbidden[i], 0, NULL);
	if (e == ERR_OK && seccomp_load(f) != 0)
		e = ERR_SANDBOX;
	seccomp_release(f);
	return e;
}
#else
static enum err
bound_calls(const struct policy *p, int listen)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	enum err e = ERR_SANDBOX;

	if (f == NULL)
		return ERR_SANDBOX;
	if (seccomp_attr_set(
		f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0)
		goto out;
	/* A tree instead of a list, where the library knows how. */
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if ((e = add_sets(f, p, listen)) != ERR_OK)
		goto out;
	e = seccomp_load(f) == 0 ? ERR_OK : ERR_SANDBOX;
out:
	seccomp_release(f);
	return e;
}
#endif

enum err
sandbox_enter(enum sandbox which, const struct sandbox_paths *paths)
{
	static const struct sandbox_paths none;
	enum err e;

	if (paths == NULL)
		paths = &none;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return ERR_SANDBOX;
	e = bound_files(&policies[which], paths);
	return e == ERR_OK ? bound_calls(&policies[which], paths->listen) : e;
}

/* Lock all memory where we may lock as much as we like; with a small allowance
 * only the guarded memory of keys is locked.  Pages are locked as they are
 * used, so this costs no memory. */
static void
lock_memory(void)
{
#ifndef SOTTO_SANITIZED
	struct rlimit most;

	if (getrlimit(RLIMIT_MEMLOCK, &most) == 0 &&
	    (most.rlim_cur == RLIM_INFINITY || geteuid() == 0))
		(void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
#endif
}

enum err
sandbox_no_dump(void)
{
	static const struct rlimit none;

	return setrlimit(RLIMIT_CORE, &none) == 0 &&
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

enum err
sandbox_prepare(void)
{
	if (sandbox_no_dump() != ERR_OK ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return ERR_SANDBOX;
	lock_memory();
	return ERR_OK;
}
