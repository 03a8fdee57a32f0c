#pragma once
// What Glibc's Swift module leaves out, since its declarations hide behind feature macros.
#include <errno.h>
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

struct thresher_ucred {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

/// The uid of the process that connected a Unix socket, as the kernel attests it; -1 if unknown.
static inline long thresher_peer_uid(int descriptor) {
  struct thresher_ucred credentials;
  socklen_t size = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, 17 /* SO_PEERCRED */, &credentials, &size) != 0) return -1;
  return (long)credentials.uid;
}

/// A counter that a reader waits for and takes one from; -1 with errno.
static inline int thresher_semaphore(void) { return eventfd(0, EFD_SEMAPHORE | EFD_CLOEXEC); }

/// Cores that the process may use, by its affinity.
static inline long thresher_available_cores(void) {
  unsigned char mask[1024] = {0};
  extern long syscall(long number, ...);
  long size = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  long count = 0;
  for (long i = 0; i < size; i++) count += __builtin_popcount(mask[i]);
  return count > 0 ? count : sysconf(_SC_NPROCESSORS_ONLN);
}

/// Lets the allocator keep what it is given back, up to 64 MiB, and take buffers of up to 8 MiB from it.
/// Messages come and go at some hundred kilobytes: by default each buffer is mapped anew from the
/// system, which zeroes every page of it (a sixth of the time of a busy daemon).
static inline void thresher_keep_buffers(void) {
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
}
