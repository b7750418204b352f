/*
 * channel: what the processes of a line say to each other.
 *
 * A channel is one end of a SOCK_SEQPACKET socket pair.  A message is a head
 * of six bytes (type u16, request u32, big end first), at most CHANNEL_MAX
 * bytes of payload, and at most CHANNEL_FDS descriptors.  The kernel keeps the
 * edges of messages, so one that is too long, too short or cut is seen, and
 * its sender is then not to be listened to any more: ERR_FORMAT ends a
 * channel for good.
 *
 * Sending never blocks: what the other side is not ready for waits in memory
 * up to CHANNEL_WAITING_MAX bytes.  Whoever answers requests stops reading
 * from a channel that channel_is_crowded().
 */
#ifndef OS_CHANNEL_H
#define OS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CHANNEL_HEAD_BYTES 6U
#define CHANNEL_MAX (128U * 1024U)
#define CHANNEL_FDS 2U
#define CHANNEL_WAITING_MAX (4U * 1024U * 1024U)
#define CHANNEL_CROWDED (1024U * 1024U)

struct message {
	uint16_t type;
	uint32_t id;
	const uint8_t *at; /* borrowed */
	size_t n;
	int fd[CHANNEL_FDS]; /* the first `fds` of them */
	unsigned fds;
};

struct channel;

/* A channel over `fd`, which is the channel's from then on, failed or not.
 * ERR_NOMEM, ERR_IO. */
enum err channel_open(struct channel **channel, int fd) MUST_USE;
void channel_close(struct channel *channel); /* NULL does nothing */

/* Two channels that talk to each other, as bare descriptors. */
enum err channel_pair(int fd[static 2]) MUST_USE;

/* The descriptor to wait on: for reading always, for writing while
 * channel_is_waiting(). */
int channel_fd(const struct channel *channel);
bool channel_is_waiting(const struct channel *channel);
bool channel_is_crowded(const struct channel *channel);

/* Send, or keep for later when the other side is not ready.  The payload is
 * copied where it must wait.  Descriptors are closed here in every case, once
 * they were sent or could not be.  ERR_TOOBIG when too much is waiting,
 * ERR_CLOSED, ERR_NOMEM, ERR_IO. */
enum err channel_send(
    struct channel *channel, const struct message *message) MUST_USE;

/* Send what is waiting, as far as the other side takes it. */
enum err channel_flush(struct channel *channel) MUST_USE;

/* The next message; its payload is borrowed from the channel until the next
 * call, its descriptors (made close-on-exec) are the caller's.  ERR_NOTHING
 * when none is there yet, ERR_CLOSED when the other side has gone, ERR_FORMAT
 * for a message out of shape, ERR_IO. */
enum err channel_receive(
    struct channel *channel, struct message *message) MUST_USE;

/* The same, waiting for at most `ms` milliseconds (ERR_BUSY when over); and
 * waiting until everything is sent. */
enum err channel_receive_wait(
    struct channel *channel, struct message *message, unsigned ms) MUST_USE;
enum err channel_flush_wait(struct channel *channel, unsigned ms) MUST_USE;

/* Close the descriptors that came with a message. */
void channel_drop_message(struct message *message);

#endif
