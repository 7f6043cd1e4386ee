package dev.latchstring.mcpclient;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/** A request of which is known what it does; see {@link Operations}. */
final class NamedRequest extends HttpRequest {
  private final HttpRequest request;
  private final String operation;

  NamedRequest(HttpRequest request, String operation) {
    this.request = request;
    this.operation = operation;
  }

  String operation() {
    return operation;
  }

  /** One that builds named requests. */
  static HttpRequest.Builder builder(HttpRequest.Builder plain, String operation) {
    return new ForwardingRequestBuilder(plain) {
      @Override
      public HttpRequest build() {
        return new NamedRequest(plain().build(), operation);
      }
    };
  }

  @Override
  public Optional<BodyPublisher> bodyPublisher() {
    return request.bodyPublisher();
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public Optional<Duration> timeout() {
    return request.timeout();
  }

  @Override
  public boolean expectContinue() {
    return request.expectContinue();
  }

  @Override
  public URI uri() {
    return request.uri();
  }

  @Override
  public Optional<HttpClient.Version> version() {
    return request.version();
  }

  @Override
  public HttpHeaders headers() {
    return request.headers();
  }
}
