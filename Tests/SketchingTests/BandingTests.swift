import Sketching
import Testing

struct BandingTests {
  @Test func `the banding for 0.8 is 21 by 6`() throws {
    let banding = Banding.forThreshold(try #require(Threshold("0.8")))
    #expect(banding == Banding(bands: 21, rows: 6))
    #expect(banding.slots == 126)
  }

  @Test func `recall at every threshold from 0.05 on is at least 0.998`() throws {
    for hundredths in 5...100 {
      let threshold = try #require(Threshold(numerator: hundredths, denominator: 100))
      let banding = Banding.forThreshold(threshold)
      #expect(banding.slots <= Banding.slotMaximum)
      let recall = banding.candidateProbability(jaccard: Double(hundredths) / 100)
      #expect(recall >= 0.998, "\(hundredths): \(banding)")
    }
  }

  @Test func `a banding of too many slots or of none is refused`() {
    #expect(Banding(bands: 128, rows: 1) != nil)
    #expect(Banding(bands: 43, rows: 3) == nil)
    #expect(Banding(bands: 0, rows: 3) == nil)
    #expect(Banding(bands: 3, rows: -1) == nil)
  }
}
