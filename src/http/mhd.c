#include <dlfcn.h>
#include <sys/mman.h>

#include "base/log.h"

#include "http/mhd.h"

#define LIBRARY "libmicrohttpd.so.12"

_Alignas(MHD_PAGE_BYTES) union mhd_calls libmhd;

static bool
find_all(void *library)
{
#define ROW(name) { "MHD_" #name, (void **)&libmhd.name },
	const struct {
		const char *name;
		void **call;
	} calls[] = { MHD_CALLS(ROW) };

	for (size_t i = 0; i < COUNT(calls); i++)
		if ((*calls[i].call = dlsym(library, calls[i].name)) == NULL)
			return false;
	return true;
}

enum err
mhd_open(void)
{
	void *library;

	if (libmhd.run != NULL)
		return ERR_OK;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL || !find_all(library)) {
		libmhd = (union mhd_calls){ 0 };
		if (library != NULL)
			(void)dlclose(library);
		log_say(ERR_OK,
		    "there is no libmicrohttpd on this machine: install "
		    "libmicrohttpd12");
		return ERR_MISSING;
	}
	/* As the linker leaves its own table.  Where pages are larger than ours
	 * it stays as curl's is. */
	(void)mprotect(&libmhd, sizeof(libmhd), PROT_READ);
	return ERR_OK;
}
