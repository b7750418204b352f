#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/rules.h"

#define ABI_FLOOR 2

/* Landlock's attributes as later systems know them; each ABI reads a front
 * part of it. */
struct attributes {
	uint64_t fs;
	uint64_t net; /* from ABI 4 on: bind and connect of TCP */
	uint64_t scoped; /* from ABI 6 on: abstract sockets, signals */
};

static int
abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

/* All rights that an ABI knows: 14 with ABI 2, truncate with 3, ioctl of
 * devices with 5. */
static uint64_t
known(int version)
{
	unsigned n = 14U + (version >= 3) + (version >= 5);

	return (UINT64_C(1) << n) - 1;
}

enum err
rules_open(int *rules)
{
	const int version = abi();
	const struct attributes a = {
		.fs = known(version),
		.net = 3,
		.scoped = 3,
	};
	int fd;

	if (version < ABI_FLOOR)
		return ERR_SANDBOX;
	fd = (int)syscall(SYS_landlock_create_ruleset, &a,
	    version < 4       ? offsetof(struct attributes, net)
		: version < 6 ? offsetof(struct attributes, scoped)
			      : sizeof(a),
	    0);
	if (fd < 0)
		return ERR_SANDBOX;
	*rules = fd;
	return ERR_OK;
}

enum err
rules_allow_fd(int rules, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr a = {
		.allowed_access = rights & known(abi()),
		.parent_fd = fd,
	};

	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		   &a, 0) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

enum err
rules_allow(int rules, const char *path, uint64_t rights)
{
	enum err e;
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return ERR_NOTHING;
	e = rules_allow_fd(rules, fd, rights);
	(void)close(fd);
	return e;
}

enum err
rules_enter(int rules)
{
	return syscall(SYS_landlock_restrict_self, rules, 0) == 0 ? ERR_OK
								  : ERR_SANDBOX;
}
