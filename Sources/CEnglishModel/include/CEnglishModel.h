#ifndef THRESHER_ENGLISH_MODEL_H
#define THRESHER_ENGLISH_MODEL_H

#include <stddef.h>
#include <stdint.h>

// What Tests/Evaluation/make_english_model.py and make_word_vectors.py made, as it lies in the
// executable.

/// The language model, aligned to 4,096 bytes. Its format: Scoring/LanguageModel/LanguageModel.swift.
const uint8_t *_Nonnull thresher_english_model(void);
size_t thresher_english_model_size(void);

/// 27 × 27 × 27 costs of letters: Scoring/EnglishLetters.swift.
const uint8_t *_Nonnull thresher_english_letters(void);

/// Vectors of tokens, aligned to 64 bytes: Scoring/WordVectors.swift.
const uint8_t *_Nonnull thresher_english_vectors(void);

#endif
