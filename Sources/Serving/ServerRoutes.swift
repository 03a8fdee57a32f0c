internal import JSON
internal import JSONRPC

/// The methods about the daemon itself.
enum ServerRoutes {
  static func routes(
    _ box: ServerBox, status: @escaping (inout JSONWriter) -> Void
  ) -> [Route] {
    [
      Route("server/status") { request throws(RPCError) in
        let params = try Params(request.params)
        try params.finish()
        return Answer.object { writer in
          box.server?.writeStatus(to: &writer)
          status(&writer)
        }
      },
      Route("server/stop") { request throws(RPCError) in
        let params = try Params(request.params)
        try params.finish()
        return Answer.object { writer in
          writer.key("stopping")
          writer.bool(true)
          box.server?.requestStop()
        }
      },
    ]
  }
}
