package import JSON
package import JSONRPC

/// What a handler is given.
package struct Request {
  package let params: JSONValue?
  package let peer: Peer

  package init(params: JSONValue?, peer: Peer) {
    self.params = params
    self.peer = peer
  }
}

/// One method of the wire and who begins to serve it.
package struct Route {
  package typealias Handler = (Request) throws(RPCError) -> any Work

  package let method: String
  /// Whether its work has jobs, and may begin while earlier requests that have some, too, are not
  /// done. `begin` must then change nothing.
  package let hasJobs: Bool
  package let begin: Handler

  package init(_ method: String, hasJobs: Bool = false, _ begin: @escaping Handler) {
    self.method = method
    self.hasJobs = hasJobs
    self.begin = begin
  }
}

/// The one table of all methods. Each service exports its routes; who composes the daemon puts
/// them together here.
package struct Router {
  private let routes: [String: Route]

  package init(_ routes: [Route]) {
    self.routes = Dictionary(routes.map { ($0.method, $0) }) { first, second in
      preconditionFailure("two routes for \(first.method)")
    }
  }

  package var methods: [String] { routes.keys.sorted() }

  package func route(_ method: String) throws(RPCError) -> Route {
    guard let route = routes[method] else {
      throw RPCError(.methodNotFound, "no method \"\(method)\"")
    }
    return route
  }
}
