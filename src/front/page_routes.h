/* page_routes: the handlers that the table in pages.c names. */
#ifndef FRONT_PAGE_ROUTES_H
#define FRONT_PAGE_ROUTES_H

#include "front/page.h"

void start_begin(struct front_request *r);
void style_begin(struct front_request *r);
void new_end(struct front_request *r, enum err how);
void check_end(struct front_request *r, enum err how);
void write_end(struct front_request *r, enum err how);
void read_end(struct front_request *r, enum err how);
void file_end(struct front_request *r, enum err how);
void delete_end(struct front_request *r, enum err how);
void send_begin(struct front_request *r);
enum err send_form(struct front_request *r, const struct form_piece *piece);
void send_end(struct front_request *r, enum err how);

#endif
