#pragma once
// Instructions that Swift has no name for, with a plain form for machines that have none either.
#include <stdint.h>

/// Sixteen bytes in one register.
typedef uint8_t thresher_bytes16 __attribute__((ext_vector_type(16)));

/// The top bit of each of sixteen bytes, the first byte's lowest.
static inline uint32_t thresher_top_bits(thresher_bytes16 bytes) {
#if defined(__SSE2__)
  typedef char signed_bytes __attribute__((vector_size(16)));
  return (uint32_t)__builtin_ia32_pmovmskb128((signed_bytes)bytes);
#else
  uint32_t bits = 0;
  for (int i = 0; i < 16; i++) bits |= (uint32_t)(bytes[i] >> 7) << i;
  return bits;
#endif
}

/// All ones for those of sixteen bytes that are from `first` to `last`, zero for the others.
static inline thresher_bytes16 thresher_between(
    thresher_bytes16 bytes, uint8_t first, uint8_t last) {
  return (thresher_bytes16)(bytes - first <= (thresher_bytes16)(uint8_t)(last - first));
}

/// The same, a bit a byte.
static inline uint32_t thresher_bits_between(
    thresher_bytes16 bytes, uint8_t first, uint8_t last) {
  return thresher_top_bits(thresher_between(bytes, first, last));
}

/// How many of sixteen numbers are not above a value.
static inline int thresher_count_up_to(const int32_t *numbers, int32_t value) {
  int count = 0;
  for (int i = 0; i < 16; i++) count += numbers[i] <= value;
  return count;
}

/// Asks the memory for what is at an address, and does not wait for it. Any address will do.
static inline void thresher_prefetch(const void *address) { __builtin_prefetch(address); }
