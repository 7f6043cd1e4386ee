package dev.latchstring.mcpclient;

import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.client.call.Authorizer;
import dev.latchstring.client.call.Next;
import dev.latchstring.client.call.Sent;
import io.modelcontextprotocol.client.transport.HttpRequestSnapshot;
import io.modelcontextprotocol.client.transport.customizer.McpHttpClientTransportAuthorizationErrorHandler;
import io.modelcontextprotocol.common.McpTransportContext;
import java.net.http.HttpResponse;
import org.reactivestreams.Publisher;

/** Judges a refusal of a request that was customized here. */
final class ErrorHandler implements McpHttpClientTransportAuthorizationErrorHandler {
  private final Authorizer authorizer;
  private final SentRequests requests;

  ErrorHandler(Authorizer authorizer, SentRequests requests) {
    this.authorizer = authorizer;
    this.requests = requests;
  }

  @Override
  public Publisher<Boolean> handle(
      HttpRequestSnapshot snapshot,
      HttpResponse.ResponseInfo response,
      McpTransportContext context) {
    return Waiting.mono(() -> decide(snapshot, response));
  }

  private boolean decide(HttpRequestSnapshot snapshot, HttpResponse.ResponseInfo response) {
    Sent sent = requests.find(snapshot.method(), snapshot.requestUri(), snapshot.headers());
    return sent != null
        && authorizer.after(sent, response.statusCode(), response.headers(), true) != Next.DELIVER;
  }

  @Override
  public int maxRetries() {
    return AuthorizedHttpClient.MAX_SENDS - 1;
  }
}
