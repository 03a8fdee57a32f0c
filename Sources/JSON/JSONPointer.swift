/// A path into a JSON text (RFC 6901): `/examples/3/output`; empty names the whole.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package static let root = JSONPointer(unchecked: "")

  /// The pointer as written; nil unless it is empty or starts with a slash and its `~` are escapes.
  package init?(_ text: String) {
    guard text.isEmpty || text.hasPrefix("/") else { return nil }
    var previousIsTilde = false
    for scalar in text.unicodeScalars {
      if previousIsTilde, scalar != "0", scalar != "1" { return nil }
      previousIsTilde = scalar == "~"
    }
    if previousIsTilde { return nil }
    description = text
  }

  private init(unchecked text: String) { description = text }

  package func appending(_ name: String) -> JSONPointer {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") })
    else { return JSONPointer(unchecked: "\(description)/\(name)") }
    var escaped = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return JSONPointer(unchecked: "\(description)/\(escaped)")
  }

  package func appending(_ index: Int) -> JSONPointer {
    JSONPointer(unchecked: "\(description)/\(index)")
  }

  /// This pointer with another one put behind it.
  package func appending(_ pointer: JSONPointer) -> JSONPointer {
    JSONPointer(unchecked: description + pointer.description)
  }

  /// The names along the way, escapes resolved.
  package var components: [String] {
    description.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
      var name = ""
      var isEscape = false
      for scalar in part.unicodeScalars {
        if isEscape {
          name += scalar == "1" ? "/" : "~"
          isEscape = false
        } else if scalar == "~" {
          isEscape = true
        } else {
          name.unicodeScalars.append(scalar)
        }
      }
      return name
    }
  }
}

extension JSONValue {
  /// The value that a pointer names below this one; nil if there is none.
  package func value(at pointer: JSONPointer) -> JSONValue? {
    var value = self
    for name in pointer.components {
      switch value.kind {
      case .object:
        guard let member = value[name] else { return nil }
        value = member
      case .array:
        guard let index = Int(name), index >= 0, String(index) == name else { return nil }
        var elements = value.elements.dropFirst(index).makeIterator()
        guard let element = elements.next() else { return nil }
        value = element
      default: return nil
      }
    }
    return value
  }
}
