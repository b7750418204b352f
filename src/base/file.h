/*
 * file: whole files, read with a ceiling and written so that after power loss
 * there is the old one or the new one, never a piece.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Append the whole file to `out`.  ERR_NOTHING when there is none, ERR_TOOBIG
 * past the limit of `out`, ERR_IO; `out` is then unchanged. */
enum err file_read(struct buf *out, const char *path) MUST_USE;

/* Append all that can be read from `fd` until its end. */
enum err file_read_fd(struct buf *out, int fd) MUST_USE;

/* Write `n` bytes to `fd`, however many calls it takes.  ERR_FULL when the
 * disk is full, ERR_CLOSED when the reader has gone, ERR_IO. */
enum err file_write_fd(int fd, const void *p, size_t n) MUST_USE;

/* Replace (or make) the file in one step: written beside it, synced, renamed,
 * its folder synced.  On failure the old file stands. */
enum err file_write(
    const char *path, const void *p, size_t n, mode_t mode) MUST_USE;

/* Make the file; ERR_TAKEN when there is one. */
enum err file_make(
    const char *path, const void *p, size_t n, mode_t mode) MUST_USE;

/* The same, synced by the next file_sync_all() only: for many at once. */
enum err file_make_later(
    const char *path, const void *p, size_t n, mode_t mode) MUST_USE;

/* Sync all that was written to the file system of a folder: one wait for many
 * files.  What others wrote there is waited for as well. */
enum err file_sync_all(const char *dir) MUST_USE;

/* Make a folder that only its owner may enter; ERR_TAKEN when there is one. */
enum err file_make_dir(const char *path) MUST_USE;

/* Sync a folder, so that names made or gone in it stay so. */
enum err file_sync_dir(const char *path) MUST_USE;

/* Remove a folder with all that is below it, on its file system and behind no
 * link.  What can go goes; an error when something is left. */
enum err file_remove_all(const char *dir) MUST_USE;

/* Does anything have this name? */
bool file_is_there(const char *path);

/* Write "dir/name" and a NUL.  ERR_TOOBIG when it takes more than `size`. */
enum err file_path(
    char *out, size_t size, const char *dir, const char *name) MUST_USE;

/* What errno says about a failed call, in our words. */
enum err file_err(void);

#define FILE_PATH_MAX 4096

#endif
