// What files and logs share of the system's calls; the reason of a failure is in errno.
#ifndef COHORT_BASE_DISK_H
#define COHORT_BASE_DISK_H

#include <stdbool.h>
#include <stddef.h>

// Writes all of data, over short writes and interruptions; *written tells how far it came.
bool co_disk_write(int file, const void *data, size_t bytes, size_t *written);

// Makes the names in the folder of `path` durable.
bool co_disk_sync_folder(const char *path);

#endif
