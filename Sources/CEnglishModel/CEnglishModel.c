#include "CEnglishModel.h"

// The assembler puts the files in as they are: no literal of ten megabytes to compile, nothing to
// find at run time. The folder is on its search path (Package.swift).
__asm__(
    ".section .rodata\n"
    ".balign 4096\n"
    "thresher_english_lm_start:\n"
    ".incbin \"english.lm\"\n"
    "thresher_english_lm_end:\n"
    ".balign 64\n"
    "thresher_english_letters_start:\n"
    ".incbin \"english.letters\"\n"
    ".balign 64\n"
    "thresher_english_vectors_start:\n"
    ".incbin \"english.vectors\"\n"
    ".previous\n");

extern const uint8_t thresher_english_lm_start[];
extern const uint8_t thresher_english_lm_end[];
extern const uint8_t thresher_english_letters_start[];
extern const uint8_t thresher_english_vectors_start[];

const uint8_t *thresher_english_model(void) { return thresher_english_lm_start; }

size_t thresher_english_model_size(void) {
  return (size_t)(thresher_english_lm_end - thresher_english_lm_start);
}

const uint8_t *thresher_english_letters(void) { return thresher_english_letters_start; }

const uint8_t *thresher_english_vectors(void) { return thresher_english_vectors_start; }
