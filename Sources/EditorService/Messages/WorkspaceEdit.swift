internal import JSON

/// A change of a document's text.
struct TextChange {
  let range: TextRange
  let text: [UInt8]
}

/// Changes of one document, each in places of the text as it is now.
struct WorkspaceEdit {
  let uri: String
  let version: Int?
  let changes: [TextChange]

  init(_ document: Document, _ changes: [TextChange]) {
    (uri, version) = (document.uri, document.version)
    self.changes = changes
  }

  /// With the version where the client takes it, so that an edit of another text is refused.
  func write(for client: ClientFeatures, to writer: inout JSONWriter) {
    writer.object { writer in
      guard client.takesDocumentChanges else {
        writer.key("changes")
        writer.object { writer in
          writer.key(escaping: uri)
          writeChanges(to: &writer)
        }
        return
      }
      writer.key("documentChanges")
      writer.array { writer in
        writer.object { writer in
          writer.key("textDocument")
          writer.object { writer in
            writer.key("uri")
            writer.string(uri)
            writer.key("version")
            if let version { writer.integer(version) } else { writer.null() }
          }
          writer.key("edits")
          writeChanges(to: &writer)
        }
      }
    }
  }

  private func writeChanges(to writer: inout JSONWriter) {
    writer.array { writer in
      for change in changes {
        writer.object { writer in
          writer.key("range")
          change.range.write(to: &writer)
          writer.key("newText")
          writer.string(change.text.span)
        }
      }
    }
  }
}
