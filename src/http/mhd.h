/*
 * mhd: the calls of libmicrohttpd that we make, opened by who serves pages.
 *
 * The library brings GnuTLS with it, which we have no use for and which takes
 * longer to load than all else.  So it is not loaded with the program, which
 * is executed anew for every room of documents (os/room.h).
 */
#ifndef HTTP_MHD_H
#define HTTP_MHD_H

#include <microhttpd.h>
#include <stdint.h>

#include "base/err.h"

#define MHD_PAGE_BYTES 4096U

/* clang-format off */
#define MHD_CALLS(call) \
	call(add_connection) \
	call(add_response_header) \
	call(create_response_from_buffer) \
	call(create_response_from_buffer_with_free_callback_cls) \
	call(create_response_from_callback) \
	call(destroy_response) \
	call(get_connection_info) \
	call(get_connection_values_n) \
	call(get_daemon_info) \
	call(get_timeout) \
	call(queue_response) \
	call(resume_connection) \
	call(run) \
	call(start_daemon) \
	call(stop_daemon) \
	call(suspend_connection)
/* clang-format on */

/* Each is of the type that the library's header declares; NULL before
 * mhd_open().  A page of its own, which nobody writes to afterwards. */
#define MHD_CALL_(name) __typeof__(&MHD_##name) name;
union mhd_calls {
	struct {
		MHD_CALLS(MHD_CALL_)
	};
	uint8_t page[MHD_PAGE_BYTES];
};
#undef MHD_CALL_
extern union mhd_calls libmhd;

/* Open the library, once and until the program ends; needs the file system, so
 * before a sandbox.  ERR_MISSING when this machine does not have it, which was
 * then said (base/log.h). */
enum err mhd_open(void) MUST_USE;

#endif
