#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// simdjson's stage 1 and the memory that it needs: UTF-8 check and structural offsets.
/// One user at a time.
typedef struct thresher_json_indexer thresher_json_indexer;

/// How `thresher_json_index` ended. Everything but `OK` leaves no offsets behind.
enum {
  THRESHER_JSON_OK = 0,
  THRESHER_JSON_EMPTY = 1,
  THRESHER_JSON_INVALID_UTF8 = 2,
  THRESHER_JSON_CONTROL_CHARACTER = 3,
  THRESHER_JSON_UNCLOSED_STRING = 4,
  THRESHER_JSON_OUT_OF_MEMORY = 5,
  THRESHER_JSON_OTHER = 6,
};

/// Never null but when memory is out.
thresher_json_indexer *thresher_json_indexer_create(void);
void thresher_json_indexer_destroy(thresher_json_indexer *indexer);

/// Finds the offset of every `{}[]:,`, of every opening quote, and of every first byte of another
/// scalar in `bytes[0 ..< count]`, which must be below 4 GiB and needs no padding: stage 1 copies
/// its last block. The offsets live in `indexer` until the next call.
int thresher_json_index(
    thresher_json_indexer *indexer, const uint8_t *bytes, size_t count);

const uint32_t *thresher_json_offsets(const thresher_json_indexer *indexer);
size_t thresher_json_offset_count(const thresher_json_indexer *indexer);

#ifdef __cplusplus
}
#endif
