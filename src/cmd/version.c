#include <stdio.h>

#include "crypt/crypt.h"

#include "cmd/cmd.h"

#define QUOTE_(x) #x
#define QUOTE(x) QUOTE_(x)

static int
run(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return cmd_misuse(&cmd_version, "it takes no words");
	printf("sotto %s\n", QUOTE(SOTTO_VERSION));
#if defined(__clang__)
	printf("built with clang %s\n", __clang_version__);
#else
	printf("built with gcc %s\n", __VERSION__);
#endif
	printf("with %s\n", crypt_libraries());
	return CMD_DONE;
}

const struct cmd cmd_version = {
	.name = "version",
	.what = "what this program is and what it was built with",
	.usage =
	    "usage: sotto version\n"
	    "\n"
	    "Says the version and what it was built with; so does sotto --version.\n",
	.run = run,
};
