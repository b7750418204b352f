/*
 * disk: bytes at places in files, and what it means when that fails.
 *
 * A write that the disk has no room for is ERR_FULL and harms nothing that was
 * there; any other failed write, and every failed sync, is ERR_IO and final:
 * the kernel may have dropped the pages, and trying again would lie.  Bytes
 * that should be there and cannot be read are ERR_SHORT.
 */
#ifndef POOL_DISK_H
#define POOL_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum err disk_read(int fd, void *out, size_t n, uint64_t at) MUST_USE;
enum err disk_write(int fd, const void *p, size_t n, uint64_t at) MUST_USE;
enum err disk_cut(int fd, uint64_t size) MUST_USE;
enum err disk_size(int fd, uint64_t *size) MUST_USE;

/* Does nobody hold the file open to write, not even a descriptor that is under
 * way between processes?  `fd` is one to read.  ERR_BUSY when somebody does;
 * ERR_OK also where the file system cannot tell (it has no leases, see
 * fcntl(2)). */
enum err disk_unwritten(int fd) MUST_USE;

/* Bytes (and size), or a folder, to the disk. */
enum err disk_sync(int fd) MUST_USE;

/* Open below a folder, close-on-exec; ERR_NOTHING when there is none. */
enum err disk_open(int *fd, int dir, const char *name, int flags) MUST_USE;
void disk_close(int *fd); /* -1 does nothing; *fd is -1 afterwards */

enum err disk_move(int from, int to, const char *name) MUST_USE;
enum err disk_rename(int dir, const char *from, const char *to) MUST_USE;

/* Gone is gone: a name that is not there is ERR_OK. */
enum err disk_remove(int dir, const char *name) MUST_USE;

/* The same, and cutting, where it is well if it cannot be had: what stays
 * behind goes at the next start. */
void disk_try_remove(int dir, const char *name);
void disk_try_cut(int fd, uint64_t size);

#endif
