internal import JSON
internal import Serving

extension EditorSession {
  /// What can be done here.
  func initializeAnswer() -> Answer {
    let (client, options, identity) = (client, firstOptions, service.identity)
    return Answer.object { writer in
      writer.key("serverInfo")
      writer.object { writer in
        writer.key("name")
        writer.string(identity.name)
        writer.key("version")
        writer.string(identity.version)
      }
      writer.key("capabilities")
      writer.object { writer in
        Self.capabilities(client, options, &writer)
      }
    }
  }

  private static func capabilities(
    _ client: ClientFeatures, _ options: EditorOptions, _ writer: inout JSONWriter
  ) {
    writer.key("positionEncoding")
    writer.string(client.encoding.rawValue)
    writer.key("textDocumentSync")
    writer.object { writer in
      writer.key("openClose")
      writer.bool(true)
      writer.key("change")
      writer.integer(2)
      writer.key("save")
      writer.bool(true)
    }
    for (name, isThere) in [
      ("hoverProvider", true), ("definitionProvider", true),
      ("inlayHintProvider", options.hasInlayHints),
    ] {
      writer.key(escaping: name)
      writer.bool(isThere)
    }
    writer.key("codeActionProvider")
    writer.object { writer in
      writer.key("codeActionKinds")
      writer.array { writer in
        for kind in ["quickfix"] + SourceAction.allCases.map(\.kind) { writer.string(kind) }
      }
      writer.key("resolveProvider")
      writer.bool(client.resolvesEdits)
    }
    if options.hasCodeLenses {
      writer.key("codeLensProvider")
      writer.object { writer in
        writer.key("resolveProvider")
        writer.bool(false)
      }
    }
    writer.key("executeCommandProvider")
    writer.object { writer in
      writer.key("commands")
      writer.array { writer in
        for command in Command.allCases { writer.string(command.rawValue) }
      }
    }
    writer.key("diagnosticProvider")
    writer.object { writer in
      writer.key("identifier")
      writer.string("thresher")
      writer.key("interFileDependencies")
      writer.bool(true)
      writer.key("workspaceDiagnostics")
      writer.bool(true)
    }
    writer.key("workspace")
    writer.object { writer in
      writer.key("workspaceFolders")
      writer.object { writer in
        writer.key("supported")
        writer.bool(true)
        writer.key("changeNotifications")
        writer.bool(true)
      }
    }
  }
}
