#pragma once
// What Glibc's Swift module leaves out, since its declarations hide behind feature macros.
#include <errno.h>
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
