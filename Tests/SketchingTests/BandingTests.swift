import Sketching
import Testing

struct BandingTests {
  @Test func `the banding for 0.8 is 9 by 3 and that of samples 18 by 3`() throws {
    let threshold = try #require(Threshold("0.8"))
    #expect(Banding.forThreshold(threshold) == Banding(bands: 9, rows: 3))
    #expect(Banding.ofSamples(forThreshold: threshold) == Banding(bands: 18, rows: 3))
  }

  @Test func `recall at every threshold from 0.05 on is at least 0.998`() throws {
    for hundredths in 5...100 {
      let threshold = try #require(Threshold(numerator: hundredths, denominator: 100))
      let banding = Banding.forThreshold(threshold)
      #expect(banding.slots <= Banding.slotMaximum)
      let similarity = Double(hundredths) / 100
      #expect(banding.candidateProbability(jaccard: similarity) >= 0.998, "\(hundredths)")
      guard hundredths >= 10 else { continue }
      let samples = Banding.ofSamples(forThreshold: threshold)
      let nested = similarity / (2 - similarity)
      #expect(samples.candidateProbability(jaccard: nested) >= 0.998, "\(hundredths)")
    }
  }

  @Test func `a banding of too many slots or of none is refused`() {
    #expect(Banding(bands: 128, rows: 1) != nil)
    #expect(Banding(bands: 43, rows: 3) == nil)
    #expect(Banding(bands: 0, rows: 3) == nil)
    #expect(Banding(bands: 3, rows: -1) == nil)
  }
}
