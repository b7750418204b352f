/*
 * ban: calls that are not allowed here.  The build puts this file before every
 * source (-include).  The system headers that declare them come first, because
 * a poisoned name cannot be declared any more.
 */
#ifndef BASE_BAN_H
#define BASE_BAN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#undef sprintf
#undef vsprintf
#undef alloca

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison atoi atol atoll srand tmpnam mktemp
#pragma GCC poison alloca system popen gmtime localtime ctime asctime

/* OpenSSL's headers have parameters of this name, so it cannot be poisoned. */
int rand(void) __attribute__((deprecated("use crypt_random()")));

#endif
