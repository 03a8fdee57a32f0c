#pragma once
#include <uv.h>

/// Makes the loop count the time that it waits; the function behind is variadic, which Swift cannot call.
static inline int thresher_measure_idle_time(uv_loop_t *loop) {
  return uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
}
