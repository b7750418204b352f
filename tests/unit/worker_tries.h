/*
 * worker_tries: what a hostile program tries in a room.  Every try says whether
 * it got what it wanted; `@try KIND` in a room makes all tries of a kind and
 * prints the names of those that did.
 */
#ifndef UNIT_WORKER_TRIES_H
#define UNIT_WORKER_TRIES_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"

/* What the test tells the hostile one, so that it need not guess. */
static struct {
	const char *secret; /* a file of the desk's */
	int pid; /* of the desk */
} known;

static bool
opens(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static bool
of_pid(const char *what)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", known.pid, what);
	return opens(path);
}

/* Files. */
static bool
read_secret(void)
{
	return opens(known.secret);
}
static bool
read_secret_from_above(void)
{
	char path[4200];

	(void)snprintf(path, sizeof(path), "../../../../..%s", known.secret);
	return opens(path);
}
static bool
read_passwd(void)
{
	return opens("/etc/passwd") || opens("/etc/shadow") ||
	    opens("/etc/hostname") || opens("/etc/machine-id");
}
static bool
read_homes(void)
{
	return opens("/root") || opens("/home") || opens("/var/log") ||
	    opens("/run") || opens("/sys") || opens("/mnt") || opens("/");
}
static bool
read_proc(void)
{
	return opens("/proc/self/environ") || opens("/proc/1/environ") ||
	    opens("/proc/1/mem") || opens("/proc/self/exe") ||
	    opens("/proc/kmsg") || opens("/proc");
}
static bool
read_desk(void)
{
	return of_pid("environ") || of_pid("mem") || of_pid("cmdline") ||
	    of_pid("root") || of_pid("fd");
}
static bool
read_devices(void)
{
	return opens("/dev/mem") || opens("/dev/sda") || opens("/dev/vda") ||
	    opens("/dev/tty") || opens("/dev/ptmx") || opens("/dev/fuse") ||
	    opens("/dev/kvm") || opens("/dev/shm");
}
static bool
write_system(void)
{
	return open("/usr/bin/new", O_WRONLY | O_CREAT, 0700) >= 0 ||
	    open("/etc/new", O_WRONLY | O_CREAT, 0600) >= 0 ||
	    open("/new", O_WRONLY | O_CREAT, 0600) >= 0 ||
	    open("/etc/ld.so.cache", O_WRONLY) >= 0 ||
	    open("/dev/new", O_WRONLY | O_CREAT, 0600) >= 0 ||
	    mkdir("/proc/new", 0700) == 0 || chmod("/usr", 0777) == 0 ||
	    unlink("/etc/ld.so.cache") == 0;
}
static bool
execute_own(void)
{
	static const char script[] = "#!/usr/bin/echo executed\n";
	static char name[] = "own";
	static char *const argv[] = { name, NULL };
	int fd = open("own", O_WRONLY | O_CREAT, 0700);
	const bool made = fd >= 0 &&
	    write(fd, script, strlen(script)) == (ssize_t)strlen(script);

	if (fd >= 0)
		(void)close(fd);
	if (!made)
		return false;
	/* Where it does not come back, something was said. */
	(void)execve("own", argv, argv + 1);
	return false;
}
static bool
map_own_code(void)
{
	int fd = open("code", O_RDWR | O_CREAT, 0700);

	return fd >= 0 && ftruncate(fd, 4096) == 0 &&
	    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) !=
	    MAP_FAILED;
}
static bool
by_handle(void)
{
	union {
		struct file_handle h;
		uint8_t bytes[256];
	} u = { 0 };
	int mount;

	u.h.handle_bytes = 128;
	return name_to_handle_at(AT_FDCWD, ".", &u.h, &mount, 0) == 0 ||
	    (u.h.handle_bytes = 8,
		open_by_handle_at(AT_FDCWD, &u.h, O_RDONLY) >= 0);
}
static bool
inherit(void)
{
	for (int fd = 3; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return true;
	return false;
}
static bool
inherit_words(void)
{
	static const char *const fine[] = { "PATH=", "HOME=/tmp", "TMPDIR=/tmp",
		"LC_ALL=C.UTF-8", "TZ=UTC",
		"MALLOC_ARENA_MAX=", "LD_ORIGIN_PATH=/usr/" };

	for (char **e = environ; *e != NULL; e++) {
		bool known_word = false;

		for (size_t i = 0; i < COUNT(fine); i++)
			if (strncmp(*e, fine[i], strlen(fine[i])) == 0)
				known_word = true;
		if (!known_word)
			return true;
	}
	return false;
}
static bool
be_somebody(void)
{
	return geteuid() == 0 || setuid(0) == 0 || setgid(0) == 0 ||
	    prctl(PR_CAPBSET_READ, 21, 0, 0, 0) == 1 || chroot(".") == 0;
}

/* Sockets. */
static bool
any_socket(void)
{
	for (int family = 0; family < 64; family++)
		for (int type = 1; type <= 10; type++)
			if (socket(family, type, 0) >= 0 ||
			    (family != AF_UNIX &&
				socket(family, type | SOCK_CLOEXEC, 255) >= 0))
				return true;
	return false;
}
static bool
any_pair(void)
{
	int fd[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0 ||
	    socketpair(AF_INET, SOCK_STREAM, 0, fd) == 0;
}
static bool
any_socket_but_local(void)
{
	for (int family = 0; family < 64; family++)
		for (int type = 1; family != AF_UNIX && type <= 10; type++)
			if (socket(family, type, 0) >= 0)
				return true;
	return false;
}
static bool
reach_desk_socket(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool got;

	/* An abstract name, which has no place in the file system. */
	(void)snprintf(
	    a.sun_path + 1, sizeof(a.sun_path) - 1, "sotto-%d", known.pid);
	got = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
	if (fd >= 0)
		(void)close(fd);
	return got;
}

/* Others. */
static bool
trace(void)
{
	return ptrace(PTRACE_ATTACH, known.pid, NULL, NULL) == 0 ||
	    ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}
static bool
read_memory(void)
{
	char to[8];
	struct iovec mine = { to, 8 }, theirs = { (void *)&known, 8 };

	return process_vm_readv(known.pid, &mine, 1, &theirs, 1, 0) >= 0 ||
	    process_vm_writev(known.pid, &mine, 1, &theirs, 1, 0) >= 0;
}
static bool
signal_desk(void)
{
	return kill(known.pid, 0) == 0 || kill(known.pid, SIGKILL) == 0 ||
	    kill(-known.pid, SIGKILL) == 0 ||
	    syscall(SYS_pidfd_open, known.pid, 0) >= 0 || getppid() != 0;
}
static bool
outlive_parent(void)
{
	return prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0;
}
static bool
be_first(void)
{
	return setpriority(PRIO_PROCESS, 0, -10) == 0 ||
	    syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, (int[]){ 10 }) ==
	    0 ||
	    syscall(SYS_ioprio_set, 1, 0, 1 << 13) == 0;
}
static bool
type_for_others(void)
{
	return ioctl(0, TIOCSTI, "x") == 0 || ioctl(1, TIOCSTI, "x") == 0 ||
	    ioctl(0, TIOCSCTTY, 0) == 0 || ioctl(2, TIOCLINUX, "\2") == 0;
}

/* The system. */
static bool
mounts(void)
{
	return mount("x", "/tmp", "tmpfs", 0, NULL) == 0 ||
	    mount("/usr", "/room", NULL, MS_BIND, NULL) == 0 ||
	    mount(NULL, "/", NULL, MS_REMOUNT, NULL) == 0 ||
	    umount2("/room", MNT_DETACH) == 0 ||
	    syscall(SYS_pivot_root, ".", ".") == 0 ||
	    syscall(SYS_fsopen, "tmpfs", 0) >= 0 ||
	    syscall(SYS_open_tree, AT_FDCWD, "/usr", 1) >= 0 ||
	    syscall(SYS_move_mount, 0, "", 0, "", 0) == 0;
}
static bool
namespaces(void)
{
	static const int flags[] = { CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID,
		CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP,
		0x80 };

	for (size_t i = 0; i < COUNT(flags); i++) {
		long pid;

		if (unshare(flags[i]) == 0 || setns(0, flags[i]) == 0)
			return true;
		pid = syscall(SYS_clone, flags[i] | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0)
			_exit(0);
		if (pid > 0)
			return true;
	}
	return syscall(SYS_clone3, NULL, 0) >= 0 || errno != ENOSYS;
}
static bool
kernel_doors(void)
{
	static const long calls[] = { SYS_keyctl, SYS_add_key, SYS_request_key,
		SYS_bpf, SYS_io_uring_setup, SYS_io_uring_enter,
		SYS_io_uring_register, SYS_userfaultfd, SYS_perf_event_open,
		SYS_kexec_load, SYS_init_module, SYS_finit_module,
		SYS_delete_module, SYS_swapon, SYS_reboot, SYS_settimeofday,
		SYS_clock_settime, SYS_adjtimex, SYS_acct, SYS_quotactl,
		SYS_syslog, SYS_fanotify_init, SYS_inotify_init1,
		SYS_process_madvise, SYS_pidfd_getfd, SYS_kcmp, SYS_mbind,
		SYS_move_pages, SYS_vmsplice, SYS_tee, SYS_splice, SYS_io_setup,
		SYS_seccomp, SYS_setuid, SYS_setgid, SYS_setgroups,
		SYS_setresuid, SYS_capset, SYS_sethostname, SYS_setdomainname,
		SYS_mq_open, SYS_msgget, SYS_semget, SYS_shmget, SYS_shmat,
		SYS_memfd_create, SYS_memfd_secret, SYS_landlock_create_ruleset,
		SYS_pidfd_open, SYS_vhangup };

	/* Asked as if with nothing: what exists would find fault with that, or
	 * do it, and not say that there is no such call. */
	for (size_t i = 0; i < COUNT(calls); i++)
		if (syscall(calls[i], 0, 0, 0, 0, 0, 0) >= 0 ||
		    errno != ENOSYS) {
			fprintf(stderr, "%ld: %d\n", calls[i], errno);
			return true;
		}
	return personality(ADDR_NO_RANDOMIZE) >= 0;
}

/* What others would stumble over. */
static bool
leave_links(void)
{
	return symlink("/etc/passwd", "result") == 0 ||
	    symlinkat("/etc/passwd", AT_FDCWD, "result") == 0 ||
	    link("/etc/ld.so.cache", "result") == 0 ||
	    linkat(AT_FDCWD, "/etc/ld.so.cache", AT_FDCWD, "result", 0) == 0;
}
static bool
leave_devices(void)
{
	return mkfifo("result", 0600) == 0 ||
	    mknod("result", S_IFCHR | 0600, 0x103) == 0 ||
	    mknod("result", S_IFBLK | 0600, 0x801) == 0 ||
	    mknod("result", S_IFSOCK | 0600, 0) == 0;
}
static bool
leave_attributes(void)
{
	return syscall(SYS_setxattr, ".", "user.x", "y", 1, 0) == 0 ||
	    chown(".", 1000, 1000) == 0;
}
static bool
bend_pipes(void)
{
	return fcntl(1, F_SETPIPE_SZ, 1 << 20) >= 0 ||
	    fcntl(1, F_SETOWN, 1) == 0 || fcntl(1, F_SETSIG, SIGKILL) == 0 ||
	    fcntl(1, F_NOTIFY, 1) == 0 || fcntl(1, F_SETLEASE, F_WRLCK) == 0;
}

static const struct
try {
	const char *kind, *what;
	bool (*got)(void);
}
tries[] = {
	/* First: others leave some open. */
	{ "files", "a descriptor of the desk", inherit },
	{ "files", "a file of the desk", read_secret },
	{ "files", "the same from above", read_secret_from_above },
	{ "files", "who has accounts here", read_passwd },
	{ "files", "folders of the system", read_homes },
	{ "files", "/proc", read_proc },
	{ "files", "the desk in /proc", read_desk },
	{ "files", "devices", read_devices },
	{ "files", "the system, to write", write_system },
	{ "files", "a file of its own, to execute", execute_own },
	{ "files", "a file of its own, to map as code", map_own_code },
	{ "files", "files by their handles", by_handle },
	{ "files", "a variable of the desk", inherit_words },
	{ "files", "privileges", be_somebody },
	{ "sockets", "a socket", any_socket },
	{ "sockets", "a pair of sockets", any_pair },
	{ "sockets", "a socket of the desk", reach_desk_socket },
	{ "local", "another socket than AF_UNIX", any_socket_but_local },
	{ "local", "a socket of the desk", reach_desk_socket },
	{ "others", "tracing", trace },
	{ "others", "memory of the desk", read_memory },
	{ "others", "signals to the desk", signal_desk },
	{ "others", "a life after its parent's", outlive_parent },
	{ "others", "more than its turn", be_first },
	{ "others", "keys typed for others", type_for_others },
	{ "system", "mounts", mounts },
	{ "system", "namespaces", namespaces },
	{ "system", "doors of the kernel", kernel_doors },
	{ "left", "links", leave_links },
	{ "left", "pipes and devices", leave_devices },
	{ "left", "attributes", leave_attributes },
	{ "left", "pipes bent", bend_pipes },
};

/* @try KIND SECRET PID */
static int
try_all(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	known.secret = argv[2];
	known.pid = (int)strtol(argv[3], NULL, 10);
	for (size_t i = 0; i < COUNT(tries); i++)
		if (strcmp(tries[i].kind, argv[1]) == 0 && tries[i].got())
			printf("%s; ", tries[i].what);
	return fflush(stdout) == 0 ? 0 : 3;
}

#endif
