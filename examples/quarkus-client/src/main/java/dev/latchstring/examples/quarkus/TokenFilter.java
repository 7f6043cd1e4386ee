package dev.latchstring.examples.quarkus;

import dev.latchstring.client.call.Authorizer;
import dev.latchstring.client.call.Sent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.client.ClientResponseContext;
import jakarta.ws.rs.client.ClientResponseFilter;
import java.net.http.HttpHeaders;

/** Puts the token on a request, and reports a refusal to {@link AuthorizedCalls}. */
@Singleton
public class TokenFilter implements ClientRequestFilter, ClientResponseFilter {
  private static final String SENT = "dev.latchstring.sent";

  private final Authorizer authorizer;

  @Inject
  TokenFilter(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public void filter(ClientRequestContext request) {
    Sent sent =
        authorizer.prepare(
            request.getMethod(),
            request.getUri(),
            request.getMethod() + " " + request.getUri().getRawPath());
    request.setProperty(SENT, sent);
    sent.headers().forEach(request.getHeaders()::putSingle);
  }

  /** Waits for nothing: it may run on a thread that must not. */
  @Override
  public void filter(ClientRequestContext request, ClientResponseContext response) {
    if (request.getProperty(SENT) instanceof Sent sent) {
      HttpHeaders headers = HttpHeaders.of(response.getHeaders(), (name, value) -> true);
      if (response.getStatus() == 401 || response.getStatus() == 403) {
        throw new Refused(sent, response.getStatus(), headers);
      }
      authorizer.after(sent, response.getStatus(), headers, false);
    }
  }
}
