#include "CSimdjson.h"

#include <simdjson.h>

#include <memory>
#include <new>

struct thresher_json_indexer {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  size_t capacity = 0;
};

namespace {
// The depth only sizes stage 2's stack, which is never used here.
constexpr size_t kDepth = 1;
// stage 1 wants a capacity above zero; small messages share one allocation.
constexpr size_t kSmallest = 64 * 1024;
}  // namespace

thresher_json_indexer *thresher_json_indexer_create(void) {
  return new (std::nothrow) thresher_json_indexer();
}

void thresher_json_indexer_destroy(thresher_json_indexer *indexer) { delete indexer; }

int thresher_json_index(thresher_json_indexer *indexer, const uint8_t *bytes, size_t count) {
  if (count > indexer->capacity || !indexer->parser) {
    const size_t capacity = count > kSmallest ? count : kSmallest;
    indexer->parser.reset();
    indexer->capacity = 0;
    const auto *implementation = simdjson::get_active_implementation().operator->();
    if (implementation->create_dom_parser_implementation(capacity, kDepth, indexer->parser) !=
        simdjson::SUCCESS) {
      indexer->parser.reset();
      return THRESHER_JSON_OUT_OF_MEMORY;
    }
    indexer->capacity = capacity;
  }
  switch (indexer->parser->stage1(bytes, count, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: return THRESHER_JSON_OK;
    case simdjson::EMPTY: return THRESHER_JSON_EMPTY;
    case simdjson::UTF8_ERROR: return THRESHER_JSON_INVALID_UTF8;
    case simdjson::UNESCAPED_CHARS: return THRESHER_JSON_CONTROL_CHARACTER;
    case simdjson::UNCLOSED_STRING: return THRESHER_JSON_UNCLOSED_STRING;
    default: return THRESHER_JSON_OTHER;
  }
}

const uint32_t *thresher_json_offsets(const thresher_json_indexer *indexer) {
  return indexer->parser ? indexer->parser->structural_indexes.get() : nullptr;
}

size_t thresher_json_offset_count(const thresher_json_indexer *indexer) {
  return indexer->parser ? indexer->parser->n_structural_indexes : 0;
}
