package dev.latchstring.authorizationserver.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers every path that nothing else answers. */
public final class NotFoundServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final String metadata;

  /**
   * @param metadata the address of the metadata, where the endpoints are named
   */
  public NotFoundServlet(String metadata) {
    this.metadata = metadata;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ErrorWriter.http(response, 404, "nothing is here; the endpoints are named at " + metadata);
  }
}
