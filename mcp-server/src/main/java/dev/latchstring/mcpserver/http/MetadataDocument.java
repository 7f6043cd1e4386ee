package dev.latchstring.mcpserver.http;

import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import dev.latchstring.oauth.metadata.WellKnown;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * RFC 9728 §3. The server's metadata, public and the same for everyone, at its own well-known place
 * and, where it is the only resource of its host, at the root.
 */
final class MetadataDocument {
  private final URI address;
  private final Set<String> paths = new LinkedHashSet<>();
  private final byte[] json;

  MetadataDocument(ProtectedResourceMetadata metadata, URI resource, boolean atRoot) {
    List<URI> places = WellKnown.protectedResource(resource);
    this.address = places.getFirst();
    paths.add(address.getRawPath());
    if (atRoot) {
      paths.add(places.getLast().getRawPath());
    }
    this.json = Json.bytes(metadata);
  }

  /** The address that a challenge names. */
  URI address() {
    return address;
  }

  /** Whether the request was for metadata, and is answered. */
  boolean answers(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = request.getRequestURI();
    if (!path.equals(WellKnown.PROTECTED_RESOURCE)
        && !path.startsWith(WellKnown.PROTECTED_RESOURCE + "/")) {
      return false;
    }
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (!paths.contains(path)) {
      throw Refusal.oauth(404, null, "there is no protected resource of this name");
    }
    switch (request.getMethod()) {
      case "GET", "HEAD" -> {
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "public, max-age=300");
        response.setContentLength(json.length);
        if (request.getMethod().equals("GET")) {
          response.getOutputStream().write(json);
        }
      }
      case "OPTIONS" -> {
        response.setHeader("Access-Control-Allow-Methods", "GET");
        response.setHeader("Access-Control-Allow-Headers", "MCP-Protocol-Version");
        response.setStatus(204);
      }
      default ->
          throw Refusal.oauth(405, null, "metadata is read with GET")
              .header("Allow", "GET, HEAD, OPTIONS");
    }
    return true;
  }
}
