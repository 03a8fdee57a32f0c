import Testing

@Suite struct `Every transcript` {
  @Test(arguments: Transcript.all + Transcript.ofPages)
  func `is answered step by step as it is written`(_ transcript: Transcript) {
    Replay(transcript: transcript).checkStepByStep()
  }

  @Test(arguments: Transcript.all + Transcript.ofPages)
  func `is answered the same when it comes in one piece`(_ transcript: Transcript) {
    Replay(transcript: transcript).check(.none)
  }

  @Test(arguments: Transcript.all)
  func `is answered the same when it comes one byte at a time`(_ transcript: Transcript) {
    Replay(transcript: transcript).check(.everywhere)
  }

  @Test(arguments: Transcript.all)
  func `is answered the same when it is cut in two at any byte`(_ transcript: Transcript) {
    let replay = Replay(transcript: transcript)
    let whole = replay.outputs(.none)
    for cut in replay.cuts {
      // Most answers are equal to the last byte, which is quick to see.
      let outputs = replay.outputs(cut)
      if !zip(outputs, whole).allSatisfy({
        $0.0.bytes == $0.1.bytes && $0.0.isClosed == $0.1.isClosed
      }) {
        replay.check(cut)
      }
    }
  }
}
