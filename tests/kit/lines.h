/* lines.h: a data set of given lines, through a file as everything else. dataset_close it;
 * NULL: it could not be written or is refused. */
#ifndef AB_KIT_LINES_H
#define AB_KIT_LINES_H

#include <stdio.h>
#include <glib/gstdio.h>
#include "keys/dataset.h"

static inline struct dataset *
dataset_of_lines(const GString *lines)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("artbench-test-XXXXXX", &path, NULL);

	if (fd < 0)
		return NULL;
	bool ok = g_file_set_contents(path, lines->str, (gssize)lines->len, NULL);
	struct dataset *d = ok ? dataset_open(path, NULL, true, NULL) : NULL;
	g_close(fd, NULL);
	remove(path);
	return d;
}

#endif /* AB_KIT_LINES_H */
