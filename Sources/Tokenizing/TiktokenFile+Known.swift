extension TiktokenFile {
  private static let llama3 = KnownSplit.words(.init(digits: 3))
  private static let gpt4o = KnownSplit.cased(digits: 3, hasContractions: true)

  /// The vocabularies whose split is known, by content. What the program that goes with each does
  /// to a text before, is done here, too: Qwen composes.
  static let known = [
    Known(name: "gpt2 and r50k_base", count: 50_256, sum: 0x99ce_e6e9_666d_ab80, split: .gpt2),
    Known(name: "p50k_base", count: 50_280, sum: 0x53ee_79a4_9582_49a6, split: .gpt2),
    Known(name: "Whisper", count: 50_256, sum: 0x2249_31dd_d886_aad3, split: .gpt2),
    Known(
      name: "cl100k_base", count: 100_256, sum: 0x8fac_4e96_330d_d73e,
      split: .words(.init(digits: 3, keepsEndTogether: true))),
    Known(name: "o200k_base", count: 199_998, sum: 0x9f8f_75d5_1ed1_202a, split: gpt4o),
    Known(name: "Llama 3", count: 128_000, sum: 0xf89b_01c8_d5f1_2a74, split: llama3),
    Known(name: "Llama 4", count: 200_000, sum: 0xdadb_71b3_415c_d5a8, split: gpt4o),
    Known(
      name: "Qwen to Qwen 3", count: 151_643, sum: 0xd77b_2cac_a6eb_7856,
      split: .words(.init(digits: 1)), normalizer: .nfc),
    Known(
      name: "Qwen 3.5 and 3.6", count: 248_044, sum: 0x91b9_9a97_3f49_9776,
      split: .words(.init(digits: 1, takesMarks: true)), normalizer: .nfc),
  ]
}
