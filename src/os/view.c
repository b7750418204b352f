#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <sys/prctl.h>

#include "base/file.h"
#include "os/rules.h"
#include "os/view.h"
#include "os/worker.h"

#define NOBODY 65534U
#define INSIDE 1000U /* user and group, as the room sees itself */
/* A folder that every system has: the new root is put over it for as long as it
 * takes to go there. */
#define OVER "/usr"
#define ROOT_OPTIONS "size=1m,nr_inodes=200,mode=0755"

/* What is seen of the system, where it has it.  A link stays a link. */
static const struct {
	const char *path; /* without the first slash */
	unsigned device : 1; /* a file that is a device */
	unsigned file : 1;
} seen[] = {
	{ "usr", 0, 0 },
	{ "bin", 0, 0 },
	{ "sbin", 0, 0 },
	{ "lib", 0, 0 },
	{ "lib32", 0, 0 },
	{ "lib64", 0, 0 },
	{ "libx32", 0, 0 },
	{ "etc/alternatives", 0, 0 },
	{ "etc/libreoffice", 0, 0 },
	{ "etc/ld.so.cache", 0, 1 },
	{ "var/cache/fontconfig", 0, 0 },
	{ "var/lib/libreoffice", 0, 0 },
	{ "dev/null", 1, 1 },
	{ "dev/zero", 1, 1 },
	{ "dev/full", 1, 1 },
	{ "dev/random", 1, 1 },
	{ "dev/urandom", 1, 1 },
};

/* A document that names a font and does not bring it is drawn with one of
 * these, whatever else this system has: what others have too, so that a copy
 * does not show which system it was made on. */
#define FONTS "etc/fonts"
static const char fonts[] =
    "<?xml version=\"1.0\"?><fontconfig>"
    "<dir>" WORKER_FONTS "</dir>"
    "<dir>/usr/share/fonts/truetype/libreoffice</dir>"
    "<cachedir>/var/cache/fontconfig</cachedir>"
    "<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>"
    "<glob>*/DejaVuSans.ttf</glob><glob>*/DejaVuSans-Bold.ttf</glob>"
    "<glob>*/DejaVuSansMono.ttf</glob><glob>*/DejaVuSansMono-Bold.ttf</glob>"
    "<glob>*/DejaVuSerif.ttf</glob><glob>*/DejaVuSerif-Bold.ttf</glob>"
    "<glob>*/libreoffice/*</glob></acceptfont></selectfont>"
    "<alias><family>serif</family><prefer><family>DejaVu Serif</family>"
    "</prefer></alias>"
    "<alias><family>sans-serif</family><prefer><family>DejaVu Sans</family>"
    "</prefer></alias>"
    "<alias><family>monospace</family><prefer><family>DejaVu Sans Mono"
    "</family></prefer></alias>"
    "<alias><family>Times</family><default><family>serif</family></default>"
    "</alias>"
    "<alias><family>Times New Roman</family><default><family>serif</family>"
    "</default></alias>"
    "<alias><family>Courier</family><default><family>monospace</family>"
    "</default></alias>"
    "<alias><family>Courier New</family><default><family>monospace</family>"
    "</default></alias>"
    "</fontconfig>";

/* What is there for nobody: what was installed by hand has the names of people,
 * of employers and of their authorities in it. */
static const char *const covered[] = { "usr/local", "usr/src" };

static const char *const folders[] = { "etc", FONTS, "var", "var/cache",
	"var/lib", "dev", "room", "tmp", "proc" };

/* LibreOffice does not start without this, and does not read it. */
#define ASKED_FOR "proc/version"

struct place {
	int tree; /* a copy of it that is nowhere yet; -1 */
	char link[PATH_MAX]; /* or where it points; "" */
};

static enum err
write_once(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	enum err e;

	if (fd < 0)
		return ERR_SANDBOX;
	e = write(fd, text, strlen(text)) == (ssize_t)strlen(text)
	    ? ERR_OK
	    : ERR_SANDBOX;
	(void)close(fd);
	return e;
}

/* Root is nobody from here on, so that nothing of root's is reached even where
 * a namespace has a hole. */
static enum err
be_nobody(void)
{
	if (geteuid() != 0)
		return ERR_OK;
	if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return ERR_SANDBOX;
	/* Who changes is shut off from its own /proc, which is needed once. */
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? ERR_OK : ERR_SANDBOX;
}

static enum err
leave(void)
{
	char map[64];
	const uid_t user = geteuid();
	const gid_t group = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
		CLONE_NEWUTS) != 0 ||
	    write_once("/proc/self/setgroups", "deny") != ERR_OK)
		return ERR_SANDBOX;
	(void)snprintf(map, sizeof(map), "%u %u 1", INSIDE, user);
	if (write_once("/proc/self/uid_map", map) != ERR_OK)
		return ERR_SANDBOX;
	(void)snprintf(map, sizeof(map), "%u %u 1", INSIDE, group);
	if (write_once("/proc/self/gid_map", map) != ERR_OK)
		return ERR_SANDBOX;
	return sethostname("room", 4) == 0 ? ERR_OK : ERR_SANDBOX;
}

/* A copy of what the system has there, to read only. */
static enum err
copy_tree(int *tree, const char *path, bool device)
{
	struct mount_attr a = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
		    (device ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_NODEV),
		.propagation = MS_PRIVATE,
	};
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, path,
	    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

	if (fd < 0)
		return ERR_SANDBOX;
	if (syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &a,
		sizeof(a)) != 0) {
		(void)close(fd);
		return ERR_SANDBOX;
	}
	*tree = fd;
	return ERR_OK;
}

static enum err
look(struct place *p, size_t i)
{
	char path[64];
	struct stat st;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/%s", seen[i].path);
	if (lstat(path, &st) != 0)
		return ERR_OK;
	if (!S_ISLNK(st.st_mode))
		return copy_tree(&p->tree, path, seen[i].device);
	if ((n = readlink(path, p->link, sizeof(p->link) - 1)) < 0)
		return ERR_SANDBOX;
	p->link[n] = '\0';
	return ERR_OK;
}

/* Put it below the folder that we are in. */
static enum err
place(const struct place *p, size_t i)
{
	const char *to = seen[i].path;

	if (p->link[0] != '\0')
		return symlink(p->link, to) == 0 ? ERR_OK : ERR_SANDBOX;
	if (p->tree < 0)
		return ERR_OK;
	if ((seen[i].file ? mknod(to, S_IFREG | 0600, 0) : mkdir(to, 0700)) !=
	    0)
		return ERR_SANDBOX;
	return syscall(SYS_move_mount, p->tree, "", AT_FDCWD, to,
		   MOVE_MOUNT_F_EMPTY_PATH) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

static enum err
memory_at(const char *path, uint64_t disk, unsigned files)
{
	char options[96];

	(void)snprintf(options, sizeof(options),
	    "size=%" PRIu64 ",nr_inodes=%u,mode=0700", disk, files);
	return mount("room", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		   options) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

/* Put nothing over a folder of the system's. */
static enum err
cover(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return ERR_OK;
	return mount("nothing", path, "tmpfs",
		   MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		   "size=4k,nr_inodes=1,mode=0755") == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

static enum err
name_fonts(void)
{
	if (mknod(FONTS "/fonts.conf", S_IFREG | 0644, 0) != 0)
		return ERR_SANDBOX;
	return write_once(FONTS "/fonts.conf", fonts);
}

/* The new root, begun over an old folder and then stepped into. */
static enum err
furnish(const struct place *places, uint64_t disk, unsigned files)
{
	if (mount("root", OVER, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		ROOT_OPTIONS) != 0 ||
	    chdir(OVER) != 0)
		return ERR_SANDBOX;
	for (size_t i = 0; i < COUNT(folders); i++)
		if (mkdir(folders[i], 0755) != 0)
			return ERR_SANDBOX;
	for (size_t i = 0; i < COUNT(seen); i++)
		if (place(&places[i], i) != ERR_OK)
			return ERR_SANDBOX;
	for (size_t i = 0; i < COUNT(covered); i++)
		if (cover(covered[i]) != ERR_OK)
			return ERR_SANDBOX;
	if (name_fonts() != ERR_OK || mknod(ASKED_FOR, S_IFREG | 0444, 0) != 0)
		return ERR_SANDBOX;
	return memory_at("room", disk, files);
}

/* What was the root before is let go with all that is on it. */
static enum err
step_in(void)
{
	struct mount_attr a = { .attr_set = MOUNT_ATTR_RDONLY };

	if (syscall(SYS_pivot_root, ".", ".") != 0 ||
	    umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
		return ERR_SANDBOX;
	return syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &a, sizeof(a)) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

static enum err
move(struct place *places, uint64_t disk, unsigned files)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return ERR_SANDBOX;
	for (size_t i = 0; i < COUNT(seen); i++)
		if (look(&places[i], i) != ERR_OK)
			return ERR_SANDBOX;
	if (furnish(places, disk, files) != ERR_OK)
		return ERR_SANDBOX;
	return step_in();
}

enum err
view_enter(uint64_t disk, unsigned files)
{
	static struct place places[COUNT(seen)];
	enum err e;

	if (be_nobody() != ERR_OK || leave() != ERR_OK)
		return ERR_SANDBOX;
	(void)umask(0);
	for (size_t i = 0; i < COUNT(seen); i++)
		places[i].tree = -1;
	e = move(places, disk, files);
	for (size_t i = 0; i < COUNT(seen); i++)
		if (places[i].tree >= 0)
			(void)close(places[i].tree);
	(void)umask(077);
	return e;
}

enum err
view_tmp(uint64_t disk, unsigned files)
{
	return memory_at(VIEW_TMP, disk, files);
}

static enum err
drop_privileges(void)
{
	for (unsigned long c = 0; c <= CAP_LAST_CAP; c++)
		if (prctl(PR_CAPBSET_DROP, c, 0, 0, 0) != 0 && errno != EINVAL)
			return ERR_SANDBOX;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? ERR_OK
							   : ERR_SANDBOX;
}

static enum err
allow_seen(int rules)
{
	const uint64_t programs = RIGHT_READ | RIGHT_LIST | RIGHT_RUN;
	char path[64];
	enum err e;

	for (size_t i = 0; i < COUNT(seen); i++) {
		uint64_t rights = programs;

		if (seen[i].device)
			rights = RIGHT_READ | RIGHT_WRITE;
		else if (seen[i].file)
			rights = RIGHT_READ;
		(void)snprintf(path, sizeof(path), "/%s", seen[i].path);
		e = rules_allow(rules, path, rights);
		if (e == ERR_SANDBOX)
			return e;
	}
	return ERR_OK;
}

enum err
view_bound(int program, bool local)
{
	const uint64_t tmp =
	    RIGHT_FOLDER | (local ? LANDLOCK_ACCESS_FS_MAKE_SOCK : 0);
	int rules = -1;
	enum err e;

	if (drop_privileges() != ERR_OK || rules_open(&rules) != ERR_OK)
		return ERR_SANDBOX;
	if ((e = allow_seen(rules)) == ERR_OK &&
	    (e = rules_allow(rules, "/" FONTS, RIGHT_READ | RIGHT_LIST)) ==
		ERR_OK &&
	    (e = rules_allow(rules, VIEW_ROOM, RIGHT_FOLDER)) == ERR_OK &&
	    (e = rules_allow(rules, VIEW_TMP, tmp)) == ERR_OK && program >= 0)
		e = rules_allow_fd(rules, program, RIGHT_READ | RIGHT_RUN);
	if (e == ERR_OK)
		e = rules_enter(rules);
	(void)close(rules);
	return e == ERR_OK ? ERR_OK : ERR_SANDBOX;
}
