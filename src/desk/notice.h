/*
 * notice: one sentence on the member's desktop, by `notify-send` where that is
 * installed (Debian's desktops have it; it speaks to
 * org.freedesktop.Notifications).
 *
 * Whoever walks by reads it, and desktops keep what was shown: it never has
 * words, names or numbers of what came.
 */
#ifndef DESK_NOTICE_H
#define DESK_NOTICE_H

/* Show it and do not wait; where it cannot be shown nothing happens. */
void notice_show(const char *sentence);

#endif
